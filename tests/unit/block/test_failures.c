/* SPDX-License-Identifier: MIT */
/*
 * Every failure position of the calls of the block layer that allocate, and of those
 * that enter a driver that does: it needs memory for each request, and refuses without.
 * What is there or not is so as a whole, I/O ends once and right, and objects are
 * counted after each run.
 */
#include <linux/delay.h>
#include <linux/uio.h>

#include "support/sweep.h"
#include "unit/block/toy.h"

#define A 0x10000000ull
#define M 0x18000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(2);
	toy_init(&toy);
	memset(&end, 0, sizeof(end));
	return 0;
}

static int teardown(void **state)
{
	board_stop();
	assert_int_equal(warnings(), 0);
	return 0;
}

/* What was refused is offered again a little later. */
static void settle(void)
{
	msleep(20);
	lib_run();
}

static u64 objects_before;

/* As FAIL_SWEEP, and each run ends with as many objects as it began. */
#define MEM_SWEEP(s)                                                         \
	for (objects_before = board_objects(), sweep_begin(&(s), SWEEP_ALL); \
	     assert_int_equal(board_objects(), objects_before),              \
	    sweep_next(&(s));)

static bool given(const void *result)
{
	if (IS_ERR_OR_NULL(result)) {
		if (result)
			assert_int_equal(PTR_ERR(result), -ENOMEM);
		assert_true(sweep_failed());
		return false;
	}
	return true;
}

static bool worked(int ret)
{
	if (ret) {
		assert_int_equal(ret, -ENOMEM);
		assert_true(sweep_failed());
	}
	return !ret;
}

/* ---- a driver that needs memory -------------------------------------------------- */

static blk_status_t needy_queue_rq(struct blk_mq_hw_ctx *hctx,
				   const struct blk_mq_queue_data *bd)
{
	void *mem = kmalloc(64, GFP_ATOMIC);

	if (!mem)
		return BLK_STS_RESOURCE;
	kfree(mem);
	return toy_queue_rq(hctx, bd);
}

static void needy_add(void)
{
	toy.ops.queue_rq = needy_queue_rq;
	toy_add(&toy);
}

/* ---- sets, queues, disks ----------------------------------------------------------- */

static void a_set_is_there_or_not(void **state)
{
	static const unsigned int flags[] = { 0, BLK_MQ_F_BLOCKING,
					      BLK_MQ_F_TAG_HCTX_SHARED };
	struct sweep s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++)
		MEM_SWEEP(s)
		{
			toy_init(&toy);
			toy.set.nr_hw_queues = 2;
			toy.set.flags = flags[i];
			if (worked(blk_mq_alloc_tag_set(&toy.set)))
				blk_mq_free_tag_set(&toy.set);
			assert_int_equal(toy.init_request, toy.exit_request);
		}
	toy.ops.init_request = NULL;
	toy.ops.exit_request = NULL;
	MEM_SWEEP(s)
	{
		if (worked(blk_mq_alloc_sq_tag_set(&toy.set, &toy.ops, 8, 0)))
			blk_mq_free_tag_set(&toy.set);
	}
}

static void a_queue_without_a_disk_is_there_or_not(void **state)
{
	struct request_queue *q;
	struct sweep s;

	toy.set.nr_hw_queues = 2;
	assert_int_equal(blk_mq_alloc_tag_set(&toy.set), 0);
	MEM_SWEEP(s)
	{
		q = blk_mq_alloc_queue(&toy.set, NULL, &toy);
		if (!given(q))
			continue;
		blk_mq_destroy_queue(q);
		blk_put_queue(q);
	}
	assert_int_equal(toy.init_hctx, toy.exit_hctx);
	blk_mq_free_tag_set(&toy.set);
}

static void a_disk_is_there_or_not(void **state)
{
	struct sweep s;

	MEM_SWEEP(s)
	{
		toy_init(&toy);
		toy.set.nr_hw_queues = 2;
		/* It goes with a failure still to come. */
		if (worked(toy_try_add(&toy)))
			toy_remove(&toy);
		settle();
		assert_int_equal(block_check(), 0);
		assert_int_equal(toy.init_hctx, toy.exit_hctx);
		assert_int_equal(toy.init_request, toy.exit_request);
	}
}

