namespace Hoplink.Crypto;

/// <summary>
/// Products modulo the prime of P-256, p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (SP 800-186, 3.2.1.3), in Montgomery's form.
/// </summary>
/// <remarks>
/// An element is nine limbs of 29 bits: x = x[0] + x[1] 2^29 + ... + x[8] 2^232, standing for x / 2^261 mod p. The results'
/// limbs 0 to 7 are 0 to 2^29 - 1; limb 8 has a sign and takes up what lies outside 0..p-1. Factors may have limbs of -2^29 to 2^29.
/// <para>
/// One column of the product at a time: t[k] is the sum of x[i] y[k-i], of the carry and of what the reduction adds. p is -1
/// modulo 2^96, so the factor that clears the low 29 bits of t[k] is those bits themselves, m[k]; adding m[k] p takes m[k] off
/// column k, which the shift does, and adds m[k] 2^9 three columns on, m[k] 2^18 six on, - m[k] 2^21 seven and m[k] 2^24 eight on.
/// Columns 9 to 17 are the result. A column's magnitude stays below 9 * 2^58 + 2^55, where 32 * 2^58 = 2^63 would be too much.
/// </para>
/// </remarks>
internal static class P256Product
{
    /// <summary>result = left * right / 2^261; the arrays may be the same.</summary>
    internal static void Multiply(long[] left, long[] right, long[] result)
    {
        long mask = 0x1fffffff;
        long x0 = left[0];
        long x1 = left[1];
        long x2 = left[2];
        long x3 = left[3];
        long x4 = left[4];
        long x5 = left[5];
        long x6 = left[6];
        long x7 = left[7];
        long x8 = left[8];
        long y0 = right[0];
        long y1 = right[1];
        long y2 = right[2];
        long y3 = right[3];
        long y4 = right[4];
        long y5 = right[5];
        long y6 = right[6];
        long y7 = right[7];
        long y8 = right[8];

        long t0 = x0 * y0;
        long m0 = t0 & mask;
        long t1 = (t0 >> 29) + x0 * y1 + x1 * y0;
        long m1 = t1 & mask;
        long t2 = (t1 >> 29) + x0 * y2 + x1 * y1 + x2 * y0;
        long m2 = t2 & mask;
        long t3 = (t2 >> 29) + x0 * y3 + x1 * y2 + x2 * y1 + x3 * y0 + (m0 << 9);
        long m3 = t3 & mask;
        long t4 = (t3 >> 29) + x0 * y4 + x1 * y3 + x2 * y2 + x3 * y1 + x4 * y0 + (m1 << 9);
        long m4 = t4 & mask;
        long t5 = (t4 >> 29) + x0 * y5 + x1 * y4 + x2 * y3 + x3 * y2 + x4 * y1 + x5 * y0 + (m2 << 9);
        long m5 = t5 & mask;
        long t6 = (t5 >> 29) + x0 * y6 + x1 * y5 + x2 * y4 + x3 * y3 + x4 * y2 + x5 * y1 + x6 * y0 + (m3 << 9) + (m0 << 18);
        long m6 = t6 & mask;
        long t7 = (t6 >> 29) + x0 * y7 + x1 * y6 + x2 * y5 + x3 * y4 + x4 * y3 + x5 * y2 + x6 * y1 + x7 * y0 + (m4 << 9) + (m1 << 18)
            - (m0 << 21);
        long m7 = t7 & mask;
        long t8 = (t7 >> 29) + x0 * y8 + x1 * y7 + x2 * y6 + x3 * y5 + x4 * y4 + x5 * y3 + x6 * y2 + x7 * y1 + x8 * y0 + (m5 << 9)
            + (m2 << 18) - (m1 << 21) + (m0 << 24);
        long m8 = t8 & mask;
        long t9 = (t8 >> 29) + x1 * y8 + x2 * y7 + x3 * y6 + x4 * y5 + x5 * y4 + x6 * y3 + x7 * y2 + x8 * y1 + (m6 << 9) + (m3 << 18)
            - (m2 << 21) + (m1 << 24);
        result[0] = t9 & mask;
        long t10 = (t9 >> 29) + x2 * y8 + x3 * y7 + x4 * y6 + x5 * y5 + x6 * y4 + x7 * y3 + x8 * y2 + (m7 << 9) + (m4 << 18) - (m3 << 21)
            + (m2 << 24);
        result[1] = t10 & mask;
        long t11 = (t10 >> 29) + x3 * y8 + x4 * y7 + x5 * y6 + x6 * y5 + x7 * y4 + x8 * y3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
            + (m3 << 24);
        result[2] = t11 & mask;
        long t12 = (t11 >> 29) + x4 * y8 + x5 * y7 + x6 * y6 + x7 * y5 + x8 * y4 + (m6 << 18) - (m5 << 21) + (m4 << 24);
        result[3] = t12 & mask;
        long t13 = (t12 >> 29) + x5 * y8 + x6 * y7 + x7 * y6 + x8 * y5 + (m7 << 18) - (m6 << 21) + (m5 << 24);
        result[4] = t13 & mask;
        long t14 = (t13 >> 29) + x6 * y8 + x7 * y7 + x8 * y6 + (m8 << 18) - (m7 << 21) + (m6 << 24);
        result[5] = t14 & mask;
        long t15 = (t14 >> 29) + x7 * y8 + x8 * y7 - (m8 << 21) + (m7 << 24);
        result[6] = t15 & mask;
        long t16 = (t15 >> 29) + x8 * y8 + (m8 << 24);
        result[7] = t16 & mask;
        result[8] = t16 >> 29;
    }

