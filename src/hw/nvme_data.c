/* SPDX-License-Identifier: MIT */
/*
 * The data pointer of an NVMe command: PRP entries and lists, SGL descriptors.
 * NVM Express 1.3, sections 4.3 (PRP) and 4.4 (SGL).
 *
 * Every rule that the specification gives a status for is checked, because a
 * driver that breaks one works on some controllers only.
 *
 * D1  Exactly the list entries that the transfer needs are read.
 * D2  The pieces in n->segs add up to the length of the transfer.
 * Tests: tests/unit/hw/test_nvme_data.c
 */
#include <string.h>

#include "hw/nvme.h"

#define PRP_PER_PAGE (NVME_PAGE / 8)
#define SGL_MAX_DESC 2048
#define SGL_MAX_SEGMENTS 64

/* SGL descriptor: type in the upper nibble of byte 15 */
enum { SGL_DATA = 0x0, SGL_SEGMENT = 0x2, SGL_LAST = 0x3 };

struct sgl_desc {
	uint64_t addr;
	uint32_t len;
	uint8_t rsvd[3];
	uint8_t type;
};

_Static_assert(sizeof(struct sgl_desc) == 16, "SGL descriptor is 16 bytes");

/* Neighbours are joined: the port translates runs, not pages. */
static void add_seg(struct hw_nvme *n, uint64_t addr, uint32_t len)
{
	struct nvme_seg *last;

	if (n->nr_segs) {
		last = &n->segs[n->nr_segs - 1];
		if (last->addr + last->len == addr) {
			last->len += len;
			return;
		}
	}
	n->segs[n->nr_segs].addr = addr;
	n->segs[n->nr_segs].len = len;
	n->nr_segs++;
}

static uint32_t min32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* ---- PRP ----------------------------------------------------------------- */

static uint16_t prp_list(struct hw_nvme *n, uint64_t list, uint32_t left)
{
	uint64_t slots[PRP_PER_PAGE];
	uint32_t need, here, i;

	n->stats.prp_lists++;
	if (list & 7) {
		hw_nvme_violation(n, list,
				  "PRP list at 0x%llx is not a multiple of 8",
				  (unsigned long long)list);
		return ST_PRP_OFFSET;
	}
	while (left) {
		need = (left + NVME_PAGE - 1) / NVME_PAGE;
		here = (NVME_PAGE - (list & (NVME_PAGE - 1))) / 8;
		if (need < here)
			here = need;
		if (hw_dma_read(n->dev, list, slots, here * 8) != HW_OK)
			return ST_TRANSFER;
		/* The page's last slot links on only if data is left over. */
		for (i = 0; i < here - (need > here); i++) {
			uint32_t len = min32(left, NVME_PAGE);

			if (slots[i] & (NVME_PAGE - 1)) {
				hw_nvme_violation(
					n, slots[i],
					"PRP list entry 0x%llx has a page offset",
					(unsigned long long)slots[i]);
				return ST_PRP_OFFSET;
			}
			add_seg(n, slots[i], len);
			left -= len;
		}
		if (!left)
			break;
		list = slots[here - 1];
		if (list & (NVME_PAGE - 1)) {
			hw_nvme_violation(
				n, list,
				"chained PRP list at 0x%llx has a page offset",
				(unsigned long long)list);
			return ST_PRP_OFFSET;
		}
	}
	return ST_OK;
}

static uint16_t map_prp(struct hw_nvme *n, const struct nvme_sqe *sqe,
			uint32_t len)
{
	uint32_t first = NVME_PAGE - (sqe->prp1 & (NVME_PAGE - 1));

	if (sqe->prp1 & 3) {
		hw_nvme_violation(n, sqe->prp1,
				  "PRP1 0x%llx is not dword aligned",
				  (unsigned long long)sqe->prp1);
		return ST_PRP_OFFSET;
	}
	first = min32(first, len);
	add_seg(n, sqe->prp1, first);
	len -= first;
	if (!len)
		return ST_OK;
	if (len > NVME_PAGE)
		return prp_list(n, sqe->prp2, len);
	if (sqe->prp2 & (NVME_PAGE - 1)) {
		hw_nvme_violation(n, sqe->prp2, "PRP2 0x%llx has a page offset",
				  (unsigned long long)sqe->prp2);
		return ST_PRP_OFFSET;
	}
	add_seg(n, sqe->prp2, len);
	return ST_OK;
}

/* ---- SGL ----------------------------------------------------------------- */

