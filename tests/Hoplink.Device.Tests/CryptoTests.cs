using System.Text;
using Hoplink.Crypto;
using nanoFramework.TestFramework;

namespace Hoplink.Device.Tests;

/// <summary>The managed primitives (protocol.md 3). SelfTest has the published examples; here is how the parts fit together.</summary>
[TestClass]
public class CryptoTests
{
    /// <summary>Two ends agree on one secret, and a third does not.</summary>
    [TestMethod]
    public void Two_ends_agree_on_one_secret()
    {
        CryptoProvider crypto = new ManagedCrypto(new FixedRandom());
        KeyPair left = crypto.GenerateKeyPair();
        KeyPair right = crypto.GenerateKeyPair();
        KeyPair third = crypto.GenerateKeyPair();
        byte[] secrets = new byte[96];
        Assert.IsTrue(crypto.Agree(left, right.PublicKey, 0, secrets, 0));
        Assert.IsTrue(crypto.Agree(right, left.PublicKey, 0, secrets, 32));
        Assert.IsTrue(crypto.Agree(third, left.PublicKey, 0, secrets, 64));
        Assert.IsTrue(crypto.FixedTimeEquals(secrets, 0, secrets, 32, 32));
        Assert.IsFalse(crypto.FixedTimeEquals(secrets, 0, secrets, 64, 32));
    }

    /// <summary>The tag of a text does not depend on where it lies, and changes with each of its bits.</summary>
    [TestMethod]
    public void A_tag_depends_on_the_bytes_alone()
    {
        CryptoProvider crypto = new ManagedCrypto(new FixedRandom());
        byte[] key = Encoding.UTF8.GetBytes("key");
        HmacKey hmac = crypto.CreateHmacKey(key, 0, key.Length);
        byte[] text = new byte[80];
        byte[] tags = new byte[64];
        for (int i = 0; i < 60; i++)
        {
            text[i + 20] = (byte)i;
        }

        hmac.Compute(text, 20, 60, tags, 0, 32);
        byte[] copy = new byte[60];
        for (int i = 0; i < copy.Length; i++)
        {
            copy[i] = (byte)i;
        }

        hmac.Compute(copy, 0, 60, tags, 32, 32);
        Assert.IsTrue(crypto.FixedTimeEquals(tags, 0, tags, 32, 32));
        copy[59] ^= 0x80;
        hmac.Compute(copy, 0, 60, tags, 32, 32);
        Assert.IsFalse(crypto.FixedTimeEquals(tags, 0, tags, 32, 32));
    }

    /// <summary>Nothing of the private key is left.</summary>
    [TestMethod]
    public void A_wiped_key_pair_holds_no_private_key()
    {
        KeyPair pair = new ManagedCrypto(new FixedRandom()).GenerateKeyPair();
        byte[] before = new byte[32];
        pair.CopyPrivateKey(before, 0);
        pair.Wipe();
        byte[] after = new byte[32];
        pair.CopyPrivateKey(after, 0);
        bool had = false;
        for (int i = 0; i < 32; i++)
        {
            had |= before[i] != 0;
            Assert.AreEqual(0, (int)after[i]);
        }

        Assert.IsTrue(had);
    }
}
