using System.Text;
using Hoplink.Device.Configuration;
using Hoplink.Device.Provisioning;
using Hoplink.Host;
using Hoplink.Keys;
using Hoplink.Tests.Device.Configuration;

namespace Hoplink.Tests.Device;

public sealed class ProvisioningTests
{
    private const string Key = Configurations.KeyDigits;

    private readonly MemoryFiles _files = new();
    private readonly PlatformCrypto _crypto = new();

    private static string KeyId => LinkEventText.Id(PskKeys.ComputeKeyId(new PlatformCrypto(), Convert.FromHexString(Key)));

    [Fact]
    public void A_board_without_configuration_is_provisioned_by_four_lines()
    {
        ProvisioningDialogue dialogue = Dialogue(null);

        Assert.Equal("ok key id " + KeyId, dialogue.Answer("set psk " + Key, false));
        Assert.Equal("ok peer 10.0.0.1:40100", dialogue.Answer("set peer 10.0.0.1", false));
        Assert.Equal("ok ssid  my  home ", dialogue.Answer("set ssid  my  home ", false));
        Assert.False(dialogue.IsOver);
        Assert.Equal(0, _files.Writes);
        Assert.Equal($"ok saved, key id {KeyId}; the board starts", dialogue.Answer("save", false));

        Assert.True(dialogue.IsOver);
        ConfigurationStore store = Store();
        Assert.Equal(StoreState.Loaded, store.Load());
        Assert.Equal((" my  home ", "10.0.0.1"), (store.Configuration.Ssid, store.Configuration.PeerHost));
        Assert.Equal(Convert.FromHexString(Key), store.Configuration.Psk);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("hello")]
    [InlineData("SET psk 00")]
    [InlineData("set")]
    [InlineData("set ")]
    [InlineData("set psk")]
    [InlineData("set  psk 00")]
    [InlineData("set colour red")]
    [InlineData("set iterations 0")]
    [InlineData("set iterations  5")]
    [InlineData("save now")]
    [InlineData("show psk")]
    [InlineData("cancel all")]
    [InlineData("help me")]
    public void A_line_that_is_not_understood_is_answered_by_an_error_and_changes_nothing(string line)
    {
        ProvisioningDialogue dialogue = Dialogue(Configurations.Create());
        string before = dialogue.Answer("show", false);

        string answer = dialogue.Answer(line, false);

        Assert.StartsWith("error: ", answer);
        Assert.Contains("nothing was changed", answer);
        Assert.Equal(before, dialogue.Answer("show", false));
        Assert.Equal(0, _files.Writes);
        Assert.False(dialogue.IsOver);
    }

    [Fact]
    public void A_bad_line_is_not_obeyed()
    {
        ProvisioningDialogue dialogue = Dialogue(Configurations.Create());

        Assert.StartsWith("error: ", dialogue.Answer("save", true));

        Assert.Equal((0, false), (_files.Writes, dialogue.IsOver));
    }

    [Fact]
    public void Nothing_is_saved_while_something_required_lacks()
    {
        ProvisioningDialogue dialogue = Dialogue(null);
        dialogue.Answer("set psk " + Key, false);

        Assert.Equal("error: peer is not set; nothing was written", dialogue.Answer("save", false));

        Assert.Equal((0, false), (_files.Writes, dialogue.IsOver));
    }

    [Fact]
    public void A_flash_that_refuses_is_told_and_the_dialogue_goes_on()
    {
        ProvisioningDialogue dialogue = Dialogue(Configurations.Create());
        _files.IsBroken = true;

        Assert.StartsWith("error: not saved", dialogue.Answer("save", false));
        Assert.False(dialogue.IsOver);

        _files.IsBroken = false;
        Assert.StartsWith("ok saved", dialogue.Answer("save", false));
    }

    [Fact]
    public void Cancel_goes_back_to_a_configuration_that_is_there()
    {
        DeviceConfiguration present = Configurations.Create("old");
        ProvisioningDialogue dialogue = Dialogue(present);
        dialogue.Answer("set ssid new", false);

        Assert.StartsWith("ok ", dialogue.Answer("cancel", false));

        Assert.Equal((0, true, "old"), (_files.Writes, dialogue.IsOver, present.Ssid));
    }

    [Fact]
    public void Cancel_is_an_error_without_a_configuration_to_go_back_to()
    {
        ProvisioningDialogue dialogue = Dialogue(null);

        Assert.StartsWith("error: ", dialogue.Answer("cancel", false));

        Assert.False(dialogue.IsOver);
    }

