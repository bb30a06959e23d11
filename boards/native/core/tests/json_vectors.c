/* The Wycheproof vectors. */
#include "support.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES 1024

/* Called for each vector with its group. */
typedef void visitor(const cJSON *group, const cJSON *vector);

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text;
    long size;

    CHECK_IN(file != NULL, "%s", path);
    CHECK_IN(fseek(file, 0, SEEK_END) == 0, "%s", path);
    size = ftell(file);
    CHECK_IN(size > 0 && fseek(file, 0, SEEK_SET) == 0, "%s", path);
    text = malloc((size_t)size + 1);
    CHECK_IN(text != NULL && fread(text, 1, (size_t)size, file) == (size_t)size, "%s", path);
    text[size] = '\0';
    fclose(file);
    return text;
}

/* Visits all vectors of a file and checks that there are as many as it says. */
static void visit(const char *path, visitor *visitor_of)
{
    char *text = read_text(path);
    cJSON *root = cJSON_Parse(text);
    const cJSON *group;
    int count = 0;

    CHECK_IN(root != NULL, "%s", path);
    cJSON_ArrayForEach(group, cJSON_GetObjectItem(root, "testGroups"))
    {
        const cJSON *vector;

        cJSON_ArrayForEach(vector, cJSON_GetObjectItem(group, "tests"))
        {
            visitor_of(group, vector);
            count++;
        }
    }

    CHECK_IN(count == cJSON_GetObjectItem(root, "numberOfTests")->valueint && count > 0, "%s", path);
    cJSON_Delete(root);
    free(text);
}

static int number(const cJSON *item, const char *name)
{
    const cJSON *value = cJSON_GetObjectItem(item, name);

    CHECK_IN(cJSON_IsNumber(value), "%s", name);
    return value->valueint;
}

static const char *string(const cJSON *item, const char *name)
{
    const cJSON *value = cJSON_GetObjectItem(item, name);

    CHECK_IN(cJSON_IsString(value), "%s", name);
    return value->valuestring;
}

static size_t bytes(const cJSON *item, const char *name, uint8_t *output)
{
    return from_hex(string(item, name), output, MAX_BYTES);
}

static int is_valid(const cJSON *vector)
{
    return strcmp(string(vector, "result"), "valid") == 0;
}

static int valid_points;
static int refused_points;
static int no_points;

/* Writes a private key of any length in 32 bytes. */
static void read_private(const cJSON *vector, uint8_t *output)
{
    uint8_t raw[MAX_BYTES];
    size_t size = bytes(vector, "private", raw);
    size_t start = size > HOPLINK_PRIVATE_KEY_SIZE ? size - HOPLINK_PRIVATE_KEY_SIZE : 0;

    CHECK_IN(is_filled(raw, start, 0), "tcId %d", number(vector, "tcId"));
    memset(output, 0, HOPLINK_PRIVATE_KEY_SIZE);
    memcpy(output + HOPLINK_PRIVATE_KEY_SIZE - (size - start), raw + start, size - start);
}

/*
 * Vectors of 65 bytes, 04 || X || Y, travel in this protocol as X || Y. The others are no public key of the protocol whatever their
 * verdict, since it is 64 bytes and nothing else: tcId 2, a compressed point with the verdict "acceptable"; 348, no bytes at all; 349, a
 * compressed point that has no Y; 350 to 355, compressed points of low order on the twist.
 */
