using Hoplink.Keys;
using Hoplink.Recovery;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>RST, stateless reset and RECOVERY from somebody who has not the key or token for them (9.5, 13.1, 13.3).</summary>
public sealed class ForgedEndTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    [Theory]
    [InlineData(PacketType.Reset, (byte)0, 8)]
    [InlineData(PacketType.Reset, (byte)0, 16)]
    [InlineData(PacketType.Control, SubType.Recovery, 4)]
    public void One_that_is_forged_ends_nothing_and_starts_no_rung_but_what_D9_allows(PacketType type, byte subType, int length) // 9.5, 13, D9
    {
        foreach (Origin origin in new[] { Origin.Attacker, Origin.Genuine })
        {
            Pair s = NewPair((ulong)length + (ulong)origin);
            var attacker = new Attacker(s);
            SimRandom random = s.World.Random("forger");
            s.Connect();
            s.Traffic(550, 100 * Ms);
            s.World.RunFor(World.Second);
            var watch = new Unharmed(s, attacker);
            bool isReset = length == ResetToken.Size && type == PacketType.Reset;
            int forged = 0;
            s.World.Every(100 * Ms, () =>
            {
                foreach (EndNode end in new EndNode[] { s.Device, s.Peer })
                {
                    Packet model = attacker.Seen.Last(p => p.To == end && p.Info.IsUnderSessionKey);
                    byte[] bytes = Make(model, type, subType, length, isReset, random);
                    attacker.Forge(model, bytes, origin);
                }

                return ++forged < 500;
            });
            s.World.RunFor(55 * World.Second);
            watch.Require();
            Assert.Empty(watch.Answers);
            Assert.True(Counted(s, DropCause.BadTag, isReset) >= 500);
            Assert.DoesNotContain(FailureCondition.PeerAsks, s.Device.Events.Concat(s.Peer.Events).Select(e => e.Condition));
        }
    }

    [Fact]
    public void A_recorded_RST_ends_no_later_session_and_a_recorded_reset_neither() // 13.1, 13.3
    {
        Pair s = NewPair(9);
        var attacker = new Attacker(s);
        s.Connect();
        s.World.RunFor(World.Second);
        ulong first = s.Device.Link.SessionId;
        s.OnPeer((link, now) => link.Abort(now));
        s.AwaitOtherSession(first, World.Minute);
        ulong second = s.Device.Link.SessionId;
        s.OnPeer((link, now) => link.Faults.ForgetSession(now));
        s.Checker.Up.Send(1);
        s.AwaitOtherSession(second, World.Minute);
        s.World.RunFor(World.Second);
        Packet[] ends = attacker.SeenOf(DatagramKind.Rst);
        Assert.Contains(ends, p => p.Info.IsStatelessReset);
        Assert.Contains(ends, p => !p.Info.IsStatelessReset);
        var watch = new Unharmed(s, attacker);
        s.Traffic(100, 50 * Ms);
        foreach (Packet end in ends)
        {
            byte[] renamed = (byte[])end.Bytes.Clone();
            BigEndian.WriteUInt64(renamed, WireFormat.SessionIdOffset, s.Device.Link.SessionId);
            attacker.Replay(end, Origin.Genuine);
            attacker.Forge(end, renamed, Origin.Genuine, 10 * Ms);
        }

        s.World.RunFor(6 * World.Second);
        watch.Require();
        Assert.Equal(3, s.Sessions());
    }

    private static byte[] Make(Packet model, PacketType type, byte subType, int length, bool isReset, SimRandom random)
    {
        byte[] bytes = random.Bytes(WireFormat.Overhead + length);
        if (type == PacketType.Control)
        {
            // What it asks for is well formed: only the tag gives it away.
            bytes.AsSpan(WireFormat.HeaderSize, 4).Clear();
            bytes[WireFormat.HeaderSize] = (byte)RecoveryLevel.SequenceRepair;
            bytes[WireFormat.HeaderSize + 1] = (byte)FailureCondition.GapTimeout;
        }

        if (type == PacketType.Reset && !isReset)
        {
            bytes.AsSpan(WireFormat.HeaderSize + 4, 4).Clear();
        }

        var header = new Header
        {
            Type = type,
            SubType = subType,
            Flags = type == PacketType.Reset ? (byte)PacketFlags.Rst : (byte)0,
            SessionId = model.Info.SessionId,
            Sequence = isReset ? 0 : model.Info.Sequence + 1,
            Timestamp = isReset ? 0 : model.Info.Timestamp,
            PayloadLength = length,
        };
        header.Write(bytes, 0);
        return bytes;
    }

    private static int Counted(Pair s, DropCause cause, bool isReset)
    {
        return isReset ? s.DeviceDrops(cause) : Math.Min(s.DeviceDrops(cause), s.PeerDrops(cause));
    }
}
