/* SPDX-License-Identifier: MIT */
/*
 * src/iommu/inv.c and the encoders: the words in the ring for what the IOMMU API
 * asks for, and that the hardware understands them as meant. White box: the
 * ring is read where it lies.
 */
#include <dmasim/iommu.h>

#include "api/core.h"
#include "iommu/inv.h"
#include "iommu/sim_iommu.h"
#include "iommu_pt/iommu_pages.h"
#include "iommu_pt/iommu_pt_api.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#define IOVA 0x40000000ul
#define PHYS 0x123456000ull

static struct iommu_domain *attached(struct fixture *f)
{
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	return d;
}

/* The same, with @len bytes of memory at @iova. */
static struct iommu_domain *attached_with(struct fixture *f, unsigned long iova,
					  size_t len)
{
	struct iommu_domain *d = attached(f);

	assert_int_equal(map_at(d, iova, PHYS, len), 0);
	return d;
}

static void unmap_all(struct iommu_domain *d, unsigned long iova, size_t len)
{
	assert_int_equal(iommu_unmap(d, iova, len), len);
}

static void drop(struct fixture *f, struct iommu_domain *d)
{
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* Word @word of the command at position @pos of the ring. */
static u64 ring_word(u64 pos, unsigned int word)
{
	return sim_ring.cmd[2 * (pos & (sim_ring.ops->entries - 1)) + word];
}

#define assert_command(pos, word0, word1)                   \
	do {                                                \
		assert_int_equal(ring_word(pos, 0), word0); \
		assert_int_equal(ring_word(pos, 1), word1); \
	} while (0)

static const struct sim_device_tlb some_device = { .rid = 0x108, .depth = 32 };

/* ---- worked encodings --------------------------------------------------------- */

/*
 * Ranges of the contract's section 5.6, what they are widened to, and how: address
 * and lg2 of the pages (VT-d, PCIe as SMMU says it), the address of AMD.
 */
static const struct {
	u64 first, last;
	u64 wide_first, wide_last;
	u64 addr;
	unsigned int lg2;
	u64 amd;
} ranges[] = {
	{ 0x1000, 0x1fff, 0x1000, 0x1fff, 0x1000, 0, 0x1000 },
	{ 0x3000, 0x6fff, 0, 0x7fff, 0, 3, 0x3001 },
	{ 0x200000, 0x3fffff, 0x200000, 0x3fffff, 0x200000, 9, 0x2ff001 },
	{ 0x1ff000, 0x200fff, 0, 0x3fffff, 0, 10, 0x1ff001 },
	{ 0x7ffffffff000, 0x800000000fff, 0, 0xffffffffffff, 0, 36,
	  0x7ffffffff001 },
};

/* spec: iommu-pt I10 */
static void vtd_ranges_are_widened_as_worked_out(void **state)
{
	const struct sim_tag tag = { .id = 0x1234 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		u64 covered = iommu_stat(covered_bytes);
		struct sim_inv_batch b;

		sim_inv_begin(&b);
		sim_inv_range(&b, &tag, ranges[i].first, ranges[i].last, true,
			      0);
		assert_int_equal(b.nr, 1);
		if (ranges[i].lg2 > 18) {
			/* More than this hardware takes: the whole domain. */
			assert_int_equal(b.cmd[0][0], 0x123400e2);
			assert_int_equal(b.cmd[0][1], 0);
			assert_int_equal(sim_inv_end(&b), 0);
			continue;
		}
		assert_int_equal(b.cmd[0][0], 0x123400f2);
		assert_int_equal(b.cmd[0][1],
				 ranges[i].addr | 0x40 | ranges[i].lg2);
		assert_int_equal(sim_inv_end(&b), 0);
		assert_int_equal(iommu_stat(covered_bytes) - covered,
				 ranges[i].wide_last - ranges[i].wide_first +
					 1);
	}
	assert_int_equal(iommu_stat(asked_bytes),
			 0x1000 + 0x4000 + 0x200000 + 0x2000 + 0x2000);
}

static void vtd_device_commands_look_like_this(void **state)
{
	static const struct sim_device_tlb shallow = { 0x108, 4 };
	const struct sim_tag plain = { .id = 0x1234 };
	const struct sim_tag pasid = { .id = 0x1234, .pasid = 0x56789 };
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_device(&b, &shallow, &plain, 0x1000, 0x1fff);
	sim_inv_device(&b, &shallow, &pasid, 0x1000, 0x1fff);
	sim_inv_device(&b, &some_device, &plain, 0, U64_MAX);
	assert_int_equal(b.cmd[0][0], 0x0000010800040003);
	assert_int_equal(b.cmd[0][1], 0x1000);
	assert_int_equal(b.cmd[1][0], 0x0005678901080048);
	assert_int_equal(b.cmd[1][1], 0x1000);
	/* A depth of 32 has no bit. */
	assert_int_equal(b.cmd[2][0], 0x0000010800000003);
	assert_int_equal(b.cmd[2][1], 0x7ffffffffffff001);
}

/* Pitfall 11: the descriptor belongs to the kind of table. */
static void vtd_first_stage_has_descriptors_of_its_own(void **state)
{
	const struct sim_tag tag = {
		.id = 0x1234,
		.first_stage = true,
		.pasid = 0x56789,
	};
	const struct sim_tag own = { .id = 0x1234, .first_stage = true };
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_range(&b, &tag, 0x3000, 0x6fff, true, 0);
	sim_inv_range(&b, &tag, 0x3000, 0x6fff, false, 0);
	sim_inv_all(&b, &tag);
	sim_inv_context(&b, 0x108, &own);
	assert_int_equal(b.nr, 5);
	assert_int_equal(b.cmd[0][0], 0x0005678912340036);
	assert_int_equal(b.cmd[0][1], 0x43);
	assert_int_equal(b.cmd[1][0], 0x0005678912340036);
	assert_int_equal(b.cmd[1][1], 0x3);
	assert_int_equal(b.cmd[2][0], 0x0005678912340026);
	assert_int_equal(b.cmd[2][1], 0);
	assert_int_equal(b.cmd[3][0], 0x0000010812340031);
	assert_int_equal(b.cmd[4][0], 0x12340017);
	assert_int_equal(sim_inv_end(&b), 0);
}

/* The context cache knows nothing of it, whatever the stage. */
static void vtd_entries_of_pasids_are_in_the_pasid_cache(void **state)
{
	const struct sim_tag s1 = { 0x1234, true, 12, 0x56789 };
	const struct sim_tag s2 = { 0x1234, false, 12, 0x56789 };
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_context(&b, 0x108, &s1);
	sim_inv_context(&b, 0x108, &s2);
	assert_int_equal(b.nr, 2);
	assert_int_equal(b.cmd[0][0], 0x0005678912340017);
	assert_int_equal(b.cmd[1][0], 0x0005678912340017);
	assert_int_equal(sim_inv_end(&b), 0);
}

/* spec: iommu-pt I10 */
static void amd_ranges_are_coded_as_worked_out(void **state)
{
	const struct sim_tag v1 = { .id = 0x1234 };
	const struct sim_tag v2 = { .id = 0x1234, .first_stage = true };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		u64 covered = iommu_stat(covered_bytes);
		struct sim_inv_batch b;

		sim_inv_begin(&b);
		sim_inv_range(&b, &v1, ranges[i].first, ranges[i].last, true,
			      0);
		sim_inv_range(&b, &v2, ranges[i].first, ranges[i].last, true,
			      0);
		assert_int_equal(b.nr, 2);
		/* PDE is always set. */
		assert_int_equal(b.cmd[0][0], 0x3000123400000000);
		assert_int_equal(b.cmd[0][1], ranges[i].amd | 2);
		assert_int_equal(b.cmd[1][0], 0x3000123400000000);
		assert_int_equal(b.cmd[1][1], ranges[i].amd | 6);
		assert_int_equal(sim_inv_end(&b), 0);
		assert_int_equal(
			iommu_stat(covered_bytes) - covered,
			2 * (ranges[i].wide_last - ranges[i].wide_first + 1));
	}
}

