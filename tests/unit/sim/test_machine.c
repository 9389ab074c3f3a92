/* SPDX-License-Identifier: MIT */
/*
 * Building machines: what cannot exist is refused with the reason, what is left
 * behind is reported, nothing survives a machine.
 */
#include <linux/completion.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sizes.h>
#include <linux/smp.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "support/fixture.h"

#include <stdlib.h>
#include <string.h>

static unsigned int knob = 3;
module_param(knob, uint, 0644);

static int inits, exits;

static int __init count_init(void)
{
	inits++;
	return 0;
}
module_init(count_init);

static void __exit count_exit(void)
{
	exits++;
}
module_exit(count_exit);

static struct dmasim_machine_config good(void)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;

	cfg.ram_bytes = SZ_64M;
	cfg.nr_cpus = 1;
	cfg.iommu = DMASIM_IOMMU_STRICT;
	return cfg;
}

static struct dmasim_machine *build(const struct dmasim_machine_config *cfg)
{
	struct dmasim_machine *m;

	if (dmasim_machine_create(cfg, &m))
		fail_msg("%s", dmasim_refusal());
	return m;
}

/* Refused, and the reason has @word in it. */
static void assert_refused_(const struct dmasim_machine_config *cfg,
			    const char *word, const char *file, int line)
{
	struct dmasim_machine *m = NULL;
	int ret = dmasim_machine_create(cfg, &m);

	_assert_int_equal(ret, -EINVAL, file, line);
	_assert_true(!m, "no machine", file, line);
	if (strstr(dmasim_refusal(), word))
		return;
	print_error("\"%s\" does not say %s\n", dmasim_refusal(), word);
	_fail(file, line);
}

#define assert_refused(cfg, word) assert_refused_(cfg, word, __FILE__, __LINE__)

/* ---- refusals -------------------------------------------------------------------- */

static void a_config_must_come_from_the_initialiser(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.size = 0;
	assert_refused(&cfg, "DMASIM_MACHINE_CONFIG_INIT");
	cfg.size = sizeof(cfg) - 8;
	assert_refused(&cfg, "DMASIM_MACHINE_CONFIG_INIT");
}

static void a_machine_needs_ram(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.ram_bytes = 0;
	assert_refused(&cfg, "no RAM");
	cfg.ram_bytes = SZ_8M;
	assert_refused(&cfg, "16 MiB");
	cfg.ram_bytes = SZ_64M + SZ_2M;
	assert_refused(&cfg, "4 MiB");
	cfg.ram_bytes = 1ull << 50;
	assert_refused(&cfg, "ram_bytes");
}

static void the_hole_must_leave_room(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.ram_hole_start = 0;
	assert_refused(&cfg, "ram_hole_start");
	cfg.ram_hole_start = SZ_16M + SZ_2M;
	assert_refused(&cfg, "ram_hole_start");
	cfg.ram_hole_start = 1ull << 32;
	assert_refused(&cfg, "ram_hole_start");
}

