namespace Hoplink;

/// <content>What <see cref="FaultInjection"/> does to a session.</content>
internal sealed partial class Session
{
    internal void JumpClock(long micros, long now)
    {
        _clock.Shift(micros, now);
    }

    internal void DriftClock(int partsPerMillion, long now)
    {
        _clock.Drift(partsPerMillion, now);
    }

    internal void CorruptState(long now)
    {
        _outbox.CorruptCounts();
        Update(now);
    }

    internal void SetCountersBack(int numbers)
    {
        _protection.SetCountersBack(numbers);
    }

    internal void DamageSessionKey()
    {
        _epochs.Current.Damage(_crypto);
    }

    internal void Deafen(long micros, long now)
    {
        _deafUntil = now + micros;
    }

    internal void Mute(long micros, long now)
    {
        _muteUntil = now + micros;
    }
}
