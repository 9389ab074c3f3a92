/* SPDX-License-Identifier: MIT */
/*
 * For the worked examples of a format: the words that a mapping leaves in the
 * tables, at the addresses that all formats use.
 */
#ifndef TESTS_UNIT_IOMMU_PT_WORDS_H
#define TESTS_UNIT_IOMMU_PT_WORDS_H

#define IOVA_4K 0x123456000ull
#define PA_4K 0x487654000ull
#define IOVA_2M 0x40200000ull
#define PA_2M 0x80400000ull

/* Map one leaf; returns its first item, in the table of @level. */
static u64 __maybe_unused leaf_word(u64 iova, u64 pa, u64 len,
				    unsigned int prot, unsigned int level)
{
	size_t done;

	assert_int_equal(map_prot(iova, pa, len, prot, &done), 0);
	assert_int_equal(done, len);
	return raw_entry(iova, level);
}

/* The same, and take it away again. */
static u64 __maybe_unused leaf_word_once(u64 iova, u64 pa, u64 len,
					 unsigned int prot, unsigned int level)
{
	u64 word = leaf_word(iova, pa, len, prot, level);

	assert_int_equal(unmap(iova, len), len);
	return word;
}

/* A pointer's word without the address, which must be that of its table. */
static u64 __maybe_unused pointer_flags(u64 va, unsigned int level)
{
	u64 entry = raw_entry(va, level);
	u64 child = pt_make_table(NS(common)(fx_pt()),
				  virt_to_phys(raw_table(va, level - 1)),
				  level);
	u64 none = pt_make_table(NS(common)(fx_pt()), 0, level);

	assert_int_equal(pt_table_pa(entry),
			 virt_to_phys(raw_table(va, level - 1)));
	return entry & ~(child & ~none);
}

/* @nr items from that of @va on hold @word + i * @step; those around nothing. */
static void __maybe_unused assert_group(u64 va, unsigned int level,
					unsigned int nr, u64 word, u64 step)
{
	unsigned int items = pt_nr_items(level), i;
	unsigned int first = pt_index(va, level);
	u64 *table = raw_table(va, level);

	for (i = 0; i < nr; i++)
		assert_int_equal(table[first + i], word + i * step);
	if (first)
		assert_int_equal(table[first - 1], 0);
	if (first + nr < items)
		assert_int_equal(table[first + nr], 0);
}

#endif