static void the_hole_may_be_as_small_as_documented(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_device *hw;
	struct dmasim_machine *m;

	cfg.ram_hole_start = 0xfac00000 + SZ_4M;
	assert_refused(&cfg, "ram_hole_start");

	cfg.ram_hole_start = 0xfac00000;
	m = build(&cfg);
	assert_int_equal(dmasim_device_create(m, NULL, NULL, &hw), 0);
	assert_int_equal(pci_resource_len(to_pci_dev(dmasim_device_kernel(hw)),
					  0),
			 4096);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

static void cpus_are_1_to_64(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.nr_cpus = 0;
	assert_refused(&cfg, "0 CPUs");
	cfg.nr_cpus = 65;
	assert_refused(&cfg, "65 CPUs");
	cfg.nr_cpus = 64;
	assert_int_equal(dmasim_machine_destroy(build(&cfg)), 0);
}

static void modes_are_those_of_the_header(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.iommu = DMASIM_IOMMU_LAZY + 1;
	assert_refused(&cfg, "iommu mode");
	cfg = good();
	cfg.layout = DMASIM_LAYOUT_SCATTERED + 1;
	assert_refused(&cfg, "layout");
}

static void page_tables_have_known_formats(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.iommu_format = "sv48";
	assert_refused(&cfg, "sv48");
	cfg.iommu_format = "vtdss";
	cfg.iommu_levels = 2;
	assert_refused(&cfg, "2 levels");
	cfg.iommu_levels = 6;
	assert_refused(&cfg, "6 levels");
	cfg.iommu_format = "amdv1";
	cfg.iommu_levels = 7;
	assert_refused(&cfg, "7 levels");
	cfg.iommu_format = "arm_s1_64k";
	assert_refused(&cfg, "7 levels");
}

static void pages_larger_than_the_cpus_leave_no_dma_api(void **state)
{
	static const struct {
		const char *format;
		unsigned long granule;
	} larger[] = { { "arm_s1_16k", SZ_16K },
		       { "arm_s2_16k", SZ_16K },
		       { "arm_s1_64k", SZ_64K },
		       { "arm_s2_64k", SZ_64K } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(larger); i++) {
		struct dmasim_machine_config cfg = good();
		struct dmasim_device *hw;
		struct dmasim_machine *m;

		cfg.iommu = DMASIM_IOMMU_STRICT;
		cfg.iommu_format = larger[i].format;
		m = build(&cfg);
		assert_int_equal(dmasim_device_create(m, NULL, NULL, &hw), 0);
		assert_int_equal(dmasim_event_count(DMASIM_EVENT_REFUSAL,
						    "iommu-granule"),
				 larger[i].granule > PAGE_SIZE);
		assert_int_equal(dmasim_machine_destroy(m), 0);
	}
}

static void granules_are_pages_of_the_format(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.iommu_granule = SZ_16K;
	assert_refused(&cfg, "vtdss has no granule of 0x4000");
	cfg.iommu_format = "amdv1";
	cfg.iommu_granule = 2048;
	assert_refused(&cfg, "no granule of 0x800");
	cfg.iommu_granule = SZ_4K + SZ_8K;
	assert_refused(&cfg, "no granule of 0x3000");
	cfg.iommu_granule = SZ_2G;
	assert_refused(&cfg, "no granule of 0x80000000");
}

static void iova_allocators_have_known_names(void **state)
{
	static const char *const names[] = { NULL, "linux", "gap" };
	struct dmasim_machine_config cfg = good();
	unsigned int i;

	cfg.iova_allocator = "best-fit";
	assert_refused(&cfg, "best-fit");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		cfg.iova_allocator = names[i];
		assert_int_equal(dmasim_machine_destroy(build(&cfg)), 0);
	}
}

static void windows_that_cannot_be_are_refused_by_name(void **state)
{
	const struct dmasim_machine_config all = DMASIM_MACHINE_CONFIG_INIT;
	static const struct {
		struct dmasim_dma_range range[2];
		const char *why;
	} rows[] = {
		{ { { SZ_4G, 0, 0 } }, "has no size" },
		{ { { SZ_4G + 1, 0, SZ_1G } }, "whole pages" },
		{ { { SZ_4G, 1, SZ_1G } }, "whole pages" },
		{ { { SZ_4G, 0, SZ_1G + 512 } }, "whole pages" },
		{ { { -(u64)SZ_1M, 0, SZ_1G } }, "wraps around" },
		{ { { SZ_4G, -(u64)SZ_1M, SZ_1G } }, "wraps around" },
		/* Page 0, the hole below 4 GiB, and what lies behind RAM. */
		{ { { SZ_4G, 0, PAGE_SIZE } }, "no RAM" },
		{ { { SZ_4G, 0xc0000000, SZ_1G } }, "no RAM" },
		{ { { SZ_4G, 9ull << 30, SZ_1G } }, "no RAM" },
		/* 1 MiB short of the window below 4 GiB, and of the one at 1 TiB. */
		{ { { SZ_2G, 0, SZ_1G + SZ_1M } }, "BARs and interrupts" },
		{ { { (1ull << 40) - SZ_1M, 0, SZ_2M } }, "BARs" },
		{ { { SZ_4G, 0, SZ_1G }, { SZ_4G + SZ_512M, SZ_2G, SZ_1G } },
		  "dma_range[1], 0x40000000 bytes at bus 0x120000000, cpu 0x80000000: it overlaps dma_range[0]" },
		{ { { SZ_4G, 0, SZ_1G }, { SZ_8G, SZ_512M, SZ_1G } },
		  "overlaps dma_range[0]" },
	};
	struct dmasim_machine_config cfg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		cfg = all;
		memcpy(cfg.dma_range, rows[i].range, sizeof(rows[i].range));
		assert_refused(&cfg, rows[i].why);
	}
}

