/* SPDX-License-Identifier: MIT */
/*
 * The page allocator against a bitmap: random allocations and frees of all
 * orders, zones and layouts. DMASIM_SEED replays.
 */
#include "fixture.h"

#include <linux/mm.h>

#include <stdlib.h>
#include <string.h>

#define STEPS 20000
#define SLOTS 512
#define FIRST_PFN (0x100000 >> PAGE_SHIFT)
#define DMA_END_PFN (0x1000000 >> PAGE_SHIFT)
#define END_PFN (0x1800000 >> PAGE_SHIFT)

struct slot {
	struct page *page;
	unsigned int order;
};

static struct slot slots[SLOTS];
static char used[END_PFN];

static bool any_free_block(unsigned int order, unsigned long end)
{
	unsigned long pfn, i, size = 1ul << order;

	for (pfn = (FIRST_PFN + size - 1) & ~(size - 1); pfn + size <= end;
	     pfn += size) {
		for (i = 0; i < size && !used[pfn + i]; i++)
			;
		if (i == size)
			return true;
	}
	return false;
}

static void mark(struct slot *slot, char value)
{
	unsigned long i, pfn = page_to_pfn(slot->page);

	for (i = 0; i < 1ul << slot->order; i++) {
		assert_int_equal(used[pfn + i], !value);
		used[pfn + i] = value;
	}
}

static void allocate(struct slot *slot)
{
	bool dma = random() % 4 == 0, comp = random() % 2;
	unsigned long end = dma ? DMA_END_PFN : END_PFN;
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;

	gfp |= (dma ? GFP_DMA : 0) | (comp ? __GFP_COMP : 0);
	slot->order = random() % 8 ? random() % 4 : random() % 11;
	slot->page = alloc_pages(gfp, slot->order);
	if (!slot->page) {
		assert_false(any_free_block(slot->order, end));
		return;
	}
	assert_true(page_to_pfn(slot->page) >= FIRST_PFN);
	assert_true(page_to_pfn(slot->page) + (1ul << slot->order) <= end);
	mark(slot, 1);
}

static void random_operations_agree_with_a_bitmap(void **state)
{
	struct mm_stats stats;
	int step, i;

	print_message("seed %llu\n", test_seed());
	srandom(test_seed());
	for (step = 0; step < STEPS; step++) {
		struct slot *slot = &slots[random() % SLOTS];

		if (random() % 100 == 0)
			mm_set_layout(random() % 2);
		if (slot->page) {
			mark(slot, 0);
			__free_pages(slot->page, slot->order);
			slot->page = NULL;
		} else {
			allocate(slot);
		}
	}

	for (i = 0; i < SLOTS; i++) {
		if (slots[i].page)
			__free_pages(slots[i].page, slots[i].order);
		slots[i].page = NULL;
	}
	memset(used, 0, sizeof(used));
	mm_get_stats(&stats);
	assert_int_equal(stats.pages_free, SMALL_PAGES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(random_operations_agree_with_a_bitmap, small),
		MM_TEST(random_operations_agree_with_a_bitmap, scattered),
	};

	return cmocka_run_group_tests_name("mm_page_model", tests, NULL, NULL);
}
