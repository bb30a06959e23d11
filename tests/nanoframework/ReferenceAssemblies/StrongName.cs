namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>The identity that all assemblies of .NET nanoFramework share.</summary>
internal static class StrongName
{
    /// <summary>The public half of the key; its token is c07d481e9758c731.</summary>
    public static byte[] PublicKey { get; } = Convert.FromHexString(
        "00240000048000009400000006020000002400005253413100040000010001001120aa3e809b3da4f65e1b1f65c0a3a1bf6335c39860ca41acb3c48de278c6b6"
        + "3c5df38239ec1f2e32d58cb897c8c174a5f8e78a9c0b6087d3aef373d7d0f3d9be67700fc2a5a38de1fb71b5b6f6046d841ff35abee2e0b0840a6291a312be18"
        + "4eb311baff5fef0ff6895b9a5f2253aed32fb06b819134f6bb9d531488a87ea2");

    /// <summary>The last eight bytes of the key's SHA-1, backwards: what a reference to an assembly bears.</summary>
    public static byte[] Token { get; } = [0xc0, 0x7d, 0x48, 0x1e, 0x97, 0x58, 0xc7, 0x31];
}
