/* SPDX-License-Identifier: MIT */
/*
 * Scatter lists through an IOMMU domain: one IOVA range for a whole list.
 * Models drivers/iommu/dma-iommu.c (map_sg, unmap_sg), 6.17.
 *
 * Three passes over the list, which is also the only place to keep notes:
 *
 *	widen	each entry to whole granules. Its own offset and length are kept
 *		in its DMA fields ("stashed"). Where an entry would cross the
 *		device's segment boundary the one before is made longer.
 *	map	the widened list as one range; what was made longer shows a
 *		scratch page, which the device cannot write to.
 *	emit	DMA segments into the front of the list, and put offset and
 *		length back. Neighbours become one segment if the device may see
 *		them as one.
 *
 *	memory	|##--|####|#---|####|	# data, - rest of the granule
 *	IOVA	|##--|####|#---|####|	the same, without gaps
 *	out	 ===  =========  ====
 *
 * Departures from 6.17: a bus-address segment gets its own entry's length; the
 * mark "every entry bounced" is cleared when it no longer holds; peer memory is
 * refused rather than copied when entries must bounce; entries that cannot be
 * widened in 32 bits are refused; padding shows nobody's memory (D12).
 *
 * I1  Offsets and lengths of all entries are the caller's on return.
 * I2  After a failure every DMA address is DMA_MAPPING_ERROR, every DMA length
 *     0, no mark is set, and nothing is mapped.
 * I3  Segments are written at or before the entry being read, so a stash is
 *     never overwritten before it was used.
 * Locks: none.
 * Tests: tests/unit/dma/test_dma_iommu.c
 */
#include <linux/bug.h>
#include <linux/pci-p2pdma.h>
#include <linux/string.h>

#include "dma/dma_iommu.h"
#include "mm/mm.h"

/* Marks of an earlier mapping; with the quirk "bounced" is for ever. */
static unsigned int iommu_dma_sg_marks(void)
{
	return lib_quirk(QUIRK_SG_BOUNCED_STICKS) ?
		       SG_DMA_BUS_ADDRESS :
		       SG_DMA_BUS_ADDRESS | SG_DMA_SWIOTLB;
}

static void iommu_dma_sg_clear(struct scatterlist *s, unsigned int marks)
{
	s->dma_flags &= ~marks;
	sg_dma_address(s) = DMA_MAPPING_ERROR;
	sg_dma_len(s) = 0;
}

/* Undo the first pass for @widened entries, forget DMA state of all. */
static void iommu_dma_sg_restore(struct scatterlist *sg, int nents, int widened)
{
	unsigned int marks = iommu_dma_sg_marks();
	struct scatterlist *s;
	int i;

	for_each_sg(sg, s, nents, i) {
		if (i < widened && !sg_dma_is_bus_address(s)) {
			s->offset += sg_dma_address(s);
			s->length = sg_dma_len(s);
		}
		iommu_dma_sg_clear(s, marks);
	}
}

/* ---- lists whose entries must bounce ---------------------------------------- */

static bool iommu_dma_sg_bounces(struct device *dev, struct scatterlist *sg,
				 int nents, enum dma_data_direction dir)
{
	struct scatterlist *s;
	int i;

	if (!IS_ENABLED(CONFIG_SWIOTLB))
		return false;
	if (iommu_dma_untrusted(dev))
		return true;
	if (dma_kmalloc_safe(dev, dir))
		return false;
	for_each_sg(sg, s, nents, i)
		if (!dma_kmalloc_size_aligned(s->length))
			return true;
	return false;
}

static void iommu_dma_unmap_each(struct device *dev, struct scatterlist *sg,
				 int nents, enum dma_data_direction dir,
				 unsigned long attrs)
{
	struct scatterlist *s;
	int i;

	for_each_sg(sg, s, nents, i)
		iommu_dma_unmap_phys(dev, sg_dma_address(s), sg_dma_len(s), dir,
				     attrs);
	sg->dma_flags &= ~iommu_dma_sg_marks();
}

