using System.Buffers.Binary;
using Hoplink.Parameters;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Attacks;

/// <summary>
/// Two devices have one pre-shared key, because it was copied or stolen. A key belongs to one device, so they take turns in replacing each
/// other's session: at a bounded rate, and neither's messages go into the other's link (4.1, 13.4).
/// </summary>
public sealed class SharedPskTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    [Fact]
    public void They_take_turns_at_a_bounded_rate_and_no_link_has_messages_of_both() // 4, 4.1, 13.2, 13.4
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            World world = NewWorld(seed);
            var story = new Story(world);
            var handshakes = new List<long>();
            story.Peer.JobRun += job =>
            {
                if (job.Owner is HalfOpen)
                {
                    handshakes.Add(world.Now);
                }
            };
            story.Begin();
            world.RunFor(2 * World.Minute);

            // 4.1: at most one new handshake a second; 13.2: a device that was reset comes back at once, but once in 5 s.
            int turns = story.Peer.Events.OfKind(LinkEventKind.Connected).Length;
            Require(world, turns >= 4, $"{turns} turns");
            Require(world, turns <= handshakes.Count, $"{turns} turns of {handshakes.Count} handshakes");
            bool isBounded = handshakes.Zip(handshakes.Skip(1), (one, next) => next - one).All(apart => apart >= World.Second - story.Peer.JobMicros);
            Require(world, isBounded, "two handshakes within a second");
            RequireSecondsApart(world, story.Peer.Events.OfKind(LinkEventKind.Connected));
            story.RequireOneSenderInEachLink();
            story.RequireOnceAndInOrder();
            Require(world, story.Peer.Responder.EventsDropped == 0, "events were lost");

            // Each came to send, and once one of them is gone the other has the link to itself.
            Require(world, story.ReadFrom(0) > 0 && story.ReadFrom(1) > 0, "one of them never got through");
            story.Devices[1].Restart(10 * World.Minute);
            world.RunFor(20 * World.Second);
            long read = story.ReadFrom(0);
            int connected = story.Peer.Events.OfKind(LinkEventKind.Connected).Length;
            world.RunFor(20 * World.Second);
            Require(world, story.ReadFrom(0) >= read + 100, "the one that stayed does not get through");
            Require(world, story.Peer.Events.OfKind(LinkEventKind.Connected).Length == connected, "there are turns still");
            story.RequireOneSenderInEachLink();
            story.RequireOnceAndInOrder();
        }
    }

    private static void RequireSecondsApart(World world, EventSnapshot[] connected)
    {
        for (int i = 2; i < connected.Length; i++)
        {
            Require(world, connected[i].At - connected[i - 2].At >= World.Second, "three sessions within a second");
        }
    }

    private static void Require(World world, bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SimulationException(world, otherwise);
        }
    }

    /// <summary>Two devices and their peer, and all that each application was told, in order: a message, or that the link began anew.</summary>
    private sealed class Story
    {
        private readonly World _world;
        private readonly List<(int Sender, uint Number)?> _atPeer = [];
        private readonly List<uint?>[] _atDevice = [[], []];
        private readonly uint[] _next = new uint[3];

        public Story(World world)
        {
            _world = world;
            byte[] psk = world.Random("psk").Bytes(32);
            Peer = new PeerNode(world, "peer", Pair.PeerHost, new ResponderOptions());
            KeyId = Peer.AddKey(psk);
            Devices = [.. Enumerable.Range(0, 2).Select(i =>
            {
                LinkOptions options = LinkOptions.Device();
                options.Iterations = 1;
                uint host = SimEndpoint.Address(10, 0, 0, (byte)(2 + i));
                return new DeviceNode(world, $"device {i}", host, options, psk, Pair.PeerHost) { JobMicros = 200 * Ms };
            })];
            Peer.MessageRead += (_, message) => _atPeer.Add((message[0], BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1))));
            Peer.EventPolled += e =>
            {
                if (e.Kind == LinkEventKind.LinkRestarted || (e.Kind == LinkEventKind.Connected && !e.Resumed))
                {
                    _atPeer.Add(null);
                }
            };
            for (int i = 0; i < 2; i++)
            {
                int device = i;
                Devices[i].MessageRead += (_, message) => _atDevice[device].Add(BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(1)));
                Devices[i].EventPolled += e =>
                {
                    if (e.Kind == LinkEventKind.LinkRestarted)
                    {
                        _atDevice[device].Add(null);
                    }
                };
            }
        }

        public PeerNode Peer { get; }

        public DeviceNode[] Devices { get; }

        public ulong KeyId { get; }

        public long ReadFrom(int device) => _atPeer.Count(m => m?.Sender == device);

        public void Begin()
        {
            foreach (DeviceNode device in Devices)
            {
                device.Connect();
            }

            _world.Every(50 * Ms, () =>
            {
                for (int i = 0; i < 2; i++)
                {
                    if (!Devices[i].IsDown)
                    {
                        Send(i, message => Devices[i].Send(message) == SendStatus.Accepted);
                    }
                }

                Send(2, message => Peer.Send(KeyId, message) == SendStatus.Accepted);
                return true;
            });
        }

        /// <summary>Between two beginnings of the link the peer reads what one device sent, and nothing of the other's.</summary>
        public void RequireOneSenderInEachLink()
        {
            int sender = -1;
            foreach ((int Sender, uint Number)? read in _atPeer)
            {
                Require(_world, read == null || sender < 0 || read.Value.Sender == sender, "messages of both in one link");
                sender = read?.Sender ?? -1;
            }
        }

        /// <summary>In each link every message comes once and in order, both ways.</summary>
        public void RequireOnceAndInOrder()
        {
            RequireAscending(_atPeer.Select(read => read?.Number));
            for (int i = 0; i < 2; i++)
            {
                // What a device sent goes over into its next link until the peer has it: nothing is left out.
                uint[] numbers = [.. _atPeer.Where(read => read?.Sender == i).Select(read => read!.Value.Number).Distinct().Order()];
                Require(_world, numbers.Length == 0 || numbers[^1] == numbers.Length - 1, $"messages of device {i} are missing");
            }

            foreach (List<uint?> read in _atDevice)
            {
                RequireAscending(read);
            }
        }

        private void RequireAscending(IEnumerable<uint?> numbers)
        {
            uint? last = null;
            foreach (uint? number in numbers)
            {
                Require(_world, number == null || last == null || number == last + 1, $"{number} after {last}");
                last = number;
            }
        }

        private void Send(int sender, Func<byte[], bool> send)
        {
            byte[] message = new byte[5];
            message[0] = (byte)sender;
            BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(1), _next[sender]);
            _next[sender] += send(message) ? 1u : 0;
        }
    }
}