static uint16_t sgl_block(struct hw_nvme *n, const struct sgl_desc *d,
			  uint32_t *left)
{
	if ((n->cfg.sgls & 3) == 2 && ((d->addr | d->len) & 3)) {
		hw_nvme_violation(
			n, d->addr,
			"SGL data block 0x%llx+%u is not dword granular",
			(unsigned long long)d->addr, d->len);
		return ST_SGL_GRANULARITY;
	}
	if (d->len > *left) {
		hw_nvme_violation(n, d->addr,
				  "SGL is longer than the transfer by %u bytes",
				  d->len - *left);
		return ST_SGL_LENGTH;
	}
	if (n->nr_segs == NVME_MAX_SEGS)
		return ST_SGL_COUNT;
	if (d->len)
		add_seg(n, d->addr, d->len);
	*left -= d->len;
	return ST_OK;
}

/*
 * One segment: data blocks, and as its last entry possibly the next segment.
 * *next is left alone when the chain ends here.
 */
static uint16_t sgl_segment(struct hw_nvme *n, const struct sgl_desc *seg,
			    uint32_t *left, struct sgl_desc *next)
{
	bool last = seg->type >> 4 == SGL_LAST;
	uint32_t count = seg->len / sizeof(struct sgl_desc), i;
	struct sgl_desc d;
	uint16_t status;

	if (!seg->len || seg->len % sizeof(d)) {
		hw_nvme_violation(n, seg->addr,
				  "SGL segment length %u is no multiple of 16",
				  seg->len);
		return ST_SGL_SEGMENT;
	}
	if (count > SGL_MAX_DESC)
		return ST_SGL_COUNT;
	for (i = 0; i < count; i++) {
		if (hw_dma_read(n->dev, seg->addr + i * sizeof(d), &d,
				sizeof(d)) != HW_OK)
			return ST_TRANSFER;
		switch (d.type) {
		case SGL_DATA << 4:
			status = sgl_block(n, &d, left);
			if (status)
				return status;
			break;
		case SGL_SEGMENT << 4:
		case SGL_LAST << 4:
			if (last || i != count - 1) {
				hw_nvme_violation(
					n, seg->addr,
					"SGL segment descriptor in the wrong place (entry %u of %u)",
					i, count);
				return ST_SGL_SEGMENT;
			}
			*next = d;
			return ST_OK;
		default:
			hw_nvme_violation(n, seg->addr,
					  "SGL descriptor type 0x%02x", d.type);
			return ST_SGL_TYPE;
		}
	}
	return ST_OK;
}

static uint16_t map_sgl(struct hw_nvme *n, const struct nvme_sqe *sqe,
			uint32_t len)
{
	unsigned int segments = 0;
	struct sgl_desc d, next;
	uint16_t status;

	n->stats.sgl_cmds++;
	memcpy(&d, sqe->sgl, sizeof(d));
	if (d.type == SGL_DATA << 4) {
		n->stats.inline_sgl++;
		status = sgl_block(n, &d, &len);
	} else if (d.type == SGL_SEGMENT << 4 || d.type == SGL_LAST << 4) {
		do {
			if (segments++ == SGL_MAX_SEGMENTS)
				return ST_SGL_COUNT;
			next.type = 0xff;
			status = sgl_segment(n, &d, &len, &next);
			d = next;
		} while (!status && next.type != 0xff);
	} else {
		hw_nvme_violation(n, 0,
				  "SGL descriptor type 0x%02x in the command",
				  d.type);
		return ST_SGL_TYPE;
	}
	if (!status && len) {
		hw_nvme_violation(
			n, 0, "SGL is %u bytes shorter than the transfer", len);
		return ST_SGL_LENGTH;
	}
	return status;
}

/* ---- both ---------------------------------------------------------------- */

uint16_t hw_nvme_data_map(struct hw_nvme *n, const struct nvme_sqe *sqe,
			  bool admin, uint32_t len)
{
	unsigned int psdt = sqe->flags >> 6;

	n->nr_segs = 0;
	if (psdt == 0)
		return map_prp(n, sqe, len);
	if (psdt == 3 || admin || !(n->cfg.sgls & 3)) {
		hw_nvme_violation(n, 0, "PSDT %u %s", psdt,
				  psdt == 3 ? "is reserved" :
				  admin	    ? "on the admin queue" :
					      "although SGLs are not supported");
		return ST_FIELD;
	}
	return map_sgl(n, sqe, len);
}

uint16_t hw_nvme_data_in(struct hw_nvme *n, void *buf)
{
	uint8_t *at = buf;
	unsigned int i;

	for (i = 0; i < n->nr_segs; i++) {
		if (hw_dma_read(n->dev, n->segs[i].addr, at, n->segs[i].len) !=
		    HW_OK)
			return ST_TRANSFER;
		at += n->segs[i].len;
	}
	return ST_OK;
}

uint16_t hw_nvme_data_out(struct hw_nvme *n, const void *buf)
{
	const uint8_t *at = buf;
	unsigned int i;

	for (i = 0; i < n->nr_segs; i++) {
		if (hw_dma_write(n->dev, n->segs[i].addr, at, n->segs[i].len) !=
		    HW_OK)
			return ST_TRANSFER;
		at += n->segs[i].len;
	}
	return ST_OK;
}
