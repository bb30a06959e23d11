namespace Hoplink.Crypto;

/// <summary>
/// AES (FIPS 197) on four blocks at once by logic alone: no table, and so no index that depends on a secret. Written for an interpreter,
/// where each instruction costs the same.
/// </summary>
/// <remarks>
/// Bit-sliced: word i holds bit i of all 64 bytes, the one in row r and column c of block b at 16 r + 4 c + b. Then a row is a lane of 16
/// bits, and the next row comes by a rotation. The S-box is the circuit of Boyar and Peralta, "A new combinational logic minimization
/// technique with applications to cryptology" (2010), 115 gates, with the names that they gave to its wires.
/// <para>
/// Round keys are packed, since the four blocks have the same: two words a round, of which the first holds in the four bits of each row and
/// column the low half of that byte, the second the high half.
/// </para>
/// </remarks>
internal static class AesRounds
{
    /// <summary>Words of a state.</summary>
    internal const int StateCount = 8;

    /// <summary>Words of the eleven round keys.</summary>
    internal const int KeyCount = 22;

    /// <summary>
    /// The ten rounds, under all round keys but the first, which the state has already. <paramref name="keys"/> null: the S-box alone.
    /// </summary>
    internal static void Run(ulong[] state, ulong[] keys)
    {
        // Locals, not constants: a constant of 64 bits takes 9 bytes.
        ulong eachByte = 0x1111111111111111;
        ulong eachBlock = 15;
        ulong rows23 = 0x00ff00ff00000000;
        ulong rows02 = 0x0000ffff0000ffff;
        ulong rows13 = 0x0fff00000fff0000;
        ulong rows13Wrapped = 0xf0000000f0000000;
        ulong x7 = state[0];
        ulong x6 = state[1];
        ulong x5 = state[2];
        ulong x4 = state[3];
        ulong x3 = state[4];
        ulong x2 = state[5];
        ulong x1 = state[6];
        ulong x0 = state[7];
        ulong s0;
        ulong s1;
        ulong s2;
        ulong s3;
        ulong s4;
        ulong s5;
        ulong s6;
        ulong s7;
        int at = 2;
        while (true)
        {
            // SubBytes: the top linear part.
            ulong y14 = x3 ^ x5;
            ulong y13 = x0 ^ x6;
            ulong y9 = x0 ^ x3;
            ulong y8 = x0 ^ x5;
            ulong t0 = x1 ^ x2;
            ulong y1 = t0 ^ x7;
            ulong y4 = y1 ^ x3;
            ulong y12 = y13 ^ y14;
            ulong y2 = y1 ^ x0;
            ulong y5 = y1 ^ x6;
            ulong y3 = y5 ^ y8;
            ulong t1 = x4 ^ y12;
            ulong y15 = t1 ^ x5;
            ulong y20 = t1 ^ x1;
            ulong y6 = y15 ^ x7;
            ulong y10 = y15 ^ t0;
            ulong y11 = y20 ^ y9;
            ulong y7 = x7 ^ y11;
            ulong y17 = y10 ^ y11;
            ulong y19 = y10 ^ y8;
            ulong y16 = t0 ^ y11;
            ulong y21 = y13 ^ y16;
            ulong y18 = x0 ^ y16;

            // The part that is not linear.
            ulong t2 = y12 & y15;
            ulong t4 = (y3 & y6) ^ t2;
            ulong t6 = (y4 & x7) ^ t2;
            ulong t7 = y13 & y16;
            ulong t9 = (y5 & y1) ^ t7;
            ulong t11 = (y2 & y7) ^ t7;
            ulong t12 = y9 & y11;
            ulong t14 = (y14 & y17) ^ t12;
            ulong t16 = (y8 & y10) ^ t12;
            ulong t21 = t4 ^ t14 ^ y20;
            ulong t22 = t6 ^ t16 ^ y19;
            ulong t23 = t9 ^ t14 ^ y21;
            ulong t24 = t11 ^ t16 ^ y18;
            ulong t25 = t21 ^ t22;
            ulong t26 = t21 & t23;
            ulong t27 = t24 ^ t26;
            ulong t29 = (t25 & t27) ^ t22;
            ulong t33 = ((t22 ^ t26) & (t23 ^ t24)) ^ t24;
            ulong t36 = t24 & (t27 ^ t33);
            ulong t37 = t36 ^ t23 ^ t33;
            ulong t40 = t25 ^ (t29 & (t27 ^ t36));
            ulong t41 = t40 ^ t37;
            ulong t42 = t29 ^ t33;
            ulong t43 = t29 ^ t40;
            ulong t44 = t33 ^ t37;
            ulong t45 = t42 ^ t41;
            ulong z2 = t33 & x7;
            ulong z3 = t43 & y16;
            ulong z4 = t40 & y1;
            ulong z5 = t29 & y7;
            ulong z7 = t45 & y17;
            ulong z10 = t37 & y3;
            ulong z12 = t43 & y13;
            ulong z16 = t45 & y14;

            // The bottom linear part.
            ulong t46 = (t42 & y9) ^ z16;
            ulong t48 = z5 ^ (t40 & y5);
            ulong t53 = (t44 & y15) ^ z3;
            ulong t57 = z2 ^ z12 ^ t53;
            ulong t58 = z4 ^ t46;
            ulong t59 = z3 ^ (t42 & y11) ^ z7;
            ulong t62 = z7 ^ (t41 & y10) ^ t58;
            ulong t63 = (t44 & y12) ^ z10 ^ t58;
            ulong t64 = z4 ^ t59;
            ulong t65 = (t29 & y2) ^ t57 ^ t62;
            ulong t66 = (t37 & y6) ^ t63;
            s0 = t59 ^ t63;
            s6 = ~(z12 ^ t48 ^ t62);
            s7 = ~(t48 ^ t46 ^ t57);
            s3 = t53 ^ t66;
            s4 = z2 ^ z5 ^ t66;
            s5 = z10 ^ (t33 & y4) ^ t65;
            s1 = ~(t64 ^ s3);
            s2 = ~(z16 ^ (t41 & y8) ^ t64 ^ t65);
            if (keys == null)
            {
                break;
            }

            // ShiftRows: rows 2 and 3 by two columns, then rows 1 and 3 by one.
            x0 = (s0 ^ (s0 >> 8)) & rows23;
            x1 = (s1 ^ (s1 >> 8)) & rows23;
            x2 = (s2 ^ (s2 >> 8)) & rows23;
            x3 = (s3 ^ (s3 >> 8)) & rows23;
            x4 = (s4 ^ (s4 >> 8)) & rows23;
            x5 = (s5 ^ (s5 >> 8)) & rows23;
            x6 = (s6 ^ (s6 >> 8)) & rows23;
            x7 = (s7 ^ (s7 >> 8)) & rows23;
            x0 ^= (x0 << 8) ^ s0;
            x1 ^= (x1 << 8) ^ s1;
            x2 ^= (x2 << 8) ^ s2;
            x3 ^= (x3 << 8) ^ s3;
            x4 ^= (x4 << 8) ^ s4;
            x5 ^= (x5 << 8) ^ s5;
            x6 ^= (x6 << 8) ^ s6;
            x7 ^= (x7 << 8) ^ s7;
            s0 = (x0 & rows02) | ((x0 >> 4) & rows13) | ((x0 << 12) & rows13Wrapped);
            s1 = (x1 & rows02) | ((x1 >> 4) & rows13) | ((x1 << 12) & rows13Wrapped);
            s2 = (x2 & rows02) | ((x2 >> 4) & rows13) | ((x2 << 12) & rows13Wrapped);
            s3 = (x3 & rows02) | ((x3 >> 4) & rows13) | ((x3 << 12) & rows13Wrapped);
            s4 = (x4 & rows02) | ((x4 >> 4) & rows13) | ((x4 << 12) & rows13Wrapped);
            s5 = (x5 & rows02) | ((x5 >> 4) & rows13) | ((x5 << 12) & rows13Wrapped);
            s6 = (x6 & rows02) | ((x6 >> 4) & rows13) | ((x6 << 12) & rows13Wrapped);
            s7 = (x7 & rows02) | ((x7 >> 4) & rows13) | ((x7 << 12) & rows13Wrapped);
            ulong low = keys[at];
            ulong high = keys[at + 1];
            if (at == KeyCount - 2)
            {
                // The last round has no MixColumns.
                s7 ^= (low & eachByte) * eachBlock;
                s6 ^= ((low >> 1) & eachByte) * eachBlock;
                s5 ^= ((low >> 2) & eachByte) * eachBlock;
                s4 ^= ((low >> 3) & eachByte) * eachBlock;
                s3 ^= (high & eachByte) * eachBlock;
                s2 ^= ((high >> 1) & eachByte) * eachBlock;
                s1 ^= ((high >> 2) & eachByte) * eachBlock;
                s0 ^= ((high >> 3) & eachByte) * eachBlock;
                break;
            }

            // MixColumns: with b the row below a, 2 a + 3 b + c + d = 2 (a + b) + b + (c + d), and c + d is a + b two rows on.
            ulong b0 = (s0 >> 16) | (s0 << 48);
            ulong b1 = (s1 >> 16) | (s1 << 48);
            ulong b2 = (s2 >> 16) | (s2 << 48);
            ulong b3 = (s3 >> 16) | (s3 << 48);
            ulong b4 = (s4 >> 16) | (s4 << 48);
            ulong b5 = (s5 >> 16) | (s5 << 48);
            ulong b6 = (s6 >> 16) | (s6 << 48);
            ulong b7 = (s7 >> 16) | (s7 << 48);
            s0 ^= b0;
            s1 ^= b1;
            s2 ^= b2;
            s3 ^= b3;
            s4 ^= b4;
            s5 ^= b5;
            s6 ^= b6;
            s7 ^= b7;
            x7 = b7 ^ s0 ^ ((s7 >> 32) | (s7 << 32)) ^ ((low & eachByte) * eachBlock);
            x6 = b6 ^ s7 ^ s0 ^ ((s6 >> 32) | (s6 << 32)) ^ (((low >> 1) & eachByte) * eachBlock);
            x5 = b5 ^ s6 ^ ((s5 >> 32) | (s5 << 32)) ^ (((low >> 2) & eachByte) * eachBlock);
            x4 = b4 ^ s5 ^ s0 ^ ((s4 >> 32) | (s4 << 32)) ^ (((low >> 3) & eachByte) * eachBlock);
            x3 = b3 ^ s4 ^ s0 ^ ((s3 >> 32) | (s3 << 32)) ^ ((high & eachByte) * eachBlock);
            x2 = b2 ^ s3 ^ ((s2 >> 32) | (s2 << 32)) ^ (((high >> 1) & eachByte) * eachBlock);
            x1 = b1 ^ s2 ^ ((s1 >> 32) | (s1 << 32)) ^ (((high >> 2) & eachByte) * eachBlock);
            x0 = b0 ^ s1 ^ ((s0 >> 32) | (s0 << 32)) ^ (((high >> 3) & eachByte) * eachBlock);
            at += 2;
        }

        state[0] = s7;
        state[1] = s6;
        state[2] = s5;
        state[3] = s4;
        state[4] = s3;
        state[5] = s2;
        state[6] = s1;
        state[7] = s0;
    }
}
