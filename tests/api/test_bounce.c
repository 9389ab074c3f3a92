/* SPDX-License-Identifier: MIT */
/*
 * Bounce buffers on whole machines: a device that really reads and writes gets
 * to see copies, and drivers see the same bytes as without.
 */
#include <linux/scatterlist.h>
#include <linux/swiotlb.h>

#include "api/api.h"

#define PHYS 0x123456a40ull
#define SIZE 0x3000ull
#define HEAD 0x5c0ull
#define TAIL 0xa40ull
#define HIGH 0x140000000ull

#define bounce_stat(field)                          \
	({                                          \
		struct dmasim_swiotlb_stats stats_; \
		dmasim_swiotlb_get_stats(&stats_);  \
		stats_.field;                       \
	})

static bool in_pool(u64 phys)
{
	return phys - bounce_stat(base) < bounce_stat(slots) * 2048;
}

static int link(struct fixture *f, struct dma_iova_state *iova,
		phys_addr_t phys, size_t offset, size_t size,
		enum dma_data_direction dir)
{
	return dma_iova_link(f->dev, iova, phys, offset, size, dir, 0);
}

static u64 target(struct fixture *f, u64 iova, bool write)
{
	uint64_t phys = 0;

	assert_int_equal(dmasim_iommu_translate(f->hw, iova, write, &phys),
			 DMASIM_DMA_OK);
	return phys;
}

static void assert_zero(u64 phys, size_t len)
{
	const u8 *byte = dmasim_ram(phys, len);

	while (len--)
		assert_int_equal(*byte++, 0);
}

/* Who had the slots before left something in them. */
static void soil_pool(void)
{
	memset(dmasim_ram(bounce_stat(base), SZ_64K), 0xee, SZ_64K);
}

/* ---- two-step, untrusted ------------------------------------------------------------ */

/* An untrusted device with all of PHYS linked. */
static struct dma_iova_state linked(struct fixture *f,
				    enum dma_data_direction dir)
{
	struct dma_iova_state iova;

	fixture_make_external(f);
	soil_pool();
	fill_pattern(ram_at(PHYS - 64, SIZE + 128), SIZE + 128, 1);
	fill_pattern(dmasim_ram(PHYS, SIZE), SIZE, 5);
	assert_true(dma_iova_try_alloc(f->dev, &iova, PHYS, SIZE));
	assert_int_equal(iova.addr, 0xffffca40);
	assert_int_equal(link(f, &iova, PHYS, 0, SIZE, dir), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, SIZE), 0);
	return iova;
}

/* spec: dma-core 19 */
static void both_edges_of_an_untrusted_link_are_copies(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = linked(f, DMA_TO_DEVICE);
	u64 head = target(f, iova.addr, false);
	u64 tail = target(f, 0xfffff000, false);

	assert_true(in_pool(head));
	assert_int_equal(head & 0xfff, 0xa40);
	assert_zero(head & ~0xfffull, 0xa40);
	assert_translates(f, 0xffffd000, 0x123457000);
	assert_translates(f, 0xffffe000, 0x123458000);
	assert_true(in_pool(tail));
	assert_int_equal(tail & 0xfff, 0);
	assert_zero(tail + TAIL, 0x1000 - TAIL);
	assert_true(iova.__size & 1ull << 63);
	assert_int_equal(dma_iova_size(&iova), SIZE);
	assert_int_equal(bounce_stat(used), 4);
	assert_device_reads(f, iova.addr, SIZE, 5);

	dma_iova_destroy(f->dev, &iova, SIZE, DMA_TO_DEVICE, 0);
	assert_int_equal(bounce_stat(used), 0);
}

