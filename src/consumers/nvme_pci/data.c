/* SPDX-License-Identifier: MIT */
/*
 * Data of a request: mapping, PRP lists and SGLs, unmapping.
 * Models nvme_map_data() and nvme_unmap_data() of drivers/nvme/host/pci.c,
 * 6.17.
 *
 * Two ways to walk a request end in the same builders:
 *	link	the block layer's DMA iterator: one IOVA range for the whole
 *		request where the IOMMU allows it, else segment by segment
 *	map	every segment by itself with dma_map_page(), for comparison
 *
 *	PRP1 -> first bytes	PRP2 -> one page, or list pages:
 *				[e0 e1 ... e510 | link] -> [e511 ...]
 *
 * D1  Only PRP1 may have an offset in its page; inner edges of a request lie on
 *     controller pages because the queue's virt boundary is one.
 * D2  After a failed map nothing is mapped and no descriptor or array is held.
 * D3  An IOVA range is given back with the length that was linked, however far
 *     the builder came.
 * Tests: tests/unit/consumers/test_nvme_prp_sgl.c, test_nvme_failure.c,
 * tests/consumers/test_nvme_sweep.c
 */
#include <linux/blk-mq-dma.h>
#include <linux/memremap.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "pci.h"

unsigned int nvme_sgl_threshold = 32 * 1024;
module_param_named(sgl_threshold, nvme_sgl_threshold, uint, 0644);
MODULE_PARM_DESC(
	sgl_threshold,
	"Use SGLs when average request segment size is larger or equal to this size. Use 0 to disable SGLs.");

/* ---- choice of format ---------------------------------------------------- */

/** nvme_use_sgls() - may, or must, @req use an SGL? Context: any. */
enum nvme_use_sgl nvme_use_sgls(struct nvme_dev *dev, struct request *req)
{
	/* Only I/O queues have a namespace, and SGLs. */
	if (!req->q->queuedata || !nvme_ctrl_sgl_supported(&dev->ctrl))
		return SGL_UNSUPPORTED;
	if (nvme_req(req)->flags & NVME_REQ_USERCMD)
		return SGL_FORCED;
	return SGL_SUPPORTED;
}

/**
 * nvme_prefer_sgl() - an SGL rather than PRPs?
 * @payload: bytes
 * @segments: DMA segments, at least 1
 *
 * Context: any.
 */
bool nvme_prefer_sgl(enum nvme_use_sgl use, u32 payload, unsigned int segments)
{
	if (use != SGL_SUPPORTED || !nvme_sgl_threshold)
		return use == SGL_FORCED;
	return DIV_ROUND_UP(payload, segments) >= nvme_sgl_threshold;
}

/** nvme_sgl_set_data() - describe @len bytes at @addr. */
void nvme_sgl_set_data(struct nvme_sgl_desc *d, dma_addr_t addr, u32 len)
{
	*d = (struct nvme_sgl_desc){
		.addr = cpu_to_le64(addr),
		.length = cpu_to_le32(len),
		.type = NVME_SGL_FMT_DATA_DESC << 4,
	};
}

/** nvme_sgl_set_last_seg() - point to a list of @entries descriptors. */
void nvme_sgl_set_last_seg(struct nvme_sgl_desc *d, dma_addr_t addr,
			   unsigned int entries)
{
	*d = (struct nvme_sgl_desc){
		.addr = cpu_to_le64(addr),
		.length = cpu_to_le32(entries * sizeof(*d)),
		.type = NVME_SGL_FMT_LAST_SEG_DESC << 4,
	};
}

/* ---- descriptor pages ---------------------------------------------------- */

/**
 * nvme_alloc_descriptor() - one more descriptor page for a request
 * @small: from the small pool; it is then the only one
 * @addr: its device address
 *
 * Context: atomic. Return: the page, or NULL without memory.
 */
