using System;

namespace Hoplink.SelfTest;

/// <summary>
/// What is allocated between two moments. A computer counts it. A nanoCLR has no count, and no call that tells how much is free before it
/// collects: what is allocated and let go between two collections leaves no trace there. It tells what is still held after one.
/// </summary>
internal sealed class AllocationMeter
{
#if NETNANO1_0
    /// <summary>What a measurement of nothing shows, in words.</summary>
    internal const string Claim = "100 datagrams leave nothing behind";
#else
    /// <summary>What a measurement of nothing shows, in words.</summary>
    internal const string Claim = "100 datagrams allocate nothing";
#endif

    private long _start;

    /// <summary>What was found, in words.</summary>
    internal string Text { get; private set; } = "";

    internal void Start()
    {
        // The first reading makes what later ones need.
        Read();
        _start = Read();
    }

    /// <summary>True if it was nothing.</summary>
    internal bool Stop()
    {
        long bytes = Read() - _start;
#if NETNANO1_0
        Text = "this runtime does not count; " + bytes.ToString() + " bytes are still held";
#else
        Text = bytes.ToString() + " bytes";
#endif
        return bytes == 0;
    }

    private static long Read()
    {
#if NETNANO1_0
        return -(long)nanoFramework.Runtime.Native.GC.Run(true);
#else
        return GC.GetAllocatedBytesForCurrentThread();
#endif
    }
}
