/* SPDX-License-Identifier: MIT */
/*
 * The physical segments of a request, and their mapping for DMA.
 *
 * Models block/blk-mq-dma.c, 6.17, with the corrections that
 * <linux/blk-mq-dma.h> lists.
 *
 *	bios -> vectors -> walk (joins what is contiguous, cuts at limits)
 *	     -> scatterlist            __blk_rq_map_sg()
 *	     -> one IOVA range         blk_rq_dma_map_iter_start()
 *	     -> range by range         ..._start() and ..._next()
 *
 * I1  The walk yields at most nr_phys_segments ranges, none of which crosses a
 *     segment boundary or exceeds the segment size.
 * I2  A failed start leaves nothing mapped and no IOVA; @state is then zero.
 * I3  @state says "IOVA" exactly if the request was mapped that way.
 * I4  REQ_P2PDMA stays on a request only while its segments are bus addresses,
 *     which is how blk_rq_dma_unmap() knows.
 *
 * Locks: none; the caller owns the request.
 * Tests: tests/unit/block/test_dma_iter.c
 */
#include <linux/blk-mq-dma.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/scatterlist.h>

#include "block/blk.h"
#include "lib/lib.h"

/** struct phys_run - a physically contiguous range. */
struct phys_run {
	phys_addr_t paddr;
	u32 len;
};

/* ---- the walk -------------------------------------------------------- */

static void walk_begin(struct request *rq, struct req_iterator *pos)
{
	if (rq->rq_flags & RQF_SPECIAL_PAYLOAD) {
		/* No bio: the one range is special_vec, taken or not. */
		pos->bio = NULL;
		pos->iter = (struct bvec_iter){
			.bi_size = rq->special_vec.bv_len,
		};
	} else if (bio_has_data(rq->bio)) {
		pos->bio = rq->bio;
		pos->iter = rq->bio->bi_iter;
	} else {
		pos->bio = NULL;
		pos->iter = (struct bvec_iter){};
	}
}

/* Go to the next bio if this one is used up; false at the end. */
static bool walk_refill(struct req_iterator *pos)
{
	if (pos->iter.bi_size)
		return true;
	if (!pos->bio->bi_next)
		return false;
	pos->bio = pos->bio->bi_next;
	pos->iter = pos->bio->bi_iter;
	return pos->iter.bi_size != 0;
}

static void walk_eat(struct req_iterator *pos, unsigned int bytes)
{
	bvec_iter_advance_single(pos->bio->bi_io_vec, &pos->iter, bytes);
}

static bool walk_next(struct request *rq, struct req_iterator *pos,
		      struct phys_run *run)
{
	struct request_queue *q = rq->q;
	struct bio_vec here, there;
	unsigned int most;

	if (!pos->iter.bi_size)
		return false;
	if (!pos->bio) {
		run->paddr = bvec_phys(&rq->special_vec);
		run->len = pos->iter.bi_size;
		pos->iter.bi_size = 0;
		return true;
	}

	here = mp_bvec_iter_bvec(pos->bio->bi_io_vec, pos->iter);
	run->paddr = bvec_phys(&here);
	most = blk_max_segment(&q->limits, run->paddr, UINT_MAX);
	run->len = min(here.bv_len, most);
	walk_eat(pos, run->len);

	/* At the end of a vector the next one may go on where it stopped. */
	while (!pos->iter.bi_bvec_done || !pos->iter.bi_size) {
		if (!walk_refill(pos))
			break;
		there = mp_bvec_iter_bvec(pos->bio->bi_io_vec, pos->iter);
		if (there.bv_len > most - run->len ||
		    !blk_vecs_adjoin(q, &here, &there))
			break;
		run->len += there.bv_len;
		walk_eat(pos, there.bv_len);
		here = there;
	}
	return true;
}

/* ---- scatterlists ---------------------------------------------------- */

/**
 * __blk_rq_map_sg() - describe the memory of @rq in a scatterlist
 * @sglist: room for nr_phys_segments entries, from *@last_sg on
 * @last_sg: last entry used, NULL to begin; updated
 *
 * Maps nothing. Marks the end of the list.
 * Return: entries used, 0 for a request without memory.
 */
int __blk_rq_map_sg(struct request *rq, struct scatterlist *sglist,
		    struct scatterlist **last_sg)
{
	struct req_iterator pos;
	struct phys_run run;
	int nr = 0;

	walk_begin(rq, &pos);
	for (; walk_next(rq, &pos, &run); nr++) {
		if (*last_sg) {
			/* The list may have ended here the last time. */
			sg_unmark_end(*last_sg);
			*last_sg = sg_next(*last_sg);
		} else {
			*last_sg = sglist;
		}
		sg_set_page(*last_sg, phys_to_page(run.paddr), run.len,
			    offset_in_page(run.paddr));
	}
	if (*last_sg)
		sg_mark_end(*last_sg);
	WARN_ON_ONCE(nr > blk_rq_nr_phys_segments(rq));
	return nr;
}
EXPORT_SYMBOL(__blk_rq_map_sg);

/* ---- DMA ------------------------------------------------------------- */

/* One range only makes sense if ranges begin and end on IOMMU granules, which
 * the virt boundary of the queue promises or does not. */
static bool iova_possible(struct request *rq, struct device *dev)
{
	unsigned long granule = queue_virt_boundary(rq->q) + 1;

	return !(granule & dma_get_merge_boundary(dev));
}

