/* SPDX-License-Identifier: MIT */
/*
 * Looking into the IOMMU: exact reports of small domains, walks with every
 * field, ranges, the IOTLB, broken tables, and what cannot be asked.
 */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/pci.h>

#include <dmasim/iommu.h>

#include "hw/hw.h"
#include "support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a domain of one's own, and text in which tables have names ----------------- */

static struct iommu_domain *domain;
static char text[16384];

static void attach(struct fixture *f)
{
	domain = iommu_paging_domain_alloc(f->dev);
	assert_false(IS_ERR(domain));
	assert_int_equal(iommu_attach_device(domain, f->dev), 0);
}

static void detach(struct fixture *f)
{
	iommu_detach_device(domain, f->dev);
	iommu_domain_free(domain);
}

static void map(u64 iova, u64 phys, size_t size, int prot)
{
	assert_int_equal(iommu_map(domain, iova, phys, size, prot, GFP_KERNEL),
			 0);
}

static void take_line(void *ctx, const char *line)
{
	size_t len = strlen(text);

	assert_true(len + strlen(line) + 2 < sizeof(text));
	sprintf(text + len, "%s\n", line);
}

static void replace(const char *from, const char *to)
{
	char *at;

	while ((at = strstr(text, from))) {
		memmove(at + strlen(to), at + strlen(from),
			strlen(at + strlen(from)) + 1);
		memcpy(at, to, strlen(to));
	}
}

/* A table at @phys is called @name, and so is an entry that points to it. */
static void call_it(u64 phys, u64 word, const char *name)
{
	char from[32], to[32];

	sprintf(from, "0x%016llx", word);
	sprintf(to, "%s+", name);
	if (word)
		replace(from, to);
	sprintf(from, "0x%llx", phys);
	replace(from, name);
}

static unsigned int nr_tables;

static bool name_table(void *ctx, const struct dmasim_iommu_entry *e)
{
	char name[16];

	if (e->kind != DMASIM_ENTRY_TABLE)
		return true;
	sprintf(name, "T%u", ++nr_tables);
	call_it(e->target, e->word, name);
	return true;
}

static void name_tables(struct fixture *f)
{
	struct dmasim_iommu_context c;

	nr_tables = 0;
	assert_int_equal(dmasim_iommu_get_context(f->hw, &c), 0);
	assert_int_equal(dmasim_iommu_visit(f->hw, false, name_table, NULL), 0);
	call_it(c.root, 0, "ROOT");
}

static void report(struct fixture *f, unsigned int parts)
{
	text[0] = '\0';
	assert_int_equal(dmasim_iommu_report(f->hw, parts, take_line, NULL), 0);
	name_tables(f);
}

static void report_walk(struct fixture *f, u64 addr)
{
	text[0] = '\0';
	assert_int_equal(dmasim_iommu_report_walk(f->hw, addr, take_line, NULL),
			 0);
	name_tables(f);
}

static void set_format(struct fixture *f, const char *format)
{
	f->cfg.iommu_format = format;
	fixture_rebuild(f);
}

/* ---- reports --------------------------------------------------------------------- */

static void a_small_domain(void **state)
{
	struct fixture *f = *state;

	attach(f);
	map(0x1000, 0x200000, 0x3000, IOMMU_READ | IOMMU_WRITE);
	map(0x5000, 0x300000, 0x1000, IOMMU_READ);
	map(0x200000, 0x400000, 0x200000, IOMMU_READ);
	map(0x400000, 0x600000, 0x1000, IOMMU_READ);
	report(f, DMASIM_REPORT_TREE | DMASIM_REPORT_RANGES);

	assert_string_equal(
		text,
		"0000:01:00.0: domain 2, vtdss, 4 levels, root ROOT, 48 bits of address\n"
		"tree:\n"
		"  [0] 0x0 +512G rw table T1, entry T1+\n"
		"    [0] 0x0 +1G rw table T2, entry T2+\n"
		"      [0] 0x0 +2M rw table T3, entry T3+\n"
		"        [1-3] 0x1000 +12K rw -> 0x200000, 3 x 4K, entry 0x0000000000200003 ...\n"
		"        [5] 0x5000 +4K r- -> 0x300000, entry 0x0000000000300001\n"
		"      [1] 0x200000 +2M r- -> 0x400000, entry 0x0000000000400081\n"
		"      [2] 0x400000 +2M rw table T4, entry T4+\n"
		"        [0] 0x400000 +4K r- -> 0x600000, entry 0x0000000000600001\n"
		"  4 tables below the root, 6 leaves, 0 broken entries\n"
		"ranges:\n"
		"  0x1000-0x3fff +12K rw -> 0x200000, 3 x 4K\n"
		"  0x5000-0x5fff +4K r- -> 0x300000, 1 x 4K\n"
		"  0x200000-0x400fff +2052K r- -> 0x400000, 2 x 4K..2M\n");
	detach(f);
}

