using Hoplink.Crypto;
using Hoplink.Keys;

namespace Hoplink.Device;

/// <summary>
/// Runs key jobs with room for them: the arithmetic of P-256 takes 3 KB of the heap in one piece, which a small heap in use may not have
/// although that much is free. Compiled into the application and into the self-test.
/// </summary>
internal static class KeyJobRunner
{
    /// <summary>Runs a job.</summary>
    internal static void Run(KeyJob job, CryptoProvider crypto)
    {
        MakeRoom();
        job.Run(crypto);
    }

    /// <summary>Collects garbage and moves what is in use together, on a board. A computer does so by itself.</summary>
    internal static void MakeRoom()
    {
#if NETNANO1_0
        nanoFramework.Runtime.Native.GC.Run(true);
#endif
    }
}
