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

        string text = Head + Version + "\n";
        for (int i = 0; i < Setting.Count; i++)
        {
            Setting setting = Setting.At(i);
            text += setting.Name + "=" + setting.Read(configuration) + "\n";
        }

        byte[] body = Encoding.UTF8.GetBytes(text);
        byte[] last = Encoding.UTF8.GetBytes(SumName + Sum(body, body.Length, crypto) + "\n");
        byte[] file = new byte[body.Length + last.Length];
        Array.Copy(body, 0, file, 0, body.Length);
        Array.Copy(last, 0, file, body.Length, last.Length);
        Array.Clear(body, 0, body.Length);
        return file;
    }

    /// <summary>Reads a file into a new configuration. Returns null, or, leaving the configuration unfinished, what is wrong.</summary>
    public static string TryRead(byte[] file, DeviceConfiguration configuration, CryptoProvider crypto)
    {
        int lastSize = SumName.Length + (2 * SumSize) + 1;
        int bodySize = file.Length - lastSize;
        if (bodySize <= 0 || file.Length > MaxSize)
        {
            return "it is " + file.Length.ToString() + " bytes long";
        }

        // The checksum comes first: what has passed it is text that this code wrote.
        if (!Ends(file, bodySize, SumName + Sum(file, bodySize, crypto) + "\n"))
        {
            return "its checksum does not fit: it was cut or changed";
        }

        string[] lines = Encoding.UTF8.GetString(file, 0, bodySize - 1).Split('\n');
        if (lines[0] != Head + Version)
        {
            return "its first line is \"" + lines[0] + "\"; this firmware reads version " + Version;
        }

        for (int i = 1; i < lines.Length; i++)
        {
            string problem = SetLine(lines[i], configuration);
            if (problem != null)
            {
                return problem;
            }
        }

        string missing = Setting.FindMissing(configuration);
        return missing == null ? null : missing + " is missing";
    }

    private static string SetLine(string line, DeviceConfiguration configuration)
    {
        int equals = line.IndexOf('=');
        Setting setting = equals < 0 ? null : Setting.Find(line.Substring(0, equals));
        return setting == null ? "it has a line that is no setting" : setting.TrySet(configuration, line.Substring(equals + 1));
    }

    private static string Sum(byte[] bytes, int count, CryptoProvider crypto)
    {
        byte[] hash = new byte[CryptoProvider.HashSize];
        crypto.Sha256(bytes, 0, count, hash, 0);
        return Hex.Write(hash, SumSize);
    }

    private static bool Ends(byte[] file, int offset, string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (file[offset + i] != text[i])
            {
                return false;
            }
        }

        return true;
    }
}