void *nvme_alloc_descriptor(struct nvme_dev *dev, struct nvme_iod *iod,
			    bool small, dma_addr_t *addr)
{
	struct dma_pool *pool = small ? dev->small_pool : dev->large_pool;
	void *desc;

	if (WARN_ON_ONCE(iod->nr_descriptors == NVME_MAX_NR_DESCRIPTORS))
		return NULL;
	desc = dma_pool_alloc(pool, GFP_ATOMIC, addr);
	if (!desc)
		return NULL;
	if (small)
		iod->flags |= IOD_SMALL_DESCRIPTOR;
	iod->descriptors[iod->nr_descriptors++] = desc;
	return desc;
}

/**
 * nvme_free_descriptors() - free all of them. Context: atomic.
 *
 * Addresses are read back from where the controller found them: the command,
 * then the link in the last slot of each page.
 */
void nvme_free_descriptors(struct nvme_dev *dev, struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	union nvme_data_ptr *dptr = &iod->cmd.common.dptr;
	dma_addr_t addr, next = 0;
	unsigned int i;

	if (!iod->nr_descriptors)
		return;
	if (iod->cmd.common.flags & NVME_CMD_SGL_ALL)
		addr = le64_to_cpu(dptr->sgl.addr);
	else
		addr = le64_to_cpu(dptr->prp2);
	if (iod->flags & IOD_SMALL_DESCRIPTOR) {
		dma_pool_free(dev->small_pool, iod->descriptors[0], addr);
		iod->nr_descriptors = 0;
		return;
	}
	for (i = 0; i < iod->nr_descriptors; i++) {
		__le64 *list = iod->descriptors[i];

		if (i + 1 < iod->nr_descriptors)
			next = le64_to_cpu(list[NVME_PRPS_PER_PAGE - 1]);
		dma_pool_free(dev->large_pool, list, addr);
		addr = next;
	}
	iod->nr_descriptors = 0;
}

/* ---- one segment: no iterator, no list ----------------------------------- */

/**
 * nvme_map_single() - the short way for a request of one segment
 * @done: false if the request has to take the long way
 */
blk_status_t nvme_map_single(struct nvme_dev *dev, struct request *req,
			     enum nvme_use_sgl use, bool *done)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	struct nvme_common_command *cmd = &iod->cmd.common;
	struct bio_vec bv = req_bvec(req);
	unsigned int off = bv.bv_offset & (NVME_CTRL_PAGE_SIZE - 1);
	unsigned int first = NVME_CTRL_PAGE_SIZE - off;
	bool prp_ok = off + bv.bv_len <= 2 * NVME_CTRL_PAGE_SIZE;
	dma_addr_t addr;

	*done = false;
	if ((use == SGL_UNSUPPORTED && !prp_ok) ||
	    is_pci_p2pdma_page(bv.bv_page))
		return BLK_STS_OK;
	*done = true;
	addr = dma_map_bvec(dev->dev, &bv, rq_dma_dir(req), 0);
	if (dma_mapping_error(dev->dev, addr))
		return BLK_STS_RESOURCE;
	iod->total_len = bv.bv_len;
	iod->flags |= IOD_SINGLE_SEGMENT;
	if (use == SGL_FORCED || !prp_ok) {
		cmd->flags |= NVME_CMD_SGL_METABUF;
		nvme_sgl_set_data(&cmd->dptr.sgl, addr, bv.bv_len);
	} else {
		cmd->dptr.prp1 = cpu_to_le64(addr);
		cmd->dptr.prp2 = bv.bv_len > first ? cpu_to_le64(addr + first) :
						     0;
	}
	return BLK_STS_OK;
}

/* ---- walking a request --------------------------------------------------- */

/**
 * struct nvme_walk - the mapped pieces of a request, one after the other
 * @it: address, length and status of the current piece
 * @each: map every bvec by itself instead of asking the block layer
 * @remember: pieces go to iod->dma_vecs
 */
