namespace Hoplink.Peer.Demo;

/// <summary>
/// What became of the numbered messages of one direction. A link that begins anew may deliver again what it had delivered before: that is
/// announced by LinkRestarted, and starts another generation.
/// </summary>
internal sealed class Ledger
{
    private readonly HashSet<uint> _sent = [];
    private readonly HashSet<uint> _delivered = [];
    private readonly HashSet<uint> _announced = [];
    private HashSet<uint> _generation = [];
    private long _last = -1;

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

    /// <summary>Of those, the ones that an end has announced as gone.</summary>
    public int Reported => _sent.Count(number => !_delivered.Contains(number) && _announced.Contains(number));

    /// <summary>An end says that these are gone, or may be.</summary>
    public void Announce(IEnumerable<uint> numbers)
    {
        _announced.UnionWith(numbers);
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
        _delivered.Add(number);
    }
}
