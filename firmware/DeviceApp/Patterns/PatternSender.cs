using Hoplink.Device.Messages;

namespace Hoplink.Device.Patterns;

/// <summary>Sends numbered test patterns at an interval; they wait for room and are never passed over.</summary>
internal sealed class PatternSender
{
    private readonly Link _link;
    private readonly Outbox _outbox;
    private readonly byte[] _message;
    private readonly long _everyMicros;
    private long _limit;
    private long _due;

    public PatternSender(Link link, Outbox outbox, DeviceOptions options)
    {
        _link = link;
        _outbox = outbox;
        _message = new byte[options.PatternSize];
        _everyMicros = options.PatternEveryMillis * 1000L;
        _limit = !options.SendPatterns ? 0 : options.PatternCount > 0 ? options.PatternCount : uint.MaxValue;
    }

    /// <summary>Test patterns that the link took.</summary>
    public long Sent { get; private set; }

    /// <summary>When <see cref="Run"/> has something to do, us; long.MaxValue while only the link can change that.</summary>
    public long NextDue
    {
        get { return Sent < _limit && CanSend ? _due : long.MaxValue; }
    }

    // A link that lost its session goes on taking messages: that they arrive all the same is what the pattern is to show. Before the first
    // session nothing is known of the largest message.
    private bool CanSend
    {
        get
        {
            return (_link.State == LinkState.Connected || _link.State == LinkState.Reconnecting)
                && _outbox.HasRoom && _message.Length <= _link.MaxMessageBytes;
        }
    }

    /// <summary>The first test pattern is due at once.</summary>
    public void Start(long now)
    {
        _due = now;
    }

    /// <summary>Sends no more.</summary>
    public void Stop()
    {
        _limit = Sent;
    }

    /// <summary>Sends what is due, as far as there is room.</summary>
    public void Run(long now)
    {
        while (now >= NextDue)
        {
            TestPattern.Write(_message, (uint)Sent, _message.Length);
            if (!_outbox.TrySend(_message, _message.Length, now))
            {
                return;
            }

            Sent++;
            _due = now - _due < _everyMicros ? _due + _everyMicros : now + _everyMicros;
        }
    }
}
