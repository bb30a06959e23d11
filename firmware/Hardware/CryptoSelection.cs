using System;
using System.Reflection;
using Hoplink.Crypto;

namespace Hoplink.Hardware;

/// <summary>Chooses the primitives: the image's own if it was built with boards/native, else those in managed code.</summary>
public static class CryptoSelection
{
    private const string NativeAssembly = "Hoplink.Native";
    private const string NativeProvider = "Hoplink.Native.NativeCrypto";
    private const string NativeFactory = "TryCreate";

    /// <summary>
    /// A provider that draws its randomness from <paramref name="random"/>. The native assembly is looked up by name, never
    /// referenced: an image drops an assembly whose native part it has in another version, and would start nothing that refers to it.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="random"/> is null.</exception>
    public static CryptoProvider Create(RandomSource random)
    {
        if (random == null)
        {
            throw new ArgumentNullException("random");
        }

        CryptoProvider native = TryCreateNative(random);
        return native != null ? native : new ManagedCrypto(random);
    }

    private static CryptoProvider TryCreateNative(RandomSource random)
    {
        Assembly assembly;
        try
        {
            assembly = Assembly.Load(NativeAssembly);
        }
        catch (ArgumentException)
        {
            // It is not deployed, or the image dropped it.
            return null;
        }

        Type provider = assembly.GetType(NativeProvider);
        MethodInfo factory = provider == null ? null : provider.GetMethod(NativeFactory);
        return factory == null ? null : (CryptoProvider)factory.Invoke(null, new object[] { random });
    }
}
