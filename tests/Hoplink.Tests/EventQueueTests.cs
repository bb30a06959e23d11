using Hoplink.Recovery;

namespace Hoplink.Tests;

/// <summary>Events on their way to an application that may not fetch them.</summary>
public sealed class EventQueueTests
{
    private static readonly LinkEventKind[] _vital =
        [LinkEventKind.MessagesLost, LinkEventKind.LinkRestarted, LinkEventKind.Terminated, LinkEventKind.Closed];

    [Fact]
    public void Events_are_taken_in_order_and_once()
    {
        var queue = new EventQueue(8);
        var taken = new LinkEvent();
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < 6; i++)
            {
                queue.Add(LinkEventKind.RungStarted, null, i).Attempt = (round * 10) + i;
            }

            for (int i = 0; i < 6; i++)
            {
                Assert.True(queue.TryTake(taken));
                Assert.Equal((round * 10) + i, taken.Attempt);
                Assert.Equal(i, taken.Time);
            }

            Assert.False(queue.TryTake(taken));
        }
    }

    [Fact]
    public void Events_stay_in_order_where_the_queue_wraps_around_before_it_is_empty()
    {
        var queue = new EventQueue(8);
        var taken = new LinkEvent();
        int added = 0;
        for (int expected = 0; expected < 50; expected++)
        {
            while (added < expected + 5)
            {
                queue.Add(LinkEventKind.RungStarted, null, added++);
            }

            Assert.True(queue.TryTake(taken));
            Assert.Equal(expected, taken.Time);
        }

        Assert.Equal(0, queue.Dropped);
    }

    [Fact]
    public void The_last_quarter_is_kept_for_vital_events()
    {
        foreach (LinkEventKind vital in _vital)
        {
            var queue = new EventQueue(8);
            for (int i = 0; i < 9; i++)
            {
                queue.Add(LinkEventKind.ConditionBegan, null, i);
            }

            Assert.Equal(3, queue.Dropped);
            queue.Add(vital, null, 100);
            queue.Add(vital, null, 101);
            Assert.Equal(3, queue.Dropped);
            queue.Add(vital, null, 102);
            Assert.Equal(4, queue.Dropped);
            List<long> times = [];
            for (var taken = new LinkEvent(); queue.TryTake(taken);)
            {
                times.Add(taken.Time);
            }

            Assert.Equal([0, 1, 2, 3, 4, 5, 100, 101], times);
        }
    }

    [Fact]
    public void A_device_has_room_for_the_end_of_every_condition_at_once() // 9.3: which the success of one rung may bring about
    {
        var queue = new EventQueue(Parameters.LinkOptions.Device().EventCapacity);
        foreach (FailureCondition condition in Enum.GetValues<FailureCondition>().Where(condition => condition != default))
        {
            queue.Add(LinkEventKind.ConditionEnded, null, 0).Condition = condition;
        }

        Assert.Equal(0, queue.Dropped);
    }

    [Fact]
    public void An_event_starts_with_nothing_of_the_one_that_had_its_place()
    {
        var queue = new EventQueue(8);
        var taken = new LinkEvent();
        LinkEvent first = queue.Add(LinkEventKind.MessagesLost, null, 1);
        first.Count = 7;
        first.SessionId = 9;
        queue.TryTake(taken);
        for (int i = 0; i < 8; i++)
        {
            LinkEvent next = queue.Add(LinkEventKind.Connected, null, 2);
            Assert.Equal(0, next.Count);
            Assert.Equal(0UL, next.SessionId);
            queue.TryTake(taken);
        }
    }

    [Fact]
    public void What_is_written_to_an_event_without_room_reaches_nobody()
    {
        var queue = new EventQueue(8);
        for (int i = 0; i < 6; i++)
        {
            queue.Add(LinkEventKind.Connected, null, i);
        }

        queue.Add(LinkEventKind.Connected, null, 6).Attempt = 5;
        for (var taken = new LinkEvent(); queue.TryTake(taken);)
        {
            Assert.Equal(0, taken.Attempt);
        }
    }
}
