/* SPDX-License-Identifier: MIT */
/*
 * Which device addresses are given out first: PCI devices try below 4 GiB until
 * there is nothing, and never again ("dual address cycles" are what PCI needs to
 * go beyond). spec: dma-core 3.10, 42.
 */
#include "api/api.h"

/* Ranges that take up all addresses below 4 GiB: powers of two. */
#define MAX_TAKEN 128

static struct dma_iova_state taken[MAX_TAKEN];
static unsigned int nr_taken;

/* Take every address below 4 GiB but @room bytes. */
static void fill_low(struct fixture *f, size_t room)
{
	struct dma_iova_state hole = {};
	size_t size;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	if (room)
		assert_true(dma_iova_try_alloc(f->dev, &hole, 0, room));
	for (nr_taken = 0, size = SZ_1G; size >= PAGE_4K; size /= 2)
		while (dma_iova_try_alloc(f->dev, &taken[nr_taken], 0, size))
			assert_in_range(++nr_taken, 1, MAX_TAKEN - 1);
	if (room)
		dma_iova_free(f->dev, &hole);
	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(48)),
			 0);
}

static void empty_low(struct fixture *f)
{
	while (nr_taken)
		dma_iova_free(f->dev, &taken[--nr_taken]);
}

/* What was unmapped lazily is free now. */
static void settle(void)
{
	dmasim_run_for(12 * 1000 * 1000);
}

static bool low_first(struct device *dev)
{
	return dev->iommu->pci_32bit_workaround;
}

static uint64_t notices(void)
{
	return dmasim_event_count(DMASIM_EVENT_LOG, "notice");
}

/* The @nr-th page, from 0, below @top. Larger pages leave holes. */
static void assert_below(dma_addr_t addr, u64 top, unsigned int nr)
{
	if (PAGE_SIZE == PAGE_4K)
		assert_int_equal(addr, top - (nr + 1) * PAGE_4K);
	else
		assert_in_range(addr, top - (nr + 2) * PAGE_SIZE, top - 1);
}

static void forced(struct fixture *f)
{
	f->cfg.forcedac = true;
	fixture_rebuild(f);
	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(48)),
			 0);
}

/* ---- each kind of call ------------------------------------------------------------ */

/* enum kind - how a device gets an address for one page */
enum kind {
	MAP_PAGE,
	MAP_SG,
	MAP_RESOURCE,
	COHERENT,
	PAGES,
	TWO_STEP,
	NR_KINDS
};

struct use {
	enum kind kind;
	struct page *page;
	struct scatterlist sg;
	struct dma_iova_state state;
	void *mem;
	dma_addr_t addr;
};

/* False: refused. */
static bool use_begin(struct device *dev, struct use *u, enum kind kind)
{
	*u = (struct use){ .kind = kind, .page = alloc_page(GFP_KERNEL) };
	switch (kind) {
	case MAP_PAGE:
		u->addr = dma_map_page(dev, u->page, 0, PAGE_4K,
				       DMA_BIDIRECTIONAL);
		return !dma_mapping_error(dev, u->addr);
	case MAP_SG:
		sg_init_table(&u->sg, 1);
		sg_set_page(&u->sg, u->page, PAGE_4K, 0);
		if (!dma_map_sg(dev, &u->sg, 1, DMA_BIDIRECTIONAL))
			return false;
		u->addr = sg_dma_address(&u->sg);
		return true;
	case MAP_RESOURCE:
		u->addr = dma_map_resource(dev, 0xe0000000, PAGE_4K,
					   DMA_BIDIRECTIONAL, 0);
		return !dma_mapping_error(dev, u->addr);
	case COHERENT:
		u->mem = dma_alloc_coherent(dev, PAGE_4K, &u->addr, GFP_KERNEL);
		return u->mem;
	case PAGES:
		u->mem = dma_alloc_pages(dev, PAGE_4K, &u->addr,
					 DMA_BIDIRECTIONAL, GFP_KERNEL);
		return u->mem;
	default:
		if (!dma_iova_try_alloc(dev, &u->state, 0, PAGE_4K))
			return false;
		u->addr = u->state.addr;
		return true;
	}
}