static void windows_in_front_of_an_iommu_move_nothing(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.dma_range[0] = (struct dmasim_dma_range){ SZ_4G, 0, SZ_1G };
	assert_refused(&cfg, "make bus and cpu equal");
	cfg.iommu = DMASIM_IOMMU_IDENTITY;
	assert_refused(&cfg, "make bus and cpu equal");
	/* What they let in are IOVAs: no RAM need be there. */
	cfg.iommu = DMASIM_IOMMU_STRICT;
	cfg.dma_range[0].cpu = SZ_4G;
	assert_int_equal(dmasim_machine_destroy(build(&cfg)), 0);
}

static void windows_are_found_in_the_bridge_by_bus_address(void **state)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct dmasim_machine *m;
	struct dmasim_device *dev;
	struct resource_entry *window;
	struct pci_dev *pdev;
	u64 last = 0;
	unsigned int nr = 0;

	cfg.dma_range[0] = (struct dmasim_dma_range){ SZ_8G, 0, SZ_1G };
	/* No distance: what it covers of BARs is no RAM. */
	cfg.dma_range[2] = (struct dmasim_dma_range){ SZ_2G, SZ_2G, SZ_4G };
	cfg.dma_range[3] = (struct dmasim_dma_range){ 0, SZ_1G, SZ_1G };
	m = build(&cfg);
	assert_int_equal(dmasim_device_create(m, NULL, NULL, &dev), 0);
	pdev = to_pci_dev(dmasim_device_kernel(dev));
	resource_list_for_each_entry(
		window, &pci_find_host_bridge(pdev->bus)->dma_ranges)
	{
		u64 bus = window->res->start - window->offset;

		assert_true(!nr++ || bus > last);
		last = bus;
	}
	assert_int_equal(nr, 3);
	assert_int_equal(pdev->dev.bus_dma_limit, SZ_8G + SZ_1G - 1);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

/* Two free granules 4 apart: linux goes on below, gap takes the higher one. */
static void domains_have_the_machines_iova_allocator(void **state)
{
	static const char *const names[] = { "linux", "gap", NULL };
	static const bool higher[] = { false, true, false };
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		struct dmasim_machine_config cfg = good();
		struct dma_iova_state at[4] = {};
		struct dmasim_device *hw;
		struct dmasim_machine *m;
		struct device *dev;

		cfg.iommu = DMASIM_IOMMU_STRICT;
		cfg.iova_allocator = names[i];
		m = build(&cfg);
		assert_int_equal(dmasim_device_create(m, NULL, NULL, &hw), 0);
		dev = dmasim_device_kernel(hw);
		/* 1 granule, then 64: the alignment leaves 63 between them. */
		for (k = 0; k < 3; k++)
			assert_true(dma_iova_try_alloc(dev, &at[k], 0,
						       k == 1 ? 64 * PAGE_SIZE :
								PAGE_SIZE));
		assert_int_equal(at[2].addr > at[1].addr, higher[i]);
		for (k = 0; k < 3; k++)
			dma_iova_free(dev, &at[k]);
		assert_int_equal(dmasim_machine_destroy(m), 0);
	}
}

