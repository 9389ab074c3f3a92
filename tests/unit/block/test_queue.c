/* SPDX-License-Identifier: MIT */
/*
 * Tag sets, queues, disks: making, changing, taking apart, running out of
 * memory (src/block/blk_mq.c, queue.c, genhd.c, boot.c).
 */
#include "unit/block/toy.h"

#define A 0x10000000ull

static struct toy toy;
static struct toy_end end;

static int setup(void **state)
{
	board_start(4);
	toy_init(&toy);
	memset(&end, 0, sizeof(end));
	return 0;
}

static int teardown(void **state)
{
	board_stop();
	return 0;
}

static void a_set_that_makes_no_sense_is_refused(void **state)
{
	struct blk_mq_tag_set good = toy.set, set;

	set = good;
	set.nr_hw_queues = 0;
	assert_int_equal(blk_mq_alloc_tag_set(&set), -EINVAL);
	set = good;
	set.queue_depth = 0;
	assert_int_equal(blk_mq_alloc_tag_set(&set), -EINVAL);
	set = good;
	set.reserved_tags = 8;
	assert_int_equal(blk_mq_alloc_tag_set(&set), -EINVAL);
	set = good;
	set.nr_maps = 4;
	assert_int_equal(blk_mq_alloc_tag_set(&set), -EINVAL);
	toy.ops.queue_rq = NULL;
	set = good;
	assert_int_equal(blk_mq_alloc_tag_set(&set), -EINVAL);
}

static void numbers_are_made_to_fit(void **state)
{
	toy.set.queue_depth = 20000;
	toy.set.nr_hw_queues = 9;
	toy.set.cmd_size = 0;
	toy.ops.init_request = NULL;
	toy.ops.exit_request = NULL;
	assert_int_equal(blk_mq_alloc_tag_set(&toy.set), 0);
	assert_int_equal(toy.set.queue_depth, 10240);
	assert_int_equal(toy.set.nr_hw_queues, 4);
	assert_int_equal(toy.set.nr_maps, 1);
	blk_mq_free_tag_set(&toy.set);
}

static void a_set_halves_its_depth_until_it_fits(void **state)
{
	lib_fail_nth(DMASIM_SITE_QUEUE, 1);
	assert_int_equal(blk_mq_alloc_tag_set(&toy.set), 0);
	assert_int_equal(toy.set.queue_depth, 4);
	blk_mq_free_tag_set(&toy.set);
	toy.set.queue_depth = 8;
	lib_fail_from(DMASIM_SITE_QUEUE, 1);
	assert_int_equal(blk_mq_alloc_tag_set(&toy.set), -ENOMEM);
}

static void cpus_are_spread_evenly(void **state)
{
	static const unsigned int want[] = { 0, 0, 1, 1 };
	unsigned int cpu;

	toy.set.nr_hw_queues = 2;
	toy_add(&toy);
	for (cpu = 0; cpu < 4; cpu++) {
		assert_int_equal(toy.set.map[0].mq_map[cpu], want[cpu]);
		assert_ptr_equal(toy.q->queue_ctx[cpu].hctxs[HCTX_TYPE_READ],
				 toy.q->hctxs[want[cpu]]);
	}
	assert_int_equal(toy.q->hctxs[1]->nr_ctx, 2);
	assert_int_equal(blk_mq_num_possible_queues(0), 4);
	assert_int_equal(blk_mq_num_online_queues(3), 3);
	toy_remove(&toy);
}

static void every_hook_has_its_counterpart(void **state)
{
	toy.set.nr_hw_queues = 3;
	toy_add(&toy);
	assert_int_equal(toy.init_hctx, 3);
	/* 8 of each queue, and each queue's flush request */
	assert_int_equal(toy.init_request, 27);
	toy_remove(&toy);
	assert_int_equal(toy.exit_hctx, 3);
	assert_int_equal(toy.exit_request, 27);
}

static void shared_tags_are_one_set_for_all(void **state)
{
	toy.set.nr_hw_queues = 2;
	toy.set.flags = BLK_MQ_F_TAG_HCTX_SHARED;
	toy_add(&toy);
	assert_ptr_equal(toy.q->hctxs[0]->tags, toy.q->hctxs[1]->tags);
	assert_int_equal(toy.init_request, 8 + 2);
	toy_remove(&toy);
	assert_int_equal(toy.exit_request, 8 + 2);
}

static void limits_are_validated_with_the_queue(void **state)
{
	toy.lim.logical_block_size = 777;
	assert_int_equal(toy_try_add(&toy), -EINVAL);
	assert_int_equal(toy.init_hctx, 0);
}

