/*
 * What fails below the core: memory, the random generator, a chip's accelerators; and what the core wipes. The linker puts the
 * functions here between the core and mbedTLS.
 */
#include "support.h"

#include <limits.h>
#include <mbedtls/aes.h>
#include <mbedtls/ecp.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>
#include <string.h>

#define CANARY 0xa5
#define NEVER INT_MAX
#define DEVICE_FAILED (-0x7001)

#if MBEDTLS_VERSION_MAJOR < 3
#define WRAPPED_HASH __wrap_mbedtls_sha256_ret
#define REAL_HASH __real_mbedtls_sha256_ret
#define WRAPPED_UPDATE __wrap_mbedtls_sha256_update_ret
#define REAL_UPDATE __real_mbedtls_sha256_update_ret
#else
#define WRAPPED_HASH __wrap_mbedtls_sha256
#define REAL_HASH __real_mbedtls_sha256
#define WRAPPED_UPDATE __wrap_mbedtls_sha256_update
#define REAL_UPDATE __real_mbedtls_sha256_update
#endif

/* Calls that still succeed, then one fails. */
static int allocations_left = NEVER;
static int hashes_left = NEVER;
static int ciphers_left = NEVER;
static int points_are_checked = 1;

/* What secrets_are_wiped looks for in what is wiped. */
static const uint8_t *watched;
static size_t watched_size;
static int watched_wipes;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
int REAL_HASH(const unsigned char *input, size_t size, unsigned char *hash, int is224);
int WRAPPED_HASH(const unsigned char *input, size_t size, unsigned char *hash, int is224);
int REAL_UPDATE(mbedtls_sha256_context *hash, const unsigned char *input, size_t size);
int WRAPPED_UPDATE(mbedtls_sha256_context *hash, const unsigned char *input, size_t size);
int __real_mbedtls_aes_crypt_ecb(mbedtls_aes_context *aes, int mode, const unsigned char input[16], unsigned char output[16]);
int __wrap_mbedtls_aes_crypt_ecb(mbedtls_aes_context *aes, int mode, const unsigned char input[16], unsigned char output[16]);
int __real_mbedtls_ecp_check_pubkey(const mbedtls_ecp_group *group, const mbedtls_ecp_point *point);
int __wrap_mbedtls_ecp_check_pubkey(const mbedtls_ecp_group *group, const mbedtls_ecp_point *point);
void __real_mbedtls_platform_zeroize(void *buffer, size_t size);
void __wrap_mbedtls_platform_zeroize(void *buffer, size_t size);

static int fails(int *left)
{
    if (*left == NEVER)
    {
        return 0;
    }

    return (*left)-- <= 0;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(&allocations_left) ? NULL : __real_calloc(count, size);
}

int WRAPPED_HASH(const unsigned char *input, size_t size, unsigned char *hash, int is224)
{
    return fails(&hashes_left) ? DEVICE_FAILED : REAL_HASH(input, size, hash, is224);
}

int WRAPPED_UPDATE(mbedtls_sha256_context *hash, const unsigned char *input, size_t size)
{
    return fails(&hashes_left) ? DEVICE_FAILED : REAL_UPDATE(hash, input, size);
}

int __wrap_mbedtls_aes_crypt_ecb(mbedtls_aes_context *aes, int mode, const unsigned char input[16], unsigned char output[16])
{
    return fails(&ciphers_left) ? DEVICE_FAILED : __real_mbedtls_aes_crypt_ecb(aes, mode, input, output);
}

int __wrap_mbedtls_ecp_check_pubkey(const mbedtls_ecp_group *group, const mbedtls_ecp_point *point)
{
    return points_are_checked ? __real_mbedtls_ecp_check_pubkey(group, point) : 0;
}

void __wrap_mbedtls_platform_zeroize(void *buffer, size_t size)
{
    size_t i;

    for (i = 0; watched != NULL && i + watched_size <= size; i++)
    {
        watched_wipes += memcmp((const uint8_t *)buffer + i, watched, watched_size) == 0;
    }

    __real_mbedtls_platform_zeroize(buffer, size);
}

