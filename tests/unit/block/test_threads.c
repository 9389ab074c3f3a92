/* SPDX-License-Identifier: MIT */
/*
 * Several threads on one disk, while its queue is frozen, quiesced and rebuilt
 * under them. Data is compared; races are for the thread sanitizer to see.
 */
#include "unit/block/toy.h"

#define THREADS 3
#define ROUNDS 60
#define AREA SZ_64K

static struct toy toy;
static u32 failures, running;

static int setup(void **state)
{
	board_start(4);
	toy_init(&toy);
	toy.ops.queue_rqs = NULL;
	toy.set.nr_hw_queues = 2;
	toy.set.queue_depth = 2;
	failures = 0;
	return 0;
}

static int teardown(void **state)
{
	toy_remove(&toy);
	board_stop();
	return 0;
}

/* The counters of the toy are for one thread; here only the data counts. */
static blk_status_t plain_queue_rq(struct blk_mq_hw_ctx *hctx,
				   const struct blk_mq_queue_data *bd)
{
	blk_mq_start_request(bd->rq);
	toy_copy(toy_of(bd->rq), bd->rq);
	blk_mq_complete_request(bd->rq);
	return BLK_STS_OK;
}

static void plain_complete(struct request *rq)
{
	blk_mq_end_request(rq, BLK_STS_OK);
}

static void write_and_read(void *arg)
{
	unsigned int me = (unsigned long)arg, round;
	sector_t sector = me * (AREA >> SECTOR_SHIFT);
	u8 *buf;
	bool ok;

	host_cpu_bind(me + 1);
	buf = kmalloc(AREA, GFP_KERNEL);
	for (round = 0; round < ROUNDS; round++) {
		memset(buf, round * THREADS + me, AREA);
		ok = !bdev_rw_virt(toy.bdev, sector, buf, AREA, REQ_OP_WRITE);
		memset(buf, 0xee, AREA);
		ok = ok &&
		     !bdev_rw_virt(toy.bdev, sector, buf, AREA, REQ_OP_READ);
		ok = ok && buf[0] == (u8)(round * THREADS + me) &&
		     !memcmp(buf, buf + 1, AREA - 1);
		if (!ok)
			__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
	}
	kfree(buf);
	host_cpu_unbind();
	__atomic_fetch_sub(&running, 1, __ATOMIC_RELEASE);
}

static void disturb(unsigned int round)
{
	unsigned int cookie;

	switch (round % 3) {
	case 0:
		cookie = blk_mq_freeze_queue(toy.q);
		blk_mq_unfreeze_queue(toy.q, cookie);
		break;
	case 1:
		blk_mq_quiesce_queue(toy.q);
		blk_mq_unquiesce_queue(toy.q);
		break;
	default:
		blk_mq_update_nr_hw_queues(&toy.set, 1 + round % 4);
	}
}

static void data_survives_freezing_and_rebuilding(void **state)
{
	struct host_thread *thread[THREADS];
	unsigned long i, round = 0;

	toy.ops.queue_rq = plain_queue_rq;
	toy.ops.complete = plain_complete;
	toy_add(&toy);
	running = THREADS;
	for (i = 0; i < THREADS; i++) {
		thread[i] = host_thread_create(write_and_read, (void *)i, "io");
		assert_non_null(thread[i]);
	}
	while (__atomic_load_n(&running, __ATOMIC_ACQUIRE)) {
		disturb(round++);
		lib_run();
		host_yield();
	}
	for (i = 0; i < THREADS; i++)
		host_thread_join(thread[i]);

	assert_int_equal(failures, 0);
	assert_int_equal(warnings(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(data_survives_freezing_and_rebuilding),
	};

	return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
