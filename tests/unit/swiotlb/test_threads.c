/* SPDX-License-Identifier: MIT */
/*
 * Threads that bounce at the same time, in own areas and in each other's: no
 * slot is given out twice, and no byte gets lost. The thread sanitizer shows
 * more.
 */
#include "unit/swiotlb/board.h"

#include <linux/rcupdate.h>

#include <pthread.h>

#define THREADS 4
#define ROUNDS 3000
#define LIVE 24

/* Where no allocator comes. */
#define ORIG (HIGH_START + SZ_64M)

static unsigned int mistakes, refused;

static pthread_barrier_t met;
static struct swiotlb_stats together;

/* Each has a buffer while all others have theirs, whatever the scheduler does. */
static void hold_one_together(unsigned long me)
{
	phys_addr_t slot = swiotlb_tbl_map_single(
		&unit, ORIG + me * SZ_16M, SZ_128K, 0, DMA_FROM_DEVICE, 0);
	u8 *byte = slot == NO_SLOTS ? NULL : phys_to_virt(slot);

	if (byte)
		memset(byte, me, SZ_128K);
	pthread_barrier_wait(&met);
	if (!me)
		together = stats();
	pthread_barrier_wait(&met);
	if (!byte || memchr_inv(byte, me, SZ_128K))
		__atomic_fetch_add(&mistakes, 1, __ATOMIC_RELAXED);
	if (byte)
		swiotlb_tbl_unmap_single(&unit, slot, SZ_128K, DMA_FROM_DEVICE,
					 0);
}

static void *bounce(void *arg)
{
	unsigned long me = (unsigned long)arg;
	u32 random = 2654435761u * (me + 1);
	phys_addr_t slot[LIVE] = {};
	size_t size[LIVE];
	unsigned int i, n;

	hold_one_together(me);
	for (i = 0; i < ROUNDS + LIVE; i++) {
		phys_addr_t orig;
		u8 *byte;

		random = random * 1664525u + 1013904223u;
		n = i < ROUNDS ? random >> 8 & 15 : i - ROUNDS;
		orig = ORIG + me * SZ_16M + n * SZ_64K;
		byte = phys_to_virt(orig);
		if (slot[n]) {
			byte = phys_to_virt(slot[n]);
			if (byte[0] != (u8)me || byte[size[n] - 1] != (u8)me)
				__atomic_fetch_add(&mistakes, 1,
						   __ATOMIC_RELAXED);
			swiotlb_tbl_unmap_single(&unit, slot[n], size[n],
						 DMA_FROM_DEVICE, 0);
			slot[n] = 0;
		} else if (i < ROUNDS) {
			size[n] = 1 + (random >> 12) % 20000;
			memset(byte, me, size[n]);
			slot[n] = swiotlb_tbl_map_single(&unit, orig, size[n],
							 0, DMA_FROM_DEVICE,
							 DMA_ATTR_NO_WARN);
			if (slot[n] != NO_SLOTS)
				continue;
			slot[n] = 0;
			__atomic_fetch_add(&refused, 1, __ATOMIC_RELAXED);
		}
	}
	return NULL;
}

static void run_threads(void)
{
	pthread_t thread[THREADS];
	phys_addr_t first;
	unsigned long i;

	mistakes = 0;
	refused = 0;
	/* What only the first bounce of a device changes. */
	first = swiotlb_tbl_map_single(&unit, ORIG, 64, 0, DMA_TO_DEVICE, 0);
	swiotlb_tbl_unmap_single(&unit, first, 64, DMA_TO_DEVICE, 0);
	pthread_barrier_init(&met, NULL, THREADS);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, bounce, (void *)i), 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&met);
	assert_int_equal(together.used, THREADS * SZ_128K / 2048);
	assert_int_equal(mistakes, 0);
	assert_true(refused < THREADS * ROUNDS / 2);
	assert_int_equal(stats().used, 0);
	assert_int_equal(swiotlb_live_buffers(&unit), 0);
}

static void threads_never_share_a_slot(void **state)
{
	board_start("512,2", 2);
	run_threads();
	assert_int_equal(together.transient, 0);
	board_stop();
}

static void transient_pools_come_and_go_with_them(void **state)
{
	const struct swiotlb_params params = { "128,1", true, true };

	board_machine(2);
	assert_int_equal(swiotlb_boot(&params), 0);
	board_device();
	unit_mask = DMA_BIT_MASK(32);
	run_threads();
	assert_int_equal(refused, 0);
	/* The pool has room for two of the four. */
	assert_int_equal(together.transient, 2 * SZ_128K / 2048);
	assert_int_equal(stats().transient, 0);
	rcu_barrier();
	board_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_never_share_a_slot),
		cmocka_unit_test(transient_pools_come_and_go_with_them),
	};

	return cmocka_run_group_tests_name("swiotlb_threads", tests, NULL,
					   NULL);
}
