using System;

namespace Hoplink.SelfTest;

/// <summary>
/// What is allocated between two moments. A computer counts it. A nanoCLR does not, and the frames of its calls come and go in the same
/// heap: it tells what has stayed after a collection.
/// </summary>
internal sealed class AllocationMeter
{
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
        Text = bytes.ToString() + " bytes have stayed";
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
