namespace Hoplink.Crypto;

/// <summary>Doubling of points of P-256 in Jacobian coordinates: (X / Z^2, Y / Z^3).</summary>
/// <remarks>
/// The formulas for a = -3, arranged so that no column of any product passes 24.1 * 2^58 (P256Product tells of columns and limbs):
/// the factors 2, 4 and 8 lie in one factor of each product, and Y takes its two products and their difference in one reduction.
/// There is no special case: the order of the group is odd and no point here is the identity.
/// <para>
/// All in one method and without a loop over limbs, since calls, arrays and indices would cost the interpreter more than the products.
/// A test runs the compiled code on intervals: whatever doublings and additions follow each other, nothing overflows.
/// </para>
/// </remarks>
internal static class P256Doubling
{
    /// <summary>Doubles the point <paramref name="count"/> times.</summary>
    internal static void Run(long[] x, long[] y, long[] z, int count)
    {
        // Locals, not constants: a constant of 64 bits costs the interpreter two instructions.
        long mask = 0x1fffffff;
        long three = 3;
        long x0 = x[0];
        long x1 = x[1];
        long x2 = x[2];
        long x3 = x[3];
        long x4 = x[4];
        long x5 = x[5];
        long x6 = x[6];
        long x7 = x[7];
        long x8 = x[8];
        long y0 = y[0];
        long y1 = y[1];
        long y2 = y[2];
        long y3 = y[3];
        long y4 = y[4];
        long y5 = y[5];
        long y6 = y[6];
        long y7 = y[7];
        long y8 = y[8];
        long z0 = z[0];
        long z1 = z[1];
        long z2 = z[2];
        long z3 = z[3];
        long z4 = z[4];
        long z5 = z[5];
        long z6 = z[6];
        long z7 = z[7];
        long z8 = z[8];

        for (; count > 0; count--)
        {
            long d0, d1, d2, d3, d4, d5, d6, d7, d8;
            // delta = Z^2
            {
                long t0 = z0 * z0;
                long m0 = t0 & mask;
                long t1 = (t0 >> 29) + ((z0 * z1) << 1);
                long m1 = t1 & mask;
                long t2 = (t1 >> 29) + ((z0 * z2) << 1) + z1 * z1;
                long m2 = t2 & mask;
                long t3 = (t2 >> 29) + ((z0 * z3 + z1 * z2) << 1) + (m0 << 9);
                long m3 = t3 & mask;
                long t4 = (t3 >> 29) + ((z0 * z4 + z1 * z3) << 1) + z2 * z2 + (m1 << 9);
                long m4 = t4 & mask;
                long t5 = (t4 >> 29) + ((z0 * z5 + z1 * z4 + z2 * z3) << 1) + (m2 << 9);
                long m5 = t5 & mask;
                long t6 = (t5 >> 29) + ((z0 * z6 + z1 * z5 + z2 * z4) << 1) + z3 * z3 + (m3 << 9) + (m0 << 18);
                long m6 = t6 & mask;
                long t7 = (t6 >> 29) + ((z0 * z7 + z1 * z6 + z2 * z5 + z3 * z4) << 1) + (m4 << 9) + (m1 << 18) - (m0 << 21);
                long m7 = t7 & mask;
                long t8 = (t7 >> 29) + ((z0 * z8 + z1 * z7 + z2 * z6 + z3 * z5) << 1) + z4 * z4 + (m5 << 9) + (m2 << 18) - (m1 << 21)
                    + (m0 << 24);
                long m8 = t8 & mask;
                long t9 = (t8 >> 29) + ((z1 * z8 + z2 * z7 + z3 * z6 + z4 * z5) << 1) + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24);
                d0 = t9 & mask;
                long t10 = (t9 >> 29) + ((z2 * z8 + z3 * z7 + z4 * z6) << 1) + z5 * z5 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24);
                d1 = t10 & mask;
                long t11 = (t10 >> 29) + ((z3 * z8 + z4 * z7 + z5 * z6) << 1) + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24);
                d2 = t11 & mask;
                long t12 = (t11 >> 29) + ((z4 * z8 + z5 * z7) << 1) + z6 * z6 + (m6 << 18) - (m5 << 21) + (m4 << 24);
                d3 = t12 & mask;
                long t13 = (t12 >> 29) + ((z5 * z8 + z6 * z7) << 1) + (m7 << 18) - (m6 << 21) + (m5 << 24);
                d4 = t13 & mask;
                long t14 = (t13 >> 29) + ((z6 * z8) << 1) + z7 * z7 + (m8 << 18) - (m7 << 21) + (m6 << 24);
                d5 = t14 & mask;
                long t15 = (t14 >> 29) + ((z7 * z8) << 1) - (m8 << 21) + (m7 << 24);
                d6 = t15 & mask;
                long t16 = (t15 >> 29) + z8 * z8 + (m8 << 24);
                d7 = t16 & mask;
                d8 = t16 >> 29;
            }

            long a0, a1, a2, a3, a4, a5, a6, a7, a8;
            // alpha = 3 (X^2 - delta^2)
            {
                long t0 = (x0 * x0 - d0 * d0) * three;
                long m0 = t0 & mask;
                long t1 = (t0 >> 29) + ((x0 * x1 - d0 * d1) << 1) * three;
                long m1 = t1 & mask;
                long t2 = (t1 >> 29) + (((x0 * x2 - d0 * d2) << 1) + x1 * x1 - d1 * d1) * three;
                long m2 = t2 & mask;
                long t3 = (t2 >> 29) + ((x0 * x3 + x1 * x2 - d0 * d3 - d1 * d2) << 1) * three + (m0 << 9);
                long m3 = t3 & mask;
                long t4 = (t3 >> 29) + (((x0 * x4 + x1 * x3 - d0 * d4 - d1 * d3) << 1) + x2 * x2 - d2 * d2) * three + (m1 << 9);
                long m4 = t4 & mask;
                long t5 = (t4 >> 29) + ((x0 * x5 + x1 * x4 + x2 * x3 - d0 * d5 - d1 * d4 - d2 * d3) << 1) * three + (m2 << 9);
                long m5 = t5 & mask;
                long t6 = (t5 >> 29) + (((x0 * x6 + x1 * x5 + x2 * x4 - d0 * d6 - d1 * d5 - d2 * d4) << 1) + x3 * x3 - d3 * d3) * three
                    + (m3 << 9) + (m0 << 18);
                long m6 = t6 & mask;
                long t7 = (t6 >> 29) + ((x0 * x7 + x1 * x6 + x2 * x5 + x3 * x4 - d0 * d7 - d1 * d6 - d2 * d5 - d3 * d4) << 1) * three
                    + (m4 << 9) + (m1 << 18) - (m0 << 21);
                long m7 = t7 & mask;
                long t8 = (t7 >> 29)
                    + (((x0 * x8 + x1 * x7 + x2 * x6 + x3 * x5 - d0 * d8 - d1 * d7 - d2 * d6 - d3 * d5) << 1) + x4 * x4 - d4 * d4) * three
                    + (m5 << 9) + (m2 << 18) - (m1 << 21) + (m0 << 24);
                long m8 = t8 & mask;
                long t9 = (t8 >> 29) + ((x1 * x8 + x2 * x7 + x3 * x6 + x4 * x5 - d1 * d8 - d2 * d7 - d3 * d6 - d4 * d5) << 1) * three
                    + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24);
                a0 = t9 & mask;
                long t10 = (t9 >> 29) + (((x2 * x8 + x3 * x7 + x4 * x6 - d2 * d8 - d3 * d7 - d4 * d6) << 1) + x5 * x5 - d5 * d5) * three
                    + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24);
                a1 = t10 & mask;
                long t11 = (t10 >> 29) + ((x3 * x8 + x4 * x7 + x5 * x6 - d3 * d8 - d4 * d7 - d5 * d6) << 1) * three + (m8 << 9)
                    + (m5 << 18) - (m4 << 21) + (m3 << 24);
                a2 = t11 & mask;
                long t12 = (t11 >> 29) + (((x4 * x8 + x5 * x7 - d4 * d8 - d5 * d7) << 1) + x6 * x6 - d6 * d6) * three + (m6 << 18)
                    - (m5 << 21) + (m4 << 24);
                a3 = t12 & mask;
                long t13 = (t12 >> 29) + ((x5 * x8 + x6 * x7 - d5 * d8 - d6 * d7) << 1) * three + (m7 << 18) - (m6 << 21) + (m5 << 24);
                a4 = t13 & mask;
                long t14 = (t13 >> 29) + (((x6 * x8 - d6 * d8) << 1) + x7 * x7 - d7 * d7) * three + (m8 << 18) - (m7 << 21) + (m6 << 24);
                a5 = t14 & mask;
                long t15 = (t14 >> 29) + ((x7 * x8 - d7 * d8) << 1) * three - (m8 << 21) + (m7 << 24);
                a6 = t15 & mask;
                long t16 = (t15 >> 29) + (x8 * x8 - d8 * d8) * three + (m8 << 24);
                a7 = t16 & mask;
                a8 = t16 >> 29;
            }

            long h0 = y0 << 1; long h1 = y1 << 1; long h2 = y2 << 1;
            long h3 = y3 << 1; long h4 = y4 << 1; long h5 = y5 << 1;
            long h6 = y6 << 1; long h7 = y7 << 1; long h8 = y8 << 1;

            // Z = 2 Y Z
            {
                long t0 = h0 * z0;
                long m0 = t0 & mask;
                long t1 = (t0 >> 29) + h0 * z1 + h1 * z0;
                long m1 = t1 & mask;
                long t2 = (t1 >> 29) + h0 * z2 + h1 * z1 + h2 * z0;
                long m2 = t2 & mask;
                long t3 = (t2 >> 29) + h0 * z3 + h1 * z2 + h2 * z1 + h3 * z0 + (m0 << 9);
                long m3 = t3 & mask;
                long t4 = (t3 >> 29) + h0 * z4 + h1 * z3 + h2 * z2 + h3 * z1 + h4 * z0 + (m1 << 9);
                long m4 = t4 & mask;
                long t5 = (t4 >> 29) + h0 * z5 + h1 * z4 + h2 * z3 + h3 * z2 + h4 * z1 + h5 * z0 + (m2 << 9);
                long m5 = t5 & mask;
                long t6 = (t5 >> 29) + h0 * z6 + h1 * z5 + h2 * z4 + h3 * z3 + h4 * z2 + h5 * z1 + h6 * z0 + (m3 << 9) + (m0 << 18);
                long m6 = t6 & mask;
                long t7 = (t6 >> 29) + h0 * z7 + h1 * z6 + h2 * z5 + h3 * z4 + h4 * z3 + h5 * z2 + h6 * z1 + h7 * z0 + (m4 << 9)
                    + (m1 << 18) - (m0 << 21);
                long m7 = t7 & mask;
                long t8 = (t7 >> 29) + h0 * z8 + h1 * z7 + h2 * z6 + h3 * z5 + h4 * z4 + h5 * z3 + h6 * z2 + h7 * z1 + h8 * z0
                    + (m5 << 9) + (m2 << 18) - (m1 << 21) + (m0 << 24);
                long m8 = t8 & mask;
                long t9 = (t8 >> 29) + h1 * z8 + h2 * z7 + h3 * z6 + h4 * z5 + h5 * z4 + h6 * z3 + h7 * z2 + h8 * z1 + (m6 << 9)
                    + (m3 << 18) - (m2 << 21) + (m1 << 24);
                z0 = t9 & mask;
                long t10 = (t9 >> 29) + h2 * z8 + h3 * z7 + h4 * z6 + h5 * z5 + h6 * z4 + h7 * z3 + h8 * z2 + (m7 << 9) + (m4 << 18)
                    - (m3 << 21) + (m2 << 24);
                z1 = t10 & mask;
                long t11 = (t10 >> 29) + h3 * z8 + h4 * z7 + h5 * z6 + h6 * z5 + h7 * z4 + h8 * z3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
                    + (m3 << 24);
                z2 = t11 & mask;
                long t12 = (t11 >> 29) + h4 * z8 + h5 * z7 + h6 * z6 + h7 * z5 + h8 * z4 + (m6 << 18) - (m5 << 21) + (m4 << 24);
                z3 = t12 & mask;
                long t13 = (t12 >> 29) + h5 * z8 + h6 * z7 + h7 * z6 + h8 * z5 + (m7 << 18) - (m6 << 21) + (m5 << 24);
                z4 = t13 & mask;
                long t14 = (t13 >> 29) + h6 * z8 + h7 * z7 + h8 * z6 + (m8 << 18) - (m7 << 21) + (m6 << 24);
                z5 = t14 & mask;
                long t15 = (t14 >> 29) + h7 * z8 + h8 * z7 - (m8 << 21) + (m7 << 24);
                z6 = t15 & mask;
                long t16 = (t15 >> 29) + h8 * z8 + (m8 << 24);
                z7 = t16 & mask;
                z8 = t16 >> 29;
            }

            long g0, g1, g2, g3, g4, g5, g6, g7, g8;
            // G = 2 Y^2
            {
                long t0 = h0 * y0;
                long m0 = t0 & mask;
                long t1 = (t0 >> 29) + h0 * h1;
                long m1 = t1 & mask;
                long t2 = (t1 >> 29) + h0 * h2 + h1 * y1;
                long m2 = t2 & mask;
                long t3 = (t2 >> 29) + h0 * h3 + h1 * h2 + (m0 << 9);
                long m3 = t3 & mask;
                long t4 = (t3 >> 29) + h0 * h4 + h1 * h3 + h2 * y2 + (m1 << 9);
                long m4 = t4 & mask;
                long t5 = (t4 >> 29) + h0 * h5 + h1 * h4 + h2 * h3 + (m2 << 9);
                long m5 = t5 & mask;
                long t6 = (t5 >> 29) + h0 * h6 + h1 * h5 + h2 * h4 + h3 * y3 + (m3 << 9) + (m0 << 18);
                long m6 = t6 & mask;
                long t7 = (t6 >> 29) + h0 * h7 + h1 * h6 + h2 * h5 + h3 * h4 + (m4 << 9) + (m1 << 18) - (m0 << 21);
                long m7 = t7 & mask;
                long t8 = (t7 >> 29) + h0 * h8 + h1 * h7 + h2 * h6 + h3 * h5 + h4 * y4 + (m5 << 9) + (m2 << 18) - (m1 << 21) + (m0 << 24);
                long m8 = t8 & mask;
                long t9 = (t8 >> 29) + h1 * h8 + h2 * h7 + h3 * h6 + h4 * h5 + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24);
                g0 = t9 & mask;
                long t10 = (t9 >> 29) + h2 * h8 + h3 * h7 + h4 * h6 + h5 * y5 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24);
                g1 = t10 & mask;
                long t11 = (t10 >> 29) + h3 * h8 + h4 * h7 + h5 * h6 + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24);
                g2 = t11 & mask;
                long t12 = (t11 >> 29) + h4 * h8 + h5 * h7 + h6 * y6 + (m6 << 18) - (m5 << 21) + (m4 << 24);
                g3 = t12 & mask;
                long t13 = (t12 >> 29) + h5 * h8 + h6 * h7 + (m7 << 18) - (m6 << 21) + (m5 << 24);
                g4 = t13 & mask;
                long t14 = (t13 >> 29) + h6 * h8 + h7 * y7 + (m8 << 18) - (m7 << 21) + (m6 << 24);
                g5 = t14 & mask;
                long t15 = (t14 >> 29) + h7 * h8 - (m8 << 21) + (m7 << 24);
                g6 = t15 & mask;
                long t16 = (t15 >> 29) + h8 * y8 + (m8 << 24);
                g7 = t16 & mask;
                g8 = t16 >> 29;
            }

            long f0 = g0 << 1; long f1 = g1 << 1; long f2 = g2 << 1;
            long f3 = g3 << 1; long f4 = g4 << 1; long f5 = g5 << 1;
            long f6 = g6 << 1; long f7 = g7 << 1; long f8 = g8 << 1;

            long b0, b1, b2, b3, b4, b5, b6, b7, b8;
            // B = 2 X G = 4 X Y^2
            {
                long t0 = x0 * f0;
                long m0 = t0 & mask;
                long t1 = (t0 >> 29) + x0 * f1 + x1 * f0;
                long m1 = t1 & mask;
                long t2 = (t1 >> 29) + x0 * f2 + x1 * f1 + x2 * f0;
                long m2 = t2 & mask;
                long t3 = (t2 >> 29) + x0 * f3 + x1 * f2 + x2 * f1 + x3 * f0 + (m0 << 9);
                long m3 = t3 & mask;
                long t4 = (t3 >> 29) + x0 * f4 + x1 * f3 + x2 * f2 + x3 * f1 + x4 * f0 + (m1 << 9);
                long m4 = t4 & mask;
                long t5 = (t4 >> 29) + x0 * f5 + x1 * f4 + x2 * f3 + x3 * f2 + x4 * f1 + x5 * f0 + (m2 << 9);
                long m5 = t5 & mask;
                long t6 = (t5 >> 29) + x0 * f6 + x1 * f5 + x2 * f4 + x3 * f3 + x4 * f2 + x5 * f1 + x6 * f0 + (m3 << 9) + (m0 << 18);
                long m6 = t6 & mask;
                long t7 = (t6 >> 29) + x0 * f7 + x1 * f6 + x2 * f5 + x3 * f4 + x4 * f3 + x5 * f2 + x6 * f1 + x7 * f0 + (m4 << 9)
                    + (m1 << 18) - (m0 << 21);
                long m7 = t7 & mask;
                long t8 = (t7 >> 29) + x0 * f8 + x1 * f7 + x2 * f6 + x3 * f5 + x4 * f4 + x5 * f3 + x6 * f2 + x7 * f1 + x8 * f0
                    + (m5 << 9) + (m2 << 18) - (m1 << 21) + (m0 << 24);
                long m8 = t8 & mask;
                long t9 = (t8 >> 29) + x1 * f8 + x2 * f7 + x3 * f6 + x4 * f5 + x5 * f4 + x6 * f3 + x7 * f2 + x8 * f1 + (m6 << 9)
                    + (m3 << 18) - (m2 << 21) + (m1 << 24);
                b0 = t9 & mask;
                long t10 = (t9 >> 29) + x2 * f8 + x3 * f7 + x4 * f6 + x5 * f5 + x6 * f4 + x7 * f3 + x8 * f2 + (m7 << 9) + (m4 << 18)
                    - (m3 << 21) + (m2 << 24);
                b1 = t10 & mask;
                long t11 = (t10 >> 29) + x3 * f8 + x4 * f7 + x5 * f6 + x6 * f5 + x7 * f4 + x8 * f3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
                    + (m3 << 24);
                b2 = t11 & mask;
                long t12 = (t11 >> 29) + x4 * f8 + x5 * f7 + x6 * f6 + x7 * f5 + x8 * f4 + (m6 << 18) - (m5 << 21) + (m4 << 24);
                b3 = t12 & mask;
                long t13 = (t12 >> 29) + x5 * f8 + x6 * f7 + x7 * f6 + x8 * f5 + (m7 << 18) - (m6 << 21) + (m5 << 24);
                b4 = t13 & mask;
                long t14 = (t13 >> 29) + x6 * f8 + x7 * f7 + x8 * f6 + (m8 << 18) - (m7 << 21) + (m6 << 24);
                b5 = t14 & mask;
                long t15 = (t14 >> 29) + x7 * f8 + x8 * f7 - (m8 << 21) + (m7 << 24);
                b6 = t15 & mask;
                long t16 = (t15 >> 29) + x8 * f8 + (m8 << 24);
                b7 = t16 & mask;
                b8 = t16 >> 29;
            }

            // X = alpha^2 - 2 B
            {
                long t0 = a0 * a0;
                long m0 = t0 & mask;
                long t1 = (t0 >> 29) + ((a0 * a1) << 1);
                long m1 = t1 & mask;
                long t2 = (t1 >> 29) + ((a0 * a2) << 1) + a1 * a1;
                long m2 = t2 & mask;
                long t3 = (t2 >> 29) + ((a0 * a3 + a1 * a2) << 1) + (m0 << 9);
                long m3 = t3 & mask;
                long t4 = (t3 >> 29) + ((a0 * a4 + a1 * a3) << 1) + a2 * a2 + (m1 << 9);
                long m4 = t4 & mask;
                long t5 = (t4 >> 29) + ((a0 * a5 + a1 * a4 + a2 * a3) << 1) + (m2 << 9);
                long m5 = t5 & mask;
                long t6 = (t5 >> 29) + ((a0 * a6 + a1 * a5 + a2 * a4) << 1) + a3 * a3 + (m3 << 9) + (m0 << 18);
                long m6 = t6 & mask;
                long t7 = (t6 >> 29) + ((a0 * a7 + a1 * a6 + a2 * a5 + a3 * a4) << 1) + (m4 << 9) + (m1 << 18) - (m0 << 21);
                long m7 = t7 & mask;
                long t8 = (t7 >> 29) + ((a0 * a8 + a1 * a7 + a2 * a6 + a3 * a5) << 1) + a4 * a4 + (m5 << 9) + (m2 << 18) - (m1 << 21)
                    + (m0 << 24);
                long m8 = t8 & mask;
                long t9 = (t8 >> 29) + ((a1 * a8 + a2 * a7 + a3 * a6 + a4 * a5) << 1) + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24)
                    - (b0 << 1);
                x0 = t9 & mask;
                long t10 = (t9 >> 29) + ((a2 * a8 + a3 * a7 + a4 * a6) << 1) + a5 * a5 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24)
                    - (b1 << 1);
                x1 = t10 & mask;
                long t11 = (t10 >> 29) + ((a3 * a8 + a4 * a7 + a5 * a6) << 1) + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24)
                    - (b2 << 1);
                x2 = t11 & mask;
                long t12 = (t11 >> 29) + ((a4 * a8 + a5 * a7) << 1) + a6 * a6 + (m6 << 18) - (m5 << 21) + (m4 << 24) - (b3 << 1);
                x3 = t12 & mask;
                long t13 = (t12 >> 29) + ((a5 * a8 + a6 * a7) << 1) + (m7 << 18) - (m6 << 21) + (m5 << 24) - (b4 << 1);
                x4 = t13 & mask;
                long t14 = (t13 >> 29) + ((a6 * a8) << 1) + a7 * a7 + (m8 << 18) - (m7 << 21) + (m6 << 24) - (b5 << 1);
                x5 = t14 & mask;
                long t15 = (t14 >> 29) + ((a7 * a8) << 1) - (m8 << 21) + (m7 << 24) - (b6 << 1);
                x6 = t15 & mask;
                long t16 = (t15 >> 29) + a8 * a8 + (m8 << 24) - (b7 << 1);
                x7 = t16 & mask;
                x8 = (t16 >> 29) - (b8 << 1);
            }

            long e0 = b0 - x0; long e1 = b1 - x1; long e2 = b2 - x2;
            long e3 = b3 - x3; long e4 = b4 - x4; long e5 = b5 - x5;
            long e6 = b6 - x6; long e7 = b7 - x7; long e8 = b8 - x8;

            // Y = alpha (B - X) - 2 G^2
            {
                long t0 = a0 * e0 - f0 * g0;
                long m0 = t0 & mask;
                long t1 = (t0 >> 29) + a0 * e1 + a1 * e0 - f0 * f1;
                long m1 = t1 & mask;
                long t2 = (t1 >> 29) + a0 * e2 + a1 * e1 + a2 * e0 - f0 * f2 - f1 * g1;
                long m2 = t2 & mask;
                long t3 = (t2 >> 29) + a0 * e3 + a1 * e2 + a2 * e1 + a3 * e0 - f0 * f3 - f1 * f2 + (m0 << 9);
                long m3 = t3 & mask;
                long t4 = (t3 >> 29) + a0 * e4 + a1 * e3 + a2 * e2 + a3 * e1 + a4 * e0 - f0 * f4 - f1 * f3 - f2 * g2 + (m1 << 9);
                long m4 = t4 & mask;
                long t5 = (t4 >> 29) + a0 * e5 + a1 * e4 + a2 * e3 + a3 * e2 + a4 * e1 + a5 * e0 - f0 * f5 - f1 * f4 - f2 * f3
                    + (m2 << 9);
                long m5 = t5 & mask;
                long t6 = (t5 >> 29) + a0 * e6 + a1 * e5 + a2 * e4 + a3 * e3 + a4 * e2 + a5 * e1 + a6 * e0 - f0 * f6 - f1 * f5 - f2 * f4
                    - f3 * g3 + (m3 << 9) + (m0 << 18);
                long m6 = t6 & mask;
                long t7 = (t6 >> 29) + a0 * e7 + a1 * e6 + a2 * e5 + a3 * e4 + a4 * e3 + a5 * e2 + a6 * e1 + a7 * e0 - f0 * f7 - f1 * f6
                    - f2 * f5 - f3 * f4 + (m4 << 9) + (m1 << 18) - (m0 << 21);
                long m7 = t7 & mask;
                long t8 = (t7 >> 29) + a0 * e8 + a1 * e7 + a2 * e6 + a3 * e5 + a4 * e4 + a5 * e3 + a6 * e2 + a7 * e1 + a8 * e0 - f0 * f8
                    - f1 * f7 - f2 * f6 - f3 * f5 - f4 * g4 + (m5 << 9) + (m2 << 18) - (m1 << 21) + (m0 << 24);
                long m8 = t8 & mask;
                long t9 = (t8 >> 29) + a1 * e8 + a2 * e7 + a3 * e6 + a4 * e5 + a5 * e4 + a6 * e3 + a7 * e2 + a8 * e1 - f1 * f8 - f2 * f7
                    - f3 * f6 - f4 * f5 + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24);
                y0 = t9 & mask;
                long t10 = (t9 >> 29) + a2 * e8 + a3 * e7 + a4 * e6 + a5 * e5 + a6 * e4 + a7 * e3 + a8 * e2 - f2 * f8 - f3 * f7 - f4 * f6
                    - f5 * g5 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24);
                y1 = t10 & mask;
                long t11 = (t10 >> 29) + a3 * e8 + a4 * e7 + a5 * e6 + a6 * e5 + a7 * e4 + a8 * e3 - f3 * f8 - f4 * f7 - f5 * f6
                    + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24);
                y2 = t11 & mask;
                long t12 = (t11 >> 29) + a4 * e8 + a5 * e7 + a6 * e6 + a7 * e5 + a8 * e4 - f4 * f8 - f5 * f7 - f6 * g6 + (m6 << 18)
                    - (m5 << 21) + (m4 << 24);
                y3 = t12 & mask;
                long t13 = (t12 >> 29) + a5 * e8 + a6 * e7 + a7 * e6 + a8 * e5 - f5 * f8 - f6 * f7 + (m7 << 18) - (m6 << 21) + (m5 << 24);
                y4 = t13 & mask;
                long t14 = (t13 >> 29) + a6 * e8 + a7 * e7 + a8 * e6 - f6 * f8 - f7 * g7 + (m8 << 18) - (m7 << 21) + (m6 << 24);
                y5 = t14 & mask;
                long t15 = (t14 >> 29) + a7 * e8 + a8 * e7 - f7 * f8 - (m8 << 21) + (m7 << 24);
                y6 = t15 & mask;
                long t16 = (t15 >> 29) + a8 * e8 - f8 * g8 + (m8 << 24);
                y7 = t16 & mask;
                y8 = t16 >> 29;
            }
        }

        x[0] = x0;
        x[1] = x1;
        x[2] = x2;
        x[3] = x3;
        x[4] = x4;
        x[5] = x5;
        x[6] = x6;
        x[7] = x7;
        x[8] = x8;
        y[0] = y0;
        y[1] = y1;
        y[2] = y2;
        y[3] = y3;
        y[4] = y4;
        y[5] = y5;
        y[6] = y6;
        y[7] = y7;
        y[8] = y8;
        z[0] = z0;
        z[1] = z1;
        z[2] = z2;
        z[3] = z3;
        z[4] = z4;
        z[5] = z5;
        z[6] = z6;
        z[7] = z7;
        z[8] = z8;
    }
}