static void another_number_of_queues_is_there_or_the_old_one(void **state)
{
	struct sweep s;

	MEM_SWEEP(s)
	{
		dmasim_fail_off();
		toy_init(&toy);
		toy_add(&toy);
		dmasim_fail_any_nth(SWEEP_ALL, s.position);
		blk_mq_update_nr_hw_queues(&toy.set, 2);
		assert_int_equal(toy.q->nr_hw_queues, sweep_failed() ? 1 : 2);
		toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
		settle();
		assert_int_equal(end.status, BLK_STS_OK);
		toy_remove(&toy);
	}
}

/* ---- bios ------------------------------------------------------------------------------ */

static void sources_of_bios_are_there_or_not(void **state)
{
	struct bio_set set = {};
	struct bio *bio;
	struct sweep s;

	MEM_SWEEP(s)
	{
		bio = bio_kmalloc(4, GFP_KERNEL);
		if (given(bio)) {
			bio_init(bio, NULL, bio->bi_inline_vecs, 4, 0);
			bio_uninit(bio);
			kfree(bio);
		}
		if (!worked(bioset_init(&set, 2, 0, BIOSET_NEED_BVECS)))
			continue;
		/* Who can wait gets one, whatever fails. */
		bio = bio_alloc_bioset(NULL, 100, 0, GFP_KERNEL, &set);
		assert_non_null(bio);
		bio_put(bio);
		/* Who cannot has a reserve of bios, and none of vectors. */
		bio = bio_alloc_bioset(NULL, 4, 0, GFP_ATOMIC, &set);
		assert_non_null(bio);
		bio_put(bio);
		bio = bio_alloc_bioset(NULL, 100, 0, GFP_ATOMIC, &set);
		if (given(bio))
			bio_put(bio);
		bioset_exit(&set);
	}
}

/* A bio with 8 bytes of metadata a sector. */
static struct bio *with_metadata(unsigned int bytes)
{
	struct bio *bio = toy_bio(&toy, &end, REQ_OP_WRITE, 0, A, bytes);
	unsigned int meta = bytes / 64;

	if (!given(bio_integrity_alloc(bio, GFP_KERNEL, 4))) {
		bio_put(bio);
		return NULL;
	}
	assert_int_equal(bio_integrity_add_page(bio, page_at(M), meta, 0),
			 meta);
	return bio;
}

static void add_with_metadata(void)
{
	toy.lim.integrity.metadata_size = 8;
	toy.lim.max_integrity_segments = 4;
	needy_add();
}

static void copies_and_parts_of_bios_are_there_or_not(void **state)
{
	struct sweep s;

	add_with_metadata();
	MEM_SWEEP(s)
	{
		struct bio *bio = with_metadata(2 * SZ_4K), *part, local;

		if (!bio)
			continue;
		part = bio_alloc_clone(toy.bdev, bio, GFP_KERNEL, &fs_bio_set);
		if (given(part))
			bio_put(part);
		if (worked(bio_init_clone(toy.bdev, &local, bio, GFP_KERNEL)))
			bio_uninit(&local);
		part = bio_split(bio, 8, GFP_KERNEL, &fs_bio_set);
		/* Not even begun, or cut in two. */
		assert_int_equal(bio->bi_iter.bi_size,
				 given(part) ? SZ_4K : 2 * SZ_4K);
		if (!IS_ERR(part))
			bio_put(part);
		bio_put(bio);
	}
	toy_remove(&toy);
}

/* The limits demand that it is split, its metadata with it. */
static void a_bio_that_is_split_ends_once(void **state)
{
	struct sweep s;

	toy.lim.max_hw_sectors = PAGE_SIZE / 512;
	add_with_metadata();
	MEM_SWEEP(s)
	{
		struct bio *bio = with_metadata(2 * PAGE_SIZE);

		if (!bio)
			continue;
		memset(&end, 0, sizeof(end));
		submit_bio(bio);
		settle();
		assert_int_equal(end.nr, 1);
		if (end.status)
			assert_true(sweep_failed());
	}
	toy_remove(&toy);
}

