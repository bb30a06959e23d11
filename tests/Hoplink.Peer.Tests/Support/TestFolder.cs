namespace Hoplink.Peer.Tests.Support;

/// <summary>A folder that is deleted with what it holds.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hoplink-test-");

    public string PathOf(string name)
    {
        return Path.Combine(_folder.FullName, name);
    }

    public string[] Names => [.. _folder.GetFileSystemInfos().Select(info => info.Name).Order()];

    public void Dispose()
    {
        _folder.Delete(recursive: true);
    }
}
