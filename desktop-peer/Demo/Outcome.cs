using System.Text.Json;

namespace Hoplink.Peer.Demo;

/// <summary>What was measured in a scenario.</summary>
internal sealed record Outcome(
    Scenario Scenario, int[] Levels, double? DetectMs, double? HealMs, int Sent, int Delivered, int Reported, int Lost, int Duplicated,
    string? Problem)
{
    public bool IsGood => Problem is null;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", Scenario.Name);
        json.WriteStartArray("levels");
        foreach (int level in Levels)
        {
            json.WriteNumberValue(level);
        }

        json.WriteEndArray();
        WriteOptional(json, "detectMs", DetectMs);
        WriteOptional(json, "healMs", HealMs);
        json.WriteNumber("sent", Sent);
        json.WriteNumber("delivered", Delivered);
        json.WriteNumber("reported", Reported);
        json.WriteNumber("lost", Lost);
        json.WriteNumber("duplicated", Duplicated);
        json.WriteBoolean("ok", IsGood);
        if (Problem is not null)
        {
            json.WriteString("problem", Problem);
        }

        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 1));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
