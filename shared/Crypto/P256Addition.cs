namespace Hoplink.Crypto;

/// <summary>Adds an entry of a table to a point of P-256 in Jacobian coordinates: (X / Z^2, Y / Z^3).</summary>
/// <remarks>
/// A table is eight points (p, q) in affine coordinates, each eight words of 64 bits: p, then q, in Montgomery's form below the
/// prime, low word first. A digit of four bits selects an entry or its negative, reading the whole table whatever the digit.
/// The point must be neither the entry, nor its negative, nor the identity: else Z becomes 0 modulo p.
/// <para>
/// All in one method, as P256Doubling tells, which also bounds the columns. Lower-case letters name intermediate elements.
/// </para>
/// </remarks>
internal static class P256Addition
{
    /// <summary>Adds the entry that the digit selects.</summary>
    internal static void Run(long[] x, long[] y, long[] z, ulong[] table, int digit)
    {
        // The digit's four bits are 0 to 15; its upper half stands for the entries, its lower half for their negatives, mirrored.
        int negative = (digit >> 3) - 1;
        int index = (digit ^ negative) & 7;
        long sign = negative;
        ulong k0 = (ulong)((index - 1) >> 31);
        ulong k1 = (ulong)(((index ^ 1) - 1) >> 31);
        ulong k2 = (ulong)(((index ^ 2) - 1) >> 31);
        ulong k3 = (ulong)(((index ^ 3) - 1) >> 31);
        ulong k4 = (ulong)(((index ^ 4) - 1) >> 31);
        ulong k5 = (ulong)(((index ^ 5) - 1) >> 31);
        ulong k6 = (ulong)(((index ^ 6) - 1) >> 31);
        ulong k7 = (ulong)(((index ^ 7) - 1) >> 31);

        ulong a0 = (table[0] & k0) | (table[8] & k1) | (table[16] & k2) | (table[24] & k3)
            | (table[32] & k4) | (table[40] & k5) | (table[48] & k6) | (table[56] & k7);
        ulong a1 = (table[1] & k0) | (table[9] & k1) | (table[17] & k2) | (table[25] & k3)
            | (table[33] & k4) | (table[41] & k5) | (table[49] & k6) | (table[57] & k7);
        ulong a2 = (table[2] & k0) | (table[10] & k1) | (table[18] & k2) | (table[26] & k3)
            | (table[34] & k4) | (table[42] & k5) | (table[50] & k6) | (table[58] & k7);
        ulong a3 = (table[3] & k0) | (table[11] & k1) | (table[19] & k2) | (table[27] & k3)
            | (table[35] & k4) | (table[43] & k5) | (table[51] & k6) | (table[59] & k7);
        ulong a4 = (table[4] & k0) | (table[12] & k1) | (table[20] & k2) | (table[28] & k3)
            | (table[36] & k4) | (table[44] & k5) | (table[52] & k6) | (table[60] & k7);
        ulong a5 = (table[5] & k0) | (table[13] & k1) | (table[21] & k2) | (table[29] & k3)
            | (table[37] & k4) | (table[45] & k5) | (table[53] & k6) | (table[61] & k7);
        ulong a6 = (table[6] & k0) | (table[14] & k1) | (table[22] & k2) | (table[30] & k3)
            | (table[38] & k4) | (table[46] & k5) | (table[54] & k6) | (table[62] & k7);
        ulong a7 = (table[7] & k0) | (table[15] & k1) | (table[23] & k2) | (table[31] & k3)
            | (table[39] & k4) | (table[47] & k5) | (table[55] & k6) | (table[63] & k7);

        ulong low = 0x1fffffff;
        long p0 = (long)(a0 & low);
        long p1 = (long)((a0 >> 29) & low);
        long p2 = (long)(((a0 >> 58) | (a1 << 6)) & low);
        long p3 = (long)((a1 >> 23) & low);
        long p4 = (long)(((a1 >> 52) | (a2 << 12)) & low);
        long p5 = (long)((a2 >> 17) & low);
        long p6 = (long)(((a2 >> 46) | (a3 << 18)) & low);
        long p7 = (long)((a3 >> 11) & low);
        long p8 = (long)(a3 >> 40);

        long q0 = ((long)(a4 & low) ^ sign) - sign;
        long q1 = ((long)((a4 >> 29) & low) ^ sign) - sign;
        long q2 = ((long)(((a4 >> 58) | (a5 << 6)) & low) ^ sign) - sign;
        long q3 = ((long)((a5 >> 23) & low) ^ sign) - sign;
        long q4 = ((long)(((a5 >> 52) | (a6 << 12)) & low) ^ sign) - sign;
        long q5 = ((long)((a6 >> 17) & low) ^ sign) - sign;
        long q6 = ((long)(((a6 >> 46) | (a7 << 18)) & low) ^ sign) - sign;
        long q7 = ((long)((a7 >> 11) & low) ^ sign) - sign;
        long q8 = ((long)(a7 >> 40) ^ sign) - sign;

        // Locals, not constants: a constant of 64 bits costs the interpreter two instructions.
        long mask = 0x1fffffff;
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

        long s0, s1, s2, s3, s4, s5, s6, s7, s8;
        // s = Z^2
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
            s0 = t9 & mask;
            long t10 = (t9 >> 29) + ((z2 * z8 + z3 * z7 + z4 * z6) << 1) + z5 * z5 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24);
            s1 = t10 & mask;
            long t11 = (t10 >> 29) + ((z3 * z8 + z4 * z7 + z5 * z6) << 1) + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24);
            s2 = t11 & mask;
            long t12 = (t11 >> 29) + ((z4 * z8 + z5 * z7) << 1) + z6 * z6 + (m6 << 18) - (m5 << 21) + (m4 << 24);
            s3 = t12 & mask;
            long t13 = (t12 >> 29) + ((z5 * z8 + z6 * z7) << 1) + (m7 << 18) - (m6 << 21) + (m5 << 24);
            s4 = t13 & mask;
            long t14 = (t13 >> 29) + ((z6 * z8) << 1) + z7 * z7 + (m8 << 18) - (m7 << 21) + (m6 << 24);
            s5 = t14 & mask;
            long t15 = (t14 >> 29) + ((z7 * z8) << 1) - (m8 << 21) + (m7 << 24);
            s6 = t15 & mask;
            long t16 = (t15 >> 29) + z8 * z8 + (m8 << 24);
            s7 = t16 & mask;
            s8 = t16 >> 29;
        }

        long h0, h1, h2, h3, h4, h5, h6, h7, h8;
        // h = p s - X
        {
            long t0 = p0 * s0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + p0 * s1 + p1 * s0;
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + p0 * s2 + p1 * s1 + p2 * s0;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + p0 * s3 + p1 * s2 + p2 * s1 + p3 * s0 + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + p0 * s4 + p1 * s3 + p2 * s2 + p3 * s1 + p4 * s0 + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + p0 * s5 + p1 * s4 + p2 * s3 + p3 * s2 + p4 * s1 + p5 * s0 + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + p0 * s6 + p1 * s5 + p2 * s4 + p3 * s3 + p4 * s2 + p5 * s1 + p6 * s0 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + p0 * s7 + p1 * s6 + p2 * s5 + p3 * s4 + p4 * s3 + p5 * s2 + p6 * s1 + p7 * s0 + (m4 << 9) + (m1 << 18)
                - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + p0 * s8 + p1 * s7 + p2 * s6 + p3 * s5 + p4 * s4 + p5 * s3 + p6 * s2 + p7 * s1 + p8 * s0 + (m5 << 9)
                + (m2 << 18) - (m1 << 21) + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + p1 * s8 + p2 * s7 + p3 * s6 + p4 * s5 + p5 * s4 + p6 * s3 + p7 * s2 + p8 * s1 + (m6 << 9) + (m3 << 18)
                - (m2 << 21) + (m1 << 24) - x0;
            h0 = t9 & mask;
            long t10 = (t9 >> 29) + p2 * s8 + p3 * s7 + p4 * s6 + p5 * s5 + p6 * s4 + p7 * s3 + p8 * s2 + (m7 << 9) + (m4 << 18)
                - (m3 << 21) + (m2 << 24) - x1;
            h1 = t10 & mask;
            long t11 = (t10 >> 29) + p3 * s8 + p4 * s7 + p5 * s6 + p6 * s5 + p7 * s4 + p8 * s3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
                + (m3 << 24) - x2;
            h2 = t11 & mask;
            long t12 = (t11 >> 29) + p4 * s8 + p5 * s7 + p6 * s6 + p7 * s5 + p8 * s4 + (m6 << 18) - (m5 << 21) + (m4 << 24) - x3;
            h3 = t12 & mask;
            long t13 = (t12 >> 29) + p5 * s8 + p6 * s7 + p7 * s6 + p8 * s5 + (m7 << 18) - (m6 << 21) + (m5 << 24) - x4;
            h4 = t13 & mask;
            long t14 = (t13 >> 29) + p6 * s8 + p7 * s7 + p8 * s6 + (m8 << 18) - (m7 << 21) + (m6 << 24) - x5;
            h5 = t14 & mask;
            long t15 = (t14 >> 29) + p7 * s8 + p8 * s7 - (m8 << 21) + (m7 << 24) - x6;
            h6 = t15 & mask;
            long t16 = (t15 >> 29) + p8 * s8 + (m8 << 24) - x7;
            h7 = t16 & mask;
            h8 = (t16 >> 29) - x8;
        }

        long c0, c1, c2, c3, c4, c5, c6, c7, c8;
        // c = Z s
        {
            long t0 = z0 * s0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + z0 * s1 + z1 * s0;
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + z0 * s2 + z1 * s1 + z2 * s0;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + z0 * s3 + z1 * s2 + z2 * s1 + z3 * s0 + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + z0 * s4 + z1 * s3 + z2 * s2 + z3 * s1 + z4 * s0 + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + z0 * s5 + z1 * s4 + z2 * s3 + z3 * s2 + z4 * s1 + z5 * s0 + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + z0 * s6 + z1 * s5 + z2 * s4 + z3 * s3 + z4 * s2 + z5 * s1 + z6 * s0 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + z0 * s7 + z1 * s6 + z2 * s5 + z3 * s4 + z4 * s3 + z5 * s2 + z6 * s1 + z7 * s0 + (m4 << 9) + (m1 << 18)
                - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + z0 * s8 + z1 * s7 + z2 * s6 + z3 * s5 + z4 * s4 + z5 * s3 + z6 * s2 + z7 * s1 + z8 * s0 + (m5 << 9)
                + (m2 << 18) - (m1 << 21) + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + z1 * s8 + z2 * s7 + z3 * s6 + z4 * s5 + z5 * s4 + z6 * s3 + z7 * s2 + z8 * s1 + (m6 << 9) + (m3 << 18)
                - (m2 << 21) + (m1 << 24);
            c0 = t9 & mask;
            long t10 = (t9 >> 29) + z2 * s8 + z3 * s7 + z4 * s6 + z5 * s5 + z6 * s4 + z7 * s3 + z8 * s2 + (m7 << 9) + (m4 << 18)
                - (m3 << 21) + (m2 << 24);
            c1 = t10 & mask;
            long t11 = (t10 >> 29) + z3 * s8 + z4 * s7 + z5 * s6 + z6 * s5 + z7 * s4 + z8 * s3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
                + (m3 << 24);
            c2 = t11 & mask;
            long t12 = (t11 >> 29) + z4 * s8 + z5 * s7 + z6 * s6 + z7 * s5 + z8 * s4 + (m6 << 18) - (m5 << 21) + (m4 << 24);
            c3 = t12 & mask;
            long t13 = (t12 >> 29) + z5 * s8 + z6 * s7 + z7 * s6 + z8 * s5 + (m7 << 18) - (m6 << 21) + (m5 << 24);
            c4 = t13 & mask;
            long t14 = (t13 >> 29) + z6 * s8 + z7 * s7 + z8 * s6 + (m8 << 18) - (m7 << 21) + (m6 << 24);
            c5 = t14 & mask;
            long t15 = (t14 >> 29) + z7 * s8 + z8 * s7 - (m8 << 21) + (m7 << 24);
            c6 = t15 & mask;
            long t16 = (t15 >> 29) + z8 * s8 + (m8 << 24);
            c7 = t16 & mask;
            c8 = t16 >> 29;
        }

        long r0, r1, r2, r3, r4, r5, r6, r7, r8;
        // r = q c - Y
        {
            long t0 = q0 * c0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + q0 * c1 + q1 * c0;
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + q0 * c2 + q1 * c1 + q2 * c0;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + q0 * c3 + q1 * c2 + q2 * c1 + q3 * c0 + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + q0 * c4 + q1 * c3 + q2 * c2 + q3 * c1 + q4 * c0 + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + q0 * c5 + q1 * c4 + q2 * c3 + q3 * c2 + q4 * c1 + q5 * c0 + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + q0 * c6 + q1 * c5 + q2 * c4 + q3 * c3 + q4 * c2 + q5 * c1 + q6 * c0 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + q0 * c7 + q1 * c6 + q2 * c5 + q3 * c4 + q4 * c3 + q5 * c2 + q6 * c1 + q7 * c0 + (m4 << 9) + (m1 << 18)
                - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + q0 * c8 + q1 * c7 + q2 * c6 + q3 * c5 + q4 * c4 + q5 * c3 + q6 * c2 + q7 * c1 + q8 * c0 + (m5 << 9)
                + (m2 << 18) - (m1 << 21) + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + q1 * c8 + q2 * c7 + q3 * c6 + q4 * c5 + q5 * c4 + q6 * c3 + q7 * c2 + q8 * c1 + (m6 << 9) + (m3 << 18)
                - (m2 << 21) + (m1 << 24) - y0;
            r0 = t9 & mask;
            long t10 = (t9 >> 29) + q2 * c8 + q3 * c7 + q4 * c6 + q5 * c5 + q6 * c4 + q7 * c3 + q8 * c2 + (m7 << 9) + (m4 << 18)
                - (m3 << 21) + (m2 << 24) - y1;
            r1 = t10 & mask;
            long t11 = (t10 >> 29) + q3 * c8 + q4 * c7 + q5 * c6 + q6 * c5 + q7 * c4 + q8 * c3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
                + (m3 << 24) - y2;
            r2 = t11 & mask;
            long t12 = (t11 >> 29) + q4 * c8 + q5 * c7 + q6 * c6 + q7 * c5 + q8 * c4 + (m6 << 18) - (m5 << 21) + (m4 << 24) - y3;
            r3 = t12 & mask;
            long t13 = (t12 >> 29) + q5 * c8 + q6 * c7 + q7 * c6 + q8 * c5 + (m7 << 18) - (m6 << 21) + (m5 << 24) - y4;
            r4 = t13 & mask;
            long t14 = (t13 >> 29) + q6 * c8 + q7 * c7 + q8 * c6 + (m8 << 18) - (m7 << 21) + (m6 << 24) - y5;
            r5 = t14 & mask;
            long t15 = (t14 >> 29) + q7 * c8 + q8 * c7 - (m8 << 21) + (m7 << 24) - y6;
            r6 = t15 & mask;
            long t16 = (t15 >> 29) + q8 * c8 + (m8 << 24) - y7;
            r7 = t16 & mask;
            r8 = (t16 >> 29) - y8;
        }

        // Z = Z h
        {
            long t0 = z0 * h0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + z0 * h1 + z1 * h0;
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + z0 * h2 + z1 * h1 + z2 * h0;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + z0 * h3 + z1 * h2 + z2 * h1 + z3 * h0 + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + z0 * h4 + z1 * h3 + z2 * h2 + z3 * h1 + z4 * h0 + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + z0 * h5 + z1 * h4 + z2 * h3 + z3 * h2 + z4 * h1 + z5 * h0 + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + z0 * h6 + z1 * h5 + z2 * h4 + z3 * h3 + z4 * h2 + z5 * h1 + z6 * h0 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + z0 * h7 + z1 * h6 + z2 * h5 + z3 * h4 + z4 * h3 + z5 * h2 + z6 * h1 + z7 * h0 + (m4 << 9) + (m1 << 18)
                - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + z0 * h8 + z1 * h7 + z2 * h6 + z3 * h5 + z4 * h4 + z5 * h3 + z6 * h2 + z7 * h1 + z8 * h0 + (m5 << 9)
                + (m2 << 18) - (m1 << 21) + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + z1 * h8 + z2 * h7 + z3 * h6 + z4 * h5 + z5 * h4 + z6 * h3 + z7 * h2 + z8 * h1 + (m6 << 9) + (m3 << 18)
                - (m2 << 21) + (m1 << 24);
            z0 = t9 & mask;
            long t10 = (t9 >> 29) + z2 * h8 + z3 * h7 + z4 * h6 + z5 * h5 + z6 * h4 + z7 * h3 + z8 * h2 + (m7 << 9) + (m4 << 18)
                - (m3 << 21) + (m2 << 24);
            z1 = t10 & mask;
            long t11 = (t10 >> 29) + z3 * h8 + z4 * h7 + z5 * h6 + z6 * h5 + z7 * h4 + z8 * h3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
                + (m3 << 24);
            z2 = t11 & mask;
            long t12 = (t11 >> 29) + z4 * h8 + z5 * h7 + z6 * h6 + z7 * h5 + z8 * h4 + (m6 << 18) - (m5 << 21) + (m4 << 24);
            z3 = t12 & mask;
            long t13 = (t12 >> 29) + z5 * h8 + z6 * h7 + z7 * h6 + z8 * h5 + (m7 << 18) - (m6 << 21) + (m5 << 24);
            z4 = t13 & mask;
            long t14 = (t13 >> 29) + z6 * h8 + z7 * h7 + z8 * h6 + (m8 << 18) - (m7 << 21) + (m6 << 24);
            z5 = t14 & mask;
            long t15 = (t14 >> 29) + z7 * h8 + z8 * h7 - (m8 << 21) + (m7 << 24);
            z6 = t15 & mask;
            long t16 = (t15 >> 29) + z8 * h8 + (m8 << 24);
            z7 = t16 & mask;
            z8 = t16 >> 29;
        }

        long u0, u1, u2, u3, u4, u5, u6, u7, u8;
        // u = h^2
        {
            long t0 = h0 * h0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + ((h0 * h1) << 1);
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + ((h0 * h2) << 1) + h1 * h1;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + ((h0 * h3 + h1 * h2) << 1) + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + ((h0 * h4 + h1 * h3) << 1) + h2 * h2 + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + ((h0 * h5 + h1 * h4 + h2 * h3) << 1) + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + ((h0 * h6 + h1 * h5 + h2 * h4) << 1) + h3 * h3 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + ((h0 * h7 + h1 * h6 + h2 * h5 + h3 * h4) << 1) + (m4 << 9) + (m1 << 18) - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + ((h0 * h8 + h1 * h7 + h2 * h6 + h3 * h5) << 1) + h4 * h4 + (m5 << 9) + (m2 << 18) - (m1 << 21)
                + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + ((h1 * h8 + h2 * h7 + h3 * h6 + h4 * h5) << 1) + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24);
            u0 = t9 & mask;
            long t10 = (t9 >> 29) + ((h2 * h8 + h3 * h7 + h4 * h6) << 1) + h5 * h5 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24);
            u1 = t10 & mask;
            long t11 = (t10 >> 29) + ((h3 * h8 + h4 * h7 + h5 * h6) << 1) + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24);
            u2 = t11 & mask;
            long t12 = (t11 >> 29) + ((h4 * h8 + h5 * h7) << 1) + h6 * h6 + (m6 << 18) - (m5 << 21) + (m4 << 24);
            u3 = t12 & mask;
            long t13 = (t12 >> 29) + ((h5 * h8 + h6 * h7) << 1) + (m7 << 18) - (m6 << 21) + (m5 << 24);
            u4 = t13 & mask;
            long t14 = (t13 >> 29) + ((h6 * h8) << 1) + h7 * h7 + (m8 << 18) - (m7 << 21) + (m6 << 24);
            u5 = t14 & mask;
            long t15 = (t14 >> 29) + ((h7 * h8) << 1) - (m8 << 21) + (m7 << 24);
            u6 = t15 & mask;
            long t16 = (t15 >> 29) + h8 * h8 + (m8 << 24);
            u7 = t16 & mask;
            u8 = t16 >> 29;
        }

        long w0, w1, w2, w3, w4, w5, w6, w7, w8;
        // w = h u
        {
            long t0 = h0 * u0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + h0 * u1 + h1 * u0;
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + h0 * u2 + h1 * u1 + h2 * u0;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + h0 * u3 + h1 * u2 + h2 * u1 + h3 * u0 + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + h0 * u4 + h1 * u3 + h2 * u2 + h3 * u1 + h4 * u0 + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + h0 * u5 + h1 * u4 + h2 * u3 + h3 * u2 + h4 * u1 + h5 * u0 + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + h0 * u6 + h1 * u5 + h2 * u4 + h3 * u3 + h4 * u2 + h5 * u1 + h6 * u0 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + h0 * u7 + h1 * u6 + h2 * u5 + h3 * u4 + h4 * u3 + h5 * u2 + h6 * u1 + h7 * u0 + (m4 << 9) + (m1 << 18)
                - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + h0 * u8 + h1 * u7 + h2 * u6 + h3 * u5 + h4 * u4 + h5 * u3 + h6 * u2 + h7 * u1 + h8 * u0 + (m5 << 9)
                + (m2 << 18) - (m1 << 21) + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + h1 * u8 + h2 * u7 + h3 * u6 + h4 * u5 + h5 * u4 + h6 * u3 + h7 * u2 + h8 * u1 + (m6 << 9) + (m3 << 18)
                - (m2 << 21) + (m1 << 24);
            w0 = t9 & mask;
            long t10 = (t9 >> 29) + h2 * u8 + h3 * u7 + h4 * u6 + h5 * u5 + h6 * u4 + h7 * u3 + h8 * u2 + (m7 << 9) + (m4 << 18)
                - (m3 << 21) + (m2 << 24);
            w1 = t10 & mask;
            long t11 = (t10 >> 29) + h3 * u8 + h4 * u7 + h5 * u6 + h6 * u5 + h7 * u4 + h8 * u3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
                + (m3 << 24);
            w2 = t11 & mask;
            long t12 = (t11 >> 29) + h4 * u8 + h5 * u7 + h6 * u6 + h7 * u5 + h8 * u4 + (m6 << 18) - (m5 << 21) + (m4 << 24);
            w3 = t12 & mask;
            long t13 = (t12 >> 29) + h5 * u8 + h6 * u7 + h7 * u6 + h8 * u5 + (m7 << 18) - (m6 << 21) + (m5 << 24);
            w4 = t13 & mask;
            long t14 = (t13 >> 29) + h6 * u8 + h7 * u7 + h8 * u6 + (m8 << 18) - (m7 << 21) + (m6 << 24);
            w5 = t14 & mask;
            long t15 = (t14 >> 29) + h7 * u8 + h8 * u7 - (m8 << 21) + (m7 << 24);
            w6 = t15 & mask;
            long t16 = (t15 >> 29) + h8 * u8 + (m8 << 24);
            w7 = t16 & mask;
            w8 = t16 >> 29;
        }

        long v0, v1, v2, v3, v4, v5, v6, v7, v8;
        // v = X u
        {
            long t0 = x0 * u0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + x0 * u1 + x1 * u0;
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + x0 * u2 + x1 * u1 + x2 * u0;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + x0 * u3 + x1 * u2 + x2 * u1 + x3 * u0 + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + x0 * u4 + x1 * u3 + x2 * u2 + x3 * u1 + x4 * u0 + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + x0 * u5 + x1 * u4 + x2 * u3 + x3 * u2 + x4 * u1 + x5 * u0 + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + x0 * u6 + x1 * u5 + x2 * u4 + x3 * u3 + x4 * u2 + x5 * u1 + x6 * u0 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + x0 * u7 + x1 * u6 + x2 * u5 + x3 * u4 + x4 * u3 + x5 * u2 + x6 * u1 + x7 * u0 + (m4 << 9) + (m1 << 18)
                - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + x0 * u8 + x1 * u7 + x2 * u6 + x3 * u5 + x4 * u4 + x5 * u3 + x6 * u2 + x7 * u1 + x8 * u0 + (m5 << 9)
                + (m2 << 18) - (m1 << 21) + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + x1 * u8 + x2 * u7 + x3 * u6 + x4 * u5 + x5 * u4 + x6 * u3 + x7 * u2 + x8 * u1 + (m6 << 9) + (m3 << 18)
                - (m2 << 21) + (m1 << 24);
            v0 = t9 & mask;
            long t10 = (t9 >> 29) + x2 * u8 + x3 * u7 + x4 * u6 + x5 * u5 + x6 * u4 + x7 * u3 + x8 * u2 + (m7 << 9) + (m4 << 18)
                - (m3 << 21) + (m2 << 24);
            v1 = t10 & mask;
            long t11 = (t10 >> 29) + x3 * u8 + x4 * u7 + x5 * u6 + x6 * u5 + x7 * u4 + x8 * u3 + (m8 << 9) + (m5 << 18) - (m4 << 21)
                + (m3 << 24);
            v2 = t11 & mask;
            long t12 = (t11 >> 29) + x4 * u8 + x5 * u7 + x6 * u6 + x7 * u5 + x8 * u4 + (m6 << 18) - (m5 << 21) + (m4 << 24);
            v3 = t12 & mask;
            long t13 = (t12 >> 29) + x5 * u8 + x6 * u7 + x7 * u6 + x8 * u5 + (m7 << 18) - (m6 << 21) + (m5 << 24);
            v4 = t13 & mask;
            long t14 = (t13 >> 29) + x6 * u8 + x7 * u7 + x8 * u6 + (m8 << 18) - (m7 << 21) + (m6 << 24);
            v5 = t14 & mask;
            long t15 = (t14 >> 29) + x7 * u8 + x8 * u7 - (m8 << 21) + (m7 << 24);
            v6 = t15 & mask;
            long t16 = (t15 >> 29) + x8 * u8 + (m8 << 24);
            v7 = t16 & mask;
            v8 = t16 >> 29;
        }

        // X = r^2 - w - 2 v
        {
            long t0 = r0 * r0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + ((r0 * r1) << 1);
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + ((r0 * r2) << 1) + r1 * r1;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + ((r0 * r3 + r1 * r2) << 1) + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + ((r0 * r4 + r1 * r3) << 1) + r2 * r2 + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + ((r0 * r5 + r1 * r4 + r2 * r3) << 1) + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + ((r0 * r6 + r1 * r5 + r2 * r4) << 1) + r3 * r3 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + ((r0 * r7 + r1 * r6 + r2 * r5 + r3 * r4) << 1) + (m4 << 9) + (m1 << 18) - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + ((r0 * r8 + r1 * r7 + r2 * r6 + r3 * r5) << 1) + r4 * r4 + (m5 << 9) + (m2 << 18) - (m1 << 21)
                + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + ((r1 * r8 + r2 * r7 + r3 * r6 + r4 * r5) << 1) + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24) - w0
                - (v0 << 1);
            x0 = t9 & mask;
            long t10 = (t9 >> 29) + ((r2 * r8 + r3 * r7 + r4 * r6) << 1) + r5 * r5 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24)
                - w1 - (v1 << 1);
            x1 = t10 & mask;
            long t11 = (t10 >> 29) + ((r3 * r8 + r4 * r7 + r5 * r6) << 1) + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24) - w2
                - (v2 << 1);
            x2 = t11 & mask;
            long t12 = (t11 >> 29) + ((r4 * r8 + r5 * r7) << 1) + r6 * r6 + (m6 << 18) - (m5 << 21) + (m4 << 24) - w3 - (v3 << 1);
            x3 = t12 & mask;
            long t13 = (t12 >> 29) + ((r5 * r8 + r6 * r7) << 1) + (m7 << 18) - (m6 << 21) + (m5 << 24) - w4 - (v4 << 1);
            x4 = t13 & mask;
            long t14 = (t13 >> 29) + ((r6 * r8) << 1) + r7 * r7 + (m8 << 18) - (m7 << 21) + (m6 << 24) - w5 - (v5 << 1);
            x5 = t14 & mask;
            long t15 = (t14 >> 29) + ((r7 * r8) << 1) - (m8 << 21) + (m7 << 24) - w6 - (v6 << 1);
            x6 = t15 & mask;
            long t16 = (t15 >> 29) + r8 * r8 + (m8 << 24) - w7 - (v7 << 1);
            x7 = t16 & mask;
            x8 = (t16 >> 29) - w8 - (v8 << 1);
        }

        long e0 = v0 - x0; long e1 = v1 - x1; long e2 = v2 - x2;
        long e3 = v3 - x3; long e4 = v4 - x4; long e5 = v5 - x5;
        long e6 = v6 - x6; long e7 = v7 - x7; long e8 = v8 - x8;

        // Y = r (v - X) - Y w
        {
            long t0 = r0 * e0 - y0 * w0;
            long m0 = t0 & mask;
            long t1 = (t0 >> 29) + r0 * e1 + r1 * e0 - y0 * w1 - y1 * w0;
            long m1 = t1 & mask;
            long t2 = (t1 >> 29) + r0 * e2 + r1 * e1 + r2 * e0 - y0 * w2 - y1 * w1 - y2 * w0;
            long m2 = t2 & mask;
            long t3 = (t2 >> 29) + r0 * e3 + r1 * e2 + r2 * e1 + r3 * e0 - y0 * w3 - y1 * w2 - y2 * w1 - y3 * w0 + (m0 << 9);
            long m3 = t3 & mask;
            long t4 = (t3 >> 29) + r0 * e4 + r1 * e3 + r2 * e2 + r3 * e1 + r4 * e0 - y0 * w4 - y1 * w3 - y2 * w2 - y3 * w1 - y4 * w0
                + (m1 << 9);
            long m4 = t4 & mask;
            long t5 = (t4 >> 29) + r0 * e5 + r1 * e4 + r2 * e3 + r3 * e2 + r4 * e1 + r5 * e0 - y0 * w5 - y1 * w4 - y2 * w3 - y3 * w2
                - y4 * w1 - y5 * w0 + (m2 << 9);
            long m5 = t5 & mask;
            long t6 = (t5 >> 29) + r0 * e6 + r1 * e5 + r2 * e4 + r3 * e3 + r4 * e2 + r5 * e1 + r6 * e0 - y0 * w6 - y1 * w5 - y2 * w4
                - y3 * w3 - y4 * w2 - y5 * w1 - y6 * w0 + (m3 << 9) + (m0 << 18);
            long m6 = t6 & mask;
            long t7 = (t6 >> 29) + r0 * e7 + r1 * e6 + r2 * e5 + r3 * e4 + r4 * e3 + r5 * e2 + r6 * e1 + r7 * e0 - y0 * w7 - y1 * w6
                - y2 * w5 - y3 * w4 - y4 * w3 - y5 * w2 - y6 * w1 - y7 * w0 + (m4 << 9) + (m1 << 18) - (m0 << 21);
            long m7 = t7 & mask;
            long t8 = (t7 >> 29) + r0 * e8 + r1 * e7 + r2 * e6 + r3 * e5 + r4 * e4 + r5 * e3 + r6 * e2 + r7 * e1 + r8 * e0 - y0 * w8
                - y1 * w7 - y2 * w6 - y3 * w5 - y4 * w4 - y5 * w3 - y6 * w2 - y7 * w1 - y8 * w0 + (m5 << 9) + (m2 << 18) - (m1 << 21)
                + (m0 << 24);
            long m8 = t8 & mask;
            long t9 = (t8 >> 29) + r1 * e8 + r2 * e7 + r3 * e6 + r4 * e5 + r5 * e4 + r6 * e3 + r7 * e2 + r8 * e1 - y1 * w8 - y2 * w7
                - y3 * w6 - y4 * w5 - y5 * w4 - y6 * w3 - y7 * w2 - y8 * w1 + (m6 << 9) + (m3 << 18) - (m2 << 21) + (m1 << 24);
            y0 = t9 & mask;
            long t10 = (t9 >> 29) + r2 * e8 + r3 * e7 + r4 * e6 + r5 * e5 + r6 * e4 + r7 * e3 + r8 * e2 - y2 * w8 - y3 * w7 - y4 * w6
                - y5 * w5 - y6 * w4 - y7 * w3 - y8 * w2 + (m7 << 9) + (m4 << 18) - (m3 << 21) + (m2 << 24);
            y1 = t10 & mask;
            long t11 = (t10 >> 29) + r3 * e8 + r4 * e7 + r5 * e6 + r6 * e5 + r7 * e4 + r8 * e3 - y3 * w8 - y4 * w7 - y5 * w6 - y6 * w5
                - y7 * w4 - y8 * w3 + (m8 << 9) + (m5 << 18) - (m4 << 21) + (m3 << 24);
            y2 = t11 & mask;
            long t12 = (t11 >> 29) + r4 * e8 + r5 * e7 + r6 * e6 + r7 * e5 + r8 * e4 - y4 * w8 - y5 * w7 - y6 * w6 - y7 * w5 - y8 * w4
                + (m6 << 18) - (m5 << 21) + (m4 << 24);
            y3 = t12 & mask;
            long t13 = (t12 >> 29) + r5 * e8 + r6 * e7 + r7 * e6 + r8 * e5 - y5 * w8 - y6 * w7 - y7 * w6 - y8 * w5 + (m7 << 18)
                - (m6 << 21) + (m5 << 24);
            y4 = t13 & mask;
            long t14 = (t13 >> 29) + r6 * e8 + r7 * e7 + r8 * e6 - y6 * w8 - y7 * w7 - y8 * w6 + (m8 << 18) - (m7 << 21) + (m6 << 24);
            y5 = t14 & mask;
            long t15 = (t14 >> 29) + r7 * e8 + r8 * e7 - y7 * w8 - y8 * w7 - (m8 << 21) + (m7 << 24);
            y6 = t15 & mask;
            long t16 = (t15 >> 29) + r8 * e8 - y8 * w8 + (m8 << 24);
            y7 = t16 & mask;
            y8 = t16 >> 29;
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
