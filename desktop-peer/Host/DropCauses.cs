using System.Text.Json;
using Hoplink.Wire;

namespace Hoplink.Host;

/// <summary>The causes for which datagrams are dropped, by name.</summary>
public static class DropCauses
{
    private static readonly DropCause[] _all = Enum.GetValues<DropCause>();
    private static readonly string[] _names = [.. _all.Select(cause => JsonNamingPolicy.CamelCase.ConvertName(cause.ToString()))];

    /// <summary>Causes, <see cref="DropCause.None"/> included.</summary>
    public static int Count => _all.Length;

    /// <summary>Writes an object with the causes that occurred, as in {"badTag":3}.</summary>
    public static void Write(Utf8JsonWriter json, string name, Totals totals)
    {
        json.WriteStartObject(name);
        for (int i = 0; i < Count; i++)
        {
            if (totals.Dropped(_all[i]) != 0)
            {
                json.WriteNumber(_names[i], totals.Dropped(_all[i]));
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The causes that occurred in words, as in "badTag 3, replay 1"; "none" if none did.</summary>
    public static string Text(Totals totals)
    {
        string text = string.Join(
            ", ", _all.Where(cause => totals.Dropped(cause) != 0).Select(cause => _names[(int)cause] + " " + totals.Dropped(cause)));
        return text.Length == 0 ? "none" : text;
    }
}
