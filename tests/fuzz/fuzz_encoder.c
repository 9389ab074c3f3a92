/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: a byte string drives map, unmap and look-up of a page table.
 *
 * The first byte chooses a format, then come operations. A twin that keeps a
 * plain list of leaves, and finds page sizes by trial, foretells each result; the
 * hardware's walker reads what was written. Both must agree with the table after
 * each operation, and nothing may be left over at the end.
 */
#include "unit/iova/boot.h"

#include <linux/vmstat.h>

#include "fuzz/fuzz.h"
#include "fuzz/leaves.h"
#include "iommu_pt/iommu_pt_api.h"
#include "model/table.h"

#define MAX_NEW 256 /* of one operation */
#define MAX_OPS 64

/**
 * struct format - what the twin knows of a table
 * @va_lg2: width of device addresses; @is_signed: the upper half is on top
 * @oa_lg2: width of physical addresses
 * @write_reads: what may be written can be read
 */
struct format {
	const char *name;
	unsigned int levels;
	u64 sizes;
	unsigned int va_lg2, oa_lg2;
	bool is_signed, write_reads;
};

#define S(lg2) (1ull << (lg2))
#define SIZES_X86 (S(12) | S(21) | S(30))
#define SIZES_RISCV (SIZES_X86 | S(16))
#define SIZES_ARM_4K (SIZES_X86 | S(16) | S(25) | S(34))
#define SIZES_ARM_16K (S(14) | S(25) | S(21) | S(30))
#define SIZES_ARM_64K (S(16) | S(29) | S(21) | S(34))

static const struct format formats[] = {
	{ "amdv1", 3, 0x000fff7ffffff000ull, 64, 52, false, false },
	{ "vtdss", 3, SIZES_X86, 39, 52, false, false },
	{ "vtdss", 5, SIZES_X86, 57, 52, false, false },
	{ "x86_64", 4, SIZES_X86, 47, 52, false, true },
	{ "vtdfs", 5, SIZES_X86, 57, 52, true, true },
	{ "riscv64", 3, SIZES_RISCV, 39, 52, true, true },
	{ "riscv64", 5, SIZES_RISCV | S(39) | S(48), 57, 52, true, true },
	{ "arm_s1_4k", 3, SIZES_ARM_4K, 39, 48, false, true },
	{ "arm_s1_16k", 4, SIZES_ARM_16K, 48, 48, false, true },
	{ "arm_s1_64k", 3, SIZES_ARM_64K | S(42), 48, 52, false, true },
	{ "arm_s2_4k", 3, SIZES_ARM_4K, 42, 42, false, false },
	{ "arm_s2_16k", 2, SIZES_ARM_16K, 40, 40, false, false },
	{ "arm_s2_64k", 2, SIZES_ARM_64K, 42, 52, false, false },
};

static const struct format *format;
static unsigned int granule_lg2;

/* ---- the twin ---- */

static bool twin_has(u64 va)
{
	u64 half = S(format->va_lg2 - 1);

	if (format->va_lg2 == 64)
		return true;
	return !((format->is_signed ? va + half : va) >> format->va_lg2);
}

/* Can a map of this be anything but refused as a whole? */
static bool twin_accepts(u64 va, u64 pa, u64 len, int prot)
{
	u64 last = va + len - 1;

	if (!len || !(prot & (IOMMU_READ | IOMMU_WRITE)) || last < va)
		return false;
	/* One half, where there are two. */
	if (!twin_has(va) || !twin_has(last) ||
	    (format->is_signed && (va ^ last) >> 63))
		return false;
	if (pa + len - 1 < pa || (pa + len - 1) >> format->oa_lg2)
		return false;
	return !((va | pa | len) & (S(granule_lg2) - 1));
}

/* The largest size that divides both addresses and fits. */
static u64 twin_size(u64 va, u64 pa, u64 len)
{
	int lg2;

	for (lg2 = 51; lg2 > (int)granule_lg2; lg2--)
		if (format->sizes & S(lg2) && !(va % S(lg2)) &&
		    !(pa % S(lg2)) && len >= S(lg2))
			break;
	return S(lg2);
}

