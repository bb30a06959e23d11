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
        Assert.Null(Setting.Find(name).TrySet(configuration, value));
    }

    /// <summary>All settings as text, secrets too.</summary>
    public static string[] Values(DeviceConfiguration configuration)
    {
        return [.. Enumerable.Range(0, Setting.Count).Select(i => Setting.At(i).Name + "=" + Setting.At(i).Read(configuration))];
    }
}
