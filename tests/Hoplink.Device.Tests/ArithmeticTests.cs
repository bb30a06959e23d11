using nanoFramework.TestFramework;

namespace Hoplink.Device.Tests;

/// <summary>What the crypto and the serial numbers take for granted of the machine's integers.</summary>
[TestClass]
public class ArithmeticTests
{
    private static readonly uint[] _words = { 0x80000000, 0xffffffff, 1, 0 };

    /// <summary>Additions of 32 and 64 bits wrap.</summary>
    [TestMethod]
    public void Sums_wrap_around()
    {
        uint word = _words[1];
        word += 2;
        Assert.AreEqual(1u, word);
        ulong wide = ulong.MaxValue - _words[3];
        wide += 2;
        Assert.AreEqual(1UL, wide);
        int number = int.MaxValue - (int)_words[3];
        number++;
        Assert.AreEqual(int.MinValue, number);
    }

    /// <summary>32 by 32 bits give 64.</summary>
    [TestMethod]
    public void Products_of_words_have_all_their_bits()
    {
        ulong product = (ulong)_words[1] * _words[1];
        Assert.AreEqual(0xfffffffe00000001UL, product);
        long signed = (long)(int)_words[0] * (int)_words[0];
        Assert.AreEqual(0x4000000000000000L, signed);
    }

    /// <summary>Shifts right keep the sign of signed numbers, and fill others with zeros.</summary>
    [TestMethod]
    public void Shifts_keep_the_sign_of_signed_numbers_alone()
    {
        long negative = -5 - (long)_words[3];
        Assert.AreEqual(-3L, negative >> 1);
        Assert.AreEqual(-1L, negative >> 63);
        Assert.AreEqual(0x7ffffffffffffffdUL, (ulong)negative >> 1);
        Assert.AreEqual(0xffffffffu, (uint)((int)_words[0] >> 31));
        Assert.AreEqual(1u, _words[0] >> 31);
    }

    /// <summary>Comparisons, division and conversion of numbers above half of their range.</summary>
    [TestMethod]
    public void Large_unsigned_numbers_are_not_negative()
    {
        Assert.IsTrue(_words[0] > _words[2]);
        Assert.AreEqual(0x7fffffffu, _words[1] / 2);
        Assert.AreEqual(1u, _words[1] % 2);
        ulong large = 0x8000000000000000UL | _words[3];
        Assert.IsTrue(large > 1);
        Assert.AreEqual(0x2000000000000000UL, large / 4);
        Assert.AreEqual(0x80000000L, (long)_words[0]);
        Assert.AreEqual(-0x80000000L, (long)(int)_words[0]);
    }

    /// <summary>Division and remainder round towards zero.</summary>
    [TestMethod]
    public void Division_rounds_towards_zero()
    {
        long negative = -7 - (long)_words[3];
        Assert.AreEqual(-3L, negative / 2);
        Assert.AreEqual(-1L, negative % 2);
    }

    /// <summary>Numbers become smaller ones by their low bits.</summary>
    [TestMethod]
    public void Narrowing_takes_the_low_bits()
    {
        ulong wide = 0x1122334455667788UL | _words[3];
        Assert.AreEqual(0x88, (int)(byte)wide);
        Assert.AreEqual(0x7788, (int)(ushort)wide);
        Assert.AreEqual(0x55667788u, (uint)wide);
        Assert.AreEqual(-120, (int)(sbyte)wide);
    }
}
