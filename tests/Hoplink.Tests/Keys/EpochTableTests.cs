using Hoplink.Keys;
using Hoplink.Timing;

namespace Hoplink.Tests.Keys;

/// <summary>Which key epochs an end accepts, and under which it sends (12).</summary>
public sealed class EpochTableTests
{
    private const long Second = 1_000_000;

    // 12, step 2: it still sends under e, and accepts both.
    [Fact]
    public void A_staged_epoch_is_accepted_while_the_old_one_still_sends()
    {
        Epoch first = EpochRig.MakeEpoch(0);
        var table = new EpochTable(first);
        Epoch staged = EpochRig.MakeEpoch(1);
        table.Stage(staged);
        Assert.Same(first, table.Current);
        Assert.True(table.IsStaged(staged));
        Assert.False(table.IsStaged(first));
        Assert.Same(staged, table.NewestStaged());
        Assert.Equal([0u, 1u], Numbers(table));
        Assert.Equal(TimerTable.Never, table.NextRetirement());
    }

    // 12, step 4; D6: on proof. The old one is accepted for 2 s more, then overwritten.
    [Fact]
    public void A_confirmed_epoch_becomes_current_and_the_old_one_goes_after_2_s()
    {
        Epoch first = EpochRig.MakeEpoch(0);
        var table = new EpochTable(first);
        Epoch staged = EpochRig.MakeEpoch(1);
        table.Stage(staged);
        table.Confirm(staged, 10 * Second);
        Assert.Same(staged, table.Current);
        Assert.False(table.IsStaged(staged));
        Assert.Null(table.NewestStaged());
        Assert.False(table.SwitchOpen);
        Assert.Equal(12 * Second, table.NextRetirement());
        table.WipeRetired((12 * Second) - 1);
        Assert.Equal([0u, 1u], Numbers(table));
        EpochRig.AssertKept(first);
        table.WipeRetired(12 * Second);
        Assert.Equal([1u], Numbers(table));
        EpochRig.AssertWiped(first);
        EpochRig.AssertKept(staged);
        Assert.Equal(TimerTable.Never, table.NextRetirement());
    }

    // 12, step 3: switches to n, keeps accepting e; step 4: complete at the first valid datagram under n.
    [Fact]
    public void A_requester_sends_under_the_new_epoch_and_keeps_the_old_until_its_switch_is_complete()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        Epoch next = EpochRig.MakeEpoch(1);
        table.SwitchAsRequester(next, 1 * Second);
        Assert.Same(next, table.Current);
        Assert.True(table.SwitchOpen);
        Assert.Equal(TimerTable.Never, table.NextRetirement());
        table.WipeRetired(1000 * Second);
        Assert.Equal([0u, 1u], Numbers(table));