static void limits_can_be_changed_later(void **state)
{
	struct queue_limits lim;

	toy_add(&toy);
	lim = queue_limits_start_update(toy.q);
	lim.max_user_sectors = 128;
	assert_int_equal(queue_limits_commit_update_frozen(toy.q, &lim), 0);
	assert_int_equal(queue_max_sectors(toy.q), 128);
	lim = queue_limits_start_update(toy.q);
	lim.logical_block_size = 3;
	assert_int_equal(queue_limits_commit_update(toy.q, &lim), -EINVAL);
	assert_int_equal(queue_logical_block_size(toy.q), 512);
	lim = queue_limits_start_update(toy.q);
	queue_limits_cancel_update(toy.q);
	lim.max_user_sectors = 192;
	assert_int_equal(queue_limits_set(toy.q, &lim), 0);
	assert_int_equal(queue_max_sectors(toy.q), 192);
	toy_remove(&toy);
}

static void a_disk_is_found_by_name_while_it_lives(void **state)
{
	toy_add(&toy);
	assert_ptr_equal(block_sim_lookup("toy0"), toy.bdev);
	assert_null(block_sim_lookup("toy1"));
	assert_string_equal(dev_name(disk_to_dev(toy.disk)), "toy0");
	assert_ptr_equal(dev_to_disk(disk_to_dev(toy.disk)), toy.disk);
	blk_mark_disk_dead(toy.disk);
	assert_null(block_sim_lookup("toy0"));
	toy_remove(&toy);
}

static void a_disk_never_added_goes_away_whole(void **state)
{
	assert_int_equal(blk_mq_alloc_tag_set(&toy.set), 0);
	toy.disk = blk_mq_alloc_disk(&toy.set, &toy.lim, NULL);
	assert_false(IS_ERR(toy.disk));
	put_disk(toy.disk);
	assert_int_equal(toy.exit_hctx, 1);
	blk_mq_free_tag_set(&toy.set);
}

static void a_queue_without_disk_is_destroyed_then_put(void **state)
{
	struct request_queue *q;

	assert_int_equal(blk_mq_alloc_tag_set(&toy.set), 0);
	q = blk_mq_alloc_queue(&toy.set, NULL, &toy);
	assert_ptr_equal(q->queuedata, &toy);
	assert_true(blk_get_queue(q));
	blk_mq_destroy_queue(q);
	assert_false(blk_get_queue(q));
	assert_int_equal(PTR_ERR(blk_mq_alloc_request(q, REQ_OP_DRV_IN, 0)),
			 -ENODEV);
	blk_put_queue(q);
	blk_put_queue(q);
	blk_mq_free_tag_set(&toy.set);
}

static void removing_a_disk_waits_for_its_io(void **state)
{
	toy_add(&toy);
	toy.refuse = 2;
	toy.refusal = BLK_STS_RESOURCE;
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	assert_int_equal(end.nr, 0);
	toy_remove(&toy);
	assert_int_equal(end.nr, 1);
}

static void a_capacity_change_is_told_when_there_is_one(void **state)
{
	toy_add(&toy);
	assert_false(set_capacity_and_notify(toy.disk, 2048));
	assert_true(set_capacity_and_notify(toy.disk, 4096));
	assert_int_equal(get_capacity(toy.disk), 4096);
	assert_int_equal(bdev_nr_bytes(toy.bdev), SZ_2M);
	toy_remove(&toy);
}

/* ---- another number of hardware queues ------------------------------- */

static void queues_can_grow_and_shrink(void **state)
{
	toy.set.nr_hw_queues = 2;
	toy_add(&toy);
	blk_mq_update_nr_hw_queues(&toy.set, 4);
	assert_int_equal(toy.q->nr_hw_queues, 4);
	assert_int_equal(toy.init_hctx, 6);
	assert_int_equal(toy.q->hctxs[3]->nr_ctx, 1);
	assert_ptr_equal(toy.q->hctxs[3]->tags, toy.set.tags[3]);
	blk_mq_update_nr_hw_queues(&toy.set, 1);
	assert_int_equal(toy.q->nr_hw_queues, 1);
	assert_int_equal(toy.q->hctxs[0]->nr_ctx, 4);
	toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
	lib_run();
	assert_int_equal(end.nr, 1);
	toy_remove(&toy);
	assert_int_equal(toy.init_hctx, toy.exit_hctx);
	assert_int_equal(toy.init_request, toy.exit_request);
}