static void use_end(struct device *dev, struct use *u, bool begun)
{
	if (begun)
		switch (u->kind) {
		case MAP_PAGE:
			dma_unmap_page(dev, u->addr, PAGE_4K,
				       DMA_BIDIRECTIONAL);
			break;
		case MAP_SG:
			dma_unmap_sg(dev, &u->sg, 1, DMA_BIDIRECTIONAL);
			break;
		case MAP_RESOURCE:
			dma_unmap_resource(dev, u->addr, PAGE_4K,
					   DMA_BIDIRECTIONAL, 0);
			break;
		case COHERENT:
			dma_free_coherent(dev, PAGE_4K, u->mem, u->addr);
			break;
		case PAGES:
			dma_free_pages(dev, PAGE_4K, u->mem, u->addr,
				       DMA_BIDIRECTIONAL);
			break;
		default:
			dma_iova_free(dev, &u->state);
		}
	__free_page(u->page);
}

/* spec: dma-core 42 */
static void every_call_begins_below_4_gib(void **state)
{
	struct fixture *f = *state;
	struct use u[NR_KINDS];
	enum kind k;

	for (k = 0; k < NR_KINDS; k++) {
		assert_true(use_begin(f->dev, &u[k], k));
		assert_below(u[k].addr, SZ_4G, k);
	}
	for (k = 0; k < NR_KINDS; k++)
		use_end(f->dev, &u[k], true);
	assert_true(low_first(f->dev));
}

/* spec: dma-core 42 */
static void
every_call_goes_on_above_when_low_addresses_are_used_up(void **state)
{
	struct fixture *f = *state;
	uint64_t before = notices();
	struct use u[NR_KINDS];
	enum kind k;

	fill_low(f, 0);
	assert_true(low_first(f->dev));
	for (k = 0; k < NR_KINDS; k++) {
		assert_true(use_begin(f->dev, &u[k], k));
		assert_below(u[k].addr, variant_top(f->variant), k);
		assert_false(low_first(f->dev));
		/* Once, whatever comes afterwards. */
		assert_int_equal(notices() - before, 1);
	}
	for (k = 0; k < NR_KINDS; k++)
		use_end(f->dev, &u[k], true);
	empty_low(f);
}

/* The device that gave up hears it, whichever call it was. */
static void each_call_can_be_the_one_that_gives_up(void **state)
{
	struct fixture *f = *state;
	enum kind k;

	for (k = 0; k < NR_KINDS; k++) {
		uint64_t before;
		struct use u;

		fixture_rebuild(f);
		before = notices();
		fill_low(f, 0);
		assert_true(use_begin(f->dev, &u, k));
		assert_below(u.addr, variant_top(f->variant), 0);
		assert_int_equal(notices() - before, 1);
		assert_false(low_first(f->dev));
		use_end(f->dev, &u, true);
		empty_low(f);
	}
}

/* spec: dma-core 27 */
static void a_32_bit_device_has_no_second_choice(void **state)
{
	struct fixture *f = *state;
	uint64_t before = notices();
	enum kind k;

	fill_low(f, 0);
	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(32)),
			 0);
	for (k = 0; k < NR_KINDS; k++) {
		struct use u;
		bool begun = use_begin(f->dev, &u, k);

		assert_false(begun);
		use_end(f->dev, &u, begun);
	}
	/* It never had to give anything up. */
	assert_true(low_first(f->dev));
	assert_int_equal(notices(), before);
	empty_low(f);
}

/* Streaming and coherent mappings have a mask each. */
static void the_mask_of_the_call_decides(void **state)
{
	struct fixture *f = *state;
	struct use u;

	fill_low(f, 0);
	assert_int_equal(dma_set_coherent_mask(f->dev, DMA_BIT_MASK(32)), 0);
	assert_false(use_begin(f->dev, &u, COHERENT));
	use_end(f->dev, &u, false);
	assert_true(low_first(f->dev));

	assert_true(use_begin(f->dev, &u, MAP_PAGE));
	assert_int_equal(u.addr, variant_top(f->variant) - PAGE_4K);
	use_end(f->dev, &u, true);
	empty_low(f);
}

/* ---- for good ------------------------------------------------------------------------ */

