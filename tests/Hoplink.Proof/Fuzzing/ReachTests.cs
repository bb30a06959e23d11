using Hoplink.Fuzz;
using Hoplink.Fuzz.Ends;
using Hoplink.Wire;

namespace Hoplink.Proof.Fuzzing;

/// <summary>
/// How far inputs come that are sealed: a fuzzer whose datagrams all end at the same check finds nothing, and says so in the same words as
/// one that finds nothing because nothing is wrong.
/// </summary>
public sealed class ReachTests(ITestOutputHelper output)
{
    private const ulong Seed = 5;
    private const int Inputs = 40_000;

    public static TheoryData<bool, bool> Stages => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [InlineData(FuzzTargets.Device)]
    [InlineData(FuzzTargets.Peer)]
    public void What_is_sealed_is_read_with_and_without_encryption(string name)
    {
        using var target = (EndTarget)FuzzTargets.Create(name);
        Campaign.Run(target, Seed, Inputs);
        output.WriteLine($"seed {Seed}\nencrypted: {target.Encrypted}\nnot encrypted: {target.Plain}");
        Assert.Equal(Inputs, target.Encrypted.Inputs + target.Plain.Inputs);
        // Two thirds or less of what is measured. What is read as noise comes to a tenth: an ACK with random reserved bytes is dropped.
        Assert.All([target.Encrypted, target.Plain], reach =>
        {
            Assert.InRange(reach.Sealed, 5000, Inputs);
            Assert.InRange(reach.InOrder, 130, Inputs);
            Assert.InRange(reach.EchoesTaken, 3, Inputs);
            Assert.InRange(reach.Of(DatagramKind.Ack, DropCause.None), 200, Inputs);
            Assert.InRange(reach.Of(DatagramKind.Ack, DropCause.ReservedSet), 10, reach.Of(DatagramKind.Ack, DropCause.None));
            Assert.InRange(reach.Of(DatagramKind.Fin, DropCause.None), 110, Inputs);
            Assert.InRange(reach.Of(DatagramKind.Heartbeat, DropCause.None), 30, Inputs);
        });
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_sealed_message_is_read_as_it_was_written(bool peerIsVictim, bool isEncrypted)
    {
        Stage stage = Stage.Set(Situation.Idle, peerIsVictim, hasBudget: false, isEncrypted);
        Assert.Equal(isEncrypted, stage.VictimLink!.Session!.IsEncrypted);
        var read = new List<byte[]>();
        stage.Victim.MessageRead += (_, message) => read.Add(message);
        byte[] template = Corpus.Templates.First(t => t[WireFormat.TypeOffset] == (byte)PacketType.Data);
        byte[] message = [.. "written by a forger"u8];
        byte[] datagram = [.. template[..(WireFormat.HeaderSize + DataPayload.HeaderSize)], .. message, .. new byte[WireFormat.TagSize]];
        datagram[25] = (byte)(DataPayload.HeaderSize + message.Length);

        Made made = new Forge(stage).Make(new Step(StepOptions.Seal | StepOptions.Place, datagram));
        new Inspector(stage).Feed(made.Wire, isStranger: false, mayBeGenuine: true);

        Assert.Equal(message, Assert.Single(read));
        Assert.Equal(!isEncrypted, made.Wire.AsSpan().IndexOf(message) >= 0);
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void What_is_captured_is_kept_as_it_was_before_it_was_encrypted(bool peerIsVictim, bool isEncrypted)
    {
        Stage stage = Stage.Set(Situation.Idle, peerIsVictim, hasBudget: false, isEncrypted);
        byte[] message = [.. "sent by the other end"u8];
        stage.Send(!peerIsVictim, message);
        stage.World.RunFor(World.Second / 100);
        Captured captured = stage.Captured.Last(c => new DatagramInfo(c.Wire).Kind == DatagramKind.Data);
        Assert.True(captured.Plain.AsSpan().IndexOf(message) > 0);
        Assert.Equal(!isEncrypted, captured.Wire.AsSpan().IndexOf(message) >= 0);
        Assert.Equal(captured.Wire[..WireFormat.HeaderSize], captured.Plain[..WireFormat.HeaderSize]);
    }
}