static void leaves_of_several_entries(void **state)
{
	struct fixture *f = *state;

	set_format(f, "amdv1");
	attach(f);
	map(0x12000, 0x232000, 0x2000, IOMMU_READ | IOMMU_WRITE);
	report(f, DMASIM_REPORT_TREE);

	assert_non_null(strstr(
		text,
		"      [0] 0x0 +2M rw table T3, entry T3+\n"
		"        [18-19] 0x12000 +8K rw -> 0x232000, entry 0x7000000000232e01\n"));
	detach(f);
}

static void a_walk_with_every_field(void **state)
{
	struct fixture *f = *state;

	attach(f);
	map(0x1000, 0x487654000, 0x1000, IOMMU_READ);
	report_walk(f, 0x1abc);
	assert_string_equal(
		text,
		"0000:01:00.0: domain 2, vtdss, 4 levels, root ROOT, 48 bits of address\n"
		"walk of 0x1abc:\n"
		"  level 3 table ROOT [0] T1+ table T1, so far rw\n"
		"      R=1  W=1  PS=0  A=0  address=T1 (51:12)\n"
		"  level 2 table T1 [0] T2+ table T2, so far rw\n"
		"      R=1  W=1  PS=0  A=0  address=T2 (51:12)\n"
		"  level 1 table T2 [0] T3+ table T3, so far rw\n"
		"      R=1  W=1  PS=0  A=0  address=T3 (51:12)\n"
		"  level 0 table T3 [1] 0x0000000487654001 leaf -> 0x487654000\n"
		"      R=1  W=0  A=0  D=0  SNP=0  address=0x487654000 (51:12)\n"
		"  a device gets 0x487654abc, r-, in a leaf of 4K\n");

	report_walk(f, 0x2000);
	assert_non_null(strstr(
		text,
		"  level 0 table T3 [2] 0x0000000000000000 absent\n  a device gets a fault: unmapped\n"));
	detach(f);
}

/* The last line of a walk in each format, and a field that only it has. */
static void every_format_has_fields(void **state)
{
	static const char *const cases[][2] = {
		{ "vtdss", "SNP=0" },
		{ "amdv1", "NextLevel=0x0 (11:9)" },
		{ "x86_64", "RW=1  U=1" },
		{ "vtdfs", "RW=1  U=1" },
		{ "riscv64", "PPN=0x487654" },
		{ "arm_s1_4k", "AttrIndx=0x" },
		{ "arm_s2_4k", "MemAttr=0x" },
	};
	struct fixture *f = *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		set_format(f, cases[i][0]);
		attach(f);
		map(0x123456000, 0x487654000, 0x1000,
		    IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE);
		report_walk(f, 0x123456000);
		if (!strstr(text, cases[i][1]) ||
		    !strstr(text,
			    "a device gets 0x487654000, rw, in a leaf of 4K"))
			fail_msg("%s: %s", cases[i][0], text);
		detach(f);
	}
}