/* Whose bio it is when there is no next one: the caller's, as before. */
static void the_next_bio_is_there_or_the_last_one_stays(void **state)
{
	struct sweep s;

	needy_add();
	MEM_SWEEP(s)
	{
		struct bio *bio =
			toy_bio(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
		struct bio *next;

		bio->bi_end_io = NULL;
		bio->bi_private = NULL;
		next = blk_next_bio(bio, toy.bdev, 100, REQ_OP_WRITE,
				    GFP_ATOMIC);
		if (given(next)) {
			add_phys(next, A + SZ_4K, SZ_4K);
			next->bi_iter.bi_sector = 8;
			bio = next;
		}
		assert_int_equal(submit_bio_wait(bio), 0);
		bio_put(bio);
		settle();
	}
	toy_remove(&toy);
}

/* ---- requests -------------------------------------------------------------------------- */

static void a_request_is_there_or_not(void **state)
{
	struct request *rq;
	struct sweep s;

	toy.set.reserved_tags = 1;
	needy_add();
	MEM_SWEEP(s)
	{
		rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_OUT,
					  BLK_MQ_REQ_NOWAIT);
		if (IS_ERR(rq))
			assert_int_equal(PTR_ERR(rq), -EWOULDBLOCK);
		else
			blk_mq_free_request(rq);
		assert_true(!IS_ERR(rq) || sweep_failed());
		rq = blk_mq_alloc_request_hctx(
			toy.q, REQ_OP_DRV_OUT,
			BLK_MQ_REQ_NOWAIT | BLK_MQ_REQ_RESERVED, 0);
		if (IS_ERR(rq))
			assert_int_equal(PTR_ERR(rq), -EWOULDBLOCK);
		else
			blk_mq_free_request(rq);
		assert_true(!IS_ERR(rq) || sweep_failed());
	}
	toy_remove(&toy);
}

/* Copied, where it lies, and by vectors. */
static void a_request_gets_its_memory_or_not(void **state)
{
	char *buf = kzalloc(4 * SZ_4K, GFP_KERNEL);
	struct bio_vec vec;
	struct iov_iter iter;
	struct sweep s;

	needy_add();
	bvec_set_page(&vec, page_at(A), SZ_8K, 0);
	MEM_SWEEP(s)
	{
		struct request *rq;
		struct bio *bio;

		/* No reserve of bios either. */
		dmasim_fail_from(DMASIM_SITE_MEMPOOL, 1);
		rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_OUT, 0);
		if (worked(blk_rq_map_kern(rq, buf + 1, SZ_8K, GFP_KERNEL)))
			assert_int_equal(blk_execute_rq(rq, false), 0);
		blk_mq_free_request(rq);

		rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_OUT, 0);
		if (worked(blk_rq_map_kern(rq, buf, SZ_8K, GFP_KERNEL)))
			assert_int_equal(blk_execute_rq(rq, true), 0);
		blk_mq_free_request(rq);

		rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_OUT, 0);
		iov_iter_bvec(&iter, ITER_SOURCE, &vec, 1, SZ_8K);
		if (worked(blk_rq_map_user_iov(toy.q, rq, NULL, &iter,
					       GFP_ATOMIC))) {
			bio = rq->bio;
			assert_int_equal(blk_execute_rq(rq, false), 0);
			blk_rq_unmap_user(bio);
		}
		blk_mq_free_request(rq);
	}
	toy_remove(&toy);
	kfree(buf);
}

/* ---- I/O ---------------------------------------------------------------------------------- */

static void io_ends_well_whatever_the_driver_lacks(void **state)
{
	char *buf = kzalloc(SZ_4K, GFP_KERNEL);
	struct sweep s;

	toy.lim.features = BLK_FEAT_WRITE_CACHE;
	needy_add();
	MEM_SWEEP(s)
	{
		struct bio *bio;

		memset(&end, 0, sizeof(end));
		toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_128K);
		bio = toy_bio(&toy, &end, REQ_OP_READ, 0, A, SZ_4K);
		submit_bio_noacct(bio);
		toy_io(&toy, &end, REQ_OP_WRITE | REQ_PREFLUSH | REQ_FUA, 0, A,
		       SZ_4K);
		settle();
		assert_int_equal(end.nr, 3);
		assert_int_equal(end.status, BLK_STS_OK);

		assert_int_equal(
			bdev_rw_virt(toy.bdev, 0, buf, SZ_4K, REQ_OP_WRITE), 0);
		assert_int_equal(blkdev_issue_flush(toy.bdev), 0);
		assert_int_equal(
			blkdev_issue_discard(toy.bdev, 0, 64, GFP_KERNEL), 0);
		settle();
	}
	toy_remove(&toy);
	kfree(buf);
}

