/* SPDX-License-Identifier: MIT */
/*
 * Do two CPUs do twice as much on one domain?
 *
 * Each row exists for one thread and for two, bound to CPUs 0 and 1. A thread
 * does all n operations of a sample, on ranges of its own; the sample lasts
 * until both are done. "speedup" of a row of two compares the shortest samples:
 * 2 x time of one / time of two, so 2 is ideal.
 *
 * The second thread waits for its next sample by looking, and counts meanwhile;
 * a sample starts when the count moves, so that both are on a CPU of a host that
 * others load. Samples are short for the same reason.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/iommu.h>
#include <linux/iova.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#include "bench.h"
#include "board.h"

#define DIR DMA_TO_DEVICE
#define LIMIT_PFN (DMA_BIT_MASK(32) >> 12)
#define LINKS 16
#define WINDOW_IOVA SZ_4G
#define PROT (IOMMU_READ | IOMMU_WRITE)

/**
 * struct way - what a thread does
 * @batch: operations a sample: some 50 us, much less than the host lets a thread run
 * @kind: NULL for no IOMMU
 */
struct way {
	const char *name;
	unsigned long batch;
	const struct board_kind *kind;
	void (*work)(unsigned int cpu, unsigned long n);
};

static struct board board;
static struct iova_domain domain;
static struct iommu_domain *pt_domain;
static struct page *pages[2][LINKS];

static struct {
	pthread_t thread;
	bool running;
	void (*work)(unsigned int cpu, unsigned long n);
	/* On lines of their own: one thread looks while the other works. */
	unsigned long n __attribute__((aligned(128)));
	unsigned long asked; /* samples begun; all bits: end */
	unsigned long done __attribute__((aligned(128)));
	unsigned long beat; /* moves while the thread waits */
} second;

static void work_iova(unsigned int cpu, unsigned long n)
{
	while (n--)
		free_iova_fast(&domain,
			       alloc_iova_fast(&domain, 1, LIMIT_PFN, true), 1);
}

/* Page by page through a window of 2 MiB; its table stays. */
static void work_window(unsigned int cpu, unsigned long n)
{
	unsigned long base = WINDOW_IOVA + cpu * SZ_2M, i;
	phys_addr_t phys = page_to_phys(pages[cpu][0]);

	for (i = 0; i < n; i++) {
		unsigned long iova = base + i % 512 * SZ_4K;
		struct iommu_iotlb_gather gather;

		iommu_map(pt_domain, iova, phys, SZ_4K, PROT, GFP_ATOMIC);
		iommu_iotlb_gather_init(&gather);
		iommu_unmap_fast(pt_domain, iova, SZ_4K, &gather);
	}
}

static void work_map(unsigned int cpu, unsigned long n)
{
	while (n--) {
		dma_addr_t addr =
			dma_map_page(board.dev, pages[cpu][0], 0, SZ_4K, DIR);

		dma_unmap_page(board.dev, addr, SZ_4K, DIR);
	}
}

static void work_link(unsigned int cpu, unsigned long n)
{
	struct dma_iova_state state;
	unsigned int i;

	while (n--) {
		dma_iova_try_alloc(board.dev, &state, 0, LINKS * SZ_4K);
		for (i = 0; i < LINKS; i++)
			dma_iova_link(board.dev, &state,
				      page_to_phys(pages[cpu][i]), i * SZ_4K,
				      SZ_4K, DIR, 0);
		dma_iova_sync(board.dev, &state, 0, LINKS * SZ_4K);
		dma_iova_destroy(board.dev, &state, LINKS * SZ_4K, DIR, 0);
	}
}

/* ---- two threads ---- */

