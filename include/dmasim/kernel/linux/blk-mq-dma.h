/* SPDX-License-Identifier: MIT */
/*
 * <linux/blk-mq-dma.h>: mapping a request for DMA, one range at a time.
 *
 * Same: prototypes and behaviour of 6.17, with these corrections: a failed
 *	link or sync undoes everything and frees the IOVA; @state is zeroed
 *	whenever it is not used; a request without bio (special payload) works;
 *	the page type decides about peer-to-peer, REQ_P2PDMA on the request is
 *	only kept for bus addresses.
 * Reduced: nothing.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_BLK_MQ_DMA_H
#define _DMASIM_LINUX_BLK_MQ_DMA_H

#include <linux/blk-mq.h>
#include <linux/pci-p2pdma.h>

/**
 * struct blk_dma_iter - the range mapped last
 * @addr: device address
 * @len: bytes
 * @status: why the iterator stopped; only valid after it returned false
 */
struct blk_dma_iter {
	dma_addr_t addr;
	u32 len;
	blk_status_t status;
	/* private: */
	struct req_iterator iter;
	struct pci_p2pdma_map_state p2pdma;
};

bool blk_rq_dma_map_iter_start(struct request *req, struct device *dma_dev,
			       struct dma_iova_state *state,
			       struct blk_dma_iter *iter);
bool blk_rq_dma_map_iter_next(struct request *req, struct device *dma_dev,
			      struct dma_iova_state *state,
			      struct blk_dma_iter *iter);

/**
 * blk_rq_dma_map_coalesce() - is the whole request one DMA range?
 *
 * Valid after blk_rq_dma_map_iter_start() returned true.
 */
static inline bool blk_rq_dma_map_coalesce(struct dma_iova_state *state)
{
	return dma_use_iova(state);
}

/**
 * blk_rq_dma_unmap() - undo what the iterator mapped, if it can
 * @mapped_len: bytes that were linked, when IOVA space was used
 *
 * Return: true if nothing is left to do; false if the caller has to unmap each
 * range that it recorded.
 */
static inline bool blk_rq_dma_unmap(struct request *req, struct device *dma_dev,
				    struct dma_iova_state *state,
				    size_t mapped_len)
{
	bool nothing_mapped = (req->cmd_flags & REQ_P2PDMA) != 0;

	if (!nothing_mapped && dma_use_iova(state)) {
		dma_iova_destroy(dma_dev, state, mapped_len, rq_dma_dir(req),
				 0);
		return true;
	}
	return nothing_mapped || !dma_need_unmap(dma_dev);
}

#endif
