/* SPDX-License-Identifier: MIT */
/*
 * Dirty tracking: marks that the walker leaves in the real bits of each format,
 * reading and clearing them, the flush that must follow, the bitmap
 * (src/iommu_pt/pt_dirty.h, src/iommu/iova_bitmap.c, src/hw/iommu.c).
 */
#include <linux/iommu.h>
#include <linux/iova_bitmap.h>
#include <linux/pci.h>

#include "hw/hw.h"
#include "support/fixture.h"

#define IOVA 0x40000000ul
#define RAM 0x123400000ull /* a multiple of 2 MiB, nobody else's */
#define RW (IOMMU_READ | IOMMU_WRITE)

static const struct variant variants_dirty[] = {
	{ "vtdss", DMASIM_IOMMU_STRICT, "vtdss", true, false },
	{ "amdv1", DMASIM_IOMMU_STRICT, "amdv1", true, false },
	{ "arm_s1_4k", DMASIM_IOMMU_STRICT, "arm_s1_4k", true, false },
};

/* With entries of 64 KiB in 16 items. */
static const struct variant variants_contig[] = {
	{ "amdv1", DMASIM_IOMMU_STRICT, "amdv1", true, false },
	{ "arm_s1_4k", DMASIM_IOMMU_STRICT, "arm_s1_4k", true, false },
};

static const struct variant variants_without[] = {
	{ "x86_64", DMASIM_IOMMU_STRICT, "x86_64", true, false },
	{ "riscv64", DMASIM_IOMMU_STRICT, "riscv64", true, false },
	{ "arm_s2_4k", DMASIM_IOMMU_STRICT, "arm_s2_4k", true, false },
};

/* A tracked domain that the fixture's device is attached to. */
static struct iommu_domain *tracked(struct fixture *f)
{
	struct iommu_domain *d = iommu_paging_domain_alloc_flags(
		f->dev, IOMMU_HWPT_ALLOC_DIRTY_TRACKING);

	assert_false(IS_ERR(d));
	assert_non_null(d->dirty_ops);
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_int_equal(d->dirty_ops->set_dirty_tracking(d, true), 0);
	return d;
}

static void drop(struct fixture *f, struct iommu_domain *d)
{
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* What user space does first: leaves of ARM begin dirty. */
static void clean(struct iommu_domain *d, unsigned long iova, size_t len)
{
	struct iommu_iotlb_gather gather;
	struct iommu_dirty_bitmap dirty;

	iommu_dirty_bitmap_init(&dirty, NULL, &gather);
	assert_int_equal(
		d->dirty_ops->read_and_clear_dirty(d, iova, len, 0, &dirty), 0);
	iommu_iotlb_sync(d, &gather);
}

static void map(struct iommu_domain *d, unsigned long iova, phys_addr_t phys,
		size_t len)
{
	assert_int_equal(iommu_map(d, iova, phys, len, RW, GFP_KERNEL), 0);
	clean(d, iova, len);
}

static void writes(struct fixture *f, uint64_t iova)
{
	char byte = 1;

	assert_int_equal(dmasim_dma_write(f->hw, iova, &byte, 1),
			 DMASIM_DMA_OK);
}

/* Read 4 KiB bits of @len bytes into @bits (at most 512), and flush if @sync. */
static int read_bits(struct iommu_domain *d, unsigned long iova, size_t len,
		     unsigned long flags, bool sync, u64 bits[8])
{
	struct iommu_iotlb_gather gather;
	struct iommu_dirty_bitmap dirty;
	struct iova_bitmap *bitmap;
	int ret;

	memset(bits, 0, 64);
	/* A bitmap ends where addresses end; @len is the driver's to judge. */
	bitmap = iova_bitmap_alloc(iova, iova + len < iova ? -iova : len,
				   0x1000, bits);
	assert_false(IS_ERR(bitmap));
	iommu_dirty_bitmap_init(&dirty, bitmap, &gather);
	ret = d->dirty_ops->read_and_clear_dirty(d, iova, len, flags, &dirty);
	if (sync)
		iommu_iotlb_sync(d, &gather);
	iova_bitmap_free(bitmap);
	return ret;
}

/* ---- marks --------------------------------------------------------------------- */

/* spec: iommu-pt D1 */
static void the_page_that_was_written_is_dirty(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];
	unsigned int i;
	char byte;

	/* One by one, so that no entry holds several of them. */
	for (i = 1; i < 17; i++)
		map(d, IOVA + i * 0x1000, RAM + i * 0x1000, 0x1000);
	assert_int_equal(dmasim_dma_read(f->hw, IOVA + 0x4000, &byte, 1),
			 DMASIM_DMA_OK);
	writes(f, IOVA + 0x6fff);
	writes(f, IOVA + 0x6000);

	assert_int_equal(read_bits(d, IOVA, 0x20000, IOMMU_DIRTY_NO_CLEAR, true,
				   bits),
			 0);
	assert_int_equal(bits[0], 1 << 6);
	assert_int_equal(read_bits(d, IOVA, 0x20000, 0, true, bits), 0);
	assert_int_equal(bits[0], 1 << 6);
	assert_int_equal(read_bits(d, IOVA, 0x20000, 0, true, bits), 0);
	assert_int_equal(bits[0], 0);
	drop(f, d);
}

