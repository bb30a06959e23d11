namespace Hoplink.Peer.Demo;

/// <summary>
/// Which test message has which number on a link (protocol.md 6.1), of one direction: found from the messages that the sending end
/// reports in order, those that are no test messages included.
/// </summary>
internal sealed class Numbering
{
    private readonly List<Generation> _links = [new()];

    private Generation Current => _links[^1];

    /// <summary>The sending end has a session of a link.</summary>
    public void OnConnected(string linkId)
    {
        Current.LinkId ??= linkId;
    }

    /// <summary>The link took a message; null: one that is no test message.</summary>
    public void OnSent(uint? message)
    {
        Current.Messages.Add(message);
    }

    /// <summary>The sending process died: the next one's link takes no message over.</summary>
    public void OnDied()
    {
        _links.Add(new Generation());
    }

    /// <summary>LinkRestarted: the last messages are sent again, numbered from 0 on (13.4).</summary>
    /// <param name="linkId">The link that begins.</param>
    /// <param name="kept">How many.</param>
    /// <returns>The test messages that are not sent again, because the other end had acknowledged them.</returns>
    public IReadOnlyList<uint> OnRestarted(string linkId, int kept)
    {
        Generation old = Current;
        int let = Math.Max(0, old.Messages.Count - kept);
        _links.Add(new Generation { LinkId = linkId, Messages = old.Messages[let..], IsKnown = old.LinkId != linkId });
        return [.. old.Messages.Take(let).OfType<uint>()];
    }

    /// <summary>The test messages among so many numbers of a link.</summary>
    public IEnumerable<uint> Find(string linkId, uint first, int count)
    {
        return _links.Where(link => link.LinkId == linkId && link.IsKnown)
            .SelectMany(link => link.Messages.Skip((int)Math.Min(first, int.MaxValue)).Take(count))
            .OfType<uint>();
    }

    private sealed class Generation
    {
        public string? LinkId { get; set; }

        public List<uint?> Messages { get; init; } = [];

        /// <summary>The first has number 0. False after the numbers of a link were moved up by an amount that no event tells.</summary>
        public bool IsKnown { get; init; } = true;
    }
}
