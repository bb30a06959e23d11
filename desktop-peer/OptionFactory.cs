using System.CommandLine;
using System.Globalization;
using System.Net;

namespace Hoplink.Peer;

/// <summary>Options whose values are checked while the command line is parsed, so that a wrong one ends in exit code 2.</summary>
internal static class OptionFactory
{
    /// <summary>An option with one value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="valueName">What its value is called in the help.</param>
    /// <param name="help">Its description.</param>
    /// <param name="fallback">Its value if it is not given.</param>
    /// <param name="parse">Reads the value; a <see cref="FormatException"/> becomes the error message.</param>
    public static Option<T> Create<T>(string name, string valueName, string help, T fallback, Func<string, T> parse)
    {
        return new Option<T>(name)
        {
            HelpName = valueName,
            Description = help,
            DefaultValueFactory = _ => fallback,
            CustomParser = result =>
            {
                try
                {
                    return parse(result.Tokens[0].Value);
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}");
                    return default;
                }
            },
        };
    }

    /// <summary>An option without a value.</summary>
    public static Option<bool> Flag(string name, string help)
    {
        return new Option<bool>(name) { Description = help };
    }

    /// <summary>Reads an IP address.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IPAddress ParseAddress(string text)
    {
        return IPAddress.TryParse(text, out IPAddress? address)
            ? address
            : throw new FormatException($"\"{text}\" is not an IP address");
    }

    /// <summary>Reads a share in percent, 0 to 100.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static double ParsePercent(string text)
    {
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) && percent <= 100
            ? percent
            : throw new FormatException($"\"{text}\" is not a share in percent: a number from 0 to 100 is needed, as in 10 or 0.5");
    }

    /// <summary>Reads a number of milliseconds, 0 to an hour.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static int ParseMilliseconds(string text)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int ms) && ms <= 3_600_000
            ? ms
            : throw new FormatException($"\"{text}\" is not a number of milliseconds from 0 to 3600000");
    }
}
