namespace Hoplink.Tests;

/// <summary>Says whether code allocates on the managed heap.</summary>
internal static class Allocation
{
    /// <summary>Runs it often, and fails if any run after the first ones allocated.</summary>
    public static void AssertNone(Action action)
    {
        for (int i = 0; i < 100; i++)
        {
            action();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            action();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