static void amd_commands_look_like_this(void **state)
{
	const struct sim_tag tag = { 0x1234, true, 12, 0x5678 };
	struct sim_inv_batch b;
	u64 pos = sim_ring.tail;

	sim_inv_begin(&b);
	sim_inv_all(&b, &tag);
	sim_inv_range(&b, &tag, 0, 1ull << 52, true, 0);
	sim_inv_context(&b, 0x108, &tag);
	sim_inv_device(&b, &some_device, &tag, 0x3000, 0x6fff);
	assert_int_equal(b.nr, 4);
	assert_int_equal(b.cmd[0][0], 0x3000123400005678);
	assert_int_equal(b.cmd[0][1], 0x7ffffffffffff007);
	assert_int_equal(b.cmd[1][1], 0x7ffffffffffff007);
	assert_int_equal(b.cmd[2][0], 0x2000000000000108);
	assert_int_equal(b.cmd[2][1], 0);
	assert_int_equal(b.cmd[3][0], 0x4078010820560108);
	assert_int_equal(b.cmd[3][1], 0x3005);
	b.nr = 3;
	assert_int_equal(sim_inv_end(&b), 0);
	assert_command(pos + 3, 0x1000000000000000 | sim_ring.status_phys | 1,
		       sim_ring.seq);
	assert_int_equal(*(u64 *)sim_ring.status, sim_ring.seq);
}

/* Where absent entries are cached nothing may be widened. */
static void amd_cuts_ranges_in_caching_mode(void **state)
{
	static const u64 want[] = { 0x3002, 0x4002, 0x407003, 0x5002 };
	const struct sim_tag tag = { .id = 1 };
	struct fixture *f = *state;
	struct sim_inv_batch b;

	f->cfg.iommu_caching_mode = true;
	fixture_rebuild(f);
	sim_inv_begin(&b);
	sim_inv_range(&b, &tag, 0x3000, 0x3fff, true, 0);
	sim_inv_range(&b, &tag, 0x4000, 0x4fff, true, 0);
	sim_inv_range(&b, &tag, 0x400000, 0x40ffff, true, 0);
	sim_inv_range(&b, &tag, 0x5000, 0x9fff, true, 0);
	/* The last: 0x5000, 0x6000 + 2, 0x8000 + 2 pages. */
	assert_int_equal(b.nr, 6);
	assert_int_equal(b.cmd[0][1], want[0]);
	assert_int_equal(b.cmd[1][1], want[1]);
	assert_int_equal(b.cmd[2][1], want[2]);
	assert_int_equal(b.cmd[3][1], want[3]);
	assert_int_equal(b.cmd[4][1], 0x6003);
	assert_int_equal(b.cmd[5][1], 0x8003);
	assert_int_equal(sim_inv_end(&b), 0);
	assert_int_equal(iommu_stat(asked_bytes), iommu_stat(covered_bytes));
}

/* The contract's examples of range commands. */
static const struct {
	u64 first, pages;
	bool leaf_only;
	unsigned int nr;
	struct {
		u64 addr;
		unsigned int scale, num;
	} piece[3];
} pieces[] = {
	{ 0x100000, 515, true, 2, { { 0x100000, 0, 2 }, { 0x103000, 9, 0 } } },
	{ 0, 1000, true, 2, { { 0, 3, 28 }, { 0xe8000, 8, 2 } } },
	{ 0, 33, false, 1, { { 0, 1, 16 } } },
	{ 0, 33, true, 2, { { 0, 0, 0 }, { 0x1000, 5, 0 } } },
	{ 0x7000, 1, true, 1, { { 0x7000, 0, 0 } } },
	{ 0x7000, 1, false, 1, { { 0x7000, 1, 0 } } },
};

