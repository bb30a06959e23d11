using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>
/// The RSTs of a session that has ended (13.1): sealed while it had its keys, sent 100 ms apart. It belongs to the link, since the session
/// is gone by then.
/// </summary>
internal sealed class Farewell
{
    private readonly Datagram[] _datagrams = new Datagram[SpecConstants.RstTransmissions];
    private int _count;
    private int _sent;

    // When the next is due, us.
    internal long DueAt = TimerTable.Never;

    // The port that they are sent from.
    internal int LocalPort
    {
        get { return _datagrams[0].LocalPort; }
    }

    // Made with the first session that ends by RST and not at birth: many a link's never does.
    internal Datagram Slot(int index)
    {
        if (_datagrams[index] == null)
        {
            _datagrams[index] = new Datagram(WireFormat.Overhead + ResetPayload.Size);
        }

        return _datagrams[index];
    }

    /// <summary>So many are sent, 1 to 3, the first at once.</summary>
    internal void Begin(int count, long now)
    {
        _count = count;
        _sent = 0;
        DueAt = now;
    }

    internal bool PollTransmit(Datagram datagram, long now)
    {
        if (now < DueAt)
        {
            return false;
        }

        Datagram source = _datagrams[_sent];
        System.Array.Copy(source.Buffer, datagram.Buffer, source.Length);
        datagram.Length = source.Length;
        datagram.HasAddress = source.HasAddress;
        datagram.LocalPort = source.LocalPort;
        datagram.Remote.CopyFrom(source.Remote);
        _sent++;
        DueAt = _sent == _count ? TimerTable.Never : now + (SpecConstants.RstIntervalMs * SpecConstants.MicrosPerMs);
        return true;
    }
}
