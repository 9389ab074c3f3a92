/* SPDX-License-Identifier: MIT */
/*
 * Several CPUs map, link and unmap for one device at the same time; each thread
 * finds its own bytes and nobody else's. Threads only count what went wrong:
 * an assertion belongs to the thread of the case.
 */
#include "api/api.h"

#include <dmasim/checker.h>
#include <dmasim/trace.h>

#include <pthread.h>

#define THREADS 4
#define ROUNDS 400

struct worker {
	struct fixture *f;
	unsigned int cpu;
	unsigned int errors;
	pthread_t thread;
};

static void expect(struct worker *w, bool ok)
{
	if (!ok)
		w->errors++;
}

/* One page through the device and back. */
static void exchange(struct worker *w, dma_addr_t addr, u8 *cpu, u64 seed)
{
	u8 buf[PAGE_SIZE];
	size_t i;

	fill_pattern(cpu, PAGE_SIZE, seed);
	expect(w, dmasim_dma_read(w->f->hw, addr, buf, PAGE_SIZE) ==
			  DMASIM_DMA_OK);
	expect(w, !memcmp(buf, cpu, PAGE_SIZE));
	for (i = 0; i < PAGE_SIZE; i++)
		buf[i] = ~buf[i];
	expect(w, dmasim_dma_write(w->f->hw, addr, buf, PAGE_SIZE) ==
			  DMASIM_DMA_OK);
	expect(w, !memcmp(buf, cpu, PAGE_SIZE));
}

static void map_round(struct worker *w, struct page *page, u64 seed)
{
	dma_addr_t addr =
		dma_map_page(w->f->dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);

	if (dma_mapping_error(w->f->dev, addr)) {
		w->errors++;
		return;
	}
	exchange(w, addr, page_address(page), seed);
	dma_unmap_page(w->f->dev, addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
}

/* @nr times the same page, so that all tables are shared with other threads. */
static void link_round(struct worker *w, struct page *page, unsigned int nr,
		       u64 seed)
{
	struct dma_iova_state iova;
	unsigned int i;

	if (!dma_iova_try_alloc(w->f->dev, &iova, 0, nr * PAGE_SIZE)) {
		w->errors++;
		return;
	}
	for (i = 0; i < nr; i++)
		expect(w, !dma_iova_link(w->f->dev, &iova, page_to_phys(page),
					 i * PAGE_SIZE, PAGE_SIZE,
					 DMA_BIDIRECTIONAL, 0));
	expect(w, !dma_iova_sync(w->f->dev, &iova, 0, nr * PAGE_SIZE));
	exchange(w, iova.addr, page_address(page), seed);
	exchange(w, iova.addr + (nr - 1) * PAGE_SIZE, page_address(page),
		 seed + 1);
	dma_iova_destroy(w->f->dev, &iova, nr * PAGE_SIZE, DMA_BIDIRECTIONAL,
			 0);
}

static void work(struct worker *w)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int round;

	if (!page) {
		w->errors++;
		return;
	}
	for (round = 0; round < ROUNDS; round++) {
		u64 seed = w->cpu * 1000003 + round;

		if (round % 3)
			map_round(w, page, seed);
		else
			link_round(w, page, 1 + round % 70, seed);
	}
	__free_page(page);
}

static void *thread_main(void *arg)
{
	struct worker *w = arg;

	/* Not being able to own a CPU is slower, not wrong. */
	dmasim_cpu_bind(w->cpu);
	work(w);
	return NULL;
}

static void cpus_do_not_disturb_each_other(void **state)
{
	struct fixture *f = *state;
	struct worker w[THREADS];
	unsigned int i;

	f->cfg.nr_cpus = THREADS;
	fixture_rebuild(f);
	for (i = 0; i < THREADS; i++)
		w[i] = (struct worker){ .f = f, .cpu = i };
	for (i = 1; i < THREADS; i++)
		assert_int_equal(pthread_create(&w[i].thread, NULL, thread_main,
						&w[i]),
				 0);
	work(&w[0]);
	for (i = 1; i < THREADS; i++)
		assert_int_equal(pthread_join(w[i].thread, NULL), 0);

	for (i = 0; i < THREADS; i++)
		assert_int_equal(w[i].errors, 0);
	dmasim_run_for(20 * 1000 * 1000);
	assert_int_equal(dma_stat(iova_allocs), dma_stat(iova_frees));
}

/* ---- two threads, watched by the checker and a trace ------------------------------ */

#define WATCHED_ROUNDS 120
#define WATCHED_PAGES 6

/* The device finds the bytes of page @i at @addr. */
static void device_reads_page(struct worker *w, dma_addr_t addr, u64 seed)
{
	u8 got[PAGE_SIZE], want[PAGE_SIZE];

	fill_pattern(want, PAGE_SIZE, seed);
	expect(w, dmasim_dma_read(w->f->hw, addr, got, PAGE_SIZE) ==
			  DMASIM_DMA_OK);
	expect(w, !memcmp(got, want, PAGE_SIZE));
}