static void every_depth_that_is_accepted_works(void **state)
{
	static const struct {
		const char *format;
		unsigned int levels;
	} depths[] = {
		{ NULL, 0 },	    { "vtdss", 3 },	{ "vtdss", 4 },
		{ "vtdss", 5 },	    { "amdv1", 0 },	{ "amdv1", 2 },
		{ "amdv1", 3 },	    { "amdv1", 4 },	{ "amdv1", 5 },
		{ "amdv1", 6 },	    { "x86_64", 0 },	{ "x86_64", 5 },
		{ "vtdfs", 4 },	    { "vtdfs", 5 },	{ "riscv64", 0 },
		{ "riscv64", 3 },   { "riscv64", 5 },	{ "arm_s1_4k", 0 },
		{ "arm_s1_4k", 3 }, { "arm_s2_4k", 0 }, { "arm_s2_4k", 3 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(depths); i++) {
		struct dmasim_machine_config cfg = good();
		struct dmasim_device *hw;
		struct dmasim_machine *m;
		struct page *page;
		struct device *dev;
		dma_addr_t addr;
		char byte;

		cfg.iommu_format = depths[i].format;
		cfg.iommu_levels = depths[i].levels;
		m = build(&cfg);
		assert_int_equal(dmasim_device_create(m, NULL, NULL, &hw), 0);
		dev = dmasim_device_kernel(hw);
		page = alloc_page(GFP_KERNEL);
		addr = dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE);
		assert_int_equal(dma_mapping_error(dev, addr), 0);
		assert_int_equal(dmasim_dma_read(hw, addr, &byte, 1),
				 DMASIM_DMA_OK);
		dma_unmap_page(dev, addr, 64, DMA_TO_DEVICE);
		__free_page(page);
		assert_int_equal(dmasim_machine_destroy(m), 0);
	}
}

static void a_refusal_is_an_event(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.nr_cpus = 65;
	assert_refused(&cfg, "65");

	assert_int_equal(dmasim_event_count(DMASIM_EVENT_REFUSAL, "refused"),
			 1);
	assert_string_equal(event_text(DMASIM_EVENT_REFUSAL, "refused"),
			    dmasim_refusal());
}

/* ---- one machine at a time ---------------------------------------------------------- */

static void there_is_one_machine_at_a_time(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m = build(&cfg), *second = NULL;

	assert_int_equal(dmasim_machine_create(&cfg, &second), -EBUSY);
	assert_null(second);
	assert_non_null(strstr(dmasim_refusal(), "destroy"));

	assert_int_equal(dmasim_machine_destroy(m), 0);
	m = build(&cfg);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

static void a_refused_machine_leaves_room_for_another(void **state)
{
	struct dmasim_machine_config cfg = good();

	cfg.iommu_format = "none";
	assert_refused(&cfg, "none");

	cfg = good();
	assert_int_equal(dmasim_machine_destroy(build(&cfg)), 0);
}

static void events_stay_readable_until_the_next_machine(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m = build(&cfg);
	bool warned = WARN(true, "seen after the machine");

	assert_true(warned);
	dmasim_machine_destroy(m);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_WARN, NULL), 1);
	assert_non_null(strstr(event_text(DMASIM_EVENT_WARN, NULL),
			       "seen after the machine"));

	m = build(&cfg);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_WARN, NULL), 0);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

static void the_config_is_copied(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m = build(&cfg);

	memset(&cfg, 0xff, sizeof(cfg));

	assert_int_equal(dmasim_machine_destroy(m), 0);
}

/* ---- RAM, seed, time, CPUs ------------------------------------------------------------ */