    /// <summary>result = value^2 / 2^261; the arrays may be the same.</summary>
    internal static void Square(long[] value, long[] result)
    {
        long mask = 0x1fffffff;
        long x0 = value[0];
        long x1 = value[1];
        long x2 = value[2];
        long x3 = value[3];
        long x4 = value[4];
        long x5 = value[5];
        long x6 = value[6];
        long x7 = value[7];
        long x8 = value[8];

        long t0 = x0 * x0;
        long m0 = t0 & mask;
        long t1 = (t0 >> 29) + ((x0 * x1) << 1);
        long m1 = t1 & mask;
        long t2 = (t1 >> 29) + ((x0 * x2) << 1) + x1 * x1;
        long m2 = t2 & mask;
        long t3 = (t2 >> 29) + ((x0 * x3 + x1 * x2) << 1) + (m0 << 9);
        long m3 = t3 & mask;
        long t4 = (t3 >> 29) + ((x0 * x4 + x1 * x3) << 1) + x2 * x2 + (m1 << 9);
        long m4 = t4 & mask;
        long t5 = (t4 >> 29) + ((x0 * x5 + x1 * x4 + x2 * x3) << 1) + (m2 << 9);
        long m5 = t5 & mask;
        long t6 = (t5 >> 29) + ((x0 * x6 + x1 * x5 + x2 * x4) << 1) + x3 * x3 + (m3 << 9) + (m0 << 18);
        long m6 = t6 & mask;
        long t7 = (t6 >> 29) + ((x0 * x7 + x1 * x6 + x2 * x5 + x3 * x4) << 1) + (m4 << 9) + (m1 << 18) - (m0 << 21);
        long m7 = t7 & mask;
        long t8 = (t7 >> 29) + ((x0 * x8 + x1 * x7 + x2 * x6 + x3 * x5) << 1) + x4 * x4 + (m5 << 9) + (m2 << 18) - (m1 << 21)
            + (m0 << 24);
        long m8 = t8 & mask;
        long t9 = (t8 >> 29) + ((x1 * x8 + x2 * x7 + x3 * x6 + x4 * x5) << 1) + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24);
        result[0] = t9 & mask;
        long t10 = (t9 >> 29) + ((x2 * x8 + x3 * x7 + x4 * x6) << 1) + x5 * x5 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24);
        result[1] = t10 & mask;
        long t11 = (t10 >> 29) + ((x3 * x8 + x4 * x7 + x5 * x6) << 1) + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24);
        result[2] = t11 & mask;
        long t12 = (t11 >> 29) + ((x4 * x8 + x5 * x7) << 1) + x6 * x6 + (m6 << 18) - (m5 << 21) + (m4 << 24);
        result[3] = t12 & mask;
        long t13 = (t12 >> 29) + ((x5 * x8 + x6 * x7) << 1) + (m7 << 18) - (m6 << 21) + (m5 << 24);
        result[4] = t13 & mask;
        long t14 = (t13 >> 29) + ((x6 * x8) << 1) + x7 * x7 + (m8 << 18) - (m7 << 21) + (m6 << 24);
        result[5] = t14 & mask;
        long t15 = (t14 >> 29) + ((x7 * x8) << 1) - (m8 << 21) + (m7 << 24);
        result[6] = t15 & mask;
        long t16 = (t15 >> 29) + x8 * x8 + (m8 << 24);
        result[7] = t16 & mask;
        result[8] = t16 >> 29;
    }
}
