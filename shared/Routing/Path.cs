using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Routing;

/// <summary>
/// Where the peer is (5.2): the source and the local port of its newest datagram, by epoch, then sequence. So roaming and NAT rebinding
/// need no exchange. An address that is new gets at most three times the bytes that came from it, until an echo comes from there.
/// </summary>
public sealed class Path
{
    private readonly Endpoint _lastValidated = new Endpoint();
    private readonly Arrival _current = new Arrival();
    private bool _hasValidated;
    private bool _started;
    private uint _epoch;
    private uint _sequence;
    private long _bytesIn;
    private long _bytesOut;

    /// <summary>The address, port and local port.</summary>
    public Arrival Current => _current;

    /// <summary>The address has echoed, or is that of the handshake.</summary>
    public bool IsValidated { get; private set; }

    /// <summary>The address and port that the handshake or an echo has proven, and so need no proof again.</summary>
    public void Trust(Endpoint endpoint)
    {
        _lastValidated.CopyFrom(endpoint);
        _hasValidated = true;
    }

    /// <summary>True if a datagram of this epoch and number is newer than the newest so far.</summary>
    public bool IsNewest(uint epoch, uint sequence)
    {
        if (!_started || epoch != _epoch)
        {
            return !_started || SerialNumber.IsNewer(epoch, _epoch);
        }

        return (int)(sequence - _sequence) > 0;
    }

    /// <summary>
    /// True if a datagram comes from the peer's newest address with a number at most 256 above the newest (2). Not its port: R's hops, and
    /// the first datagram after a hop would not be verified.
    /// </summary>
    public bool IsLikely(Arrival from, uint sequence)
    {
        int ahead = SerialNumber.Distance(_sequence, sequence);
        return _started && ahead > 0 && ahead <= SpecConstants.LikelySequenceSpan && from.Remote.SameAddress(Current.Remote);
    }

    /// <summary>Takes the newest datagram. True if its address is new and has to be probed.</summary>
    public bool Update(Arrival from, uint epoch, uint sequence)
    {
        _epoch = epoch;
        _sequence = sequence;
        _current.LocalPort = from.LocalPort;
        if (_started && from.Remote.SameAs(_current.Remote))
        {
            return false;
        }

        _started = true;
        _current.Remote.CopyFrom(from.Remote);
        _bytesIn = 0;
        _bytesOut = 0;
        IsValidated = _hasValidated && from.Remote.SameAs(_lastValidated);
        return !IsValidated;
    }

    /// <summary>The newest datagram says nothing of where the peer is: it only is the newest.</summary>
    public void Pass(uint epoch, uint sequence)
    {
        _epoch = epoch;
        _sequence = sequence;
    }

    /// <summary>The echo of a probe came from here.</summary>
    public void OnEcho(Arrival from)
    {
        if (from.Remote.SameAs(Current.Remote))
        {
            IsValidated = true;
            Trust(from.Remote);
        }
    }

    /// <summary>A datagram has verified, whatever it was and however late: its bytes came from where it came from.</summary>
    public void OnReceived(Arrival from, int bytes)
    {
        if (!IsValidated && _started && from.Remote.SameAs(_current.Remote))
        {
            _bytesIn += bytes;
        }
    }

    /// <summary>True if so many bytes may be sent there.</summary>
    public bool MaySend(int bytes)
    {
        return IsValidated || _bytesOut + bytes <= SpecConstants.AmplificationLimit * _bytesIn;
    }

    /// <summary>Bytes were sent there.</summary>
    public void OnSent(int bytes)
    {
        _bytesOut += bytes;
    }
}
