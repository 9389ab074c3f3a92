/* SPDX-License-Identifier: MIT */
/*
 * For fuzz targets of page tables: the leaves that must be there, as a plain
 * list that is searched from one end to the other.
 */
#ifndef TESTS_FUZZ_LEAVES_H
#define TESTS_FUZZ_LEAVES_H

#include <linux/types.h>

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

#endif
