/* SPDX-License-Identifier: MIT */
/*
 * Four CPUs at once: each has its own queue of the controller and its own part
 * of the disk; then all share one queue; then two share one, with each data path,
 * on every kind of machine.
 */
#include <linux/mm.h>

#include "consumers/nvme_disk.h"

#include <pthread.h>
#include <string.h>

#define CPUS 4
#define MOST 33 /* pages */
#define PART (DISK_BYTES / 512 / CPUS) /* sectors */

/** struct job - what a thread does; @wrong: I/Os that failed or lied */
struct job {
	pthread_t thread;
	unsigned int rounds;
	unsigned int cpu;
	unsigned int wrong;
};

static bool pages_are(struct page **page, unsigned int nr, u8 fill)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const u8 *p = page_address(page[i]);

		if (p[0] != (u8)(fill + i) || p[4095] != (u8)(fill + i))
			return false;
	}
	return true;
}

static bool write_and_read(sector_t sector, struct page **page, unsigned int nr,
			   u8 fill)
{
	disk_pages_fill(page, nr, fill);
	if (disk_rw(REQ_OP_WRITE, sector, page, nr))
		return false;
	disk_pages_fill(page, nr, 0xee);
	return !disk_rw(REQ_OP_READ, sector, page, nr) &&
	       pages_are(page, nr, fill);
}

static void *work(void *arg)
{
	struct job *job = arg;
	struct page *page[MOST];
	u32 x = dmasim_seed() * 2654435761u + job->cpu;
	unsigned int i, nr;

	job->wrong = dmasim_cpu_bind(job->cpu) != 0;
	if (disk_pages_alloc(page, MOST)) {
		job->wrong++;
		return NULL;
	}
	for (i = 0; i < job->rounds; i++) {
		x = x * 1664525 + 1013904223;
		nr = 1 + (x >> 20) % MOST;
		job->wrong += !write_and_read(job->cpu * PART + (x >> 8) % 4000,
					      page, nr, x >> 24);
	}
	disk_pages_free(page, MOST);
	return NULL;
}

static void four_threads(unsigned int queues, const char *path,
			 unsigned int rounds)
{
	struct job job[CPUS];
	unsigned int i;

	disk.f->cfg.nr_cpus = CPUS;
	fixture_rebuild(disk.f);
	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.capacity = DISK_BYTES;
	disk.cfg.queues = queues;
	disk_plug(disk.f, path);
	for (i = 1; i < CPUS; i++) {
		job[i].cpu = i;
		job[i].rounds = rounds;
		assert_int_equal(
			pthread_create(&job[i].thread, NULL, work, &job[i]), 0);
	}
	/* This thread is CPU 0 already. */
	job[0].cpu = 0;
	job[0].rounds = rounds;
	work(&job[0]);
	for (i = 1; i < CPUS; i++)
		pthread_join(job[i].thread, NULL);
	for (i = 0; i < CPUS; i++)
		assert_int_equal(job[i].wrong, 0);
}

static void each_cpu_has_its_own_queue(void **state)
{
	four_threads(CPUS, "link", 40);
}

static void all_cpus_share_one_queue(void **state)
{
	four_threads(1, "link", 40);
}

static void two_queues_of_lists(void **state)
{
	four_threads(2, "sg", 6);
}

static void two_queues_of_links(void **state)
{
	four_threads(2, "link", 6);
}

static void two_queues_of_pages(void **state)
{
	four_threads(2, "map", 6);
}

static int setup(void **state)
{
	fixture_setup_without_device(state);
	disk.f = *state;
	return 0;
}

#define thread_case(fn) \
	cmocka_unit_test_setup_teardown(fn, setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		thread_case(each_cpu_has_its_own_queue),
		thread_case(all_cpus_share_one_queue),
	};
	const struct CMUnitTest matrix[] = {
		thread_case(two_queues_of_links),
		thread_case(two_queues_of_pages),
		thread_case(two_queues_of_lists),
	};

	return run_variants("nvme_threads", tests, variants_all) +
	       run_matrix("nvme_threads", matrix);
}