/* spec: dma-core 20 */
static void what_an_untrusted_device_wrote_arrives(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = linked(f, DMA_FROM_DEVICE);

	assert_device_writes(f, iova.addr, SIZE, 9);
	dma_iova_destroy(f->dev, &iova, SIZE, DMA_FROM_DEVICE, 0);
	assert_pattern(dmasim_ram(PHYS, SIZE), SIZE, 9);
	assert_pattern(dmasim_ram(PHYS - 64, 64), 64, 1);
	assert_int_equal(bounce_stat(used), 0);
	assert_not_mapped(f, 0xffffc000, 0x4000);
	assert_true(dma_iova_try_alloc(f->dev, &iova, PHYS, SIZE));
	assert_int_equal(iova.addr, 0xffffca40);
	dma_iova_free(f->dev, &iova);
}

/* spec: dma-core 21 */
static void a_destroy_without_sync_leaves_the_edges(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = linked(f, DMA_FROM_DEVICE);
	u8 *data = dmasim_ram(PHYS, SIZE);
	static u8 written[SIZE], before[SIZE];

	fill_pattern(written, SIZE, 9);
	fill_pattern(before, SIZE, 5);
	assert_device_writes(f, iova.addr, SIZE, 9);
	dma_iova_destroy(f->dev, &iova, SIZE, DMA_FROM_DEVICE,
			 DMA_ATTR_SKIP_CPU_SYNC);
	assert_memory_equal(data, before, HEAD);
	assert_memory_equal(data + HEAD, written + HEAD, 0x2000);
	assert_memory_equal(data + SIZE - TAIL, before + SIZE - TAIL, TAIL);
	assert_int_equal(bounce_stat(used), 0);
}

static void one_granule(struct fixture *f, phys_addr_t phys, size_t size)
{
	struct dma_iova_state iova;

	fixture_make_external(f);
	fill_pattern(ram_at(phys, size), size, 3);
	assert_true(dma_iova_try_alloc(f->dev, &iova, phys, size));
	assert_int_equal(link(f, &iova, phys, 0, size, DMA_BIDIRECTIONAL), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, size), 0);
	assert_int_equal(bounce_stat(bounces), 1);
	assert_true(in_pool(target(f, iova.addr, false)));
	assert_not_mapped(f, (iova.addr & ~0xfffull) - 0x1000, 0x1000);
	assert_device_reads(f, iova.addr, size, 3);
	assert_device_writes(f, iova.addr, size, 4);
	dma_iova_unlink(f->dev, &iova, 0, size, DMA_BIDIRECTIONAL, 0);
	assert_pattern(dmasim_ram(phys, size), size, 4);
	assert_int_equal(bounce_stat(used), 0);
	dma_iova_free(f->dev, &iova);
}

/* spec: dma-core 22 */
static void an_aligned_short_link_is_all_tail(void **state)
{
	one_granule(*state, 0x123456000, 0x200);
}

/* spec: dma-core 23 */
static void a_link_inside_a_granule_is_one_copy(void **state)
{
	one_granule(*state, 0x123456100, 0x80);
}

/* spec: dma-core 24, D2 */
static void a_head_keeps_its_offset_without_being_asked(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	fixture_make_external(f);
	dma_set_min_align_mask(f->dev, 0);
	fill_pattern(ram_at(PHYS, SIZE), SIZE, 3);
	assert_true(dma_iova_try_alloc(f->dev, &iova, PHYS, SIZE));
	assert_int_equal(link(f, &iova, PHYS, 0, SIZE, DMA_TO_DEVICE), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, SIZE), 0);
	assert_int_equal(target(f, iova.addr, false) & 0xfff, 0xa40);
	assert_device_reads(f, iova.addr, SIZE, 3);
	dma_iova_destroy(f->dev, &iova, SIZE, DMA_TO_DEVICE, 0);
	assert_int_equal(bounce_stat(used), 0);
}