/* spec: iommu-pt D2 */
static void a_write_after_the_flush_is_seen(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];

	map(d, IOVA, RAM + 0x1000, 0x1000);
	writes(f, IOVA);
	assert_int_equal(read_bits(d, IOVA, 0x1000, 0, true, bits), 0);
	assert_int_equal(bits[0], 1);

	writes(f, IOVA);

	assert_int_equal(read_bits(d, IOVA, 0x1000, 0, true, bits), 0);
	assert_int_equal(bits[0], 1);
	drop(f, d);
}

/* spec: iommu-pt D2 */
static void without_the_flush_a_write_is_lost(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];

	hw_iommu_set_check(true); /* release builds do not watch hits */
	map(d, IOVA, RAM + 0x1000, 0x2000);
	writes(f, IOVA);
	writes(f, IOVA + 0x1000);
	assert_int_equal(read_bits(d, IOVA, 0x2000, 0, false, bits), 0);
	assert_int_equal(bits[0], 3);
	expect_events(DMASIM_EVENT_FAULT, "iotlb-dirty-lost", 1);

	writes(f, IOVA + 0x1000);

	assert_event(DMASIM_EVENT_FAULT, "iotlb-dirty-lost", 0);
	assert_int_equal(read_bits(d, IOVA, 0x2000, 0, true, bits), 0);
	assert_int_equal(bits[0], 0);
	assert_event(DMASIM_EVENT_FAULT, "iotlb-dirty-lost", 1);
	drop(f, d);
}

/* Real migration goes on while it reads: this is no error. */
static void a_write_between_reading_and_the_flush_is_no_loss(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	struct iommu_iotlb_gather gather;
	struct iommu_dirty_bitmap dirty;
	u64 bits[8] = {};
	struct iova_bitmap *bitmap =
		iova_bitmap_alloc(IOVA, 0x1000, 0x1000, bits);

	map(d, IOVA, RAM + 0x1000, 0x1000);
	writes(f, IOVA);
	iommu_dirty_bitmap_init(&dirty, bitmap, &gather);
	assert_int_equal(d->dirty_ops->read_and_clear_dirty(d, IOVA, 0x1000, 0,
							    &dirty),
			 0);
	writes(f, IOVA);
	iommu_iotlb_sync(d, &gather);
	iova_bitmap_free(bitmap);
	assert_int_equal(bits[0], 1);

	assert_int_equal(read_bits(d, IOVA, 0x1000, 0, true, bits), 0);
	assert_int_equal(bits[0], 0);
	drop(f, d);
}

/* spec: iommu-pt D3 */
static void a_large_page_is_dirty_as_a_whole(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];
	int i;

	map(d, IOVA, RAM, 0x200000);
	writes(f, IOVA + 0x12345);

	assert_int_equal(read_bits(d, IOVA, 0x200000, 0, true, bits), 0);
	for (i = 0; i < 8; i++)
		assert_int_equal(bits[i], ~0ull);
	/* Asked for from its middle, too; bits before the bitmap are left out. */
	writes(f, IOVA + 0x12345);
	assert_int_equal(read_bits(d, IOVA + 0x3000, 0x2000, 0, true, bits), 0);
	assert_int_equal(bits[0], 3);
	drop(f, d);
}