/* Ranges that no cache keeps, so that what is free is really asked for. */
static void what_was_given_up_is_not_tried_again(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state a, b;
	uint64_t before = notices();

	fill_low(f, 0);
	assert_true(dma_iova_try_alloc(f->dev, &a, 0, SZ_1M));
	assert_int_equal(a.addr, variant_top(f->variant) - SZ_1M);
	empty_low(f);

	/* Nor by a new mask, which is no new device. */
	assert_int_equal(dma_set_mask_and_coherent(f->dev, DMA_BIT_MASK(48)),
			 0);
	assert_true(dma_iova_try_alloc(f->dev, &b, 0, SZ_1M));
	assert_int_equal(b.addr, variant_top(f->variant) - 2 * SZ_1M);
	assert_int_equal(notices() - before, 1);
	assert_false(low_first(f->dev));
	dma_iova_free(f->dev, &a);
	dma_iova_free(f->dev, &b);
}

/* spec: dma-core 42: what a CPU has in its cache, it gives to all */
static void a_low_address_can_come_back_from_a_cache(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state low, high, again;

	assert_true(dma_iova_try_alloc(f->dev, &low, 0, PAGE_4K));
	assert_int_equal(low.addr, SZ_4G - PAGE_4K);
	fill_low(f, 0);
	assert_true(dma_iova_try_alloc(f->dev, &high, 0, PAGE_4K));
	assert_int_equal(high.addr, variant_top(f->variant) - PAGE_4K);

	dma_iova_free(f->dev, &low);
	assert_true(dma_iova_try_alloc(f->dev, &again, 0, PAGE_4K));
	assert_int_equal(again.addr, SZ_4G - PAGE_4K);
	assert_false(low_first(f->dev));

	dma_iova_free(f->dev, &again);
	dma_iova_free(f->dev, &high);
	empty_low(f);
}

/*
 * The first attempt does not disturb the caches: addresses that lie there for
 * ranges of another size are no reason to stay low, although a device that has no
 * choice gets them.
 */
static void addresses_in_caches_do_not_count(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state small[64], large;
	uint64_t before = notices();
	unsigned int i;

	fill_low(f, 64 * PAGE_4K);
	for (i = 0; i < 64; i++) {
		assert_true(dma_iova_try_alloc(f->dev, &small[i], 0, PAGE_4K));
		assert_true(small[i].addr < SZ_4G);
	}
	for (i = 0; i < 64; i++)
		dma_iova_free(f->dev, &small[i]);
	assert_true(low_first(f->dev));

	assert_true(dma_iova_try_alloc(f->dev, &large, 0, 64 * PAGE_4K));
	assert_int_equal(large.addr, variant_top(f->variant) - 64 * PAGE_4K);
	assert_int_equal(notices() - before, 1);
	dma_iova_free(f->dev, &large);

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	assert_true(dma_iova_try_alloc(f->dev, &large, 0, 64 * PAGE_4K));
	assert_true(large.addr < SZ_4G);
	dma_iova_free(f->dev, &large);
	empty_low(f);
}

/* One request is enough, and if it never had a chance. */
static void a_size_that_fits_nowhere_gives_low_addresses_up(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state big, small;
	uint64_t before = notices();

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(48)), 0);
	/* There is no such range below 4 GiB, nor could there be one. */
	assert_true(dma_iova_try_alloc(f->dev, &big, 0, SZ_4G));
	assert_int_equal(big.addr, variant_top(f->variant) - SZ_4G);
	assert_false(low_first(f->dev));
	assert_int_equal(notices() - before, 1);

	assert_true(dma_iova_try_alloc(f->dev, &small, 0, PAGE_4K));
	assert_int_equal(small.addr, big.addr - PAGE_4K);
	dma_iova_free(f->dev, &small);
	dma_iova_free(f->dev, &big);
}

/* ---- whose ------------------------------------------------------------------------------ */

static struct device *plug(struct fixture *f, unsigned int group,
			   struct dmasim_device **hw)
{
	const struct dmasim_model model = {
		.name = "other",
		.vendor = 0x1d0f,
		.device = 0xd3a8,
		.class_code = 0xff0000,
		.bar = { { .size = 4096 } },
		.iommu_group = group,
	};
	struct device *dev;

	if (dmasim_device_create(f->machine, &model, NULL, hw))
		fail_msg("%s", dmasim_refusal());
	dev = dmasim_device_kernel(*hw);
	assert_int_equal(dma_set_mask_and_coherent(dev, DMA_BIT_MASK(48)), 0);
	return dev;
}