static void *second_main(void *arg)
{
	unsigned long seen = 0, beat = 0, asked;

	if (dmasim_cpu_bind(1))
		fprintf(stderr, "dmasim-bench: %s\n", dmasim_refusal());
	for (;;) {
		asked = __atomic_load_n(&second.asked, __ATOMIC_ACQUIRE);
		if (asked == ~0ul)
			return NULL;
		if (asked == seen) {
			__atomic_store_n(&second.beat, ++beat,
					 __ATOMIC_RELAXED);
			continue;
		}
		second.work(1, second.n);
		seen = asked;
		__atomic_store_n(&second.done, seen, __ATOMIC_RELEASE);
	}
}

static unsigned long second_beat(void)
{
	return __atomic_load_n(&second.beat, __ATOMIC_RELAXED);
}

/* Come back when the second thread is on a CPU, as this one is. */
static void meet(struct bench *b, unsigned long n)
{
	unsigned int looks;

	while (second.running) {
		unsigned long beat = second_beat();

		for (looks = 0; looks < 100; looks++) {
			if (second_beat() != beat)
				return;
		}
		sched_yield();
	}
}

static void op(struct bench *b, unsigned long n)
{
	const struct way *way = b->arg;
	unsigned long asked = second.asked + 1;

	if (second.running) {
		second.n = n;
		__atomic_store_n(&second.asked, asked, __ATOMIC_RELEASE);
	}
	way->work(0, n);
	while (second.running &&
	       __atomic_load_n(&second.done, __ATOMIC_ACQUIRE) != asked)
		cpu_relax();
}

static int start_second(const struct way *way)
{
	second.asked = 0;
	second.done = 0;
	second.work = way->work;
	if (pthread_create(&second.thread, NULL, second_main, NULL)) {
		fprintf(stderr, "dmasim-bench: no second thread\n");
		return -1;
	}
	second.running = true;
	return 0;
}

static void stop_second(void)
{
	if (!second.running)
		return;
	__atomic_store_n(&second.asked, ~0ul, __ATOMIC_RELEASE);
	pthread_join(second.thread, NULL);
	second.running = false;
}

/* ---- rows ---- */

static int prepare(struct bench *b)
{
	const struct way *way = b->arg;
	unsigned int i;

	if (board_up_cpus(&board, way->kind, 2))
		return -1;
	init_iova_domain(&domain, 4096, 1);
	if (iova_domain_init_rcaches(&domain))
		return -1;
	for (i = 0; i < 2 * LINKS; i++) {
		pages[i / LINKS][i % LINKS] = alloc_page(GFP_KERNEL);
		if (!pages[i / LINKS][i % LINKS])
			return -1;
	}
	pt_domain = iommu_get_domain_for_dev(board.dev);
	return b->threads == 2 ? start_second(way) : 0;
}

static void unprepare(struct bench *b)
{
	unsigned int i;

	stop_second();
	for (i = 0; i < 2 * LINKS; i++)
		__free_page(pages[i / LINKS][i % LINKS]);
	put_iova_domain(&domain);
	board_down(&board);
}

void bench_threads(void)
{
	static const struct way ways[] = {
		{ "iova_fast", 16384, NULL, work_iova },
		{ "window/vtdss", 3072, &board_kinds[0], work_window },
		{ "window/amdv1", 3072, &board_kinds[1], work_window },
		{ "map/vtdss/strict", 768, &board_kinds[0], work_map },
		{ "map/vtdss/lazy", 768, &board_kinds[2], work_map },
		{ "link16/vtdss/strict", 256, &board_kinds[0], work_link },
		{ "link16/vtdss/lazy", 256, &board_kinds[2], work_link },
	};
	struct bench b = { .suite = "threads",
			   .prepare = prepare,
			   .fill = meet,
			   .op = op,
			   .unprepare = unprepare };
	unsigned int i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		for (b.threads = 1; b.threads <= 2; b.threads++) {
			snprintf(b.name, sizeof(b.name), "%s/%u", ways[i].name,
				 b.threads);
			b.arg = &ways[i];
			b.batch = ways[i].batch;
			bench_add(&b);
		}
	}
}
