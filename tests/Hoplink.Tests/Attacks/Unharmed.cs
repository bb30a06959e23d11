using Hoplink.Recovery;
using Hoplink.Tests.Scenarios;

namespace Hoplink.Tests.Attacks;

/// <summary>
/// What nobody without a key can bring about, from the making of this on: a message forged or read twice (the pair's checker), a session's
/// end, a rekey beyond the allowance of D9, an address that stays moved, a clock that is off, and an answer of more than three times the
/// bytes that came from where it goes (5.2).
/// </summary>
internal sealed class Unharmed
{
    private readonly Pair _pair;
    private readonly Attacker _attacker;
    private readonly long _since;
    private readonly ulong _session;
    private long _bytesFromAttacker;
    private long _bytesToAttacker;

    public Unharmed(Pair pair, Attacker attacker)
    {
        _pair = pair;
        _attacker = attacker;
        _since = pair.World.Now;
        _session = pair.Device.Link.SessionId;
        foreach (EndNode end in new EndNode[] { pair.Device, pair.Peer })
        {
            end.Handling += packet => _bytesFromAttacker += packet.Source.Host == attacker.Host ? packet.Bytes.Length : 0;
        }

        pair.Network.Sent += Look;
    }

    /// <summary>What the ends sent to the attacker's address.</summary>
    public List<Packet> Answers { get; } = [];

    /// <summary>Waits until all is quiet, and throws with seed and trace unless all is well in the session that there was.</summary>
    public void Require(int rekeysAtEachEnd = 1)
    {
        _pair.RunUntilQuiet(2 * World.Minute);
        _pair.Checker.AssertAllDelivered();
        _pair.Require(_pair.Device.Link.SessionId == _session, "another session");
        foreach (EndNode end in new EndNode[] { _pair.Device, _pair.Peer })
        {
            _pair.Require(!end.Events.Has(LinkEventKind.Terminated, _since), $"a session of the {end.Name}'s ended");
            RecoveryLevel[] rungs = end.Events.Rungs(_since);
            bool allowed = rungs.All(r => r == RecoveryLevel.SessionRekey) && rungs.Length <= rekeysAtEachEnd;
            _pair.Require(allowed, $"{end.Name} ran {string.Join(", ", rungs)}");
        }

        RequireAgreement();
    }

    /// <summary>The ends agree on epoch, address and clock.</summary>
    public void RequireAgreement()
    {
        uint epoch = _pair.Device.Link.Session.Epochs.Current.Number;
        _pair.Require(epoch == _pair.PeerLink!.Session.Epochs.Current.Number, "the ends rest on different epochs");
        SimEndpoint at = SimEndpoint.From(_pair.PeerLink.Session.Path.Current.Remote);
        _pair.Require(at == new SimEndpoint(_pair.Device.Host, _pair.Device.LocalPort), $"the peer sends to {at}");
        _pair.Require(Math.Abs(_pair.ClockError()) <= 10 * World.Millisecond, $"the clock is {_pair.ClockError()} us off");
    }

    private void Look(Packet packet)
    {
        if (packet.Destination.Host != _attacker.Host || packet.From == _attacker)
        {
            return;
        }

        Answers.Add(packet.Copy());
        _bytesToAttacker += packet.Bytes.Length;
        _pair.Require(_bytesToAttacker <= 3 * _bytesFromAttacker, $"{_bytesToAttacker} bytes to the attacker for {_bytesFromAttacker} from it");
    }
}
