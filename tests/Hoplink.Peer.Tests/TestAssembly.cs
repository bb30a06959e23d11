using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

// Each test has a thousand sockets open or processes of its own.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Hoplink.Peer.Tests;

internal static class TestAssembly
{
    // Tests wait on their own thread for what a command does on the pool's, which on a small machine has too few at first.
    [ModuleInitializer]
    internal static void GiveThePoolThreads()
    {
        ThreadPool.SetMinThreads(32, 32);
    }
}
