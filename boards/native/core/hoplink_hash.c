#include "hoplink_internal.h"

#include <string.h>

#include <mbedtls/constant_time.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

#if MBEDTLS_VERSION_MAJOR < 3
/* Until 3.0 the names without the ending belonged to functions that could not report a failure. */
#define mbedtls_sha256 mbedtls_sha256_ret
#define mbedtls_sha256_starts mbedtls_sha256_starts_ret
#define mbedtls_sha256_update mbedtls_sha256_update_ret
#define mbedtls_sha256_finish mbedtls_sha256_finish_ret
#endif

#define INNER_PAD 0x36
#define OUTER_PAD 0x5c

int hoplink_sha256(const uint8_t *data, size_t size, uint8_t hash[HOPLINK_HASH_SIZE])
{
    uint8_t digest[HOPLINK_HASH_SIZE];
    int error;

    if (!hoplink_is_range(data, size) || hash == NULL)
    {
        return HOPLINK_E_ARGUMENT;
    }

    error = mbedtls_sha256(data, size, digest, 0);
    if (error == 0)
    {
        memcpy(hash, digest, sizeof(digest));
    }

    mbedtls_platform_zeroize(digest, sizeof(digest));
    return hoplink_code_of(error);
}

int hoplink_hmac_prepare(const uint8_t *secret, size_t size, uint8_t key[HOPLINK_HMAC_KEY_SIZE])
{
    uint8_t block[HOPLINK_HMAC_KEY_SIZE] = { 0 };
    int error = 0;

    if (!hoplink_is_range(secret, size) || key == NULL)
    {
        return HOPLINK_E_ARGUMENT;
    }

    if (size > sizeof(block))
    {
        error = mbedtls_sha256(secret, size, block, 0);
    }
    else if (size > 0)
    {
        memcpy(block, secret, size);
    }

    if (error == 0)
    {
        memcpy(key, block, sizeof(block));
    }

    mbedtls_platform_zeroize(block, sizeof(block));
    return hoplink_code_of(error);
}

/* Starts a hash with the padded key. */
static int start_with_key(mbedtls_sha256_context *hash, const uint8_t *key, uint8_t pad)
{
    uint8_t block[HOPLINK_HMAC_KEY_SIZE];
    size_t i;
    int error;

    for (i = 0; i < sizeof(block); i++)
    {
        block[i] = key[i] ^ pad;
    }

    error = mbedtls_sha256_starts(hash, 0);
    if (error == 0)
    {
        error = mbedtls_sha256_update(hash, block, sizeof(block));
    }

    mbedtls_platform_zeroize(block, sizeof(block));
    return error;
}

/*
 * The same, for a hash that is only ever cloned. It is itself a clone: on a chip whose accelerator holds the state of one hash, that
 * lets the accelerator go.
 */
static int keep_after_key(mbedtls_sha256_context *kept, const uint8_t *key, uint8_t pad)
{
    mbedtls_sha256_context hash;
    int error;

    mbedtls_sha256_init(&hash);
    error = start_with_key(&hash, key, pad);
    if (error == 0)
    {
        mbedtls_sha256_clone(kept, &hash);
    }

    mbedtls_sha256_free(&hash);
    return error;
}

/* Goes on with a clone of the given hash: adds the data and finishes. */
static int finish_clone(const mbedtls_sha256_context *from, const uint8_t *data, size_t size, uint8_t *digest)
{
    mbedtls_sha256_context hash;
    int error;

    mbedtls_sha256_init(&hash);
    mbedtls_sha256_clone(&hash, from);
    error = mbedtls_sha256_update(&hash, data, size);
    if (error == 0)
    {
        error = mbedtls_sha256_finish(&hash, digest);
    }

    mbedtls_sha256_free(&hash);
    return error;
}

int hoplink_hmac(
    const uint8_t key[HOPLINK_HMAC_KEY_SIZE],
    const uint8_t *prefix, size_t prefix_size,
    const uint8_t *data, size_t data_size,
    uint8_t *tag, size_t tag_size)
{
    mbedtls_sha256_context hash;
    uint8_t digest[HOPLINK_HASH_SIZE];
    int error;

    if (key == NULL || !hoplink_is_range(prefix, prefix_size) || !hoplink_is_range(data, data_size) || tag == NULL || tag_size < 1
        || tag_size > sizeof(digest))
    {
        return HOPLINK_E_ARGUMENT;
    }

    mbedtls_sha256_init(&hash);
    error = start_with_key(&hash, key, INNER_PAD);
    if (error == 0 && prefix_size > 0)
    {
        error = mbedtls_sha256_update(&hash, prefix, prefix_size);
    }

    if (error == 0 && data_size > 0)
    {
        error = mbedtls_sha256_update(&hash, data, data_size);
    }

    if (error == 0)
    {
        error = mbedtls_sha256_finish(&hash, digest);
    }

    if (error == 0)
    {
        error = start_with_key(&hash, key, OUTER_PAD);
    }

    if (error == 0)
    {
        error = mbedtls_sha256_update(&hash, digest, sizeof(digest));
    }

    if (error == 0)
    {
        error = mbedtls_sha256_finish(&hash, digest);
    }

    if (error == 0)
    {
        memcpy(tag, digest, tag_size);
    }

    mbedtls_sha256_free(&hash);
    mbedtls_platform_zeroize(digest, sizeof(digest));
    return hoplink_code_of(error);
}

int hoplink_pbkdf2_iterate(
    const uint8_t password[HOPLINK_HMAC_KEY_SIZE], uint8_t chain[HOPLINK_HASH_SIZE], uint8_t sum[HOPLINK_HASH_SIZE], uint32_t count)
{
    mbedtls_sha256_context inner;
    mbedtls_sha256_context outer;
    uint8_t u[HOPLINK_HASH_SIZE];
    uint8_t total[HOPLINK_HASH_SIZE];
    uint32_t i;
    size_t j;
    int error;

    if (password == NULL || chain == NULL || sum == NULL)
    {
        return HOPLINK_E_ARGUMENT;
    }

    memcpy(u, chain, sizeof(u));
    memcpy(total, sum, sizeof(total));
    mbedtls_sha256_init(&inner);
    mbedtls_sha256_init(&outer);
    error = keep_after_key(&inner, password, INNER_PAD);
    if (error == 0)
    {
        error = keep_after_key(&outer, password, OUTER_PAD);
    }

    for (i = 0; i < count && error == 0; i++)
    {
        error = finish_clone(&inner, u, sizeof(u), u);
        if (error == 0)
        {
            error = finish_clone(&outer, u, sizeof(u), u);
        }

        for (j = 0; j < sizeof(u); j++)
        {
            total[j] ^= u[j];
        }
    }

    if (error == 0)
    {
        memcpy(chain, u, sizeof(u));
        memcpy(sum, total, sizeof(total));
    }

    mbedtls_sha256_free(&inner);
    mbedtls_sha256_free(&outer);
    mbedtls_platform_zeroize(u, sizeof(u));
    mbedtls_platform_zeroize(total, sizeof(total));
    return hoplink_code_of(error);
}

int hoplink_equal(const uint8_t *left, const uint8_t *right, size_t size, int *equal)
{
    if (!hoplink_is_range(left, size) || !hoplink_is_range(right, size) || equal == NULL)
    {
        return HOPLINK_E_ARGUMENT;
    }

    *equal = size == 0 || mbedtls_ct_memcmp(left, right, size) == 0;
    return HOPLINK_OK;
}