static int iommu_dma_map_each(struct device *dev, struct scatterlist *sg,
			      int nents, enum dma_data_direction dir,
			      unsigned long attrs)
{
	struct pci_p2pdma_map_state p2p = {};
	struct scatterlist *s;
	int i, ret;

	for_each_sg(sg, s, nents, i) {
		switch (pci_p2pdma_state(&p2p, dev, sg_page(s))) {
		case PCI_P2PDMA_MAP_NONE:
		case PCI_P2PDMA_MAP_THRU_HOST_BRIDGE:
			break;
		default:
			/* Mapped anyway, whatever the device makes of it. */
			if (lib_quirk(QUIRK_SG_BOUNCED_PEER))
				break;
			ret = -EREMOTEIO;
			goto err_unmap;
		}
		sg_dma_address(s) = iommu_dma_map_phys(dev, sg_phys(s),
						       s->length, dir, attrs);
		if (sg_dma_address(s) == DMA_MAPPING_ERROR) {
			ret = -EIO;
			goto err_unmap;
		}
		sg_dma_len(s) = s->length;
	}
	sg_dma_mark_swiotlb(sg);
	return nents;

err_unmap:
	iommu_dma_unmap_each(dev, sg, i, dir, attrs | DMA_ATTR_SKIP_CPU_SYNC);
	iommu_dma_sg_restore(sg, nents, 0);
	return ret;
}

/* ---- one range for the whole list --------------------------------------------- */

/*
 * First pass. *@total gets the bytes of IOVA, *@padding how many of them are
 * nobody's; bus-address entries take none. Returns 0 or -errno, with *@widened entries changed either way.
 */
static int iommu_dma_sg_widen(struct device *dev, struct iova_domain *iovad,
			      struct scatterlist *sg, int nents, size_t *total,
			      size_t *padding, int *widened)
{
	unsigned long boundary = dma_get_seg_boundary(dev);
	unsigned int marks = iommu_dma_sg_marks();
	struct pci_p2pdma_map_state p2p = {};
	struct scatterlist *s, *prev = NULL;
	size_t off, len, pad;

	*total = *padding = 0;
	for (s = sg; *widened < nents; s = sg_next(s), ++*widened) {
		s->dma_flags &= ~marks;
		switch (pci_p2pdma_state(&p2p, dev, sg_page(s))) {
		case PCI_P2PDMA_MAP_NONE:
		case PCI_P2PDMA_MAP_THRU_HOST_BRIDGE:
			break;
		case PCI_P2PDMA_MAP_BUS_ADDR:
			sg_dma_address(s) =
				pci_p2pdma_bus_addr_map(&p2p, sg_phys(s));
			/* The first entry may have another length, widened. */
			sg_dma_len(s) = lib_quirk(QUIRK_SG_BUS_LENGTH) ?
						sg->length :
						s->length;
			sg_dma_mark_bus_address(s);
			continue;
		default:
			return -EREMOTEIO;
		}

		off = iova_offset(iovad, s->offset);
		len = iova_align(iovad, s->length + off);
		/* Bytes to the next boundary, if the entry would cross it. */
		pad = -*total & boundary;
		if (pad + 1 >= len)
			pad = 0;
		if (len > UINT_MAX || (pad && prev->length + pad > UINT_MAX))
			return -EINVAL;

		sg_dma_address(s) = off;
		sg_dma_len(s) = s->length;
		s->offset -= off;
		s->length = len;
		if (pad)
			prev->length += pad;
		*padding += pad;
		*total += pad + len;
		prev = s;
	}
	return 0;
}

/* ---- padding ------------------------------------------------------------------- */

/* What devices see between segments: a page of zeroes, made when first needed. */
static struct page *scratch;

static struct page *iommu_dma_scratch(void)
{
	struct page *page = READ_ONCE(scratch);

	if (page)
		return page;
	page = should_fail_site(DMASIM_SITE_PAGE) ? NULL : mm_reserve(1, false);
	if (!page)
		return NULL;
	memset(page_address(page), 0, PAGE_SIZE);
	if (cmpxchg(&scratch, NULL, page))
		mm_unreserve(page, 1);
	return READ_ONCE(scratch);
}

void iommu_dma_scratch_shutdown(void)
{
	if (scratch)
		mm_unreserve(scratch, 1);
	scratch = NULL;
}

/* @len bytes of padding at @iova, granule by granule. */
static int iommu_dma_map_padding(struct iommu_domain *domain, dma_addr_t iova,
				 size_t len, int prot)
{
	size_t granule = iommu_dma_iovad(domain)->granule, done = 0;
	struct page *page = iommu_dma_scratch();
	int ret = page ? 0 : -ENOMEM;

	prot = (prot & ~IOMMU_WRITE) | IOMMU_READ;
	for (; !ret && done < len; done += granule)
		ret = iommu_map_nosync(domain, iova + done, page_to_phys(page),
				       granule, prot, GFP_ATOMIC);
	/* The one that failed is not there. */
	if (ret && done > granule)
		iommu_unmap(domain, iova, done - granule);
	return ret;
}

