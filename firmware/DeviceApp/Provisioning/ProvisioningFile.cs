using System;
using Hoplink.Crypto;
using Hoplink.Device.Configuration;

namespace Hoplink.Device.Provisioning;

/// <summary>
/// The lines of a <see cref="ProvisioningDialogue"/> in a file, for a board whose only wire carries the debugger's protocol: a flashing
/// tool can put a file on it. It is taken up at the start, and removed once it is saved.
/// </summary>
public sealed class ProvisioningFile
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "provision.txt";

    private readonly ConfigurationFiles _files;
    private readonly ConfigurationStore _store;
    private readonly CryptoProvider _crypto;

    /// <summary>Looks among the files, and saves to the store; the provider is for the key id.</summary>
    public ProvisioningFile(ConfigurationFiles files, ConfigurationStore store, CryptoProvider crypto)
    {
        _files = files;
        _store = store;
        _crypto = crypto;
    }

    /// <summary>What to tell the operator; null if there is no file.</summary>
    public string Told { get; private set; }

    /// <summary>
    /// Takes the file up if there is one, on top of what the store loads then. True if it was saved and removed: the board is to start
    /// again. Throws nothing: a file that cannot be removed would start the board again for ever.
    /// </summary>
    public bool TakeUp()
    {
        byte[] file = null;
        try
        {
            if (!_files.Exists(FileName))
            {
                return false;
            }

            file = _files.Read(FileName);
            if (!Save(file))
            {
                return false;
            }

            _files.Delete(FileName);
            return true;
        }
        catch (Exception e)
        {
            string before = Told == null ? FileName + ": " : Told + "; but it is still there: ";
            Told = before + "the file system refused: " + e.GetType().Name;
            return false;
        }
        finally
        {
            if (file != null)
            {
                Array.Clear(file, 0, file.Length);
            }
        }
    }

    private bool Save(byte[] file)
    {
        _store.Load();
        DeviceConfiguration present = _store.Configuration;
        var dialogue = new ProvisioningDialogue(_crypto, _store, present);
        try
        {
            Told = FileName + ": " + Obey(file, dialogue);
            return dialogue.IsOver;
        }
        finally
        {
            dialogue.Wipe();
            if (present != null)
            {
                present.Wipe();
            }
        }
    }

    private static string Obey(byte[] file, ProvisioningDialogue dialogue)
    {
        var lines = new LineAssembler();
        int number = 0;
        for (int i = 0; i <= file.Length; i++)
        {
            // The last line needs no end.
            bool isLine = lines.Add(i == file.Length ? (byte)'\n' : file[i]);
            number += isLine ? 1 : 0;
            if (!isLine || (lines.Count == 0 && !lines.IsBad))
            {
                continue;
            }

            string answer = dialogue.Answer(lines);
            if (dialogue.IsOver)
            {
                return answer;
            }

            if (answer.StartsWith("error"))
            {
                return "line " + number.ToString() + ": " + answer;
            }
        }

        return "error: it does not end with \"save\"; nothing was written";
    }
}