    [Fact]
    public void No_answer_shows_a_key_or_a_pass_phrase()
    {
        ProvisioningDialogue dialogue = Dialogue(null);
        string[] lines =
        [
            "set psk " + Key, "set psk " + Key + "0", "set psk x" + Key[1..], "set password s3cret phrase", "set password s3cret", "show",
            "set peer host", "set ssid net", "help", "nonsense " + Key, "save",
        ];

        string all = string.Join('\n', lines.Select(line => dialogue.Answer(line, false)));

        Assert.DoesNotContain(Key[2..10], all);
        Assert.DoesNotContain("s3cret", all);
        Assert.Contains(KeyId, all);
        Assert.Contains("password set", all);
    }

    [Fact]
    public void Every_answer_ends_with_a_line_of_ok_or_error()
    {
        ProvisioningDialogue dialogue = Dialogue(Configurations.Create());
        foreach (string line in (string[])["help", "show", "set faults on", "set faults maybe", "what"])
        {
            string[] answer = dialogue.Answer(line, false).Split('\n');

            Assert.Matches("^(ok|error: )", answer[^1]);
            Assert.All(answer[..^1], row => Assert.StartsWith(" ", row));
        }

        for (int i = 0; i < Setting.Count; i++)
        {
            Assert.Contains(Setting.At(i).Name + ": ", dialogue.Answer("help", false));
        }
    }

    [Fact]
    public void The_greeting_says_why_the_board_waits()
    {
        Assert.StartsWith("this board is not configured", ProvisioningDialogue.Greeting(StoreState.Empty, null));
        Assert.Contains("damaged (the reason)", ProvisioningDialogue.Greeting(StoreState.Torn, "the reason"));
        Assert.Contains("anew", ProvisioningDialogue.Greeting(StoreState.Loaded, null));
    }

    [Fact]
    public void Lines_end_with_either_sign_or_both()
    {
        Assert.Equal(["one", "two", "", "three", "four"], Lines("one\ntwo\r\rthree\r\nfour\r\nrest"));
    }

    [Fact]
    public void Backspace_takes_back_what_was_typed()
    {
        Assert.Equal(["save", "x"], Lines("saw\bve\u007f\u007fve\n\b\bx\n"));
    }

    [Fact]
    public void A_line_that_is_too_long_or_no_text_is_bad_as_a_whole_and_the_next_is_good()
    {
        string longest = new('a', LineAssembler.MaxLength);

        Assert.Equal([longest, "BAD", "save", "BAD", "BAD", "save"], Lines($"{longest}\n{longest}b\nsave\nsa\tve\nsa\0ve\nsave\n"));
    }

    [Fact]
    public void Lines_are_utf8()
    {
        Assert.Equal(["set ssid Ångström"], Lines("set ssid Ångström\n"));
    }

    [Fact]
    public void A_file_with_the_same_lines_provisions_the_board_and_is_removed()
    {
        PutFile($"set psk {Key}\r\nset peer host\r\n\r\nset ssid net\r\nsave");
        ProvisioningFile file = File();

        Assert.True(file.TakeUp());

        Assert.Equal($"provision.txt: ok saved, key id {KeyId}; the board starts", file.Told);
        Assert.Equal([ConfigurationStore.FileName], _files.Files.Keys);
        Assert.Equal(StoreState.Loaded, Store().Load());
    }

    [Theory]
    [InlineData("set peer host\nset psk 12\nset ssid net\nsave\n", "line 2: error: psk")]
    [InlineData("set peer host\n\nset s\tsid net\nsave\n", "line 3: error: the line")]
    [InlineData("set peer host\nset ssid net\n", "error: it does not end with \"save\"")]
    [InlineData("", "error: it does not end with \"save\"")]
    public void A_file_with_an_error_is_told_by_line_and_writes_nothing(string text, string told)
    {
        PutFile(text);
        ProvisioningFile file = File();

        Assert.False(file.TakeUp());

        Assert.StartsWith("provision.txt: " + told, file.Told);
        Assert.Equal([ProvisioningFile.FileName], _files.Files.Keys);
    }

