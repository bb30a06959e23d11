using Hoplink.Device.Messages;

namespace Hoplink.Device;

/// <summary>
/// Hands messages to the link, and remembers the type of each until it is acknowledged: the link acknowledges in order, so the number that
/// is still unacknowledged tells which they are.
/// </summary>
internal sealed class Outbox
{
    private readonly Link _link;
    private readonly DevicePlatform _platform;
    private readonly byte[] _types;
    private int _oldest;
    private int _count;

    public Outbox(Link link, DevicePlatform platform, int capacity)
    {
        _link = link;
        _platform = platform;
        _types = new byte[capacity];
    }

    /// <summary>Messages that the link took.</summary>
    public long Sent { get; private set; }

    /// <summary>Test patterns acknowledged.</summary>
    public long PatternsAcknowledged { get; private set; }

    /// <summary>True while the link takes another message.</summary>
    public bool HasRoom
    {
        get { return _count < _types.Length; }
    }

    /// <summary>True if a message of this type is still unacknowledged.</summary>
    public bool IsOutstanding(MessageType type)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_types[(_oldest + i) % _types.Length] == (byte)type)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sends a message, its type in the first byte; false if there is no room or the link no longer takes it.</summary>
    public bool TrySend(byte[] message, int count, long now)
    {
        if (!HasRoom || count > _link.MaxMessageBytes || _link.Send(message, 0, count, now) != SendStatus.Accepted)
        {
            return false;
        }

        _types[(_oldest + _count) % _types.Length] = message[0];
        _count++;
        Sent++;
        _platform.OnMessageSent(message, count);
        return true;
    }

    /// <summary>Notices what was acknowledged: called after datagrams, timers and key jobs.</summary>
    public void NoticeAcknowledged()
    {
        while (_count > _link.Unacknowledged)
        {
            if (_types[_oldest] == (byte)MessageType.TestPattern)
            {
                PatternsAcknowledged++;
            }

            RemoveOldest();
        }
    }

    /// <summary>
    /// Notices what the link threw away by fault injection: called when nothing can have been acknowledged since
    /// <see cref="NoticeAcknowledged"/>.
    /// </summary>
    public void NoticeForgotten()
    {
        while (_count > _link.Unacknowledged)
        {
            RemoveOldest();
        }
    }

    private void RemoveOldest()
    {
        _oldest = (_oldest + 1) % _types.Length;
        _count--;
    }
}
