/* SPDX-License-Identifier: MIT */
/*
 * The same work on every kind of machine, whether devices snoop or not: what a
 * small driver does with buffers, lists and two-step mappings, bytes compared;
 * then thousands of random steps of it. DMASIM_SEED repeats a run.
 */
#include "api/api.h"

#include <stdlib.h>

/* The CPU writes to what is mapped already. */
static void fill_and_give(struct fixture *f, dma_addr_t addr, void *cpu,
			  size_t len, enum dma_data_direction dir, u64 seed)
{
	fill_pattern(cpu, len, seed);
	dma_sync_single_for_device(f->dev, addr, len, dir);
}

/* ---- fixed round trips -------------------------------------------------------------- */

static void the_device_reads_what_the_cpu_wrote(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	dma_addr_t addr;
	u8 got[0x3000];

	fill_pattern(page_address(page), 4 * PAGE_SIZE, 1);
	addr = dma_map_page(f->dev, page, 0x80, 0x3000, DMA_TO_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);

	assert_int_equal(dmasim_dma_read(f->hw, addr, got, 0x3000),
			 DMASIM_DMA_OK);
	assert_memory_equal(got, page_address(page) + 0x80, 0x3000);

	dma_unmap_page(f->dev, addr, 0x3000, DMA_TO_DEVICE);
	__free_pages(page, 2);
}

static void the_cpu_reads_what_the_device_wrote(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 2);
	u8 *cpu = page_address(page);
	dma_addr_t addr;

	addr = dma_map_page(f->dev, page, 0x80, 0x3000, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);

	assert_device_writes(f, addr, 0x3000, 2);
	dma_sync_single_for_cpu(f->dev, addr, 0x3000, DMA_FROM_DEVICE);
	assert_pattern(cpu + 0x80, 0x3000, 2);
	dma_sync_single_for_device(f->dev, addr, 0x3000, DMA_FROM_DEVICE);
	assert_device_writes(f, addr, 0x3000, 3);
	dma_unmap_page(f->dev, addr, 0x3000, DMA_FROM_DEVICE);

	assert_pattern(cpu + 0x80, 0x3000, 3);
	/* Nothing around it was touched. */
	assert_int_equal(cpu[0x7f], 0);
	assert_int_equal(cpu[0x3080], 0);
	__free_pages(page, 2);
}

static void a_list_of_scattered_pages_is_one_stream(void **state)
{
	struct fixture *f = *state;
	struct scatterlist *sg;
	struct sg_table sgt;
	u64 seed = 0;
	unsigned int i;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	assert_int_equal(sg_alloc_table(&sgt, 100, GFP_KERNEL), 0);
	for_each_sgtable_sg(&sgt, sg, i)
		sg_set_page(sg, alloc_page(GFP_KERNEL), PAGE_SIZE, 0);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_FROM_DEVICE, 0), 0);

	for_each_sgtable_dma_sg(&sgt, sg, i) {
		dma_addr_t addr = sg_dma_address(sg);
		unsigned int left = sg_dma_len(sg);

		for (; left; left -= PAGE_SIZE, addr += PAGE_SIZE)
			assert_device_writes(f, addr, PAGE_SIZE, seed++);
	}
	assert_int_equal(seed, 100);

	dma_unmap_sgtable(f->dev, &sgt, DMA_FROM_DEVICE, 0);
	for_each_sgtable_sg(&sgt, sg, i) {
		assert_pattern(sg_virt(sg), PAGE_SIZE, i);
		__free_page(sg_page(sg));
	}
	sg_free_table(&sgt);
}

/* ---- two-step, or page by page where there is nothing to reserve ------------------------- */

/**
 * struct transfer - some pages mapped for the device
 * @iova: used if dma_use_iova(); else @addr holds one address a page
 */
struct transfer {
	struct dma_iova_state iova;
	dma_addr_t addr[64];
	struct page *page[64];
	unsigned int nr;
	enum dma_data_direction dir;
};

static void transfer_map(struct fixture *f, struct transfer *t, unsigned int nr,
			 enum dma_data_direction dir)
{
	unsigned int i;

