using System.Text;
using Hoplink.Device.Configuration;

namespace Hoplink.Tests.Device.Configuration;

/// <summary>Configurations for tests.</summary>
internal static class Configurations
{
    public const string KeyDigits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    public static DeviceConfiguration Create(string ssid = "home")
    {
        var configuration = new DeviceConfiguration();
        Set(configuration, "psk", KeyDigits);
        Set(configuration, "peer", "peer.example:40200");
        Set(configuration, "hop", "50000-50099");
        Set(configuration, "iterations", "1000");
        Set(configuration, "encryption", "required");
        Set(configuration, "ssid", ssid);
        Set(configuration, "password", " blanks = kept ");
        Set(configuration, "faults", "on");
        return configuration;
    }

    public static void Set(DeviceConfiguration configuration, string name, string value)
    {
        Assert.Null(TrySet(configuration, name, value));
    }

    public static string? TrySet(DeviceConfiguration configuration, string name, string value)
    {
        // Amid other bytes, which are not to be read.
        byte[] text = Encoding.UTF8.GetBytes("0" + value + "0");
        return Find(name).TrySet(configuration, text, 1, text.Length - 2);
    }

    public static Setting Find(string name) => Setting.Find(Encoding.UTF8.GetBytes(name), 0, name.Length);

    /// <summary>A setting as text, a secret too; null if it is not set.</summary>
    public static string? Read(DeviceConfiguration configuration, Setting setting)
    {
        byte[] text = new byte[400];
        return setting.IsSet(configuration) ? Encoding.UTF8.GetString(text, 3, setting.Write(configuration, text, 3)) : null;
    }

    /// <summary>All settings as text, secrets too.</summary>
    public static string[] Values(DeviceConfiguration configuration)
    {
        return [.. Enumerable.Range(0, Setting.Count).Select(Setting.At).Select(s => s.Name + "=" + Read(configuration, s))];
    }
}
