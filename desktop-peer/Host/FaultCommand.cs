using System.Globalization;
using System.Text.Json;

namespace Hoplink.Host;

/// <summary>
/// A fault to inject, as one line of JSON: {"fault":"damageKey"}, with "keyId" for the link of that key alone, and the value that
/// the fault takes. For demonstrations and tests.
/// </summary>
public sealed class FaultCommand
{
    /// <summary>The faults and the values they take, for help texts.</summary>
    public const string Help =
        "jumpClock (ms), driftClock (ppm), dropReorderBuffer, forgetSendHistory, setCountersBack (numbers), damageKey, forgetSession, " +
        "terminate, corruptState, deaf (ms), mute (ms)";

    private const string Example = "a fault is a line like {\"fault\":\"deaf\",\"ms\":5000}";
    private const long MaxMillis = FaultInjection.MaxMicros / 1000;

    private readonly Func<FaultInjection, long, bool> _apply;

    private FaultCommand(string name, ulong? keyId, Func<FaultInjection, long, bool> apply)
    {
        Name = name;
        KeyId = keyId;
        _apply = apply;
    }

    /// <summary>The fault's name.</summary>
    public string Name { get; }

    /// <summary>The key id of the link it is meant for; null: every link.</summary>
    public ulong? KeyId { get; }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is not such a command; the message says why.</exception>
    public static FaultCommand Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("fault", out JsonElement fault)
                || fault.ValueKind != JsonValueKind.String)
            {
                throw new FormatException($"{Example}, with \"fault\" one of: {Help}");
            }

            string name = fault.GetString()!;
            ulong? keyId = root.TryGetProperty("keyId", out JsonElement id) ? ParseKeyId(id) : null;
            return new FaultCommand(name, keyId, Find(name, root));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter: an escaped half of a surrogate pair is JSON, but no string.
            throw new FormatException($"{Example}: {e.Message}", e);
        }
    }

    /// <summary>Applies it to a link's present session. False if there is none, or the link was made without fault injection.</summary>
    public bool Apply(Link link, long now)
    {
        return link.Faults is { } faults && _apply(faults, now);
    }

    private static Func<FaultInjection, long, bool> Find(string name, JsonElement root)
    {
        switch (name)
        {
            case "jumpClock":
                long jump = Value(root, "ms", -MaxMillis, MaxMillis) * 1000;
                return (faults, now) => faults.JumpClock(jump, now);
            case "driftClock":
                int drift = (int)Value(root, "ppm", -FaultInjection.MaxDriftPpm, FaultInjection.MaxDriftPpm);
                return (faults, now) => faults.DriftClock(drift, now);
            case "dropReorderBuffer":
                return (faults, _) => faults.DropReorderBuffer();
            case "forgetSendHistory":
                return (faults, _) => faults.ForgetSendHistory() > 0;
            case "setCountersBack":
                int numbers = (int)Value(root, "numbers", 1, FaultInjection.MaxNumbers);
                return (faults, _) => faults.SetCountersBack(numbers);
            case "damageKey":
                return (faults, _) => faults.DamageSessionKey();
            case "forgetSession":
                return (faults, now) => faults.ForgetSession(now);
            case "terminate":
                return (faults, now) => faults.Terminate(now);
            case "corruptState":
                return (faults, now) => faults.CorruptState(now);
            case "deaf":
                long deaf = Value(root, "ms", 1, MaxMillis) * 1000;
                return (faults, now) => faults.Deafen(deaf, now);
            case "mute":
                long mute = Value(root, "ms", 1, MaxMillis) * 1000;
                return (faults, now) => faults.Mute(mute, now);
            default:
                throw new FormatException($"there is no fault \"{name}\", but: {Help}");
        }
    }

    private static long Value(JsonElement root, string name, long least, long most)
    {
        long value = 0;
        bool isWhole = root.TryGetProperty(name, out JsonElement given) && given.ValueKind == JsonValueKind.Number
            && given.TryGetInt64(out value);
        return isWhole && value >= least && value <= most
            ? value
            : throw new FormatException($"\"{name}\" must be a whole number from {least} to {most}");
    }

    private static ulong ParseKeyId(JsonElement id)
    {
        return id.ValueKind == JsonValueKind.String
            && ulong.TryParse(id.GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong keyId)
            ? keyId
            : throw new FormatException("\"keyId\" must be a key's id in hex digits, as \"listening\" names it");
    }
}