	t->nr = nr;
	t->dir = dir;
	for (i = 0; i < nr; i++) {
		t->page[i] = alloc_page(GFP_KERNEL);
		assert_non_null(t->page[i]);
	}
	if (!dma_iova_try_alloc(f->dev, &t->iova, 0, nr * PAGE_SIZE)) {
		for (i = 0; i < nr; i++) {
			t->addr[i] = dma_map_page(f->dev, t->page[i], 0,
						  PAGE_SIZE, dir);
			assert_int_equal(dma_mapping_error(f->dev, t->addr[i]),
					 0);
		}
		return;
	}
	for (i = 0; i < nr; i++) {
		t->addr[i] = t->iova.addr + i * PAGE_SIZE;
		assert_int_equal(dma_iova_link(f->dev, &t->iova,
					       page_to_phys(t->page[i]),
					       i * PAGE_SIZE, PAGE_SIZE, dir,
					       0),
				 0);
	}
	assert_int_equal(dma_iova_sync(f->dev, &t->iova, 0, nr * PAGE_SIZE), 0);
}

static void transfer_unmap(struct fixture *f, struct transfer *t)
{
	unsigned int i;

	if (dma_use_iova(&t->iova)) {
		dma_iova_destroy(f->dev, &t->iova, t->nr * PAGE_SIZE, t->dir,
				 0);
		return;
	}
	for (i = 0; i < t->nr; i++)
		dma_unmap_page(f->dev, t->addr[i], PAGE_SIZE, t->dir);
}

static void transfer_drop(struct transfer *t)
{
	unsigned int i;

	for (i = 0; i < t->nr; i++)
		__free_page(t->page[i]);
}

static void linked_pages_are_one_stream(void **state)
{
	struct fixture *f = *state;
	struct transfer t;
	unsigned int i;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	transfer_map(f, &t, 64, DMA_FROM_DEVICE);
	assert_int_equal(dma_use_iova(&t.iova), f->variant->translated);

	for (i = 0; i < 64; i++)
		assert_device_writes(f, t.addr[i], PAGE_SIZE, i + 500);
	transfer_unmap(f, &t);

	for (i = 0; i < 64; i++)
		assert_pattern(page_address(t.page[i]), PAGE_SIZE, i + 500);
	transfer_drop(&t);
}

static void the_device_reads_linked_pages(void **state)
{
	struct fixture *f = *state;
	struct transfer t;
	unsigned int i;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	transfer_map(f, &t, 33, DMA_TO_DEVICE);
	for (i = 0; i < 33; i++)
		fill_and_give(f, t.addr[i], page_address(t.page[i]), PAGE_SIZE,
			      DMA_TO_DEVICE, i + 900);

	for (i = 0; i < 33; i++)
		assert_device_reads(f, t.addr[i], PAGE_SIZE, i + 900);

	transfer_unmap(f, &t);
	transfer_drop(&t);
}

/* ---- random ------------------------------------------------------------------------------ */

#define SLOTS 48
/* The same bytes whatever a page has: 3000 steps with 4 KiB. */
#define STEPS (3000 >> (PAGE_SHIFT - 12))
/* A bounce buffer has 256 KiB, a restricted pool 16 MiB for all of them. */
#define LONGEST min(9 * PAGE_SIZE, (unsigned long)SZ_256K)
#define MOST_PAGES min(64, (int)(SZ_1M / PAGE_SIZE))

/**
 * struct slot - one live mapping of the random driver
 * @kind: KIND_NONE while unused
 * @cpu: its bytes; @seed: the pattern that they must show
 */
struct slot {
	enum { KIND_NONE, KIND_PAGE, KIND_SG, KIND_LINK } kind;
	enum dma_data_direction dir;
	u64 seed;
	size_t offset, size;
	struct page *block;
	unsigned int order;
	dma_addr_t addr;
	struct scatterlist sgl[9];
	int nents;
	struct transfer t;
};

static struct slot slots[SLOTS];
static u64 random_state;

static u64 random_below(u64 n)
{
	u64 x;

	random_state += 0x9e3779b97f4a7c15;
	x = random_state;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (x ^ x >> 31) % n;
}

/* Device and CPU agree about @len bytes at @addr and @cpu. */
static void exchange(struct fixture *f, const struct slot *s, dma_addr_t addr,
		     u8 *cpu, size_t len, u64 seed)
{
	if (s->dir == DMA_FROM_DEVICE) {
		assert_device_writes(f, addr, len, seed);
	} else {
		fill_and_give(f, addr, cpu, len, s->dir, seed);
		assert_device_reads(f, addr, len, seed);
	}
}