/* Who cannot wait is told that a part is missing. */
static void a_discard_is_done_or_not(void **state)
{
	struct sweep s;

	needy_add();
	MEM_SWEEP(s)
	{
		unsigned int before = toy.ops_seen[REQ_OP_DISCARD];
		bool done;

		/* No reserve of bios either. */
		dmasim_fail_from(DMASIM_SITE_MEMPOOL, 1);
		done = worked(
			blkdev_issue_discard(toy.bdev, 0, 64, GFP_ATOMIC));
		assert_int_equal(toy.ops_seen[REQ_OP_DISCARD] - before, done);
	}
	toy_remove(&toy);
}

/* Two bios as one: the first is on its way when the second is given. */
static void a_chain_ends_well(void **state)
{
	struct sweep s;

	needy_add();
	MEM_SWEEP(s)
	{
		struct bio *first, *last;

		first = toy_bio(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
		first->bi_end_io = NULL;
		first->bi_private = NULL;
		last = toy_bio(&toy, &end, REQ_OP_WRITE, 8, A, SZ_4K);
		assert_ptr_equal(bio_chain_and_submit(first, last), last);
		memset(&end, 0, sizeof(end));
		submit_bio(last);
		settle();
		assert_int_equal(end.nr, 1);
		assert_int_equal(end.status, BLK_STS_OK);
	}
	toy_remove(&toy);
}

/* ---- what sends waiting requests off -------------------------------------------------------- */

static void run_queue(void)
{
	clear_bit(BLK_MQ_S_STOPPED, &toy.q->hctxs[0]->state);
	blk_mq_run_hw_queue(toy.q->hctxs[0], false);
}

static void run_queues(void)
{
	clear_bit(BLK_MQ_S_STOPPED, &toy.q->hctxs[0]->state);
	blk_mq_run_hw_queues(toy.q, false);
}

static void start_queue(void)
{
	blk_mq_start_hw_queue(toy.q->hctxs[0]);
}

static void start_queues(void)
{
	blk_mq_start_hw_queues(toy.q);
}

static void start_stopped(void)
{
	blk_mq_start_stopped_hw_queues(toy.q, false);
}

static void what_waits_is_sent_off_once(void **state)
{
	static void (*const ways[])(void) = { run_queue, run_queues,
					      start_queue, start_queues,
					      start_stopped };
	unsigned int i;
	struct sweep s;

	needy_add();
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		MEM_SWEEP(s)
		{
			unsigned int before = toy.requests;

			memset(&end, 0, sizeof(end));
			blk_mq_stop_hw_queues(toy.q);
			toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
			toy_io(&toy, &end, REQ_OP_WRITE, 64, A, SZ_4K);
			assert_int_equal(end.nr, 0);
			ways[i]();
			settle();
			assert_int_equal(toy.requests - before, 2);
			assert_int_equal(end.nr, 2);
			assert_int_equal(end.status, BLK_STS_OK);
		}
	toy_remove(&toy);
}

static enum rq_end_io_ret passthrough_end(struct request *rq,
					  blk_status_t status)
{
	end.nr++;
	end.status = status;
	return RQ_END_IO_FREE;
}

/* A plug holds it back, and who sends it off meets the driver. */
static void what_is_plugged_is_sent_off_once(void **state)
{
	struct sweep s;

	needy_add();
	MEM_SWEEP(s)
	{
		struct blk_plug plug;
		struct request *rq;

		memset(&end, 0, sizeof(end));
		blk_start_plug(&plug);
		toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
		__blk_flush_plug(&plug, false);
		toy_io(&toy, &end, REQ_OP_WRITE, 64, A, SZ_4K);
		blk_finish_plug(&plug);

		rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_OUT, 0);
		rq->end_io = passthrough_end;
		blk_execute_rq_nowait(rq, false);
		settle();
		assert_int_equal(end.nr, 3);
		assert_int_equal(end.status, BLK_STS_OK);
	}
	toy_remove(&toy);
}

