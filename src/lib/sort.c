/* SPDX-License-Identifier: MIT */
/*
 * Sorting arrays in place.
 *
 * Heapsort: no allocation, no recursion, no bad case. The heap is kept with
 * its largest element at index 0, which then changes places with the last.
 *
 * Tests: tests/unit/lib/test_sort.c
 */
#include <linux/export.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/types.h>

#include "lib/internal.h"

/**
 * struct sorter - one call's parameters
 * @size: bytes of an element
 */
struct sorter {
	char *base;
	size_t size;
	cmp_r_func_t cmp;
	swap_r_func_t swap_fn;
	const void *priv;
};

static void sort_swap(const struct sorter *s, size_t i, size_t j)
{
	char *a = s->base + i * s->size, *b = s->base + j * s->size;
	size_t n;

	if (s->swap_fn) {
		s->swap_fn(a, b, (int)s->size, s->priv);
		return;
	}
	for (n = 0; n < s->size; n++)
		swap(a[n], b[n]);
}

static bool sort_less(const struct sorter *s, size_t i, size_t j)
{
	return s->cmp(s->base + i * s->size, s->base + j * s->size, s->priv) <
	       0;
}

/* let the element at @top sink to its place in the heap of @num elements */
static void sort_sink(const struct sorter *s, size_t top, size_t num)
{
	size_t child;

	while ((child = 2 * top + 1) < num) {
		if (child + 1 < num && sort_less(s, child, child + 1))
			child++;
		if (!sort_less(s, top, child))
			return;
		sort_swap(s, top, child);
		top = child;
	}
}

/**
 * sort_r() - sort an array
 * @num: elements
 * @size: bytes of one
 * @cmp_func: below, equal, above 0
 * @swap_func: NULL: swap bytes
 *
 * Not stable. Context: whatever the callbacks allow.
 */
void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp_func,
	    swap_r_func_t swap_func, const void *priv)
{
	struct sorter s = { base, size, cmp_func, swap_func, priv };
	size_t top;

	for (top = num / 2; top--;)
		sort_sink(&s, top, num);
	while (num > 1) {
		sort_swap(&s, 0, --num);
		sort_sink(&s, 0, num);
	}
}
EXPORT_SYMBOL(sort_r);

struct sort_plain {
	cmp_func_t cmp;
	swap_func_t swap_fn;
};

static int plain_cmp(const void *a, const void *b, const void *priv)
{
	const struct sort_plain *plain = priv;

	return plain->cmp(a, b);
}

static void plain_swap(void *a, void *b, int size, const void *priv)
{
	const struct sort_plain *plain = priv;

	plain->swap_fn(a, b, size);
}

/** sort() - sort_r() with plain callbacks. */
void sort(void *base, size_t num, size_t size, cmp_func_t cmp_func,
	  swap_func_t swap_func)
{
	struct sort_plain plain = { cmp_func, swap_func };

	sort_r(base, num, size, plain_cmp, swap_func ? plain_swap : NULL,
	       &plain);
}
EXPORT_SYMBOL(sort);
