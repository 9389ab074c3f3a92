/* SPDX-License-Identifier: MIT */
/*
 * The scatterlist data path: what NVMe did before the two-step DMA API. Kept
 * beside the new one so that both can be measured and compared.
 * Models drivers/nvme/host/pci.c before 6.17.
 *
 * A scatterlist is built from the request, mapped as a whole, and then turned
 * into PRPs or an SGL; it must be kept until the unmap.
 *
 * G1  PRP lists are made from DMA segments: an IOMMU may have joined pages, so
 *     a segment can be longer than any piece of the request.
 * G2  As data.c D2.
 * Tests: tests/consumers/test_nvme.c, test_nvme_sweep.c
 */
#include <linux/module.h>
#include <linux/slab.h>

#include "pci.h"

/** struct nvme_sg_pos - a place in a mapped list. */
struct nvme_sg_pos {
	struct scatterlist *sg;
	dma_addr_t addr;
	u32 len;
	unsigned int left; /* DMA segments after this one */
};

static void nvme_sg_seek(struct nvme_sg_pos *pos, struct scatterlist *sg)
{
	pos->sg = sg;
	pos->addr = sg_dma_address(sg);
	pos->len = sg_dma_len(sg);
}

/* Up to @max bytes from here; 0 when the list is used up. */
static u32 nvme_sg_take(struct nvme_sg_pos *pos, u32 max, dma_addr_t *addr)
{
	u32 len;

	*addr = 0;
	if (!pos->len) {
		if (!pos->left)
			return 0;
		pos->left--;
		nvme_sg_seek(pos, sg_next(pos->sg));
	}
	*addr = pos->addr;
	len = min(pos->len, max);
	pos->addr += len;
	pos->len -= len;
	return len;
}

static bool nvme_sg_page_ok(dma_addr_t addr, u32 got, u32 want)
{
	return !WARN_ONCE((addr & (NVME_CTRL_PAGE_SIZE - 1)) || got != want,
			  "Invalid SGL for payload: %u of %u bytes at %pad\n",
			  got, want, &addr);
}

static blk_status_t nvme_sg_prp_list(struct nvme_dev *dev, struct nvme_iod *iod,
				     struct nvme_sg_pos *pos, u32 left)
{
	unsigned int entries = DIV_ROUND_UP(left, NVME_CTRL_PAGE_SIZE), i = 0;
	dma_addr_t addr, data;
	__le64 *list, *more;

	list = nvme_alloc_descriptor(
		dev, iod, entries * sizeof(__le64) <= NVME_SMALL_POOL_SIZE,
		&addr);
	if (!list)
		return BLK_STS_RESOURCE;
	iod->cmd.common.dptr.prp2 = cpu_to_le64(addr);
	while (left) {
		u32 want = min_t(u32, left, NVME_CTRL_PAGE_SIZE);
		u32 got = nvme_sg_take(pos, want, &data);

		if (!nvme_sg_page_ok(data, got, want))
			return BLK_STS_IOERR;
		if (i == NVME_PRPS_PER_PAGE) {
			more = nvme_alloc_descriptor(dev, iod, false, &addr);
			if (!more)
				return BLK_STS_RESOURCE;
			more[0] = list[i - 1];
			list[i - 1] = cpu_to_le64(addr);
			list = more;
			i = 1;
		}
		list[i++] = cpu_to_le64(data);
		left -= want;
	}
	return BLK_STS_OK;
}

static blk_status_t nvme_sg_build_prp(struct nvme_dev *dev,
				      struct nvme_iod *iod,
				      struct nvme_sg_pos *pos)
{
	union nvme_data_ptr *dptr = &iod->cmd.common.dptr;
	u32 left = iod->total_len, want, got;
	dma_addr_t addr;

	want = NVME_CTRL_PAGE_SIZE - (pos->addr & (NVME_CTRL_PAGE_SIZE - 1));
	left -= nvme_sg_take(pos, want, &addr);
	dptr->prp1 = cpu_to_le64(addr);
	dptr->prp2 = 0;
	if (!left)
		return BLK_STS_OK;
	if (left > NVME_CTRL_PAGE_SIZE)
		return nvme_sg_prp_list(dev, iod, pos, left);
	got = nvme_sg_take(pos, left, &addr);
	if (!nvme_sg_page_ok(addr, got, left))
		return BLK_STS_IOERR;
	dptr->prp2 = cpu_to_le64(addr);
	return BLK_STS_OK;
}