/* Each CPU its queue, and one more to poll. */
static void map_poll(struct blk_mq_tag_set *set)
{
	set->map[HCTX_TYPE_DEFAULT].nr_queues = 1;
	set->map[HCTX_TYPE_READ].nr_queues = 0;
	set->map[HCTX_TYPE_POLL].nr_queues = 1;
	set->map[HCTX_TYPE_POLL].queue_offset = 1;
	blk_mq_map_queues(&set->map[HCTX_TYPE_DEFAULT]);
	blk_mq_map_queues(&set->map[HCTX_TYPE_POLL]);
}

/* Who looks for an end sends off what he has plugged. */
static void polling_sends_off_what_is_plugged(void **state)
{
	struct sweep s;

	toy.set.nr_maps = HCTX_MAX_TYPES;
	toy.set.nr_hw_queues = 2;
	toy.ops.map_queues = map_poll;
	toy.hold = true;
	toy.reap = true;
	needy_add();
	MEM_SWEEP(s)
	{
		struct bio *bio = toy_bio(&toy, &end, REQ_OP_WRITE | REQ_POLLED,
					  0, A, SZ_4K);
		struct blk_plug plug;

		memset(&end, 0, sizeof(end));
		bio_get(bio);
		submit_bio(bio);
		settle();
		blk_start_plug(&plug);
		toy_io(&toy, &end, REQ_OP_WRITE | REQ_POLLED, 64, A, SZ_4K);
		while (!bio_poll(bio, NULL, 0))
			settle();
		blk_finish_plug(&plug);
		settle();
		toy_finish(&toy, toy.nr_held);
		assert_int_equal(end.nr, 2);
		assert_int_equal(end.status, BLK_STS_OK);
		bio_put(bio);
	}
	toy_remove(&toy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(a_set_is_there_or_not),
		board_case(a_queue_without_a_disk_is_there_or_not),
		board_case(a_disk_is_there_or_not),
		board_case(another_number_of_queues_is_there_or_the_old_one),
		board_case(sources_of_bios_are_there_or_not),
		board_case(copies_and_parts_of_bios_are_there_or_not),
		board_case(a_bio_that_is_split_ends_once),
		board_case(the_next_bio_is_there_or_the_last_one_stays),
		board_case(a_request_is_there_or_not),
		board_case(a_request_gets_its_memory_or_not),
		board_case(io_ends_well_whatever_the_driver_lacks),
		board_case(a_discard_is_done_or_not),
		board_case(a_chain_ends_well),
		board_case(what_waits_is_sent_off_once),
		board_case(what_is_plugged_is_sent_off_once),
		board_case(polling_sends_off_what_is_plugged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) +
	       not_swept("bioset_init", "bio_alloc_bioset", "bio_kmalloc",
			 "bio_alloc_clone", "bio_init_clone", "bio_split",
			 "blk_next_bio", "bio_chain_and_submit",
			 "bio_integrity_alloc", "bio_integrity_clone",
			 "blk_mq_alloc_tag_set", "blk_mq_alloc_sq_tag_set",
			 "blk_mq_update_nr_hw_queues", "blk_mq_alloc_queue",
			 "__blk_mq_alloc_disk", "device_add_disk",
			 "blk_mq_alloc_request", "blk_mq_alloc_request_hctx",
			 "blk_rq_map_kern", "blk_rq_map_user_iov", "submit_bio",
			 "submit_bio_noacct", "submit_bio_wait", "bdev_rw_virt",
			 "blkdev_issue_flush", "blkdev_issue_discard",
			 "blk_execute_rq", "blk_execute_rq_nowait",
			 "blk_finish_plug", "__blk_flush_plug",
			 "blk_mq_run_hw_queue", "blk_mq_run_hw_queues",
			 "blk_mq_start_hw_queue", "blk_mq_start_hw_queues",
			 "blk_mq_start_stopped_hw_queues", "bio_poll");
}
