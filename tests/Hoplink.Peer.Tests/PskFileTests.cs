using Hoplink.Host;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests;

public sealed class PskFileTests : IDisposable
{
    private const string Digits = "00112233445566778899aabbccddeeff0123456789ABCDEF0123456789abcdef";

    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Digits)]
    [InlineData(Digits + "\n")]
    [InlineData(Digits + "\r\n")]
    public void A_line_of_64_hex_digits_is_a_key(string content)
    {
        Assert.Equal(Convert.FromHexString(Digits), PskFile.Read(Write(content), Assert.Fail));
    }

    [Theory]
    [InlineData("", "line 1: it has 0 hex digits")]
    [InlineData("00112233", "line 1: it has 8 hex digits")]
    [InlineData(Digits + "0", "line 1: it has 65 hex digits")]
    [InlineData("0x" + Digits, "line 1: character 2 is not a hex digit")]
    [InlineData(" " + Digits, "line 1: character 1 is not a hex digit")]
    [InlineData(Digits + " \n", "line 1: character 65 is not a hex digit")]
    [InlineData(Digits + "\n\n", "line 2: the file goes on")]
    [InlineData(Digits + "\n" + Digits + "\n", "line 2: the file goes on")]
    [InlineData("# my key\n" + Digits, "line 2: the file goes on")]
    public void Anything_else_is_refused_with_its_line_and_reason(string content, string reason)
    {
        string path = Write(content);

        var refused = Assert.Throws<UsageException>(() => PskFile.Read(path, Assert.Fail));

        Assert.StartsWith(path + " " + reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_quotes_nothing_of_the_file()
    {
        var refused = Assert.Throws<UsageException>(() => PskFile.Read(Write(Digits[..63] + "\n"), Assert.Fail));

        Assert.DoesNotContain(Digits[..8], refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_huge_file_is_refused_without_reading_it_all()
    {
        Assert.Throws<UsageException>(() => PskFile.Read(Write(new string('a', 1_000_000)), Assert.Fail));
    }

    [Fact]
    public void A_missing_file_is_refused_and_the_remedy_named()
    {
        var refused = Assert.Throws<UsageException>(() => PskFile.Read(_folder.PathOf("none"), Assert.Fail));

        Assert.Contains("hoplink keygen", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_open_to_others_is_read_with_a_warning(UnixFileMode excess)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix's");
        string path = Write(Digits);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | excess);
        var warnings = new List<string>();

        PskFile.Read(path, warnings.Add);

        Assert.Contains("chmod 600", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private string Write(string content)
    {
        string path = _folder.PathOf("key");
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }
}
