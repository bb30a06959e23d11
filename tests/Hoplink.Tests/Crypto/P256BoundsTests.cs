using System.Numerics;
using System.Reflection;
using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

/// <summary>That no accumulator of the field arithmetic overflows: by running its compiled code on intervals.</summary>
public class P256BoundsTests
{
    private const long Limb = (1L << 29) - 1;

    private static readonly MethodInfo _doubling = Method(typeof(P256Doubling), nameof(P256Doubling.Run));
    private static readonly MethodInfo _addition = Method(typeof(P256Addition), nameof(P256Addition.Run));

    [Fact]
    public void No_sequence_of_doublings_and_additions_overflows_a_column()
    {
        // What any such sequence can reach is in the smallest set that holds a table's entries and is closed under both.
        IntervalInterpreter interpreter = new();
        Interval[] state = [.. Element(0, 1 << 24), .. Element(0, 1 << 24), .. Element(0, 1 << 24)];
        Interval[] table = [.. Enumerable.Repeat(IntervalInterpreter.AnyWord, 64)];
        Interval[] before;
        int rounds = 0;
        do
        {
            before = [.. state];
            Widen(state, before, (x, y, z) => interpreter.Call(_doubling, x, y, z, Interval.Exactly(1)));

            // The entries are alike here: one digit of each sign stands for the others.
            foreach (int digit in new[] { 0, 15 })
            {
                Widen(state, before, (x, y, z) => interpreter.Call(_addition, x, y, z, table, Interval.Exactly(digit)));
            }

            Assert.True(++rounds < 20, "the bounds do not settle");
        }
        while (!before.AsSpan().SequenceEqual(state));

        // The bound that P256Doubling states, and for Z, which P256Field.Reduce gets, -p..2p-1. X and Y are within 16 p, 2^260.
        Assert.True(interpreter.Widest <= 24 * (Int128.One << 58) + (Int128.One << 54), $"{(double)interpreter.Widest / (1L << 58)} 2^58");
        Assert.All(state.Where((_, i) => i % 9 != 8), limb => Assert.Equal(new Interval(0, Limb), limb));
        Assert.InRange((long)state[26].Low, -(1 << 24) + 2, 0);
        Assert.InRange((long)state[26].High, 0, (1 << 25) - 2);
        Assert.All(new[] { state[8], state[17] }, top => Assert.True(top.Low >= -(1 << 28) && top.High < 1 << 28, top.ToString()));
    }

    [Fact]
    public void Products_of_any_limbs_up_to_2_29_of_either_sign_do_not_overflow()
    {
        Interval[] any = [.. Enumerable.Repeat(new Interval(-(1 << 29), 1 << 29), 9)];
        IntervalInterpreter interpreter = new();
        interpreter.Call(Method(typeof(P256Product), nameof(P256Product.Multiply)), any, any, new Interval[9]);
        interpreter.Call(Method(typeof(P256Product), nameof(P256Product.Square)), any, new Interval[9]);
        Assert.True(interpreter.Widest <= 9 * (Int128.One << 58) + (Int128.One << 55), $"{(double)interpreter.Widest / (1L << 58)} 2^58");
    }

    [Fact]
    public void Differences_and_reductions_do_not_overflow()
    {
        Interval[] any = Element(-(1 << 29), 1 << 29);
        IntervalInterpreter interpreter = new();
        interpreter.Call(Method(typeof(P256Field), nameof(P256Field.Subtract)), any, any, new Interval[9]);

        // Reduce takes an exact sign: one run for each.
        interpreter.Call(AddPrime, Element(-(1 << 25), 1 << 25), Interval.Exactly(1));
        interpreter.Call(AddPrime, Element(-(1 << 25), 1 << 25), Interval.Exactly(-1));
    }

    [Fact]
    public void The_divsteps_do_not_overflow_and_invert()
    {
        // Their bounds rest on what the steps have in common, which intervals do not see: so this runs on numbers.
        IntervalInterpreter interpreter = new();
        Random random = new(3);
        BigInteger p = ReferenceP256.P;
        BigInteger power = BigInteger.One << 255;
        List<BigInteger> values = [0, 1, 2, 3, p - 1, p - 2, (p + 1) / 2, (p - 1) / 2, p / 3, power, power >> 31, (power >> 31) - 1];
        for (int i = 0; i < 12; i++)
        {
            byte[] bytes = new byte[32];
            random.NextBytes(bytes);
            values.Add(ReferenceP256.Number(bytes) % p);
        }

        foreach (BigInteger value in values)
        {
            long[] limbs = FieldElements.Limbs(value);
            Interval[] result = new Interval[9];
            interpreter.Call(
                Method(typeof(P256Inverse), nameof(P256Inverse.Run)), limbs.Select(limb => Interval.Exactly(limb)).ToArray(), result);
            BigInteger number = FieldElements.Number([.. result.Select(limb => (long)limb.Low)]);
            Assert.Equal(ReferenceP256.Inverse(value) * BigInteger.ModPow(2, 522, p) % p, ReferenceP256.Mod(number));
            Assert.InRange(number, -p, (2 * p) - 1);
        }
    }

    [Fact]
    public void The_interpreter_sees_an_overflow()
    {
        Interval[] tooWide = [.. Enumerable.Repeat(new Interval(-(1 << 30), 1 << 30), 9)];
        Assert.Throws<InvalidOperationException>(() => new IntervalInterpreter().Call(
            Method(typeof(P256Product), nameof(P256Product.Multiply)), tooWide, tooWide, new Interval[9]));
        Assert.Throws<InvalidOperationException>(() => new IntervalInterpreter().Call(
            _doubling, Element(0, 1), tooWide, Element(0, 1), Interval.Exactly(1)));
    }

    private static MethodInfo AddPrime => Method(typeof(P256Field), "AddPrime");

    /// <summary>Limbs as products leave them, with a top limb in the given range.</summary>
    private static Interval[] Element(long low, long high)
    {
        return [.. Enumerable.Repeat(new Interval(0, Limb), 8), new Interval(low, high)];
    }

    private static void Widen(Interval[] state, Interval[] from, Action<Interval[], Interval[], Interval[]> run)
    {
        Interval[][] point = [from[..9], from[9..18], from[18..]];
        run(point[0], point[1], point[2]);
        for (int i = 0; i < state.Length; i++)
        {
            state[i] = Interval.Union(state[i], point[i / 9][i % 9]);
        }
    }

    private static MethodInfo Method(Type type, string name)
    {
        return type.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;
    }
}
