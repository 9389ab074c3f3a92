/* SPDX-License-Identifier: MIT */
/*
 * Gallery: the two-step API.
 */
#include "gallery/gallery.h"
#include "swiotlb/swiotlb.h"

/* 8 KiB are linked, as two pages; a second link gets no bounce buffer for its end. */
static void link_and_fail(struct fixture *f, struct dma_iova_state *s)
{
	assert_true(dma_iova_try_alloc(f->dev, s, 0, 0x3200));
	assert_int_equal(dma_iova_link(f->dev, s, RAM + 0x1000, 0, 0x2000,
				       DMA_TO_DEVICE, 0),
			 0);
	dmasim_fail_nth(DMASIM_SITE_BOUNCE, 1);
	assert_int_equal(dma_iova_link(f->dev, s, RAM + 0x10000, 0x2000, 0x1200,
				       DMA_TO_DEVICE, 0),
			 -ENOMEM);
}

/* spec: dma-core D1 */
static void link_rollback(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state s;

	fixture_make_external(f);
	fill_pattern(ram_at(RAM + 0x1000, 0x2000), 0x2000, 1);
	link_and_fail(f, &s);
	assert_device_reads(f, s.addr, 0x2000, 1);
	assert_device_faults(f, s.addr + 0x2000, 0x2000);
	dma_iova_destroy(f->dev, &s, 0x2000, DMA_TO_DEVICE, 0);

	quirk_on("link-rollback");
	link_and_fail(f, &s);
	/* The first page, linked before, is gone; the failed link is not. */
	assert_device_faults(f, s.addr, 0x1000);
	assert_read(f, s.addr + 0x1000, DMASIM_DMA_OK);
	assert_read(f, s.addr + 0x2000, DMASIM_DMA_OK);

	/* Whoever trusts the errno meets a hole and leaves the rest. */
	expect_warns(1);
	dma_iova_unlink(f->dev, &s, 0, 0x2000, DMA_TO_DEVICE, 0);
	assert_read(f, s.addr + 0x2000, DMASIM_DMA_OK);
	dma_iova_destroy(f->dev, &s, 0, DMA_TO_DEVICE, 0);
	assert_read(f, s.addr + 0x2000, DMASIM_DMA_OK);
#ifdef DMASIM_DEBUG
	expect_events(DMASIM_EVENT_MISUSE, "iommu-freed-iova", 1);
#endif
}

/* spec: dma-core D2, 24 */
static void link_head_offset(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state s;

	fixture_make_external(f);
	dma_set_min_align_mask(f->dev, 0);
	fill_pattern(ram_at(RAM + 0xa40, 0x3000), 0x3000, 2);
	assert_true(dma_iova_try_alloc(f->dev, &s, RAM + 0xa40, 0x3000));
	assert_int_equal(dma_iova_link(f->dev, &s, RAM + 0xa40, 0, 0x3000,
				       DMA_TO_DEVICE, 0),
			 0);
	assert_device_reads(f, s.addr, 0x3000, 2);
	dma_iova_unlink(f->dev, &s, 0, 0x3000, DMA_TO_DEVICE, 0);

	quirk_on("link-head-offset");
	assert_int_equal(dma_iova_link(f->dev, &s, RAM + 0xa40, 0, 0x3000,
				       DMA_TO_DEVICE, 0),
			 -EINVAL);
	assert_device_faults(f, s.addr, 0x3000);
	/* NVMe asks for this, and never noticed. */
	dma_set_min_align_mask(f->dev, 0xfff);
	assert_int_equal(dma_iova_link(f->dev, &s, RAM + 0xa40, 0, 0x3000,
				       DMA_TO_DEVICE, 0),
			 0);
	dma_iova_destroy(f->dev, &s, 0x3000, DMA_TO_DEVICE, 0);
}

/* Reserve 64 pages, use one. */
static dma_addr_t destroy_early(struct fixture *f)
{
	struct dma_iova_state s;

	assert_true(dma_iova_try_alloc(f->dev, &s, 0, 64 * PAGE_4K));
	assert_int_equal(dma_iova_link(f->dev, &s, RAM, 0, PAGE_4K,
				       DMA_TO_DEVICE, 0),
			 0);
	dma_iova_destroy(f->dev, &s, PAGE_4K, DMA_TO_DEVICE, 0);
	return s.addr;
}

/* spec: dma-core D3, 37 */
static void destroy_short(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state one, many;

	assert_int_equal(destroy_early(f), 0xfffc0000);
	assert_true(dma_iova_try_alloc(f->dev, &many, 0, 64 * PAGE_4K));
	assert_int_equal(many.addr, 0xfffc0000);
	dma_iova_free(f->dev, &many);

	quirk_on("destroy-short");
	assert_int_equal(destroy_early(f), 0xfffc0000);
	/* A single page gets the start of a range that is lost otherwise. */
	assert_true(dma_iova_try_alloc(f->dev, &one, 0, PAGE_4K));
	assert_int_equal(one.addr, 0xfffc0000);
	assert_true(dma_iova_try_alloc(f->dev, &many, 0, 64 * PAGE_4K));
	assert_int_equal(many.addr, 0xfff80000);
	dma_iova_free(f->dev, &many);
	dma_iova_free(f->dev, &one);
}