    [Fact]
    public void A_file_changes_the_configuration_that_is_there()
    {
        Store().Save(Configurations.Create("old"));
        PutFile("set ssid new\nsave\n");

        Assert.True(File().TakeUp());

        ConfigurationStore store = Store();
        Assert.Equal(StoreState.Loaded, store.Load());
        Assert.Equal(("new", "peer.example"), (store.Configuration.Ssid, store.Configuration.PeerHost));
    }

    [Fact]
    public void Without_a_file_there_is_nothing_to_tell_and_no_key_is_read()
    {
        Store().Save(Configurations.Create());
        _files.Handed.Clear();
        ProvisioningFile file = File();

        Assert.False(file.TakeUp());

        Assert.Null(file.Told);
        Assert.Empty(_files.Handed);
    }

    [Fact]
    public void A_file_that_cannot_be_removed_is_told_and_does_not_start_the_board_again()
    {
        PutFile($"set psk {Key}\nset peer host\nset ssid net\nsave");
        _files.RefusesToRemove = ProvisioningFile.FileName;
        ProvisioningFile file = File();

        Assert.False(file.TakeUp());

        Assert.Contains("ok saved", file.Told);
        Assert.EndsWith("it is still there: the file system refused: IOException", file.Told);
        Assert.Equal(StoreState.Loaded, Store().Load());
    }

    [Fact]
    public void A_file_system_that_refuses_to_look_for_the_file_is_told()
    {
        _files.RefusesToLook = true;
        ProvisioningFile file = File();

        Assert.False(file.TakeUp());

        Assert.Equal("provision.txt: the file system refused: IOException", file.Told);
    }

    [Theory]
    [InlineData("set ssid new\nsave")]
    [InlineData("set ssid new\n")]
    public void No_key_stays_in_what_was_read_for_a_file_nor_in_the_configuration_before(string text)
    {
        Store().Save(Configurations.Create("old"));
        PutFile("set psk " + new string('7', 64) + "\n" + text);
        _files.Handed.Clear();
        ConfigurationStore store = Store();

        new ProvisioningFile(_files, store, _crypto).TakeUp();

        Assert.InRange(_files.Handed.Count, 2, 3);
        Assert.All(_files.Handed, bytes => Assert.All(bytes, value => Assert.Equal(0, value)));
        Assert.Equal(new byte[32], store.Configuration.Psk);
    }

    [Fact]
    public void A_dialogue_that_is_given_up_overwrites_its_key_alone()
    {
        DeviceConfiguration present = Configurations.Create();
        ProvisioningDialogue dialogue = Dialogue(present);

        dialogue.Wipe();

        string wiped = LinkEventText.Id(PskKeys.ComputeKeyId(_crypto, new byte[32]));
        Assert.Contains(wiped, dialogue.Answer("show", false));
        Assert.Equal(Convert.FromHexString(Key), present.Psk);
    }

    [Theory]
    [InlineData("set psk " + Key)]
    [InlineData("set psk " + Key + "0")]
    [InlineData(Key)]
    [InlineData("set psk \t" + Key)]
    public void A_line_is_overwritten_once_it_is_answered(string line)
    {
        LineAssembler typed = DialogueLines.Type(line);

        Dialogue(null).Answer(typed);

        Assert.All(typed.Bytes, value => Assert.Equal(0, value));
    }

    [Fact]
    public void What_is_taken_back_and_what_nobody_read_is_overwritten_as_well()
    {
        LineAssembler typed = DialogueLines.Type(Key);
        typed.Add((byte)'x');
        Assert.Equal([(byte)'x', .. new byte[LineAssembler.MaxLength - 1]], typed.Bytes);

        typed.Add((byte)'\b');
        Assert.All(typed.Bytes, value => Assert.Equal(0, value));
    }

    private static List<string> Lines(string typed)
    {
        var assembler = new LineAssembler();
        List<string> lines = [];
        foreach (byte value in Encoding.UTF8.GetBytes(typed))
        {
            if (assembler.Add(value))
            {
                string line = Encoding.UTF8.GetString(assembler.Bytes, 0, assembler.Count);
                lines.Add(assembler.IsBad ? "BAD" + line : line);
            }
        }

        return lines;
    }

    private void PutFile(string text) => _files.Files[ProvisioningFile.FileName] = Encoding.UTF8.GetBytes(text);

    private ProvisioningFile File() => new(_files, Store(), _crypto);

    private ConfigurationStore Store() => new(_files, _crypto);

    private ProvisioningDialogue Dialogue(DeviceConfiguration? present) => new(_crypto, Store(), present);
}
