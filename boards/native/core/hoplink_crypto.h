/*
 * The primitives of the Hoplink protocol (protocol.md 3 and 14) by mbedTLS: SHA-256, HMAC-SHA256, PBKDF2-HMAC-SHA256, P-256 and
 * AES-128 in counter mode. Plain C99 against the API that mbedTLS 2.28 and 3.1 to 3.6 have in common; no state between calls.
 *
 * Every function checks its arguments, returns a code, wipes its temporaries and writes nothing unless it returns HOPLINK_OK
 * (hoplink_aes128_ctr has an exception of its own). A pointer may be NULL where its size is 0. Inputs and outputs may overlap.
 * Calls from several threads are fine where mbedTLS itself is.
 */
#ifndef HOPLINK_CRYPTO_H
#define HOPLINK_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Done. */
#define HOPLINK_OK 0
/* A pointer is NULL, or a size or a count is out of its range. */
#define HOPLINK_E_ARGUMENT (-1)
/* The private key is 0, or not below the order of the curve: draw another. */
#define HOPLINK_E_PRIVATE_KEY (-2)
/* The peer's public key has a coordinate not below p, or is no point of the curve. */
#define HOPLINK_E_PUBLIC_KEY (-3)
/* The heap has no room for mbedTLS. */
#define HOPLINK_E_MEMORY (-4)
/* mbedTLS, the chip's accelerator or the random generator failed. */
#define HOPLINK_E_LIBRARY (-5)

#define HOPLINK_HASH_SIZE 32
#define HOPLINK_HMAC_KEY_SIZE 64
#define HOPLINK_PRIVATE_KEY_SIZE 32
#define HOPLINK_PUBLIC_KEY_SIZE 64
#define HOPLINK_SECRET_SIZE 32
#define HOPLINK_AES_KEY_SIZE 16
#define HOPLINK_AES_BLOCK_SIZE 16

/*
 * Fills size bytes with random bytes fit for keys and returns 0; anything else is a failure. It blinds the multiplications on the
 * curve against observation; there is no weaker substitute. The type is mbedTLS' own.
 */
typedef int hoplink_random(void *context, unsigned char *output, size_t size);

/* SHA-256 (FIPS 180-4) of size bytes. */
int hoplink_sha256(const uint8_t *data, size_t size, uint8_t hash[HOPLINK_HASH_SIZE]);

/*
 * Prepares a secret of any size as the key of the two functions below: padded or hashed to one block (RFC 2104, 2). The block is
 * plain bytes, so any memory of the caller's can hold it, also one that moves; the caller wipes it. What SHA-256 makes of the block
 * is not kept: mbedTLS exports no state, and the ESP32's accelerator cannot take one up again, so it would hash in software.
 */
int hoplink_hmac_prepare(const uint8_t *secret, size_t size, uint8_t key[HOPLINK_HMAC_KEY_SIZE]);

/* The first tag_size bytes (1 to 32) of HMAC-SHA256 over the prefix followed by the data. */
int hoplink_hmac(
    const uint8_t key[HOPLINK_HMAC_KEY_SIZE],
    const uint8_t *prefix, size_t prefix_size,
    const uint8_t *data, size_t data_size,
    uint8_t *tag, size_t tag_size);

/*
 * The iterations of PBKDF2 (RFC 8018, 5.2) in slices, so that a caller can do other work between them. For each block of output the
 * caller sets both chain and sum to U_1 = HMAC(password, salt || block number), lets this do the other iterations, count (0 or more)
 * in a call, and takes the block from sum.
 */
int hoplink_pbkdf2_iterate(
    const uint8_t password[HOPLINK_HMAC_KEY_SIZE], uint8_t chain[HOPLINK_HASH_SIZE], uint8_t sum[HOPLINK_HASH_SIZE], uint32_t count);

/* Writes 1 to equal if the two ranges are the same, else 0, in a time that depends on size alone. */
int hoplink_equal(const uint8_t *left, const uint8_t *right, size_t size, int *equal);

/* The public key X || Y of a private key, both big-endian. */
int hoplink_p256_public_key(
    const uint8_t private_key[HOPLINK_PRIVATE_KEY_SIZE], hoplink_random *random, void *random_context,
    uint8_t public_key[HOPLINK_PUBLIC_KEY_SIZE]);

/* ECDH (protocol.md 3.2): the X coordinate of private_key times the peer's point, which is checked. */
int hoplink_p256_agree(
    const uint8_t private_key[HOPLINK_PRIVATE_KEY_SIZE], const uint8_t peer_public[HOPLINK_PUBLIC_KEY_SIZE],
    hoplink_random *random, void *random_context, uint8_t secret[HOPLINK_SECRET_SIZE]);

/*
 * AES-128-CTR in place (protocol.md 14). The last 4 bytes of the first counter block are the block index, big-endian; a size that
 * would wrap it is refused. If a block fails with HOPLINK_E_LIBRARY, the whole buffer is wiped: nothing stays half encrypted.
 */
int hoplink_aes128_ctr(
    const uint8_t key[HOPLINK_AES_KEY_SIZE], const uint8_t counter[HOPLINK_AES_BLOCK_SIZE], uint8_t *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
