/* SPDX-License-Identifier: MIT */
/*
 * The cost model: exact steps of known operations, by CPU and by device, their
 * price, and what is no price.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/pci.h>

#include <dmasim/cost.h>

#include "support/fixture.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a machine that counts; what was done since the last look -------------------- */

static struct dmasim_cost before;

static void build(struct fixture *f, const char *cost)
{
	f->cfg.cost = cost;
	fixture_rebuild(f);
	assert_int_equal(dmasim_cost_get(&before), 0);
}

/* Steps since @since, as "name=count ..." in the order of the enumeration. */
static const char *steps_since(const struct dmasim_cost *since,
			       const struct dmasim_cost *now)
{
	static char text[512];
	size_t len = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < DMASIM_NR_COSTS; i++) {
		u64 n = now->count[i] - since->count[i];

		if (n)
			len += sprintf(text + len, "%s%s=%llu", len ? " " : "",
				       dmasim_cost_name(i), n);
	}
	return text;
}

#define assert_steps(wanted)                                              \
	do {                                                              \
		struct dmasim_cost now_;                                  \
                                                                          \
		assert_int_equal(dmasim_cost_get(&now_), 0);              \
		assert_string_equal(steps_since(&before, &now_), wanted); \
		before = now_;                                            \
	} while (0)

/* ---- CPUs ------------------------------------------------------------------------- */

static void a_page_mapped_and_unmapped(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	build(f, "server");
	page = alloc_page(GFP_KERNEL);
	addr = dma_map_page(f->dev, page, 0, 4096, DMA_TO_DEVICE);
	assert_steps("entry-write=1");
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);
	/* The doorbell is the register that is written. */
	assert_steps("entry-write=1 command=1 wait=1 mmio-write=1");
	__free_page(page);
}

static void links_share_one_invalidation(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = {};
	struct page *page;
	unsigned int i;

	build(f, "server");
	page = alloc_page(GFP_KERNEL);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 0x4000));
	for (i = 0; i < 4; i++)
		assert_int_equal(dma_iova_link(f->dev, &iova,
					       page_to_phys(page), i * 0x1000,
					       0x1000, DMA_TO_DEVICE, 0),
				 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x4000), 0);
	assert_steps("entry-write=4");
	dma_iova_destroy(f->dev, &iova, 0x4000, DMA_TO_DEVICE, 0);
	assert_steps("entry-write=4 command=1 wait=1 mmio-write=1");
	__free_page(page);
}

static void a_queue_less_machine_pays_the_same_command(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	f->cfg.iommu_commands = "direct";
	build(f, "server");
	page = alloc_page(GFP_KERNEL);
	addr = dma_map_page(f->dev, page, 0, 4096, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);
	assert_steps("entry-write=2 command=1 wait=1");
	__free_page(page);
}

static void lazy_unmaps_send_no_command(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	f->cfg.iommu = DMASIM_IOMMU_LAZY;
	build(f, "server");
	page = alloc_page(GFP_KERNEL);
	addr = dma_map_page(f->dev, page, 0, 4096, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);
	assert_steps("entry-write=2");
	/* 10 ms later the queue is flushed: one command for all of it. */
	dmasim_run_for(20000000);
	assert_steps("command=1 wait=1 mmio-write=1");
	__free_page(page);
}

static void bounced_bytes_are_copied(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	f->cfg.iommu = DMASIM_IOMMU_OFF;
	f->cfg.swiotlb = "force";
	build(f, "server");
	page = alloc_page(GFP_KERNEL);
	addr = dma_map_page(f->dev, page, 0, 3000, DMA_BIDIRECTIONAL);
	assert_steps("bounce-byte=3000");
	dma_unmap_page(f->dev, addr, 3000, DMA_BIDIRECTIONAL);
	assert_steps("bounce-byte=3000");
	__free_page(page);
}

static void caches_are_cleaned_by_the_line(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	f->cfg.iommu = DMASIM_IOMMU_OFF;
	f->cfg.noncoherent = true;
	build(f, "server");
	page = alloc_page(GFP_KERNEL);
	addr = dma_map_page(f->dev, page, 0, 4096, DMA_FROM_DEVICE);
	assert_steps("cache-clean=64 cache-wait=1");
	dma_unmap_page(f->dev, addr, 4096, DMA_FROM_DEVICE);
	assert_steps("cache-invalidate=64 cache-wait=1");
	__free_page(page);
}

