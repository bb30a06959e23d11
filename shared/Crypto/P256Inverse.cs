namespace Hoplink.Crypto;

/// <summary>Inversion modulo the prime of P-256 by a fixed number of divsteps.</summary>
/// <remarks>
/// Bernstein and Yang, "Fast constant-time gcd computation and modular inversion" (2019), with the division step that starts
/// at delta = 1/2, for which 590 steps are enough for any 256-bit modulus; 21 batches of 29 make 609, and more steps change nothing.
/// <para>
/// A batch works on the low limbs of f and g alone and collects what it does in a matrix (u v; q r) with entries of at most 2^29, a
/// row of two packed in one word; then the matrix is applied to all limbs of f and g, which sheds one limb of zeros, and to d
/// and e, where a multiple of p (see P256Product) makes the low limb zero. Always d value = f and e value = g modulo p
/// but for the factor that e starts with. In the end g is 0 and f is 1 or -1. d and e grow by at most p each batch: 22 p fits.
/// </para>
/// </remarks>
internal static class P256Inverse
{
    private const int Batches = 21;

    /// <summary>
    /// result = 1 / value in Montgomery's form; 0 for 0. The value is in 0..p-1, the arrays may be the same.
    /// </summary>
    internal static void Run(long[] value, long[] result)
    {
        // Locals, not constants: a constant of 64 bits costs the interpreter two instructions.
        long mask = 0x1fffffff;
        long one = 1;
        long g0 = value[0];
        long g1 = value[1];
        long g2 = value[2];
        long g3 = value[3];
        long g4 = value[4];
        long g5 = value[5];
        long g6 = value[6];
        long g7 = value[7];
        long g8 = value[8];
        long f0 = P256Field.Prime[0];
        long f1 = P256Field.Prime[1];
        long f2 = P256Field.Prime[2];
        long f3 = P256Field.Prime[3];
        long f4 = P256Field.Prime[4];
        long f5 = P256Field.Prime[5];
        long f6 = P256Field.Prime[6];
        long f7 = P256Field.Prime[7];
        long f8 = P256Field.Prime[8];
        long d0 = 0;
        long d1 = 0;
        long d2 = 0;
        long d3 = 0;
        long d4 = 0;
        long d5 = 0;
        long d6 = 0;
        long d7 = 0;
        long d8 = 0;
        long e0 = P256Field.RSquared[0];
        long e1 = P256Field.RSquared[1];
        long e2 = P256Field.RSquared[2];
        long e3 = P256Field.RSquared[3];
        long e4 = P256Field.RSquared[4];
        long e5 = P256Field.RSquared[5];
        long e6 = P256Field.RSquared[6];
        long e7 = P256Field.RSquared[7];
        long e8 = P256Field.RSquared[8];
        long z = -1;
        for (int batch = 0; batch < Batches; batch++)
        {
            long f = f0;
            long g = g0;
            long top = one;
            long bottom = one << 32;
            for (int step = 29; step > 0; step--)
            {
                long odd = g & one;
                long swap = (z >> 63) * odd;
                long c = swap | odd;
                z = (z ^ swap) - one;
                g += f * c;
                f -= g * swap;
                g >>= 1;
                bottom += top * c;
                top = (top - bottom * swap) << 1;
            }

            long u = (int)top;
            long v = (top - u) >> 32;
            long q = (int)bottom;
            long r = (bottom - q) >> 32;

            long s0 = u * f0 + v * g0;
            long t0 = q * f0 + r * g0;
            long s1 = u * f1 + v * g1 + (s0 >> 29);
            long t1 = q * f1 + r * g1 + (t0 >> 29);
            f0 = s1 & mask;
            g0 = t1 & mask;
            long s2 = u * f2 + v * g2 + (s1 >> 29);
            long t2 = q * f2 + r * g2 + (t1 >> 29);
            f1 = s2 & mask;
            g1 = t2 & mask;
            long s3 = u * f3 + v * g3 + (s2 >> 29);
            long t3 = q * f3 + r * g3 + (t2 >> 29);
            f2 = s3 & mask;
            g2 = t3 & mask;
            long s4 = u * f4 + v * g4 + (s3 >> 29);
            long t4 = q * f4 + r * g4 + (t3 >> 29);
            f3 = s4 & mask;
            g3 = t4 & mask;
            long s5 = u * f5 + v * g5 + (s4 >> 29);
            long t5 = q * f5 + r * g5 + (t4 >> 29);
            f4 = s5 & mask;
            g4 = t5 & mask;
            long s6 = u * f6 + v * g6 + (s5 >> 29);
            long t6 = q * f6 + r * g6 + (t5 >> 29);
            f5 = s6 & mask;
            g5 = t6 & mask;
            long s7 = u * f7 + v * g7 + (s6 >> 29);
            long t7 = q * f7 + r * g7 + (t6 >> 29);
            f6 = s7 & mask;
            g6 = t7 & mask;
            long s8 = u * f8 + v * g8 + (s7 >> 29);
            long t8 = q * f8 + r * g8 + (t7 >> 29);
            f7 = s8 & mask;
            g7 = t8 & mask;
            f8 = s8 >> 29;
            g8 = t8 >> 29;

            long i0 = u * d0 + v * e0;
            long j0 = q * d0 + r * e0;
            long m = i0 & mask;
            long n = j0 & mask;
            long i1 = u * d1 + v * e1 + (i0 >> 29);
            long j1 = q * d1 + r * e1 + (j0 >> 29);
            d0 = i1 & mask;
            e0 = j1 & mask;
            long i2 = u * d2 + v * e2 + (i1 >> 29);
            long j2 = q * d2 + r * e2 + (j1 >> 29);
            d1 = i2 & mask;
            e1 = j2 & mask;
            long i3 = u * d3 + v * e3 + (i2 >> 29) + (m << 9);
            long j3 = q * d3 + r * e3 + (j2 >> 29) + (n << 9);
            d2 = i3 & mask;
            e2 = j3 & mask;
            long i4 = u * d4 + v * e4 + (i3 >> 29);
            long j4 = q * d4 + r * e4 + (j3 >> 29);
            d3 = i4 & mask;
            e3 = j4 & mask;
            long i5 = u * d5 + v * e5 + (i4 >> 29);
            long j5 = q * d5 + r * e5 + (j4 >> 29);
            d4 = i5 & mask;
            e4 = j5 & mask;
            long i6 = u * d6 + v * e6 + (i5 >> 29) + (m << 18);
            long j6 = q * d6 + r * e6 + (j5 >> 29) + (n << 18);
            d5 = i6 & mask;
            e5 = j6 & mask;
            long i7 = u * d7 + v * e7 + (i6 >> 29) - (m << 21);
            long j7 = q * d7 + r * e7 + (j6 >> 29) - (n << 21);
            d6 = i7 & mask;
            e6 = j7 & mask;
            long i8 = u * d8 + v * e8 + (i7 >> 29) + (m << 24);
            long j8 = q * d8 + r * e8 + (j7 >> 29) + (n << 24);
            d7 = i8 & mask;
            e7 = j8 & mask;
            d8 = i8 >> 29;
            e8 = j8 >> 29;
        }

        // f is 1 or -1.
        long sign = f8 >> 63;
        result[0] = (d0 ^ sign) - sign;
        result[1] = (d1 ^ sign) - sign;
        result[2] = (d2 ^ sign) - sign;
        result[3] = (d3 ^ sign) - sign;
        result[4] = (d4 ^ sign) - sign;
        result[5] = (d5 ^ sign) - sign;
        result[6] = (d6 ^ sign) - sign;
        result[7] = (d7 ^ sign) - sign;
        result[8] = (d8 ^ sign) - sign;

        // Back from magnitudes of up to 22 p.
        P256Product.Multiply(result, P256Field.One, result);
    }
}
