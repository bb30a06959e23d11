#include "support.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char own_private_hex[] = "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534";
const char own_public_hex[] = "ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b230"
                              "28af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141";
const char peer_public_hex[] = "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
                               "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac";
const char shared_secret_hex[] = "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b";

void check(int holds, const char *file, int line, const char *text, const char *format, ...)
{
    va_list arguments;

    if (holds)
    {
        return;
    }

    fprintf(stderr, "%s:%d: %s ", file, line, text);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

void check_code(int expected, int code, const char *file, int line, const char *text)
{
    check(code == expected, file, line, text, "returned %d, not %d", code, expected);
}

size_t from_hex(const char *text, uint8_t *bytes, size_t capacity)
{
    static const char digits[] = "0123456789abcdef";
    size_t size = strlen(text) / 2;
    size_t i;

    CHECK_IN(strlen(text) % 2 == 0 && size <= capacity, "%s", text);
    for (i = 0; i < size; i++)
    {
        const char *high = strchr(digits, text[2 * i]);
        const char *low = strchr(digits, text[2 * i + 1]);

        CHECK_IN(high != NULL && low != NULL, "%s", text);
        bytes[i] = (uint8_t)((high - digits) << 4 | (low - digits));
    }

    return size;
}

int is_filled(const uint8_t *bytes, size_t size, uint8_t value)
{
    size_t i;

    for (i = 0; i < size; i++)
    {
        if (bytes[i] != value)
        {
            return 0;
        }
    }

    return 1;
}

int counting_random(void *context, unsigned char *output, size_t size)
{
    static uint8_t next = 1;
    size_t i;

    for (i = 0; i < size; i++)
    {
        output[i] = next;
        next = (uint8_t)(next * 5 + 3);
    }

    if (context != NULL)
    {
        ++*(int *)context;
    }

    return 0;
}

int pbkdf2(
    const uint8_t *password, size_t password_size, const uint8_t *salt, size_t salt_size, uint32_t iterations, uint32_t slice,
    uint8_t *output, size_t output_size)
{
    uint8_t key[HOPLINK_HMAC_KEY_SIZE];
    uint8_t chain[HOPLINK_HASH_SIZE];
    uint8_t sum[HOPLINK_HASH_SIZE];
    uint32_t block;
    int code = hoplink_hmac_prepare(password, password_size, key);

    for (block = 1; output_size > 0 && code == HOPLINK_OK; block++)
    {
        uint8_t number[4] = { (uint8_t)(block >> 24), (uint8_t)(block >> 16), (uint8_t)(block >> 8), (uint8_t)block };
        size_t taken = output_size < sizeof(sum) ? output_size : sizeof(sum);
        uint32_t rest = iterations - 1;

        code = hoplink_hmac(key, salt, salt_size, number, sizeof(number), chain, sizeof(chain));
        memcpy(sum, chain, sizeof(sum));
        while (rest > 0 && code == HOPLINK_OK)
        {
            uint32_t count = rest < slice ? rest : slice;

            code = hoplink_pbkdf2_iterate(key, chain, sum, count);
            rest -= count;
        }

        memcpy(output, sum, taken);
        output += taken;
        output_size -= taken;
    }

    return code;
}
