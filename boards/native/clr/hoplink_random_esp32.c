#include <stddef.h>

#include <esp_random.h>

/* The chip's own generator. It blinds multiplications; keys come from managed code, which sees to it that the radio feeds it. */
int hoplink_platform_random(void *context, unsigned char *output, size_t size)
{
    (void)context;
    esp_fill_random(output, size);
    return 0;
}