/* spec: iommu-pt I10 */
static void smmu_ranges_are_cut_as_worked_out(void **state)
{
	const struct sim_tag tag = { 0x1234, true, 12 };
	size_t i;
	u32 p;

	for (i = 0; i < ARRAY_SIZE(pieces); i++) {
		u64 covered = iommu_stat(covered_bytes);
		u64 last = pieces[i].first + pieces[i].pages * SZ_4K - 1;
		bool leaf_only = pieces[i].leaf_only;
		struct sim_inv_batch b;

		sim_inv_begin(&b);
		sim_inv_range(&b, &tag, pieces[i].first, last, leaf_only,
			      SZ_4K);
		assert_int_equal(b.nr, pieces[i].nr);
		for (p = 0; p < b.nr; p++) {
			assert_int_equal(b.cmd[p][0],
					 0x1234000000000012 |
						 pieces[i].piece[p].num << 12 |
						 pieces[i].piece[p].scale
							 << 20);
			assert_int_equal(b.cmd[p][1],
					 pieces[i].piece[p].addr |
						 (leaf_only ? 0x701 : 0x400));
		}
		assert_int_equal(sim_inv_end(&b), 0);
		assert_true(iommu_stat(covered_bytes) - covered >=
			    pieces[i].pages * SZ_4K);
	}
}

/* NUM and SCALE end before 2^32 pages; so many go at one go. */
static void smmu_ranges_of_too_many_pages_are_all(void **state)
{
	const struct sim_tag tag = { 0x1234, true, 12 };
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_range(&b, &tag, 0, (1ull << 44) - 1, true, 0);
	sim_inv_range(&b, &tag, 0, (1ull << 43) - 1, true, 0);
	assert_int_equal(b.nr, 2);
	assert_int_equal(b.cmd[0][0], 0x1234000000000011);
	assert_int_equal(b.cmd[0][1], 0);
	assert_int_equal(b.cmd[1][0], 0x1234000001f00012);
	assert_int_equal(b.cmd[1][1], 0x401);
	assert_int_equal(sim_inv_end(&b), 0);
}

static void smmu_commands_look_like_this(void **state)
{
	const struct sim_tag s1 = { 0x1234, true, 14, 0x56789 };
	const struct sim_tag own = { 0x1234, true, 14 };
	const struct sim_tag s2 = { 0x1234, false, 16 };
	struct sim_inv_batch b;
	u64 pos = sim_ring.tail;

	sim_inv_begin(&b);
	sim_inv_all(&b, &s1);
	sim_inv_all(&b, &s2);
	/* 32 MiB leaves of 16 KiB granules are on level 2. */
	sim_inv_range(&b, &s1, 0, SZ_32M - 1, true, SZ_32M);
	sim_inv_range(&b, &s2, 0, SZ_64K - 1, true, SZ_64K);
	sim_inv_range(&b, &s2, 0, U64_MAX, true, 0);
	sim_inv_context(&b, 0x108, &own);
	sim_inv_context(&b, 0x108, &s2);
	/* A substream's descriptor is all that its entry is. */
	sim_inv_context(&b, 0x108, &s1);
	assert_int_equal(b.nr, 9);
	assert_int_equal(b.cmd[0][0], 0x1234000000000011);
	assert_int_equal(b.cmd[1][0], 0x0000123400000028);
	assert_int_equal(b.cmd[2][0], 0x1234000000b00012);
	assert_int_equal(b.cmd[2][1], 0xa01);
	assert_int_equal(b.cmd[3][0], 0x000012340000002a);
	assert_int_equal(b.cmd[3][1], 0xf01);
	assert_int_equal(b.cmd[4][0], 0x0000123400000028);
	assert_int_equal(b.cmd[5][0], 0x0000010800000005);
	assert_int_equal(b.cmd[6][0], 0x0000010800000003);
	assert_int_equal(b.cmd[7][0], 0x0000010800000003);
	assert_int_equal(b.cmd[8][0], 0x0000010856789005);
	assert_int_equal(sim_inv_end(&b), 0);
	/* The word was written over by the completion. */
	assert_command(pos + 9, 0, sim_ring.phys + 16 * (pos + 9));

	sim_inv_begin(&b);
	sim_inv_device(&b, &some_device, &s2, 0x3000, 0x6fff);
	sim_inv_device(&b, &some_device, &s1, 0, U64_MAX);
	assert_int_equal(b.cmd[0][0], 0x0000010800000040);
	assert_int_equal(b.cmd[0][1], 3);
	assert_int_equal(b.cmd[1][0], 0x0000010856789840);
	assert_int_equal(b.cmd[1][1], 52);
}

/* 515 pages, none of which are an aligned 2 MiB. */
static void unmap_515_pages(struct fixture *f, unsigned int wanted)
{
	struct iommu_domain *d = attached_with(f, 0x100000, 515 * SZ_4K);
	u64 commands = iommu_stat(commands), waits = iommu_stat(waits);

	unmap_all(d, 0x100000, 515 * SZ_4K);
	assert_int_equal(iommu_stat(commands) - commands, wanted);
	assert_int_equal(iommu_stat(waits) - waits, 1);
	drop(f, d);
}

/* spec: iommu-pt I12 */
static void smmu_unmaps_515_pages_with_two_commands(void **state)
{
	unmap_515_pages(*state, 2 + 1);
}

/* spec: iommu-pt I12 */
static void without_ranges_smmu_unmaps_page_by_page(void **state)
{
	unmap_515_pages(*state, 515 + 1);
}

/* Leaves of 2 MiB take one command each, tables one a granule. */
static void without_ranges_smmu_steps_by_what_changed(void **state)
{
	const struct sim_tag tag = { 0x1234, true, 12 };
	struct sim_inv_batch b;
	unsigned int i;

	sim_inv_begin(&b);
	sim_inv_range(&b, &tag, SZ_2M, SZ_2M + 3 * SZ_2M - 1, true, SZ_2M);
	assert_int_equal(b.nr, 3);
	for (i = 0; i < 3; i++) {
		assert_int_equal(b.cmd[i][0], 0x1234000000000012);
		assert_int_equal(b.cmd[i][1], (i + 1) * SZ_2M | 1);
	}
	sim_inv_range(&b, &tag, SZ_2M, SZ_2M + 3 * SZ_4K - 1, false, SZ_2M);
	assert_int_equal(b.nr, 6);
	for (i = 0; i < 3; i++)
		assert_int_equal(b.cmd[3 + i][1], SZ_2M + i * SZ_4K);
	assert_int_equal(sim_inv_end(&b), 0);
}

