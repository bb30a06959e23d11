using System.Text.Json;
using Hoplink.Host;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests;

public sealed class KeygenTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task It_writes_64_hex_digits_and_a_line_end_that_the_owner_alone_can_read()
    {
        string path = _folder.PathOf("device.psk");

        (int exit, _, string error) = await RunningCommand.RunAsync("keygen", "--out", path);

        Assert.Equal(ExitCode.Done, exit);
        Assert.Empty(error);
        Assert.Matches("^[0-9a-f]{64}\n$", await File.ReadAllTextAsync(path));
        Assert.Equal(["device.psk"], _folder.Names);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task It_prints_the_key_id_and_not_the_key()
    {
        string path = _folder.PathOf("device.psk");

        (_, string output, _) = await RunningCommand.RunAsync("keygen", "--out", path, "--json");

        byte[] key = PskFile.Read(path, Assert.Fail);
        JsonElement written = JsonDocument.Parse(output).RootElement;
        Assert.Equal("keyWritten", written.GetProperty("event").GetString());
        Assert.Equal(PskFile.KeyId(key).ToString("x16"), written.GetProperty("keyId").GetString());
        Assert.DoesNotContain(Convert.ToHexStringLower(key), output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_key_id_is_that_of_the_protocol_vectors()
    {
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "protocol.json")));
        JsonElement[] cases = [.. vectors.RootElement.GetProperty("cases").EnumerateArray()];

        Assert.NotEmpty(cases);
        foreach (JsonElement vector in cases)
        {
            byte[] psk = Convert.FromHexString(vector.GetProperty("psk").GetString()!);
            Assert.Equal(vector.GetProperty("key_id").GetString(), PskFile.KeyId(psk).ToString("x16"));
        }
    }

    [Fact]
    public async Task A_file_that_exists_is_left_alone_and_named()
    {
        string path = _folder.PathOf("device.psk");
        await File.WriteAllTextAsync(path, "precious");

        (int exit, string output, string error) = await RunningCommand.RunAsync("keygen", "--out", path);

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Equal("precious", await File.ReadAllTextAsync(path));
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Contains("--force", error, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.Equal(["device.psk"], _folder.Names);
    }

    [Fact]
    public async Task With_force_the_file_is_replaced_and_closed_to_others()
    {
        string path = _folder.PathOf("device.psk");
        await File.WriteAllTextAsync(path, "old");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, OwnerOnly | UnixFileMode.OtherRead);
        }

        (int exit, _, _) = await RunningCommand.RunAsync("keygen", "--out", path, "--force");

        Assert.Equal(ExitCode.Done, exit);
        PskFile.Read(path, Assert.Fail);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_error_of_use()
    {
        (int exit, _, string error) = await RunningCommand.RunAsync("keygen", "--out", _folder.PathOf("no/such/device.psk"));

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Contains("cannot be written", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("st/")]
    [InlineData("st")]
    public async Task A_path_that_names_no_file_is_refused_and_no_key_is_left_behind(string name)
    {
        Directory.CreateDirectory(_folder.PathOf("st"));
        string[] before = Directory.GetFileSystemEntries(Environment.CurrentDirectory);

        (int exit, _, string error) = await RunningCommand.RunAsync("keygen", "--out", name.Length == 0 ? name : _folder.PathOf(name));

        Assert.Equal(ExitCode.WrongUse, exit);
        Assert.Contains("the name of a file is needed", error, StringComparison.Ordinal);
        Assert.DoesNotContain("--force", error, StringComparison.Ordinal);
        Assert.Equal(["st"], _folder.Names);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.PathOf("st")));
        Assert.Equal(before, Directory.GetFileSystemEntries(Environment.CurrentDirectory));
    }

    [Fact]
    public void A_key_whose_id_cannot_be_printed_is_a_failure()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using ChildCommand keygen = ChildCommand.Under("exec >/dev/full", "keygen", "--out", _folder.PathOf("a"));

        Assert.Equal(ExitCode.Failed, keygen.WaitForExit());
        Assert.Contains("standard output cannot be written", keygen.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_that_cannot_be_printed_is_a_failure()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using ChildCommand help = ChildCommand.Under("exec >/dev/full", "--help");

        Assert.Equal(ExitCode.Failed, help.WaitForExit());
        Assert.Contains("standard output cannot be written", help.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_keys_are_not_the_same()
    {
        await RunningCommand.RunAsync("keygen", "--out", _folder.PathOf("a"));
        await RunningCommand.RunAsync("keygen", "--out", _folder.PathOf("b"));

        Assert.NotEqual(PskFile.Read(_folder.PathOf("a"), Assert.Fail), PskFile.Read(_folder.PathOf("b"), Assert.Fail));
    }
}