static void begin_page(struct fixture *f, struct slot *s)
{
	s->size = 1 + random_below(LONGEST);
	s->offset = random_below(PAGE_SIZE);
	s->order = get_order(s->offset + s->size);
	s->block = alloc_pages(GFP_KERNEL, s->order);
	assert_non_null(s->block);
	s->addr = dma_map_page(f->dev, s->block, s->offset, s->size, s->dir);
	assert_int_equal(dma_mapping_error(f->dev, s->addr), 0);
	exchange(f, s, s->addr, page_address(s->block) + s->offset, s->size,
		 s->seed);
}

/* The bytes of a list in a row. */
static size_t gather(struct scatterlist *sgl, int nents, u8 *flat)
{
	struct scatterlist *sg;
	size_t len = 0;
	int i;

	for_each_sg(sgl, sg, nents, i) {
		memcpy(flat + len, sg_virt(sg), sg->length);
		len += sg->length;
	}
	return len;
}

/* All segments of a mapped list as one stream, through the device. */
static size_t stream(struct fixture *f, struct slot *s, int segments, u8 *flat)
{
	struct scatterlist *sg;
	size_t len = 0;
	int i;

	for_each_sg(s->sgl, sg, segments, i) {
		dma_addr_t addr = sg_dma_address(sg);
		size_t part = sg_dma_len(sg);

		if (s->dir == DMA_FROM_DEVICE)
			assert_int_equal(dmasim_dma_write(f->hw, addr,
							  flat + len, part),
					 DMASIM_DMA_OK);
		else
			assert_int_equal(dmasim_dma_read(f->hw, addr,
							 flat + len, part),
					 DMASIM_DMA_OK);
		len += part;
	}
	return len;
}

static void begin_sg(struct fixture *f, struct slot *s)
{
	static u8 cpu[9 * PAGE_SIZE], flat[9 * PAGE_SIZE];
	int i, segments;

	s->nents = 1 + random_below(9);
	sg_init_table(s->sgl, s->nents);
	s->size = 0;
	for (i = 0; i < s->nents; i++) {
		struct page *page = alloc_page(GFP_KERNEL);
		unsigned int offset = random_below(2) * random_below(PAGE_SIZE);
		unsigned int len = PAGE_SIZE - offset;

		if (random_below(2))
			len = 1 + random_below(len);
		assert_non_null(page);
		sg_set_page(&s->sgl[i], page, len, offset);
		fill_pattern(page_address(page), PAGE_SIZE, s->seed + i);
		s->size += len;
	}
	segments = dma_map_sg(f->dev, s->sgl, s->nents, s->dir);
	assert_in_range(segments, 1, s->nents);
	fill_pattern(flat, s->size, s->seed);
	assert_int_equal(stream(f, s, segments, flat), s->size);
	if (s->dir == DMA_FROM_DEVICE)
		return;
	gather(s->sgl, s->nents, cpu);
	assert_memory_equal(flat, cpu, s->size);
}

static void begin_link(struct fixture *f, struct slot *s)
{
	unsigned int i;

	transfer_map(f, &s->t, 1 + random_below(MOST_PAGES), s->dir);
	for (i = 0; i < s->t.nr; i++)
		exchange(f, s, s->t.addr[i], page_address(s->t.page[i]),
			 PAGE_SIZE, s->seed + i);
}

static void slot_begin(struct fixture *f, struct slot *s)
{
	static const enum dma_data_direction dirs[] = { DMA_TO_DEVICE,
							DMA_FROM_DEVICE,
							DMA_BIDIRECTIONAL };

	s->dir = dirs[random_below(3)];
	s->seed = random_below(1 << 30);
	s->kind = KIND_PAGE + random_below(3);
	if (s->kind == KIND_PAGE)
		begin_page(f, s);
	else if (s->kind == KIND_SG)
		begin_sg(f, s);
	else
		begin_link(f, s);
}

static void end_sg(struct fixture *f, struct slot *s)
{
	static u8 flat[9 * PAGE_SIZE];
	struct scatterlist *sg;
	int i;

	dma_unmap_sg(f->dev, s->sgl, s->nents, s->dir);
	assert_int_equal(gather(s->sgl, s->nents, flat), s->size);
	if (s->dir == DMA_FROM_DEVICE)
		assert_pattern(flat, s->size, s->seed);
	for_each_sg(s->sgl, sg, s->nents, i)
		__free_page(sg_page(sg));
}

