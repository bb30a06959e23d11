using System;

namespace Hoplink.SelfTest;

/// <summary>What the self-test asks of the machine: a clock for its figures and the state of the heap.</summary>
internal static class Machine
{
    /// <summary>Time, ms; in steps of 10 ms on a device.</summary>
    internal static long NowMillis
    {
        get { return Environment.TickCount64; }
    }

    /// <summary>Free bytes of the managed heap after a collection; on a computer, those that are in use.</summary>
    internal static long FreeHeapBytes()
    {
#if NETNANO1_0
        return nanoFramework.Runtime.Native.GC.Run(true);
#else
        return GC.GetTotalMemory(true);
#endif
    }
}