static void the_iotlb_and_the_counters(void **state)
{
	struct fixture *f = *state;
	char buf[4];

	attach(f);
	map(0x1000, 0x200000, 0x1000, IOMMU_READ | IOMMU_WRITE);
	assert_int_equal(dmasim_dma_read(f->hw, 0x1000, buf, 4), 0);
	report(f, DMASIM_REPORT_IOTLB | DMASIM_REPORT_STATS);

	assert_non_null(strstr(
		text, "IOTLB:\n"
		      "  0x1000 +4K rw -> 0x200000\n"
		      "  0x0 +512G rw table T1 of level 2\n"
		      "  0x0 +1G rw table T2 of level 1\n"
		      "  0x0 +2M rw table T3 of level 0\n"
		      "statistics of the IOMMU:\n"
		      "  look-ups 1: hits 0, misses 1, entries read 4\n"));
	detach(f);
}

/* ---- broken tables ------------------------------------------------------------------ */

static bool break_table(void *ctx, const struct dmasim_iommu_entry *e)
{
	if (e->kind != DMASIM_ENTRY_TABLE || e->level != 2)
		return true;
	*(u64 *)dmasim_ram(e->table + 8 * e->index, 8) = *(u64 *)ctx;
	return false;
}

static void a_broken_table_has_a_reason(void **state)
{
	struct fixture *f = *state;
	struct dmasim_iommu_walk walk;
	u64 bad = 0x00e0000000000003, good;

	attach(f);
	map(0x1000, 0x200000, 0x1000, IOMMU_READ);
	assert_int_equal(dmasim_iommu_walk(f->hw, 0x1000, &walk), 0);
	good = walk.entry[1].word;
	dmasim_iommu_visit(f->hw, false, break_table, &bad);
	report(f, DMASIM_REPORT_TREE);
	assert_non_null(strstr(
		text,
		"BROKEN: the table 0x0 that it points to is not in RAM, entry 0x00e0000000000003\n"));
	assert_non_null(strstr(text, "0 leaves, 1 broken"));

	report_walk(f, 0x1000);
	assert_non_null(strstr(text, "software=0xe (63:52)"));
	assert_non_null(strstr(text, "a device gets a fault: page table"));
	*(u64 *)dmasim_ram(walk.entry[1].table, 8) = good;
	detach(f);
}

/* spec: iommu-pt 3.7 */
static void assert_access_flag_fault(struct fixture *f, const char *format)
{
	const struct dmasim_iommu_entry *e;
	struct dmasim_iommu_walk walk;
	struct dmasim_fault fault;
	char byte;
	u64 *leaf;

	set_format(f, format);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	attach(f);
	map(0x1000, 0x200000, 0x1000, IOMMU_READ | IOMMU_WRITE);
	assert_int_equal(dmasim_iommu_walk(f->hw, 0x1000, &walk), 0);
	e = &walk.entry[walk.nr - 1];
	leaf = (u64 *)dmasim_ram(e->table, 4096) + e->index;
	*leaf &= ~0x400ull;

	report_walk(f, 0x1000);
	assert_non_null(strstr(text, "AF=0"));
	assert_non_null(strstr(text, "leaf -> 0x200000"));
	assert_non_null(strstr(text, "a device gets a fault: access flag"));
	report(f, DMASIM_REPORT_TREE);
	assert_non_null(strstr(text, "1 leaves, 0 broken"));
	assert_int_equal(dmasim_dma_read(f->hw, 0x1000, &byte, 1),
			 DMASIM_DMA_ACCESS);
	assert_true(dmasim_iommu_next_fault(&fault));
	assert_int_equal(fault.reason, DMASIM_DMA_ACCESS);
	assert_int_equal(fault.entry, *leaf);
	assert_non_null(strstr(event_text(DMASIM_EVENT_FAULT, "iommu-fault"),
			       "access flag (level 0 entry 0x"));

	/* Nothing of it was remembered. */
	*leaf |= 0x400;
	assert_int_equal(dmasim_dma_read(f->hw, 0x1000, &byte, 1),
			 DMASIM_DMA_OK);
	detach(f);
}

static void a_clear_access_flag_of_stage_1_is_told_as_such(void **state)
{
	assert_access_flag_fault(*state, "arm_s1_4k");
}