/* How many leaves would it take? Stops counting beyond MAX_NEW. */
static unsigned int twin_count(u64 va, u64 pa, u64 len)
{
	unsigned int n;
	u64 size;

	for (n = 0; len && n <= MAX_NEW; n++) {
		size = twin_size(va, pa, len);
		va += size;
		pa += size;
		len -= size;
	}
	return n;
}

/* Map up to the first leaf that has no room; returns the bytes. */
static u64 twin_map(u64 va, u64 pa, u64 len, int prot)
{
	u64 done = 0, size;

	for (; done < len; done += size) {
		size = twin_size(va + done, pa + done, len - done);
		if (!leaf_add(va + done, pa + done, size, prot))
			break;
	}
	return done;
}

static u64 twin_unmap(u64 va, u64 len)
{
	u64 done = 0;

	if (!len || va + len - 1 < va)
		return 0;
	while (done < len) {
		struct leaf *leaf = leaf_find(va + done);

		if (!leaf || leaf->va != va + done)
			break;
		done += leaf->last - leaf->va + 1;
		leaf_remove(leaf);
	}
	return done;
}

/* ---- comparing ---- */

static void check_right(const struct leaf *leaf, u64 va, bool write)
{
	bool allowed = leaf->prot & (write ? IOMMU_WRITE : IOMMU_READ);
	enum hw_status status;
	uint64_t hw = 0;

	if (!write && format->write_reads)
		allowed = true;
	status = hw_iommu_peek(TABLE_RID, va, write, &hw, NULL);
	FUZZ_CHECK(status == (allowed ? HW_OK : HW_ERR_PERM));
	FUZZ_CHECK(!allowed || hw == leaf->pa + (va - leaf->va));
}

static void check(u64 va)
{
	struct leaf *leaf = leaf_find(va);
	u64 phys = table.pt.ops->iova_to_phys(&table.pt, va);
	struct pt_iommu_path path;
	bool found = table.pt.ops->find(&table.pt, va, &path);
	enum hw_status status;

	FUZZ_CHECK(found == !!leaf);
	if (leaf) {
		FUZZ_CHECK(phys == leaf->pa + (va - leaf->va));
		FUZZ_CHECK(S(path.size_lg2) - 1 == leaf->last - leaf->va);
		check_right(leaf, va, false);
		check_right(leaf, va, true);
		return;
	}
	FUZZ_CHECK(!phys);
	status = hw_iommu_peek(TABLE_RID, va, false, NULL, NULL);
	FUZZ_CHECK(status == HW_ERR_UNMAPPED || status == HW_ERR_RANGE);
	/* amdv1: a top that has not grown. x86_64: hardware has a bit more. */
	if (format->va_lg2 < 64)
		FUZZ_CHECK(status == HW_ERR_UNMAPPED || !twin_has(va));
}

/* ---- operations ---- */

static u64 take_size(struct fuzz *f)
{
	u64 sizes = format->sizes;
	unsigned int n = fuzz_take(f, 1) % hweight64(sizes);

	while (n--)
		sizes &= sizes - 1;
	return sizes & -sizes;
}

/*
 * Addresses are near to something: the start, a boundary of levels, the end, the
 * middle that is the start of an upper half.
 */
static u64 take_va(struct fuzz *f)
{
	unsigned int how = fuzz_take(f, 1);
	u64 near[] = { 0, S(39), format->va_lg2 < 64 ? S(format->va_lg2) : 0,
		       -S(format->va_lg2 - 1) };
	u64 va = near[how & 3] + (s8)fuzz_take(f, 1) * take_size(f);

	if (how & 4)
		va += fuzz_take(f, 1) << granule_lg2;
	if (how >> 3 == 31)
		va += fuzz_take(f, 1);
	return va;
}