static void slot_end(struct fixture *f, struct slot *s)
{
	unsigned int i;

	if (s->kind == KIND_PAGE) {
		dma_unmap_page(f->dev, s->addr, s->size, s->dir);
		assert_pattern(page_address(s->block) + s->offset, s->size,
			       s->seed);
		__free_pages(s->block, s->order);
	} else if (s->kind == KIND_SG) {
		end_sg(f, s);
	} else {
		transfer_unmap(f, &s->t);
		for (i = 0; i < s->t.nr; i++)
			assert_pattern(page_address(s->t.page[i]), PAGE_SIZE,
				       s->seed + i);
		transfer_drop(&s->t);
	}
	s->kind = KIND_NONE;
}

/* No two live ranges of device addresses share a granule. */
static void assert_apart(struct fixture *f, const struct slot *s)
{
	const u64 granule = f->variant->granule ?: PAGE_4K;
	const struct slot *o;

	if (!f->variant->translated || s->kind != KIND_PAGE)
		return;
	for (o = slots; o < slots + SLOTS; o++) {
		if (o == s || o->kind != KIND_PAGE)
			continue;
		if ((o->addr + o->size - 1) / granule < s->addr / granule ||
		    (s->addr + s->size - 1) / granule < o->addr / granule)
			continue;
		fail_msg("0x%llx and 0x%llx share a granule", s->addr, o->addr);
	}
}

/* Even a failing case says how to repeat it. */
static void print_seed(void)
{
	print_message("DMASIM_SEED=%llu repeats this run\n",
		      (unsigned long long)dmasim_seed());
}

static void random_steps(struct fixture *f)
{
	unsigned int i;

	for (i = 0; i < STEPS; i++) {
		struct slot *s = &slots[random_below(SLOTS)];

		if (s->kind) {
			slot_end(f, s);
		} else {
			slot_begin(f, s);
			assert_apart(f, s);
		}
		if (!random_below(50))
			dmasim_run_for(random_below(20) * 1000 * 1000);
	}
	for (i = 0; i < SLOTS; i++)
		if (slots[i].kind)
			slot_end(f, &slots[i]);
}

static void random_mappings_never_mix_bytes(void **state)
{
	struct fixture *f = *state;

	memset(slots, 0, sizeof(slots));
	random_state = dmasim_seed();
	print_seed();

	random_steps(f);

	dmasim_run_for(20 * 1000 * 1000);
	assert_int_equal(dma_stat(iova_allocs), dma_stat(iova_frees));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(the_device_reads_what_the_cpu_wrote),
		fixture_case(the_cpu_reads_what_the_device_wrote),
		fixture_case(a_list_of_scattered_pages_is_one_stream),
		fixture_case(linked_pages_are_one_stream),
		fixture_case(the_device_reads_linked_pages),
		fixture_case(random_mappings_never_mix_bytes),
	};
	/* Every cell, without the long one. */
	const struct CMUnitTest cells[] = {
		fixture_case(the_device_reads_what_the_cpu_wrote),
		fixture_case(the_cpu_reads_what_the_device_wrote),
		fixture_case(a_list_of_scattered_pages_is_one_stream),
		fixture_case(linked_pages_are_one_stream),
		fixture_case(the_device_reads_linked_pages),
	};
	const struct CMUnitTest random[] = {
		fixture_case(random_mappings_never_mix_bytes),
	};

	return run_variants("dma_matrix", tests, variants_with_bounce) +
	       run_variants("dma_matrix", tests, variants_formats) +
	       run_variants("dma_matrix", tests, variants_noncoherent) +
	       run_matrix("dma_matrix", cells) +
	       run_variants("dma_matrix", random, variants_checker_translated) +
	       /* From the third on: 4 KiB is what all the others have. */
	       run_variants_("dma_matrix", tests, ARRAY_SIZE(tests),
			     variants_granules + 2, NR_GRANULES - 2) +
	       run_variants("dma_matrix", tests, variants_speculation) +
	       run_variants("dma_matrix", tests, variants_offset);
}