static void a_clear_access_flag_of_stage_2_is_told_as_such(void **state)
{
	assert_access_flag_fault(*state, "arm_s2_4k");
}

/* ---- ranges and entries as data ------------------------------------------------------- */

static bool count_down(void *ctx, const struct dmasim_iommu_entry *e)
{
	return --*(int *)ctx;
}

static bool count_ranges(void *ctx, const struct dmasim_iommu_range *r)
{
	return --*(int *)ctx;
}

static void visits_can_be_stopped(void **state)
{
	struct fixture *f = *state;
	int left = 2;

	attach(f);
	map(0x1000, 0x200000, 0x1000, IOMMU_READ);
	map(0x3000, 0x200000, 0x1000, IOMMU_READ);
	map(0x5000, 0x200000, 0x1000, IOMMU_READ);
	assert_int_equal(dmasim_iommu_visit(f->hw, true, count_down, &left), 0);
	assert_int_equal(left, 0);
	left = 4;
	assert_int_equal(dmasim_iommu_visit(f->hw, true, count_down, &left), 0);
	assert_int_equal(left, 0);
	left = 1;
	assert_int_equal(dmasim_iommu_visit_ranges(f->hw, count_ranges, &left),
			 0);
	assert_int_equal(left, 0);
	detach(f);
}

/* ---- what cannot be asked ----------------------------------------------------------- */

static void refusals_name_the_cause(void **state)
{
	struct fixture *f = *state;
	struct dmasim_iommu_context c;
	struct dmasim_iommu_walk walk;

	assert_int_equal(dmasim_iommu_get_context(NULL, &c), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "no device"));
	assert_int_equal(dmasim_iommu_walk(f->hw, 1ull << 48, &walk), -ERANGE);
	assert_string_equal(
		dmasim_refusal(),
		"iommu: 0x1000000000000 is outside of what 4 levels of vtdss translate: 48 bits");
	assert_null(dmasim_device_find("0000:09:00.0"));
	assert_ptr_equal(dmasim_device_find("0000:01:00.0"), f->hw);

	f->cfg.iommu = DMASIM_IOMMU_IDENTITY;
	fixture_rebuild(f);
	assert_int_equal(dmasim_iommu_get_context(f->hw, &c), 0);
	assert_int_equal(c.path, DMASIM_PATH_BYPASS);
	assert_int_equal(dmasim_iommu_walk(f->hw, 0, &walk), -ENXIO);
	assert_string_equal(
		dmasim_refusal(),
		"iommu: 0000:01:00.0 is not translated: it passes through");
	text[0] = '\0';
	assert_int_equal(dmasim_iommu_report(f->hw, DMASIM_REPORT_TREE,
					     take_line, NULL),
			 0);
	assert_string_equal(text, "0000:01:00.0: passes through\n");

	f->cfg.iommu = DMASIM_IOMMU_OFF;
	fixture_rebuild(f);
	assert_int_equal(dmasim_iommu_get_context(f->hw, &c), -ENODEV);
	assert_non_null(strstr(dmasim_refusal(), "this machine has none"));
}

/* A driver that forgot the invalidation after changing the context. */
static void an_old_context_is_told(void **state)
{
	struct fixture *f = *state;
	struct hw_iommu_context good, other;
	struct dmasim_iommu_context c;
	u16 rid = pci_dev_id(f->pdev);
	char buf[4];

	attach(f);
	map(0x1000, 0x200000, 0x1000, IOMMU_READ);
	assert_int_equal(dmasim_iommu_get_context(f->hw, &c), 0);
	assert_false(c.cached);
	dmasim_dma_read(f->hw, 0x1000, buf, 4);
	assert_int_equal(dmasim_iommu_get_context(f->hw, &c), 0);
	assert_true(c.cached);
	assert_false(c.stale);

	assert_true(hw_iommu_get_context(rid, &good, &other));
	other.root += 0x1000;
	hw_iommu_set_context(rid, &other);
	assert_int_equal(dmasim_iommu_get_context(f->hw, &c), 0);
	assert_true(c.stale);
	text[0] = '\0';
	assert_int_equal(dmasim_iommu_report(f->hw, 0, take_line, NULL), 0);
	assert_non_null(strstr(text, "goes on with an older context"));
	hw_iommu_set_context(rid, &good);
	detach(f);
}