static u64 take_pa(struct fuzz *f, u64 va)
{
	unsigned int how = fuzz_take(f, 1);
	u64 pa = fuzz_take(f, 1) * take_size(f);

	if (how & 1)
		pa += va & (S(format->oa_lg2 - 2) - 1);
	if (how & 2)
		pa += fuzz_take(f, 2) << granule_lg2;
	if (how & 4)
		pa |= S(format->oa_lg2 - 1);
	if (how >> 3 == 31)
		pa = fuzz_take(f, 8);
	return pa;
}

static u64 take_len(struct fuzz *f)
{
	unsigned int how = fuzz_take(f, 1);
	u64 len = (1 + how % 64) * take_size(f);

	if (how & 64)
		len += fuzz_take(f, 1) << granule_lg2;
	if (how & 128)
		len -= fuzz_take(f, 2) << granule_lg2;
	if (how == 255)
		len = fuzz_take(f, 8);
	return len;
}

static void do_map(struct fuzz *f)
{
	int prot = fuzz_take(f, 1) % 8 ?: 3;
	u64 va = take_va(f), pa = take_pa(f, va), len = take_len(f), expected;
	bool accepts = twin_accepts(va, pa, len, prot);
	size_t done = 0;
	int ret;

	/* Keep physical 0 out: the look-up says 0 for "nothing". */
	if (!pa)
		pa = S(granule_lg2 + 9);
	accepts = twin_accepts(va, pa, len, prot);
	if (accepts && (twin_count(va, pa, len) > MAX_NEW ||
			nr_leaves + MAX_NEW > MAX_LEAVES))
		return;
	ret = table.pt.ops->map_range(&table.pt, va, pa, len, prot, GFP_KERNEL,
				      &done);
	expected = accepts ? twin_map(va, pa, len, prot) : 0;
	FUZZ_CHECK(done == expected);
	if (!accepts)
		FUZZ_CHECK(ret && ret != -EADDRINUSE && ret != -ENOMEM);
	else
		FUZZ_CHECK(ret == (done == len ? 0 : -EADDRINUSE));
	check_around(va, len);
	check_around(va, done);
}

static void unmap_range(u64 va, u64 len)
{
	struct iommu_iotlb_gather gather;
	size_t done;

	iommu_iotlb_gather_init(&gather);
	done = table.pt.ops->unmap_range(&table.pt, va, len, &gather);
	FUZZ_CHECK(done == twin_unmap(va, len));
	FUZZ_CHECK(gather.start == (done ? va : ULONG_MAX));
	FUZZ_CHECK(!done || gather.end == va + done - 1);
	iommu_put_pages_list(&gather.freelist);
	check_around(va, len);
}

static void do_unmap(struct fuzz *f)
{
	u64 va = take_va(f);

	unmap_range(va, take_len(f));
}

/* From a leaf that is there, as far as the input says. */
static void do_unmap_leaf(struct fuzz *f)
{
	unsigned int n = fuzz_take(f, 1), skip = fuzz_take(f, 1);

	if (nr_leaves)
		unmap_range(leaves[n % nr_leaves].va +
				    ((u64)(skip / 32) << granule_lg2),
			    (u64)(1 + skip % 32) << granule_lg2);
}

/* ---- life ---- */

static void boot_once(void)
{
	static bool booted;

	if (booted)
		return;
	booted = true;
	boot_machine();
}

static void begin(unsigned int nr)
{
	format = &formats[nr % ARRAY_SIZE(formats)];
	nr_leaves = 0;
	FUZZ_CHECK(!table_begin(format->name, format->levels));
	FUZZ_CHECK(table.pt.domain.pgsize_bitmap == format->sizes);
	granule_lg2 = driver->granule_lg2;
}

static void end(void)
{
	unsigned int i;

	check_leaves();
	/* Half of them one by one, the others with the table. */
	for (i = nr_leaves / 2; i; i--)
		unmap_range(leaves[0].va, leaves[0].last - leaves[0].va + 1);
	table_end();
	FUZZ_CHECK(!global_node_page_state(NR_IOMMU_PAGES));
	FUZZ_CHECK(!boot_warnings());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = { data, data + size };

	boot_once();
	begin(fuzz_take(&f, 1));
	deal(&f, MAX_OPS);
	end();
	return 0;
}
