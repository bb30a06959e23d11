namespace Hoplink.Keys;

/// <summary>The ASCII labels that keep one derivation apart from another (3, 4.2, 11, 13.3).</summary>
internal static class Labels
{
    internal static readonly byte[] KeyId = Ascii("hoplink key id v1");
    internal static readonly byte[] PskAuthentication = Ascii("hoplink psk auth v1");
    internal static readonly byte[] PskMix = Ascii("hoplink psk mix v1");
    internal static readonly byte[] EcdhSalt = Ascii("ecdh_salt_v1");
    internal static readonly byte[] RekeyContext = Ascii("rekey_v1");
    internal static readonly byte[] MacInitiator = Ascii("hoplink mac i2r v1");
    internal static readonly byte[] MacResponder = Ascii("hoplink mac r2i v1");
    internal static readonly byte[] PayloadInitiator = Ascii("hoplink payload i2r v1");
    internal static readonly byte[] PayloadResponder = Ascii("hoplink payload r2i v1");
    internal static readonly byte[] Hop = Ascii("hoplink hop v1");
    internal static readonly byte[] RecoveryInitiator = Ascii("hoplink recovery i2r v1");
    internal static readonly byte[] RecoveryResponder = Ascii("hoplink recovery r2i v1");
    internal static readonly byte[] HandshakeVerification = Ascii("ecdh_verification_v1");
    internal static readonly byte[] RekeyVerification = Ascii("ecdh_rekey_verification_v1");
    internal static readonly byte[] ResetMask = Ascii("hoplink reset mask v1");
    internal static readonly byte[] RepairConfirmation = Ascii("sequence_repair_v1");

    private static byte[] Ascii(string text)
    {
        byte[] bytes = new byte[text.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)text[i];
        }

        return bytes;
    }
}
