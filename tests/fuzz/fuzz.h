/* SPDX-License-Identifier: MIT */
/*
 * For fuzz targets: taking numbers from the input, and complaining.
 *
 * A target is a file fuzz_<name>.c with LLVMFuzzerTestOneInput(), which must
 * leave nothing behind and give the same verdict for the same input each time.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** struct fuzz - what is left of the input */
struct fuzz {
	const uint8_t *at, *end;
};

/** fuzz_take() - the next @bytes, little endian; 0 where the input is over. */
static inline uint64_t fuzz_take(struct fuzz *f, unsigned int bytes)
{
	uint64_t value = 0;
	unsigned int i;

	for (i = 0; i < bytes && f->at < f->end; i++)
		value |= (uint64_t)*f->at++ << (8 * i);
	return value;
}

static inline void fuzz_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
	abort();
}

#define FUZZ_CHECK(cond)                                        \
	do {                                                    \
		if (!(cond))                                    \
			fuzz_failed(#cond, __FILE__, __LINE__); \
	} while (0)

#endif
