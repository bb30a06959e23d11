using Hoplink.Hopping;
using Hoplink.Keys;
using Hoplink.Tests.Keys;
using Hoplink.Timing;

namespace Hoplink.Tests.Hopping;

/// <summary>Which ports one session wants open where a range is bound window by window (5.2, 12.5).</summary>
public sealed class ListeningPortsTests
{
    private const int First = 49152;
    private const int Count = 1024;

    // The epochs of EpochRig hop over these 1024 ports; a book of more binds them window by window.
    private readonly PortBook _book = new(First, Count + 1);
    private readonly HashSet<int> _open = [];

    [Fact]
    public void A_session_wants_its_window_and_the_neighbours_of_every_epoch_and_its_newest_port()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        table.Stage(EpochRig.MakeEpoch(1));
        var ports = new ListeningPorts(_book);
        const long Session = 60_000_123;
        ports.Update(table, Session, First + 7, 5_000_000);
        Apply();
        HashSet<int> expected = [First + 7, .. Open(table.Accepted(0), Session), .. Open(table.Accepted(1), Session)];
        Assert.True(expected.SetEquals(_open));
    }

    [Fact]
    public void The_ports_change_when_the_first_window_of_any_epoch_ends()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        table.Stage(EpochRig.MakeEpoch(1));
        var ports = new ListeningPorts(_book);
        Assert.Equal(TimerTable.Never, ports.NextChange);
        ports.Update(table, 1_000_000, 0, 77_000_000);
        long first = Math.Min(EndAfter(table.Accepted(0), 1_000_000), EndAfter(table.Accepted(1), 1_000_000));
        Assert.Equal(77_000_000 + first - 1_000_000, ports.NextChange);
    }

    [Fact]
    public void Over_many_windows_the_open_ports_follow_and_nothing_is_left_at_the_end()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        var ports = new ListeningPorts(_book);
        long now = 0;
        for (int i = 0; i < 50; i++)
        {
            ports.Update(table, now, 0, now);
            Apply();
            Assert.True(_open.SetEquals(Open(table.Current, now)));
            now = ports.NextChange;
        }

        ports.Close();
        Apply();
        Assert.Empty(_open);
        Assert.Equal(TimerTable.Never, ports.NextChange);
    }

    // 5.2: a port of the rendezvous or of nobody is not the book's.
    [Fact]
    public void A_newest_port_outside_the_range_is_not_opened()
    {
        var table = new EpochTable(EpochRig.MakeEpoch(0));
        var ports = new ListeningPorts(_book);
        ports.Update(table, 0, 40100, 0);
        Apply();
        Assert.True(_open.SetEquals(Open(table.Current, 0)));
    }

    private static IEnumerable<int> Open(Epoch epoch, long session)
    {
        long window = epoch.Hops.WindowAt(session);
        return [epoch.Hops.PortOf(window - 1), epoch.Hops.PortOf(window), epoch.Hops.PortOf(window + 1)];
    }

    private static long EndAfter(Epoch epoch, long session) => epoch.Hops.EndOf(epoch.Hops.WindowAt(session));

    private void Apply()
    {
        for (var change = new PortChange(); _book.Poll(change);)
        {
            Assert.True(change.Open ? _open.Add(change.Port) : _open.Remove(change.Port));
        }
    }
}
