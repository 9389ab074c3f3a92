/* SPDX-License-Identifier: MIT */
/*
 * Memory allocated by one thread and freed by another, all allocators at once.
 * Contents are checked, so an overlap shows; the thread sanitizer shows more.
 */
#include "fixture.h"

#include <linux/mm.h>
#include <linux/slab.h>

#include <pthread.h>
#include <string.h>

#define THREADS 4
#define ROUNDS 4000
#define SLOTS 64

enum kind { KMALLOC, CACHE, PAGES, KINDS };

/* The first bytes of each thing in a slot. */
struct thing {
	enum kind kind;
	unsigned int size;
	unsigned char fill;
};

static struct thing *slots[SLOTS];
static struct kmem_cache *cache;
static unsigned int mistakes;

static struct thing *make(u32 random)
{
	struct thing *t;
	enum kind kind = random % KINDS;
	unsigned int size = kind == KMALLOC ? 16 + random / 8 % 6000 : 300;

	if (kind == KMALLOC)
		t = kmalloc(size, GFP_KERNEL);
	else if (kind == CACHE)
		t = kmem_cache_alloc(cache, GFP_KERNEL);
	else
		t = (struct thing *)__get_free_page(GFP_KERNEL);
	if (!t)
		return NULL;
	t->kind = kind;
	t->size = size;
	t->fill = random;
	memset(t + 1, t->fill, size - sizeof(*t));
	return t;
}

static void unmake(struct thing *t)
{
	unsigned char *p = (unsigned char *)(t + 1), fill = t->fill;
	unsigned int i;

	for (i = 0; i < t->size - sizeof(*t); i++)
		if (p[i] != fill)
			__atomic_fetch_add(&mistakes, 1, __ATOMIC_RELAXED);
	if (t->kind == KMALLOC)
		kfree(t);
	else if (t->kind == CACHE)
		kmem_cache_free(cache, t);
	else
		free_page((unsigned long)t);
}

static void *exchange(void *arg)
{
	u32 random = (u32)(unsigned long)arg * 2654435761u + test_seed();
	struct thing *t;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		random = random * 1664525u + 1013904223u;
		t = make(random >> 8);
		t = __atomic_exchange_n(&slots[random >> 24 & (SLOTS - 1)], t,
					__ATOMIC_ACQ_REL);
		if (t)
			unmake(t);
	}
	return NULL;
}

static void things_change_hands(void **state)
{
	pthread_t thread[THREADS];
	unsigned long i;

	cache = kmem_cache_create("things", 300, 0, 0, NULL);
	mistakes = 0;
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, exchange,
						(void *)i),
				 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (i = 0; i < SLOTS; i++) {
		if (slots[i])
			unmake(slots[i]);
		slots[i] = NULL;
	}
	assert_int_equal(mistakes, 0);
	kmem_cache_destroy(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(things_change_hands, small),
		MM_TEST(things_change_hands, scattered),
	};

	return cmocka_run_group_tests_name("mm_threads", tests, NULL, NULL);
}
