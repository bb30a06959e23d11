/* What the parts of the core share. */
#ifndef HOPLINK_INTERNAL_H
#define HOPLINK_INTERNAL_H

#include "hoplink_crypto.h"

/* The ESP32's mbedTLS has its accelerators' own contexts, of other sizes; the image's build of this file does not say so by itself. */
#if defined(PLATFORM_ESP32) && !defined(MBEDTLS_CONFIG_FILE)
#define MBEDTLS_CONFIG_FILE "mbedtls/esp_config.h"
#endif

#include <mbedtls/bignum.h>
#include <mbedtls/ecp.h>

static inline int hoplink_is_range(const void *data, size_t size)
{
    return data != NULL || size == 0;
}

/* The code that stands for a result of mbedTLS. */
static inline int hoplink_code_of(int error)
{
    switch (error)
    {
        case 0:
            return HOPLINK_OK;
        case MBEDTLS_ERR_MPI_ALLOC_FAILED:
        case MBEDTLS_ERR_ECP_ALLOC_FAILED:
            return HOPLINK_E_MEMORY;
        default:
            return HOPLINK_E_LIBRARY;
    }
}

#endif
