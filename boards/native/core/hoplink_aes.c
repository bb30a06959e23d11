#include "hoplink_internal.h"

#include <string.h>

#include <mbedtls/aes.h>
#include <mbedtls/platform_util.h>

#define KEY_BITS 128
#define INDEX_OFFSET 12

static uint32_t read_index(const uint8_t *block)
{
    return (uint32_t)block[INDEX_OFFSET] << 24 | (uint32_t)block[INDEX_OFFSET + 1] << 16 | (uint32_t)block[INDEX_OFFSET + 2] << 8
        | block[INDEX_OFFSET + 3];
}

static void write_index(uint8_t *block, uint32_t index)
{
    block[INDEX_OFFSET] = (uint8_t)(index >> 24);
    block[INDEX_OFFSET + 1] = (uint8_t)(index >> 16);
    block[INDEX_OFFSET + 2] = (uint8_t)(index >> 8);
    block[INDEX_OFFSET + 3] = (uint8_t)index;
}

/* Adds the keystream that starts with the block's index, which it counts up. */
static int add_keystream(mbedtls_aes_context *aes, uint8_t *block, uint8_t *buffer, size_t size)
{
    uint8_t keystream[HOPLINK_AES_BLOCK_SIZE];
    size_t done;
    int error = 0;

    for (done = 0; done < size && error == 0; done += sizeof(keystream))
    {
        error = mbedtls_aes_crypt_ecb(aes, MBEDTLS_AES_ENCRYPT, block, keystream);
        if (error == 0)
        {
            size_t rest = size - done;
            size_t taken = rest < sizeof(keystream) ? rest : sizeof(keystream);
            size_t i;

            for (i = 0; i < taken; i++)
            {
                buffer[done + i] ^= keystream[i];
            }

            write_index(block, read_index(block) + 1);
        }
    }

    mbedtls_platform_zeroize(keystream, sizeof(keystream));
    return error;
}

int hoplink_aes128_ctr(
    const uint8_t key[HOPLINK_AES_KEY_SIZE], const uint8_t counter[HOPLINK_AES_BLOCK_SIZE], uint8_t *buffer, size_t size)
{
    mbedtls_aes_context aes;
    uint8_t block[HOPLINK_AES_BLOCK_SIZE];
    size_t blocks = size / HOPLINK_AES_BLOCK_SIZE + (size % HOPLINK_AES_BLOCK_SIZE != 0);
    int error;

    if (key == NULL || counter == NULL || !hoplink_is_range(buffer, size))
    {
        return HOPLINK_E_ARGUMENT;
    }

    if (blocks > 0 && blocks - 1 > UINT32_MAX - read_index(counter))
    {
        /* A counter that began again would repeat the keystream. */
        return HOPLINK_E_ARGUMENT;
    }

    memcpy(block, counter, sizeof(block));
    mbedtls_aes_init(&aes);
    error = mbedtls_aes_setkey_enc(&aes, key, KEY_BITS);
    if (error == 0)
    {
        error = add_keystream(&aes, block, buffer, size);
        if (error != 0)
        {
            mbedtls_platform_zeroize(buffer, size);
        }
    }

    mbedtls_aes_free(&aes);
    return hoplink_code_of(error);
}