static void visit_ecdh(const cJSON *group, const cJSON *vector)
{
    uint8_t point[MAX_BYTES];
    uint8_t private_key[HOPLINK_PRIVATE_KEY_SIZE];
    uint8_t expected[MAX_BYTES] = { 0 };
    uint8_t secret[HOPLINK_SECRET_SIZE] = { 0 };
    size_t size = bytes(vector, "public", point);
    int id = number(vector, "tcId");
    int code;

    (void)group;
    if (size != 1 + HOPLINK_PUBLIC_KEY_SIZE)
    {
        CHECK_IN(size == 0 || (size == 33 && (point[0] == 2 || point[0] == 3)), "tcId %d", id);
        CHECK_IN(!is_valid(vector) && (id == 2 || (id >= 348 && id <= 355)), "tcId %d", id);
        no_points++;
        return;
    }

    CHECK_IN(point[0] == 4, "tcId %d", id);
    read_private(vector, private_key);
    code = hoplink_p256_agree(private_key, point + 1, counting_random, NULL, secret);
    if (is_valid(vector))
    {
        CHECK_IN(bytes(vector, "shared", expected) == sizeof(secret), "tcId %d", id);
        CHECK_IN(code == HOPLINK_OK, "tcId %d: %d", id, code);
        valid_points++;
    }
    else
    {
        /* The 16 points off the curve (InvalidCurveAttack): a product with one tells of the private key. */
        CHECK_IN(code == HOPLINK_E_PUBLIC_KEY, "tcId %d: %d", id, code);
        refused_points++;
    }

    CHECK_IN(memcmp(secret, expected, sizeof(secret)) == 0, "tcId %d", id);
}

static void wycheproof_ecdh(void)
{
    visit(VECTORS "/ecdh_secp256r1_ecpoint_test.json", visit_ecdh);
    CHECK_IN(valid_points == 330 && refused_points == 16 && no_points == 9, "%d %d %d", valid_points, refused_points, no_points);
}

static int valid_tags;
static int refused_tags;

static void visit_hmac(const cJSON *group, const cJSON *vector)
{
    uint8_t secret[MAX_BYTES];
    uint8_t message[MAX_BYTES];
    uint8_t expected[MAX_BYTES];
    uint8_t key[HOPLINK_HMAC_KEY_SIZE];
    uint8_t tag[HOPLINK_HASH_SIZE];
    size_t size = bytes(vector, "msg", message);
    size_t tag_size = (size_t)number(group, "tagSize") / 8;
    size_t split;
    int id = number(vector, "tcId");

    CHECK_IN(bytes(vector, "tag", expected) == tag_size, "tcId %d", id);
    CHECK_CODE(HOPLINK_OK, hoplink_hmac_prepare(secret, bytes(vector, "key", secret), key));
    for (split = 0; split <= size; split++)
    {
        int equal = -1;

        CHECK_CODE(HOPLINK_OK, hoplink_hmac(key, message, split, message + split, size - split, tag, tag_size));
        CHECK_CODE(HOPLINK_OK, hoplink_equal(tag, expected, tag_size, &equal));
        CHECK_IN(equal == is_valid(vector), "tcId %d, split at %zu", id, split);
    }

    valid_tags += is_valid(vector);
    refused_tags += !is_valid(vector);
}

static void wycheproof_hmac(void)
{
    visit(VECTORS "/hmac_sha256_test.json", visit_hmac);
    CHECK_IN(valid_tags == 66 && refused_tags == 108, "%d %d", valid_tags, refused_tags);
}

static int derivations;

static void visit_pbkdf2(const cJSON *group, const cJSON *vector)
{
    uint8_t password[MAX_BYTES];
    uint8_t salt[MAX_BYTES];
    uint8_t expected[MAX_BYTES];
    uint8_t output[MAX_BYTES];
    size_t password_size = bytes(vector, "password", password);
    size_t salt_size = bytes(vector, "salt", salt);
    size_t size = bytes(vector, "dk", expected);
    uint32_t iterations = (uint32_t)number(vector, "iterationCount");

    (void)group;
    CHECK_IN(size == (size_t)number(vector, "dkLen"), "tcId %d", number(vector, "tcId"));
    CHECK_CODE(HOPLINK_OK, pbkdf2(password, password_size, salt, salt_size, iterations, 1000, output, size));
    CHECK_IN((memcmp(output, expected, size) == 0) == is_valid(vector), "tcId %d", number(vector, "tcId"));
    derivations++;
}

static void wycheproof_pbkdf2(void)
{
    visit(VECTORS "/pbkdf2_hmacsha256_test.json", visit_pbkdf2);
    CHECK_IN(derivations == 60, "%d", derivations);
}

const test json_vector_tests[] = {
    { "wycheproof_ecdh", wycheproof_ecdh },
    { "wycheproof_hmac", wycheproof_hmac },
    { "wycheproof_pbkdf2", wycheproof_pbkdf2 },
    { NULL, NULL },
};
