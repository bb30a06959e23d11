namespace Hoplink.Proof.Orders;

/// <summary>
/// What becomes of each of the first seven datagrams that either end sends, in the order in which they are sent. Combinations are numbered
/// as words are sorted: those that begin alike stand together.
/// </summary>
internal readonly record struct Combination
{
    /// <summary>Datagrams.</summary>
    public const int Length = 7;

    private const string Letters = "DLRXC";

    private static readonly int[] _powers = [1, 5, 25, 125, 625, 3125, 15625, 78125];

    public Combination(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Count);
        Number = number;
    }

    /// <summary>Combinations in all.</summary>
    public static int Count => _powers[Length];

    public int Number { get; }

    /// <summary>The fate of the datagram that is sent as number <paramref name="index"/>, from 0.</summary>
    public Fate this[int index] => (Fate)(Number / _powers[Length - 1 - index] % _powers[1]);

    /// <summary>
    /// The combinations that begin with the same <paramref name="length"/> fates: if no more datagrams are sent they are one.
    /// </summary>
    public static int Alike(int length) => _powers[Length - length];

    /// <summary>D delivered, L lost, R repeated, X delayed past the next two, C corrupted, and a point for what was never sent.</summary>
    public static Combination Parse(string word)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(word.Length, Length);
        int number = 0;
        foreach (char c in word)
        {
            int fate = c == '.' ? 0 : Letters.IndexOf(c);
            if (fate < 0)
            {
                throw new ArgumentException($"'{c}' is none of {Letters} and .", nameof(word));
            }

            number = number * _powers[1] + fate;
        }

        return new Combination(number);
    }

    /// <summary>The word of those fates that came about.</summary>
    public string ToString(int sent)
    {
        Combination self = this;
        return string.Create(Length, sent, (word, count) =>
        {
            for (int i = 0; i < word.Length; i++)
            {
                word[i] = i < count ? Letters[(int)self[i]] : '.';
            }
        });
    }

    public override string ToString() => ToString(Length);
}
