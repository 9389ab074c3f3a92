/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: a byte string drives the calls of <linux/io-pgtable.h>.
 *
 * The first byte chooses a kind of table, then come map, unmap and look-up, sane
 * and not. A list of leaves foretells results and WARNs; every leaf that goes must
 * have been given to the driver's TLB callbacks, no table may be freed before a
 * walk was flushed, and the hardware's walker reads what was written.
 */
#include "unit/iova/boot.h"

#include <linux/io-pgtable.h>
#include <linux/vmstat.h>

#include "fuzz/fuzz.h"
#include "fuzz/leaves.h"
#include "iommu_pt/iommu_pt_api.h"
#include "unit/iommu_pt/smmu.h"

#define TABLE 512 /* pages, of 4 KiB, that fill one */
#define MAX_OPS 48

/**
 * struct kind - a table, and what the twin knows of it
 * @ias, @oas: widths
 * @quirks: IO_PGTABLE_QUIRK_*
 * @write_reads: what may be written can be read
 */
static const struct kind {
	enum io_pgtable_fmt fmt;
	u64 sizes;
	unsigned int ias, oas;
	unsigned long quirks;
	bool write_reads;
} kinds[] = {
#define SIZES_4K (SZ_4K | SZ_2M | SZ_1G)
#define SIZES_16K (SZ_16K | SZ_32M)
#define SIZES_64K (SZ_64K | SZ_512M)
	{ ARM_64_LPAE_S1, SIZES_4K, 48, 48, 0, true },
	{ ARM_64_LPAE_S1, SIZES_4K, 39, 48, IO_PGTABLE_QUIRK_ARM_TTBR1, true },
	{ ARM_64_LPAE_S1, SIZES_16K, 47, 48, IO_PGTABLE_QUIRK_NO_WARN, true },
	{ ARM_64_LPAE_S1, SIZES_64K, 48, 52, IO_PGTABLE_QUIRK_ARM_NS, true },
	{ ARM_64_LPAE_S2, SIZES_4K, 40, 40, 0, false },
	{ ARM_64_LPAE_S2, SIZES_16K, 40, 40, 0, false },
	{ ARM_32_LPAE_S1, SIZES_4K, 32, 40, 0, true },
	{ AMD_IOMMU_V1, 0x000fff7ffffff000ull, 64, 52, 0, false },
	{ AMD_IOMMU_V2, SIZES_4K, 47, 52, 0, true },
};

static const struct kind *kind;
static struct smmu_domain *smmu;
static u64 upper; /* address bits that are set in the upper range */

/* ---- what the table does by itself ---- */

static unsigned int freed_unflushed;

/* Walks must have been flushed before a table goes. */
static void table_freed(u64 phys, u64 len)
{
	unsigned int i;

	for (i = 0; i < smmu->nr_calls; i++)
		if (smmu->call[i].what != SMMU_PAGE)
			return;
	freed_unflushed++;
}

/* Was the driver told of all of [@va, @last]? */
static bool was_flushed(u64 va, u64 last)
{
	unsigned int i;

	for (i = 0; i < smmu->nr_calls; i++) {
		struct smmu_call *call = &smmu->call[i];
		u64 size = call->what == SMMU_PAGE ? call->granule : call->size;

		if (call->what == SMMU_ALL ||
		    (call->iova <= va && last <= call->iova + size - 1))
			return true;
	}
	return false;
}

/* ---- the twin ---- */

static bool is_arm(void)
{
	return kind->fmt < AMD_IOMMU_V1;
}

static bool size_is_good(u64 size)
{
	return size && !(size & (size - 1)) && (size & kind->sizes);
}

/* Is [@iova, @iova + @len) the table's? */
static bool is_ours(u64 iova, u64 len)
{
	u64 va = iova ^ upper, last = va + len - 1;

	return last >= va && (kind->ias == 64 || !(last >> kind->ias));
}

static bool fits(u64 pa, u64 len)
{
	u64 last = pa + len - 1;

	return last >= pa && !(last >> kind->oas);
}

/* ---- comparing ---- */

static void check_right(const struct leaf *leaf, u64 iova, bool write)
{
	bool allowed = leaf->prot & (write ? IOMMU_WRITE : IOMMU_READ);
	uint64_t hw = 0;

	if (!write && kind->write_reads)
		allowed = true;
	/* Hardware's unprivileged requests have nothing there. */
	if (leaf->prot & IOMMU_PRIV && kind->fmt != ARM_64_LPAE_S2 && is_arm())
		allowed = false;
	FUZZ_CHECK(hw_iommu_peek(SMMU_RID, iova ^ upper, write, &hw, NULL) ==
		   (allowed ? HW_OK : HW_ERR_PERM));
	FUZZ_CHECK(!allowed || hw == leaf->pa + (iova - leaf->va));
}