static void registers_are_counted(void **state)
{
	struct fixture *f = *state;
	void __iomem *bar;
	u16 word;

	build(f, "server");
	assert_int_equal(pci_enable_device(f->pdev), 0);
	bar = ioremap(pci_resource_start(f->pdev, 0), 4096);
	assert_int_equal(dmasim_cost_get(&before), 0);
	writel(1, bar);
	writel(2, bar);
	readl(bar);
	assert_steps("mmio-read=1 mmio-write=2");
	pci_read_config_word(f->pdev, PCI_VENDOR_ID, &word);
	assert_steps("mmio-read=1");
	iounmap(bar);
	pci_disable_device(f->pdev);
}

struct job {
	struct fixture *f;
	struct page *page;
};

static void *map_on_cpu_1(void *arg)
{
	struct job *job = arg;
	dma_addr_t addr;

	assert_int_equal(dmasim_cpu_bind(1), 0);
	addr = dma_map_page(job->f->dev, job->page, 0, 4096, DMA_TO_DEVICE);
	dma_unmap_page(job->f->dev, addr, 4096, DMA_TO_DEVICE);
	return NULL;
}

static void each_cpu_has_its_own(void **state)
{
	struct fixture *f = *state;
	struct dmasim_cost zero, one, zero_before, one_before;
	struct job job = { .f = f };
	pthread_t thread;

	f->cfg.nr_cpus = 2;
	build(f, "server");
	job.page = alloc_page(GFP_KERNEL);
	assert_int_equal(dmasim_cost_get_cpu(0, &zero_before), 0);
	assert_int_equal(dmasim_cost_get_cpu(1, &one_before), 0);
	assert_int_equal(pthread_create(&thread, NULL, map_on_cpu_1, &job), 0);
	pthread_join(thread, NULL);

	assert_int_equal(dmasim_cost_get_cpu(0, &zero), 0);
	assert_int_equal(dmasim_cost_get_cpu(1, &one), 0);
	assert_string_equal(steps_since(&zero_before, &zero), "");
	assert_string_equal(steps_since(&one_before, &one),
			    "entry-write=2 command=1 wait=1 mmio-write=1");
	__free_page(job.page);
}

/* ---- devices ------------------------------------------------------------------------- */

static void walks_hits_and_what_they_begin_with(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;
	char buf[64];

	build(f, "server");
	page = alloc_pages(GFP_KERNEL, get_order(0x2000));
	addr = dma_map_page(f->dev, page, 0, 0x2000, DMA_TO_DEVICE);
	assert_int_equal(dmasim_cost_get(&before), 0);

	dmasim_dma_read(f->hw, addr, buf, 64);
	assert_steps("context-fetch=1 walk-read=4");
	dmasim_dma_read(f->hw, addr + 64, buf, 64);
	assert_steps("iotlb-hit=1");
	/* Its neighbour: the table is known, one entry is read. */
	dmasim_dma_read(f->hw, addr + 0x1000, buf, 64);
	assert_steps("walk-cache-hit=1 walk-read=1");
	/* Across both: a look-up a page. */
	dmasim_dma_read(f->hw, addr + 0xff0, buf, 32);
	assert_steps("iotlb-hit=2");

	dma_unmap_page(f->dev, addr, 0x2000, DMA_TO_DEVICE);
	__free_pages(page, get_order(0x2000));
}

static void a_device_with_ats_asks_once_and_is_told(void **state)
{
	const struct dmasim_model model = {
		.name = "ats",
		.vendor = 0x1d0f,
		.device = 0xd3a7,
		.class_code = 0xff0000,
		.ats = true,
	};
	struct fixture *f = *state;
	struct dmasim_device *hw;
	struct device *dev;
	struct page *page;
	dma_addr_t addr;
	char buf[4];

	build(f, "server");
	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &hw),
			 0);
	dev = dmasim_device_kernel(hw);
	pci_set_master(to_pci_dev(dev));
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(64)), 0);
	page = alloc_page(GFP_KERNEL);
	addr = dma_map_page(dev, page, 0, 4096, DMA_TO_DEVICE);
	assert_int_equal(dmasim_cost_get(&before), 0);

	dmasim_dma_read(hw, addr, buf, 4);
	assert_steps("context-fetch=1 walk-read=4 ats-request=1");
	dmasim_dma_read(hw, addr, buf, 4);
	assert_steps("device-tlb-hit=1");
	dma_unmap_page(dev, addr, 4096, DMA_TO_DEVICE);
	assert_steps(
		"entry-write=1 command=2 wait=1 device-flush=1 mmio-write=1");
	assert_int_equal(dmasim_cost_price(DMASIM_COST_ATS_REQUEST), 800000);
	__free_page(page);
	dmasim_device_destroy(hw);
}

