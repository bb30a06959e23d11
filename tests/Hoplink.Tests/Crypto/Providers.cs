using Hoplink.Crypto;
using Hoplink.Host;

namespace Hoplink.Tests.Crypto;

/// <summary>The implementations of <see cref="CryptoProvider"/>, for tests that each of them must pass.</summary>
internal static class Providers
{
    internal const string Managed = "managed";
    internal const string Platform = "platform";

    public static TheoryData<string> Names => [Managed, Platform];

    internal static CryptoProvider Create(string name)
    {
        return Create(name, new SystemRandomSource());
    }

    internal static CryptoProvider Create(string name, RandomSource random)
    {
        return name == Managed ? new ManagedCrypto(random) : new PlatformCrypto(random);
    }
}
