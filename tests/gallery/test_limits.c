/* SPDX-License-Identifier: MIT */
/*
 * Gallery: masks and device addresses. These two defects are in force unless
 * they are disabled: addresses and drivers depend on them.
 */
#include "gallery/gallery.h"

#define HIGH 0x140000000ull

/* A buffer is bounced, the mask set again; what does a sync bring? */
static u8 sync_after_set_mask(struct fixture *f)
{
	u8 *data = ram_at(HIGH, 64), byte;
	dma_addr_t addr;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	data[0] = 1;
	addr = dma_map_phys(f->dev, HIGH, 64, DMA_FROM_DEVICE, 0);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	byte = 2;
	assert_int_equal(dmasim_dma_write(f->hw, addr, &byte, 1),
			 DMASIM_DMA_OK);
	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_FROM_DEVICE);
	byte = data[0];
	dma_unmap_phys(f->dev, addr, 64, DMA_FROM_DEVICE, 0);
	return byte;
}

/* spec: dma-core D13, 76 */
static void mask_ends_sync(void **state)
{
	struct fixture *f = *state;

	/* What was there before. */
	assert_int_equal(sync_after_set_mask(f), 1);
	/* A driver that asks may skip the unmap, too: the slot is lost then. */
	assert_true(dma_need_unmap(f->dev) == false);

	quirk_off("mask-ends-sync");
	assert_int_equal(sync_after_set_mask(f), 2);
}

/* A device of 24 bits uses its range up; can one of 32 bits map a page? */
static bool room_below_4g(struct fixture *f)
{
	static struct dma_iova_state small[16];
	struct dma_iova_state s;
	unsigned int i, nr;
	bool room;

	/* 15 blocks of 1 MiB below 16 MiB, and no sixteenth. */
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(24)), 0);
	for (nr = 0; nr < 16; nr++)
		if (!dma_iova_try_alloc(f->dev, &small[nr], 0, SZ_1M))
			break;
	assert_int_equal(nr, 15);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	room = dma_iova_try_alloc(f->dev, &s, 0, SZ_1M);
	if (room)
		dma_iova_free(f->dev, &s);
	for (i = 0; i < nr; i++)
		dma_iova_free(f->dev, &small[i]);
	return room;
}

/* spec: dma-core D15, 4 */
static void iova_failed_size(void **state)
{
	struct fixture *f = *state;

	/* Nearly 4 GiB are free, and nothing is found. */
	assert_false(room_below_4g(f));

	quirk_off("iova-failed-size");
	assert_true(room_below_4g(f));

	/* The other allocator never had it. */
	f->cfg.iova_allocator = "gap";
	fixture_rebuild(f);
	assert_true(room_below_4g(f));
}

int main(void)
{
	const struct CMUnitTest untranslated[] = {
		fixture_case(mask_ends_sync),
	};
	const struct CMUnitTest strict[] = {
		fixture_case(iova_failed_size),
	};

	return run_variants("gallery_limits", untranslated,
			    variants_untranslated) +
	       run_variants("gallery_limits", strict, variants_strict);
}