static void check(u64 iova)
{
	struct leaf *leaf = leaf_find(iova);
	u64 phys = smmu->ops->iova_to_phys(smmu->ops, iova);

	FUZZ_CHECK(phys == (leaf ? leaf->pa + (iova - leaf->va) : 0));
	if (leaf) {
		check_right(leaf, iova, false);
		check_right(leaf, iova, true);
	} else if (is_ours(iova, 1)) {
		enum hw_status status = hw_iommu_peek(SMMU_RID, iova ^ upper,
						      false, NULL, NULL);

		/* AMD: a top that has not grown. */
		FUZZ_CHECK(
			status == HW_ERR_UNMAPPED ||
			(status == HW_ERR_RANGE && kind->fmt == AMD_IOMMU_V1));
	}
	if (smmu->ops->pgtable_walk) {
		struct arm_lpae_io_pgtable_walk_data wd = {};

		FUZZ_CHECK(smmu->ops->pgtable_walk(smmu->ops, iova, &wd) ==
			   (leaf ? 0 : -EINVAL));
	}
}

/* ---- operations ---- */

static u64 take_size(struct fuzz *f)
{
	unsigned int n = fuzz_take(f, 1);
	u64 sizes = kind->sizes;

	if (n == 255)
		return fuzz_take(f, 8); /* most likely none */
	if (n >= 250)
		return 1ull << fuzz_take(f, 1) % 64;
	for (n %= hweight64(sizes); n; n--)
		sizes &= sizes - 1;
	return sizes & -sizes;
}

/* Near to the start, a boundary of tables or the end. */
static u64 take_iova(struct fuzz *f, u64 size)
{
	unsigned int how = fuzz_take(f, 1);
	u64 near[] = { 0, SZ_2G, 1ull << (kind->ias > 39 ? 39 : 31),
		       kind->ias == 64 ? 0 : 1ull << kind->ias };
	u64 iova = near[how & 3] + (s8)fuzz_take(f, 1) * size;

	if (how & 4)
		iova += fuzz_take(f, 1) * (kind->sizes & -kind->sizes);
	if (how >> 3 == 31)
		iova += fuzz_take(f, 1);
	/* Seldom of the other range. */
	return how >> 3 == 30 ? iova : iova ^ upper;
}

static u64 take_pa(struct fuzz *f, u64 size)
{
	unsigned int how = fuzz_take(f, 1);
	u64 pa = (1 + fuzz_take(f, 1)) * size;

	if (how & 1)
		pa |= 1ull << (kind->oas - 1);
	if (how >> 3 == 31)
		pa = fuzz_take(f, 8);
	return pa;
}

static u64 take_count(struct fuzz *f)
{
	unsigned int how = fuzz_take(f, 1);

	if (how == 255)
		return fuzz_take(f, 8);
	return how == 254 ? TABLE : how % 40;
}

static void begin_op(void)
{
	smmu->nr_calls = 0;
	freed_unflushed = 0;
	host_event_reset();
}

static int expected_map(u64 iova, u64 pa, u64 size, u64 count, int prot,
			bool *warns)
{
	u64 len;

	*warns = true;
	if (!size_is_good(size) || (iova | pa) & (size - 1))
		return -EINVAL;
	*warns = false;
	if (!count)
		return 0;
	*warns = true;
	if (__builtin_mul_overflow(size, count, &len) || !is_ours(iova, len) ||
	    !fits(pa, len))
		return -ERANGE;
	*warns = false;
	return prot & (IOMMU_READ | IOMMU_WRITE) ? 0 : -EINVAL;
}

static void do_map(struct fuzz *f)
{
	int prot = fuzz_take(f, 1) % 64, ret, expected;
	u64 size = take_size(f), iova = take_iova(f, size);
	u64 pa = take_pa(f, size), count = take_count(f), done = 0;
	size_t mapped = 0;
	bool warns;

	expected = expected_map(iova, pa, size, count, prot, &warns);
	if (!expected && (count > TABLE || nr_leaves + count > MAX_LEAVES))
		return;
	begin_op();
	ret = smmu->ops->map_pages(smmu->ops, iova, pa, size, count, prot,
				   GFP_KERNEL, &mapped);
	for (; !expected && done < count * size; done += size)
		if (!leaf_add(iova + done, pa + done, size, prot))
			expected = is_arm() ? -EEXIST : -EADDRINUSE;
	if (expected == -EEXIST && !(kind->quirks & IO_PGTABLE_QUIRK_NO_WARN))
		warns = true;
	if (expected == -EEXIST || expected == -EADDRINUSE)
		done -= size;
	FUZZ_CHECK(ret == expected);
	FUZZ_CHECK(mapped == done);
	FUZZ_CHECK(boot_warnings() == warns);
	FUZZ_CHECK(!freed_unflushed);
	if (kind->fmt == AMD_IOMMU_V1)
		smmu_attach(smmu);
	check_around(iova, count * size);
	check_around(iova, done);
}