static void ram_continues_above_the_hole(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m;

	cfg.ram_bytes = SZ_64M;
	cfg.ram_hole_start = SZ_16M;
	m = build(&cfg);

	/* Page 0 is never RAM. */
	assert_null(dmasim_ram(0, 1));
	assert_non_null(dmasim_ram(PAGE_SIZE, 1));
	assert_non_null(dmasim_ram(SZ_16M - 1, 1));
	assert_null(dmasim_ram(SZ_16M, 1));
	assert_null(dmasim_ram(SZ_16M - 1, 2));
	assert_null(dmasim_ram((1ull << 32) - 1, 1));
	assert_non_null(dmasim_ram(1ull << 32, 1));
	assert_non_null(dmasim_ram((1ull << 32) + 0x2ffffff, 1));
	assert_null(dmasim_ram((1ull << 32) + 0x3000000, 1));
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

static void the_seed_is_the_configured_one(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m;

	cfg.seed = 4711;
	setenv("DMASIM_SEED", "815", 1);
	m = build(&cfg);
	assert_int_equal(dmasim_seed(), 4711);
	dmasim_machine_destroy(m);

	cfg.seed = 0;
	m = build(&cfg);
	assert_int_equal(dmasim_seed(), 815);
	dmasim_machine_destroy(m);

	unsetenv("DMASIM_SEED");
	m = build(&cfg);
	assert_int_equal(dmasim_seed(), 1);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

static void scattered_pages_follow_the_seed(void **state)
{
	struct dmasim_machine_config cfg = good();
	phys_addr_t seen[2][8];
	struct page *page[8];
	int run, i;

	cfg.layout = DMASIM_LAYOUT_SCATTERED;
	cfg.seed = 7;
	for (run = 0; run < 2; run++) {
		struct dmasim_machine *m = build(&cfg);

		for (i = 0; i < 8; i++) {
			page[i] = alloc_page(GFP_KERNEL);
			seen[run][i] = page_to_phys(page[i]);
			if (i)
				assert_int_not_equal(seen[run][i],
						     seen[run][i - 1] + 4096);
		}
		while (i--)
			__free_page(page[i]);
		assert_int_equal(dmasim_machine_destroy(m), 0);
	}
	assert_memory_equal(seen[0], seen[1], sizeof(seen[0]));
}

static void time_stands_still_unless_told(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m = build(&cfg);
	uint64_t start = dmasim_now();

	dmasim_run();
	assert_int_equal(dmasim_now(), start);

	dmasim_run_for(5000000);
	assert_int_equal(dmasim_now() - start, 5000000);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

static void ran(struct work_struct *work)
{
	knob = 99;
}

static void work_runs_when_the_machine_does(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m = build(&cfg);
	struct delayed_work work;

	knob = 0;
	INIT_DELAYED_WORK(&work, ran);
	schedule_delayed_work(&work, msecs_to_jiffies(20));
	dmasim_run_for(10 * 1000 * 1000);
	assert_int_equal(knob, 0);

	dmasim_run_for(15 * 1000 * 1000);

	assert_int_equal(knob, 99);
	knob = 3;
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

static void a_cpu_has_one_owner(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m;

	assert_int_equal(dmasim_cpu_bind(0), -EINVAL);
	cfg.nr_cpus = 2;
	m = build(&cfg);

	assert_int_equal(smp_processor_id(), 0);
	assert_int_equal(dmasim_cpu_bind(2), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "CPU 2"));
	assert_int_equal(dmasim_cpu_bind(1), 0);
	assert_int_equal(smp_processor_id(), 1);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

/* ---- modules --------------------------------------------------------------------------- */

static void modules_start_and_stop_with_the_machine(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m;

	inits = 0;
	exits = 0;
	m = build(&cfg);
	assert_int_equal(inits, 1);
	assert_int_equal(exits, 0);
	dmasim_machine_destroy(m);
	assert_int_equal(exits, 1);

	m = build(&cfg);
	assert_int_equal(inits, 2);
	assert_int_equal(dmasim_machine_destroy(m), 0);
	assert_int_equal(exits, 2);
}

static void parameters_have_their_defaults_again(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m = build(&cfg);

	assert_int_equal(dmasim_param_set("simtest", "knob", "17"), 0);
	assert_int_equal(knob, 17);
	assert_int_equal(dmasim_param_set("simtest", "knob", "0x20"), 0);
	assert_int_equal(knob, 32);
	assert_int_equal(dmasim_machine_destroy(m), 0);

	m = build(&cfg);
	assert_int_equal(knob, 3);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

static void wrong_parameters_are_refused(void **state)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m = build(&cfg);

	assert_int_equal(dmasim_param_set("simtest", "nob", "1"), -ENOENT);
	assert_non_null(strstr(dmasim_refusal(), "nob"));
	assert_int_equal(dmasim_param_set("nobody", "knob", "1"), -ENOENT);
	assert_int_equal(dmasim_param_set("simtest", "knob", "many"), -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "many"));
	assert_int_equal(knob, 3);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

/* ---- leaks -------------------------------------------------------------------------------- */

static struct dmasim_machine *with_device(struct dmasim_device **hw)
{
	struct dmasim_machine_config cfg = good();
	struct dmasim_machine *m = build(&cfg);

	assert_int_equal(dmasim_device_create(m, NULL, NULL, hw), 0);
	return m;
}

static void assert_leaks(struct dmasim_machine *m, const char *id)
{
	unsigned int leaks = dmasim_machine_destroy(m);

	assert_int_not_equal(leaks, 0);
	/* Objects allocated by the same call share an event. */
	assert_in_range(dmasim_event_count(DMASIM_EVENT_LEAK, NULL), 1, leaks);
	assert_int_not_equal(dmasim_event_count(DMASIM_EVENT_LEAK, id), 0);
}

static void a_clean_machine_has_no_leak(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);
	struct page *page = alloc_page(GFP_KERNEL);

	kfree(kmalloc(100, GFP_KERNEL));
	__free_page(page);

	assert_int_equal(dmasim_machine_destroy(m), 0);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_LEAK, NULL), 0);
}

static void a_leaked_page_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);

	assert_non_null(alloc_page(GFP_KERNEL));

	assert_leaks(m, "page-leak");
}