/* spec: iommu-pt I12 */
static void newer_kernels_stop_counting_at_512_pages(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	u64 commands;

	assert_int_equal(map_at(d, 0x100000, PHYS, 511 * SZ_4K), 0);
	commands = iommu_stat(commands);
	assert_int_equal(iommu_unmap(d, 0x100000, 511 * SZ_4K), 511 * SZ_4K);
	assert_int_equal(iommu_stat(commands) - commands, 511 + 1);

	assert_int_equal(map_at(d, 0x100000, PHYS, 512 * SZ_4K), 0);
	commands = iommu_stat(commands);
	assert_int_equal(iommu_unmap(d, 0x100000, 512 * SZ_4K), 512 * SZ_4K);
	assert_int_equal(iommu_stat(commands) - commands, 1 + 1);
	assert_device_faults(f, 0x100000, 512 * SZ_4K);
	drop(f, d);
}

static void riscv_commands_look_like_this(void **state)
{
	const struct sim_tag s1 = { 0x1234, true, 12, 0x56789 };
	const struct sim_tag s2 = { 0x1234, false, 12 };
	struct sim_inv_batch b;
	u64 pos = sim_ring.tail;

	sim_inv_begin(&b);
	sim_inv_range(&b, &s1, 0x40003000, 0x40004fff, true, 0);
	sim_inv_range(&b, &s2, 0x40003000, 0x40003fff, true, 0);
	/* What leads to tables goes only with everything (pitfall 30). */
	sim_inv_range(&b, &s1, 0x40003000, 0x40003fff, false, 0);
	sim_inv_range(&b, &s2, 0x40000000, 0x401fffff, true, 0);
	/* An entry of a PASID, and that of the device itself. */
	sim_inv_context(&b, 0x108, &s1);
	sim_inv_context(&b, 0x108, &s2);
	assert_int_equal(b.nr, 7);
	assert_int_equal(b.cmd[0][0], 0x0000000101234401);
	assert_int_equal(b.cmd[0][1], 0x40003 << 10);
	assert_int_equal(b.cmd[1][0], 0x0000000101234401);
	assert_int_equal(b.cmd[1][1], 0x40004 << 10);
	assert_int_equal(b.cmd[2][0], 0x0123400200000481);
	assert_int_equal(b.cmd[3][0], 0x0000000101234001);
	assert_int_equal(b.cmd[3][1], 0);
	assert_int_equal(b.cmd[4][0], 0x0123400200000081);
	assert_int_equal(b.cmd[5][0], 0x0001080256789083);
	assert_int_equal(b.cmd[6][0], 0x0001080200000003);
	assert_int_equal(sim_inv_end(&b), 0);
	assert_command(pos + 7, sim_ring.seq << 32 | 0x3402,
		       (sim_ring.status_phys + 4 * (pos + 7)) >> 2);
	assert_int_equal(sim_ring.status[pos + 7], sim_ring.seq);

	sim_inv_begin(&b);
	sim_inv_device(&b, &some_device, &s1, 0x3000, 0x6fff);
	sim_inv_device(&b, &some_device, &s2, 0x3000, 0x3fff);
	assert_int_equal(b.cmd[0][0], 0x0001080156789004);
	assert_int_equal(b.cmd[0][1], 0x3800);
	assert_int_equal(b.cmd[1][0], 0x0001080000000004);
	assert_int_equal(b.cmd[1][1], 0x3000);
}

/* Word 1 for a device: lg2 of the pages, or the size in the address and a bit. */
static u64 device_word(size_t i, bool pasid)
{
	bool vtd = sim_ring.ops == &sim_inv_vtd;
	bool amd = sim_ring.ops == &sim_inv_amd;
	u64 addr = ranges[i].amd & ~1ull, s = ranges[i].amd & 1;

	if (sim_ring.ops == &sim_inv_smmu)
		return ranges[i].addr | ranges[i].lg2;
	if (amd)
		return addr | s | (pasid ? 4 : 0);
	return addr | s << (vtd && !pasid ? 0 : 11);
}

/* spec: iommu-pt I10 */
static void devices_are_told_as_worked_out(void **state)
{
	const struct sim_tag plain = { .id = 1, .granule_lg2 = 12 };
	const struct sim_tag pasid = { .id = 1, .granule_lg2 = 12, .pasid = 5 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		struct sim_inv_batch b;

		sim_inv_begin(&b);
		sim_inv_device(&b, &some_device, &plain, ranges[i].first,
			       ranges[i].last);
		sim_inv_device(&b, &some_device, &pasid, ranges[i].first,
			       ranges[i].last);
		assert_int_equal(b.nr, 2);
		assert_int_equal(b.cmd[0][1], device_word(i, false));
		assert_int_equal(b.cmd[1][1], device_word(i, true));
		/* Never sent: nobody is there. */
	}
}

