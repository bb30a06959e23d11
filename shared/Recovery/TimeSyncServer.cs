using Hoplink.Keys;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>Answers TIME_SYNC_REQUESTs (10): under the request's epoch, to where the request came from.</summary>
public sealed class TimeSyncServer
{
    private readonly TimeKeeper _time;
    private readonly RequestGate _gate;
    private readonly TimeSyncResponse _response = new TimeSyncResponse();
    private readonly Arrival _from = new Arrival();
    private Epoch _epoch;

    /// <summary>Serves one session; <paramref name="requests"/> is the limit that all its servers share (9.4).</summary>
    public TimeSyncServer(TimeKeeper time, RateLimit requests)
    {
        _time = time;
        _gate = new RequestGate(requests);
    }

    /// <summary>Takes a request. Returns why it is not served, or None; <paramref name="served"/> if it was new.</summary>
    public DropCause OnRequest(TimeSyncRequest request, uint sequence, Epoch epoch, Arrival from, long now, out bool served)
    {
        RequestVerdict verdict = _gate.Check(request.Nonce, sequence, now);
        served = verdict == RequestVerdict.New;
        if (served)
        {
            _gate.Served(request.Nonce, sequence);
        }
        else if (verdict != RequestVerdict.Cached)
        {
            return ServerDrops.CauseOf(verdict);
        }

        _response.Nonce = request.Nonce;
        _response.T1 = request.T1;
        _response.T2 = _time.Clock.Read(now);
        _from.CopyFrom(from);
        _epoch = epoch;
        return DropCause.None;
    }

    /// <summary>Fills in the answer that waits. False if none does.</summary>
    public bool TryTransmit(ControlMessage message, long now)
    {
        if (_epoch == null)
        {
            return false;
        }

        _response.T3 = _time.Clock.Read(now);
        _response.Write(message.Buffer, WireFormat.HeaderSize);
        message.Answer(PacketType.Control, SubType.TimeSyncResponse, TimeSyncResponse.Size, _from, _epoch);
        _epoch = null;
        return true;
    }
}
