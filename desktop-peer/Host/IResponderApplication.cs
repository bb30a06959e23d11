namespace Hoplink.Host;

/// <summary>
/// What is done with the links of a <see cref="ResponderHost"/>. Every member is called under the host's lock and must not wait; it may
/// call the link.
/// </summary>
public interface IResponderApplication
{
    /// <summary>The first handshake of a key id was completed, or a new link replaced the old.</summary>
    void OnNewLink(Link link, long now);

    /// <summary>Something happened to a link. The event is reused afterwards.</summary>
    void OnEvent(LinkEvent linkEvent, long now);

    /// <summary>A link has messages to read. It is not named again until it was read dry.</summary>
    void OnReadable(Link link, long now);

    /// <summary>Called after everything else, whenever anything happened: for what had to be put off.</summary>
    /// <returns>When it wants to be called again at the latest, us; <see cref="long.MaxValue"/>: only when something happens.</returns>
    long Service(long now);
}
