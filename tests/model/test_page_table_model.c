/* SPDX-License-Identifier: MIT */
/*
 * Page tables against a flat array, one element a page.
 *
 * The twin remembers for each page of a window of 2^18 which leaf it is part of
 * and where that leads; it picks leaf sizes by trial. Both the kernel-side
 * lookup and the hardware walker, which reads the same bytes with code of its
 * own, must agree with it. Tables begin as the IOMMU's driver begins them. The
 * window lies across a boundary of the top: where amdv1 grows, where a root of
 * several tables goes on in the next one, at the start of the upper half.
 *
 * 20 000 operations a format, or DMASIM_MODEL_OPS; DMASIM_SEED replays a run.
 */
#include "support/every.h"
#include "unit/iova/boot.h"

#include <linux/vmstat.h>

#include "iommu_pt/iommu_pt_api.h"
#include "model/table.h"
#include "unit/mock/mock_formats.h"

#define PAGES (1u << 18)

/* A page of the window: its leaf starts @first pages into it. */
static struct twin_page {
	u64 phys; /* 0: not mapped */
	u32 first;
	u8 size_lg2;
	bool write;
} twin[PAGES];

/**
 * struct format - a table to test
 * @levels: to begin with
 * @sizes: of its pages
 * @base: start of the window
 * @granule_lg2: of the smallest page offered, 0: the format's own
 */
static const struct format {
	const char *name;
	unsigned int levels;
	u64 sizes;
	u64 base;
	unsigned int granule_lg2;
} formats[] = {
#define S(lg2) (1ull << (lg2))
#define SIZES_X86 (S(12) | S(21) | S(30))
#define SIZES_RISCV (SIZES_X86 | S(16) | S(39))
#define SIZES_ARM_4K (SIZES_X86 | S(16) | S(25) | S(34))
#define SIZES_ARM_16K (S(14) | S(25) | S(21) | S(30))
#define SIZES_ARM_64K (S(16) | S(29) | S(21) | S(34))
	{ "amdv1", 3, 0x000fff7ffffff000ull, S(39) - S(29) },
	{ "amdv1", 3, 0x000fff7fffffc000ull, S(39) - S(31), 14 },
	{ "amdv1", 3, 0x000fff7fffff0000ull, S(39) - S(33), 16 },
	{ "vtdss", 3, SIZES_X86, S(39) - S(30) },
	{ "vtdss", 4, SIZES_X86, S(39) - S(29) },
	{ "x86_64", 4, SIZES_X86, S(47) - S(30) },
	{ "vtdfs", 5, SIZES_X86, -S(56) },
	{ "riscv64", 3, SIZES_X86 | S(16), -S(38) },
	{ "riscv64", 4, SIZES_RISCV, -S(30) },
	{ "riscv64", 5, SIZES_RISCV | S(48), S(48) - S(29) },
	{ "arm_s1_4k", 4, SIZES_ARM_4K, S(39) - S(29) },
	{ "arm_s2_4k", 3, SIZES_ARM_4K, S(39) - S(29) },
	{ "arm_s1_16k", 2, SIZES_ARM_16K, S(36) - S(32) },
	{ "arm_s1_16k", 4, SIZES_ARM_16K, S(47) - S(31) },
	{ "arm_s2_16k", 2, SIZES_ARM_16K, S(39) - S(31) },
	{ "arm_s2_16k", 3, SIZES_ARM_16K, S(47) - S(31) },
	{ "arm_s1_64k", 3, SIZES_ARM_64K | S(42), S(42) - S(33) },
	{ "arm_s2_64k", 2, SIZES_ARM_64K, S(41) - S(33) },
	{ "mock_2k", 3, S(11) | S(20) | S(29), S(37) - S(28) },
	{ "mock_64k", 3, S(16) | S(25) | S(34), S(42) - S(33) },
#undef S
};

static const struct format *format;
static unsigned int pg_lg2;

static u64 page_va(u32 page)
{
	return format->base + ((u64)page << pg_lg2);
}

/* ---- the twin ---- */

static unsigned int twin_best(u64 va, u64 phys, u64 len)
{
	int n;

	for (n = 51; n > (int)pg_lg2; n--)
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
		unsigned int lg2 = twin_best(page_va(page + done),
					     phys + ((u64)done << pg_lg2),
					     (u64)(pages - done) << pg_lg2);
		u32 n = 1u << (lg2 - pg_lg2);

		for (i = 0; i < n; i++)
			if (twin[page + done + i].phys)
				return (u64)done << pg_lg2;
		for (i = 0; i < n; i++)
			twin[page + done + i] = (struct twin_page){
				.phys = phys + ((u64)(done + i) << pg_lg2),
				.first = page + done,
				.size_lg2 = lg2,
				.write = write,
			};
		done += n;
	}
	return (u64)done << pg_lg2;
}

