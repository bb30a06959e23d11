using System.Text;
using Hoplink.Crypto;
using Hoplink.Device.Configuration;
using Hoplink.Host;

namespace Hoplink.Tests.Device.Configuration;

public sealed class ConfigurationTextTests
{
    private readonly CryptoProvider _crypto = new PlatformCrypto();

    [Fact]
    public void What_is_written_is_read()
    {
        byte[] file = ConfigurationText.Write(Configurations.Create("Ångström"), _crypto);
        var read = new DeviceConfiguration();

        Assert.Null(ConfigurationText.TryRead(file, read, _crypto));

        Assert.Equal(Configurations.Values(Configurations.Create("Ångström")), Configurations.Values(read));
    }

    [Fact]
    public void The_longest_settings_fit_into_a_file()
    {
        DeviceConfiguration longest = Configurations.Create(new string('s', 32));
        Configurations.Set(longest, "peer", string.Concat(Enumerable.Repeat(new string('h', 63) + ".", 3)) + new string('h', 61) + ":65535");
        Configurations.Set(longest, "password", new string('p', 63));
        Configurations.Set(longest, "iterations", "65535");

        Assert.Null(ConfigurationText.TryRead(ConfigurationText.Write(longest, _crypto), new DeviceConfiguration(), _crypto));
    }

    [Fact]
    public void A_configuration_that_lacks_something_is_not_written()
    {
        DeviceConfiguration lacking = Configurations.Create();
        lacking.Ssid = null;

        Assert.Contains("ssid", Assert.Throws<ArgumentException>(() => ConfigurationText.Write(lacking, _crypto)).Message);
    }

    [Fact]
    public void A_file_cut_anywhere_is_told()
    {
        byte[] file = ConfigurationText.Write(Configurations.Create(), _crypto);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.NotNull(ConfigurationText.TryRead(file[..length], new DeviceConfiguration(), _crypto));
        }
    }

    [Fact]
    public void A_file_changed_anywhere_is_told()
    {
        byte[] file = ConfigurationText.Write(Configurations.Create(), _crypto);
        for (int i = 0; i < 8 * file.Length; i++)
        {
            byte[] changed = [.. file];
            changed[i / 8] ^= (byte)(1 << (i % 8));
            Assert.NotNull(ConfigurationText.TryRead(changed, new DeviceConfiguration(), _crypto));
        }
    }

    [Fact]
    public void Bytes_behind_the_end_are_told()
    {
        byte[] file = ConfigurationText.Write(Configurations.Create(), _crypto);

        Assert.NotNull(ConfigurationText.TryRead([.. file, (byte)'\n'], new DeviceConfiguration(), _crypto));
        Assert.Contains("bytes long", ConfigurationText.TryRead(new byte[5000], new DeviceConfiguration(), _crypto));
    }

    [Fact]
    public void A_file_of_another_version_is_told_with_both_versions()
    {
        string problem = Read(body => body.Replace("configuration 1\n", "configuration 2\n", StringComparison.Ordinal));

        Assert.Contains("\"hoplink configuration 2\"", problem);
        Assert.Contains("version 1", problem);
    }

    [Theory]
    [InlineData("peer=peer.example:40200\n", "", "peer is missing")]
    [InlineData("hoplink configuration 1\n", "", "it does not begin as a configuration does")]
    [InlineData("hoplink configuration 1\n", "hoplink configuration 1 ", "it does not begin as a configuration does")]
    [InlineData("faults=on\n", "faults=on\ncolour=red\n", "no setting")]
    [InlineData("faults=on\n", "faults=on\n\n", "no setting")]
    [InlineData("iterations=1000", "iterations=0", "iterations: give 1 to 65535")]
    public void A_whole_file_that_makes_no_sense_is_told(string from, string to, string problem)
    {
        Assert.Contains(problem, Read(body => body.Replace(from, to, StringComparison.Ordinal)));
    }

    /// <summary>Reads a file whose text was changed before its checksum was made.</summary>
    private string Read(Func<string, string> change)
    {
        string text = Encoding.UTF8.GetString(ConfigurationText.Write(Configurations.Create(), _crypto));
        string body = change(text[..text.IndexOf("sum=", StringComparison.Ordinal)]);
        byte[] hash = new byte[32];
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        _crypto.Sha256(bytes, 0, bytes.Length, hash, 0);
        byte[] file = Encoding.UTF8.GetBytes(body + "sum=" + Convert.ToHexStringLower(hash[..8]) + "\n");
        return ConfigurationText.TryRead(file, new DeviceConfiguration(), _crypto);
    }
}
