using Hoplink.Host;
using Hoplink.Peer.Tests.Support;

namespace Hoplink.Peer.Tests;

public sealed class ResetSecretFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void The_secret_is_made_once_and_read_ever_after()
    {
        byte[] first = ResetSecretFile.ReadOrCreate(_folder.PathOf("state"), Assert.Fail);
        byte[] second = ResetSecretFile.ReadOrCreate(_folder.PathOf("state"), Assert.Fail);

        Assert.Equal(ResetSecretFile.SecretSize, first.Length);
        Assert.Equal(first, second);
        Assert.NotEqual(first, ResetSecretFile.ReadOrCreate(_folder.PathOf("other"), Assert.Fail));
    }

    [Fact]
    public void Directory_and_secret_are_for_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix's");
        string directory = _folder.PathOf("state");

        ResetSecretFile.ReadOrCreate(directory, Assert.Fail);

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
        Assert.Equal(Owner, File.GetUnixFileMode(Path.Combine(directory, ResetSecretFile.FileName)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(100_000)]
    public void A_damaged_secret_is_an_error_and_stays_as_it_is(int length)
    {
        byte[] content = new byte[length];
        content.AsSpan().Fill(7);
        AssertRefused(content);
    }

    [Fact]
    public void Zeros_that_a_crash_may_leave_are_damage()
    {
        AssertRefused(new byte[ResetSecretFile.SecretSize]);
    }

    [Fact]
    public void A_file_in_the_directorys_place_is_an_error_of_use()
    {
        File.WriteAllText(_folder.PathOf("state"), "a file");

        Assert.Throws<UsageException>(() => ResetSecretFile.ReadOrCreate(_folder.PathOf("state"), Assert.Fail));
    }

    [Fact]
    public void A_directory_without_a_name_is_an_error_of_use()
    {
        var refused = Assert.Throws<UsageException>(() => ResetSecretFile.ReadOrCreate(string.Empty, Assert.Fail));

        Assert.Contains("--state", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_open_to_others_is_read_with_a_warning()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix's");
        string directory = _folder.PathOf("state");
        byte[] secret = ResetSecretFile.ReadOrCreate(directory, Assert.Fail);
        File.SetUnixFileMode(
            Path.Combine(directory, ResetSecretFile.FileName), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var warnings = new List<string>();

        Assert.Equal(secret, ResetSecretFile.ReadOrCreate(directory, warnings.Add));
        Assert.Single(warnings);
    }

    private void AssertRefused(byte[] content)
    {
        string directory = _folder.PathOf("state");
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, ResetSecretFile.FileName);
        File.WriteAllBytes(path, content);

        var refused = Assert.Throws<UsageException>(() => ResetSecretFile.ReadOrCreate(directory, _ => { }));

        Assert.Contains(path + " is damaged", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllBytes(path));
    }
}
