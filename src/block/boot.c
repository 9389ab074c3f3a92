/* SPDX-License-Identifier: MIT */
/*
 * The block layer's life with a machine: boot, leak check, shutdown.
 *
 * Tests: tests/unit/block/test_queue.c
 */
#include <linux/blk-mq.h>
#include <linux/workqueue.h>

#include "block/blk.h"
#include "block/block.h"
#include "lib/lib.h"

struct blk_live blk_live;

static void flush_before_sleep(struct task_struct *tsk)
{
	blk_flush_plug(tsk->plug, true);
}

/**
 * block_boot() - make the block layer usable
 * Context: boot, after the device core. Return: 0 or -ENOMEM.
 */
int block_boot(void)
{
	int ret;

	atomic_long_set(&blk_live.bios, 0);
	mutex_init(&blk_live.lock);
	INIT_LIST_HEAD(&blk_live.disks);
	INIT_LIST_HEAD(&blk_live.queues);
	INIT_LIST_HEAD(&blk_live.sets);
	blk_live.next_id = 0;

	kblockd_workqueue =
		alloc_workqueue("kblockd", WQ_MEM_RECLAIM | WQ_HIGHPRI, 0);
	if (!kblockd_workqueue)
		return -ENOMEM;
	ret = bio_slabs_init();
	if (ret) {
		destroy_workqueue(kblockd_workqueue);
		kblockd_workqueue = NULL;
		return ret;
	}
	blk_complete_boot();
	lib_set_sleep_hook(flush_before_sleep);
	return 0;
}

static unsigned int check_queue(struct request_queue *q)
{
	long inside = atomic_long_read(&q->usage);
	const char *name = q->disk ? q->disk->disk_name : "(no disk)";
	unsigned int leaks = 1;

	lib_event(LIB_EVENT_LEAK, "block-queue-leak", NULL, 0, 0,
		  "request queue %d of %s was not put", q->id, name);
	if (inside) {
		lib_event(LIB_EVENT_LEAK, "block-request-leak", NULL, 0, inside,
			  "%ld requests of queue %d (%s) never ended", inside,
			  q->id, name);
		leaks++;
	}
	return leaks;
}

/**
 * block_check() - look for what should be gone by now
 * Return: leaks found; each is an event.
 */
unsigned int block_check(void)
{
	long bios = atomic_long_read(&blk_live.bios);
	struct blk_mq_tag_set *set;
	struct request_queue *q;
	struct gendisk *disk;
	unsigned int leaks = 0;

	mutex_lock(&blk_live.lock);
	list_for_each_entry(disk, &blk_live.disks, sim_list) {
		lib_event(LIB_EVENT_LEAK, "block-disk-leak", NULL, 0, 0,
			  "disk %s was not put", disk->disk_name);
		leaks++;
	}
	list_for_each_entry(q, &blk_live.queues, sim_list)
		leaks += check_queue(q);
	list_for_each_entry(set, &blk_live.sets, sim_list) {
		lib_event(LIB_EVENT_LEAK, "block-tagset-leak", NULL, 0, 0,
			  "tag set with %u queues of %u tags was not freed",
			  set->nr_hw_queues, set->queue_depth);
		leaks++;
	}
	mutex_unlock(&blk_live.lock);
	if (bios) {
		lib_event(LIB_EVENT_LEAK, "block-bio-leak", NULL, 0, bios,
			  "%ld bios were not put", bios);
		leaks++;
	}
	return leaks;
}

/** block_shutdown() - undo block_boot(); what leaked is forgotten. */
void block_shutdown(void)
{
	lib_set_sleep_hook(NULL);
	bio_slabs_exit();
	destroy_workqueue(kblockd_workqueue);
	kblockd_workqueue = NULL;
	mutex_destroy(&blk_live.lock);
}
