/* SPDX-License-Identifier: MIT */
/*
 * A blk-mq driver for tests: a disk of 1 MiB in memory that notes every call.
 *
 * Requests are done at once, or kept (hold) until toy_finish(). Refusals,
 * statuses and timeouts are what the case asks for.
 */
#ifndef TESTS_UNIT_BLOCK_TOY_H
#define TESTS_UNIT_BLOCK_TOY_H

#include "unit/block/board.h"

#define TOY_BYTES SZ_1M
#define TOY_MAX_HELD 64

struct toy_cmd {
	struct toy *toy;
	blk_status_t status;
	unsigned int uses;
};

struct toy {
	struct blk_mq_ops ops;
	struct blk_mq_tag_set set;
	struct queue_limits lim;
	struct gendisk *disk;
	struct block_device *bdev;
	struct request_queue *q;
	u8 *store;

	/* what to do */
	bool hold;
	unsigned int accept; /* after so many queue_rq calls ... */
	unsigned int refuse; /* ... that many ... */
	blk_status_t refusal; /* ... are refused with this */
	unsigned int skip; /* queue_rqs leaves that many in the list */
	blk_status_t status; /* of requests from now on */
	enum blk_eh_timer_return on_timeout;
	bool reap; /* poll finds what is held */

	/* what happened */
	struct request *held[TOY_MAX_HELD];
	unsigned int nr_held;
	unsigned int queue_rq, queue_rqs, commits, lasts, timeouts, completes;
	unsigned int ops_seen[REQ_OP_LAST];
	unsigned int requests, batch_len;
	unsigned int init_hctx, exit_hctx, init_request, exit_request;
	struct {
		enum req_op op;
		sector_t sector;
		unsigned int bytes, segs;
		blk_opf_t flags;
	} log[TOY_MAX_HELD];
};

static const struct block_device_operations toy_fops = {};

static inline struct toy_cmd *toy_cmd(struct request *rq)
{
	return blk_mq_rq_to_pdu(rq);
}

static inline struct toy *toy_of(struct request *rq)
{
	return toy_cmd(rq)->toy;
}

static inline void toy_copy(struct toy *toy, struct request *rq)
{
	struct req_iterator iter;
	struct bio_vec bv;
	u8 *disk;

	if (!toy->store ||
	    (req_op(rq) != REQ_OP_READ && req_op(rq) != REQ_OP_WRITE))
		return;
	disk = toy->store + (blk_rq_pos(rq) << SECTOR_SHIFT);
	rq_for_each_segment(bv, rq, iter) {
		if (req_op(rq) == REQ_OP_READ)
			memcpy_to_bvec(&bv, (char *)disk);
		else
			memcpy_from_bvec((char *)disk, &bv);
		disk += bv.bv_len;
	}
}

/* The hardware is done with @rq. */
static inline void toy_done(struct request *rq)
{
	if (toy_cmd(rq)->status == BLK_STS_OK)
		toy_copy(toy_of(rq), rq);
	blk_mq_complete_request(rq);
}

static inline void toy_take(struct request *rq)
{
	struct toy *toy = toy_of(rq);
	unsigned int n = toy->requests++;

	blk_mq_start_request(rq);
	toy_cmd(rq)->status = toy->status;
	toy_cmd(rq)->uses++;
	toy->ops_seen[req_op(rq)]++;
	if (n < TOY_MAX_HELD) {
		toy->log[n].op = req_op(rq);
		toy->log[n].sector = blk_rq_pos(rq);
		toy->log[n].bytes = blk_rq_bytes(rq);
		toy->log[n].segs = rq->nr_phys_segments;
		toy->log[n].flags = rq->cmd_flags;
	}
	if (!toy->hold) {
		toy_done(rq);
		return;
	}
	assert_true(toy->nr_held < TOY_MAX_HELD);
	toy->held[toy->nr_held++] = rq;
}

/* Complete the oldest @nr held requests. */
static inline void toy_finish(struct toy *toy, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct request *rq = toy->held[0];

		assert_true(toy->nr_held > 0);
		toy->nr_held--;
		memmove(toy->held, toy->held + 1,
			toy->nr_held * sizeof(toy->held[0]));
		toy_done(rq);
	}
	lib_run();
}

static inline blk_status_t toy_queue_rq(struct blk_mq_hw_ctx *hctx,
					const struct blk_mq_queue_data *bd)
{
	struct toy *toy = toy_of(bd->rq);

	toy->queue_rq++;
	toy->lasts += bd->last;
	if (toy->accept) {
		toy->accept--;
	} else if (toy->refuse) {
		toy->refuse--;
		return toy->refusal;
	}
	toy_take(bd->rq);
	return BLK_STS_OK;
}

static inline void toy_queue_rqs(struct rq_list *list)
{
	struct rq_list left = {};
	struct request *rq;
	struct toy *toy = NULL;
	unsigned int n = 0;

	while ((rq = rq_list_pop(list))) {
		toy = toy_of(rq);
		if (toy->skip) {
			toy->skip--;
			rq_list_add_tail(&left, rq);
			continue;
		}
		toy_take(rq);
		n++;
	}
	toy->queue_rqs++;
	toy->batch_len = n;
	*list = left;
}

static inline void toy_commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	((struct toy *)hctx->driver_data)->commits++;
}

