#include "hoplink_internal.h"

#include <string.h>

#include <mbedtls/ecp.h>
#include <mbedtls/platform_util.h>

#define COORDINATE_SIZE (HOPLINK_PUBLIC_KEY_SIZE / 2)
#define UNCOMPRESSED_POINT 0x04
#define ENCODED_POINT_SIZE (1 + HOPLINK_PUBLIC_KEY_SIZE)

/* What both uses of the curve need. */
typedef struct curve
{
    mbedtls_ecp_group group;
    mbedtls_ecp_point peer;
    mbedtls_ecp_point product;
    mbedtls_mpi scalar;
    uint8_t encoded[ENCODED_POINT_SIZE];
} curve;

static void close_curve(curve *p256)
{
    mbedtls_ecp_group_free(&p256->group);
    mbedtls_ecp_point_free(&p256->peer);
    mbedtls_ecp_point_free(&p256->product);
    mbedtls_mpi_free(&p256->scalar);
    mbedtls_platform_zeroize(p256->encoded, sizeof(p256->encoded));
}

/* Loads P-256 and the private key. Whatever it returns, the caller closes. */
static int open_curve(curve *p256, const uint8_t *private_key)
{
    int error;

    mbedtls_ecp_group_init(&p256->group);
    mbedtls_ecp_point_init(&p256->peer);
    mbedtls_ecp_point_init(&p256->product);
    mbedtls_mpi_init(&p256->scalar);
    error = mbedtls_ecp_group_load(&p256->group, MBEDTLS_ECP_DP_SECP256R1);
    if (error == 0)
    {
        error = mbedtls_mpi_read_binary(&p256->scalar, private_key, HOPLINK_PRIVATE_KEY_SIZE);
    }

    if (error != 0)
    {
        return hoplink_code_of(error);
    }

    return mbedtls_ecp_check_privkey(&p256->group, &p256->scalar) == 0 ? HOPLINK_OK : HOPLINK_E_PRIVATE_KEY;
}

/* Writes scalar times the given point, which may be the curve's own, to encoded. */
static int multiply(curve *p256, const mbedtls_ecp_point *by, hoplink_random *random, void *random_context)
{
    size_t size;
    int error = mbedtls_ecp_mul(&p256->group, &p256->product, &p256->scalar, by, random, random_context);

    if (error == 0)
    {
        /* The identity would be encoded in one byte; the order being a prime, it cannot come out. */
        error = mbedtls_ecp_point_write_binary(
            &p256->group, &p256->product, MBEDTLS_ECP_PF_UNCOMPRESSED, &size, p256->encoded, sizeof(p256->encoded));
        if (error == 0 && size != sizeof(p256->encoded))
        {
            return HOPLINK_E_LIBRARY;
        }
    }

    return hoplink_code_of(error);
}

int hoplink_p256_public_key(
    const uint8_t private_key[HOPLINK_PRIVATE_KEY_SIZE], hoplink_random *random, void *random_context,
    uint8_t public_key[HOPLINK_PUBLIC_KEY_SIZE])
{
    curve p256;
    int code;

    if (private_key == NULL || random == NULL || public_key == NULL)
    {
        return HOPLINK_E_ARGUMENT;
    }

    code = open_curve(&p256, private_key);
    if (code == HOPLINK_OK)
    {
        code = multiply(&p256, &p256.group.G, random, random_context);
    }

    if (code == HOPLINK_OK)
    {
        memcpy(public_key, p256.encoded + 1, HOPLINK_PUBLIC_KEY_SIZE);
    }

    close_curve(&p256);
    return code;
}

/*
 * Reads and checks X || Y. That both are below p is checked here, since mbedtls_ecp_check_pubkey does not where a chip's accelerator
 * stands in for it. The key is public, so the time may depend on it.
 */
static int read_peer(curve *p256, const uint8_t *peer_public)
{
    uint8_t prime[COORDINATE_SIZE];
    int error = mbedtls_mpi_write_binary(&p256->group.P, prime, sizeof(prime));

    if (error != 0)
    {
        return hoplink_code_of(error);
    }

    if (memcmp(peer_public, prime, sizeof(prime)) >= 0 || memcmp(peer_public + COORDINATE_SIZE, prime, sizeof(prime)) >= 0)
    {
        return HOPLINK_E_PUBLIC_KEY;
    }

    p256->encoded[0] = UNCOMPRESSED_POINT;
    memcpy(p256->encoded + 1, peer_public, HOPLINK_PUBLIC_KEY_SIZE);
    error = mbedtls_ecp_point_read_binary(&p256->group, &p256->peer, p256->encoded, sizeof(p256->encoded));
    if (error == 0)
    {
        error = mbedtls_ecp_check_pubkey(&p256->group, &p256->peer);
    }

    return error == MBEDTLS_ERR_ECP_INVALID_KEY ? HOPLINK_E_PUBLIC_KEY : hoplink_code_of(error);
}

int hoplink_p256_agree(
    const uint8_t private_key[HOPLINK_PRIVATE_KEY_SIZE], const uint8_t peer_public[HOPLINK_PUBLIC_KEY_SIZE],
    hoplink_random *random, void *random_context, uint8_t secret[HOPLINK_SECRET_SIZE])
{
    curve p256;
    int code;

    if (private_key == NULL || peer_public == NULL || random == NULL || secret == NULL)
    {
        return HOPLINK_E_ARGUMENT;
    }

    code = open_curve(&p256, private_key);
    if (code == HOPLINK_OK)
    {
        code = read_peer(&p256, peer_public);
    }

    if (code == HOPLINK_OK)
    {
        code = multiply(&p256, &p256.peer, random, random_context);
    }

    if (code == HOPLINK_OK)
    {
        memcpy(secret, p256.encoded + 1, HOPLINK_SECRET_SIZE);
    }

    close_curve(&p256);
    return code;
}