static void a_leaked_object_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);

	assert_non_null(kmalloc(100, GFP_KERNEL));

	assert_leaks(m, "slab-leak");
}

static void a_leaked_mapping_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = dma_map_page(dmasim_device_kernel(hw), page, 0, 64,
				       DMA_TO_DEVICE);

	assert_int_not_equal(addr, DMA_MAPPING_ERROR);
	__free_page(page);

	assert_leaks(m, "iova-leak");
}

static void a_leaked_reservation_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);
	struct dma_iova_state iova;

	assert_true(
		dma_iova_try_alloc(dmasim_device_kernel(hw), &iova, 0, 0x3000));

	assert_leaks(m, "iova-leak");
}

static void leaked_coherent_memory_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);
	dma_addr_t handle;

	assert_non_null(dma_alloc_coherent(dmasim_device_kernel(hw), 4096,
					   &handle, GFP_KERNEL));

	assert_leaks(m, "page-leak");
}

static void a_leaked_domain_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);

	assert_false(
		IS_ERR(iommu_paging_domain_alloc(dmasim_device_kernel(hw))));

	assert_leaks(m, "iommu-domain-leak");
}

static void a_leaked_group_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);

	assert_non_null(iommu_group_get(dmasim_device_kernel(hw)));

	assert_leaks(m, "iommu-group-leak");
}

static void leaked_declared_memory_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);
	struct page *block = alloc_pages(GFP_KERNEL, 2);

	assert_int_equal(dma_declare_coherent_memory(dmasim_device_kernel(hw),
						     page_to_phys(block),
						     0x70000000, 4 * PAGE_SIZE),
			 0);

	assert_leaks(m, "coherent-declared-leak");
}

static void waits_for_ever(struct work_struct *work)
{
	DECLARE_COMPLETION_ONSTACK(never);

	wait_for_completion(&never);
}

static void a_leaked_work_item_is_reported(void **state)
{
	static DECLARE_WORK(work, waits_for_ever);
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);

	assert_true(schedule_work(&work));

	assert_leaks(m, "work-leak");
}

static int waits_for_the_end(void *unused)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static void a_leaked_kernel_thread_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);

	assert_false(IS_ERR(kthread_run(waits_for_the_end, NULL, "poller")));
	dmasim_run();

	assert_leaks(m, "kthread-leak");
}

