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

    /// <summary>The managed heap after a collection, in words.</summary>
    internal static string Heap()
    {
#if NETNANO1_0
        return nanoFramework.Runtime.Native.GC.Run(true).ToString() + " bytes free";
#else
        return GC.GetTotalMemory(true).ToString() + " bytes in use";
#endif
    }
}
