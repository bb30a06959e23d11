using System.Globalization;

namespace Hoplink.Peer;

/// <summary>Reads ports, ranges and lists of them from the command line.</summary>
internal static class PortList
{
    /// <summary>Ports in a list: each costs a socket.</summary>
    public const int MaxPorts = 16_384;

    /// <summary>Reads a port, 1 to 65535.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static int ParsePort(string text)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is >= 1 and <= 65535
            ? port
            : throw new FormatException($"\"{text}\" is not a port: a number from 1 to 65535 is needed");
    }

    /// <summary>Reads FIRST-LAST.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PortRange ParseRange(string text)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            throw new FormatException($"\"{text}\" is not a range of ports: FIRST-LAST is needed, as in 49152-50175");
        }

        int first = ParsePort(text[..dash]);
        int last = ParsePort(text[(dash + 1)..]);
        return first <= last ? new PortRange(first, last) : throw new FormatException($"the range {text} ends before it begins");
    }

    /// <summary>Reads ports and ranges separated by commas, in the order given.</summary>
    /// <exception cref="FormatException">One is malformed, a port is named twice, or they are too many.</exception>
    public static IReadOnlyList<int> ParseList(string text)
    {
        var ports = new List<int>();
        var seen = new HashSet<int>();
        foreach (string part in text.Split(','))
        {
            bool isRange = part.Contains('-', StringComparison.Ordinal);
            PortRange range = isRange ? ParseRange(part) : new PortRange(ParsePort(part), ParsePort(part));
            for (int port = range.First; port <= range.Last; port++)
            {
                if (!seen.Add(port))
                {
                    throw new FormatException($"port {port} is named twice");
                }

                ports.Add(port);
            }
        }

        if (ports.Count > MaxPorts)
        {
            throw new FormatException($"{ports.Count} ports are too many: {MaxPorts} at most");
        }

        return ports;
    }
}
