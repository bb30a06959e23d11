using System;
using System.Reflection;
using Hoplink.Crypto;
using Hoplink.Device.Crypto;

namespace Hoplink.Hardware;

/// <summary>
/// Chooses the primitives: the image's own if it was built with boards/native; else managed code over the native HMAC-SHA256 and AES that
/// stock images have; else managed code alone. One provider serves one thread.
/// </summary>
public static class CryptoSelection
{
    private const string NativeAssembly = "Hoplink.Native";
    private const string NativeProvider = "Hoplink.Native.NativeCrypto";
    private const string NativeFactory = "TryCreate";

    private static string _nativeFailure = "it has no provider";

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
        if (native != null)
        {
            return native;
        }

        var hmac = new NativeHmac();
        if (!Esp32Crypto.IsSound(hmac))
        {
            return new ManagedCrypto(random);
        }

        var aes = new NativeAes();
        return new Esp32Crypto(hmac, Esp32Crypto.IsSound(aes) ? aes : null, random);
    }

    /// <summary>What a provider is, for the log.</summary>
    public static string Describe(CryptoProvider crypto)
    {
        string without = "; without " + NativeAssembly + ": " + _nativeFailure;
        if (crypto is ManagedCrypto)
        {
            return "crypto: managed; the image's HMAC-SHA256 gives wrong results or none" + without;
        }

        if (crypto is Esp32Crypto stock)
        {
            return (stock.HasNativeAes ? "crypto: managed P-256 over the image's HMAC-SHA256 and AES"
                : "crypto: managed P-256 and AES over the image's HMAC-SHA256; its AES gives wrong results or none") + without;
        }

        return "crypto: the image's, by " + NativeAssembly;
    }

    private static CryptoProvider TryCreateNative(RandomSource random)
    {
        try
        {
            Assembly assembly = Assembly.Load(NativeAssembly);
            Type provider = assembly.GetType(NativeProvider);
            MethodInfo factory = provider == null ? null : provider.GetMethod(NativeFactory);
            return factory == null ? null : (CryptoProvider)factory.Invoke(null, new object[] { random });
        }
        catch (Exception e)
        {
            // An ArgumentException if it is not deployed or the image dropped it. Whatever it is, the board works without.
            _nativeFailure = e.GetType().Name;
            return null;
        }
    }
}
