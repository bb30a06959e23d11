using Hoplink.Host;
using Hoplink.Wire;

namespace Hoplink.Peer.Listen;

/// <summary>What the peer keeps for a link: its session's record, and one message that waits to be sent back.</summary>
internal sealed class PeerLink(Link link)
{
    /// <summary>The link.</summary>
    public Link Link { get; } = link;

    /// <summary>The present session; null: none.</summary>
    public SessionRecord? Session { get; set; }

    /// <summary>The id of the present or the last session; 0: none yet.</summary>
    public ulong LastSessionId { get; set; }

    /// <summary>Messages received over the link's life.</summary>
    public long Received { get; set; }

    /// <summary>Bytes of the message that waits in <see cref="Kept"/>; 0: none.</summary>
    public int KeptLength { get; set; }

    /// <summary>A message that was read and found no room to be sent back.</summary>
    public byte[] Kept { get; } = new byte[WireFormat.MaxMessage];

    /// <summary>The record of a link, made when it is first asked for.</summary>
    public static PeerLink Of(Link link)
    {
        if (link.Tag is not PeerLink peer)
        {
            peer = new PeerLink(link);
            link.Tag = peer;
        }

        return peer;
    }
}
