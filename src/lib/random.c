/* SPDX-License-Identifier: MIT */
/*
 * Random numbers: one seeded generator a machine, so that a run can be
 * repeated.
 *
 * A Weyl sequence (a counter that adds an odd constant) behind a mixing
 * function: any thread can draw with one atomic addition, and the numbers of a
 * single thread depend on the seed alone.
 *
 * Simplified: not cryptographic.
 * Tests: tests/unit/lib/test_random.c
 */
#include <linux/export.h>
#include <linux/random.h>
#include <linux/string.h>

#include "lib/internal.h"

#define WEYL_STEP 0x9e3779b97f4a7c15ull

static u64 weyl = WEYL_STEP;

/* full-period mixing of 64 bits: each input bit reaches each output bit */
static u64 mix64(u64 x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

/** lib_random_boot() - start the sequence of @seed. */
void lib_random_boot(u64 seed)
{
	__atomic_store_n(&weyl, mix64(seed), __ATOMIC_RELAXED);
}

/** lib_random() - next 64 bits of the machine's generator. Context: any. */
u64 lib_random(void)
{
	return mix64(__atomic_add_fetch(&weyl, WEYL_STEP, __ATOMIC_RELAXED));
}

/** get_random_u64() - see lib_random(). */
u64 get_random_u64(void)
{
	return lib_random();
}
EXPORT_SYMBOL(get_random_u64);

/** get_random_bytes() - fill @buf. */
void get_random_bytes(void *buf, size_t len)
{
	u8 *to = buf;

	while (len) {
		u64 bits = lib_random();
		size_t part = min(len, sizeof(bits));

		memcpy(to, &bits, part);
		to += part;
		len -= part;
	}
}
EXPORT_SYMBOL(get_random_bytes);

/**
 * __get_random_u32_below() - evenly from 0 .. @ceil - 1
 * @ceil: not 0
 *
 * The product's upper half is the result; draws that would favour some results
 * are those whose lower half is below 2^32 mod @ceil.
 */
u32 __get_random_u32_below(u32 ceil)
{
	u32 reject = -ceil % ceil;
	u64 product;

	do {
		product = (u64)get_random_u32() * ceil;
	} while ((u32)product < reject);
	return (u32)(product >> 32);
}
EXPORT_SYMBOL(__get_random_u32_below);

/** prandom_seed_state() - start a sequence of one's own. */
void prandom_seed_state(struct rnd_state *state, u64 seed)
{
	state->state = mix64(seed);
}
EXPORT_SYMBOL(prandom_seed_state);

/** prandom_u32_state() - next 32 bits of it. Context: caller serialises. */
u32 prandom_u32_state(struct rnd_state *state)
{
	state->state += WEYL_STEP;
	return (u32)(mix64(state->state) >> 32);
}
EXPORT_SYMBOL(prandom_u32_state);

/** prandom_bytes_state() - fill @buf from it. */
void prandom_bytes_state(struct rnd_state *state, void *buf, size_t bytes)
{
	u8 *to = buf;

	while (bytes--)
		*to++ = (u8)prandom_u32_state(state);
}
EXPORT_SYMBOL(prandom_bytes_state);