/* spec: dma-core D4 */
static void state_unchecked(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state a, b, c;

	assert_true(dma_iova_try_alloc(f->dev, &a, 0, PAGE_4K));
	dma_iova_free(f->dev, &a);
	dma_iova_free(f->dev, &a);
	expect_events(DMASIM_EVENT_MISUSE, "dma-iova-double-free", 1);
	assert_true(dma_iova_try_alloc(f->dev, &a, 0, PAGE_4K));
	assert_true(dma_iova_try_alloc(f->dev, &b, 0, PAGE_4K));
	assert_int_not_equal(a.addr, b.addr);
	assert_int_equal(dma_iova_link(f->dev, &b, RAM, PAGE_4K, PAGE_4K,
				       DMA_TO_DEVICE, 0),
			 -EINVAL);
	expect_events(DMASIM_EVENT_MISUSE, "dma-iova-range", 1);

	quirk_on("state-unchecked");
	/* Behind b lies a. */
	assert_int_equal(a.addr, b.addr + PAGE_4K);
	assert_int_equal(dma_iova_link(f->dev, &b, RAM, PAGE_4K, PAGE_4K,
				       DMA_TO_DEVICE, 0),
			 0);
	assert_translates(f, a.addr, RAM);
	assert_int_equal(dma_iova_link(f->dev, &a, RAM + PAGE_4K, 0, PAGE_4K,
				       DMA_TO_DEVICE, 0),
			 -EADDRINUSE);
	dma_iova_unlink(f->dev, &a, 0, PAGE_4K, DMA_TO_DEVICE, 0);
	dma_iova_free(f->dev, &b);

	/* Freed twice, it is handed out twice. */
	dma_iova_free(f->dev, &a);
	dma_iova_free(f->dev, &a);
	assert_true(dma_iova_try_alloc(f->dev, &b, 0, PAGE_4K));
	assert_true(dma_iova_try_alloc(f->dev, &c, 0, PAGE_4K));
	assert_int_equal(b.addr, c.addr);
	/* Only one of them can be given back. */
	dma_iova_free(f->dev, &b);
}

/* ---- what a device can do while slots are released --------------------------- */

static struct {
	struct fixture *f;
	u64 iova;
	enum dmasim_dma verdict;
	u8 *stored; /* where the store went, NULL: nowhere */
} late;

static void store_late(phys_addr_t slots, size_t bytes)
{
	uint64_t phys;
	u8 byte = 0x77;

	if (dmasim_iommu_translate(late.f->hw, late.iova, true, &phys) ==
		    DMASIM_DMA_OK &&
	    phys - slots < bytes)
		late.stored = dmasim_ram(phys, 1);
	late.verdict = dmasim_dma_write(late.f->hw, late.iova, &byte, 1);
}

static void unlink_with_a_late_store(struct fixture *f)
{
	struct dma_iova_state s;

	assert_true(dma_iova_try_alloc(f->dev, &s, RAM + 0x100, 0x80));
	assert_int_equal(dma_iova_link(f->dev, &s, RAM + 0x100, 0, 0x80,
				       DMA_FROM_DEVICE, 0),
			 0);
	assert_device_writes(f, s.addr, 0x80, 4);
	late.f = f;
	late.iova = s.addr;
	late.stored = NULL;
	swiotlb_set_release_hook(store_late);
	dma_iova_destroy(f->dev, &s, 0x80, DMA_FROM_DEVICE, 0);
	swiotlb_set_release_hook(NULL);
	assert_pattern(dmasim_ram(RAM + 0x100, 0x80), 0x80, 4);
}

/* spec: dma-core D27, 113 */
static void release_early(void **state)
{
	struct fixture *f = *state;

	fixture_make_external(f);
	ram_at(RAM, 0x1000);
	expect_faults(1);
	unlink_with_a_late_store(f);
	assert_int_equal(late.verdict, DMASIM_DMA_UNMAPPED);
	assert_null(late.stored);

	quirk_on("release-early");
	unlink_with_a_late_store(f);
	/* In a slot that the next bounce may have by then. */
	assert_int_equal(late.verdict, DMASIM_DMA_OK);
	assert_non_null(late.stored);
	assert_int_equal(*late.stored, 0x77);
}

int main(void)
{
	const struct CMUnitTest strict[] = {
		fixture_case(link_rollback), fixture_case(link_head_offset),
		fixture_case(destroy_short), fixture_case(state_unchecked),
		fixture_case(release_early),
	};

	return run_variants("gallery_two_step", strict, variants_strict);
}
