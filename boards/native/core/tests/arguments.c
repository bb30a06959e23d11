/* What callers may get wrong, and where outputs and inputs may lie. */
#include "support.h"

#include <string.h>

#define CANARY 0xa5
#define MARGIN 3

static const uint8_t data[4] = { 1, 2, 3, 4 };

/* The prime p and the order n of P-256 (SP 800-186, 3.2.1.3). */
static const char prime_hex[] = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
static const char order_hex[] = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/* Fails unless the output alone, size bytes behind the margin, was written, with what is expected. */
static void check_output(const uint8_t *buffer, size_t capacity, const void *expected, size_t size)
{
    CHECK(is_filled(buffer, MARGIN, CANARY));
    CHECK(memcmp(buffer + MARGIN, expected, size) == 0);
    CHECK(is_filled(buffer + MARGIN + size, capacity - MARGIN - size, CANARY));
}

static void outputs_keep_to_their_range(void)
{
    uint8_t buffer[128];
    uint8_t expected[HOPLINK_PUBLIC_KEY_SIZE];
    uint8_t key[HOPLINK_HMAC_KEY_SIZE];
    uint8_t private_key[HOPLINK_PRIVATE_KEY_SIZE];
    uint8_t peer[HOPLINK_PUBLIC_KEY_SIZE];
    size_t size;

    memset(buffer, CANARY, sizeof(buffer));
    CHECK_CODE(HOPLINK_OK, hoplink_sha256(data, sizeof(data), expected));
    CHECK_CODE(HOPLINK_OK, hoplink_sha256(data, sizeof(data), buffer + MARGIN));
    check_output(buffer, sizeof(buffer), expected, HOPLINK_HASH_SIZE);

    memset(buffer, CANARY, sizeof(buffer));
    CHECK_CODE(HOPLINK_OK, hoplink_hmac_prepare(data, sizeof(data), key));
    CHECK_CODE(HOPLINK_OK, hoplink_hmac_prepare(data, sizeof(data), buffer + MARGIN));
    check_output(buffer, sizeof(buffer), key, sizeof(key));

    CHECK_CODE(HOPLINK_OK, hoplink_hmac(key, data, 1, data + 1, 3, expected, HOPLINK_HASH_SIZE));
    for (size = 1; size <= HOPLINK_HASH_SIZE; size++)
    {
        memset(buffer, CANARY, sizeof(buffer));
        CHECK_CODE(HOPLINK_OK, hoplink_hmac(key, data, 1, data + 1, 3, buffer + MARGIN, size));
        check_output(buffer, sizeof(buffer), expected, size);
    }

    from_hex(own_private_hex, private_key, sizeof(private_key));
    from_hex(own_public_hex, expected, sizeof(expected));
    memset(buffer, CANARY, sizeof(buffer));
    CHECK_CODE(HOPLINK_OK, hoplink_p256_public_key(private_key, counting_random, NULL, buffer + MARGIN));
    check_output(buffer, sizeof(buffer), expected, HOPLINK_PUBLIC_KEY_SIZE);

    from_hex(peer_public_hex, peer, sizeof(peer));
    from_hex(shared_secret_hex, expected, sizeof(expected));
    memset(buffer, CANARY, sizeof(buffer));
    CHECK_CODE(HOPLINK_OK, hoplink_p256_agree(private_key, peer, counting_random, NULL, buffer + MARGIN));
    check_output(buffer, sizeof(buffer), expected, HOPLINK_SECRET_SIZE);

    for (size = 0; size <= 33; size++)
    {
        uint8_t keystream[33] = { 0 };

        CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, key + 16, keystream, size));
        memset(buffer, CANARY, sizeof(buffer));
        memset(buffer + MARGIN, 0, size);
        CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, key + 16, buffer + MARGIN, size));
        check_output(buffer, sizeof(buffer), keystream, size);
    }
}

