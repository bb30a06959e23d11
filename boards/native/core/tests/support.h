/* What the tests share. */
#ifndef HOPLINK_TESTS_SUPPORT_H
#define HOPLINK_TESTS_SUPPORT_H

#include "hoplink_crypto.h"

/* A test by its name; it ends the program with a message if it fails. */
typedef struct test
{
    const char *name;
    void (*run)(void);
} test;

/* Each ends with a name of NULL. */
extern const test json_vector_tests[];
extern const test fixed_vector_tests[];
extern const test argument_tests[];
extern const test fault_tests[];

/* Ends the program unless the condition holds; the second says more by a format. */
#define CHECK(condition) check((condition), __FILE__, __LINE__, #condition, "%s", "")
#define CHECK_IN(condition, ...) check((condition), __FILE__, __LINE__, #condition, __VA_ARGS__)
#define CHECK_CODE(expected, call) check_code((expected), (call), __FILE__, __LINE__, #call)

void check(int holds, const char *file, int line, const char *text, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void check_code(int expected, int code, const char *file, int line, const char *text);

/* Reads hexadecimal digits; ends the program unless they fit the capacity. Returns the number of bytes. */
size_t from_hex(const char *text, uint8_t *bytes, size_t capacity);

/* True if each of the bytes has the value. */
int is_filled(const uint8_t *bytes, size_t size, uint8_t value);

/* A random generator of the tests: fills with a counter, counts its calls in *(int *)context if that is not NULL. */
int counting_random(void *context, unsigned char *output, size_t size);

/* PBKDF2 as a caller of the core does it: the first HMAC, then the other iterations in slices. */
int pbkdf2(
    const uint8_t *password, size_t password_size, const uint8_t *salt, size_t salt_size, uint32_t iterations, uint32_t slice,
    uint8_t *output, size_t output_size);

/* Two key pairs and what they agree on: CAVS 14.1 ECC CDH primitive, P-256, count 0. */
extern const char own_private_hex[];
extern const char own_public_hex[];
extern const char peer_public_hex[];
extern const char shared_secret_hex[];

#endif
