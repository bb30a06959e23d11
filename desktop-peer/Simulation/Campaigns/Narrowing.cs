using System.Globalization;

namespace Hoplink.Simulation.Campaigns;

/// <summary>
/// What is taken out of a run, so that the rest of it is shorter and still shows the same. Its text is what `hoplink simulate --narrow`
/// takes: episodes=3+4,without=loss+jitter,messages=2,fault-ms=4000,idle-ms=0.
/// </summary>
public sealed record Narrowing
{
    /// <summary>Nothing is taken out.</summary>
    public static readonly Narrowing None = new();

    /// <summary>The episodes to play; empty: all.</summary>
    public IReadOnlyList<int> Episodes { get; init; } = [];

    /// <summary>Impairments that are left out.</summary>
    public Impairment Without { get; init; }

    /// <summary>Most messages each way during the faults of an episode.</summary>
    public int Messages { get; init; } = int.MaxValue;

    /// <summary>Longest time that the faults of an episode last, us.</summary>
    public long FaultMicros { get; init; } = long.MaxValue;

    /// <summary>Longest time without faults after them, us.</summary>
    public long IdleMicros { get; init; } = long.MaxValue;

    /// <summary>Reads the text of one.</summary>
    /// <exception cref="FormatException">It is malformed; the message says what is needed.</exception>
    public static Narrowing Parse(string text)
    {
        Narrowing narrowing = None;
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] sides = part.Split('=');
            string value = sides.Length == 2 ? sides[1] : string.Empty;
            narrowing = sides[0] switch
            {
                "episodes" => narrowing with { Episodes = [.. value.Split('+').Select(number => (int)ParseNumber(part, number, int.MaxValue))] },
                "without" => narrowing with { Without = value.Split('+').Aggregate(Impairment.None, (set, name) => set | ParseName(name)) },
                "messages" => narrowing with { Messages = (int)ParseNumber(part, value, int.MaxValue) },
                "fault-ms" => narrowing with { FaultMicros = ParseNumber(part, value, int.MaxValue) * World.Millisecond },
                "idle-ms" => narrowing with { IdleMicros = ParseNumber(part, value, int.MaxValue) * World.Millisecond },
                _ => throw Malformed(part),
            };
        }

        return narrowing;
    }

    /// <summary>Its text; empty if nothing is taken out.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        AddIf(Episodes.Count > 0, "episodes", string.Join('+', Episodes));
        AddIf(Without != Impairment.None, "without", Without.ToString().Replace(", ", "+", StringComparison.Ordinal));
        AddIf(Messages != int.MaxValue, "messages", Text(Messages));
        AddIf(FaultMicros != long.MaxValue, "fault-ms", Text(FaultMicros / World.Millisecond));
        AddIf(IdleMicros != long.MaxValue, "idle-ms", Text(IdleMicros / World.Millisecond));
        return string.Join(',', parts);

        void AddIf(bool condition, string name, string value)
        {
            if (condition)
            {
                parts.Add($"{name}={value}");
            }
        }
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static long ParseNumber(string part, string text, long most)
    {
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= most
            ? value
            : throw Malformed(part);
    }

    private static Impairment ParseName(string name)
    {
        return !name.Contains(',', StringComparison.Ordinal) && Enum.TryParse(name, ignoreCase: true, out Impairment impairment)
            && Enum.IsDefined(impairment)
            ? impairment
            : throw new FormatException($"\"{name}\" is none of {string.Join(", ", Enum.GetNames<Impairment>())}");
    }

    private static FormatException Malformed(string part)
    {
        return new FormatException(
            $"\"{part}\": parts like episodes=3+4, without=loss+jitter, messages=2, fault-ms=4000 and idle-ms=0 are needed, with commas between");
    }
}
