/* SPDX-License-Identifier: MIT */
/*
 * Random buffers against a twin that is a bitmap: an allocation never overlaps
 * another, keeps its promises about its address, fails only if the twin finds no
 * place either; bytes go both ways. DMASIM_SEED replays.
 */
#include "unit/swiotlb/board.h"

#include <stdlib.h>

#define SLOTS 512u
#define AREAS 2u
#define BUFFERS 96u

struct buffer {
	phys_addr_t orig, slot;
	size_t size;
	unsigned int first, nr;
	u8 fill;
	bool live;
};

static struct buffer buffers[BUFFERS];
static bool used[SLOTS];
static u64 rng;

static u64 chance(u64 below)
{
	rng = rng * 6364136223846793005ull + 1442695040888963407ull;
	return (rng >> 33) % below;
}

/* Does a run of @nr slots begin at @first, free and within its set? */
static bool twin_free(unsigned int first, unsigned int nr)
{
	unsigned int i;

	if (first / 128 != (first + nr - 1) / 128 || first + nr > SLOTS)
		return false;
	for (i = first; i < first + nr; i++)
		if (used[i])
			return false;
	return true;
}

static bool twin_place(const struct buffer *b, unsigned int keep,
		       unsigned int align)
{
	unsigned int off = b->orig & keep & (align | 2047), first;
	size_t total = (b->size + off + align) / (align + 1) * (align + 1);
	unsigned int nr = (total + 2047) / 2048;
	/* Where the byte before the offset would be: what must be aligned. */
	u64 clear =
		(align ?: (!keep && total >= PAGE_SIZE ? PAGE_SIZE - 1 : 0)) |
		2047;

	for (first = 0; nr <= 128 && first < SLOTS; first++) {
		u64 phys = POOL + first * 2048ull;

		if (phys & clear || ((phys ^ b->orig) & keep & ~clear))
			continue;
		if (twin_free(first, nr))
			return true;
	}
	return false;
}

static void check_bytes(phys_addr_t phys, size_t size, u8 fill)
{
	const u8 *byte = phys_to_virt(phys);
	size_t i;

	for (i = 0; i < size; i++)
		assert_int_equal(byte[i], fill);
}

static void model_map(struct buffer *b)
{
	static const unsigned int masks[] = { 0, 0, 0xfff, 0x1ff };
	unsigned int keep = masks[chance(4)], align = chance(4) ? 0 : 0xfff;
	u64 before = stats().used;
	unsigned int i, off;

	dma_set_min_align_mask(&unit, keep);
	b->orig = HIGH_START + (b - buffers) * SZ_1M + chance(8192);
	b->size = 1 + (chance(8) ? chance(12000) : chance(270000));
	b->fill = chance(255);
	memset(phys_to_virt(b->orig), b->fill, b->size);
	on_cpu(chance(2));
	b->slot = swiotlb_tbl_map_single(&unit, b->orig, b->size, align,
					 DMA_BIDIRECTIONAL, DMA_ATTR_NO_WARN);
	if (b->slot == NO_SLOTS) {
		assert_false(twin_place(b, keep, align));
		assert_int_equal(stats().used, before);
		return;
	}
	assert_true(twin_place(b, keep, align));
	assert_int_equal((b->slot ^ b->orig) & keep, 0);
	off = b->orig & keep & (align | 2047);
	assert_int_equal((b->slot - off) & (align | 2047), 0);
	b->first = (b->slot - off - POOL) / 2048;
	b->nr = stats().used - before;
	assert_true(b->nr * 2048ull >= off + b->size);
	assert_true(twin_free(b->first, b->nr));
	for (i = b->first; i < b->first + b->nr; i++)
		used[i] = true;
	check_bytes(b->slot, b->size, b->fill);
	/* As the device would: one byte everywhere. */
	b->fill++;
	memset(phys_to_virt(b->slot), b->fill, b->size);
	b->live = true;
}

static void model_unmap(struct buffer *b)
{
	u64 before = stats().used;
	unsigned int i;

	if (chance(2)) {
		size_t from = chance(b->size), len = 1 + chance(b->size - from);

		swiotlb_sync_single_for_cpu(&unit, b->slot + from, len,
					    DMA_FROM_DEVICE);
		check_bytes(b->orig + from, len, b->fill);
		check_bytes(b->orig, from, b->fill - 1);
	}
	swiotlb_tbl_unmap_single(&unit, b->slot, b->size, DMA_FROM_DEVICE, 0);
	check_bytes(b->orig, b->size, b->fill);
	assert_int_equal(before - stats().used, b->nr);
	for (i = b->first; i < b->first + b->nr; i++)
		used[i] = false;
	b->live = false;
}

static void allocations_agree_with_a_bitmap(void **state)
{
	const char *env = getenv("DMASIM_SEED");
	unsigned int i, failed = 0;

	rng = env ? strtoull(env, NULL, 0) : 20;
	print_message("seed %llu\n", (unsigned long long)rng);
	board_start("512,2", 2);
	for (i = 0; i < 6000; i++) {
		struct buffer *b = &buffers[chance(BUFFERS)];

		if (b->live) {
			model_unmap(b);
		} else {
			model_map(b);
			failed += !b->live;
		}
	}
	/* It was full now and then, and mostly not. */
	assert_in_range(failed, 50, 3000);
	for (i = 0; i < BUFFERS; i++)
		if (buffers[i].live)
			model_unmap(&buffers[i]);
	assert_int_equal(stats().used, 0);
	assert_int_equal(events(HOST_EVENT_WARN, NULL), 0);
	on_cpu(0);
	board_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocations_agree_with_a_bitmap),
	};

	return cmocka_run_group_tests_name("swiotlb_model", tests, NULL, NULL);
}
