/* Vectors that stand in the standards themselves. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

static void check_hash(const uint8_t *data, size_t size, const char *expected_hex)
{
    uint8_t expected[HOPLINK_HASH_SIZE];
    uint8_t hash[HOPLINK_HASH_SIZE];

    from_hex(expected_hex, expected, sizeof(expected));
    CHECK_CODE(HOPLINK_OK, hoplink_sha256(data, size, hash));
    CHECK_IN(memcmp(hash, expected, sizeof(hash)) == 0, "%s", expected_hex);
}

/* FIPS 180-4: the examples of one block, of two blocks and of a million times 'a'; and the empty message. */
static void fips_180_4_sha256(void)
{
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    size_t million = 1000000;
    uint8_t *many = malloc(million);

    CHECK(many != NULL);
    memset(many, 'a', million);
    check_hash((const uint8_t *)"abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_hash(
        (const uint8_t *)two_blocks, strlen(two_blocks), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_hash(many, million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    check_hash(NULL, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    free(many);
}

/* SP 800-38A, F.5.1 and F.5.2: whole, and cut within a block, from each block on. */
static void sp_800_38a_ctr(void)
{
    static const char key_hex[] = "2b7e151628aed2a6abf7158809cf4f3c";
    static const char plain_hex[] = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                                    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
    static const char cipher_hex[] = "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
                                     "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee";
    uint8_t key[HOPLINK_AES_KEY_SIZE];
    uint8_t counter[HOPLINK_AES_BLOCK_SIZE];
    uint8_t plain[64];
    uint8_t cipher[64];
    size_t from;
    size_t size;

    from_hex(key_hex, key, sizeof(key));
    from_hex(plain_hex, plain, sizeof(plain));
    from_hex(cipher_hex, cipher, sizeof(cipher));
    for (from = 0; from < sizeof(plain); from += HOPLINK_AES_BLOCK_SIZE)
    {
        for (size = 0; size <= sizeof(plain) - from; size++)
        {
            uint32_t index = 0xfcfdfeffu + (uint32_t)(from / HOPLINK_AES_BLOCK_SIZE);
            uint8_t buffer[64];

            from_hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", counter, sizeof(counter));
            counter[12] = (uint8_t)(index >> 24);
            counter[13] = (uint8_t)(index >> 16);
            counter[14] = (uint8_t)(index >> 8);
            counter[15] = (uint8_t)index;
            memcpy(buffer, plain + from, size);
            CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, counter, buffer, size));
            CHECK_IN(memcmp(buffer, cipher + from, size) == 0, "%zu bytes from %zu", size, from);
            CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, counter, buffer, size));
            CHECK_IN(memcmp(buffer, plain + from, size) == 0, "%zu bytes from %zu", size, from);
        }
    }
}

/* FIPS 197, appendix B and C.1: a counter block over zeros is the cipher itself. */
static void fips_197_block(void)
{
    static const char *const vectors[][3] = {
        { "2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734", "3925841d02dc09fbdc118597196a0b32" },
        { "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a" },
    };
    size_t i;

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
    {
        uint8_t key[HOPLINK_AES_KEY_SIZE];
        uint8_t plain[HOPLINK_AES_BLOCK_SIZE];
        uint8_t cipher[HOPLINK_AES_BLOCK_SIZE];
        uint8_t buffer[HOPLINK_AES_BLOCK_SIZE] = { 0 };

        from_hex(vectors[i][0], key, sizeof(key));
        from_hex(vectors[i][1], plain, sizeof(plain));
        from_hex(vectors[i][2], cipher, sizeof(cipher));
        CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, plain, buffer, sizeof(buffer)));
        CHECK_IN(memcmp(buffer, cipher, sizeof(buffer)) == 0, "%s", vectors[i][2]);
    }
}

/* CAVS 14.1 ECC CDH primitive, P-256, count 0: both halves; and 1 times the base point (SP 800-186, 3.2.1.3). */
static void p256_base_point(void)
{
    static const char base_hex[] = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                                   "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    uint8_t private_key[HOPLINK_PRIVATE_KEY_SIZE];
    uint8_t one[HOPLINK_PRIVATE_KEY_SIZE] = { 0 };
    uint8_t public_key[HOPLINK_PUBLIC_KEY_SIZE];
    uint8_t expected[HOPLINK_PUBLIC_KEY_SIZE];
    uint8_t secret[HOPLINK_SECRET_SIZE];
    int calls = 0;

    from_hex(own_private_hex, private_key, sizeof(private_key));
    CHECK_CODE(HOPLINK_OK, hoplink_p256_public_key(private_key, counting_random, &calls, public_key));
    from_hex(own_public_hex, expected, sizeof(expected));
    CHECK(memcmp(public_key, expected, sizeof(expected)) == 0);
    CHECK_IN(calls > 0, "the multiplication was not blinded");

    one[sizeof(one) - 1] = 1;
    CHECK_CODE(HOPLINK_OK, hoplink_p256_public_key(one, counting_random, NULL, public_key));
    from_hex(base_hex, expected, sizeof(expected));
    CHECK(memcmp(public_key, expected, sizeof(expected)) == 0);

    from_hex(peer_public_hex, public_key, sizeof(public_key));
    CHECK_CODE(HOPLINK_OK, hoplink_p256_agree(private_key, public_key, counting_random, NULL, secret));
    from_hex(shared_secret_hex, expected, sizeof(expected));
    CHECK(memcmp(secret, expected, sizeof(secret)) == 0);
}

const test fixed_vector_tests[] = {
    { "fips_180_4_sha256", fips_180_4_sha256 },
    { "sp_800_38a_ctr", sp_800_38a_ctr },
    { "fips_197_block", fips_197_block },
    { "p256_base_point", p256_base_point },
    { NULL, NULL },
};
