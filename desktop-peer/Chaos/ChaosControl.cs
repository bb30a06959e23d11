using System.Text.Json;

namespace Hoplink.Peer.Chaos;

/// <summary>A change of the network while it runs, as a line of JSON. What it does not name stays as it is.</summary>
internal sealed class ChaosControl
{
    /// <summary>The lines that are understood, for help texts.</summary>
    public const string Help =
        "{\"loss\":10,\"delay\":50,\"jitter\":20,\"duplicate\":1,\"reorder\":5,\"corrupt\":1,\"blackoutMs\":12000} with any of these, " +
        "or {\"junk\":{\"count\":1000,\"ratePerSecond\":100}}: junk that carries the newest session's id, to both ends";

    private const int MaxMs = 3_600_000;
    private const int MaxJunk = 1_000_000;
    private const int MaxJunkRate = 100_000;

    private readonly List<Func<ImpairmentSettings, ImpairmentSettings>> _changes = [];

    private ChaosControl()
    {
    }

    /// <summary>Length of a blackout that begins now, ms.</summary>
    public int? BlackoutMs { get; private set; }

    /// <summary>A junk flood that begins now.</summary>
    public (int Count, int RatePerSecond)? Junk { get; private set; }

    /// <summary>Reads a line. All of it is checked before any of it is used.</summary>
    /// <exception cref="FormatException">It is malformed; the message says why.</exception>
    public static ChaosControl Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            var control = new ChaosControl();
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException($"a control line is {Help}");
            }

            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                control.Add(property.Name, property.Value);
            }

            return control;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter: an escaped half of a surrogate pair is JSON, but no string.
            throw new FormatException("a control line is like {\"loss\":10}: " + e.Message, e);
        }
    }

    /// <summary>The settings after this change.</summary>
    public ImpairmentSettings Change(ImpairmentSettings settings)
    {
        return _changes.Aggregate(settings, (changed, change) => change(changed));
    }

    private void Add(string name, JsonElement value)
    {
        switch (name)
        {
            case "loss":
                double loss = Percent(name, value);
                _changes.Add(settings => settings with { LossPercent = loss });
                break;
            case "duplicate":
                double duplicate = Percent(name, value);
                _changes.Add(settings => settings with { DuplicatePercent = duplicate });
                break;
            case "reorder":
                double reorder = Percent(name, value);
                _changes.Add(settings => settings with { ReorderPercent = reorder });
                break;
            case "corrupt":
                double corrupt = Percent(name, value);
                _changes.Add(settings => settings with { CorruptPercent = corrupt });
                break;
            case "delay":
                int delay = Whole(name, value, 0, MaxMs);
                _changes.Add(settings => settings with { DelayMs = delay });
                break;
            case "jitter":
                int jitter = Whole(name, value, 0, MaxMs);
                _changes.Add(settings => settings with { JitterMs = jitter });
                break;
            case "blackoutMs":
                BlackoutMs = Whole(name, value, 1, MaxMs);
                break;
            case "junk":
                Junk = (Whole("count", Part(value, "count"), 1, MaxJunk),
                    Whole("ratePerSecond", Part(value, "ratePerSecond"), 1, MaxJunkRate));
                break;
            default:
                throw new FormatException($"there is no \"{name}\"; known are {Help}");
        }
    }

    private static JsonElement Part(JsonElement value, string name)
    {
        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out JsonElement part)
            ? part
            : throw new FormatException($"\"junk\" needs \"{name}\", as in {{\"junk\":{{\"count\":1000,\"ratePerSecond\":100}}}}");
    }

    private static double Percent(string name, JsonElement value)
    {
        return value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0 and <= 100
            ? value.GetDouble()
            : throw new FormatException($"\"{name}\" must be 0 to 100 percent");
    }

    private static int Whole(string name, JsonElement value, int least, int most)
    {
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw new FormatException($"\"{name}\" must be a whole number from {least} to {most}");
    }
}