static int failing_random(void *context, unsigned char *output, size_t size)
{
    (void)context;
    memset(output, 0, size);
    return DEVICE_FAILED;
}

static uint8_t own_private[HOPLINK_PRIVATE_KEY_SIZE];
static uint8_t peer_public[HOPLINK_PUBLIC_KEY_SIZE];
static uint8_t output[HOPLINK_PUBLIC_KEY_SIZE];

static void prepare(void)
{
    from_hex(own_private_hex, own_private, sizeof(own_private));
    from_hex(peer_public_hex, peer_public, sizeof(peer_public));
    memset(output, CANARY, sizeof(output));
}

static void random_failure_writes_nothing(void)
{
    prepare();
    CHECK_CODE(HOPLINK_E_LIBRARY, hoplink_p256_public_key(own_private, failing_random, NULL, output));
    CHECK_CODE(HOPLINK_E_LIBRARY, hoplink_p256_agree(own_private, peer_public, failing_random, NULL, output));
    CHECK(is_filled(output, sizeof(output), CANARY));
}

static int make_key(void)
{
    return hoplink_p256_public_key(own_private, counting_random, NULL, output);
}

static int agree(void)
{
    return hoplink_p256_agree(own_private, peer_public, counting_random, NULL, output);
}

static int hash_key(void)
{
    uint8_t secret[HOPLINK_HMAC_KEY_SIZE + 1] = { 0 };
    return hoplink_hmac_prepare(secret, sizeof(secret), output);
}

static int hash(void)
{
    return hoplink_sha256(peer_public, sizeof(peer_public), output);
}

static int mac(void)
{
    return hoplink_hmac(peer_public, own_private, sizeof(own_private), peer_public, sizeof(peer_public), output, 32);
}

static int iterate(void)
{
    return hoplink_pbkdf2_iterate(peer_public, output, output + 32, 3);
}

/*
 * Lets the first call fail, then the second, and so on until there are no more; returns how many there are. Of many calls it leaves
 * out ever more.
 */
static int fail_each(int (*run)(void), int *left, int expected)
{
    int count;

    for (count = 0;; count += 1 + count / 32)
    {
        int code;

        prepare();
        *left = count;
        code = run();
        if (*left >= 0)
        {
            CHECK_CODE(HOPLINK_OK, code);
            *left = NEVER;
            return count;
        }

        CHECK_IN(code == expected, "%d at call %d", code, count);
        CHECK_IN(is_filled(output, sizeof(output), CANARY), "at call %d", count);
        *left = NEVER;
    }
}

static void out_of_memory_writes_nothing(void)
{
    CHECK(fail_each(make_key, &allocations_left, HOPLINK_E_MEMORY) > 5);
    CHECK(fail_each(agree, &allocations_left, HOPLINK_E_MEMORY) > 5);
}

static void failing_hash_writes_nothing(void)
{
    CHECK(fail_each(hash, &hashes_left, HOPLINK_E_LIBRARY) > 0);
    CHECK(fail_each(hash_key, &hashes_left, HOPLINK_E_LIBRARY) > 0);
    CHECK(fail_each(mac, &hashes_left, HOPLINK_E_LIBRARY) >= 5);
    CHECK(fail_each(iterate, &hashes_left, HOPLINK_E_LIBRARY) >= 8);
}

static void failing_cipher_wipes_the_buffer(void)
{
    uint8_t buffer[50];
    int blocks;

    prepare();
    for (blocks = 0; blocks < 4; blocks++)
    {
        memset(buffer, CANARY, sizeof(buffer));
        ciphers_left = blocks;
        CHECK_CODE(HOPLINK_E_LIBRARY, hoplink_aes128_ctr(own_private, peer_public, buffer, 49));
        CHECK(is_filled(buffer, 49, 0) && buffer[49] == CANARY);
    }

    ciphers_left = 4;
    CHECK_CODE(HOPLINK_OK, hoplink_aes128_ctr(own_private, peer_public, buffer, 49));
}

