/* SPDX-License-Identifier: MIT */
/*
 * The block layer's DMA iterator as a consumer meets it: over a real machine,
 * with page tables that the hardware walks and failures from below. What the
 * iterator asks for, call by call, is tests/unit/block/test_dma_iter.c.
 */
#include <linux/blk-mq-dma.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>

#include "support/fixture.h"
#include "support/sweep.h"

#include <string.h>

#define A 0x10000000ull
#define B 0x20000000ull
#define C 0x30000000ull

static struct fixture *f;
static struct request_queue queue;
static struct request rq;
static struct bio *bio;
static struct dma_iova_state iova;
static struct blk_dma_iter iter;
static struct dmasim_dma_stats dma_before;
static struct dmasim_iommu_stats iommu_before;

static void limits(unsigned long virt_boundary)
{
	memset(&queue, 0, sizeof(queue));
	queue.limits.virt_boundary_mask = virt_boundary;
	assert_int_equal(blk_validate_limits(&queue.limits), 0);
	blk_rq_init(&queue, &rq);
	rq.cmd_flags = REQ_OP_WRITE;
}

static int setup(void **state)
{
	fixture_setup(state);
	f = *state;
	limits(0xfff);
	bio = bio_alloc(NULL, 8, REQ_OP_WRITE, GFP_KERNEL);
	/* Neither has to be initialised by a caller. */
	memset(&iova, 0xa5, sizeof(iova));
	memset(&iter, 0xa5, sizeof(iter));
	dmasim_dma_get_stats(&dma_before);
	dmasim_iommu_get_stats(&iommu_before);
	return 0;
}

static int teardown(void **state)
{
	bio_put(bio);
	return fixture_teardown(state);
}

static void add(phys_addr_t phys, unsigned int len)
{
	__bio_add_page(bio, phys_to_page(phys), len, offset_in_page(phys));
	rq.bio = rq.biotail = bio;
	rq.__data_len += len;
	rq.nr_phys_segments++;
}

static void three_unaligned_ends(void)
{
	add(A + 0x200, 0xe00);
	add(B, 0x1000);
	add(C, 0x400);
}

static void three_pages(void)
{
	add(A, 4096);
	add(B, 4096);
	add(C, 4096);
}

static bool start(void)
{
	return blk_rq_dma_map_iter_start(&rq, f->dev, &iova, &iter);
}

static bool next(void)
{
	return blk_rq_dma_map_iter_next(&rq, f->dev, &iova, &iter);
}

static bool unmap(size_t len)
{
	return blk_rq_dma_unmap(&rq, f->dev, &iova, len);
}

static void unmap_page(dma_addr_t addr, size_t len)
{
	if (dma_need_unmap(f->dev))
		dma_unmap_page(f->dev, addr, len, DMA_TO_DEVICE);
}

/* Between the IOVA allocator and the caller nothing is under way. */
static void assert_no_iova_out(void)
{
	struct dmasim_dma_stats now;

	dmasim_dma_get_stats(&now);
	assert_int_equal(now.iova_allocs - dma_before.iova_allocs,
			 now.iova_frees - dma_before.iova_frees);
}

static void assert_state_is_zero(void)
{
	assert_int_equal(iova.addr, 0);
	assert_false(dma_use_iova(&iova));
	assert_int_equal(dma_iova_size(&iova), 0);
}

/* ---- segment by segment -------------------------------------------------- */

static void without_iommu_each_segment_has_its_physical_address(void **state)
{
	three_pages();

	/* spec: block-nvme D1 */
	assert_true(start());
	assert_int_equal(iter.addr, A);
	assert_int_equal(iter.len, 4096);
	assert_false(blk_rq_dma_map_coalesce(&iova));
	assert_true(next());
	assert_int_equal(iter.addr, B);
	assert_true(next());
	assert_int_equal(iter.addr, C);
	assert_false(next());
	assert_int_equal(iter.status, BLK_STS_OK);
	assert_int_equal(unmap(12288), !dma_need_unmap(f->dev));
	unmap_page(A, 4096);
	unmap_page(B, 4096);
	unmap_page(C, 4096);
}

static void second_segment_that_fails_leaves_the_first(void **state)
{
	enum dmasim_site site = f->variant->translated ? DMASIM_SITE_IOVA :
							 DMASIM_SITE_MAP;
	dma_addr_t first;

	limits(0);
	three_pages();

	/* spec: block-nvme D2 */
	assert_true(start());
	first = iter.addr;
	dmasim_fail_from(site, 1);
	assert_false(next());
	assert_int_equal(iter.status, BLK_STS_RESOURCE);
	assert_int_equal(unmap(4096), !dma_need_unmap(f->dev));
	unmap_page(first, 4096);
	assert_no_iova_out();
}

static void queue_without_virt_boundary_is_never_coalesced(void **state)
{
	dma_addr_t addr[3];

	limits(0);
	three_pages();

	/* spec: block-nvme D5 */
	assert_true(start());
	addr[0] = iter.addr;
	assert_false(blk_rq_dma_map_coalesce(&iova));
	assert_true(next());
	addr[1] = iter.addr;
	assert_true(next());
	addr[2] = iter.addr;
	assert_false(next());
	assert_state_is_zero();
	assert_translates(f, addr[0], A);
	assert_translates(f, addr[1], B);
	assert_translates(f, addr[2], C);
	assert_false(unmap(12288));
	unmap_page(addr[0], 4096);
	unmap_page(addr[1], 4096);
	unmap_page(addr[2], 4096);
}