/* spec: dma-core 35 */
static void without_slots_a_head_is_enomem(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	dma_addr_t all;

	f->cfg.swiotlb = "128,1";
	fixture_rebuild(f);
	fixture_make_external(f);
	all = dma_map_phys(f->dev, 0x130000000, 0x3e801, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, all), 0);
	assert_int_equal(bounce_stat(used), 126);
	assert_true(dma_iova_try_alloc(f->dev, &iova, PHYS, 0x6000));

	/* The head takes what is left; the tail has to do without. */
	assert_int_equal(link(f, &iova, PHYS, 0, SIZE, DMA_TO_DEVICE), -ENOMEM);
	dmasim_fail_nth(DMASIM_SITE_BOUNCE, 1);
	iova.__size &= ~(1ull << 63);
	assert_int_equal(link(f, &iova, PHYS, 0, SIZE, DMA_TO_DEVICE), -ENOMEM);

	assert_int_equal(iova.__size, 0x6000);
	assert_not_mapped(f, iova.addr, 0x6000);
	assert_int_equal(bounce_stat(used), 126);
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-full", 2);
	dma_iova_free(f->dev, &iova);
	dma_unmap_phys(f->dev, all, 0x3e801, DMA_TO_DEVICE, 0);
}

/* spec: dma-core 36, D1 */
static void a_failed_tail_takes_its_own_link_back(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	fixture_make_external(f);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 0x3200));
	assert_int_equal(link(f, &iova, 0x123456000, 0, 0x2000, DMA_TO_DEVICE),
			 0);
	dmasim_fail_nth(DMASIM_SITE_BOUNCE, 1);
	assert_int_equal(link(f, &iova, 0x123466000, 0x2000, 0x1200,
			      DMA_TO_DEVICE),
			 -ENOMEM);
	assert_translates(f, iova.addr, 0x123456000);
	assert_translates(f, iova.addr + 0x1000, 0x123457000);
	assert_not_mapped(f, iova.addr + 0x2000, 0x2000);
	assert_int_equal(bounce_stat(used), 0);
	dma_iova_destroy(f->dev, &iova, 0x2000, DMA_TO_DEVICE, 0);
}

/* ---- page by page, untrusted ---------------------------------------------------------- */

static void an_untrusted_page_shows_nothing_else(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	u64 phys;

	fixture_make_external(f);
	soil_pool();
	fill_pattern(ram_at(0x123456000, 4096), 4096, 7);
	addr = dma_map_phys(f->dev, 0x123456234, 0x100, DMA_BIDIRECTIONAL, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr & 0xfff, 0x234);
	phys = target(f, addr, false);
	assert_true(in_pool(phys));
	assert_zero(phys - 0x234, 0x234);
	assert_zero(phys + 0x100, 0x1000 - 0x334);

	assert_device_writes(f, addr, 0x100, 8);
	dma_sync_single_for_cpu(f->dev, addr + 16, 32, DMA_FROM_DEVICE);
	assert_memory_equal(dmasim_ram(0x123456234 + 16, 32),
			    dmasim_ram(phys + 16, 32), 32);
	dma_unmap_phys(f->dev, addr, 0x100, DMA_BIDIRECTIONAL, 0);
	assert_pattern(dmasim_ram(0x123456234, 0x100), 0x100, 8);
	assert_int_equal(bounce_stat(used), 0);

	/* Whole pages stay where they are. */
	addr = dma_map_phys(f->dev, 0x123456000, 0x1000, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_translates(f, addr, 0x123456000);
	dma_unmap_phys(f->dev, addr, 0x1000, DMA_TO_DEVICE, 0);
}

/* spec: dma-core 52, with a bounce buffer */
static void a_failed_map_gives_address_and_slots_back(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	fixture_make_external(f);
	dmasim_fail_nth(DMASIM_SITE_PT_PAGE, 1);
	assert_int_equal(dma_map_phys(f->dev, PHYS, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dmasim_fail_fired(), 1);
	assert_int_equal(bounce_stat(bounces), 1);
	assert_int_equal(bounce_stat(used), 0);
	addr = dma_map_phys(f->dev, PHYS, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, 0xfffffa40);
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);
}

/* spec: dma-core 64 */
static void an_untrusted_list_is_mapped_entry_by_entry(void **state)
{
	struct fixture *f = *state;
	struct scatterlist sg[2];

	fixture_make_external(f);
	fill_pattern(ram_at(0x123456000, 0x3000), 0x3000, 2);
	sg_init_table(sg, 2);
	sg_set_page(&sg[0], phys_to_page(0x123456000), 4096,
		    offset_in_page(0x123456000));
	sg_set_page(&sg[1], phys_to_page(0x123458000), 512,
		    offset_in_page(0x123458000));
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_FROM_DEVICE), 2);
	assert_true(sg_dma_is_swiotlb(&sg[0]));
	assert_int_equal(target(f, sg_dma_address(&sg[0]), true), 0x123456000);
	assert_true(in_pool(target(f, sg_dma_address(&sg[1]), true)));
	assert_device_writes(f, sg_dma_address(&sg[1]), 512, 6);
	dma_sync_sg_for_cpu(f->dev, sg, 2, DMA_FROM_DEVICE);
	assert_pattern(dmasim_ram(0x123458000, 512), 512, 6);
	assert_device_writes(f, sg_dma_address(&sg[1]), 512, 7);
	dma_unmap_sg(f->dev, sg, 2, DMA_FROM_DEVICE);
	assert_pattern(dmasim_ram(0x123458000, 512), 512, 7);
	assert_false(sg_dma_is_swiotlb(&sg[0]));
	assert_int_equal(bounce_stat(used), 0);
}

