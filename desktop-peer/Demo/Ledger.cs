namespace Hoplink.Peer.Demo;

/// <summary>
/// What became of the numbered messages of one direction. A link that begins anew may deliver again what it had delivered before: that is
/// announced by LinkRestarted, and starts another generation.
/// </summary>
internal sealed class Ledger
{
    private readonly HashSet<uint> _sent = [];
    private readonly HashSet<uint> _delivered = [];
    private HashSet<uint> _generation = [];
    private long _last = -1;
    private long _highest = -1;

    /// <summary>Messages sent.</summary>
    public int Sent => _sent.Count;

    /// <summary>Messages of those that arrived, each counted once.</summary>
    public int Delivered => _delivered.Count;

    /// <summary>Messages that arrived again without an announcement.</summary>
    public int Duplicated { get; private set; }

    /// <summary>Messages that arrived after a later one.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>Messages that were sent and have not arrived.</summary>
    public int Missing => _sent.Count(number => !_delivered.Contains(number));

    /// <summary>One above the highest message that arrived.</summary>
    public uint Next => (uint)(_highest + 1);

    /// <summary>Messages from a number on that were sent and have not arrived.</summary>
    public int MissingFrom(uint first)
    {
        return _sent.Count(number => number >= first && !_delivered.Contains(number));
    }

    /// <summary>The link began anew.</summary>
    public void BeginGeneration()
    {
        _generation = [];
        _last = -1;
    }

    public void OnSent(uint number)
    {
        _sent.Add(number);
    }

    public void OnDelivered(uint number)
    {
        if (!_generation.Add(number))
        {
            Duplicated++;
            return;
        }

        OutOfOrder += number < _last ? 1 : 0;
        _last = Math.Max(_last, number);
        _highest = Math.Max(_highest, number);
        _delivered.Add(number);
    }
}
