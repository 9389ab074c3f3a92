/* SPDX-License-Identifier: MIT */
/*
 * The figures of bounce buffers, slot by slot, and why a buffer can be refused:
 * each reason has an event of its own and a text with the numbers, and what is
 * refused is not counted. spec: dma-core 8.3, 8.9, 81-84.
 */
#include <linux/swiotlb.h>

#include "api/api.h"

#define SLOTS 512
#define SLOT IO_TLB_SIZE
#define SET (IO_TLB_SEGSIZE * IO_TLB_SIZE)
#define ORIG 0x140000000ull

/* Without a wish for alignment pages stay pages. */
#if PAGE_SHIFT == 12
#define BITS "fff"
#elif PAGE_SHIFT == 14
#define BITS "3fff"
#else
#define BITS "ffff"
#endif

#define bounce_stat(field)                          \
	({                                          \
		struct dmasim_swiotlb_stats stats_; \
		dmasim_swiotlb_get_stats(&stats_);  \
		stats_.field;                       \
	})

static dma_addr_t map(struct fixture *f, phys_addr_t phys, size_t size)
{
	return dma_map_phys(f->dev, phys, size, DMA_TO_DEVICE, 0);
}

static dma_addr_t mapped_(struct fixture *f, phys_addr_t phys, size_t size,
			  const char *file, int line)
{
	dma_addr_t addr = map(f, phys, size);

	if (dma_mapping_error(f->dev, addr))
		_fail(file, line);
	return addr;
}

#define mapped(f, phys, size) mapped_(f, phys, size, __FILE__, __LINE__)

static void unmap(struct fixture *f, dma_addr_t addr, size_t size)
{
	dma_unmap_phys(f->dev, addr, size, DMA_TO_DEVICE, 0);
}

/* All three ways to ask say the same. */
static void assert_figures_(u64 used, u64 hiwater, const char *file, int line)
{
	struct dmasim_swiotlb_stats stats;
	uint64_t attr = 0, mark = 0;

	dmasim_swiotlb_get_stats(&stats);
	if (dmasim_swiotlb_attr_get("io_tlb_used", &attr) ||
	    dmasim_swiotlb_attr_get("io_tlb_used_hiwater", &mark))
		_fail(file, line);
	if (stats.used == used && stats.used_hiwater == hiwater &&
	    attr == used && mark == hiwater)
		return;
	print_error("%llu slots used, at most %llu, expected %llu and %llu\n",
		    (unsigned long long)stats.used,
		    (unsigned long long)stats.used_hiwater,
		    (unsigned long long)used, (unsigned long long)hiwater);
	_fail(file, line);
}

#define assert_figures(used, hiwater) \
	assert_figures_(used, hiwater, __FILE__, __LINE__)

/* A machine with a pool of so many slots and areas. */
static void pool(struct fixture *f, const char *option)
{
	f->cfg.swiotlb = option;
	fixture_rebuild(f);
}

/* ---- figures ------------------------------------------------------------------------ */

/* spec: dma-core 8.9 */
static void whole_slots_are_counted(void **state)
{
	struct fixture *f = *state;
	static const struct {
		size_t size;
		unsigned int slots;
	} rows[] = { { 1, 1 },
		     { SLOT, 1 },
		     { SLOT + 1, 2 },
		     { 2 * SLOT, 2 },
		     { SET, 128 } };
	dma_addr_t addr[ARRAY_SIZE(rows)];
	u64 bounces = bounce_stat(bounces);
	unsigned int used = 0, i;

	assert_figures(0, 0);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		addr[i] = mapped(f, ORIG, rows[i].size);
		used += rows[i].slots;
		assert_figures(used, used);
	}
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		unmap(f, addr[i], rows[i].size);
		used -= rows[i].slots;
		assert_figures(used, 134);
	}
	assert_figures(0, 134);
	assert_int_equal(bounce_stat(bounces) - bounces, ARRAY_SIZE(rows));
}