static blk_status_t nvme_sg_build_sgl(struct nvme_dev *dev,
				      struct nvme_iod *iod)
{
	struct nvme_common_command *cmd = &iod->cmd.common;
	struct nvme_sgl_desc *list;
	struct scatterlist *sg;
	dma_addr_t addr;
	unsigned int i;

	cmd->flags |= NVME_CMD_SGL_METABUF;
	if (iod->sgt.nents == 1) {
		nvme_sgl_set_data(&cmd->dptr.sgl, sg_dma_address(iod->sgt.sgl),
				  sg_dma_len(iod->sgt.sgl));
		return BLK_STS_OK;
	}
	list = nvme_alloc_descriptor(
		dev, iod,
		iod->sgt.nents * sizeof(*list) <= NVME_SMALL_POOL_SIZE, &addr);
	if (!list)
		return BLK_STS_RESOURCE;
	for_each_sgtable_dma_sg(&iod->sgt, sg, i)
		nvme_sgl_set_data(&list[i], sg_dma_address(sg), sg_dma_len(sg));
	nvme_sgl_set_last_seg(&cmd->dptr.sgl, addr, iod->sgt.nents);
	return BLK_STS_OK;
}

static void nvme_sg_release(struct nvme_dev *dev, struct nvme_iod *iod)
{
	mempool_free(iod->sgt.sgl, dev->sg_mempool);
	iod->sgt.sgl = NULL;
	iod->sgt.orig_nents = 0;
}

static void nvme_sg_unmap(struct nvme_dev *dev, struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

	if (iod->flags & IOD_SINGLE_SEGMENT) {
		dma_unmap_page(dev->dev, le64_to_cpu(iod->cmd.common.dptr.prp1),
			       iod->total_len, rq_dma_dir(req));
		return;
	}
	dma_unmap_sgtable(dev->dev, &iod->sgt, rq_dma_dir(req), 0);
	nvme_free_descriptors(dev, req);
	nvme_sg_release(dev, iod);
}

static blk_status_t nvme_sg_map_list(struct nvme_dev *dev, struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	int err;

	iod->sgt.sgl = mempool_alloc(dev->sg_mempool, GFP_ATOMIC);
	if (!iod->sgt.sgl)
		return BLK_STS_RESOURCE;
	sg_init_table(iod->sgt.sgl, blk_rq_nr_phys_segments(req));
	iod->sgt.orig_nents = blk_rq_map_sg(req, iod->sgt.sgl);
	err = iod->sgt.orig_nents ?
		      dma_map_sgtable(dev->dev, &iod->sgt, rq_dma_dir(req),
				      DMA_ATTR_NO_WARN) :
		      -EIO;
	if (!err)
		return BLK_STS_OK;
	nvme_sg_release(dev, iod);
	return err == -EREMOTEIO ? BLK_STS_TARGET :
	       err == -EIO	 ? BLK_STS_IOERR :
				   BLK_STS_RESOURCE;
}

static blk_status_t nvme_sg_map(struct nvme_dev *dev, struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	enum nvme_use_sgl use = nvme_use_sgls(dev, req);
	struct nvme_sg_pos pos;
	blk_status_t status;
	bool done;

	if (blk_rq_nr_phys_segments(req) == 1) {
		status = nvme_map_single(dev, req, use, &done);
		if (done)
			return status;
	}
	status = nvme_sg_map_list(dev, req);
	if (status)
		return status;
	iod->total_len = blk_rq_payload_bytes(req);
	if (nvme_prefer_sgl(use, iod->total_len, iod->sgt.nents)) {
		status = nvme_sg_build_sgl(dev, iod);
	} else {
		nvme_sg_seek(&pos, iod->sgt.sgl);
		pos.left = iod->sgt.nents - 1;
		status = nvme_sg_build_prp(dev, iod, &pos);
	}
	if (status)
		nvme_sg_unmap(dev, req);
	return status;
}

static size_t nvme_sg_bytes(struct request *req)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);

	if (iod->flags & IOD_SINGLE_SEGMENT)
		return 0;
	return iod->sgt.orig_nents * sizeof(struct scatterlist);
}

const struct nvme_data_ops nvme_data_sg = {
	.name = "sg",
	.map = nvme_sg_map,
	.unmap = nvme_sg_unmap,
	.bookkeeping = nvme_sg_bytes,
};