/* spec: iommu-pt I13 */
static void every_amd_range_drops_the_walk_cache(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_with(f, IOVA, PAGE_4K);
	u64 reads;

	assert_int_equal(map_at(d, IOVA + PAGE_4K, PHYS, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	unmap_all(d, IOVA, PAGE_4K);
	reads = iommu_stat(walk_reads);
	assert_read(f, IOVA + PAGE_4K, DMASIM_DMA_OK);
	/* All four levels. */
	assert_int_equal(iommu_stat(walk_reads) - reads, 4);
	drop(f, d);
}

/* What is cached when a table's memory goes back. */
static unsigned int nr_gone, nr_pointers;

static bool count_pointer(void *phys, const struct dmasim_iommu_cached *c)
{
	nr_pointers += c->table && c->target == *(u64 *)phys;
	return true;
}

static void look_before_a_table_goes(u64 phys, u64 len)
{
	nr_gone++;
	assert_int_equal(dmasim_iommu_visit_cached(NULL, count_pointer, &phys),
			 0);
	sim_hw_table_freed(phys, len);
}

/* spec: iommu-pt 8.4 */
static void nothing_leads_to_a_table_that_goes(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_with(f, IOVA, SZ_2M);

	nr_gone = nr_pointers = 0;
	assert_read(f, IOVA, DMASIM_DMA_OK);
	iommu_pt_set_table_freed(look_before_a_table_goes);
	unmap_all(d, IOVA, SZ_2M);
	assert_true(nr_gone);
	assert_int_equal(nr_pointers, 0);

	/* A large page in place of a table: the same. */
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	unmap_all(d, IOVA, PAGE_4K);
	nr_gone = 0;
	assert_int_equal(map_at(d, IOVA, 0x80000000, SZ_2M), 0);
	assert_true(nr_gone);
	unmap_all(d, IOVA, SZ_2M);
	drop(f, d);
	assert_int_equal(nr_pointers, 0);
	iommu_pt_set_table_freed(sim_hw_table_freed);
}

/* ---- what calls write --------------------------------------------------------- */

static void an_unmap_is_a_command_and_a_wait(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_with(f, IOVA, PAGE_4K);
	u64 pos;

	pos = sim_ring.tail;
	unmap_all(d, IOVA, PAGE_4K);

	assert_int_equal(sim_ring.tail - pos, 2);
	/* The device's own domain is number 1. */
	assert_command(pos, 0x200f2, IOVA | 0x40);
	assert_command(pos + 1, 0x0000000200000025,
		       sim_ring.status_phys + 4 * (pos + 1));
	assert_int_equal(sim_ring.status[pos + 1], 2);
	drop(f, d);
}

static void an_unlinked_table_clears_the_leaf_hint(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_with(f, IOVA, SZ_2M);
	u64 pos;

	pos = sim_ring.tail;
	unmap_all(d, IOVA, SZ_2M);
	assert_command(pos, 0x200f2, IOVA | 9);
	drop(f, d);
}

static void a_changed_context_is_flushed_under_its_old_tag(void **state)
{
	struct fixture *f = *state;
	u64 pos = sim_ring.tail;
	struct iommu_domain *d = attached(f);

	/* Domain 1 was the device's own; then what it had cached goes. */
	assert_command(pos, 0x0000010000010031, 0);
	assert_command(pos + 1, 0x100e2, 0);
	pos = sim_ring.tail;
	iommu_detach_device(d, f->dev);
	assert_command(pos, 0x0000010000020031, 0);
	assert_command(pos + 1, 0x200e2, 0);
	iommu_domain_free(d);
}

/* spec: iommu-pt I18 */
static void a_detached_device_is_out(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached_with(f, IOVA, PAGE_4K);

	assert_read(f, IOVA, DMASIM_DMA_OK);
	drop(f, d);
	expect_faults(1);
	assert_read(f, IOVA, DMASIM_DMA_UNMAPPED);
}

/* spec: iommu-pt I11 */
static void seventeen_commands_are_two_batches(void **state)
{
	u64 commands = iommu_stat(commands), waits = iommu_stat(waits);
	u64 pos = sim_ring.tail;
	struct sim_inv_batch b;
	u16 i;

	sim_inv_begin(&b);
	for (i = 0; i < 17; i++) {
		const struct sim_tag tag = { .id = 100 + i };

		sim_inv_range(&b, &tag, 0, 0xfff, true, 0);
	}
	assert_int_equal(sim_inv_end(&b), 0);

	assert_int_equal(iommu_stat(commands) - commands, 19);
	assert_int_equal(iommu_stat(waits) - waits, 2);
	assert_int_equal(ring_word(pos + 15, 0), 0x7300f2);
	assert_int_equal(ring_word(pos + 16, 0), 0x200000025);
	assert_int_equal(ring_word(pos + 17, 0), 0x7400f2);
	assert_int_equal(ring_word(pos + 18, 0), 0x200000025);
}

/* In a later batch all is well; the first error is that of the whole. */
static void an_error_of_any_batch_is_told(void **state)
{
	struct sim_inv_batch b;
	u16 i;

	sim_inv_begin(&b);
	sim_inv_push(&b, 0xf, 0);
	for (i = 0; i < 16; i++) {
		const struct sim_tag tag = { .id = 100 + i };

		sim_inv_range(&b, &tag, 0, 0xfff, true, 0);
	}
	assert_int_equal(b.nr, 1);
	assert_int_equal(sim_inv_end(&b), -EINVAL);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-command", 1);
	assert_event(DMASIM_EVENT_LOG, "err", 1);
}

/* The widest range with an address mask, and one that is wider. */
static void vtd_masks_go_as_far_as_the_hardware(void **state)
{
	const struct sim_tag tag = { .id = 0x1234 };
	const u64 most = SZ_4K << 18;
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_range(&b, &tag, 0, most - 1, true, 0);
	sim_inv_range(&b, &tag, 0, most, true, 0);
	assert_int_equal(b.cmd[0][0], 0x123400f2);
	assert_int_equal(b.cmd[0][1], 0x52);
	assert_int_equal(b.cmd[1][0], 0x123400e2);
	assert_int_equal(sim_inv_end(&b), 0);
}

/* One store may be the answer to several waits: numbers only grow. */
static void amd_waits_end_with_any_later_number(void **state)
{
	u64 now = *(u64 *)sim_ring.status;

	assert_true(sim_ring.ops->done(&sim_ring, 0, now));
	assert_true(!now || sim_ring.ops->done(&sim_ring, 0, now - 1));
	assert_false(sim_ring.ops->done(&sim_ring, 0, now + 1));
	assert_int_equal(sim_inv_submit(&sim_ring, NULL, 0, true, false), 0);
	assert_true(sim_ring.ops->done(&sim_ring, 0, now));
	assert_true(sim_ring.ops->done(&sim_ring, 0, now + 1));
}

static void without_a_queue_nothing_is_written(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	assert_null(sim_ring.ops);
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	unmap_all(d, IOVA, PAGE_4K);
	expect_faults(1);
	assert_read(f, IOVA, DMASIM_DMA_UNMAPPED);
	assert_int_equal(iommu_stat(commands), 0);
	drop(f, d);
}

/* ---- the ring ------------------------------------------------------------------- */

static void a_ring_can_be_used_for_ever(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
		assert_read(f, IOVA, DMASIM_DMA_OK);
		unmap_all(d, IOVA, PAGE_4K);
	}
	assert_true(sim_ring.tail > 2 * 1000);
	assert_device_faults(f, IOVA, PAGE_4K);
	drop(f, d);
}

/* Nobody waits; a full ring makes the next one wait for room. */
static void a_full_ring_is_waited_for(void **state)
{
	static const u64 cmd[16][2] = { { 0x5 }, { 0x5 }, { 0x5 }, { 0x5 },
					{ 0x5 }, { 0x5 }, { 0x5 }, { 0x5 },
					{ 0x5 }, { 0x5 }, { 0x5 }, { 0x5 },
					{ 0x5 }, { 0x5 }, { 0x5 }, { 0x5 } };
	u64 commands = iommu_stat(commands);
	unsigned int i;

	for (i = 0; i < 40; i++)
		assert_int_equal(
			sim_inv_submit(&sim_ring, cmd, 16, false, false), 0);
	assert_true(iommu_stat(commands) - commands < 40 * 16);
	assert_int_equal(sim_inv_submit(&sim_ring, cmd, 16, true, false), 0);
	assert_int_equal(iommu_stat(commands) - commands, 41 * 16 + 1);
}

/* The contract's rule 3: a caller that skips the wait sees old translations. */
static void without_a_wait_nothing_is_certain(void **state)
{
	static const u64 cmd[1][2] = { { 0x20022, 0 } };
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	struct iommu_iotlb_gather gather;
	bool immediate = f->variant->invalidation ==
			 DMASIM_INVALIDATION_IMMEDIATE;

	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, IOVA, PAGE_4K, &gather), PAGE_4K);
	assert_int_equal(sim_inv_submit(&sim_ring, cmd, 1, false, false), 0);

	if (immediate)
		expect_faults(1);
	assert_read(f, IOVA, immediate ? DMASIM_DMA_UNMAPPED : DMASIM_DMA_OK);
	expect_stale_hits();
	iommu_iotlb_sync(d, &gather);
	assert_device_faults(f, IOVA, PAGE_4K);
	drop(f, d);
}