#define assert_level_reads(s, a, b, c, d)                         \
	do {                                                      \
		assert_int_equal((s)->level_reads[0], a);         \
		assert_int_equal((s)->level_reads[1], b);         \
		assert_int_equal((s)->level_reads[2], c);         \
		assert_int_equal((s)->level_reads[3], d);         \
		assert_int_equal((s)->walk_reads, a + b + c + d); \
	} while (0)

static void reads_by_level_and_commands_by_kind(void **state)
{
	struct fixture *f = *state;
	struct iommu_iotlb_gather gather;
	struct dmasim_iommu_stats s, before;
	char byte;

	attach(f);
	map(0x1000, 0x100000, 0x2000, IOMMU_READ);
	dmasim_iommu_get_stats(&before);
	dmasim_dma_read(f->hw, 0x1000, &byte, 1);
	dmasim_iommu_get_stats(&s);
	assert_level_reads(&s, 1, 1, 1, 1);
	dmasim_dma_read(f->hw, 0x2000, &byte, 1);
	dmasim_iommu_get_stats(&s);
	assert_level_reads(&s, 2, 1, 1, 1);

	iommu_unmap(domain, 0x1000, 0x1000);
	domain->ops->flush_iotlb_all(domain);
	iommu_iotlb_gather_init(&gather);
	iommu_iotlb_sync(domain, &gather);
	dmasim_iommu_get_stats(&s);
	assert_int_equal(s.forgot_ranges - before.forgot_ranges, 1);
	assert_int_equal(s.forgot_domains - before.forgot_domains, 1);
	assert_int_equal(s.forgot_contexts - before.forgot_contexts, 0);
	assert_int_equal(s.forgot_devices + s.forgot_all, 0);
	assert_int_equal(s.empty_syncs - before.empty_syncs, 1);
	detach(f);
	before = s;
	dmasim_iommu_get_stats(&s);
	assert_int_equal(s.forgot_contexts - before.forgot_contexts, 1);
}

static uint64_t held_after_one_read(struct fixture *f)
{
	struct dmasim_iommu_stats s;
	char byte;

	attach(f);
	map(0x1000, 0x100000, 0x1000, IOMMU_READ);
	map(0x2000, 0x101000, 0x1000, IOMMU_READ);
	assert_int_equal(dmasim_dma_read(f->hw, 0x1000, &byte, 1),
			 DMASIM_DMA_OK);
	dmasim_iommu_get_stats(&s);
	detach(f);
	return s.iotlb_entries;
}

static void the_iotlb_is_as_configured(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(held_after_one_read(f), 1);
	f->cfg.iommu_prefetch = true;
	fixture_rebuild(f);
	assert_int_equal(held_after_one_read(f), 2);
	f->cfg.iotlb_entries = 1;
	f->cfg.iotlb_random = true;
	fixture_rebuild(f);
	assert_int_equal(held_after_one_read(f), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(a_small_domain),
		fixture_case(leaves_of_several_entries),
		fixture_case(a_walk_with_every_field),
		fixture_case(every_format_has_fields),
		fixture_case(the_iotlb_and_the_counters),
		fixture_case(a_broken_table_has_a_reason),
		fixture_case(a_clear_access_flag_of_stage_1_is_told_as_such),
		fixture_case(a_clear_access_flag_of_stage_2_is_told_as_such),
		fixture_case(visits_can_be_stopped),
		fixture_case(refusals_name_the_cause),
		fixture_case(an_old_context_is_told),
		fixture_case(the_iotlb_is_as_configured),
		fixture_case(reads_by_level_and_commands_by_kind),
	};

	return run_variants_("sim_iommu", tests, ARRAY_SIZE(tests),
			     &variant_vtdss_strict, 1);
}