        table.CompleteSwitch(20 * Second);
        Assert.False(table.SwitchOpen);
        Assert.Equal(22 * Second, table.NextRetirement());
        table.CompleteSwitch(21 * Second); // once is enough: it does not prolong the old one
        Assert.Equal(22 * Second, table.NextRetirement());
    }

    // 12, step 4; 12.3: switching to n drops staged epochs up to n, which are accepted 2 s more.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_switch_drops_the_staged_epochs_below_and_accepts_them_for_2_s(bool asRequester)
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        Epoch below = EpochRig.MakeEpoch(1);
        Epoch above = EpochRig.MakeEpoch(4);
        Epoch next = EpochRig.MakeEpoch(3);
        table.Stage(below);
        table.Stage(above);
        if (asRequester)
        {
            table.SwitchAsRequester(next, 0);
            Assert.Equal(2 * Second, below.RetiresAt); // at once, while the old one still waits for the proof
            table.CompleteSwitch(0);
        }
        else
        {
            table.Stage(next);
            table.Confirm(next, 0);
        }

        Assert.False(table.IsStaged(below));
        Assert.Same(above, table.NewestStaged());
        Assert.Equal(2 * Second, below.RetiresAt);
        Assert.Equal(TimerTable.Never, above.RetiresAt);
        table.WipeRetired(2 * Second);
        Assert.Equal([3u, 4u], Numbers(table));
        EpochRig.AssertWiped(below);
    }

    // 12.1: KEY_PHASE says which to try; of two with the same phase the newer first.
    [Fact]
    public void Of_the_epochs_with_one_phase_the_newer_comes_first()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(2));
        table.Stage(EpochRig.MakeEpoch(4));
        table.Stage(EpochRig.MakeEpoch(3));
        table.SwitchAsRequester(EpochRig.MakeEpoch(5), 0);
        Assert.Equal([4u, 2u], Candidates(table, false));
        Assert.Equal([5u, 3u], Candidates(table, true));
    }

    // 12.3: a staged epoch lives until it is confirmed or replaced.
    [Fact]
    public void A_staged_epoch_is_replaced_by_one_of_the_same_number_and_overwritten()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        Epoch givenUp = EpochRig.MakeEpoch(1);
        Epoch replacement = EpochRig.MakeEpoch(1, seed: 50);
        table.Stage(givenUp);
        table.WipeRetired(1000 * Second);
        EpochRig.AssertKept(givenUp);
        table.Stage(replacement);
        Assert.Same(replacement, table.NewestStaged());
        Assert.Equal(2, table.Count);
        EpochRig.AssertWiped(givenUp);
    }

    [Fact]
    public void A_requesters_new_epoch_takes_the_place_of_a_staged_one_of_its_number()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        Epoch staged = EpochRig.MakeEpoch(1);
        Epoch agreed = EpochRig.MakeEpoch(1, seed: 50);
        table.Stage(staged);
        table.SwitchAsRequester(agreed, 0);
        Assert.Same(agreed, table.Current);
        Assert.Same(agreed, table.Candidate(true, 0));
        Assert.Null(table.Candidate(true, 1));
        EpochRig.AssertWiped(staged);
    }

    // A limit on everything: the oldest makes room, the current one never.
    [Fact]
    public void When_the_table_is_full_the_oldest_but_the_current_makes_room()
    {
        Epoch current = EpochRig.MakeEpoch(0);
        var table = new EpochTable(current);
        Epoch[] staged = [.. Enumerable.Range(1, 9).Select(n => EpochRig.MakeEpoch((uint)n))];
        foreach (Epoch epoch in staged)
        {
            table.Stage(epoch);
        }

        Assert.Equal([0u, 5u, 6u, 7u, 8u, 9u], Numbers(table));
        Assert.Same(current, table.Current);
        EpochRig.AssertWiped(staged[3]);
        EpochRig.AssertKept(staged[4]);
        EpochRig.AssertKept(current);
    }

    // 12: rekey upon rekey, in either role: what is accepted stays bounded, and nothing but the current one lives on.
    [Fact]
    public void After_many_rekeys_only_the_current_epoch_is_left()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        for (uint n = 1; n < 40; n++)
        {
            Epoch next = EpochRig.MakeEpoch(n);
            if (n % 3 == 0)
            {
                table.SwitchAsRequester(next, n * Second);
                table.CompleteSwitch(n * Second);
            }
            else
            {
                table.Stage(next);
                table.Confirm(next, n * Second);
            }

            table.WipeRetired(n * Second);
            Assert.InRange(table.Count, 1, 3);
        }

        table.WipeRetired(100 * Second);
        Assert.Equal([39u], Numbers(table));
    }

    [Fact]
    public void Wiping_all_overwrites_every_epoch()
    {
        Epoch first = EpochRig.MakeEpoch(0);
        Epoch staged = EpochRig.MakeEpoch(1);
        var table = new EpochTable(first);
        table.Stage(staged);
        table.WipeAll();
        EpochRig.AssertWiped(first);
        EpochRig.AssertWiped(staged);
    }

    private static uint[] Numbers(EpochTable table)
    {
        return [.. Enumerable.Range(0, table.Count).Select(i => table.Accepted(i).Number).Order()];
    }

    private static uint[] Candidates(EpochTable table, bool phase)
    {
        List<uint> numbers = [];
        for (Epoch? next = table.Candidate(phase, 0); next != null; next = table.Candidate(phase, numbers.Count))
        {
            numbers.Add(next.Number);
        }

        return [.. numbers];
    }
}