/* A tag goes behind its datagram; a caller may also write over what it hashed. */
static void overlapping_ranges_are_fine(void)
{
    uint8_t key[HOPLINK_HMAC_KEY_SIZE];
    uint8_t message[64];
    uint8_t buffer[64 + 16];
    uint8_t expected[HOPLINK_PUBLIC_KEY_SIZE];
    uint8_t keys[HOPLINK_PUBLIC_KEY_SIZE];

    memset(message, 7, sizeof(message));
    CHECK_CODE(HOPLINK_OK, hoplink_hmac_prepare(message, sizeof(message), key));
    CHECK_CODE(HOPLINK_OK, hoplink_hmac(key, NULL, 0, message, sizeof(message), expected, 16));
    memcpy(buffer, message, sizeof(message));
    CHECK_CODE(HOPLINK_OK, hoplink_hmac(key, NULL, 0, buffer, 64, buffer + 64, 16));
    CHECK(memcmp(buffer, message, 64) == 0 && memcmp(buffer + 64, expected, 16) == 0);
    CHECK_CODE(HOPLINK_OK, hoplink_hmac(key, NULL, 0, buffer, 64, buffer + 8, 16));
    CHECK(memcmp(buffer + 8, expected, 16) == 0);

    CHECK_CODE(HOPLINK_OK, hoplink_sha256(message, sizeof(message), expected));
    CHECK_CODE(HOPLINK_OK, hoplink_sha256(message, sizeof(message), message));
    CHECK(memcmp(message, expected, HOPLINK_HASH_SIZE) == 0);

    from_hex(own_private_hex, keys, sizeof(keys));
    from_hex(own_public_hex, expected, sizeof(expected));
    CHECK_CODE(HOPLINK_OK, hoplink_p256_public_key(keys, counting_random, NULL, keys));
    CHECK(memcmp(keys, expected, sizeof(keys)) == 0);
}

static void pbkdf2_in_slices_is_the_same(void)
{
    uint8_t whole[96];
    uint8_t sliced[96];
    uint32_t slice;

    CHECK_CODE(HOPLINK_OK, pbkdf2(data, 4, data, 3, 10, 10, whole, sizeof(whole)));
    for (slice = 1; slice < 10; slice++)
    {
        CHECK_CODE(HOPLINK_OK, pbkdf2(data, 4, data, 3, 10, slice, sliced, sizeof(sliced)));
        CHECK_IN(memcmp(whole, sliced, sizeof(whole)) == 0, "slices of %u", (unsigned)slice);
    }
}

static void null_is_refused(void)
{
    uint8_t in[64] = { 1 };
    uint8_t out[64];
    int equal = 7;

    memset(out, CANARY, sizeof(out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_sha256(NULL, 1, out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_sha256(in, 1, NULL));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_hmac_prepare(NULL, 1, out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_hmac_prepare(in, 1, NULL));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_hmac(NULL, in, 1, in, 1, out, 16));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_hmac(in, NULL, 1, in, 1, out, 16));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_hmac(in, in, 1, NULL, 1, out, 16));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_hmac(in, in, 1, in, 1, NULL, 16));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_pbkdf2_iterate(NULL, out, out + 32, 1));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_pbkdf2_iterate(in, NULL, out, 1));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_pbkdf2_iterate(in, out, NULL, 1));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_equal(NULL, in, 1, &equal));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_equal(in, NULL, 1, &equal));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_equal(in, in, 1, NULL));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_p256_public_key(NULL, counting_random, NULL, out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_p256_public_key(in, NULL, NULL, out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_p256_public_key(in, counting_random, NULL, NULL));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_p256_agree(NULL, in, counting_random, NULL, out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_p256_agree(in, NULL, counting_random, NULL, out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_p256_agree(in, in, NULL, NULL, out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_p256_agree(in, in, counting_random, NULL, NULL));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_aes128_ctr(NULL, in, out, 16));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_aes128_ctr(in, NULL, out, 16));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_aes128_ctr(in, in, NULL, 16));
    CHECK(is_filled(out, sizeof(out), CANARY) && equal == 7);
}