static void the_same_number_changes_nothing(void **state)
{
	toy.set.nr_hw_queues = 2;
	toy_add(&toy);
	blk_mq_update_nr_hw_queues(&toy.set, 2);
	blk_mq_update_nr_hw_queues(&toy.set, 0);
	assert_int_equal(toy.init_hctx, 2);
	toy_remove(&toy);
}

static void a_growth_that_fails_keeps_the_old_number(void **state)
{
	unsigned int nth, grown = 0;

	for (nth = 1; !grown && nth < 100; nth++) {
		toy_init(&toy);
		toy.set.nr_hw_queues = 2;
		toy_add(&toy);
		lib_fail_any_nth(
			1u << DMASIM_SITE_SLAB | 1u << DMASIM_SITE_QUEUE, nth);
		blk_mq_update_nr_hw_queues(&toy.set, 4);
		grown = !lib_fail_fired();
		lib_fail_off();
		assert_int_equal(toy.q->nr_hw_queues, grown ? 4 : 2);
		assert_int_equal(toy.set.nr_hw_queues, toy.q->nr_hw_queues);
		toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_4K);
		lib_run();
		toy_remove(&toy);
		assert_int_equal(end.nr, nth);
		assert_int_equal(toy.init_request, toy.exit_request);
	}
	assert_true(nth > 10);
	assert_int_equal(warnings(), 0);
}

/* ---- running out ----------------------------------------------------- */

/* Every allocation of set-up and one I/O fails in turn, without a trace. */
static void set_up_survives_every_failed_allocation(void **state)
{
	const u32 sites = 1u << DMASIM_SITE_SLAB | 1u << DMASIM_SITE_QUEUE |
			  1u << DMASIM_SITE_PAGE | 1u << DMASIM_SITE_MEMPOOL;
	unsigned int nth, clean = 0, refused = 0;

	for (nth = 1; !clean && nth < 300; nth++) {
		u64 objects = board_objects();
		int ret;

		toy_init(&toy);
		toy.set.nr_hw_queues = 2;
		memset(&end, 0, sizeof(end));
		lib_fail_any_nth(sites, nth);
		ret = toy_try_add(&toy);
		if (!ret) {
			toy_io(&toy, &end, REQ_OP_WRITE, 0, A, SZ_512K);
			lib_run();
			assert_int_equal(end.nr, 1);
			clean = !lib_fail_fired();
			toy_remove(&toy);
		} else {
			assert_int_equal(ret, -ENOMEM);
			refused++;
		}
		lib_fail_off();
		lib_run();
		assert_int_equal(toy.init_request, toy.exit_request);
		assert_int_equal(board_objects(), objects);
		assert_int_equal(block_check(), 0);
	}
	assert_int_equal(clean, 1);
	assert_true(refused > 10);
	assert_int_equal(warnings(), 0);
}

/* What is forgotten is reported by name. */
static void leaks_are_reported(void **state)
{
	struct request *rq;

	toy_add(&toy);
	rq = blk_mq_alloc_request(toy.q, REQ_OP_DRV_IN, 0);
	assert_int_equal(block_check(), 4);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "block-disk-leak"),
			 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "block-queue-leak"),
			 1);
	assert_int_equal(
		host_event_count(HOST_EVENT_LEAK, "block-request-leak"), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "block-tagset-leak"),
			 1);
	blk_mq_free_request(rq);
	toy_remove(&toy);
	assert_int_equal(block_check(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		board_case(a_set_that_makes_no_sense_is_refused),
		board_case(numbers_are_made_to_fit),
		board_case(a_set_halves_its_depth_until_it_fits),
		board_case(cpus_are_spread_evenly),
		board_case(every_hook_has_its_counterpart),
		board_case(shared_tags_are_one_set_for_all),
		board_case(limits_are_validated_with_the_queue),
		board_case(limits_can_be_changed_later),
		board_case(a_disk_is_found_by_name_while_it_lives),
		board_case(a_disk_never_added_goes_away_whole),
		board_case(a_queue_without_disk_is_destroyed_then_put),
		board_case(removing_a_disk_waits_for_its_io),
		board_case(a_capacity_change_is_told_when_there_is_one),
		board_case(queues_can_grow_and_shrink),
		board_case(the_same_number_changes_nothing),
		board_case(a_growth_that_fails_keeps_the_old_number),
		board_case(set_up_survives_every_failed_allocation),
		board_case(leaks_are_reported),
	};

	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