/* spec: dma-core 8.9 */
static void padding_is_counted(void **state)
{
	struct fixture *f = *state;
	phys_addr_t slot;

	dma_set_min_align_mask(f->dev, 0xfff);
	/* One slot before the address, and what is left of the unit behind. */
	slot = swiotlb_tbl_map_single(f->dev, ORIG + 0xa40, 1000, 0xfff,
				      DMA_TO_DEVICE, 0);
	assert_int_not_equal(slot, DMA_MAPPING_ERROR);
	assert_figures(2, 2);
	swiotlb_tbl_unmap_single(f->dev, slot, 1000, DMA_TO_DEVICE, 0);
	assert_figures(0, 2);
}

static void the_mark_is_the_most_at_one_time(void **state)
{
	struct fixture *f = *state;
	dma_addr_t a = mapped(f, ORIG, 10 * SLOT), b, c;

	b = mapped(f, ORIG, 20 * SLOT);
	unmap(f, a, 10 * SLOT);
	assert_figures(20, 30);
	/* 10 + 20 + 5 were never there together. */
	c = mapped(f, ORIG, 5 * SLOT);
	assert_figures(25, 30);
	a = mapped(f, ORIG, 6 * SLOT);
	assert_figures(31, 31);
	unmap(f, a, 6 * SLOT);
	unmap(f, b, 20 * SLOT);
	unmap(f, c, 5 * SLOT);
	assert_figures(0, 31);
}

/* spec: dma-core 84 */
static void a_mark_that_is_reset_begins_anew(void **state)
{
	struct fixture *f = *state;
	dma_addr_t a = mapped(f, ORIG, 40 * SLOT);
	dma_addr_t b = mapped(f, ORIG, 2 * SLOT);

	unmap(f, a, 40 * SLOT);
	assert_int_equal(dmasim_swiotlb_attr_set("io_tlb_used_hiwater", 42),
			 -EINVAL);
	assert_figures(2, 42);
	assert_int_equal(dmasim_swiotlb_attr_set("io_tlb_used", 0), -EACCES);
	assert_int_equal(dmasim_swiotlb_attr_set("io_tlb_used_hiwater", 0), 0);
	assert_figures(2, 0);
	a = mapped(f, ORIG, SLOT);
	assert_figures(3, 3);
	unmap(f, a, SLOT);
	unmap(f, b, 2 * SLOT);
	assert_figures(0, 3);
}

/* spec: dma-core 85 */
static void areas_count_together(void **state)
{
	struct fixture *f = *state;
	dma_addr_t set[4], small;
	unsigned int i;

	pool(f, "512,4,force");
	assert_int_equal(bounce_stat(areas), 4);
	/* Each area is one set; this CPU's is full first, then the others. */
	for (i = 0; i < 4; i++) {
		set[i] = mapped(f, ORIG, SET);
		assert_int_equal(set[i], bounce_stat(base) + i * SET);
		assert_figures((i + 1) * 128, (i + 1) * 128);
	}
	assert_int_equal(map(f, ORIG, SLOT), DMA_MAPPING_ERROR);
	assert_figures(512, 512);
	unmap(f, set[2], SET);
	assert_figures(384, 512);
	small = mapped(f, ORIG, 3 * SLOT);
	assert_int_equal(small, set[2]);
	assert_figures(387, 512);
	/* There are 125 more in that area, and 128 nowhere. */
	assert_int_equal(map(f, ORIG, SET), DMA_MAPPING_ERROR);
	assert_figures(387, 512);
	unmap(f, small, 3 * SLOT);
	set[2] = mapped(f, ORIG, SET);
	for (i = 0; i < 4; i++)
		unmap(f, set[i], SET);
	assert_figures(0, 512);
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-full", 2);
}

