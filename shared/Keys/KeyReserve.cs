using Hoplink.Crypto;

namespace Hoplink.Keys;

/// <summary>One key pair held ready, so that answering a rekey costs one agreement (9.4).</summary>
public sealed class KeyReserve
{
    private KeyPair _ready;
    private bool _generating;
    private bool _wiped;

    /// <summary>True if a pair is ready.</summary>
    public bool IsReady
    {
        get { return _ready != null; }
    }

    /// <summary>Hands out the pair, which the caller then owns and wipes; null if none is ready.</summary>
    public KeyPair Take()
    {
        KeyPair pair = _ready;
        _ready = null;
        return pair;
    }

    /// <summary>A job that makes the next pair; null if one is ready or in the making.</summary>
    internal bool IsWanting
    {
        get { return _ready == null && !_generating; }
    }

    internal KeyJob PollJob()
    {
        if (!IsWanting)
        {
            return null;
        }

        _generating = true;
        KeyJob job = KeyJob.Generate();
        job.Owner = this;
        return job;
    }

    /// <summary>Takes the pair that a job made.</summary>
    internal void Complete(KeyJob job)
    {
        _generating = false;
        KeyPair pair = job.TakeKeyPair();
        if (_wiped)
        {
            // The job was under way when the link closed.
            pair.Wipe();
            return;
        }

        _ready = pair;
    }

    /// <summary>Overwrites the pair.</summary>
    internal void Wipe()
    {
        _wiped = true;
        if (_ready != null)
        {
            _ready.Wipe();
            _ready = null;
        }
    }
}
