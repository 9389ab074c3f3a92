/* SPDX-License-Identifier: MIT */
/*
 * Page tables against a flat array, one element a page.
 *
 * The twin remembers for each 4 KiB page of a 1 GiB window which leaf it is
 * part of and where that leads; it picks leaf sizes by trial. Both the
 * kernel-side lookup and the hardware walker, which reads the same bytes with
 * code of its own, must agree with it. 20 000 operations a format;
 * DMASIM_SEED replays a run.
 */
#include "unit/iova/boot.h"

#include <linux/generic_pt/iommu.h>
#include <linux/vmstat.h>

#include "iommu_pt/iommu_pt_api.h"

#define OPS 20000
#define PAGES (1u << 18)
#define BASE 0x7fc0000000ull
#define RID 0x100

/* A page of the window: its leaf starts @first pages into it. */
static struct twin_page {
	u64 phys; /* 0: not mapped */
	u32 first;
	u8 size_lg2;
	bool write;
} twin[PAGES];

static union {
	struct pt_iommu pt;
	struct pt_iommu_amdv1 amdv1;
	struct pt_iommu_vtdss vtdss;
} table;

static struct format {
	const char *name;
	u64 sizes;
	int (*init)(void);
	void (*attach)(void);
	u32 granule; /* pages of 4 KiB in the smallest page offered, 0: one */
} * format;

/* ---- formats ---- */

static DEFINE_SPINLOCK(top_lock);

static void attach(enum hw_pt_format hw_format, u64 root, unsigned int levels)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = hw_format,
		.root = root,
		.levels = levels,
		.domain = 1,
	};

	hw_iommu_set_context(RID, &ctx);
}

static void change_top(struct pt_iommu *pt, phys_addr_t pa, unsigned int level)
{
	attach(HW_PT_AMDV1, pa, level + 1);
}

static spinlock_t *get_top_lock(struct pt_iommu *pt)
{
	return &top_lock;
}

static const struct pt_iommu_driver_ops driver_ops = {
	.change_top = change_top,
	.get_top_lock = get_top_lock,
};

static int amdv1_init(void)
{
	const struct pt_iommu_amdv1_cfg cfg = {
		.common = {
			.features = BIT(PT_FEAT_DYNAMIC_TOP) |
				    BIT(PT_FEAT_AMDV1_FORCE_COHERENCE),
			.hw_max_vasz_lg2 = 64,
			.hw_max_oasz_lg2 = 52,
		},
		.starting_level = 2,
	};

	return pt_iommu_amdv1_init(&table.amdv1, &cfg, GFP_KERNEL);
}

static void amdv1_attach(void)
{
	struct pt_iommu_amdv1_hw_info info;

	pt_iommu_amdv1_hw_info(&table.amdv1, &info);
	attach(HW_PT_AMDV1, info.host_pt_root, info.mode);
}

static int vtdss_init(void)
{
	const struct pt_iommu_vtdss_cfg cfg = {
		.common = { .hw_max_vasz_lg2 = 48, .hw_max_oasz_lg2 = 52 },
		.top_level = 3,
	};

	return pt_iommu_vtdss_init(&table.vtdss, &cfg, GFP_KERNEL);
}

static void vtdss_attach(void)
{
	struct pt_iommu_vtdss_hw_info info;

	pt_iommu_vtdss_hw_info(&table.vtdss, &info);
	attach(HW_PT_VTDSS, info.ssptptr, info.aw + 2);
}

static struct format formats[] = {
	{ "amdv1", 0x000fff7ffffff000ull, amdv1_init, amdv1_attach },
	{ "vtdss", 1ull << 12 | 1ull << 21 | 1ull << 30, vtdss_init,
	  vtdss_attach },
	{ "amdv1,16K", 0x000fff7fffffc000ull, amdv1_init, amdv1_attach, 4 },
	{ "amdv1,64K", 0x000fff7fffff0000ull, amdv1_init, amdv1_attach, 16 },
};

/* Up to whole granules. */
static u32 granules(u32 pages)
{
	return ALIGN(pages, format->granule ?: 1);
}

/* ---- the twin ---- */

static unsigned int twin_best(u64 va, u64 phys, u64 len)
{
	int n;

	for (n = 51; n > 12; n--)
		if ((format->sizes >> n & 1) && !((va | phys) % (1ull << n)) &&
		    len >= 1ull << n)
			break;
	return n;
}

/* Map until a page is taken; returns the bytes. */
static u64 twin_map(u32 page, u64 phys, u32 pages, bool write)
{
	u32 done = 0, i;

	while (done < pages) {
		u64 va = BASE + (u64)(page + done) * SZ_4K;
		unsigned int lg2 = twin_best(va, phys + (u64)done * SZ_4K,
					     (u64)(pages - done) * SZ_4K);
		u32 n = 1u << (lg2 - 12);

		for (i = 0; i < n; i++)
			if (twin[page + done + i].phys)
				return (u64)done * SZ_4K;
		for (i = 0; i < n; i++)
			twin[page + done + i] = (struct twin_page){
				.phys = phys + (u64)(done + i) * SZ_4K,
				.first = page + done,
				.size_lg2 = lg2,
				.write = write,
			};
		done += n;
	}
	return (u64)done * SZ_4K;
}

static u64 twin_unmap(u32 page, u32 pages)
{
	u32 done = 0, n;

	while (done < pages && page + done < PAGES) {
		struct twin_page *p = &twin[page + done];

		if (!p->phys || p->first != page + done)
			break;
		n = 1u << (p->size_lg2 - 12);
		memset(p, 0, n * sizeof(*p));
		done += n;
	}
	return (u64)done * SZ_4K;
}

