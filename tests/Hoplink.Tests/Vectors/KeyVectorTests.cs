using Hoplink.Crypto;
using Hoplink.Keys;

namespace Hoplink.Tests.Vectors;

/// <summary>The key schedule (3) against vectors of an independent implementation.</summary>
public sealed class KeyVectorTests
{
    private static readonly byte[] _message = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];

    public static TheoryData<string, string> All => ProtocolVector.NamesAndCryptos;

    // 3.1
    [Theory]
    [MemberData(nameof(All))]
    public void The_psk_gives_the_vectors_key_id_and_keys(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        CryptoProvider crypto = new ScriptedRandom().Crypto(cryptoName);
        var keys = new PskKeys(crypto, vector.Bytes("psk"));
        Assert.Equal(vector.Hex64("key_id"), keys.KeyId);
        Assert.Equal(vector.Hex64("key_id"), PskKeys.ComputeKeyId(crypto, vector.Bytes("psk")));
        byte[] mix = new byte[32];
        keys.CopyMix(mix, 0);
        Assert.Equal(vector.Bytes("psk_mix"), mix);
        byte[] mac = new byte[32];
        keys.Authentication.Compute(_message, 0, _message.Length, mac, 0, mac.Length);
        Assert.Equal(System.Security.Cryptography.HMACSHA256.HashData(vector.Bytes("k_psk"), _message), mac);
    }

    // 3.2, handshake
    [Theory]
    [MemberData(nameof(All))]
    public void A_handshake_derives_the_vectors_block_at_both_ends(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        CryptoProvider crypto = new ScriptedRandom().Crypto(cryptoName);
        var psk = new PskKeys(crypto, vector.Bytes("psk"));
        KeyJob initiator = Handshake(vector, psk, true, vector.Bytes("verification_hash"));
        KeyJob responder = Handshake(vector, psk, false, null);
        initiator.Run(crypto);
        responder.Run(crypto);
        Assert.Equal(KeyJobOutcome.Done, initiator.Outcome);
        Assert.Equal(KeyJobOutcome.Done, responder.Outcome);
        Assert.Equal(vector.Bytes("handshake_block"), initiator.Block);
        Assert.Equal(vector.Bytes("handshake_block"), responder.Block);
        Assert.Equal(vector.Bytes("verification_hash"), initiator.VerificationHash);
        Assert.Equal(vector.Bytes("verification_hash"), responder.VerificationHash);
    }

    // 3.2, rekey
    [Theory]
    [MemberData(nameof(All))]
    public void A_rekey_derives_the_vectors_block_at_both_ends(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        CryptoProvider crypto = new ScriptedRandom().Crypto(cryptoName);
        KeyJob requester = Rekey(vector, true, vector.Bytes("rekey_verification_hash"));
        KeyJob answerer = Rekey(vector, false, null);
        requester.Run(crypto);
        answerer.Run(crypto);
        Assert.Equal(KeyJobOutcome.Done, requester.Outcome);
        Assert.Equal(KeyJobOutcome.Done, answerer.Outcome);
        Assert.Equal(vector.Bytes("rekey_block"), requester.Block);
        Assert.Equal(vector.Bytes("rekey_block"), answerer.Block);
        Assert.Equal(vector.Bytes("rekey_verification_hash"), requester.VerificationHash);
        Assert.Equal(vector.Bytes("rekey_verification_hash"), answerer.VerificationHash);
    }

    // D10: verified before anything is derived.
    [Theory]
    [MemberData(nameof(All))]
    public void A_wrong_verification_hash_ends_the_job_and_nothing_is_derived(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        CryptoProvider crypto = new ScriptedRandom().Crypto(cryptoName);
        var psk = new PskKeys(crypto, vector.Bytes("psk"));
        byte[] wrong = vector.Bytes("verification_hash");
        wrong[31] ^= 1;
        byte[] wrongRekey = vector.Bytes("rekey_verification_hash");
        wrongRekey[0] ^= 0x80;
        foreach (KeyJob job in (KeyJob[])[Handshake(vector, psk, true, wrong), Rekey(vector, true, wrongRekey)])
        {
            job.Run(crypto);
            Assert.Equal(KeyJobOutcome.HashMismatch, job.Outcome);
            Assert.Null(job.Block);
        }
    }

    // 3.2: rejected unless the point is on the curve.
    [Theory]
    [MemberData(nameof(All))]
    public void An_invalid_point_ends_the_job_and_nothing_is_derived(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        CryptoProvider crypto = new ScriptedRandom().Crypto(cryptoName);
        byte[] offCurve = vector.Bytes("rekey_answerer_public");
        offCurve[63] ^= 1;
        foreach (byte[] point in (byte[][])[offCurve, new byte[64], [.. Enumerable.Repeat((byte)0xFF, 64)]])
        {
            KeyJob job = KeyJob.Rekey(
                Pair(vector, "rekey_requester"), point, true, vector.Hex64("session_id"), vector.Bytes("rekey_verification_hash"), 1);
            job.Run(crypto);
            Assert.Equal(KeyJobOutcome.InvalidPoint, job.Outcome);
            Assert.Null(job.Block);
        }
    }

    // 3: overwritten as soon as it is used up.
    [Theory]
    [MemberData(nameof(All))]
    public void Wiping_a_job_overwrites_its_block_and_its_private_key(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        CryptoProvider crypto = new ScriptedRandom().Crypto(cryptoName);
        KeyPair own = Pair(vector, "rekey_requester");
        KeyJob job = KeyJob.Rekey(
            own, vector.Bytes("rekey_answerer_public"), true, vector.Hex64("session_id"), null, (int)vector.Int("iterations"));
        job.Run(crypto);
        byte[] block = job.Block;
        job.Wipe();
        byte[] privateKey = new byte[32];
        own.CopyPrivateKey(privateKey, 0);
        Assert.Equal(new byte[32], privateKey);
        Assert.Equal(new byte[64], block);
    }

    private static KeyJob Handshake(ProtocolVector vector, PskKeys psk, bool isInitiator, byte[]? expectedHash)
    {
        (string own, string peer) = isInitiator ? ("initiator", "responder") : ("responder", "initiator");
        return KeyJob.Handshake(
            Pair(vector, own), vector.Bytes(peer + "_public"), isInitiator, (int)vector.Int("key_exchange_id"),
            vector.Hex64("session_id"), psk, expectedHash, (int)vector.Int("iterations"));
    }

    private static KeyJob Rekey(ProtocolVector vector, bool isRequester, byte[]? expectedHash)
    {
        (string own, string peer) = isRequester ? ("rekey_requester", "rekey_answerer") : ("rekey_answerer", "rekey_requester");
        return KeyJob.Rekey(
            Pair(vector, own), vector.Bytes(peer + "_public"), isRequester, vector.Hex64("session_id"), expectedHash,
            (int)vector.Int("iterations"));
    }

    private static KeyPair Pair(ProtocolVector vector, string name)
    {
        return new KeyPair(vector.Bytes(name + "_private"), vector.Bytes(name + "_public"));
    }
}
