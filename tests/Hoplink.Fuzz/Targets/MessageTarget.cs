using System.Buffers.Binary;
using Hoplink.Device;
using Hoplink.Device.Messages;
using Hoplink.Device.Patterns;
using Hoplink.Host;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;

namespace Hoplink.Fuzz.Targets;

/// <summary>The messages of the device's application, at the device and at whoever reads what it sends.</summary>
internal sealed class MessageTarget() : FuzzTarget("messages")
{
    private const int Longest = 182;

    private readonly Telemetry _telemetry = new();
    private readonly RecoveryEvent _event = new();
    private readonly CommandReply _reply = new();
    private readonly PatternChecker _checker = new(true);

    public override int Run(byte[] file)
    {
        // In the middle of a buffer, and at the very end of one.
        foreach (int before in (int[])[0, 3])
        {
            byte[] buffer = [.. new byte[before], .. file];
            _telemetry.TryRead(buffer, before, file.Length);
            _event.TryRead(buffer, before, file.Length);
            _reply.TryRead(buffer, before, file.Length);
            _checker.Check(buffer, before, file.Length);
        }

        if (file.Length is > 0 and <= Longest)
        {
            Handle(file);
        }

        return 1;
    }

    public override byte[] Generate(SimRandom random, int most)
    {
        byte[] message = Sample(random);
        return random.Chance(0.9) ? new Mutator(random).Change(message, Sample(random)) : message;
    }

    private static byte[] Sample(SimRandom random)
    {
        byte[] buffer = new byte[Longest];
        int length;
        switch (random.Below(6))
        {
            case 0:
                new Telemetry { UptimeMillis = 5, RttMicros = 7 }.Write(buffer, 0);
                length = Telemetry.Size;
                break;
            case 1:
                new RecoveryEvent { Kind = LinkEventKind.Rekeyed, Epoch = 2 }.Write(buffer, 0);
                length = RecoveryEvent.Size;
                break;
            case 2:
                length = Command.WriteSetTelemetry(buffer, 7, 1000);
                break;
            case 3:
                length = Command.WriteFault(buffer, 7, (FaultKind)random.Below(13), random.Chance(0.5) ? 0 : (long)random.NextULong());
                break;
            case 4:
                length = Command.Write(buffer, (CommandCode)random.Below(7), 1, buffer, 0, (int)random.Below(100));
                break;
            default:
                length = (int)random.Between(TestPattern.MinSize, Longest);
                TestPattern.Write(buffer, (uint)random.NextULong(), length);
                break;
        }

        return buffer[..length];
    }

    private static void Handle(byte[] message)
    {
        LinkOptions options = LinkOptions.Device();
        options.FaultInjection = BinaryPrimitives.ReadUInt16BigEndian([0, message[^1]]) % 2 == 0;
        var app = new DeviceApp(new DeviceOptions(), options, new PlatformCrypto(), new byte[PskKeys.PskSize], new Machine());
        var handler = new MessageHandler(app, new ReplyQueue(Longest), new PatternChecker(false));
        byte[] buffer = new byte[Longest];
        message.CopyTo(buffer, 0);
        for (int i = 0; i < 6; i++)
        {
            handler.Handle(buffer, message.Length, i);
        }
    }

    /// <summary>A device without a network.</summary>
    private sealed class Machine : DevicePlatform
    {
        public override long NowMicros => 0;

        public override long FreeMemoryBytes => 0;

        public override int Receive(byte[] buffer, Arrival arrival, long maxWaitMicros) => 0;

        public override void Send(Datagram datagram)
        {
        }

        public override void StartJob(KeyJob job)
        {
        }

        public override KeyJob PollFinishedJob() => null!;

        public override void OnMessageReceived(byte[] message, int count)
        {
        }

        public override void OnMessageSent(byte[] message, int count)
        {
        }

        public override void OnLinkEvent(LinkEvent linkEvent)
        {
        }

        public override void ShowStatus(LinkState state, RecoveryLevel level)
        {
        }
    }
}