/* A list is refused as a whole, and what it took until then was really taken. */
static void a_list_gives_back_what_it_took(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sgl[4];
	dma_addr_t rest[3];
	unsigned int i;

	for (i = 0; i < 3; i++)
		rest[i] = mapped(f, ORIG, SET);
	dma_set_max_seg_size(f->dev, SET);
	sg_init_table(sgl, 4);
	for (i = 0; i < 4; i++)
		sg_set_page(&sgl[i], phys_to_page(ORIG), 50 * SLOT, 0);
	assert_int_equal(dma_map_sg(f->dev, sgl, 4, DMA_TO_DEVICE), 0);
	assert_figures(384, 484);
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-full", 1);
	assert_string_equal(event_text(DMASIM_EVENT_REFUSAL, "bounce-full"),
			    "no 50 free slots: 484 of 512 in use");

	/* Two of them fit. */
	assert_int_equal(dma_map_sg(f->dev, sgl, 2, DMA_TO_DEVICE), 2);
	assert_figures(484, 484);
	dma_unmap_sg(f->dev, sgl, 2, DMA_TO_DEVICE);
	for (i = 0; i < 3; i++)
		unmap(f, rest[i], SET);
	assert_figures(0, 484);
}

/* ---- reasons ------------------------------------------------------------------------- */

/* @call says no for the reason @id, in these words, and nothing else happens. */
#define assert_refused(call, id, text)                                     \
	do {                                                               \
		u64 used_ = bounce_stat(used),                             \
		    mark_ = bounce_stat(used_hiwater);                     \
		u64 all_ = dmasim_event_count(DMASIM_EVENT_REFUSAL, NULL); \
		u64 id_ = dmasim_event_count(DMASIM_EVENT_REFUSAL, id);    \
		u64 bounces_ = bounce_stat(bounces);                       \
                                                                           \
		assert_int_equal(call, DMA_MAPPING_ERROR);                 \
		assert_event(DMASIM_EVENT_REFUSAL, NULL, all_ + 1);        \
		assert_event(DMASIM_EVENT_REFUSAL, id, id_ + 1);           \
		assert_string_equal(event_text(DMASIM_EVENT_REFUSAL, id),  \
				    text);                                 \
		assert_figures(used_, mark_);                              \
		assert_int_equal(bounce_stat(bounces), bounces_);          \
	} while (0)

/* spec: dma-core 81, 82 */
static void too_long_is_a_reason(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr = mapped(f, ORIG, SLOT);

	expect_checker(f, "checker-map-too-long", 3);
	expect_checker(f, "checker-map-empty", 1);
	assert_refused(map(f, ORIG, SET + 1), "bounce-size",
		       "262145 bytes do not fit a bounce buffer of 262144");
	assert_refused(map(f, ORIG, 0), "bounce-size",
		       "0 bytes do not fit a bounce buffer of 262144");
	assert_refused(map(f, ORIG, SZ_16M), "bounce-size",
		       "16777216 bytes do not fit a bounce buffer of 262144");
	dma_set_min_align_mask(f->dev, 0xfff);
	assert_refused(map(f, ORIG + 0xfff, 258050), "bounce-size",
		       "258050 bytes do not fit a bounce buffer of 258048");
	dma_set_min_align_mask(f->dev, 0);
	unmap(f, addr, SLOT);
}

/* spec: dma-core 84 */
static void no_free_slots_are_a_reason(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr[SLOTS];
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		addr[i] = mapped(f, ORIG, SLOT);
	assert_refused(map(f, ORIG, 1), "bounce-full",
		       "no 1 free slots: 512 of 512 in use");
	assert_refused(map(f, ORIG, SET), "bounce-full",
		       "no 128 free slots: 512 of 512 in use");

	/* Half of them are free, and no two side by side. */
	for (i = 0; i < SLOTS; i += 2)
		unmap(f, addr[i], SLOT);
	assert_refused(map(f, ORIG, 2 * SLOT - 1), "bounce-full",
		       "no 2 free slots: 256 of 512 in use");
	for (i = 1; i < SLOTS; i += 2)
		unmap(f, addr[i], SLOT);
	assert_figures(0, 512);
}

