namespace Hoplink.Simulation;

/// <summary>What a tap wants done with a datagram.</summary>
public readonly record struct Verdict
{
    /// <summary>Goes on untouched.</summary>
    public static readonly Verdict Pass;

    /// <summary>Is lost.</summary>
    public static readonly Verdict Drop = new() { Dropped = true };

    /// <summary>It is lost.</summary>
    public bool Dropped { get; private init; }

    /// <summary>How much later than otherwise it arrives, us.</summary>
    public long ExtraDelay { get; private init; }

    /// <summary>How many more of it arrive, each <see cref="Spacing"/> us after the one before.</summary>
    public int Copies { get; private init; }

    /// <summary>How long after one another copies arrive, us, from 0.</summary>
    public long Spacing { get; private init; }

    /// <summary>Travels in its place; null: itself.</summary>
    public byte[]? Bytes { get; private init; }

    /// <summary>Arrives so much later than otherwise, us, from 0.</summary>
    public static Verdict Delay(long micros) => new() { ExtraDelay = micros };

    /// <summary>Arrives, and so many copies of it besides, each <paramref name="spacing"/> us after the one before.</summary>
    public static Verdict Duplicate(int copies = 1, long spacing = 0) => new() { Copies = copies, Spacing = spacing };

    /// <summary>Travels as these bytes instead.</summary>
    public static Verdict Replace(byte[] bytes) => new() { Bytes = bytes };

    /// <summary>Replaces it by a copy in which something was changed.</summary>
    public static Verdict Change(Packet packet, Action<byte[]> change)
    {
        byte[] bytes = (byte[])packet.Bytes.Clone();
        change(bytes);
        return Replace(bytes);
    }
}
