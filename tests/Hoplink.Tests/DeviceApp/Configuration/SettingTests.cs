using Hoplink.Device.Configuration;
using Hoplink.Parameters;

namespace Hoplink.Tests.Device.Configuration;

public sealed class SettingTests
{
    [Fact]
    public void A_new_configuration_has_the_defaults_and_lacks_key_peer_and_network()
    {
        Assert.Equal(
            ["psk=", "peer=", "hop=49152-50175", "iterations=4096", "encryption=offered", "ssid=", "password=", "faults=off"],
            Configurations.Values(new DeviceConfiguration()));
        Assert.Equal("psk", Setting.FindMissing(new DeviceConfiguration()));
        Assert.Null(Setting.FindMissing(Configurations.Create()));
    }

    [Theory]
    [InlineData("psk", "000102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f", Configurations.KeyDigits)]
    [InlineData("peer", "10.0.0.1", "10.0.0.1:40100")]
    [InlineData("peer", "my-peer.local:1", "my-peer.local:1")]
    [InlineData("peer", "1.2.3.x4", "1.2.3.x4:40100")]
    [InlineData("peer", "223.255.255.255", "223.255.255.255:40100")]
    [InlineData("peer", "a12345678901234567890123456789012345678901234567890123456789012:9",
        "a12345678901234567890123456789012345678901234567890123456789012:9")]
    [InlineData("hop", "1-65535", "1-65535")]
    [InlineData("hop", "50000-50000", "50000-50000")]
    [InlineData("iterations", "65535", "65535")]
    [InlineData("encryption", "off", "off")]
    [InlineData("encryption", "offered", "offered")]
    [InlineData("encryption", "required", "required")]
    [InlineData("ssid", " ", " ")]
    [InlineData("ssid", "Ångström 0123456789 0123456789", "Ångström 0123456789 0123456789")]
    [InlineData("password", "", "")]
    [InlineData("password", "12345678", "12345678")]
    [InlineData("faults", "off", "off")]
    public void What_is_set_is_read(string name, string value, string read)
    {
        DeviceConfiguration configuration = Configurations.Create();

        Assert.Null(Configurations.TrySet(configuration, name, value));

        Assert.Equal(read, Configurations.Read(configuration, Configurations.Find(name)));
    }

    [Theory]
    [InlineData("psk", "")]
    [InlineData("psk", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1")]
    [InlineData("psk", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g")]
    [InlineData("psk", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0")]
    [InlineData("peer", "")]
    [InlineData("peer", ":40100")]
    [InlineData("peer", "host:")]
    [InlineData("peer", "host:0")]
    [InlineData("peer", "host:65536")]
    [InlineData("peer", "host:+1")]
    [InlineData("peer", "fe80::1")]
    [InlineData("peer", "two words")]
    [InlineData("peer", "999.1.1.1")]
    [InlineData("peer", "1.2.3.256")]
    [InlineData("peer", "10.0.0.01")]
    [InlineData("peer", "1.2.3")]
    [InlineData("peer", "1.2.3.4.5")]
    [InlineData("peer", "167772161")]
    [InlineData("peer", "0.0.0.0")]
    [InlineData("peer", "224.0.0.1")]
    [InlineData("peer", "255.255.255.255")]
    [InlineData("peer", "...")]
    [InlineData("peer", "-")]
    [InlineData("peer", "-host")]
    [InlineData("peer", "host-")]
    [InlineData("peer", "host-.local")]
    [InlineData("peer", ".host")]
    [InlineData("peer", "host.")]
    [InlineData("peer", "host..local")]
    [InlineData("peer", "a123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("peer", "h\nt")]
    [InlineData("hop", "")]
    [InlineData("hop", "50000")]
    [InlineData("hop", "0-1")]
    [InlineData("hop", "2-1")]
    [InlineData("hop", "1-65536")]
    [InlineData("hop", "1-2-3")]
    [InlineData("iterations", "0")]
    [InlineData("iterations", "65536")]
    [InlineData("iterations", "4294967297")]
    [InlineData("iterations", "1e3")]
    [InlineData("encryption", "")]
    [InlineData("encryption", "on")]
    [InlineData("encryption", "Required")]
    [InlineData("ssid", "")]
    [InlineData("ssid", "012345678901234567890123456789012")]
    [InlineData("ssid", "01234567890123456789012345678å1")]
    [InlineData("ssid", "tab\there")]
    [InlineData("password", "1234567")]
    [InlineData("password", "0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("password", "pässword")]
    [InlineData("faults", "yes")]
    public void What_is_wrong_is_refused_by_name_and_changes_nothing(string name, string value)
    {
        value += name == "ssid" && value.StartsWith("01234567890123456789012345678å", StringComparison.Ordinal) ? "2" : "";
        DeviceConfiguration configuration = Configurations.Create();
        string[] before = Configurations.Values(configuration);

        string? problem = Configurations.TrySet(configuration, name, value);

        Assert.StartsWith(name + ":", problem);
        Assert.Equal(before, Configurations.Values(configuration));
    }

    [Theory]
    [InlineData("psk", "00010203040506070809zz0b0c0d0e0f101112131415161718191a1b1c1d1e1f")]
    [InlineData("password", "secret")]
    public void A_refusal_does_not_repeat_a_secret(string name, string value)
    {
        string? problem = Configurations.TrySet(new DeviceConfiguration(), name, value);

        Assert.DoesNotContain(value[..6], problem);
    }

    [Fact]
    public void Descriptions_have_no_secrets()
    {
        DeviceConfiguration configuration = Configurations.Create();

        string all = string.Join('\n', Enumerable.Range(0, Setting.Count).Select(i => Setting.At(i).Describe(configuration)));

        Assert.DoesNotContain("000102", all);
        Assert.DoesNotContain("blanks", all);
        Assert.Contains("peer.example:40200", all);
    }

    [Fact]
    public void A_new_key_overwrites_the_old_one()
    {
        DeviceConfiguration configuration = Configurations.Create();
        byte[] old = configuration.Psk;

        Configurations.Set(configuration, "psk", new string('a', 64));

        Assert.Equal(new byte[32], old);
        Assert.Equal(0xAA, configuration.Psk[31]);
    }

    [Fact]
    public void A_copy_is_the_same_and_has_its_own_key()
    {
        DeviceConfiguration configuration = Configurations.Create();
        string[] values = Configurations.Values(configuration);
        DeviceConfiguration copy = configuration.Copy();

        configuration.Wipe();

        Assert.Equal(values, Configurations.Values(copy));
        Assert.Equal(new byte[32], configuration.Psk);
    }

    [Fact]
    public void The_link_gets_port_iterations_encryption_and_faults()
    {
        var options = Configurations.Create().CreateLinkOptions();

        Assert.Equal((40200, 1000, true), (options.RendezvousPort, options.Iterations, options.FaultInjection));
        Assert.Equal(PayloadEncryption.Required, options.Encryption);
        Assert.False(new DeviceConfiguration().CreateLinkOptions().FaultInjection);
        Assert.Equal(PayloadEncryption.Offered, new DeviceConfiguration().CreateLinkOptions().Encryption);
    }
}