/* spec: dma-core 83, 8.4 */
static void no_place_with_the_address_bits_is_a_reason(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	/* 34 slots, and a boundary each 32: a full pool would not matter. */
	dma_set_seg_boundary(f->dev, 0xffff);
	assert_refused(map(f, ORIG, 0x11000), "bounce-alignment",
		       "no 34 slots anywhere with address bits 0x" BITS
		       " clear, 0x0 kept, within 32 slots");
	dma_set_seg_boundary(f->dev, 0xffffffff);
	addr = mapped(f, ORIG, 0x11000);
	unmap(f, addr, 0x11000);

	/* The last slot of 128 KiB: two would cross a boundary everywhere. */
	dma_set_min_align_mask(f->dev, 0x1ffff);
	dma_set_seg_boundary(f->dev, 0x1ffff);
	assert_refused(
		map(f, ORIG + 0x1f800, SLOT + 1), "bounce-alignment",
		"no 2 slots anywhere with address bits 0x7ff clear, 0x1f800 kept, within 64 slots");
	addr = mapped(f, ORIG + 0x1f800, SLOT);
	assert_int_equal(addr & 0x1ffff, 0x1f800);
	unmap(f, addr, SLOT);
	dma_set_seg_boundary(f->dev, 0xffffffff);
	dma_set_min_align_mask(f->dev, 0);
}

static void a_pool_beyond_the_mask_is_a_reason(void **state)
{
	struct fixture *f = *state;

	expect_warns(1);
	/* Slots are taken before it is seen where they are: the mark shows it. */
	unmap(f, mapped(f, ORIG, SLOT), SLOT);
	f->dev->bus_dma_limit = DMA_BIT_MASK(24);
	assert_int_equal(map(f, ORIG, 64), DMA_MAPPING_ERROR);
	assert_figures(0, 1);
	assert_string_equal(
		event_text(DMASIM_EVENT_REFUSAL, NULL),
		"the pool is beyond mask 0xffffffffffffffff, bus limit 0xffffff");

	f->dev->bus_dma_limit = 0;
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(24)), 0);
	assert_int_equal(map(f, ORIG, 3 * SLOT), DMA_MAPPING_ERROR);
	assert_figures(0, 3);
	assert_string_equal(event_text(DMASIM_EVENT_REFUSAL, NULL),
			    "the pool is beyond mask 0xffffff, bus limit 0x0");
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-mask", 2);
	assert_event(DMASIM_EVENT_REFUSAL, NULL, 2);
}

static void what_is_no_ram_is_a_reason(void **state)
{
	struct fixture *f = *state;

	expect_checker(f, "checker-map-mmio", 1);
	assert_refused(map(f, 1ull << 40, 64), "bounce-no-ram",
		       "64 bytes at physical 0x10000000000 are not RAM");
}