static void a_format_of_more_levels_reads_more(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;
	char buf[4];

	f->cfg.iommu_levels = 5;
	build(f, "server");
	page = alloc_page(GFP_KERNEL);
	addr = dma_map_page(f->dev, page, 0, 4096, DMA_TO_DEVICE);
	dmasim_dma_read(f->hw, addr, buf, 4);
	assert_steps("entry-write=1 context-fetch=1 walk-read=5");
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);
	__free_page(page);
}

static void each_device_has_its_own(void **state)
{
	struct fixture *f = *state;
	struct dmasim_cost mine, other;
	struct dmasim_device *second;
	u64 reads;
	char buf[4];

	build(f, "server");
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &second),
			 0);
	assert_int_equal(dmasim_cost_get(&before), 0);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	dmasim_dma_read(second, 0x1000, buf, 4);

	assert_int_equal(dmasim_cost_get_device(f->hw, &mine), 0);
	assert_int_equal(dmasim_cost_get_device(second, &other), 0);
	assert_int_equal(mine.count[DMASIM_COST_WALK_READ], 0);
	assert_int_equal(other.count[DMASIM_COST_CONTEXT_FETCH], 1);
	reads = other.count[DMASIM_COST_WALK_READ];
	assert_int_not_equal(reads, 0);
	assert_int_equal(other.count[DMASIM_COST_MMIO_WRITE], 0);

	/* What it did is kept when it is gone. */
	dmasim_device_destroy(second);
	assert_int_equal(dmasim_cost_get(&other), 0);
	assert_int_equal(other.count[DMASIM_COST_WALK_READ] -
				 before.count[DMASIM_COST_WALK_READ],
			 reads);
}

/* ---- prices --------------------------------------------------------------------------- */

static void steps_are_priced_when_asked_for(void **state)
{
	struct fixture *f = *state;
	struct dmasim_cost cost;
	struct page *page;
	dma_addr_t addr;
	u64 clock;
	char buf[4];

	f->cfg.cost = "walk-read=80,iotlb-hit=0.5,wait=1000";
	fixture_rebuild(f);
	page = alloc_page(GFP_KERNEL);
	clock = dmasim_now();
	addr = dma_map_page(f->dev, page, 0, 4096, DMA_TO_DEVICE);
	dmasim_dma_read(f->hw, addr, buf, 4);
	dmasim_dma_read(f->hw, addr, buf, 4);

	assert_int_equal(dmasim_cost_get_device(f->hw, &cost), 0);
	assert_int_equal(cost.ns, 320); /* 320.5 */
	dmasim_dma_read(f->hw, addr, buf, 4);
	assert_int_equal(dmasim_cost_get_device(f->hw, &cost), 0);
	assert_int_equal(cost.ns, 321);
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);
	assert_int_equal(dmasim_cost_get_cpu(0, &cost), 0);
	/* Attaching the device had to wait, too. */
	assert_int_equal(cost.ns, 1000 * cost.count[DMASIM_COST_WAIT]);
	/* Time itself knows nothing of it. */
	assert_int_equal(dmasim_now(), clock);
	assert_int_equal(dmasim_cost_price(DMASIM_COST_WALK_READ), 80000);
	assert_int_equal(dmasim_cost_price(DMASIM_COST_COMMAND), 0);
	__free_page(page);
}

static void an_override_changes_one_price_of_a_preset(void **state)
{
	struct fixture *f = *state;
	const struct dmasim_cost_preset *server = dmasim_cost_preset(1);
	int i;

	build(f, "server,walk-read=77.125");
	assert_string_equal(server->name, "server");
	for (i = 0; i < DMASIM_NR_COSTS; i++)
		assert_int_equal(dmasim_cost_price(i),
				 i == DMASIM_COST_WALK_READ ? 77125 :
							      server->ps[i]);
}

static void without_a_model_nothing_is_counted(void **state)
{
	static const char *const nothing[] = { NULL, "none", "walk-read=0",
					       "server,command=0" };
	struct fixture *f = *state;
	struct dmasim_cost cost;
	int i;

	for (i = 0; i < 3; i++) {
		f->cfg.cost = nothing[i];
		fixture_rebuild(f);
		assert_int_equal(dmasim_cost_get(&cost), -ENODATA);
		assert_string_equal(
			dmasim_refusal(),
			"cost: the machine was built without a cost model");
		assert_int_equal(dmasim_cost_get_cpu(0, &cost), -ENODATA);
		assert_int_equal(dmasim_cost_get_device(f->hw, &cost),
				 -ENODATA);
	}
	build(f, nothing[3]);
	assert_int_equal(dmasim_cost_get_cpu(1, &cost), -EINVAL);
	assert_string_equal(dmasim_refusal(), "cost: no CPU 1");
	assert_int_equal(dmasim_cost_get_device(NULL, &cost), -EINVAL);
}