static void an_illegal_command_is_refused_and_the_queue_goes_on(void **state)
{
	const u64 cmd[3][2] = { { sim_ring.ops->nop },
				{ 0xf00000000000007f },
				{ sim_ring.ops->nop } };
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	assert_int_equal(sim_inv_submit(&sim_ring, cmd, 3, true, false),
			 -EINVAL);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-command", 1);
	assert_event(DMASIM_EVENT_LOG, "err", 1);

	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	unmap_all(d, IOVA, PAGE_4K);
	assert_device_faults(f, IOVA, PAGE_4K);
	drop(f, d);
}

/* Somebody wrote over the ring: every author is told, and it goes on. */
static void a_spoilt_wait_is_no_success(void **state)
{
	static const u64 cmd[1][2] = { { 0x5 } };
	u64 pos = sim_ring.tail;

	sim_ring.held[(pos + 1) & 255] = 1;
	sim_ring.cmd[2 * (pos & 255)] = 0x5;
	sim_ring.cmd[2 * ((pos + 1) & 255)] = 0xf;
	sim_ring.tail += 2;
	assert_int_equal(sim_inv_submit(&sim_ring, cmd, 1, true, false),
			 -EINVAL);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-command", 1);
	assert_int_equal(sim_ring.held[(pos + 1) & 255], 2);
	sim_ring.held[(pos + 1) & 255] = 0;
	assert_int_equal(sim_inv_submit(&sim_ring, cmd, 1, true, false), 0);
}

/* spec: iommu-pt I7 */
static void an_address_used_again_too_early_is_told(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_get_domain_for_dev(f->dev);
	dma_addr_t addr;

	addr = dma_map_phys(f->dev, PHYS, PAGE_4K, DMA_TO_DEVICE, 0);
	assert_read(f, addr, DMASIM_DMA_OK);
	dma_unmap_phys(f->dev, addr, PAGE_4K, DMA_TO_DEVICE, 0);
	/* It waits in the flush queue; nobody else may have it yet. */
	assert_int_equal(map_at(d, addr, PHYS + PAGE_4K, PAGE_4K), 0);
#ifdef DMASIM_DEBUG
	assert_event(DMASIM_EVENT_MISUSE, "iommu-reuse", 1);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-reuse", 1);
#endif
	unmap_all(d, addr, PAGE_4K);

	/* After the flush it is anybody's. */
	dmasim_run_for(20000000);
	assert_int_equal(map_at(d, addr, PHYS + PAGE_4K, 2 * PAGE_4K), 0);
	unmap_all(d, addr, 2 * PAGE_4K);
}

static void forget_nothing(struct iommu_domain *d)
{
}

static void forget_no_range(struct iommu_domain *d,
			    struct iommu_iotlb_gather *gather)
{
	iommu_put_pages_list(&gather->freelist);
}

/* Is @fn in a call path? */
static bool path_has(void *const *frames, unsigned int nr, void *fn)
{
	Dl_info info;

	while (nr--)
		if (dladdr(frames[nr], &info) && info.dli_saddr == fn)
			return true;
	return false;
}

/* Who gave the address back lazily is a timer; who unmapped it is the second path. */
static void assert_path_of_unmap(bool lazy)
{
	void *unmap = dma_unmap_phys;
	struct dmasim_event e;
	u64 seq = dmasim_event_last();

	while (dmasim_event_get(seq, &e) && strcmp(e.id, "iommu-freed-iova"))
		seq--;
	assert_string_equal(e.id, "iommu-freed-iova");
	if (!lazy) {
		assert_int_equal(e.nr_origin, 0);
		assert_true(path_has(e.frames, e.nr_frames, unmap));
		return;
	}
	assert_false(path_has(e.frames, e.nr_frames, unmap));
	assert_true(path_has(e.origin, e.nr_origin, unmap));
}