static void a_leaked_xarray_is_reported(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);
	static struct xarray xa; /* the host's checkers still see its nodes */

	xa_init(&xa);
	assert_null(xa_store(&xa, 100, xa_mk_value(7), GFP_KERNEL));

	assert_leaks(m, "xarray-leak");
}

static void a_leak_does_not_spoil_the_next_machine(void **state)
{
	struct dmasim_device *hw;
	struct dmasim_machine *m = with_device(&hw);

	assert_non_null(alloc_page(GFP_KERNEL));
	assert_non_null(kmalloc(100, GFP_KERNEL));
	assert_non_null(iommu_group_get(dmasim_device_kernel(hw)));
	assert_false(
		IS_ERR(iommu_paging_domain_alloc(dmasim_device_kernel(hw))));
	dmasim_machine_destroy(m);

	m = with_device(&hw);
	/* Numbers start afresh, too. */
	assert_int_equal(iommu_group_id(dmasim_device_kernel(hw)->iommu_group),
			 0);

	assert_int_equal(dmasim_machine_destroy(m), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_config_must_come_from_the_initialiser),
		cmocka_unit_test(a_machine_needs_ram),
		cmocka_unit_test(the_hole_must_leave_room),
		cmocka_unit_test(the_hole_may_be_as_small_as_documented),
		cmocka_unit_test(cpus_are_1_to_64),
		cmocka_unit_test(modes_are_those_of_the_header),
		cmocka_unit_test(page_tables_have_known_formats),
		cmocka_unit_test(granules_are_pages_of_the_format),
		cmocka_unit_test(pages_larger_than_the_cpus_leave_no_dma_api),
		cmocka_unit_test(iova_allocators_have_known_names),
		cmocka_unit_test(domains_have_the_machines_iova_allocator),
		cmocka_unit_test(every_depth_that_is_accepted_works),
		cmocka_unit_test(windows_that_cannot_be_are_refused_by_name),
		cmocka_unit_test(windows_in_front_of_an_iommu_move_nothing),
		cmocka_unit_test(
			windows_are_found_in_the_bridge_by_bus_address),
		cmocka_unit_test(a_refusal_is_an_event),
		cmocka_unit_test(there_is_one_machine_at_a_time),
		cmocka_unit_test(a_refused_machine_leaves_room_for_another),
		cmocka_unit_test(events_stay_readable_until_the_next_machine),
		cmocka_unit_test(the_config_is_copied),
		cmocka_unit_test(ram_continues_above_the_hole),
		cmocka_unit_test(the_seed_is_the_configured_one),
		cmocka_unit_test(scattered_pages_follow_the_seed),
		cmocka_unit_test(time_stands_still_unless_told),
		cmocka_unit_test(work_runs_when_the_machine_does),
		cmocka_unit_test(a_cpu_has_one_owner),
		cmocka_unit_test(modules_start_and_stop_with_the_machine),
		cmocka_unit_test(parameters_have_their_defaults_again),
		cmocka_unit_test(wrong_parameters_are_refused),
		cmocka_unit_test(a_clean_machine_has_no_leak),
		cmocka_unit_test(a_leaked_page_is_reported),
		cmocka_unit_test(a_leaked_object_is_reported),
		cmocka_unit_test(a_leaked_mapping_is_reported),
		cmocka_unit_test(a_leaked_reservation_is_reported),
		cmocka_unit_test(leaked_coherent_memory_is_reported),
		cmocka_unit_test(a_leaked_domain_is_reported),
		cmocka_unit_test(a_leaked_group_is_reported),
		cmocka_unit_test(leaked_declared_memory_is_reported),
		cmocka_unit_test(a_leaked_work_item_is_reported),
		cmocka_unit_test(a_leaked_kernel_thread_is_reported),
		cmocka_unit_test(a_leaked_xarray_is_reported),
		cmocka_unit_test(a_leak_does_not_spoil_the_next_machine),
	};

	return cmocka_run_group_tests_name("sim_machine", tests, NULL, NULL);
}