/* spec: dma-core 8.3: DMA_ATTR_NO_WARN */
static void who_does_not_want_to_know_is_not_told(void **state)
{
	struct fixture *f = *state;
	dma_addr_t all[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		all[i] = mapped(f, ORIG, SET);
	expect_checker(f, "checker-map-too-long", 1);
	assert_int_equal(dma_map_phys(f->dev, ORIG, SET + 1, DMA_TO_DEVICE,
				      DMA_ATTR_NO_WARN),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_phys(f->dev, ORIG, 1, DMA_TO_DEVICE,
				      DMA_ATTR_NO_WARN),
			 DMA_MAPPING_ERROR);
	dma_set_seg_boundary(f->dev, 0xffff);
	assert_int_equal(dma_map_phys(f->dev, ORIG, 0x11000, DMA_TO_DEVICE,
				      DMA_ATTR_NO_WARN),
			 DMA_MAPPING_ERROR);
	dma_set_seg_boundary(f->dev, 0xffffffff);
	assert_figures(512, 512);
	assert_event(DMASIM_EVENT_REFUSAL, NULL, 0);
	for (i = 0; i < 4; i++)
		unmap(f, all[i], SET);
}

/* ---- pools that grow ------------------------------------------------------------------- */

/* spec: dma-core 90 */
static void slots_of_a_pool_of_its_own_are_counted_apart(void **state)
{
	struct fixture *f = *state;
	dma_addr_t all[4], more, other;
	unsigned int i;

	for (i = 0; i < 4; i++)
		all[i] = mapped(f, ORIG, SET);
	assert_figures(512, 512);
	assert_int_equal(bounce_stat(slots), 512);

	more = mapped(f, ORIG, 3 * SLOT);
	assert_figures(515, 515);
	assert_int_equal(bounce_stat(transient), 3);
	unmap(f, more, 3 * SLOT);
	assert_figures(512, 515);
	assert_int_equal(bounce_stat(transient), 0);

	/* By now there is a pool for all. */
	dmasim_run();
	assert_true(bounce_stat(slots) > 512);
	other = mapped(f, ORIG, 2 * SLOT);
	assert_figures(514, 515);
	assert_int_equal(bounce_stat(transient), 0);
	unmap(f, other, 2 * SLOT);
	for (i = 0; i < 4; i++)
		unmap(f, all[i], SET);
	assert_figures(0, 515);
}

static void no_memory_for_more_is_a_reason(void **state)
{
	struct fixture *f = *state;
	dma_addr_t all[4];
	unsigned int i;

	for (i = 0; i < 4; i++)
		all[i] = mapped(f, ORIG, SET);
	dmasim_fail_from(DMASIM_SITE_PAGE, 1);
	assert_refused(
		map(f, ORIG, SLOT + 1), "bounce-transient",
		"no 2 free slots: 512 of 512 in use, and no memory for more");
	/* The job that would add a pool fares no better. */
	dmasim_run();
	dmasim_fail_off();
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-pool", 1);
	assert_string_equal(event_text(DMASIM_EVENT_REFUSAL, "bounce-pool"),
			    "no memory for another pool of 512 slots");
	assert_int_equal(bounce_stat(slots), 512);
	assert_int_equal(bounce_stat(transient), 0);
	for (i = 0; i < 4; i++)
		unmap(f, all[i], SET);
}

int main(void)
{
	static const struct variant machines[] = {
		{ "bounce", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "512,1,force" },
		{ "bounce,checker", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "512,1,force", .checker = true },
		{ "bounce,noncoherent", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "512,1,force", .noncoherent = true },
		{ "bounce,confidential", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "512,1", .confidential = true },
		{ "identity,bounce", DMASIM_IOMMU_IDENTITY, "vtdss",
		  .swiotlb = "512,1,force" },
	};
	static const struct variant growing[] = {
		{ "bounce,grow", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "512,1,force", .grows = true },
		{ "bounce,grow,checker", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "512,1,force", .grows = true, .checker = true },
	};
	const struct CMUnitTest cases[] = {
		fixture_case(whole_slots_are_counted),
		fixture_case(padding_is_counted),
		fixture_case(the_mark_is_the_most_at_one_time),
		fixture_case(a_mark_that_is_reset_begins_anew),
		fixture_case(areas_count_together),
		fixture_case(a_list_gives_back_what_it_took),
		fixture_case(too_long_is_a_reason),
		fixture_case(no_free_slots_are_a_reason),
		fixture_case(no_place_with_the_address_bits_is_a_reason),
		fixture_case(a_pool_beyond_the_mask_is_a_reason),
		fixture_case(what_is_no_ram_is_a_reason),
		fixture_case(who_does_not_want_to_know_is_not_told),
	};
	const struct CMUnitTest grow[] = {
		fixture_case(slots_of_a_pool_of_its_own_are_counted_apart),
		fixture_case(no_memory_for_more_is_a_reason),
	};

	return run_variants("bounce_refusals", cases, machines) +
	       run_variants("bounce_refusals", grow, growing);
}
