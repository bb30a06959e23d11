using Hoplink.Device.Configuration;
using Hoplink.Host;

namespace Hoplink.Tests.Device.Configuration;

public sealed class ConfigurationStoreTests
{
    private readonly MemoryFiles _files = new();

    [Fact]
    public void A_board_that_was_never_configured_says_so()
    {
        ConfigurationStore store = Store();

        Assert.Equal(StoreState.Empty, store.Load());
        Assert.Null(store.Configuration);
        Assert.Null(store.Problem);
    }

    [Fact]
    public void What_is_saved_is_loaded_from_one_file()
    {
        Assert.Null(Store().Save(Configurations.Create("first")));
        Assert.Null(Store().Save(Configurations.Create("second")));

        Assert.Equal("second", LoadSsid());
        Assert.Equal([ConfigurationStore.FileName], _files.Files.Keys);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whenever_the_power_fails_the_old_or_the_new_configuration_is_there(bool hasOld)
    {
        int failures = 0;
        bool sawOld = false;
        bool sawNew = false;
        for (int steps = 0; ; steps++)
        {
            _files.Files.Clear();
            _files.StepsLeft = int.MaxValue;
            if (hasOld)
            {
                Assert.Null(Store().Save(Configurations.Create("old")));
            }

            _files.StepsLeft = steps;
            bool isSaved = Store().Save(Configurations.Create("new")) == null;
            _files.StepsLeft = int.MaxValue;
            if (isSaved)
            {
                Assert.Equal("new", LoadSsid());
                break;
            }

            failures++;
            string? found = FoundAfterPowerFailures(hasOld);
            sawOld |= found == "old";
            sawNew |= found == "new";
        }

        Assert.Equal(hasOld ? 3 : 2, failures);
        Assert.Equal((hasOld, true), (sawOld, sawNew));
    }

    [Fact]
    public void A_torn_file_is_told_with_what_is_wrong()
    {
        Store().Save(Configurations.Create());
        _files.Files[ConfigurationStore.FileName] = _files.Files[ConfigurationStore.FileName][..^9];
        ConfigurationStore store = Store();

        Assert.Equal(StoreState.Torn, store.Load());

        Assert.Null(store.Configuration);
        Assert.Contains("hoplink.cfg: its checksum", store.Problem);
        Assert.DoesNotContain("000102", store.Problem);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_told()
    {
        Store().Save(Configurations.Create());
        _files.IsBroken = true;
        ConfigurationStore store = Store();

        Assert.Equal(StoreState.Torn, store.Load());
        Assert.Contains("IOException", store.Problem);
    }

    [Fact]
    public void A_whole_new_file_takes_the_place_of_a_torn_one()
    {
        Store().Save(Configurations.Create("new"));
        _files.Files[ConfigurationStore.NewFileName] = _files.Files[ConfigurationStore.FileName];
        _files.Files[ConfigurationStore.FileName] = [1, 2, 3];
        ConfigurationStore store = Store();

        Assert.Equal(StoreState.Loaded, store.Load());

        Assert.Equal("new", store.Configuration.Ssid);
        Assert.Null(store.Problem);
        Assert.Equal([ConfigurationStore.FileName], _files.Files.Keys);
    }

    [Fact]
    public void A_flash_that_refuses_keeps_what_was_there_and_is_told()
    {
        Store().Save(Configurations.Create("old"));
        _files.IsBroken = true;

        Assert.Contains("IOException", Store().Save(Configurations.Create("new")));

        _files.IsBroken = false;
        Assert.Equal("old", LoadSsid());
    }

    [Fact]
    public void A_flash_that_forgets_keeps_what_was_there_and_is_told()
    {
        Store().Save(Configurations.Create("old"));
        _files.IsForgetful = true;

        Assert.Contains("otherwise", Store().Save(Configurations.Create("new")));

        Assert.Equal("old", LoadSsid());
    }

    [Fact]
    public void A_file_system_that_refuses_to_look_is_told_and_throws_nothing()
    {
        Store().Save(Configurations.Create());
        _files.RefusesToLook = true;
        ConfigurationStore store = Store();

        Assert.Equal(StoreState.Torn, store.Load());

        Assert.Equal("the file system refused: IOException", store.Problem);
    }

    [Theory]
    [InlineData("old", false)]
    [InlineData("new", true)]
    public void A_configuration_that_was_read_is_used_though_the_new_file_cannot_be_removed(string ssid, bool isTorn)
    {
        Store().Save(Configurations.Create("new"));
        byte[] made = _files.Files[ConfigurationStore.FileName];
        Store().Save(Configurations.Create("old"));
        _files.Files[ConfigurationStore.NewFileName] = made;
        if (isTorn)
        {
            _files.Files[ConfigurationStore.FileName] = [1, 2, 3];
        }

        _files.RefusesToRemove = ConfigurationStore.NewFileName;
        ConfigurationStore store = Store();

        Assert.Equal(StoreState.Loaded, store.Load());

        Assert.Equal(ssid, store.Configuration.Ssid);
        Assert.Equal("the file system refused: IOException", store.Problem);
    }

    [Fact]
    public void What_was_read_is_overwritten()
    {
        Store().Save(Configurations.Create());
        Store().Load();

        Assert.Equal(2, _files.Handed.Count);
        Assert.All(_files.Handed, bytes => Assert.All(bytes, value => Assert.Equal(0, value)));
    }

    /// <summary>What a board finds that loses its power again at each step of its repair, until it has none left to do.</summary>
    private string? FoundAfterPowerFailures(bool hasOld)
    {
        for (int steps = 0; ; steps++)
        {
            _files.StepsLeft = steps;
            ConfigurationStore store = Store();
            StoreState state = store.Load();
            Assert.True(state == StoreState.Loaded || !hasOld, "the configuration is lost");
            if (_files.StepsLeft >= 0)
            {
                return store.Configuration?.Ssid;
            }
        }
    }

    private ConfigurationStore Store() => new(_files, new PlatformCrypto());

    private string LoadSsid()
    {
        ConfigurationStore store = Store();
        Assert.Equal(StoreState.Loaded, store.Load());
        return store.Configuration.Ssid;
    }
}