/* Neither in the flush queue nor without one an address is given back too early. */
static void an_address_given_back_too_early_is_told(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_get_domain_for_dev(f->dev);
	const struct iommu_domain_ops *ops = d->ops;
	struct iommu_domain_ops deaf = *ops;
	dma_addr_t addr;
	int told = 0;

	deaf.flush_iotlb_all = forget_nothing;
	deaf.iotlb_sync = forget_no_range;
#ifdef DMASIM_DEBUG
	told = 1;
#endif
	/* What no device used is not cached. */
	d->ops = &deaf;
	addr = dma_map_phys(f->dev, PHYS, PAGE_4K, DMA_TO_DEVICE, 0);
	dma_unmap_phys(f->dev, addr, PAGE_4K, DMA_TO_DEVICE, 0);
	dmasim_run_for(20000000);
	assert_event(DMASIM_EVENT_MISUSE, "iommu-freed-iova", 0);
	d->ops = ops;
	addr = dma_map_phys(f->dev, PHYS, 3 * PAGE_4K, DMA_TO_DEVICE, 0);
	assert_read(f, addr + PAGE_4K, DMASIM_DMA_OK);
	dma_unmap_phys(f->dev, addr, 3 * PAGE_4K, DMA_TO_DEVICE, 0);
	dmasim_run_for(20000000);
	assert_event(DMASIM_EVENT_MISUSE, "iommu-freed-iova", 0);

	addr = dma_map_phys(f->dev, PHYS, 3 * PAGE_4K, DMA_TO_DEVICE, 0);
	assert_read(f, addr + PAGE_4K, DMASIM_DMA_OK);
	d->ops = &deaf;
	dma_unmap_phys(f->dev, addr, 3 * PAGE_4K, DMA_TO_DEVICE, 0);
	assert_event(DMASIM_EVENT_MISUSE, "iommu-freed-iova",
		     d->type == IOMMU_DOMAIN_DMA_FQ ? 0 : told);
	dmasim_run_for(20000000);
	assert_event(DMASIM_EVENT_MISUSE, "iommu-freed-iova", told);
	if (told)
		assert_path_of_unmap(d->type == IOMMU_DOMAIN_DMA_FQ);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-freed-iova", told);
	d->ops = ops;
	iommu_flush_iotlb_all(d);
}

/* ---- several CPUs --------------------------------------------------------------- */

struct worker {
	struct fixture *f;
	struct iommu_domain *d;
	unsigned int cpu, errors;
	pthread_t thread;
};

static void *unmaps(void *arg)
{
	struct worker *w = arg;
	unsigned long iova = IOVA + w->cpu * SZ_1G;
	unsigned int i;
	u8 byte;

	w->errors += !!dmasim_cpu_bind(w->cpu);
	for (i = 0; i < 300; i++) {
		w->errors += !!map_at(w->d, iova, PHYS, PAGE_4K);
		w->errors += dmasim_dma_read(w->f->hw, iova, &byte, 1) !=
			     DMASIM_DMA_OK;
		w->errors += iommu_unmap(w->d, iova, PAGE_4K) != PAGE_4K;
	}
	return NULL;
}

static void cpus_share_the_ring(void **state)
{
	struct fixture *f = *state;
	struct worker w[3] = {};
	struct iommu_domain *d;
	unsigned int i;

	f->cfg.nr_cpus = 4;
	fixture_rebuild(f);
	d = attached(f);
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		w[i].f = f;
		w[i].d = d;
		w[i].cpu = i + 1;
		assert_int_equal(
			pthread_create(&w[i].thread, NULL, unmaps, &w[i]), 0);
	}
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		pthread_join(w[i].thread, NULL);
		assert_int_equal(w[i].errors, 0);
		assert_device_faults(f, IOVA + w[i].cpu * SZ_1G, PAGE_4K);
	}
	drop(f, d);
}

/* @arg counts errors. More than the ring holds, each waited for. */
static void *submits(void *arg)
{
	const u64 cmd[1][2] = { { sim_ring.ops->nop } };
	unsigned int *errors = arg, i;

	for (i = 0; i < sim_ring.ops->entries; i++)
		*errors += !!sim_inv_submit(&sim_ring, cmd, 1, true, false);
	return NULL;
}

static u64 ring_tail(void)
{
	u64 tail;

	spin_lock(&sim_ring.lock);
	tail = sim_ring.tail;
	spin_unlock(&sim_ring.lock);
	return tail;
}

/* The host lets an author sleep for long before he looks at his slot. */
static void nobody_gives_up_on_a_slow_author(void **state)
{
	const u64 cmd[1][2] = { { sim_ring.ops->nop } };
	const u32 mask = sim_ring.ops->entries - 1;
	unsigned int errors = 0;
	u64 pos = sim_ring.tail;
	pthread_t thread;

	WRITE_ONCE(sim_ring.held[pos & mask], 1);
	assert_int_equal(sim_inv_submit(&sim_ring, cmd, 1, false, false), 0);
	assert_int_equal(pthread_create(&thread, NULL, submits, &errors), 0);
	while (ring_tail() + 2 - pos < sim_ring.ops->entries)
		sched_yield();
	usleep(50000);
	/* Nor does anybody take that slot meanwhile. */
	assert_in_range(ring_tail() - pos, 1, sim_ring.ops->entries - 1);
	smp_store_release(&sim_ring.held[pos & mask], 0);
	pthread_join(thread, NULL);

	assert_int_equal(errors, 0);
}

/* ---- configuration ---------------------------------------------------------------- */

static void unknown_commands_are_refused(void **state)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct dmasim_machine *m;

	cfg.iommu = DMASIM_IOMMU_STRICT;
	cfg.iommu_commands = "vtd2";
	assert_int_equal(dmasim_machine_create(&cfg, &m), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "iommu_commands \"vtd2\""));
	cfg.iommu_commands = NULL;
	cfg.invalidation_mode = 9;
	assert_int_equal(dmasim_machine_create(&cfg, &m), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "invalidation mode 9"));
}

#define STRICT(_name, _format) \
	.name = _name, .iommu = DMASIM_IOMMU_STRICT, .format = _format

static const struct variant vtdss[] = {
	{ STRICT("vtdss", "vtdss"), .translated = true },
};

static const struct variant vtdfs[] = {
	{ STRICT("vtdfs", "vtdfs"), .translated = true },
};

