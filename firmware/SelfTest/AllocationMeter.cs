using System;

namespace Hoplink.SelfTest;

/// <summary>
/// What is allocated between two moments. A computer counts it. A nanoCLR does not, but it collects garbage only when an allocation
/// finds no room: so all but a little of the heap is taken away, and a weakly held object shows whether it came to that.
/// </summary>
internal sealed class AllocationMeter
{
#if NETNANO1_0
    // Frames of calls lie in the same heap, and are given back when the call returns.
    private const int RoomBytes = 4096;

    private byte[] _ballast;
    private WeakReference _canary;

    /// <summary>What was found, in words.</summary>
    internal string Text { get; private set; } = "";

    internal void Start()
    {
        int free = (int)nanoFramework.Runtime.Native.GC.Run(true);
        _ballast = new byte[free - RoomBytes];
        nanoFramework.Runtime.Native.GC.Run(true);
        _canary = new WeakReference(new object());
    }

    /// <summary>True if so little was allocated that no collection ran.</summary>
    internal bool Stop()
    {
        bool alive = _canary.IsAlive;
        _ballast = null;
        Text = alive ? "less than 4096 bytes" : "4096 bytes or more";
        return alive;
    }
#else
    private long _start;

    /// <summary>What was found, in words.</summary>
    internal string Text { get; private set; } = "";

    internal void Start()
    {
        _start = GC.GetAllocatedBytesForCurrentThread();
    }

    /// <summary>True if nothing was allocated.</summary>
    internal bool Stop()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - _start;
        Text = allocated.ToString() + " bytes";
        return allocated == 0;
    }
#endif
}
