using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>Why a request was not served, as a cause to count.</summary>
internal static class ServerDrops
{
    internal static DropCause CauseOf(RequestVerdict verdict)
    {
        switch (verdict)
        {
            case RequestVerdict.NoNonce:
                return DropCause.WrongField;
            case RequestVerdict.Stale:
                return DropCause.StaleRequest;
            default:
                return DropCause.RateLimited;
        }
    }
}
