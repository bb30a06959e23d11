using Hoplink.Crypto;
using Hoplink.Device.Configuration;
using Hoplink.Keys;

namespace Hoplink.Device.Provisioning;

/// <summary>
/// Configures a board by lines of text, for people and for programs: every answer is one line that begins with "ok" or "error", but for
/// those of "help" and "show", whose lines before the last begin with a blank. Nothing is written before "save"; a key is never shown, its
/// key id is. A line is overwritten once it is answered, and no key gets into a string, which could not be.
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
    /// <param name="line">A line that was completed. It is overwritten.</param>
    public string Answer(LineAssembler line)
    {
        try
        {
            return line.IsBad
                ? "error: the line is too long or has control characters; nothing was changed"
                : Obey(line.Bytes, line.Count);
        }
        finally
        {
            line.Wipe();
        }
    }

    /// <summary>Overwrites the key of a dialogue that is given up; "save" and "cancel" do so by themselves.</summary>
    public void Wipe()
    {
        _draft.Wipe();
    }

    private string Obey(byte[] line, int count)
    {
        int word = Ascii.CountBefore(line, 0, count, ' ');
        if (Ascii.Is(line, 0, word, "set"))
        {
            int before = word < count ? word + 1 : word;
            return Set(line, before, count - before);
        }

        if (Ascii.Is(line, 0, count, "help"))
        {
            return Help();
        }

        if (Ascii.Is(line, 0, count, "show"))
        {
            return Show();
        }

        if (Ascii.Is(line, 0, count, "save"))
        {
            return Save();
        }

        return Ascii.Is(line, 0, count, "cancel") ? Cancel() : Unknown();
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

    private string Set(byte[] line, int offset, int count)
    {
        // The value is all after one blank, as it is: names of networks and pass phrases may have blanks anywhere.
        int name = Ascii.CountBefore(line, offset, count, ' ');
        int before = name < count ? name + 1 : name;
        Setting setting = Setting.Find(line, offset, name);
        if (setting == null)
        {
            return "error: there is no such setting; nothing was changed; \"help\" lists them";
        }

        string problem = setting.TrySet(_draft, line, offset + before, count - before);
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