static void check_page(u32 page)
{
	u64 va = BASE + (u64)page * SZ_4K + 0x123;
	const struct twin_page *p = &twin[page];
	unsigned int lg2 = 0;
	enum hw_status status;
	uint64_t hw = 0;

	assert_int_equal(table.pt.ops->iova_to_phys(&table.pt, va),
			 p->phys ? p->phys + 0x123 : 0);
	status = hw_iommu_peek(RID, va, false, &hw, &lg2);
	assert_int_equal(status, p->phys ? HW_OK : HW_ERR_UNMAPPED);
	if (!p->phys)
		return;
	assert_int_equal(hw, p->phys + 0x123);
	assert_int_equal(lg2, p->size_lg2);
	status = hw_iommu_peek(RID, va, true, &hw, NULL);
	assert_int_equal(status, p->write ? HW_OK : HW_ERR_PERM);
}

/* ---- operations ---- */

struct request {
	u32 page, pages;
};

/* Small ones mostly; now and then whole tables. */
static struct request random_request(u64 *rng)
{
	unsigned int bits = boot_random(rng) % 100 < 97 ?
				    boot_random(rng) % 7 :
				    9 + boot_random(rng) % 4;
	struct request r = { .pages = 1 + boot_random(rng) % (1u << bits) };

	r.page = boot_random(rng) % (PAGES - r.pages);
	if (boot_random(rng) & 1)
		r.page &= ~((1u << bits) - 1);
	/* Half of all requests meet in a small part of the window. */
	if (boot_random(rng) & 1)
		r.page %= 4096;
	r.pages = granules(r.pages);
	r.page = min(granules(r.page), PAGES - r.pages);
	return r;
}

static void random_map(u64 *rng)
{
	struct request r = random_request(rng);
	u64 phys = (boot_random(rng) >> 20 << 12) % (1ull << 40) + SZ_1M;
	bool write = boot_random(rng) % 4;
	size_t done = 0;
	u64 expected;
	int ret;

	phys = ALIGN(phys, (u64)granules(1) * SZ_4K);
	if (boot_random(rng) & 1)
		phys = SZ_1G + (u64)r.page * SZ_4K;
	ret = table.pt.ops->map_range(&table.pt, BASE + (u64)r.page * SZ_4K,
				      phys, (u64)r.pages * SZ_4K,
				      IOMMU_READ | (write ? IOMMU_WRITE : 0),
				      GFP_KERNEL, &done);
	expected = twin_map(r.page, phys, r.pages, write);
	assert_int_equal(done, expected);
	assert_int_equal(ret, done == (u64)r.pages * SZ_4K ? 0 : -EADDRINUSE);
	check_page(r.page);
	check_page(r.page + r.pages - 1);
}

static void random_unmap(u64 *rng)
{
	struct request r = random_request(rng);
	struct iommu_iotlb_gather gather;
	u64 iova;
	size_t done;

	/* Mostly a page that is mapped, from the start of its leaf. */
	if (boot_random(rng) % 8 && twin[r.page].phys)
		r.page = twin[r.page].first;
	iova = BASE + (u64)r.page * SZ_4K;
	iommu_iotlb_gather_init(&gather);
	done = table.pt.ops->unmap_range(&table.pt, iova, (u64)r.pages * SZ_4K,
					 &gather);
	assert_int_equal(done, twin_unmap(r.page, r.pages));
	if (done) {
		assert_int_equal(gather.start, iova);
		assert_int_equal(gather.end, iova + done - 1);
	} else {
		assert_int_equal(gather.start, ULONG_MAX);
	}
	iommu_put_pages_list(&gather.freelist);
	check_page(r.page);
}

static void page_table_translates_as_the_flat_map(void **state)
{
	u64 rng = boot_seed(1024) | 1;
	u32 i, page;

	for (i = 0; i < OPS; i++) {
		unsigned int maps = (i / 2500) % 2 ? 40 : 60;

		if (boot_random(&rng) % 100 < maps)
			random_map(&rng);
		else
			random_unmap(&rng);
		check_page(boot_random(&rng) % 4096);
	}
	for (page = 0; page < PAGES; page++)
		check_page(page);
}

static int setup(void **state)
{
	format = *state;
	boot_machine();
	memset(twin, 0, sizeof(twin));
	memset(&table, 0, sizeof(table));
	table.pt.nid = NUMA_NO_NODE;
	table.pt.driver_ops = &driver_ops;
	assert_int_equal(format->init(), 0);
	table.pt.domain.pgsize_bitmap &= format->sizes;
	format->attach();
	return 0;
}

static int teardown(void **state)
{
	const struct hw_iommu_context blocked = { .mode = HW_IOMMU_BLOCK };

	hw_iommu_set_context(RID, &blocked);
	pt_iommu_deinit(&table.pt);
	assert_int_equal(global_node_page_state(NR_IOMMU_PAGES), 0);
	boot_shutdown();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "page_table_translates_as_the_flat_map[amdv1]",
		  page_table_translates_as_the_flat_map, setup, teardown,
		  &formats[0] },
		{ "page_table_translates_as_the_flat_map[vtdss]",
		  page_table_translates_as_the_flat_map, setup, teardown,
		  &formats[1] },
		{ "page_table_translates_as_the_flat_map[amdv1,16K]",
		  page_table_translates_as_the_flat_map, setup, teardown,
		  &formats[2] },
		{ "page_table_translates_as_the_flat_map[amdv1,64K]",
		  page_table_translates_as_the_flat_map, setup, teardown,
		  &formats[3] },
	};

	return cmocka_run_group_tests_name("page_table_model", tests, NULL,
					   NULL);
}