/*
 * Second pass of a list with padding: iommu_map_sg() for what the caller gave.
 * Return: bytes, or -errno with nothing mapped.
 */
static ssize_t iommu_dma_map_padded(struct iommu_domain *domain,
				    dma_addr_t iova, struct scatterlist *sg,
				    int nents, int prot)
{
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	struct scatterlist *s;
	size_t mapped = 0, own;
	int i, ret;

	for_each_sg(sg, s, nents, i) {
		if (sg_dma_is_bus_address(s))
			continue;
		own = iova_align(iovad, sg_dma_address(s) + sg_dma_len(s));
		ret = iommu_map_nosync(domain, iova + mapped, sg_phys(s), own,
				       prot, GFP_ATOMIC);
		if (ret)
			goto err_unmap;
		mapped += own;
		if (own == s->length)
			continue;
		ret = iommu_dma_map_padding(domain, iova + mapped,
					    s->length - own, prot);
		if (ret)
			goto err_unmap;
		mapped += s->length - own;
	}
	ret = iommu_sync_map(domain, iova, mapped);
	if (!ret)
		return mapped;

err_unmap:
	if (mapped)
		iommu_unmap(domain, iova, mapped);
	return ret;
}

/* Third pass: returns the number of segments. */
static int iommu_dma_sg_emit(struct device *dev, struct scatterlist *sg,
			     int nents, dma_addr_t iova)
{
	unsigned long boundary = dma_get_seg_boundary(dev);
	unsigned int max_len = dma_get_max_seg_size(dev);
	unsigned int marks = iommu_dma_sg_marks();
	struct scatterlist *s, *out = NULL;
	bool open = false;
	int i, count = 0;

	for_each_sg(sg, s, nents, i) {
		bool bus = sg_dma_is_bus_address(s);
		dma_addr_t note = sg_dma_address(s);
		unsigned int len = sg_dma_len(s);
		unsigned int room = s->length;
		bool join;

		iommu_dma_sg_clear(s, marks);
		if (!bus) {
			s->offset += note;
			s->length = len;
		}
		join = open && !bus && !note && (iova & boundary) &&
		       (u64)sg_dma_len(out) + len <= max_len;
		if (join) {
			sg_dma_len(out) += len;
		} else {
			out = count++ ? sg_next(out) : sg;
			sg_dma_address(out) = bus ? note : iova + note;
			sg_dma_len(out) = len;
		}
		if (bus) {
			sg_dma_mark_bus_address(out);
			open = false;
		} else {
			open = note + len == room;
			iova += room;
		}
	}
	return count;
}

/**
 * iommu_dma_map_sg() - map a list
 *
 * Context: any.
 * Return: number of DMA segments; -ENOMEM without IOVA or page-table memory;
 * -EREMOTEIO for peer memory out of reach; -EINVAL if the IOMMU refuses, or
 * without a device (event dma-no-device);
 * -EIO if an entry that must bounce cannot be mapped.
 */
int iommu_dma_map_sg(struct device *dev, struct scatterlist *sg, int nents,
		     enum dma_data_direction dir, unsigned long attrs)
{
	struct iommu_domain *domain;
	struct iova_domain *iovad;
	int widened = 0, prot, ret;
	dma_addr_t iova = 0;
	ssize_t mapped;
	size_t total, padding;

	if (dma_no_device(dev) || nents <= 0)
		return -EINVAL;
	domain = iommu_fast_dma_domain(dev);
	iovad = iommu_dma_iovad(domain);
	prot = iommu_dma_prot(dir, dev_is_dma_coherent(dev), attrs);
	if (!iommu_dma_attach_ok(dev, domain))
		return -EINVAL;
	if (iommu_dma_sg_bounces(dev, sg, nents, dir))
		return iommu_dma_map_each(dev, sg, nents, dir, attrs);

	sg->dma_flags &= ~iommu_dma_sg_marks();
	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		iommu_dma_sync_sg_for_device(dev, sg, nents, dir);