struct nvme_walk {
	struct blk_dma_iter it;
	bool each;
	bool remember;
	struct bio *bio;
	struct bvec_iter pos;
	enum dma_data_direction dir;
};

/* The next bvec by itself; false at the end or with it.status set. */
static bool nvme_walk_bvec(struct nvme_dev *dev, struct nvme_walk *w)
{
	struct bio_vec bv;

	while (w->bio && !w->pos.bi_size) {
		w->bio = w->bio->bi_next;
		if (w->bio)
			w->pos = w->bio->bi_iter;
	}
	if (!w->bio)
		return false;
	bv = mp_bvec_iter_bvec(w->bio->bi_io_vec, w->pos);
	w->it.addr = dma_map_bvec(dev->dev, &bv, w->dir, 0);
	w->it.len = bv.bv_len;
	if (dma_mapping_error(dev->dev, w->it.addr)) {
		w->it.status = BLK_STS_RESOURCE;
		return false;
	}
	bio_advance_iter_single(w->bio, &w->pos, bv.bv_len);
	return true;
}

static void nvme_remember(struct nvme_walk *w, struct nvme_iod *iod)
{
	if (!w->remember)
		return;
	iod->dma_vecs[iod->nr_dma_vecs].addr = w->it.addr;
	iod->dma_vecs[iod->nr_dma_vecs].len = w->it.len;
	iod->nr_dma_vecs++;
}

static bool nvme_walk_start(struct nvme_dev *dev, struct request *req,
			    struct nvme_walk *w)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

	w->dir = rq_dma_dir(req);
	/* The tag's last I/O may have left a state that looks live. */
	iod->dma_state = (struct dma_iova_state){};
	if (!w->each)
		return blk_rq_dma_map_iter_start(req, dev->dev, &iod->dma_state,
						 &w->it);
	w->it.status = BLK_STS_OK;
	w->bio = req->bio;
	w->pos = req->bio->bi_iter;
	return nvme_walk_bvec(dev, w);
}

static bool nvme_walk_next(struct nvme_dev *dev, struct request *req,
			   struct nvme_walk *w)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	bool more;

	if (w->each)
		more = nvme_walk_bvec(dev, w);
	else
		more = blk_rq_dma_map_iter_next(req, dev->dev, &iod->dma_state,
						&w->it);
	if (more)
		nvme_remember(w, iod);
	return more;
}

/* ---- unmapping ----------------------------------------------------------- */

static void nvme_unmap_vecs(struct nvme_dev *dev, struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	unsigned int i;

	for (i = 0; i < iod->nr_dma_vecs; i++)
		dma_unmap_page(dev->dev, iod->dma_vecs[i].addr,
			       iod->dma_vecs[i].len, rq_dma_dir(req));
}

static void nvme_unmap_data(struct nvme_dev *dev, struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	union nvme_data_ptr *dptr = &iod->cmd.common.dptr;

	if (iod->flags & IOD_SINGLE_SEGMENT) {
		/* PRP1 and the address of an inline SGL are the same bytes. */
		dma_unmap_page(dev->dev, le64_to_cpu(dptr->prp1),
			       iod->total_len, rq_dma_dir(req));
		return;
	}
	if (!blk_rq_dma_unmap(req, dev->dev, &iod->dma_state,
			      dma_iova_size(&iod->dma_state)))
		nvme_unmap_vecs(dev, req);
	if (iod->dma_vecs)
		mempool_free(iod->dma_vecs, dev->vecs_mempool);
	iod->dma_vecs = NULL;
	iod->nr_dma_vecs = 0;
	nvme_free_descriptors(dev, req);
}

/*
 * Remember the pieces if they have to be unmapped one by one. The first is
 * mapped already; if there is no memory to remember it, it is undone here.
 */