/* When commands take effect must not matter to who waits. */
static const struct variant modes[] = {
	{ STRICT("at-wait", "vtdss"), .translated = true },
	{ STRICT("immediate", "vtdss"), .translated = true,
	  .invalidation = DMASIM_INVALIDATION_IMMEDIATE },
	{ STRICT("random", "vtdss"), .translated = true,
	  .invalidation = DMASIM_INVALIDATION_RANDOM },
};

static const struct variant amdv1[] = {
	{ STRICT("amdv1", "amdv1"), .translated = true },
};

static const struct variant smmu[] = {
	{ STRICT("smmu", "arm_s1_4k"), .translated = true },
};

static const struct variant smmu_norange[] = {
	{ STRICT("smmu-norange", "arm_s2_4k"), .translated = true,
	  .commands = "smmu-norange" },
};

static const struct variant smmu_few[] = {
	{ STRICT("smmu-norange-7.0", "arm_s1_4k"), .translated = true,
	  .commands = "smmu-norange-7.0" },
};

static const struct variant riscv[] = {
	{ STRICT("riscv", "riscv64"), .translated = true },
};

/* All command sets, each at the latest moment and at some. */
static const struct variant sets[] = {
	{ STRICT("amd", "amdv1"), .translated = true },
	{ STRICT("amd-v2", "x86_64"), .translated = true,
	  .invalidation = DMASIM_INVALIDATION_RANDOM },
	{ STRICT("smmu", "arm_s1_4k"), .translated = true,
	  .invalidation = DMASIM_INVALIDATION_RANDOM },
	{ STRICT("smmu-norange", "arm_s2_4k"), .translated = true,
	  .commands = "smmu-norange" },
	{ STRICT("riscv", "riscv64"), .translated = true },
};

static const struct variant direct[] = {
	{ STRICT("direct", "vtdss"), .translated = true, .commands = "direct" },
};

int main(void)
{
	const struct CMUnitTest second_stage[] = {
		fixture_case(vtd_ranges_are_widened_as_worked_out),
		fixture_case(devices_are_told_as_worked_out),
		fixture_case(vtd_device_commands_look_like_this),
		fixture_case(an_unmap_is_a_command_and_a_wait),
		fixture_case(an_unlinked_table_clears_the_leaf_hint),
		fixture_case(a_changed_context_is_flushed_under_its_old_tag),
		fixture_case(seventeen_commands_are_two_batches),
		fixture_case(an_error_of_any_batch_is_told),
		fixture_case(vtd_masks_go_as_far_as_the_hardware),
		fixture_case(a_full_ring_is_waited_for),
		fixture_case(a_spoilt_wait_is_no_success),
		cmocka_unit_test(unknown_commands_are_refused),
	};
	const struct CMUnitTest first_stage[] = {
		fixture_case(vtd_first_stage_has_descriptors_of_its_own),
		fixture_case(vtd_entries_of_pasids_are_in_the_pasid_cache),
		fixture_case(a_detached_device_is_out),
	};
	const struct CMUnitTest any_time[] = {
		fixture_case(a_detached_device_is_out),
		fixture_case(nothing_leads_to_a_table_that_goes),
		fixture_case(a_ring_can_be_used_for_ever),
		fixture_case(
			an_illegal_command_is_refused_and_the_queue_goes_on),
		fixture_case(cpus_share_the_ring),
		fixture_case(nobody_gives_up_on_a_slow_author),
	};
	const struct CMUnitTest amd_words[] = {
		fixture_case(amd_ranges_are_coded_as_worked_out),
		fixture_case(devices_are_told_as_worked_out),
		fixture_case(amd_commands_look_like_this),
		fixture_case(amd_cuts_ranges_in_caching_mode),
		fixture_case(every_amd_range_drops_the_walk_cache),
		fixture_case(amd_waits_end_with_any_later_number),
	};
	const struct CMUnitTest smmu_words[] = {
		fixture_case(smmu_ranges_are_cut_as_worked_out),
		fixture_case(devices_are_told_as_worked_out),
		fixture_case(smmu_ranges_of_too_many_pages_are_all),
		fixture_case(smmu_commands_look_like_this),
		fixture_case(smmu_unmaps_515_pages_with_two_commands),
	};
	const struct CMUnitTest smmu_single[] = {
		fixture_case(without_ranges_smmu_unmaps_page_by_page),
		fixture_case(without_ranges_smmu_steps_by_what_changed),
	};
	const struct CMUnitTest smmu_newer[] = {
		fixture_case(newer_kernels_stop_counting_at_512_pages),
	};
	const struct CMUnitTest riscv_words[] = {
		fixture_case(riscv_commands_look_like_this),
		fixture_case(devices_are_told_as_worked_out),
	};
	const struct CMUnitTest not_random[] = {
		fixture_case(without_a_wait_nothing_is_certain),
	};
	const struct CMUnitTest no_queue[] = {
		fixture_case(without_a_queue_nothing_is_written),
		fixture_case(nothing_leads_to_a_table_that_goes),
		fixture_case(a_detached_device_is_out),
	};

	const struct CMUnitTest deferred[] = {
		fixture_case(an_address_used_again_too_early_is_told),
		fixture_case(an_address_given_back_too_early_is_told),
	};
	const struct CMUnitTest at_once[] = {
		fixture_case(an_address_given_back_too_early_is_told),
	};
	static const struct variant lazy[] = {
		{ .name = "lazy",
		  .iommu = DMASIM_IOMMU_LAZY,
		  .format = "vtdss",
		  .translated = true,
		  .lazy = true },
	};

	return run_variants("inv", second_stage, vtdss) +
	       run_variants("inv", deferred, lazy) +
	       run_variants("inv", at_once, vtdss) +
	       run_variants("inv", first_stage, vtdfs) +
	       run_variants("inv", any_time, modes) +
	       run_variants("inv", any_time, sets) +
	       run_variants("inv", amd_words, amdv1) +
	       run_variants("inv", smmu_words, smmu) +
	       run_variants("inv", smmu_single, smmu_norange) +
	       run_variants("inv", smmu_newer, smmu_few) +
	       run_variants("inv", riscv_words, riscv) +
	       run_variants_("inv", not_random, 1, modes, 2) +
	       run_variants("inv", no_queue, direct);
}
