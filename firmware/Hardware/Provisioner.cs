using System.Threading;
using Hoplink.Crypto;
using Hoplink.Device.Board;
using Hoplink.Device.Configuration;
using Hoplink.Device.Provisioning;

namespace Hoplink.Hardware;

/// <summary>Has the board configured: by a file that was put on it, or by whoever speaks on its serial line.</summary>
internal sealed class Provisioner
{
    private const int LookMillis = 20;

    // A board that was asked by mistake goes back to work.
    private const int PatienceMillis = 300000;

    private readonly ConfigurationStore _store;
    private readonly ConfigurationFiles _files;
    private readonly CryptoProvider _crypto;
    private readonly BoardLine _line;
    private readonly BoardLog _log;

    /// <summary>Uses what the firmware has opened; the line is null if it could not be.</summary>
    public Provisioner(ConfigurationStore store, ConfigurationFiles files, CryptoProvider crypto, BoardLine line, BoardLog log)
    {
        _store = store;
        _files = files;
        _crypto = crypto;
        _line = line;
        _log = log;
    }

    /// <summary>Takes up a file that the flashing tool put on the board; true if the board is to start again with it.</summary>
    public bool TakeFile()
    {
        var file = new ProvisioningFile(_files, _store, _crypto);
        bool isTaken = file.TakeUp();
        if (file.Told != null)
        {
            _log.Write(file.Told);
        }

        return isTaken;
    }

    /// <summary>Speaks on the line until the board is to start again: it was configured, or that was given up.</summary>
    public void Talk(LightAnimation light)
    {
        // From the file: the key of a configuration in use has been overwritten.
        StoreState state = _store.Load();
        light.Mode = LightMode.Provisioning;
        _log.Write(ProvisioningDialogue.Greeting(state, _store.Problem));

        // From here on the line is the dialogue's alone.
        _log.Flush();
        var dialogue = new ProvisioningDialogue(_crypto, _store, _store.Configuration);
        try
        {
            Converse(dialogue);
        }
        finally
        {
            dialogue.Wipe();
            if (_store.Configuration != null)
            {
                _store.Configuration.Wipe();
            }
        }
    }

    private void Converse(ProvisioningDialogue dialogue)
    {
        int patience = PatienceMillis;
        while (!dialogue.IsOver && (_store.Configuration == null || patience > 0))
        {
            if (_line == null || !_line.TryRead())
            {
                Thread.Sleep(LookMillis);
                patience -= LookMillis;
                continue;
            }

            _line.Write(dialogue.Answer(_line.Lines));
            patience = PatienceMillis;
        }
    }
}
