#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const test *const suites[] = { json_vector_tests, fixed_vector_tests, argument_tests, fault_tests };

static const test *find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
    {
        const test *one;

        for (one = suites[i]; one->name != NULL; one++)
        {
            if (strcmp(one->name, name) == 0)
            {
                return one;
            }
        }
    }

    return NULL;
}

/* Fails unless the names are those of all tests. */
static int expect(char **names, int count)
{
    int own = 0;
    size_t i;

    for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
    {
        const test *one;

        for (one = suites[i]; one->name != NULL; one++)
        {
            own++;
        }
    }

    for (i = 0; i < (size_t)count; i++)
    {
        if (find(names[i]) == NULL)
        {
            fprintf(stderr, "no test %s\n", names[i]);
            return EXIT_FAILURE;
        }
    }

    if (own != count)
    {
        fprintf(stderr, "%d tests, %d listed\n", own, count);
        return EXIT_FAILURE;
    }

    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const test *one;

    if (argc > 1 && strcmp(argv[1], "--expect") == 0)
    {
        return expect(argv + 2, argc - 2);
    }

    one = argc == 2 ? find(argv[1]) : NULL;
    if (one == NULL)
    {
        fprintf(stderr, "usage: %s <test> | --expect <all tests>\n", argv[0]);
        return EXIT_FAILURE;
    }

    one->run();
    return EXIT_SUCCESS;
}
