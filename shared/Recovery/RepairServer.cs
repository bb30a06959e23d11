using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>
/// Answers REPAIR_REQUESTs (11): the lowest message, not below the requester's next expected, that this end can still deliver; and sends
/// again what it holds, once for each nonce.
/// </summary>
public sealed class RepairServer
{
    private readonly ulong _sessionId;
    private readonly DataSender _sender;
    private readonly RequestGate _gate;
    private readonly RepairResponse[] _answers = new RepairResponse[SpecConstants.CachedAnswers];
    private readonly Arrival _from = new Arrival();
    private Epoch _epoch;
    private RepairResponse _due;

    /// <summary>Serves one session; <paramref name="requests"/> is the limit that all its servers share (9.4).</summary>
    public RepairServer(ulong sessionId, DataSender sender, RateLimit requests)
    {
        _gate = new RequestGate(requests);
        _sessionId = sessionId;
        _sender = sender;
    }

    /// <summary>Takes a request. Returns why it is not served, or None; <paramref name="served"/> if it was new.</summary>
    public DropCause OnRequest(RepairRequest request, uint sequence, Epoch epoch, Arrival from, long now, out bool served)
    {
        served = false;
        if (request.Window > SpecConstants.MAX_REPAIR_WINDOW_SIZE)
        {
            return DropCause.WrongField;
        }

        RequestVerdict verdict = _gate.Check(request.Nonce, sequence, now);
        if (verdict == RequestVerdict.New)
        {
            served = true;
            int place = _gate.Served(request.Nonce, sequence);
            if (_answers[place] == null)
            {
                // With the first repairs and not at birth: many a link never answers one.
                _answers[place] = new RepairResponse();
            }

            _due = _answers[place];
            Answer(request, epoch);
            _sender.ResendAll(now);
        }
        else if (verdict == RequestVerdict.Cached)
        {
            _due = _answers[_gate.CacheIndex];

            // The confirmation stands under the session key of the request's epoch, which may be another than the first time.
            epoch.ConfirmRepair(_due.Nonce, _due.Current, _sessionId, _due.Confirmation, 0);
        }
        else
        {
            return ServerDrops.CauseOf(verdict);
        }

        _from.CopyFrom(from);
        _epoch = epoch;
        return DropCause.None;
    }

    /// <summary>Fills in the answer that waits. False if none does.</summary>
    public bool TryTransmit(ControlMessage message)
    {
        if (_due == null)
        {
            return false;
        }

        _due.Write(message.Buffer, WireFormat.HeaderSize);
        message.Answer(PacketType.Management, SubType.RepairResponse, RepairResponse.Size, _from, _epoch);
        _due = null;
        return true;
    }

    private void Answer(RepairRequest request, Epoch epoch)
    {
        uint requesterNext = request.LastKnown + 1;
        uint current = _sender.OldestUnacknowledged;
        if (SerialNumber.IsNewer(requesterNext, current))
        {
            current = requesterNext;
        }

        _due.Nonce = request.Nonce;
        _due.Current = current;
        _due.Window = request.Window;
        epoch.ConfirmRepair(request.Nonce, current, _sessionId, _due.Confirmation, 0);
    }
}
