using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Hoplink.Parameters;

namespace Hoplink.Host;

/// <summary>Options whose values are checked while the command line is parsed, so that a wrong one ends in exit code 2.</summary>
public static class OptionFactory
{
    /// <summary>An option with one value.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="valueName">What its value is called in the help.</param>
    /// <param name="help">Its description.</param>
    /// <param name="fallback">Its value if it is not given.</param>
    /// <param name="parse">Reads the value; the message of a <see cref="FormatException"/> follows the option and what was given.</param>
    public static Option<T> Create<T>(string name, string valueName, string help, T fallback, Func<string, T> parse)
    {
        return new Option<T>(name)
        {
            HelpName = valueName,
            Description = help,
            DefaultValueFactory = fallback is null ? null : _ => fallback,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                try
                {
                    return parse(text);
                }
                catch (FormatException e)
                {
                    result.AddError($"{name} {(text.Length == 0 ? "\"\"" : text)}: {e.Message}");
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

    /// <summary>An option with a whole number in a range; null if it is not given.</summary>
    public static Option<int?> Number(string name, string unit, int least, int most, string help)
    {
        return Create<int?>(name, unit, help, null, text => ParseNumber(text, least, most));
    }

    /// <summary>An option with one of two words; the first if it is not given.</summary>
    public static Option<string> Choice(string name, string help, string first, string second)
    {
        Option<string> option = Create(
            name, $"{first}|{second}", help, first,
            text => text == first || text == second ? text : throw new FormatException($"give {first} or {second}"));
        option.CompletionSources.Add(first, second);
        return option;
    }

    /// <summary>The option --encryption, for a peer and a device alike (protocol.md 4.2, 14).</summary>
    public static Option<PayloadEncryption> Encryption()
    {
        string[] words = [.. Enum.GetValues<PayloadEncryption>().Select(Word)];
        Option<PayloadEncryption> option = Create(
            "--encryption", string.Join('|', words),
            "Whether messages are hidden: never; where the other end offers it too; always, and a session without it is refused.",
            PayloadEncryption.Offered, ParseEncryption);
        option.CompletionSources.Add(words);
        return option;
    }

    /// <summary>Reads the word for it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PayloadEncryption ParseEncryption(string text)
    {
        PayloadEncryption[] all = Enum.GetValues<PayloadEncryption>();
        int index = Array.FindIndex(all, encryption => Word(encryption) == text);
        return index >= 0 ? all[index] : throw new FormatException($"give {string.Join(" or ", all.Select(Word))}");
    }

    /// <summary>The word for it, on the command line and in JSON.</summary>
    public static string Word(PayloadEncryption encryption)
    {
        return JsonNamingPolicy.CamelCase.ConvertName(encryption.ToString());
    }

    /// <summary>The option --seed; null if it is not given.</summary>
    public static Option<ulong?> Seed(string help)
    {
        return Create<ulong?>("--seed", "N", help, null, text => ParseSeed(text));
    }

    /// <summary>Reads a seed.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ulong ParseSeed(string text)
    {
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : throw new FormatException("give a whole number from 0 on, as in 7");
    }

    /// <summary>Reads an IP address.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IPAddress ParseAddress(string text)
    {
        return HostNames.TryParseAddress(text, out IPAddress? address)
            ? address
            : throw new FormatException("give an IP address, as in 192.168.1.20 or fe80::1");
    }

    /// <summary>Reads a share in percent, 0 to 100.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static double ParsePercent(string text)
    {
        // Whatever the style, minus infinity is a number to the system's reader.
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
            && percent is >= 0 and <= 100
            ? percent
            : throw new FormatException("give a share in percent, 0 to 100, as in 10 or 0.5");
    }

    /// <summary>Reads a number of milliseconds, 0 to an hour.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static int ParseMilliseconds(string text)
    {
        return ParseNumber(text, 0, 3_600_000);
    }

    private static int ParseNumber(string text, int least, int most)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw new FormatException($"give {least} to {most}");
    }
}