/* As on a chip whose accelerator checks the curve's equation alone: X + p and X are one there. */
static void range_of_a_point_is_checked_here(void)
{
    prepare();
    points_are_checked = 0;
    memset(peer_public, 0xff, 32);
    CHECK_CODE(HOPLINK_E_PUBLIC_KEY, agree());
    prepare();
    memset(peer_public + 32, 0xff, 32);
    CHECK_CODE(HOPLINK_E_PUBLIC_KEY, agree());
    CHECK(is_filled(output, sizeof(output), CANARY));
    prepare();
    CHECK_CODE(HOPLINK_OK, agree());
}

/* How many buffers that hold the secret are wiped when the call runs once more. */
static int wipes(int (*run)(void), const uint8_t *secret, size_t size)
{
    uint8_t copy[HOPLINK_PUBLIC_KEY_SIZE];

    memcpy(copy, secret, size);
    prepare();
    watched = copy;
    watched_size = size;
    watched_wipes = 0;
    CHECK_CODE(HOPLINK_OK, run());
    watched = NULL;
    return watched_wipes;
}

static int prepare_short_key(void)
{
    return hoplink_hmac_prepare(own_private, sizeof(own_private), output);
}

static int encrypt(void)
{
    memset(output, 0, sizeof(output));
    return hoplink_aes128_ctr(own_private, peer_public, output, HOPLINK_AES_BLOCK_SIZE);
}

static void secrets_are_wiped(void)
{
    uint8_t padded[HOPLINK_HMAC_KEY_SIZE];
    size_t i;

    prepare();
    CHECK(hash() == HOPLINK_OK && wipes(hash, output, HOPLINK_HASH_SIZE) == 1);
    CHECK(prepare_short_key() == HOPLINK_OK && wipes(prepare_short_key, output, HOPLINK_HMAC_KEY_SIZE) == 1);
    CHECK(hash_key() == HOPLINK_OK && wipes(hash_key, output, HOPLINK_HMAC_KEY_SIZE) == 1);
    CHECK(mac() == HOPLINK_OK && wipes(mac, output, HOPLINK_HASH_SIZE) == 1);
    prepare();
    CHECK(iterate() == HOPLINK_OK);
    memcpy(padded, output, sizeof(padded));
    CHECK(wipes(iterate, padded, HOPLINK_HASH_SIZE) == 1);
    CHECK(wipes(iterate, padded + HOPLINK_HASH_SIZE, HOPLINK_HASH_SIZE) == 1);
    CHECK(agree() == HOPLINK_OK && wipes(agree, output, HOPLINK_SECRET_SIZE) == 1);
    CHECK(encrypt() == HOPLINK_OK && wipes(encrypt, output, HOPLINK_AES_BLOCK_SIZE) == 1);

    /* The key under the pads of HMAC: once for an HMAC and for a slice of iterations. */
    prepare();
    for (i = 0; i < sizeof(padded); i++)
    {
        padded[i] = peer_public[i] ^ 0x36;
    }

    CHECK(wipes(mac, padded, sizeof(padded)) >= 1 && wipes(iterate, padded, sizeof(padded)) >= 1);
}

const test fault_tests[] = {
    { "random_failure_writes_nothing", random_failure_writes_nothing },
    { "out_of_memory_writes_nothing", out_of_memory_writes_nothing },
    { "failing_hash_writes_nothing", failing_hash_writes_nothing },
    { "failing_cipher_wipes_the_buffer", failing_cipher_wipes_the_buffer },
    { "range_of_a_point_is_checked_here", range_of_a_point_is_checked_here },
    { "secrets_are_wiped", secrets_are_wiped },
    { NULL, NULL },
};