static void watched_page(struct worker *w, struct page **page, u64 seed)
{
	dma_addr_t addr =
		dma_map_page(w->f->dev, page[0], 0, PAGE_SIZE, DMA_TO_DEVICE);

	if (dma_mapping_error(w->f->dev, addr)) {
		w->errors++;
		return;
	}
	device_reads_page(w, addr, seed);
	dma_sync_single_for_cpu(w->f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	fill_pattern(page_address(page[0]), PAGE_SIZE, seed + 1000);
	dma_sync_single_for_device(w->f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
	device_reads_page(w, addr, seed + 1000);
	dma_unmap_page(w->f->dev, addr, PAGE_SIZE, DMA_TO_DEVICE);
}

static void watched_list(struct worker *w, struct page **page, u64 seed)
{
	struct scatterlist sgl[WATCHED_PAGES];
	unsigned int i;

	sg_init_table(sgl, WATCHED_PAGES);
	for (i = 0; i < WATCHED_PAGES; i++)
		sg_set_page(&sgl[i], page[i], PAGE_SIZE, 0);
	if (!dma_map_sg(w->f->dev, sgl, WATCHED_PAGES, DMA_TO_DEVICE)) {
		w->errors++;
		return;
	}
	/* Whole pages: a device address is one range. */
	for (i = 0; i < WATCHED_PAGES; i++)
		device_reads_page(w, sg_dma_address(sgl) + i * PAGE_SIZE,
				  seed + i);
	dma_unmap_sg(w->f->dev, sgl, WATCHED_PAGES, DMA_TO_DEVICE);
}

static void watched_links(struct worker *w, struct page **page, u64 seed)
{
	struct dma_iova_state iova;
	unsigned int i;

	if (!dma_iova_try_alloc(w->f->dev, &iova, 0,
				WATCHED_PAGES * PAGE_SIZE)) {
		w->errors++;
		return;
	}
	for (i = 0; i < WATCHED_PAGES; i++)
		expect(w, !dma_iova_link(w->f->dev, &iova,
					 page_to_phys(page[i]), i * PAGE_SIZE,
					 PAGE_SIZE, DMA_TO_DEVICE, 0));
	expect(w,
	       !dma_iova_sync(w->f->dev, &iova, 0, WATCHED_PAGES * PAGE_SIZE));
	for (i = 0; i < WATCHED_PAGES; i++)
		device_reads_page(w, iova.addr + i * PAGE_SIZE, seed + i);
	if (seed & 1) {
		dma_iova_destroy(w->f->dev, &iova, WATCHED_PAGES * PAGE_SIZE,
				 DMA_TO_DEVICE, 0);
		return;
	}
	dma_iova_unlink(w->f->dev, &iova, 0, WATCHED_PAGES * PAGE_SIZE,
			DMA_TO_DEVICE, 0);
	dma_iova_free(w->f->dev, &iova);
}

static void *watched_work(void *arg)
{
	struct worker *w = arg;
	struct page *page[WATCHED_PAGES];
	unsigned int round, i;

	dmasim_cpu_bind(w->cpu);
	for (i = 0; i < WATCHED_PAGES; i++)
		page[i] = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	for (round = 0; round < WATCHED_ROUNDS; round++) {
		u64 seed = w->cpu * 1000003 + round;

		for (i = 0; i < WATCHED_PAGES; i++)
			fill_pattern(page_address(page[i]), PAGE_SIZE,
				     seed + i);
		if (round % 3 == 0)
			watched_page(w, page, seed);
		else if (round % 3 == 1)
			watched_list(w, page, seed);
		else
			watched_links(w, page, seed);
	}
	for (i = 0; i < WATCHED_PAGES; i++)
		__free_page(page[i]);
	return NULL;
}

/* The fixture finds what the checker says; it must say nothing. */
static void two_watched_threads_do_not_disturb_each_other(void **state)
{
	struct fixture *f = *state;
	struct dmasim_trace *trace;
	struct worker w[2];

	f->cfg.nr_cpus = 2;
	fixture_rebuild(f);
	assert_true(dmasim_checker_enabled());
	assert_int_equal(
		dmasim_trace_open(DMASIM_TRACE_TEXT, "/dev/null", &trace), 0);
	dmasim_trace_enable(trace, "dma:*,iommu:*,dmasim:*");
	w[0] = (struct worker){ .f = f, .cpu = 0 };
	w[1] = (struct worker){ .f = f, .cpu = 1 };

	assert_int_equal(
		pthread_create(&w[1].thread, NULL, watched_work, &w[1]), 0);
	watched_work(&w[0]);
	assert_int_equal(pthread_join(w[1].thread, NULL), 0);

	assert_int_equal(w[0].errors, 0);
	assert_int_equal(w[1].errors, 0);
	assert_int_equal(dmasim_trace_close(trace), 0);
	assert_true(dmasim_checker_enabled());
	dmasim_run_for(20 * 1000 * 1000);
	assert_int_equal(dma_stat(iova_allocs), dma_stat(iova_frees));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(cpus_do_not_disturb_each_other),
	};
	const struct CMUnitTest watched[] = {
		fixture_case(two_watched_threads_do_not_disturb_each_other),
	};

	return run_variants("dma_threads", tests, variants_translated) +
	       run_variants("dma_threads", watched,
			    variants_checker_translated) +
	       run_variants("dma_threads", tests, variants_formats);
}