	ret = iommu_dma_sg_widen(dev, iovad, sg, nents, &total, &padding,
				 &widened);
	if (ret)
		goto err_restore;
	if (total) {
		iova = iommu_dma_alloc_iova(domain, total, dma_get_mask(dev),
					    dev);
		if (!iova) {
			ret = -ENOMEM;
			goto err_restore;
		}
		if (unlikely(padding) && !lib_quirk(QUIRK_SG_PADS_FOREIGN))
			mapped = iommu_dma_map_padded(domain, iova, sg, nents,
						      prot);
		else
			mapped = iommu_map_sg(domain, iova, sg, nents, prot,
					      GFP_ATOMIC);
		if (mapped != total)
			goto err_free;
	}
	ret = iommu_dma_sg_emit(dev, sg, nents, iova);
	dma_count_map();
	if (unlikely(padding))
		lib_counter_add(&dma_counters.sg_padding, padding);
	return ret;

err_free:
	if (mapped > 0)
		iommu_unmap(domain, iova, mapped);
	iommu_dma_free_iova(domain, iova, total);
	ret = mapped == -ENOMEM || mapped == -EREMOTEIO ? mapped : -EINVAL;
err_restore:
	iommu_dma_sg_restore(sg, nents, widened);
	return ret;
}

/*
 * The one range of a mapped list: its first and its last byte. False if all of
 * it is bus addresses, whose marks are taken off. Segments lie at the front; the
 * first empty slot ends them.
 */
static bool iommu_dma_sg_span(struct scatterlist *sg, int nents,
			      dma_addr_t *first, dma_addr_t *last)
{
	struct scatterlist *s = sg;
	bool any = false;

	for (; nents-- > 0 && sg_dma_len(s); s = sg_next(s)) {
		if (sg_dma_is_bus_address(s)) {
			sg_dma_unmark_bus_address(s);
			continue;
		}
		if (!any)
			*first = sg_dma_address(s);
		*last = sg_dma_address(s) + (sg_dma_len(s) - 1);
		any = true;
	}
	return any;
}

/**
 * iommu_dma_unmap_sg() - undo iommu_dma_map_sg()
 * @nents: entries as given when mapping, not segments
 *
 * Context: any.
 */
void iommu_dma_unmap_sg(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	dma_addr_t first, last, start;
	struct iommu_domain *domain;
	struct iova_domain *iovad;
	size_t len;

	if (dma_no_device(dev))
		return;
	domain = iommu_fast_dma_domain(dev);
	iovad = iommu_dma_iovad(domain);
	if (sg_dma_is_swiotlb(sg)) {
		iommu_dma_unmap_each(dev, sg, nents, dir, attrs);
		return;
	}
	if (dma_needs_maintenance(dev, attrs))
		iommu_dma_sync_sg_for_cpu(dev, sg, nents, dir);
	dma_count_unmap();
	if (!iommu_dma_sg_span(sg, nents, &first, &last))
		return;
	start = iova_align_down(iovad, first);
	/* Not by the end: it may be the top of the address space, 2^64. */
	len = iova_align_down(iovad, last) - start + iovad->granule;
	__iommu_dma_unmap(domain, start, len, start, len);
}

/*
 * A list mapped as one range needs CPU caches maintained only; entries mapped
 * one by one are synced one by one, because each may be a copy.
 */
static void iommu_dma_sync_list(struct device *dev, struct scatterlist *sgl,
				int nelems, enum dma_data_direction dir,
				void (*maintain)(phys_addr_t, size_t,
						 enum dma_data_direction),
				void (*sync_copy)(struct device *, dma_addr_t,
						  size_t,
						  enum dma_data_direction))
{
	bool copied = sg_dma_is_swiotlb(sgl);
	struct scatterlist *s;
	int i;

	if (!copied && dev_is_dma_coherent(dev))
		return;
	for_each_sg(sgl, s, nelems, i) {
		if (copied)
			sync_copy(dev, sg_dma_address(s), s->length, dir);
		else
			maintain(sg_phys(s), s->length, dir);
	}
	dma_end_maintenance(dev);
}

/**
 * iommu_dma_sync_sg_for_cpu() - the CPU is about to read what a device wrote
 * @sgl: as iommu_dma_map_sg() left it
 * @nelems: entries as given when mapping, not segments
 *
 * Context: any.
 */
void iommu_dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl,
			       int nelems, enum dma_data_direction dir)
{
	if (dma_no_device(dev))
		return;
	iommu_dma_sync_list(dev, sgl, nelems, dir, arch_sync_dma_for_cpu,
			    iommu_dma_sync_single_for_cpu);
}

/** iommu_dma_sync_sg_for_device() - the way back; parameters likewise. */
void iommu_dma_sync_sg_for_device(struct device *dev, struct scatterlist *sgl,
				  int nelems, enum dma_data_direction dir)
{
	if (dma_no_device(dev))
		return;
	iommu_dma_sync_list(dev, sgl, nelems, dir, arch_sync_dma_for_device,
			    iommu_dma_sync_single_for_device);
}
