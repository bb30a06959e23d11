using CsCheck;
using Hoplink.Delivery;

namespace Hoplink.Tests.Delivery;

public sealed class LossyLoopTests
{
    private static readonly Gen<LoopOptions> _genOptions =
        from seed in Gen.Int[0, int.MaxValue]
        from messages in Gen.Int[1, 300]
        from loss in Gen.Int[0, 400]
        from duplication in Gen.Int[0, 200]
        from times in Gen.Select(Gen.Int[0, 300], Gen.Frequency((1, Gen.Const(0)), (2, Gen.Int[1, 400])))
        from sizes in Gen.Select(Gen.Int[1, 48], Gen.Int[1, 48], Gen.Int[1, 16])
        from limit in Gen.Int[0, sizes.Item2]
        from pause in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 60]))
        from faults in Gen.Frequency((2, Gen.Const(0)), (1, Gen.Int[1, 200]))
        from nearWrap in Gen.Bool
        select new LoopOptions
        {
            Seed = seed,
            Messages = messages,
            Loss = loss,
            Duplication = duplication,
            Delay = times.Item1,
            Jitter = times.Item2,
            SendCapacity = sizes.Item1,
            ReceiveCapacity = sizes.Item2,
            CongestionWindow = sizes.Item3,
            ReorderLimit = limit,
            ReadPause = pause,
            Faults = faults,
            NearWrap = nearWrap,
        };

    [Fact]
    public void Whatever_the_network_does_every_message_is_delivered_once_and_in_order_soon_after_it_calms()
    {
        _genOptions.Sample(options =>
        {
            LossyLoop loop = new(options);

            // Calm at 20 s; then at most the longest RTO, and what is left at one message a round trip and read; or, where the
            // receiver drops what overtakes, at one an RTO.
            int each = options.ReorderLimit < options.ReceiveCapacity ? 4000 : 1400 + 60 + 25;
            loop.Run(until: 20_000 + 60_000 + (300 * each));
            Assert.Equal(Enumerable.Range(0, options.Messages), loop.Delivered);
        }, iter: 1000);
    }

    [Fact]
    public void A_clean_network_carries_each_message_once_and_without_a_pause()
    {
        (from delay in Gen.Int[1, 80] from near in Gen.Bool select (delay, near)).Sample((delay, near) =>
        {
            LossyLoop loop = new(new LoopOptions { Delay = delay, NearWrap = near, Messages = 500 });
            loop.Run(until: 600_000);
            Assert.Equal(Enumerable.Range(0, 500), loop.Delivered);
            Assert.Equal(500, loop.Transmissions);

            // 32 messages a round trip, once slow start is over.
            Assert.InRange(loop.Now / 1000, 0, (500 / 32 + 3) * (2 * delay) + 25);
        });
    }

    [Fact]
    public void A_single_loss_costs_no_RTO()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            LossyLoop clean = new(new LoopOptions { Messages = 400 });
            clean.Run(until: 600_000);
            LossyLoop lossy = new(new LoopOptions { Messages = 400, Loss = 10, Seed = seed });
            lossy.Run(until: 600_000);
            Assert.Equal(400, lossy.Delivered.Count);
            Assert.InRange(lossy.Now, clean.Now, clean.Now + (1200 * 1000));
        }
    }

    [Fact]
    public void A_slow_reader_holds_the_sender_back_without_a_loss()
    {
        LossyLoop loop = new(new LoopOptions { Messages = 60, ReadPause = 50, ReceiveCapacity = 8, ReorderLimit = 8, Delay = 5 });
        loop.Run(until: 600_000);
        Assert.Equal(Enumerable.Range(0, 60), loop.Delivered);
        Assert.Equal(60, loop.Transmissions);
    }

    [Fact]
    public void A_step_of_the_sender_and_the_receiver_allocates_nothing()
    {
        SendWindow window = new(32, 16);
        ReceiveBuffer buffer = new(32, 16, 32);
        DataSender sender = new(window, new RttEstimator(), 10);
        ReplayWindow replay = new();
        byte[] message = new byte[16];
        long now = 0;
        uint packet = 0;
        sender.OnWindow(buffer.OfferWindow());
        Allocation.AssertNone(() =>
        {
            while (window.TryAdd(message, 0, 10))
            {
            }

            now += 1000;
            while (sender.TryPeek(now, out uint number))
            {
                int length = window.Copy(number, message, 0);
                sender.MarkSent(number, now);
                replay.Accept(packet++, 7, now);
                if (packet % 5 != 0)
                {
                    buffer.Accept(number, message, 0, length);
                }
            }

            sender.OnAcknowledgment(buffer.NextExpected, buffer.OfferWindow(), true, buffer.SackMap(), now);
            while (buffer.Read(message, 0) > 0)
            {
            }

            now = Math.Min(now + 1_000_000, Math.Max(now, sender.Deadline));
            sender.OnDeadline(now);
        });
        Assert.True(window.Oldest > 100);
    }
}
