using Hoplink.Benchmarks.Measures;

namespace Hoplink.Tests.Costs;

/// <summary>The rules by which nanoFramework's interpreter lays out its heap, on objects small enough to add up by hand.</summary>
public sealed class InterpreterHeapTests
{
    [Theory]
    [InlineData(0, 24)]
    [InlineData(4, 24)]
    [InlineData(5, 36)]
    [InlineData(590, 612)]
    public void Bytes_take_a_head_of_20_and_are_rounded_up_to_12(int length, long expected)
    {
        Assert.Equal(expected, SizeOf(new byte[length]));
    }

    [Fact]
    public void Numbers_take_their_own_size_and_references_12()
    {
        Assert.Equal(108, SizeOf(new long[10]));
        Assert.Equal(24, SizeOf(new DayOfWeek[1]));
        Assert.Equal(144, SizeOf(new object?[10]));
    }

    [Fact]
    public void An_object_takes_12_and_12_a_field_with_those_it_inherits_and_what_it_refers_to_once()
    {
        object shared = new();
        Assert.Equal(12, SizeOf(shared));
        Assert.Equal(12 + (4 * 12) + 12 + 24, SizeOf(new Derived { One = shared, Other = shared, Bytes = new byte[4], Number = 1 }));
    }

    [Fact]
    public void Ten_structures_of_two_integers_take_504()
    {
        Assert.Equal(504, SizeOf(new Structure[10]));
    }

    [Fact]
    public void What_was_reached_before_is_not_counted_again()
    {
        byte[] bytes = new byte[4];
        var heap = new InterpreterHeap();
        heap.Add(bytes);
        heap.Add(new object[] { bytes });
        Assert.Equal(24 + 36, heap.Bytes);
    }

    private static long SizeOf(object root)
    {
        var heap = new InterpreterHeap();
        heap.Add(root);
        return heap.Bytes;
    }

    private class Base
    {
        public object? One;
        public byte[]? Bytes;
    }

    private sealed class Derived : Base
    {
        public object? Other;
        public int Number;
    }

    private record struct Structure(int X, int Y);
}
