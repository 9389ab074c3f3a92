/* SPDX-License-Identifier: MIT */
/*
 * NVMe reads and writes, and the probe, with a failure at every position: each
 * call of an allocator or of a mapping fails once, in turn. The I/O then either
 * works (the driver or the block layer tried again) or reports an error; data
 * is never wrong, and the fixture finds nothing left over.
 */
#include <linux/mm.h>

#include <dmasim/checker.h>

#include "consumers/nvme_disk.h"
#include "support/sweep.h"

#include <string.h>

/* Without memory the checker stops looking: not in a sweep that it watches. */
#define SITES (SWEEP_ALL & ~SWEEP_SITE(DMASIM_SITE_CHECKER))

static struct page *page[128];

/* Same bytes as disk_pages_fill() put there; the ends of each page will do. */
static void check_pages(unsigned int nr, u8 fill)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const u8 *p = page_address(page[i]);

		assert_int_equal(p[0], (u8)(fill + i));
		assert_int_equal(p[4095], (u8)(fill + i));
	}
}

static void sweep_writes(unsigned int nr)
{
	struct sweep s;

	FAIL_SWEEP(s, SITES) {
		int ret = disk_rw(REQ_OP_WRITE, 0, page, nr);

		if (!sweep_failed())
			assert_int_equal(ret, 0);
	}
}

static void sweep_reads(unsigned int nr, u8 fill)
{
	struct sweep s;

	FAIL_SWEEP(s, SITES) {
		int ret;

		disk_pages_fill(page, nr, 0xee);
		ret = disk_rw(REQ_OP_READ, 0, page, nr);
		if (!sweep_failed())
			assert_int_equal(ret, 0);
		/* all of it, or a bio that says so and changed nothing */
		check_pages(nr, ret ? 0xee : fill);
	}
}

/* Every size that has its own form: one PRP, two, a list, several I/Os. */
static void sweep_io(const char *path)
{
	static const unsigned int sizes[] = { 1, 2, 33, 128 };
	unsigned int i;

	disk_unplug();
	disk_plug(disk.f, path);
	for (i = 0; i < 4; i++) {
		assert_int_equal(disk_pages_alloc(page, sizes[i]), 0);
		disk_pages_fill(page, sizes[i], i);
		sweep_writes(sizes[i]);
		sweep_reads(sizes[i], i);
		disk_pages_free(page, sizes[i]);
	}
}

static void link_path_survives_every_failure(void **state)
{
	sweep_io("link");
}

static void map_path_survives_every_failure(void **state)
{
	sweep_io("map");
}

static void sg_path_survives_every_failure(void **state)
{
	sweep_io("sg");
}

static void prp_lists_survive_every_failure(void **state)
{
	assert_int_equal(disk_pages_alloc(page, 128), 0);
	disk_pages_fill(page, 128, 1);
	sweep_writes(128);
	sweep_reads(128, 1);
	disk_pages_free(page, 128);
}

/* A list with each path: what the cells of the matrix have time for. */
static void each_path_survives_every_failure(void **state)
{
	static const char *const paths[] = { "link", "map", "sg" };
	unsigned int i;

	assert_int_equal(disk_pages_alloc(page, 5), 0);
	for (i = 0; i < 3; i++) {
		disk_unplug();
		disk_plug(disk.f, paths[i]);
		disk_pages_fill(page, 5, i);
		sweep_writes(5);
		sweep_reads(5, i);
	}
	disk_pages_free(page, 5);
	if (disk.f->variant->checker)
		assert_true(dmasim_checker_enabled());
}

/* Nothing is warm: each run has a new domain, new pools, empty caches. */
static void first_io_survives_every_failure(void **state)
{
	static const char *const paths[] = { "link", "map", "sg" };
	struct sweep s;
	unsigned int i;

	assert_int_equal(disk_pages_alloc(page, 33), 0);
	disk_pages_fill(page, 33, 1);
	for (i = 0; i < 3; i++) {
		FAIL_SWEEP(s, SITES) {
			int ret;

			dmasim_fail_off();
			disk_unplug();
			disk_plug(disk.f, paths[i]);
			dmasim_fail_any_nth(SITES, s.position);
			ret = disk_rw(REQ_OP_WRITE, 0, page, 33);
			if (!sweep_failed())
				assert_int_equal(ret, 0);
		}
	}
	disk_pages_free(page, 33);
}

/*
 * A device that the IOMMU layer could not take in, or could not set up a domain
 * for, has no way to memory, but its driver does not know that: then, and only
 * then, faults are right.
 */
static unsigned int allowed_faults(uint64_t since, uint64_t before)
{
	uint64_t now = dmasim_event_count(DMASIM_EVENT_FAULT, NULL);

	if (now != before)
		assert_true(log_has(since, "iommu: probing failed") ||
			    log_has(since, "no DMA through the IOMMU"));
	return now - before;
}

/* A probe that fails leaves a device without a driver, and nothing else. */
static void probe_survives_every_failure(void **state)
{
	const struct dmasim_nvme_config cfg = DMASIM_NVME_CONFIG_INIT;
	struct fixture *f = *state;
	unsigned int faults = 0;
	struct sweep s;

	FAIL_SWEEP(s, SITES) {
		uint64_t seen = dmasim_event_count(DMASIM_EVENT_FAULT, NULL);
		uint64_t since = dmasim_event_last();
		struct dmasim_device *nvme;

		int ret = dmasim_nvme_create(f->machine, &cfg, &nvme);

		dmasim_run();
		faults += allowed_faults(since, seen);
		if (ret)
			continue;
		if (!sweep_failed())
			assert_non_null(dmasim_disk("nvme0n1"));
		dmasim_device_destroy(nvme);
		assert_null(dmasim_disk("nvme0n1"));
	}
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", faults);
}

#define disk_case(fn) \
	cmocka_unit_test_setup_teardown(fn, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		disk_case(link_path_survives_every_failure),
		disk_case(map_path_survives_every_failure),
		disk_case(sg_path_survives_every_failure),
		cmocka_unit_test_setup_teardown(prp_lists_survive_every_failure,
						disk_setup_without_sgl,
						disk_teardown),
		disk_case(first_io_survives_every_failure),
		cmocka_unit_test_setup_teardown(probe_survives_every_failure,
						fixture_setup_without_device,
						fixture_teardown),
	};
	const struct CMUnitTest matrix[] = {
		disk_case(each_path_survives_every_failure),
	};

	return run_variants("nvme_sweep", tests, variants_with_bounce) +
	       run_matrix("nvme_sweep", matrix) +
	       not_swept("blk_rq_dma_map_iter_start",
			 "blk_rq_dma_map_iter_next", "blk_mq_alloc_tag_set",
			 "device_add_disk", "submit_bio", "blk_execute_rq");
}