static blk_status_t nvme_start_vecs(struct nvme_dev *dev, struct request *req,
				    struct nvme_walk *w)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

	w->remember = !blk_rq_dma_map_coalesce(&iod->dma_state) &&
		      dma_need_unmap(dev->dev);
	if (!w->remember)
		return BLK_STS_OK;
	iod->dma_vecs = mempool_alloc(dev->vecs_mempool, GFP_ATOMIC);
	if (!iod->dma_vecs) {
		if (!(req->cmd_flags & REQ_P2PDMA))
			dma_unmap_page(dev->dev, w->it.addr, w->it.len, w->dir);
		return BLK_STS_RESOURCE;
	}
	nvme_remember(w, iod);
	return BLK_STS_OK;
}

/* ---- PRP ----------------------------------------------------------------- */

/* Make the current piece non-empty; false at the end of the data, on error. */
static bool nvme_prp_refill(struct nvme_dev *dev, struct request *req,
			    struct nvme_walk *w)
{
	return w->it.len || nvme_walk_next(dev, req, w);
}

/* Take up to one controller page off the current piece. */
static dma_addr_t nvme_prp_take(struct nvme_walk *w, u32 *left, u32 max)
{
	dma_addr_t addr = w->it.addr;
	u32 len = min(*left, max);

	w->it.addr += len;
	w->it.len -= len;
	*left -= len;
	return addr;
}

static blk_status_t nvme_prp_list(struct nvme_dev *dev, struct request *req,
				  struct nvme_walk *w, u32 left)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	unsigned int entries = DIV_ROUND_UP(left, NVME_CTRL_PAGE_SIZE), i = 0;
	bool small = entries <= NVME_SMALL_POOL_SIZE / sizeof(__le64);
	dma_addr_t addr;
	__le64 *list;

	list = nvme_alloc_descriptor(dev, iod, small, &addr);
	if (!list)
		return BLK_STS_RESOURCE;
	iod->cmd.common.dptr.prp2 = cpu_to_le64(addr);
	while (left) {
		if (!nvme_prp_refill(dev, req, w))
			return w->it.status ?: BLK_STS_IOERR;
		if (i == NVME_PRPS_PER_PAGE) {
			__le64 *more =
				nvme_alloc_descriptor(dev, iod, false, &addr);

			if (!more)
				return BLK_STS_RESOURCE;
			/* The last entry moves over and makes room for the link. */
			more[0] = list[i - 1];
			list[i - 1] = cpu_to_le64(addr);
			list = more;
			i = 1;
		}
		if (WARN_ONCE(
			    w->it.addr & (NVME_CTRL_PAGE_SIZE - 1) ||
				    w->it.len < min_t(u32, left,
						      NVME_CTRL_PAGE_SIZE),
			    "Incorrectly formed request for payload:%d nents:%d",
			    blk_rq_payload_bytes(req),
			    blk_rq_nr_phys_segments(req)))
			return BLK_STS_IOERR;
		list[i++] = cpu_to_le64(
			nvme_prp_take(w, &left, NVME_CTRL_PAGE_SIZE));
	}
	return BLK_STS_OK;
}

static blk_status_t nvme_build_prp(struct nvme_dev *dev, struct request *req,
				   struct nvme_walk *w)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	union nvme_data_ptr *dptr = &iod->cmd.common.dptr;
	u32 left = blk_rq_payload_bytes(req);
	u32 first =
		NVME_CTRL_PAGE_SIZE - (w->it.addr & (NVME_CTRL_PAGE_SIZE - 1));

	iod->total_len = left;
	dptr->prp2 = 0;
	dptr->prp1 =
		cpu_to_le64(nvme_prp_take(w, &left, min(first, w->it.len)));
	if (!left)
		return BLK_STS_OK;
	if (left > NVME_CTRL_PAGE_SIZE)
		return nvme_prp_list(dev, req, w, left);
	if (!nvme_prp_refill(dev, req, w))
		return w->it.status ?: BLK_STS_IOERR;
	if (WARN_ONCE(w->it.addr & (NVME_CTRL_PAGE_SIZE - 1) ||
			      w->it.len < left,
		      "Incorrectly formed request for payload:%d nents:%d",
		      blk_rq_payload_bytes(req), blk_rq_nr_phys_segments(req)))
		return BLK_STS_IOERR;
	dptr->prp2 = cpu_to_le64(w->it.addr);
	return BLK_STS_OK;
}