static void sizes_out_of_range_are_refused(void)
{
    uint8_t key[HOPLINK_HMAC_KEY_SIZE] = { 0 };
    uint8_t out[64];

    memset(out, CANARY, sizeof(out));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_hmac(key, NULL, 0, data, 4, out, 0));
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_hmac(key, NULL, 0, data, 4, out, 33));
    CHECK(is_filled(out, sizeof(out), CANARY));
}

static void private_keys_out_of_range_are_refused(void)
{
    uint8_t keys[4][HOPLINK_PRIVATE_KEY_SIZE];
    uint8_t peer[HOPLINK_PUBLIC_KEY_SIZE];
    uint8_t out[64];
    size_t i;

    from_hex(peer_public_hex, peer, sizeof(peer));
    memset(keys[0], 0, sizeof(keys[0]));
    from_hex(order_hex, keys[1], sizeof(keys[1]));
    from_hex(order_hex, keys[2], sizeof(keys[2]));
    keys[2][31]++;
    memset(keys[3], 0xff, sizeof(keys[3]));
    memset(out, CANARY, sizeof(out));
    for (i = 0; i < 4; i++)
    {
        CHECK_CODE(HOPLINK_E_PRIVATE_KEY, hoplink_p256_public_key(keys[i], counting_random, NULL, out));
        CHECK_CODE(HOPLINK_E_PRIVATE_KEY, hoplink_p256_agree(keys[i], peer, counting_random, NULL, out));
        CHECK(is_filled(out, sizeof(out), CANARY));
    }

    /* n - 1 is the greatest that there is: minus the base point, whose X it leaves. */
    keys[1][31]--;
    CHECK_CODE(HOPLINK_OK, hoplink_p256_public_key(keys[1], counting_random, NULL, out));
    CHECK_CODE(HOPLINK_OK, hoplink_p256_agree(keys[1], peer, counting_random, NULL, out));
    CHECK(memcmp(out, peer, HOPLINK_SECRET_SIZE) == 0);
}

/* The point of the curve with X = 0 passes; it does not with p in place of 0, nor does the identity as zeros, nor Y = p. */
static void points_out_of_range_are_refused(void)
{
    static const char y_of_zero_hex[] = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
    uint8_t private_key[HOPLINK_PRIVATE_KEY_SIZE];
    uint8_t point[HOPLINK_PUBLIC_KEY_SIZE] = { 0 };
    uint8_t out[HOPLINK_SECRET_SIZE];

    from_hex(own_private_hex, private_key, sizeof(private_key));
    memset(out, CANARY, sizeof(out));
    CHECK_CODE(HOPLINK_E_PUBLIC_KEY, hoplink_p256_agree(private_key, point, counting_random, NULL, out));
    from_hex(prime_hex, point + 32, 32);
    CHECK_CODE(HOPLINK_E_PUBLIC_KEY, hoplink_p256_agree(private_key, point, counting_random, NULL, out));
    memset(point + 32, 0xff, 32);
    CHECK_CODE(HOPLINK_E_PUBLIC_KEY, hoplink_p256_agree(private_key, point, counting_random, NULL, out));
    from_hex(y_of_zero_hex, point + 32, 32);
    from_hex(prime_hex, point, 32);
    CHECK_CODE(HOPLINK_E_PUBLIC_KEY, hoplink_p256_agree(private_key, point, counting_random, NULL, out));
    CHECK(is_filled(out, sizeof(out), CANARY));

    memset(point, 0, 32);
    CHECK_CODE(HOPLINK_OK, hoplink_p256_agree(private_key, point, counting_random, NULL, out));
    CHECK(!is_filled(out, sizeof(out), CANARY));
}

static void counter_never_wraps(void)
{
    uint8_t key[HOPLINK_AES_KEY_SIZE] = { 0 };
    uint8_t counter[HOPLINK_AES_BLOCK_SIZE] = { 0 };
    uint8_t buffer[64];

    memset(buffer, CANARY, sizeof(buffer));
    memset(counter + 12, 0xff, 4);
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_aes128_ctr(key, counter, buffer, 17));
    counter[15] = 0xfd;
    CHECK_CODE(HOPLINK_E_ARGUMENT, hoplink_aes128_ctr(key, counter, buffer, 49));
    CHECK(is_filled(buffer, sizeof(buffer), CANARY));
    CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, counter, buffer, 48));
    counter[15] = 0xff;
    CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, counter, buffer, 16));
    CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, counter, buffer, 0));
}

