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
    private const int BlockBytes = 1000;
    private const int BlockOverhead = 24;

    private byte[][] _ballast;
    private WeakReference _canary;
    private int _room;

    /// <summary>What was found, in words.</summary>
    internal string Text { get; private set; } = "";

    internal void Start()
    {
        // In blocks, for the free memory need not lie in one piece.
        int free = (int)nanoFramework.Runtime.Native.GC.Run(true);
        int blocks = free <= RoomBytes ? 0 : (free - RoomBytes) / (BlockBytes + BlockOverhead + 12);
        _ballast = new byte[blocks][];
        for (int i = 0; i < blocks; i++)
        {
            _ballast[i] = new byte[BlockBytes];
        }

        _room = (int)nanoFramework.Runtime.Native.GC.Run(true);
        _canary = new WeakReference(new object());
    }

    /// <summary>True if so little was allocated that no collection ran.</summary>
    internal bool Stop()
    {
        bool alive = _canary.IsAlive;
        _ballast = null;
        Text = (alive ? "less than " : "at least ") + _room.ToString() + " bytes";
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