/* spec: dma-core 74 */
static void untrusted_limits_are_those_of_a_bounce(void **state)
{
	struct fixture *f = *state;

	fixture_make_external(f);
	assert_int_equal(dma_max_mapping_size(f->dev), 258048);
	dma_set_min_align_mask(f->dev, 0);
	assert_int_equal(dma_max_mapping_size(f->dev), 262144);
	assert_int_equal(dma_opt_mapping_size(f->dev),
			 min(262144ul, 32 * PAGE_SIZE));
}

/* spec: dma-core 92 */
static void force_does_not_concern_an_iommu(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	f->cfg.swiotlb = "force";
	fixture_rebuild(f);
	addr = dma_map_phys(f->dev, PHYS, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_translates(f, addr, PHYS);
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(bounce_stat(bounces), 0);
}

/* One life of bounced and mapped granules, any step of which may fail. */
static void one_life(struct fixture *f)
{
	struct dma_iova_state iova;
	struct scatterlist sg[3];
	dma_addr_t addr;
	unsigned int i;
	int ret;

	if (dma_iova_try_alloc(f->dev, &iova, PHYS, SIZE)) {
		ret = link(f, &iova, PHYS, 0, SIZE, DMA_FROM_DEVICE);
		if (!ret && !dma_iova_sync(f->dev, &iova, 0, SIZE))
			assert_device_writes(f, iova.addr, SIZE, 1);
		if (ret)
			assert_not_mapped(f, iova.addr, SIZE);
		dma_iova_destroy(f->dev, &iova, ret ? 0 : SIZE, DMA_FROM_DEVICE,
				 0);
	}
	addr = dma_map_phys(f->dev, PHYS, 64, DMA_TO_DEVICE, 0);
	if (!dma_mapping_error(f->dev, addr))
		dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);
	sg_init_table(sg, 3);
	for (i = 0; i < 3; i++)
		sg_set_page(&sg[i], phys_to_page(HIGH + 2 * i * PAGE_SIZE), 100,
			    i);
	if (dma_map_sg(f->dev, sg, 3, DMA_BIDIRECTIONAL))
		dma_unmap_sg(f->dev, sg, 3, DMA_BIDIRECTIONAL);
	assert_int_equal(bounce_stat(used), 0);
}

static void bounces_survive_any_failure(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	fixture_make_external(f);
	FAIL_SWEEP(s, SWEEP_ALL)
		one_life(f);
}

/* ---- direct ----------------------------------------------------------------------------- */

static void fixture_32_bits(struct fixture *f)
{
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
}

/* spec: dma-core 68 */
static void out_of_reach_means_the_size_of_a_bounce(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
	fixture_32_bits(f);
	assert_int_equal(dma_max_mapping_size(f->dev), 262144);
	assert_true(dma_addressing_limited(f->dev));
}