static void empty_input_is_fine(void)
{
    uint8_t key[HOPLINK_HMAC_KEY_SIZE];
    uint8_t expected[HOPLINK_HASH_SIZE];
    uint8_t tag[HOPLINK_HASH_SIZE];

    /* HMAC of nothing under the empty key. */
    from_hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad", expected, sizeof(expected));
    CHECK_CODE(HOPLINK_OK, hoplink_hmac_prepare(NULL, 0, key));
    CHECK_CODE(HOPLINK_OK, hoplink_hmac(key, NULL, 0, NULL, 0, tag, sizeof(tag)));
    CHECK(memcmp(tag, expected, sizeof(tag)) == 0);
    CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(key, key, NULL, 0));
    CHECK_CODE(HOPLINK_OK, hoplink_pbkdf2_iterate(key, tag, expected, 0));
    CHECK(memcmp(tag, expected, sizeof(tag)) == 0);
}

/* RFC 2104, 2: a key of a block's size is taken as it is, a longer one is hashed. */
static void keys_about_a_block_long(void)
{
    uint8_t secret[HOPLINK_HMAC_KEY_SIZE + 1];
    uint8_t expected[HOPLINK_HMAC_KEY_SIZE] = { 0 };
    uint8_t key[HOPLINK_HMAC_KEY_SIZE];

    memset(secret, 9, sizeof(secret));
    CHECK_CODE(HOPLINK_OK, hoplink_hmac_prepare(secret, sizeof(key), key));
    CHECK(memcmp(key, secret, sizeof(key)) == 0);
    CHECK_CODE(HOPLINK_OK, hoplink_hmac_prepare(secret, sizeof(key) - 1, key));
    CHECK(memcmp(key, secret, sizeof(key) - 1) == 0 && key[sizeof(key) - 1] == 0);
    CHECK_CODE(HOPLINK_OK, hoplink_hmac_prepare(secret, sizeof(secret), key));
    CHECK_CODE(HOPLINK_OK, hoplink_sha256(secret, sizeof(secret), expected));
    CHECK(memcmp(key, expected, sizeof(key)) == 0);
}

static void equality(void)
{
    uint8_t left[HOPLINK_HASH_SIZE] = { 0 };
    uint8_t right[HOPLINK_HASH_SIZE] = { 0 };
    size_t size;
    size_t i;
    int equal;

    for (size = 0; size <= sizeof(left); size++)
    {
        CHECK_CODE(HOPLINK_OK, hoplink_equal(left, right, size, &equal));
        CHECK(equal == 1);
        for (i = 0; i < sizeof(left); i++)
        {
            right[i] = (uint8_t)(1u << (i % 8));
            CHECK_CODE(HOPLINK_OK, hoplink_equal(left, right, size, &equal));
            CHECK_IN(equal == (i >= size), "%zu of %zu", i, size);
            right[i] = 0;
        }
    }

    CHECK_CODE(HOPLINK_OK, hoplink_equal(NULL, NULL, 0, &equal));
    CHECK(equal == 1);
}

const test argument_tests[] = {
    { "outputs_keep_to_their_range", outputs_keep_to_their_range },
    { "overlapping_ranges_are_fine", overlapping_ranges_are_fine },
    { "pbkdf2_in_slices_is_the_same", pbkdf2_in_slices_is_the_same },
    { "null_is_refused", null_is_refused },
    { "sizes_out_of_range_are_refused", sizes_out_of_range_are_refused },
    { "private_keys_out_of_range_are_refused", private_keys_out_of_range_are_refused },
    { "points_out_of_range_are_refused", points_out_of_range_are_refused },
    { "counter_never_wraps", counter_never_wraps },
    { "empty_input_is_fine", empty_input_is_fine },
    { "keys_about_a_block_long", keys_about_a_block_long },
    { "equality", equality },
    { NULL, NULL },
};
