/* SPDX-License-Identifier: MIT */
/*
 * Buffers must be memory that the simulated machine knows.
 */
#include <linux/slab.h>

void *numbers_alloc(size_t size);
void numbers_free(void *p);

void *numbers_alloc(size_t size)
{
	return kmalloc(size, GFP_KERNEL);
}

void numbers_free(void *p)
{
	kfree(p);
}
