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

    /// <summary>
    /// Moves what is in use together: a call of the arithmetic of P-256 takes 3 KB of the heap in one piece, which a small heap in use
    /// may not have although that much is free.
    /// </summary>
    internal static void Compact()
    {
#if NETNANO1_0
        nanoFramework.Runtime.Native.GC.Run(true);
#endif
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