static bool stop(struct blk_dma_iter *iter, blk_status_t why)
{
	iter->status = why;
	return false;
}

static bool map_direct(struct request *rq, struct device *dev,
		       struct blk_dma_iter *iter, const struct phys_run *run)
{
	iter->addr = dma_map_page(dev, phys_to_page(run->paddr),
				  offset_in_page(run->paddr), run->len,
				  rq_dma_dir(rq));
	if (dma_mapping_error(dev, iter->addr))
		return stop(iter, BLK_STS_RESOURCE);
	iter->len = run->len;
	return true;
}

static bool map_bus(struct blk_dma_iter *iter, const struct phys_run *run)
{
	iter->addr = pci_p2pdma_bus_addr_map(&iter->p2pdma, run->paddr);
	iter->len = run->len;
	return true;
}

/* Link every segment behind the other, from @run on. */
static bool map_iova(struct request *rq, struct device *dev,
		     struct dma_iova_state *state, struct blk_dma_iter *iter,
		     struct phys_run *run)
{
	enum dma_data_direction dir = rq_dma_dir(rq);
	size_t linked = 0;
	int ret;

	do {
		ret = dma_iova_link(dev, state, run->paddr, linked, run->len,
				    dir, 0);
		/* The result of the sync below takes its place. */
		if (ret && lib_quirk(QUIRK_BLK_LINK_ERROR))
			break;
		if (ret)
			goto err_destroy;
		linked += run->len;
	} while (walk_next(rq, &iter->iter, run));

	ret = dma_iova_sync(dev, state, 0, linked);
	if (ret)
		goto err_destroy;
	iter->addr = state->addr;
	iter->len = dma_iova_size(state);
	return true;

err_destroy:
	dma_iova_destroy(dev, state, linked, dir, 0);
	*state = (struct dma_iova_state){};
	return stop(iter, errno_to_blk_status(ret));
}

/* What kind of memory is it? Sets REQ_P2PDMA for bus addresses only. */
static enum pci_p2pdma_map_type classify(struct request *rq, struct device *dev,
					 struct blk_dma_iter *iter,
					 const struct phys_run *run)
{
	bool claimed = rq->cmd_flags & REQ_P2PDMA;
	enum pci_p2pdma_map_type type;

	type = pci_p2pdma_state(&iter->p2pdma, dev, phys_to_page(run->paddr));
	/* Somebody set the flag on ordinary memory. */
	if (type == PCI_P2PDMA_MAP_NONE && claimed)
		return PCI_P2PDMA_MAP_NOT_SUPPORTED;
	rq->cmd_flags &= ~REQ_P2PDMA;
	if (type == PCI_P2PDMA_MAP_BUS_ADDR)
		rq->cmd_flags |= REQ_P2PDMA;
	return type;
}

/**
 * blk_rq_dma_map_iter_start() - map the first range of @req
 * @dma_dev: who will do the DMA
 * @state: needs no initialisation; the caller keeps it until unmap
 * @iter: needs no initialisation; gets the range
 *
 * If all of the request can be one IOVA range, it is mapped here completely.
 * Context: atomic.
 * Return: true if a range was mapped. False: iter->status is OK for a request
 * without data, RESOURCE if the mapping failed, INVAL for peer memory that
 * @dma_dev cannot reach, or what linking said; nothing is mapped then.
 */
bool blk_rq_dma_map_iter_start(struct request *req, struct device *dma_dev,
			       struct dma_iova_state *state,
			       struct blk_dma_iter *iter)
{
	struct phys_run run;

	*state = (struct dma_iova_state){};
	iter->p2pdma = (struct pci_p2pdma_map_state){};
	iter->status = BLK_STS_OK;
	walk_begin(req, &iter->iter);
	if (!walk_next(req, &iter->iter, &run))
		return false;

	switch (classify(req, dma_dev, iter, &run)) {
	case PCI_P2PDMA_MAP_NONE:
	case PCI_P2PDMA_MAP_THRU_HOST_BRIDGE:
		break;
	case PCI_P2PDMA_MAP_BUS_ADDR:
		return map_bus(iter, &run);
	default:
		return stop(iter, BLK_STS_INVAL);
	}

	if (iova_possible(req, dma_dev) &&
	    dma_iova_try_alloc(dma_dev, state, run.paddr,
			       blk_rq_payload_bytes(req)))
		return map_iova(req, dma_dev, state, iter, &run);
	return map_direct(req, dma_dev, iter, &run);
}
EXPORT_SYMBOL_GPL(blk_rq_dma_map_iter_start);

/**
 * blk_rq_dma_map_iter_next() - map the next range of @req
 *
 * Not after a start or next that returned false.
 * Context: atomic.
 * Return: true if a range was mapped. False: iter->status is OK at the end, or
 * RESOURCE; ranges mapped before stay mapped.
 */
bool blk_rq_dma_map_iter_next(struct request *req, struct device *dma_dev,
			      struct dma_iova_state *state,
			      struct blk_dma_iter *iter)
{
	struct phys_run run;

	if (!walk_next(req, &iter->iter, &run))
		return false;
	if (iter->p2pdma.map == PCI_P2PDMA_MAP_BUS_ADDR)
		return map_bus(iter, &run);
	return map_direct(req, dma_dev, iter, &run);
}
EXPORT_SYMBOL_GPL(blk_rq_dma_map_iter_next);