/* spec: dma-core 69 */
static void memory_out_of_reach_is_bounced(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr, low;

	fixture_32_bits(f);
	assert_int_equal(dma_need_unmap(f->dev), f->variant->checker);
	fill_pattern(ram_at(HIGH, 0x2000), 0x2000, 2);
	addr = dma_map_phys(f->dev, HIGH, 0x1800, DMA_BIDIRECTIONAL, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_true(in_pool(addr));
	assert_in_range(addr, 1, 0xffffffff);
	assert_true(dma_need_unmap(f->dev));
	assert_true(dma_need_sync(f->dev, addr));
	low = dma_map_phys(f->dev, 0x1000000, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, low), 0);
	assert_int_equal(low, 0x1000000);
	assert_false(dma_need_sync(f->dev, low));

	assert_device_reads(f, addr, 0x1800, 2);
	assert_device_writes(f, addr, 0x1800, 3);
	assert_pattern(dmasim_ram(HIGH, 0x1800), 0x1800, 2);
	dma_sync_single_for_cpu(f->dev, addr, 0x1800, DMA_BIDIRECTIONAL);
	assert_pattern(dmasim_ram(HIGH, 0x1800), 0x1800, 3);
	fill_pattern(dmasim_ram(HIGH, 0x1800), 0x1800, 4);
	dma_sync_single_for_device(f->dev, addr, 0x1800, DMA_BIDIRECTIONAL);
	assert_device_reads(f, addr, 0x1800, 4);
	assert_device_writes(f, addr, 0x1800, 5);
	dma_unmap_phys(f->dev, addr, 0x1800, DMA_BIDIRECTIONAL, 0);
	assert_pattern(dmasim_ram(HIGH, 0x1800), 0x1800, 5);
	dma_unmap_phys(f->dev, low, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(bounce_stat(used), 0);
}

/* spec: dma-core 70 */
static void without_a_pool_it_cannot_be_mapped(void **state)
{
	struct fixture *f = *state;

	f->cfg.swiotlb = "noforce";
	fixture_rebuild(f);
	fixture_32_bits(f);
	expect_warns(1);
	assert_int_equal(dma_map_phys(f->dev, HIGH, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_non_null(
		strstr(event_text(DMASIM_EVENT_WARN, NULL), "0xffffffff"));
	assert_int_equal(dma_map_phys(f->dev, HIGH, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
}

/* spec: dma-core 72 */
static void the_bus_limit_bounces_like_the_mask(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	f->dev->bus_dma_limit = 0xffffffff;
	addr = dma_map_phys(f->dev, HIGH, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_true(in_pool(addr));
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);
}

static void a_pool_out_of_reach_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(24)), 0);
	expect_warns(1);
	assert_int_equal(dma_map_phys(f->dev, HIGH, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_REFUSAL, "bounce-mask", 1);
	assert_int_equal(bounce_stat(used), 0);
}

/* spec: dma-core 76, D13 */
static void a_new_mask_ends_the_syncs_of_old_bounces(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	fixture_32_bits(f);
	fill_pattern(ram_at(HIGH, 64), 64, 1);
	addr = dma_map_phys(f->dev, HIGH, 64, DMA_FROM_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_event(DMASIM_EVENT_NOTE, "dma-mask-live-bounce", 0);
	fixture_32_bits(f);
#ifdef DMASIM_DEBUG
	assert_event(DMASIM_EVENT_NOTE, "dma-mask-live-bounce", 1);
#endif
	assert_device_writes(f, addr, 64, 2);
	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_FROM_DEVICE);
	assert_pattern(dmasim_ram(HIGH, 64), 64, 1);
	dma_unmap_phys(f->dev, addr, 64, DMA_FROM_DEVICE, 0);
	assert_pattern(dmasim_ram(HIGH, 64), 64, 2);
}

/* spec: dma-core 92 */
static void force_bounces_what_could_stay(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	f->cfg.swiotlb = "force";
	fixture_rebuild(f);
	fill_pattern(ram_at(0x1000000, 4096), 4096, 1);
	addr = dma_map_phys(f->dev, 0x1000000, 4096, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_true(in_pool(addr));
	assert_device_reads(f, addr, 4096, 1);
	assert_int_equal(dma_max_mapping_size(f->dev), 262144);
	dma_unmap_phys(f->dev, addr, 4096, DMA_TO_DEVICE, 0);
}

static void what_is_not_unmapped_is_a_leak(void **state)
{
	struct fixture *f = *state;

	fixture_32_bits(f);
	assert_int_not_equal(dma_map_phys(f->dev, HIGH, 64, DMA_TO_DEVICE, 0),
			     DMA_MAPPING_ERROR);
	expect_events(DMASIM_EVENT_LEAK, "bounce-leak", 1);
	if (f->variant->checker)
		expect_events(DMASIM_EVENT_LEAK, "checker-leak", 1);
}

static void forced_bounces_survive_any_failure(void **state)
{
	struct fixture *f = *state;
	struct sweep s;

	f->cfg.swiotlb = "force";
	fixture_rebuild(f);
	FAIL_SWEEP(s, SWEEP_ALL)
		one_life(f);
}

static void a_wrong_option_is_refused(void **state)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct fixture *f = *state;
	struct dmasim_machine *m;

	assert_int_equal(dmasim_machine_destroy(f->machine), 0);
	cfg.swiotlb = "128,force,4";
	assert_int_equal(dmasim_machine_create(&cfg, &m), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "128,force,4"));
	assert_int_equal(dmasim_machine_create(&f->cfg, &f->machine), 0);
	assert_int_equal(dmasim_swiotlb_set_hiwater(1), -EINVAL);
	assert_int_equal(dmasim_swiotlb_set_hiwater(0), 0);
}

int main(void)
{
	const struct CMUnitTest translated[] = {
		fixture_case(both_edges_of_an_untrusted_link_are_copies),
		fixture_case(what_an_untrusted_device_wrote_arrives),
		fixture_case(a_destroy_without_sync_leaves_the_edges),
		fixture_case(an_aligned_short_link_is_all_tail),
		fixture_case(a_link_inside_a_granule_is_one_copy),
		fixture_case(a_head_keeps_its_offset_without_being_asked),
		fixture_case(without_slots_a_head_is_enomem),
		fixture_case(a_failed_tail_takes_its_own_link_back),
		fixture_case(an_untrusted_page_shows_nothing_else),
		fixture_case(a_failed_map_gives_address_and_slots_back),
		fixture_case(an_untrusted_list_is_mapped_entry_by_entry),
		fixture_case(untrusted_limits_are_those_of_a_bounce),
		fixture_case(force_does_not_concern_an_iommu),
		fixture_case(bounces_survive_any_failure),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(out_of_reach_means_the_size_of_a_bounce),
		fixture_case(memory_out_of_reach_is_bounced),
		fixture_case(without_a_pool_it_cannot_be_mapped),
		fixture_case(the_bus_limit_bounces_like_the_mask),
		fixture_case(a_pool_out_of_reach_is_refused),
		fixture_case(force_bounces_what_could_stay),
		fixture_case(what_is_not_unmapped_is_a_leak),
		fixture_case(forced_bounces_survive_any_failure),
		fixture_case(a_wrong_option_is_refused),
	};
	/* The checker lets no sync be left out: test_checker.c. */
	const struct CMUnitTest unchecked[] = {
		fixture_case(a_new_mask_ends_the_syncs_of_old_bounces),
	};

	return run_variants("bounce", translated, variants_translated) +
	       run_variants("bounce", translated, variants_checker_strict) +
	       run_variants("bounce_direct", direct, variants_untranslated) +
	       run_variants("bounce_direct", direct, variants_checker_direct) +
	       run_variants("bounce_direct", unchecked, variants_untranslated) +
	       not_swept("dma_map_sg_attrs", "dma_map_phys",
			 "iommu_dma_map_phys", "iommu_dma_map_sg");
}