/* ---- SGL ----------------------------------------------------------------- */

static blk_status_t nvme_build_sgl(struct nvme_dev *dev, struct request *req,
				   struct nvme_walk *w)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	struct nvme_common_command *cmd = &iod->cmd.common;
	unsigned int segments = blk_rq_nr_phys_segments(req), used = 0;
	struct nvme_sgl_desc *list;
	dma_addr_t addr;

	cmd->flags |= NVME_CMD_SGL_METABUF;
	iod->total_len = blk_rq_payload_bytes(req);
	if (blk_rq_dma_map_coalesce(&iod->dma_state) || segments == 1) {
		nvme_sgl_set_data(&cmd->dptr.sgl, w->it.addr, w->it.len);
		return BLK_STS_OK;
	}
	list = nvme_alloc_descriptor(
		dev, iod, segments <= NVME_SMALL_POOL_SIZE / sizeof(*list),
		&addr);
	if (!list)
		return BLK_STS_RESOURCE;
	/* Where the descriptor page is must be known to the error path, too. */
	nvme_sgl_set_last_seg(&cmd->dptr.sgl, addr, 0);
	do {
		if (WARN_ON_ONCE(used == segments))
			return BLK_STS_IOERR;
		nvme_sgl_set_data(&list[used++], w->it.addr, w->it.len);
	} while (nvme_walk_next(dev, req, w));
	nvme_sgl_set_last_seg(&cmd->dptr.sgl, addr, used);
	return w->it.status;
}

/* ---- the data paths ------------------------------------------------------ */

static blk_status_t nvme_map_request(struct nvme_dev *dev, struct request *req,
				     bool each)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	enum nvme_use_sgl use = nvme_use_sgls(dev, req);
	unsigned int segments = blk_rq_nr_phys_segments(req);
	struct nvme_walk w = { .each = each };
	blk_status_t status;
	bool done;

	if (segments == 1) {
		status = nvme_map_single(dev, req, use, &done);
		if (done)
			return status;
	}
	if (!nvme_walk_start(dev, req, &w))
		return w.it.status;
	status = nvme_start_vecs(dev, req, &w);
	if (status)
		return status;
	if (blk_rq_dma_map_coalesce(&iod->dma_state))
		segments = 1;
	if (nvme_prefer_sgl(use, blk_rq_payload_bytes(req), segments))
		status = nvme_build_sgl(dev, req, &w);
	else
		status = nvme_build_prp(dev, req, &w);
	if (status)
		nvme_unmap_data(dev, req);
	return status;
}

static blk_status_t nvme_link_map(struct nvme_dev *dev, struct request *req)
{
	return nvme_map_request(dev, req, false);
}

static blk_status_t nvme_each_map(struct nvme_dev *dev, struct request *req)
{
	/* A special payload has no bio to walk; it is a single segment anyway. */
	return nvme_map_request(dev, req,
				!(req->rq_flags & RQF_SPECIAL_PAYLOAD));
}

static size_t nvme_vecs_bytes(struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

	return iod->nr_dma_vecs * sizeof(*iod->dma_vecs);
}

const struct nvme_data_ops nvme_data_link = {
	.name = "link",
	.map = nvme_link_map,
	.unmap = nvme_unmap_data,
	.bookkeeping = nvme_vecs_bytes,
};

const struct nvme_data_ops nvme_data_map = {
	.name = "map",
	.map = nvme_each_map,
	.unmap = nvme_unmap_data,
	.bookkeeping = nvme_vecs_bytes,
};