static void a_neighbour_still_begins_below_4_gib(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw;
	struct device *other = plug(f, 0, &hw);
	struct use u, v;

	fill_low(f, 0);
	assert_true(use_begin(f->dev, &u, MAP_PAGE));
	assert_true(use_begin(other, &v, MAP_PAGE));

	assert_int_equal(u.addr, variant_top(f->variant) - PAGE_4K);
	assert_int_equal(v.addr, SZ_4G - PAGE_4K);
	assert_false(low_first(f->dev));
	assert_true(low_first(other));
	use_end(f->dev, &u, true);
	use_end(other, &v, true);
	empty_low(f);
	dmasim_device_destroy(hw);
}

/* The addresses are the domain's, the decision is the device's. */
static void devices_of_one_domain_give_up_one_by_one(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw[2];
	struct device *dev[2] = { plug(f, 3, &hw[0]), plug(f, 3, &hw[1]) };
	struct dma_iova_state first, second, third;
	uint64_t before = notices();
	struct device *own = f->dev;

	assert_ptr_equal(iommu_get_domain_for_dev(dev[0]),
			 iommu_get_domain_for_dev(dev[1]));
	f->dev = dev[0];
	fill_low(f, 0);

	assert_true(dma_iova_try_alloc(dev[0], &first, 0, SZ_1M));
	assert_int_equal(first.addr, variant_top(f->variant) - SZ_1M);
	assert_int_equal(notices() - before, 1);
	assert_true(low_first(dev[1]));
	empty_low(f);

	/* There is room again, and the second one looks. */
	assert_true(dma_iova_try_alloc(dev[1], &second, 0, SZ_1M));
	assert_int_equal(second.addr, SZ_4G - SZ_1M);
	assert_true(dma_iova_try_alloc(dev[0], &third, 0, SZ_1M));
	assert_int_equal(third.addr, variant_top(f->variant) - 2 * SZ_1M);
	assert_int_equal(notices() - before, 1);

	dma_iova_free(dev[0], &first);
	dma_iova_free(dev[1], &second);
	dma_iova_free(dev[0], &third);
	f->dev = own;
	dmasim_device_destroy(hw[0]);
	dmasim_device_destroy(hw[1]);
}

/* spec: dma-core 3.10: the notice says how many bits there are */
static void the_notice_counts_the_bits_of_the_limit(void **state)
{
	struct fixture *f = *state;
	static const struct {
		u64 mask, bus_limit;
		unsigned int bits;
	} rows[] = {
		{ DMA_BIT_MASK(36), 0, 36 },
		{ DMA_BIT_MASK(33), DMA_BIT_MASK(40), 33 },
		{ DMA_BIT_MASK(64), DMA_BIT_MASK(34), 34 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t before;
		char text[64];
		struct use u;

		fixture_rebuild(f);
		before = notices();
		fill_low(f, 0);
		assert_int_equal(dma_set_mask(f->dev, rows[i].mask), 0);
		f->dev->bus_dma_limit = rows[i].bus_limit;
		assert_true(use_begin(f->dev, &u, MAP_PAGE));

		assert_int_equal(u.addr, (1ull << rows[i].bits) - PAGE_4K);
		assert_int_equal(notices() - before, 1);
		snprintf(text, sizeof(text), "DMA addresses now use %u bits",
			 rows[i].bits);
		assert_non_null(
			strstr(event_text(DMASIM_EVENT_LOG, "notice"), text));
		use_end(f->dev, &u, true);
		f->dev->bus_dma_limit = 0;
		empty_low(f);
	}
}

/* A bus of 32 bits makes a device of 32 bits. */
static void the_bus_limit_is_a_mask_like_any_other(void **state)
{
	struct fixture *f = *state;
	uint64_t before = notices();
	struct use u;

	f->dev->bus_dma_limit = DMA_BIT_MASK(32);
	fill_low(f, 0);
	assert_false(use_begin(f->dev, &u, MAP_PAGE));
	use_end(f->dev, &u, false);
	assert_true(low_first(f->dev));
	assert_int_equal(notices(), before);
	empty_low(f);
}

/* ---- iommu.forcedac=1 ------------------------------------------------------------------- */

/* spec: dma-core 42 */
static void forced_calls_begin_at_the_top(void **state)
{
	struct fixture *f = *state;
	uint64_t before = notices();
	struct use u[NR_KINDS];
	enum kind k;

	forced(f);
	assert_false(low_first(f->dev));
	for (k = 0; k < NR_KINDS; k++) {
		assert_true(use_begin(f->dev, &u[k], k));
		assert_below(u[k].addr, variant_top(f->variant), k);
	}
	for (k = 0; k < NR_KINDS; k++)
		use_end(f->dev, &u[k], true);
	assert_int_equal(notices(), before);
}

static void forced_calls_heed_the_mask(void **state)
{
	struct fixture *f = *state;
	struct use u;

	forced(f);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	assert_true(use_begin(f->dev, &u, MAP_PAGE));
	assert_int_equal(u.addr, SZ_4G - PAGE_4K);
	use_end(f->dev, &u, true);
	settle();

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(36)), 0);
	assert_true(use_begin(f->dev, &u, MAP_SG));
	use_end(f->dev, &u, true);
	f->dev->bus_dma_limit = DMA_BIT_MASK(34);
	assert_true(dma_iova_try_alloc(f->dev, &u.state, 0, SZ_1M));
	assert_int_equal(u.state.addr, (1ull << 34) - SZ_1M);
	dma_iova_free(f->dev, &u.state);
	f->dev->bus_dma_limit = 0;
}