static inline void toy_complete(struct request *rq)
{
	toy_of(rq)->completes++;
	blk_mq_end_request(rq, toy_cmd(rq)->status);
}

static inline enum blk_eh_timer_return toy_timeout(struct request *rq)
{
	toy_of(rq)->timeouts++;
	return toy_of(rq)->on_timeout;
}

static inline int toy_poll(struct blk_mq_hw_ctx *hctx,
			   struct io_comp_batch *iob)
{
	struct toy *toy = hctx->driver_data;
	unsigned int nr = toy->reap ? toy->nr_held : 0;

	toy_finish(toy, nr);
	return nr;
}

static inline int toy_init_hctx(struct blk_mq_hw_ctx *hctx, void *data,
				unsigned int idx)
{
	struct toy *toy = data;

	hctx->driver_data = toy;
	toy->init_hctx++;
	return 0;
}

static inline void toy_exit_hctx(struct blk_mq_hw_ctx *hctx, unsigned int idx)
{
	((struct toy *)hctx->driver_data)->exit_hctx++;
}

static inline int toy_init_request(struct blk_mq_tag_set *set,
				   struct request *rq, unsigned int hctx_idx,
				   unsigned int node)
{
	struct toy *toy = set->driver_data;

	toy_cmd(rq)->toy = toy;
	toy->init_request++;
	return 0;
}

static inline void toy_exit_request(struct blk_mq_tag_set *set,
				    struct request *rq, unsigned int hctx_idx)
{
	((struct toy *)set->driver_data)->exit_request++;
}

/* Ops and a set of one hardware queue of 8 tags; edit before toy_add(). */
static inline void toy_init(struct toy *toy)
{
	memset(toy, 0, sizeof(*toy));
	toy->ops = (struct blk_mq_ops){
		.queue_rq = toy_queue_rq,
		.commit_rqs = toy_commit_rqs,
		.complete = toy_complete,
		.timeout = toy_timeout,
		.poll = toy_poll,
		.init_hctx = toy_init_hctx,
		.exit_hctx = toy_exit_hctx,
		.init_request = toy_init_request,
		.exit_request = toy_exit_request,
	};
	toy->set = (struct blk_mq_tag_set){
		.ops = &toy->ops,
		.nr_hw_queues = 1,
		.queue_depth = 8,
		.cmd_size = sizeof(struct toy_cmd),
		.numa_node = NUMA_NO_NODE,
		.driver_data = toy,
	};
	toy->lim = (struct queue_limits){
		.max_hw_sectors = 256,
		.max_segments = 33,
		.max_segment_size = UINT_MAX,
		.virt_boundary_mask = 0xfff,
		.max_hw_discard_sectors = UINT_MAX,
		.max_discard_segments = 4,
	};
}

/* Return: 0 or what failed, with nothing left behind. */
static inline int toy_try_add(struct toy *toy)
{
	int ret = blk_mq_alloc_tag_set(&toy->set);

	if (ret)
		return ret;
	toy->disk = blk_mq_alloc_disk(&toy->set, &toy->lim, toy);
	if (IS_ERR(toy->disk)) {
		ret = PTR_ERR(toy->disk);
		goto err_set;
	}
	toy->q = toy->disk->queue;
	toy->bdev = toy->disk->part0;
	toy->disk->fops = &toy_fops;
	strcpy(toy->disk->disk_name, "toy0");
	set_capacity(toy->disk, TOY_BYTES >> SECTOR_SHIFT);
	ret = device_add_disk(NULL, toy->disk, NULL);
	if (ret)
		goto err_disk;
	return 0;

err_disk:
	put_disk(toy->disk);
err_set:
	blk_mq_free_tag_set(&toy->set);
	return ret;
}

static inline void toy_add(struct toy *toy)
{
	assert_int_equal(toy_try_add(toy), 0);
	toy->store = kzalloc(TOY_BYTES, GFP_KERNEL);
	assert_non_null(toy->store);
}

static inline void toy_remove(struct toy *toy)
{
	del_gendisk(toy->disk);
	put_disk(toy->disk);
	blk_mq_free_tag_set(&toy->set);
	kfree(toy->store);
	toy->store = NULL;
}

/* ---- bios that note their end ---------------------------------------- */

struct toy_end {
	unsigned int nr;
	blk_status_t status;
};

static inline void toy_bio_end(struct bio *bio)
{
	struct toy_end *end = bio->bi_private;

	end->nr++;
	end->status = bio->bi_status;
	bio_put(bio);
}

/* A bio over @len bytes at physical @phys; not submitted. */
static inline struct bio *toy_bio(struct toy *toy, struct toy_end *end,
				  blk_opf_t opf, sector_t sector,
				  phys_addr_t phys, unsigned int len)
{
	struct bio *bio = bio_alloc(toy->bdev, 4, opf, GFP_KERNEL);

	bio->bi_iter.bi_sector = sector;
	bio->bi_end_io = toy_bio_end;
	bio->bi_private = end;
	if (len)
		add_phys(bio, phys, len);
	return bio;
}

/* Submit it. */
static inline void toy_io(struct toy *toy, struct toy_end *end, blk_opf_t opf,
			  sector_t sector, phys_addr_t phys, unsigned int len)
{
	submit_bio(toy_bio(toy, end, opf, sector, phys, len));
}

#endif
