/* SPDX-License-Identifier: MIT */
/*
 * NVMe reads and writes, and the probe, with a failure at every position: each
 * call of an allocator or of a mapping fails once, in turn. The I/O then either
 * works (the driver or the block layer tried again) or reports an error; data
 * is never wrong, and the fixture finds nothing left over.
 */
#include "consumers/nvme_disk.h"
#include "support/sweep.h"

#include <string.h>

static u8 data[128 * 4096];

static void check_read(unsigned int nr, u8 fill)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		assert_int_equal(data[i * 4096], (u8)(fill + i));
		assert_int_equal(data[i * 4096 + 4095], (u8)(fill + i));
	}
}

/* spec: block-nvme F1, F2, F3, F4, F6 */
static void sweep_io(const char *path)
{
	static const unsigned int sizes[] = { 1, 2, 33, 128 };
	struct sweep s;
	unsigned int i;
	int ret;

	disk_unplug();
	disk_plug(disk.f, path);
	for (i = 0; i < 4; i++) {
		FAIL_SWEEP(s, SWEEP_ALL) {
			ret = disk_io(REQ_OP_WRITE, 0, sizes[i], i, NULL);
			if (!sweep_failed())
				assert_int_equal(ret, 0);
		}
		FAIL_SWEEP(s, SWEEP_ALL) {
			memset(data, 0xee, sizeof(data));
			ret = disk_io(REQ_OP_READ, 0, sizes[i], 0, data);
			if (!sweep_failed())
				assert_int_equal(ret, 0);
			if (!ret)
				check_read(sizes[i], i);
		}
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

static int without_sgl(void **state)
{
	fixture_setup_without_device(state);
	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.sgl = false;
	disk.cfg.capacity = DISK_BYTES;
	disk_plug(*state, "link");
	return 0;
}

static void prp_lists_survive_every_failure(void **state)
{
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = disk_io(REQ_OP_WRITE, 0, 128, 1, NULL);

		if (!sweep_failed())
			assert_int_equal(ret, 0);
	}
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

	FAIL_SWEEP(s, SWEEP_ALL) {
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
						without_sgl, disk_teardown),
		cmocka_unit_test_setup_teardown(probe_survives_every_failure,
						fixture_setup_without_device,
						fixture_teardown),
	};

	return run_variants("nvme_sweep", tests, variants_with_bounce);
}