/* Low addresses are the last ones then, and are used. */
static void forced_calls_go_below_4_gib_in_the_end(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state high[8];
	uint64_t before = notices();
	unsigned int nr = 0;
	struct use u;

	forced(f);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(34)), 0);
	/* 4 to 16 GiB, in pieces of 2 GiB. */
	while (nr < 6) {
		assert_true(dma_iova_try_alloc(f->dev, &high[nr], 0, SZ_2G));
		assert_true(high[nr++].addr >= SZ_4G);
	}
	assert_true(use_begin(f->dev, &u, MAP_PAGE));
	assert_int_equal(u.addr, SZ_4G - PAGE_4K);
	use_end(f->dev, &u, true);
	while (nr)
		dma_iova_free(f->dev, &high[--nr]);
	assert_int_equal(notices(), before);
}

int main(void)
{
	static const struct variant machines[] = {
		{ "vtdss,strict", DMASIM_IOMMU_STRICT, "vtdss",
		  .translated = true },
		{ "amdv1,lazy", DMASIM_IOMMU_LAZY, "amdv1", .translated = true,
		  .lazy = true },
		{ "vtdss,strict,gap", DMASIM_IOMMU_STRICT, "vtdss",
		  .translated = true, .iova_allocator = "gap" },
		{ "amdv1,lazy,gap", DMASIM_IOMMU_LAZY, "amdv1",
		  .translated = true, .lazy = true, .iova_allocator = "gap" },
		{ "vtdss,strict,noncoherent", DMASIM_IOMMU_STRICT, "vtdss",
		  .translated = true, .noncoherent = true },
		{ "vtdss,strict,checker", DMASIM_IOMMU_STRICT, "vtdss",
		  .translated = true, .checker = true },
	};
	const struct CMUnitTest cases[] = {
		fixture_case(every_call_begins_below_4_gib),
		fixture_case(
			every_call_goes_on_above_when_low_addresses_are_used_up),
		fixture_case(each_call_can_be_the_one_that_gives_up),
		fixture_case(a_32_bit_device_has_no_second_choice),
		fixture_case(the_mask_of_the_call_decides),
		fixture_case(what_was_given_up_is_not_tried_again),
		fixture_case(a_low_address_can_come_back_from_a_cache),
		fixture_case(addresses_in_caches_do_not_count),
		fixture_case(a_size_that_fits_nowhere_gives_low_addresses_up),
		fixture_case(a_neighbour_still_begins_below_4_gib),
		fixture_case(devices_of_one_domain_give_up_one_by_one),
		fixture_case(the_notice_counts_the_bits_of_the_limit),
		fixture_case(the_bus_limit_is_a_mask_like_any_other),
		fixture_case(forced_calls_begin_at_the_top),
		fixture_case(forced_calls_heed_the_mask),
		fixture_case(forced_calls_go_below_4_gib_in_the_end),
	};

	return run_variants("dac", cases, machines) +
	       run_variants("dac", cases, variants_formats);
}
