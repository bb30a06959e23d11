using System;
using Hoplink.Recovery;

namespace Hoplink;

/// <summary>
/// Breaks a link on purpose, for demonstrations and tests: off unless <see cref="Parameters.LinkOptions.FaultInjection"/> turns it on. Each
/// fault acts on the present session and returns false if there is none.
/// </summary>
public sealed class FaultInjection
{
    /// <summary>Largest jump of the clock either way, and longest time of being deaf or mute, us: an hour.</summary>
    public const long MaxMicros = 3600 * Parameters.SpecConstants.MicrosPerSecond;

    /// <summary>Largest drift of the clock either way, parts per million.</summary>
    public const int MaxDriftPpm = 100000;

    /// <summary>Most packet numbers to go back.</summary>
    public const int MaxNumbers = 1 << 30;

    private readonly Link _link;

    internal FaultInjection(Link link)
    {
        _link = link;
    }

    /// <summary>Moves this end's session clock by so many us.</summary>
    public bool JumpClock(long micros, long now)
    {
        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.JumpClock(micros, now);
        _link.Touch(now);
        return true;
    }

    /// <summary>Lets this end's session clock run fast by so many parts in a million, slow if negative; 0 ends it.</summary>
    public bool DriftClock(int partsPerMillion, long now)
    {
        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.DriftClock(partsPerMillion, now);
        _link.Touch(now);
        return true;
    }

    /// <summary>Drops the messages that are held beyond a hole.</summary>
    public bool DropReorderBuffer()
    {
        _link.Inbox.DropHeld();
        return _link.Session != null;
    }

    /// <summary>Forgets the messages that are not acknowledged: they are really lost. Returns how many.</summary>
    public int ForgetSendHistory()
    {
        return _link.Outbox.Forget();
    }

    /// <summary>
    /// Damages this end's own bookkeeping, as broken memory would: an internal check finds it, and L4 runs (8, StateCorrupt).
    /// </summary>
    public bool CorruptState(long now)
    {
        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.CorruptState(now);
        _link.Touch(now);
        return true;
    }

    /// <summary>Sets the packet number back, as a restored memory image would. 1 to 2^30.</summary>
    /// <exception cref="ArgumentException">The number is out of range.</exception>
    public bool SetCountersBack(int numbers)
    {
        if (numbers < 1 || numbers > MaxNumbers)
        {
            throw new ArgumentException("numbers must be 1 to 2^30");
        }

        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.SetCountersBack(numbers);
        return true;
    }

    /// <summary>Replaces this end's session keys by others: no tag verifies any more, in either direction.</summary>
    public bool DamageSessionKey()
    {
        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.DamageSessionKey();
        return true;
    }

    /// <summary>Forgets the session without a word to the other end, as a restart would; the link stays.</summary>
    public bool ForgetSession(long now)
    {
        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.Abort(TerminationReason.Forgotten, false, now);
        _link.Touch(now);
        return true;
    }

    /// <summary>Ends the session by RST, as L4 does; the link stays and is resumed.</summary>
    public bool Terminate(long now)
    {
        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.Abort(TerminationReason.ApplicationAbort, true, now);
        _link.Touch(now);
        return true;
    }

    /// <summary>Drops what arrives for so many us.</summary>
    public bool Deafen(long micros, long now)
    {
        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.Deafen(micros, now);
        return true;
    }

    /// <summary>Drops what would be sent for so many us.</summary>
    public bool Mute(long micros, long now)
    {
        if (_link.Session == null)
        {
            return false;
        }

        _link.Session.Mute(micros, now);
        return true;
    }
}
