using CsCheck;
using Hoplink.Hopping;

namespace Hoplink.Tests.Hopping;

/// <summary>Which hop ports a host is to bind and close (5.2).</summary>
public sealed class PortBookTests
{
    private const int First = 40000;
    private const int Count = 2000;

    // 5.2: a range of up to 1024 ports is bound once and for all.
    [Theory]
    [InlineData(1, false)]
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    public void Only_a_range_above_1024_ports_comes_and_goes(int count, bool isDynamic)
    {
        var book = new PortBook(First, count);
        Assert.Equal(isDynamic, book.IsDynamic);
        Assert.Equal(isDynamic, book.Contains(First));
        Assert.False(book.Poll(new PortChange()));
    }

    [Theory]
    [InlineData(First - 1, false)]
    [InlineData(First, true)]
    [InlineData(First + Count - 1, true)]
    [InlineData(First + Count, false)]
    public void A_book_has_the_ports_of_its_range(int port, bool has)
    {
        Assert.Equal(has, new PortBook(First, Count).Contains(port));
    }

    [Fact]
    public void A_port_that_two_want_stays_open_until_both_have_let_go()
    {
        var book = new PortBook(First, Count);
        book.Acquire(First + 5);
        book.Acquire(First + 5);
        Assert.Equal([(First + 5, true)], Poll(book));
        book.Release(First + 5);
        Assert.Empty(Poll(book));
        book.Release(First + 5);
        Assert.Equal([(First + 5, false)], Poll(book));
    }

    [Fact]
    public void A_port_wanted_and_let_go_between_two_polls_is_not_touched()
    {
        var book = new PortBook(First, Count);
        book.Acquire(First);
        book.Release(First);
        Assert.Empty(Poll(book));
        book.Acquire(First);
        Poll(book);
        book.Release(First);
        book.Acquire(First);
        Assert.Empty(Poll(book));
    }

    [Fact]
    public void What_is_open_after_a_poll_is_what_is_wanted()
    {
        // Ports 0 to 7; 8 polls.
        Gen.Select(Gen.Int[0, 8], Gen.Bool).Array[0, 300].Sample(operations =>
        {
            var book = new PortBook(First, Count);
            int[] wanted = new int[8];
            HashSet<int> open = [];
            foreach ((int port, bool acquires) in operations.Append((8, true)))
            {
                if (port == 8)
                {
                    bool changes = Poll(book).All(c => c.Open ? open.Add(c.Port) : open.Remove(c.Port));
                    if (!changes || !open.SetEquals(Enumerable.Range(0, 8).Where(p => wanted[p] > 0).Select(p => First + p)))
                    {
                        return false;
                    }
                }
                else if (acquires)
                {
                    book.Acquire(First + port);
                    wanted[port]++;
                }
                else if (wanted[port] > 0)
                {
                    book.Release(First + port);
                    wanted[port]--;
                }
            }

            return true;
        });
    }

    private static List<(int Port, bool Open)> Poll(PortBook book)
    {
        List<(int, bool)> changes = [];
        for (var change = new PortChange(); book.Poll(change);)
        {
            changes.Add((change.Port, change.Open));
        }

        return changes;
    }
}
