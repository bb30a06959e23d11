using System;
using System.Text;
using Hoplink.Crypto;

namespace Hoplink.Device.Configuration;

/// <summary>
/// A configuration as the bytes of a file: a line with the version, a line "name=value" a setting, and a line with a checksum over all
/// before it. Every line ends with one '\n', so that a file that was cut or changed anywhere does not pass.
/// </summary>
public static class ConfigurationText
{
    private const string Head = "hoplink configuration ";
    private const string Version = "1";
    private const string SumName = "sum=";
    private const int SumSize = 8;

    // The name, the digits and the end of the line.
    private const int LastSize = 4 + (2 * SumSize) + 1;

    // What a file of the longest settings takes, and some more: nothing longer is read into memory.
    private const int MaxSize = 1024;

    /// <summary>Writes a configuration that has all that is required.</summary>
    /// <exception cref="ArgumentException">A required setting lacks.</exception>
    public static byte[] Write(DeviceConfiguration configuration, CryptoProvider crypto)
    {
        string missing = Setting.FindMissing(configuration);
        if (missing != null)
        {
            throw new ArgumentException("configuration: " + missing + " is not set");
        }

        byte[] text = new byte[MaxSize];
        int length = Ascii.Write(Head + Version + "\n", text, 0);
        for (int i = 0; i < Setting.Count; i++)
        {
            Setting setting = Setting.At(i);
            length += Ascii.Write(setting.Name + "=", text, length);
            length += setting.Write(configuration, text, length);
            length += Ascii.Write("\n", text, length);
        }

        length += WriteLast(text, length, text, length, crypto);
        byte[] file = new byte[length];
        Array.Copy(text, 0, file, 0, length);
        Array.Clear(text, 0, length);
        return file;
    }

    /// <summary>Reads a file into a new configuration. Returns null, or, leaving the configuration unfinished, what is wrong.</summary>
    public static string TryRead(byte[] file, DeviceConfiguration configuration, CryptoProvider crypto)
    {
        int bodySize = file.Length - LastSize;
        if (bodySize <= 0 || file.Length > MaxSize)
        {
            return "it is " + file.Length.ToString() + " bytes long";
        }

        // The checksum comes first: what has passed it is text that this code wrote.
        byte[] last = new byte[LastSize];
        WriteLast(file, bodySize, last, 0, crypto);
        if (!crypto.FixedTimeEquals(file, bodySize, last, 0, LastSize))
        {
            return "its checksum does not fit: it was cut or changed";
        }

        int line = Ascii.CountBefore(file, 0, bodySize, '\n');
        if (!Ascii.Is(file, 0, line, Head + Version))
        {
            // No longer line is shown, for it might be a setting.
            bool isHead = line >= Head.Length && line < Head.Length + 8 && Ascii.Is(file, 0, Head.Length, Head);
            return isHead
                ? "its first line is \"" + Encoding.UTF8.GetString(file, 0, line) + "\"; this firmware reads version " + Version
                : "it does not begin as a configuration does";
        }

        for (int at = line + 1; at < bodySize; at += line + 1)
        {
            line = Ascii.CountBefore(file, at, bodySize - at, '\n');
            string problem = SetLine(file, at, line, configuration);
            if (problem != null)
            {
                return problem;
            }
        }

        string missing = Setting.FindMissing(configuration);
        return missing == null ? null : missing + " is missing";
    }

    private static string SetLine(byte[] file, int offset, int count, DeviceConfiguration configuration)
    {
        int name = Ascii.CountBefore(file, offset, count, '=');
        Setting setting = name == count ? null : Setting.Find(file, offset, name);
        return setting == null
            ? "it has a line that is no setting"
            : setting.TrySet(configuration, file, offset + name + 1, count - name - 1);
    }

    /// <summary>Writes the line with the checksum over a body; returns its size.</summary>
    private static int WriteLast(byte[] body, int bodySize, byte[] output, int offset, CryptoProvider crypto)
    {
        byte[] hash = new byte[CryptoProvider.HashSize];
        crypto.Sha256(body, 0, bodySize, hash, 0);
        int at = offset + Ascii.Write(SumName, output, offset);
        Hex.Write(hash, SumSize, output, at);
        output[at + (2 * SumSize)] = (byte)'\n';
        return LastSize;
    }
}
