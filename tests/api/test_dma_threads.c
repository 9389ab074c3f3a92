/* SPDX-License-Identifier: MIT */
/*
 * Several CPUs map, link and unmap for one device at the same time; each thread
 * finds its own bytes and nobody else's. Threads only count what went wrong:
 * an assertion belongs to the thread of the case.
 */
#include "api/api.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(cpus_do_not_disturb_each_other),
	};

	return run_variants("dma_threads", tests, variants_translated) +
	       run_variants("dma_threads", tests, variants_formats);
}