static u64 twin_unmap(u32 page, u32 pages)
{
	u32 done = 0, n;

	while (done < pages && page + done < PAGES) {
		struct twin_page *p = &twin[page + done];

		if (!p->phys || p->first != page + done)
			break;
		n = 1u << (p->size_lg2 - pg_lg2);
		memset(p, 0, n * sizeof(*p));
		done += n;
	}
	return (u64)done << pg_lg2;
}

/* Where nothing is found at @va, all that the entry there decides about is free. */
static void check_hole(u64 va)
{
	struct pt_iommu_path path;
	u64 first, last, base = page_va(0), end = page_va(PAGES) - 1;

	assert_false(table.pt.ops->find(&table.pt, va, &path));
	first = max(va >> path.item_lg2 << path.item_lg2, base);
	last = min(va | ((1ull << path.item_lg2) - 1), end);
	assert_true(va >= first && va <= last);
	assert_int_equal(twin[(first - base) >> pg_lg2].phys, 0);
	assert_int_equal(twin[(last - base) >> pg_lg2].phys, 0);
}

static void check_page(u32 page)
{
	u64 va = page_va(page) + 0x123;
	const struct twin_page *p = &twin[page];
	unsigned int lg2 = 0;
	enum hw_status status;
	uint64_t hw = 0;

	assert_int_equal(table.pt.ops->iova_to_phys(&table.pt, va),
			 p->phys ? p->phys + 0x123 : 0);
	status = hw_iommu_peek(TABLE_RID, va, false, &hw, &lg2);
	if (!p->phys) {
		/* Beyond a top that has not grown yet? */
		if (status != HW_ERR_RANGE)
			assert_int_equal(status, HW_ERR_UNMAPPED);
		check_hole(va);
		return;
	}
	assert_int_equal(status, HW_OK);
	assert_int_equal(hw, p->phys + 0x123);
	assert_int_equal(lg2, p->size_lg2);
	status = hw_iommu_peek(TABLE_RID, va, true, &hw, NULL);
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
		r.page = PAGES / 2 - 2048 + r.page % 4096;
	return r;
}

static void random_map(u64 *rng)
{
	struct request r = random_request(rng);
	/* Anywhere, or where pages of all sizes fit. */
	u64 phys = (boot_random(rng) % (1ull << 21) + 256) << pg_lg2;
	bool write = boot_random(rng) % 4;
	size_t done = 0;
	u64 expected;
	int ret;

	if (boot_random(rng) & 1)
		phys = (page_va(r.page) & ((1ull << 38) - 1)) + (1ull << 38);
	ret = table.pt.ops->map_range(&table.pt, page_va(r.page), phys,
				      (u64)r.pages << pg_lg2,
				      IOMMU_READ | (write ? IOMMU_WRITE : 0),
				      GFP_KERNEL, &done);
	expected = twin_map(r.page, phys, r.pages, write);
	assert_int_equal(done, expected);
	assert_int_equal(ret, done == (u64)r.pages << pg_lg2 ? 0 : -EADDRINUSE);
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
	iova = page_va(r.page);
	iommu_iotlb_gather_init(&gather);
	done = table.pt.ops->unmap_range(&table.pt, iova,
					 (u64)r.pages << pg_lg2, &gather);
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
	const char *env = getenv("DMASIM_MODEL_OPS");
	u32 ops = env ? strtoul(env, NULL, 0) : 20000 / every(), i, page;

	for (i = 0; i < ops; i++) {
		unsigned int maps = (i / 2500) % 2 ? 40 : 60;

		if (boot_random(&rng) % 100 < maps)
			random_map(&rng);
		else
			random_unmap(&rng);
		check_page(PAGES / 2 - 2048 + boot_random(&rng) % 4096);
	}
	for (page = 0; page < PAGES; page += every())
		check_page(page);
}

static int setup(void **state)
{
	format = *state;
	boot_machine();
	memset(twin, 0, sizeof(twin));
	assert_int_equal(table_begin(format->name, format->levels), 0);
	table.pt.domain.pgsize_bitmap &= format->sizes;
	pg_lg2 = format->granule_lg2 ?: driver->granule_lg2;
	return 0;
}

static int teardown(void **state)
{
	table_end();
	assert_int_equal(global_node_page_state(NR_IOMMU_PAGES), 0);
	boot_shutdown();
	return 0;
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(formats)];
	char names[ARRAY_SIZE(formats)][80];
	unsigned int i;

	hw_mock_add();
	if (iommu_mock_add())
		return 1;
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		snprintf(names[i], sizeof(names[i]),
			 "page_table_translates_as_the_flat_map[%s,%u,%u]",
			 formats[i].name, formats[i].levels,
			 formats[i].granule_lg2);
		tests[i] = (struct CMUnitTest){
			names[i], page_table_translates_as_the_flat_map, setup,
			teardown, (void *)&formats[i]
		};
	}
	return cmocka_run_group_tests_name("page_table_model", tests, NULL,
					   NULL);
}
