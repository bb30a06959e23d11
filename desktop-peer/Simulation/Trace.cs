using System.Globalization;
using System.Text;

namespace Hoplink.Simulation;

/// <summary>What an entry of the trace is about.</summary>
public enum TraceKind
{
    /// <summary>A node sent a datagram; it is as it was before anything happened to it.</summary>
    Sent,

    /// <summary>A node took a datagram.</summary>
    Delivered,

    /// <summary>A datagram was lost; the text says why.</summary>
    Dropped,

    /// <summary>A node polled an event of the library.</summary>
    Event,

    /// <summary>A remark of the simulator or of a test.</summary>
    Note,
}

/// <summary>One thing that happened.</summary>
/// <param name="Time">When, us of the world's time.</param>
/// <param name="Node">The name of the node it happened at.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Packet">The datagram; null if it is about none.</param>
/// <param name="Info">What the datagram was at that time: it may be altered later.</param>
/// <param name="Text">The event or remark, or why the datagram was lost; else empty.</param>
public readonly record struct TraceEntry(long Time, string Node, TraceKind Kind, Packet? Packet, DatagramInfo Info, string Text)
{
    /// <summary>A line of text: the time in seconds, the node, and what it did.</summary>
    public override string ToString()
    {
        string what = Kind switch
        {
            TraceKind.Sent => $"sends    {Packet} {Info}",
            TraceKind.Delivered => $"gets     {Packet} {Info}",
            TraceKind.Dropped => $"drop     {Packet} {Info}: {Text}",
            TraceKind.Event => $"EVENT    {Text}",
            _ => Text,
        };
        return $"{Trace.Seconds(Time),14} {Node,-10} {what}";
    }
}

/// <summary>
/// What happened in a world. The last <see cref="RingSize"/> entries are kept, all of them if <see cref="KeepAll"/> is set first, none
/// while it is off.
/// </summary>
public sealed class Trace
{
    /// <summary>Entries that are kept unless all are.</summary>
    public const int RingSize = 2048;

    private readonly World _world;
    private readonly List<TraceEntry> _all = [];
    private TraceEntry[] _ring = [];

    internal Trace(World world)
    {
        _world = world;
    }

    /// <summary>Whether entries are taken at all. Runs by the million go without, and are repeated with it if one fails.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>Keeps every entry, not only the last ones.</summary>
    public bool KeepAll { get; set; }

    /// <summary>Entries since the beginning.</summary>
    public long Count { get; private set; }

    /// <summary>A hash over all entries, kept or not, with all the datagrams' headers and tags: equal for equal runs.</summary>
    public ulong Digest { get; private set; } = 14695981039346656037;

    /// <summary>The entries that are kept, oldest first.</summary>
    public IEnumerable<TraceEntry> Entries
    {
        get
        {
            if (KeepAll)
            {
                return _all;
            }

            long first = Math.Max(0, Count - RingSize);
            return Enumerable.Range(0, (int)(Count - first)).Select(i => _ring[(first + i) % RingSize]);
        }
    }

    /// <summary>Adds a remark of a test.</summary>
    public void Note(string node, string text) => Add(node, TraceKind.Note, null, text);

    /// <summary>The last entries as text, a line each.</summary>
    public string Dump(int lines = int.MaxValue)
    {
        TraceEntry[] entries = Entries.ToArray();
        var text = new StringBuilder();
        int skipped = Math.Max(0, entries.Length - lines);
        foreach (TraceEntry entry in entries.AsSpan(skipped))
        {
            text.Append(entry.ToString()).Append('\n');
        }

        return text.ToString();
    }

    internal static string Seconds(long micros) => (micros / 1e6).ToString("F6", CultureInfo.InvariantCulture);

    internal void Add(string node, TraceKind kind, Packet? packet, string text)
    {
        if (!IsOn)
        {
            return;
        }

        if (_ring.Length == 0)
        {
            _ring = new TraceEntry[RingSize];
        }

        var entry = new TraceEntry(_world.Now, node, kind, packet, packet?.Info ?? default, text);
        _ring[Count++ % RingSize] = entry;
        if (KeepAll)
        {
            _all.Add(entry);
        }

        Mix((ulong)entry.Time);
        Mix((ulong)kind);
        Mix(entry.Node);
        Mix(entry.Text);
        Mix(entry.Info.SessionId);
        Mix(((ulong)entry.Info.Kind << 32) | entry.Info.Sequence);
        Mix(entry.Info.Tag);
    }

    private void Mix(string text)
    {
        foreach (char c in text)
        {
            Digest = (Digest ^ c) * 1099511628211;
        }
    }

    private void Mix(ulong value)
    {
        Digest = (Digest ^ value) * 1099511628211;
        Digest ^= Digest >> 29;
    }
}