/* spec: iommu-pt D4, F5 */
static void an_entry_of_sixteen_items_is_sixteen_pages(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];

	map(d, IOVA, RAM + 0x10000, 0x10000);
	/* The walker marks the item that it meets, the eighth. */
	writes(f, IOVA + 0x7000);

	assert_int_equal(read_bits(d, IOVA, 0x20000, 0, true, bits), 0);
	assert_int_equal(bits[0], 0xffff);
	assert_int_equal(read_bits(d, IOVA, 0x20000, 0, true, bits), 0);
	assert_int_equal(bits[0], 0);
	drop(f, d);
}

/* spec: iommu-pt D5 */
static void holes_are_passed_over(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];

	map(d, IOVA, RAM + 0x1000, 0x1000);
	map(d, IOVA + 0x5000, RAM + 0x2000, 0x1000);
	map(d, IOVA + 0x1ff000, RAM + 0x3000, 0x1000);
	writes(f, IOVA);
	writes(f, IOVA + 0x5000);
	writes(f, IOVA + 0x1ff000);

	assert_int_equal(read_bits(d, IOVA, 0x200000, 0, true, bits), 0);

	assert_int_equal(bits[0], 0x21);
	assert_int_equal(bits[7], 1ull << 63);
	assert_int_equal(
		read_bits(d, IOVA - 0x40000000, 0x40000000, 0, true, bits), 0);
	drop(f, d);
}

/* spec: iommu-pt D6 */
static void without_tracking_bits_are_only_cleared(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];

	map(d, IOVA, RAM + 0x1000, 0x1000);
	writes(f, IOVA);
	assert_int_equal(d->dirty_ops->set_dirty_tracking(d, false), 0);

	assert_int_equal(read_bits(d, IOVA, 0x1000, 0, true, bits), -EINVAL);
	assert_int_equal(bits[0], 0);
	clean(d, IOVA, 0x1000);

	assert_int_equal(d->dirty_ops->set_dirty_tracking(d, true), 0);
	assert_int_equal(read_bits(d, IOVA, 0x1000, 0, true, bits), 0);
	assert_int_equal(bits[0], 0);
	drop(f, d);
}

static void tracking_can_be_turned_on_under_a_device(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];

	assert_int_equal(d->dirty_ops->set_dirty_tracking(d, false), 0);
	map(d, IOVA, RAM + 0x1000, 0x2000);
	writes(f, IOVA);
	clean(d, IOVA, 0x2000);

	assert_int_equal(d->dirty_ops->set_dirty_tracking(d, true), 0);
	assert_int_equal(d->dirty_ops->set_dirty_tracking(d, true), 0);
	writes(f, IOVA + 0x1000);

	assert_int_equal(read_bits(d, IOVA, 0x2000, 0, true, bits), 0);
	assert_int_equal(bits[0], 2);
	drop(f, d);
}

static void ranges_that_cannot_be_read_say_so(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = tracked(f);
	u64 bits[8];

	assert_int_equal(read_bits(d, IOVA, 0, 0, true, bits), -EINVAL);
	assert_int_equal(read_bits(d, ~0xffful, 0x2000, 0, true, bits),
			 -EOVERFLOW);
	if (d->geometry.aperture_end != ~0ull)
		assert_int_equal(read_bits(d, d->geometry.aperture_end - 0xfff,
					   0x2000, 0, true, bits),
				 -ERANGE);
	drop(f, d);
}

/* spec: iommu-pt D7 */
static void formats_without_marks_refuse(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_paging_domain_alloc_flags(
		f->dev, IOMMU_HWPT_ALLOC_DIRTY_TRACKING);

	assert_int_equal(PTR_ERR(d), -EOPNOTSUPP);
	assert_false(device_iommu_capable(f->dev, IOMMU_CAP_DIRTY_TRACKING));
}

/* ---- the bitmap ---------------------------------------------------------------- */