/* ---- one IOVA range ------------------------------------------------------ */

static void whole_request_becomes_one_range(void **state)
{
	struct dmasim_iommu_stats now;

	three_unaligned_ends();

	/* spec: block-nvme D3 - the allocator rounds 3 pages up to 4 */
	assert_true(start());
	assert_int_equal(iter.addr, 0xffffc200);
	assert_int_equal(iter.len, 0x2200);
	assert_true(blk_rq_dma_map_coalesce(&iova));
	assert_translates(f, 0xffffc000, A);
	assert_translates(f, 0xffffd000, B);
	assert_translates(f, 0xffffe000, C);
	assert_not_mapped(f, 0xfffff000, 4096);
	dmasim_iommu_get_stats(&now);
	assert_int_equal(now.syncs - iommu_before.syncs, 1);
	assert_false(next());
	assert_int_equal(iter.status, BLK_STS_OK);

	assert_true(unmap(0x2200));
	assert_not_mapped(f, 0xffffc000, 0x3000);
	assert_no_iova_out();
	dmasim_iommu_get_stats(&now);
	assert_int_equal(now.invalidations - iommu_before.invalidations, 1);
}

static void device_reads_the_bytes_in_order(void **state)
{
	char *a = page_address(alloc_page(GFP_KERNEL));
	char *b = page_address(alloc_page(GFP_KERNEL));
	char got[8192];

	memset(a, 'a', 4096);
	memset(b, 'b', 4096);
	add(virt_to_phys(b), 4096);
	add(virt_to_phys(a), 4096);
	assert_true(start());
	assert_int_equal(dmasim_dma_read(f->hw, iter.addr, got, 8192),
			 DMASIM_DMA_OK);
	assert_memory_equal(got, b, 4096);
	assert_memory_equal(got + 4096, a, 4096);
	assert_true(unmap(8192));
	assert_device_faults(f, iter.addr, 8192);
	free_page((unsigned long)a);
	free_page((unsigned long)b);
}

static void refused_range_falls_back_to_segments(void **state)
{
	dma_addr_t addr[2];

	add(A, 4096);
	add(B, 4096);
	/* below 4 GiB and then anywhere: both are refused */
	dmasim_fail_nth(DMASIM_SITE_IOVA, 1);
	dmasim_fail_any_nth(SWEEP_SITE(DMASIM_SITE_IOVA), 2);

	/* spec: block-nvme D6 */
	assert_true(start());
	assert_state_is_zero();
	assert_int_equal(iter.len, 4096);
	addr[0] = iter.addr;
	assert_true(next());
	addr[1] = iter.addr;
	assert_false(next());
	assert_translates(f, addr[0], A);
	assert_translates(f, addr[1], B);
	assert_false(unmap(8192));
	unmap_page(addr[0], 4096);
	unmap_page(addr[1], 4096);
}

/*
 * A range over a table boundary, linked in two steps: the tables of the first
 * step, and then that of the second, cannot be had.
 */
static void failed_link_leaves_nothing(void **state)
{
	bool second_failed = false;
	struct sweep s;

	add(A + 0x1000, SZ_2M);
	add(B, SZ_1M);

	/* spec: block-nvme D7 */
	FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_PT_PAGE)) {
		struct dmasim_dma_stats before, after;

		dmasim_dma_get_stats(&before);
		if (start()) {
			assert_false(sweep_failed());
			assert_int_equal(iter.addr, 0xffc00000);
			assert_true(unmap(SZ_2M + SZ_1M));
			continue;
		}
		dmasim_dma_get_stats(&after);
		second_failed |= after.maps - before.maps == 1;
		assert_int_equal(iter.status, BLK_STS_RESOURCE);
		assert_state_is_zero();
		assert_no_iova_out();
		assert_not_mapped(f, 0xffc00000, SZ_4M);
	}
	assert_true(second_failed);
}

static void failed_sync_undoes_all_links(void **state)
{
	three_unaligned_ends();
	dmasim_fail_nth(DMASIM_SITE_IOMMU_SYNC, 1);

	/* spec: block-nvme D8 */
	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_IOERR);
	assert_state_is_zero();
	assert_not_mapped(f, 0xffffc000, 0x4000);
	assert_no_iova_out();
}

/* ---- nothing to do ------------------------------------------------------- */

static void empty_request_ends_at_once(void **state)
{
	/* spec: block-nvme D14 */
	assert_false(start());
	assert_int_equal(iter.status, BLK_STS_OK);
	assert_state_is_zero();
	assert_no_iova_out();
}

#define iter_case(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest direct[] = {
		iter_case(without_iommu_each_segment_has_its_physical_address),
		iter_case(second_segment_that_fails_leaves_the_first),
		iter_case(empty_request_ends_at_once),
	};
	const struct CMUnitTest translated[] = {
		iter_case(second_segment_that_fails_leaves_the_first),
		iter_case(queue_without_virt_boundary_is_never_coalesced),
		iter_case(whole_request_becomes_one_range),
		iter_case(device_reads_the_bytes_in_order),
		iter_case(refused_range_falls_back_to_segments),
		iter_case(failed_link_leaves_nothing),
		iter_case(failed_sync_undoes_all_links),
		iter_case(empty_request_ends_at_once),
	};
	static const struct variant variants_direct[1] = {
		{ "direct", DMASIM_IOMMU_OFF, NULL, false, false },
	};

	return run_variants("blk_dma_iter", direct, variants_direct) +
	       run_variants("blk_dma_iter", translated, variants_strict);
}
