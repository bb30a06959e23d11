using Hoplink.Crypto;
using Hoplink.Device.Configuration;
using Hoplink.Keys;

namespace Hoplink.Device.Provisioning;

/// <summary>
/// Configures a board by lines of text, for people and for programs: every answer is one line that begins with "ok" or "error", but for
/// those of "help" and "show", whose lines before the last begin with a blank. Nothing is written before "save"; a key is never shown, its
/// key id is. (A line that set a key stays in the heap until the board starts again, as it does when the dialogue has ended.)
/// </summary>
public sealed class ProvisioningDialogue
{
    private readonly CryptoProvider _crypto;
    private readonly ConfigurationStore _store;
    private readonly bool _hasOld;
    private readonly DeviceConfiguration _draft;

    /// <summary>Starts from the configuration in use, or from none.</summary>
    /// <param name="crypto">For the key id; no randomness is drawn.</param>
    /// <param name="store">Where "save" writes to.</param>
    /// <param name="present">The configuration in use, which is not changed; null if there is none.</param>
    public ProvisioningDialogue(CryptoProvider crypto, ConfigurationStore store, DeviceConfiguration present)
    {
        _crypto = crypto;
        _store = store;
        _hasOld = present != null;
        _draft = present == null ? new DeviceConfiguration() : present.Copy();
    }

    /// <summary>True once the dialogue has ended: the board is to start again.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What the board says when the dialogue starts.</summary>
    /// <param name="state">What was found in place of a configuration.</param>
    /// <param name="problem">What is wrong with it; null if nothing is.</param>
    public static string Greeting(StoreState state, string problem)
    {
        string why;
        switch (state)
        {
            case StoreState.Empty:
                why = "this board is not configured";
                break;
            case StoreState.Torn:
                why = "the configuration of this board is damaged (" + problem + ")";
                break;
            default:
                why = "this board is to be configured anew";
                break;
        }

        return why + ": it waits for settings on this line; \"help\" lists them";
    }

    /// <summary>Answers a line; the answer's lines are separated by '\n'.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="isBad">It was too long or no text.</param>
    public string Answer(string line, bool isBad)
    {
        if (isBad)
        {
            return "error: the line is too long or has control characters; nothing was changed";
        }

        int blank = line.IndexOf(' ');
        string word = blank < 0 ? line : line.Substring(0, blank);
        switch (word)
        {
            case "set":
                return Set(blank < 0 ? string.Empty : line.Substring(blank + 1));
            case "help":
                return blank < 0 ? Help() : Unknown();
            case "show":
                return blank < 0 ? Show() : Unknown();
            case "save":
                return blank < 0 ? Save() : Unknown();
            case "cancel":
                return blank < 0 ? Cancel() : Unknown();
            default:
                return Unknown();
        }
    }

    /// <summary>Overwrites the key of a dialogue that is given up; "save" and "cancel" do so by themselves.</summary>
    public void Wipe()
    {
        _draft.Wipe();
    }

    private static string Unknown()
    {
        return "error: not understood; nothing was changed; give set, show, save, cancel or help";
    }

    private static string Help()
    {
        string text = " set NAME VALUE, where NAME is\n";
        for (int i = 0; i < Setting.Count; i++)
        {
            Setting setting = Setting.At(i);
            text += "   " + setting.Name + ": " + setting.Help + (setting.IsRequired ? " (required)\n" : "\n");
        }

        return text + " show: the settings, a key as its key id\n save: write them and start\n cancel: forget them\nok";
    }

    private string Set(string rest)
    {
        // The value is all after one blank, as it is: names of networks and pass phrases may have blanks anywhere.
        int blank = rest.IndexOf(' ');
        string name = blank < 0 ? rest : rest.Substring(0, blank);
        Setting setting = Setting.Find(name);
        if (setting == null)
        {
            return "error: there is no such setting; nothing was changed; \"help\" lists them";
        }

        string problem = setting.TrySet(_draft, blank < 0 ? string.Empty : rest.Substring(blank + 1));
        return problem == null ? "ok " + Describe(setting) : "error: " + problem + "; nothing was changed";
    }

    private string Show()
    {
        string text = string.Empty;
        for (int i = 0; i < Setting.Count; i++)
        {
            text += " " + Describe(Setting.At(i)) + "\n";
        }

        return text + "ok";
    }

    private string Save()
    {
        string missing = Setting.FindMissing(_draft);
        if (missing != null)
        {
            return "error: " + missing + " is not set; nothing was written";
        }

        string problem = _store.Save(_draft);
        if (problem != null)
        {
            return "error: not saved, " + problem;
        }

        IsOver = true;
        string answer = "ok saved, " + DescribeKey() + "; the board starts";
        _draft.Wipe();
        return answer;
    }

    private string Cancel()
    {
        if (!_hasOld)
        {
            return "error: there is no configuration to go back to";
        }

        IsOver = true;
        _draft.Wipe();
        return "ok nothing was written; the board starts";
    }

    private string Describe(Setting setting)
    {
        return setting.Name == "psk" && _draft.Psk != null ? DescribeKey() : setting.Name + " " + setting.Describe(_draft);
    }

    private string DescribeKey()
    {
        return "key id " + LinkEventText.Id(PskKeys.ComputeKeyId(_crypto, _draft.Psk));
    }
}