static int note_range(struct iova_bitmap *bitmap, unsigned long iova,
		      size_t length, void *opaque)
{
	unsigned long *seen = opaque;

	seen[0] = iova;
	seen[1] = length;
	return 5;
}

static void bits_of_touched_pages_are_set_and_no_others(void **state)
{
	unsigned long seen[2];
	u64 bits[2] = {};
	struct iova_bitmap *bitmap =
		iova_bitmap_alloc(0x10000, 0x10000, 0x1000, bits);

	iova_bitmap_set(bitmap, 0x11fff, 2);
	assert_int_equal(bits[0], 6);
	/* Outside, across both ends, nothing. */
	iova_bitmap_set(bitmap, 0xf000, 0x1000);
	iova_bitmap_set(bitmap, 0x20000, 0x1000);
	iova_bitmap_set(bitmap, 0x12000, 0);
	assert_int_equal(bits[0], 6);
	iova_bitmap_set(bitmap, 0xf000, 0x1001);
	iova_bitmap_set(bitmap, 0x1f000, 0x5000);
	assert_int_equal(bits[0], 0x8007);
	assert_int_equal(bits[1], 0);
	assert_int_equal(iova_bitmap_for_each(bitmap, seen, note_range), 5);
	assert_int_equal(seen[0], 0x10000);
	assert_int_equal(seen[1], 0x10000);
	iova_bitmap_free(bitmap);

	assert_int_equal(PTR_ERR(iova_bitmap_alloc(0, 1, 0, bits)), -EINVAL);
}

static void a_bitmap_ends_where_addresses_end(void **state)
{
	struct iova_bitmap *bitmap;
	u64 bits = 0;

	assert_int_equal(
		PTR_ERR(iova_bitmap_alloc(-0x1000ul, 0x1001, 0x1000, &bits)),
		-EOVERFLOW);
	bitmap = iova_bitmap_alloc(-0x2000ul, 0x2000, 0x1000, &bits);
	assert_false(IS_ERR(bitmap));

	/* A range that wraps ends there, too. */
	iova_bitmap_set(bitmap, -0x1000ul, 0x3000);

	assert_int_equal(bits, 2);
	iova_bitmap_free(bitmap);
}

/* The lowest set bit of the page size counts, and bytes have bit 0 first. */
static void bits_may_stand_for_larger_pages(void **state)
{
	u8 bytes[16] = {};
	struct iova_bitmap *bitmap = iova_bitmap_alloc(0, 0x2000000, 0x40200000,
						       (u64 *)(void *)bytes);

	iova_bitmap_set(bitmap, 0x1200000, 1);
	assert_int_equal(bytes[0], 0);
	assert_int_equal(bytes[1], 2);
	iova_bitmap_free(bitmap);
}

int main(void)
{
	const struct CMUnitTest dirty[] = {
		fixture_case(the_page_that_was_written_is_dirty),
		fixture_case(a_write_after_the_flush_is_seen),
		fixture_case(without_the_flush_a_write_is_lost),
		fixture_case(a_write_between_reading_and_the_flush_is_no_loss),
		fixture_case(a_large_page_is_dirty_as_a_whole),
		fixture_case(holes_are_passed_over),
		fixture_case(without_tracking_bits_are_only_cleared),
		fixture_case(tracking_can_be_turned_on_under_a_device),
		fixture_case(ranges_that_cannot_be_read_say_so),
	};
	const struct CMUnitTest contig[] = {
		fixture_case(an_entry_of_sixteen_items_is_sixteen_pages),
	};
	const struct CMUnitTest without[] = {
		fixture_case(formats_without_marks_refuse),
	};
	const struct CMUnitTest bitmap[] = {
		fixture_case(bits_of_touched_pages_are_set_and_no_others),
		fixture_case(bits_may_stand_for_larger_pages),
		fixture_case(a_bitmap_ends_where_addresses_end),
	};

	return run_variants("iommu_dirty", dirty, variants_dirty) +
	       run_variants("iommu_dirty", contig, variants_contig) +
	       run_variants("iommu_dirty", without, variants_without) +
	       run_variants_("iova_bitmap", bitmap, ARRAY_SIZE(bitmap),
			     &variant_vtdss_strict, 1);
}
