namespace Hoplink.Device.Configuration;

/// <summary>What a board can look up, and send to.</summary>
internal static class HostName
{
    // RFC 1035, 2.3.4: without the root's dot.
    private const int LongestName = 253;
    private const int LongestLabel = 63;

    // From here on there are groups, addresses kept back, and the broadcast (RFC 5771, RFC 1112).
    private const int FirstNotUnicast = 224;

    /// <summary>True for a name of RFC 1123, 2.1, and for an IPv4 address of one host in four decimal parts.</summary>
    public static bool IsHost(string host)
    {
        if (host.Length == 0 || host.Length > LongestName)
        {
            return false;
        }

        string[] labels = host.Split('.');
        bool isNumeric = true;
        for (int i = 0; i < labels.Length; i++)
        {
            if (!IsLabel(labels[i]))
            {
                return false;
            }

            isNumeric = isNumeric && IsDigits(labels[i]);
        }

        return !isNumeric || IsUnicastAddress(labels);
    }

    private static bool IsUnicastAddress(string[] parts)
    {
        if (parts.Length != 4)
        {
            return false;
        }

        for (int i = 0; i < parts.Length; i++)
        {
            // A leading zero is octal to some, and decimal to others.
            bool isPlain = parts[i].Length == 1 || parts[i][0] != '0';
            if (!isPlain || Setting.ParseNumber(parts[i], 0, 255) < 0)
            {
                return false;
            }
        }

        int first = Setting.ParseNumber(parts[0], 0, 255);
        return first > 0 && first < FirstNotUnicast;
    }

    private static bool IsLabel(string label)
    {
        if (label.Length == 0 || label.Length > LongestLabel || label[0] == '-' || label[label.Length - 1] == '-')
        {
            return false;
        }

        for (int i = 0; i < label.Length; i++)
        {
            char c = label[i];
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDigits(string label)
    {
        for (int i = 0; i < label.Length; i++)
        {
            if (label[i] < '0' || label[i] > '9')
            {
                return false;
            }
        }

        return true;
    }
}
