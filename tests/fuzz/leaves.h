/* SPDX-License-Identifier: MIT */
/*
 * For fuzz targets of page tables: the leaves that must be there, as a plain
 * list that is searched from one end to the other; and the dealing of the input
 * among a target's operations.
 */
#ifndef TESTS_FUZZ_LEAVES_H
#define TESTS_FUZZ_LEAVES_H

#include <linux/types.h>

#include "fuzz/fuzz.h"

#define MAX_LEAVES 1024

static struct leaf {
	u64 va, last, pa;
	int prot;
} leaves[MAX_LEAVES];
static unsigned int nr_leaves;

static struct leaf *leaf_find(u64 va)
{
	unsigned int i;

	for (i = 0; i < nr_leaves; i++)
		if (leaves[i].va <= va && va <= leaves[i].last)
			return &leaves[i];
	return NULL;
}

static bool leaves_leave_free(u64 va, u64 last)
{
	unsigned int i;

	for (i = 0; i < nr_leaves; i++)
		if (leaves[i].va <= last && va <= leaves[i].last)
			return false;
	return true;
}

/* False: something is there already. */
static bool leaf_add(u64 va, u64 pa, u64 size, int prot)
{
	if (!leaves_leave_free(va, va + size - 1))
		return false;
	leaves[nr_leaves++] = (struct leaf){ va, va + size - 1, pa, prot };
	return true;
}

static void leaf_remove(struct leaf *leaf)
{
	*leaf = leaves[--nr_leaves];
}

/* What a target has: operations that take what they want, and a look at one address. */
static void do_map(struct fuzz *f);
static void do_unmap(struct fuzz *f);
static void do_unmap_leaf(struct fuzz *f);
static void check(u64 va);

static void check_around(u64 va, u64 len)
{
	check(va);
	check(va - 1);
	check(va + len);
	check(va + len - 1);
	check(va + len / 2);
}

static void check_leaves(void)
{
	unsigned int i;

	for (i = 0; i < nr_leaves; i++) {
		check(leaves[i].va);
		check(leaves[i].last);
	}
}

/* Half of the input's operations map. */
static void deal(struct fuzz *f, unsigned int max_ops)
{
	for (; f->at < f->end && max_ops; max_ops--) {
		unsigned int op = fuzz_take(f, 1) % 8;

		if (op < 4)
			do_map(f);
		else if (op < 6)
			do_unmap_leaf(f);
		else if (op < 7)
			do_unmap(f);
		else
			check(fuzz_take(f, 8));
	}
}

#endif
