/* SPDX-License-Identifier: MIT */
/*
 * What does this machine give at best? Yardsticks for the other suites.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define TABLE_ENTRIES 512
#define COLD_BYTES (64ul << 20)

static u64 word;
static DEFINE_SPINLOCK(lock);
static u64 *cold;
static unsigned long next_page; /* of cold, for the next sample */
static u64 table[TABLE_ENTRIES] __attribute__((aligned(4096)));

static void op_cmpxchg(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		cmpxchg(&word, word, i);
}

static void op_spinlock(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		spin_lock(&lock);
		spin_unlock(&lock);
	}
}

/* 8-byte stores, one by one, as page-table entries are written */
static void op_fill_warm(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		WRITE_ONCE(table[i % TABLE_ENTRIES], i << 12 | 3);
}

static int prepare_cold(struct bench *b)
{
	cold = aligned_alloc(4096, COLD_BYTES);
	if (!cold)
		return -1;
	memset(cold, 1, COLD_BYTES);
	next_page = 0;
	return 0;
}

/* one entry in each of many tables: every store misses the caches */
static void op_fill_cold(struct bench *b, unsigned long n)
{
	const unsigned long tables = COLD_BYTES / 4096;
	unsigned long i;

	for (i = 0; i < n; i++)
		WRITE_ONCE(cold[(i * 7919 % tables) * TABLE_ENTRIES], i);
}

/* 4 KiB to one place, from each of so many in turn */
static void op_memcpy(struct bench *b, unsigned long n)
{
	static char to[4096];
	unsigned long page = next_page;

	while (n--) {
		const char *from = (char *)cold + page * sizeof(to);

		memcpy(to, from, sizeof(to));
		__asm__ __volatile__("" : : "r"(to), "r"(from) : "memory");
		if (++page == (unsigned long)b->param)
			page = 0;
	}
	next_page = page;
}

static void op_memset(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		memset(cold, i, 1 << 20);
		barrier();
	}
}

static void count_memset(struct bench *b, unsigned long n)
{
	bench_counter(b, "bytes_per_op", 1 << 20);
}

static void unprepare_cold(struct bench *b)
{
	free(cold);
}

void bench_limits(void)
{
	static const struct bench rows[] = {
		{ .name = "cmpxchg", .op = op_cmpxchg },
		{ .name = "entry_fill_warm", .op = op_fill_warm },
		{ .name = "spinlock_pair", .op = op_spinlock },
		{ .name = "memcpy_4k",
		  .op = op_memcpy,
		  .param = 1,
		  .prepare = prepare_cold,
		  .unprepare = unprepare_cold },
		{ .name = "memcpy_4k_of_64",
		  .op = op_memcpy,
		  .param = 64,
		  .prepare = prepare_cold,
		  .unprepare = unprepare_cold },
		{ .name = "memcpy_4k_of_1024",
		  .op = op_memcpy,
		  .param = 1024,
		  .prepare = prepare_cold,
		  .unprepare = unprepare_cold },
		{ .name = "memcpy_4k_of_4096",
		  .op = op_memcpy,
		  .param = 4096,
		  .prepare = prepare_cold,
		  .unprepare = unprepare_cold },
		{ .name = "entry_fill_cold",
		  .op = op_fill_cold,
		  .prepare = prepare_cold,
		  .unprepare = unprepare_cold },
		{ .name = "memset_1m",
		  .op = op_memset,
		  .count = count_memset,
		  .prepare = prepare_cold,
		  .unprepare = unprepare_cold },
	};
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b = rows[i];

		b.suite = "limits";
		bench_add(&b);
	}
}