static void a_price_that_cannot_be_is_named(void **state)
{
	static const struct {
		const char *cost, *why;
	} cases[] = {
		{ "desktop",
		  "cost: there is no preset \"desktop\": use one of none, server, guest, embedded" },
		{ "",
		  "cost: there is no preset \"\": use one of none, server, guest, embedded" },
		{ "server,walk=3",
		  "cost: there is no step \"walk\": docs/cost-model.md lists them" },
		{ "wait=fast",
		  "cost: wait=\"fast\" is not a number of ns from 0 to 1000000000 with at most three decimals" },
		{ "wait=-1", NULL },
		{ "wait=", NULL },
		{ "wait=1.", NULL },
		{ "wait=.5", NULL },
		{ "wait=1.0005", NULL },
		{ "wait=1000000001", NULL },
		{ "wait=99999999999999999999999", NULL },
		{ "server,guest",
		  "cost: \"guest\" is not STEP=NS; a preset comes first" },
	};
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct dmasim_machine *machine;
	char lots[400];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(dmasim_cost_check(cases[i].cost), -EINVAL);
		if (cases[i].why)
			assert_string_equal(dmasim_refusal(), cases[i].why);
		cfg.cost = cases[i].cost;
		assert_int_equal(dmasim_machine_create(&cfg, &machine),
				 -EINVAL);
	}
	memset(lots, 'x', sizeof(lots) - 1);
	lots[sizeof(lots) - 1] = '\0';
	assert_int_equal(dmasim_cost_check(lots), -EINVAL);
	assert_int_equal(dmasim_cost_check("guest,wait=1000000000"), 0);
	assert_null(dmasim_cost_preset(99));
	assert_null(dmasim_cost_name(DMASIM_NR_COSTS));
}

/* The document's table says what the presets are. */
static void the_document_has_the_same_prices(void **state)
{
	FILE *doc = fopen(DOCUMENT, "r");
	unsigned int found = 0;
	char line[512];

	assert_non_null(doc);
	while (fgets(line, sizeof(line), doc)) {
		char name[32];
		double server, guest, embedded;
		int i;

		if (sscanf(line, "| `%31[a-z-]` | %lf | %lf | %lf |", name,
			   &server, &guest, &embedded) != 4)
			continue;
		for (i = 0; i < DMASIM_NR_COSTS; i++)
			if (!strcmp(name, dmasim_cost_name(i)))
				break;
		assert_in_range(i, 0, DMASIM_NR_COSTS - 1);
		found |= 1u << i;
		assert_int_equal(server * 1000 + .5,
				 dmasim_cost_preset(1)->ps[i]);
		assert_int_equal(guest * 1000 + .5,
				 dmasim_cost_preset(2)->ps[i]);
		assert_int_equal(embedded * 1000 + .5,
				 dmasim_cost_preset(3)->ps[i]);
	}
	fclose(doc);
	assert_int_equal(found, (1u << DMASIM_NR_COSTS) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(a_page_mapped_and_unmapped),
		fixture_case(links_share_one_invalidation),
		fixture_case(a_queue_less_machine_pays_the_same_command),
		fixture_case(lazy_unmaps_send_no_command),
		fixture_case(bounced_bytes_are_copied),
		fixture_case(caches_are_cleaned_by_the_line),
		fixture_case(registers_are_counted),
		fixture_case(each_cpu_has_its_own),
		fixture_case(walks_hits_and_what_they_begin_with),
		fixture_case(a_device_with_ats_asks_once_and_is_told),
		fixture_case(a_format_of_more_levels_reads_more),
		fixture_case(each_device_has_its_own),
		fixture_case(steps_are_priced_when_asked_for),
		fixture_case(an_override_changes_one_price_of_a_preset),
		fixture_case(without_a_model_nothing_is_counted),
		cmocka_unit_test(a_price_that_cannot_be_is_named),
		cmocka_unit_test(the_document_has_the_same_prices),
	};

	return run_variants_("sim_cost", tests, ARRAY_SIZE(tests),
			     &variant_vtdss_strict, 1);
}
