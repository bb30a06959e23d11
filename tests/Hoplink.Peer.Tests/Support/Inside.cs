using System.Reflection;
using Hoplink.Keys;

namespace Hoplink.Peer.Tests.Support;

/// <summary>What the library shows to nobody, for tests that must know: a field that is renamed fails them.</summary>
internal static class Inside
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.NonPublic;

    /// <summary>The session clock of the link's session (protocol.md 5.1), us.</summary>
    public static long ReadClock(Link link, long now)
    {
        object session = SessionOf(link);
        return (long)session.GetType().GetMethod("ReadClock", Hidden)!.Invoke(session, [now])!;
    }

    /// <summary>The key epochs that the link's session accepts (protocol.md 12).</summary>
    public static EpochTable Epochs(Link link) => (EpochTable)Get(SessionOf(link), "Epochs")!;

    /// <summary>What a key job that was run has derived; null: nothing.</summary>
    public static byte[]? CopyBlock(KeyJob job) => ((byte[]?)Get(job, "Block"))?.ToArray();

    private static object SessionOf(Link link) => Get(link, "Session") ?? throw new InvalidOperationException("there is no session");

    private static object? Get(object item, string property) => item.GetType().GetProperty(property, Hidden)!.GetValue(item);
}