/*
 * Page by page of @size, each of which may be a table's worth: up to a hole, or
 * a leaf that is larger.
 */
static u64 twin_unmap(u64 iova, u64 size, u64 count)
{
	u64 done = 0, len = size * count, end;

	while (done < len) {
		u64 start = done;

		for (end = done + size; done < end;) {
			struct leaf *leaf = leaf_find(iova + done);
			u64 leaf_size = leaf ? leaf->last - leaf->va + 1 : 0;

			if (!leaf || leaf->va != iova + done ||
			    (is_arm() && leaf_size > size))
				break;
			FUZZ_CHECK(was_flushed(leaf->va, leaf->last));
			leaf_remove(leaf);
			done += leaf_size;
		}
		if (done == start)
			break;
	}
	return done;
}

static void unmap(u64 iova, u64 size, u64 count)
{
	struct iommu_iotlb_gather gather;
	size_t removed;
	bool good;
	u64 len;

	good = size_is_good(size) && !(iova & (size - 1)) && count &&
	       !__builtin_mul_overflow(size, count, &len) && is_ours(iova, len);
	begin_op();
	iommu_iotlb_gather_init(&gather);
	removed = smmu->ops->unmap_pages(smmu->ops, iova, size, count, &gather);
	FUZZ_CHECK(smmu->nr_calls <= SMMU_CALLS);
	FUZZ_CHECK(removed == (good ? twin_unmap(iova, size, count) : 0));
	FUZZ_CHECK(removed || !smmu->nr_calls);
	FUZZ_CHECK(good || boot_warnings() == 1);
	FUZZ_CHECK(!freed_unflushed);
	FUZZ_CHECK(list_empty(&gather.freelist.pages));
	check_around(iova, size * count);
	check_around(iova, removed);
}

static void do_unmap(struct fuzz *f)
{
	u64 size = take_size(f), iova = take_iova(f, size);

	unmap(iova, size, take_count(f));
}

/* From a leaf that is there, by its size or another one. */
static void do_unmap_leaf(struct fuzz *f)
{
	unsigned int n = fuzz_take(f, 1), how = fuzz_take(f, 1);
	u64 size = take_size(f), count = take_count(f);
	struct leaf *leaf;

	if (!nr_leaves)
		return;
	leaf = &leaves[n % nr_leaves];
	if (how & 1)
		size = leaf->last - leaf->va + 1;
	unmap(leaf->va & ~((how & 2 ? size : 1) - 1), size, count);
}

/* ---- life ---- */

static void begin(unsigned int nr)
{
	struct io_pgtable_cfg cfg = { .coherent_walk = true };

	kind = &kinds[nr % ARRAY_SIZE(kinds)];
	cfg.pgsize_bitmap = kind->sizes;
	cfg.ias = kind->ias;
	cfg.oas = kind->oas;
	cfg.quirks = kind->quirks;
	upper = kind->quirks & IO_PGTABLE_QUIRK_ARM_TTBR1 ?
			~((1ull << kind->ias) - 1) :
			0;
	nr_leaves = 0;
	smmu = smmu_domain_alloc(kind->fmt, &cfg);
	FUZZ_CHECK(smmu);
	FUZZ_CHECK(smmu->cfg.pgsize_bitmap == kind->sizes);
	FUZZ_CHECK(smmu->cfg.ias == kind->ias && smmu->cfg.oas == kind->oas);
	smmu_attach(smmu);
	iommu_pt_set_table_freed(table_freed);
}

static void end(void)
{
	unsigned int i;

	check_leaves();
	for (i = nr_leaves / 2; i; i--)
		unmap(leaves[0].va, leaves[0].last - leaves[0].va + 1, 1);
	iommu_pt_set_table_freed(NULL);
	smmu_domain_free(smmu);
	FUZZ_CHECK(!global_node_page_state(NR_IOMMU_PAGES));
	host_event_reset();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = { data, data + size };
	static bool booted;

	if (!booted)
		boot_machine();
	booted = true;
	begin(fuzz_take(&f, 1));
	deal(&f, MAX_OPS);
	end();
	return 0;
}
