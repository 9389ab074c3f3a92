/* SPDX-License-Identifier: MIT */
/*
 * Devices that keep translations for themselves: the driver tells them to
 * forget, in the right order, and lives with one that does not answer.
 */
#include <dmasim/iommu.h>
#include <linux/pci-ats.h>

#include "api/core.h"
#include "iommu/inv.h"

#define IOVA 0x40000000ul
#define PHYS 0x123456000ull

static const struct dmasim_model model = {
	.name = "ats",
	.vendor = 0x1d0f,
	.device = 0xd3a7,
	.class_code = 0xff0000,
	.bar = { { .size = 4096 } },
	.ats = true,
	.pasid_bits = 20,
};

static struct dmasim_device *plug(struct fixture *f)
{
	struct dmasim_device *dev;

	if (dmasim_device_create(f->machine, &model, NULL, &dev))
		fail_msg("%s", dmasim_refusal());
	pci_set_master(to_pci_dev(dmasim_device_kernel(dev)));
	return dev;
}

/* The machine's only device has ATS. */
static int setup(void **state)
{
	struct fixture *f;

	fixture_setup(state);
	f = *state;
	dmasim_device_destroy(f->hw);
	f->hw = plug(f);
	f->dev = dmasim_device_kernel(f->hw);
	f->pdev = to_pci_dev(f->dev);
	return 0;
}

static struct iommu_domain *attached(struct fixture *f)
{
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	return d;
}

static void drop(struct fixture *f, struct iommu_domain *d)
{
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

static void map_and_use(struct fixture *f, struct iommu_domain *d)
{
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
}

static struct sim_tag tag_of(u16 id)
{
	return (struct sim_tag){
		.id = id,
		.granule_lg2 = 12,
		.first_stage = !strcmp(sim_ring.ops->name, "smmu") ||
			       !strcmp(sim_ring.ops->name, "riscv"),
	};
}

/* PASIDs first: the machine would tell. */
static void the_driver_switches_on_what_a_device_has(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(f->pdev->pasid_enabled, 1);
	assert_int_equal(pci_pasid_status(f->pdev), PCI_PASID_CTRL_ENABLE);
	assert_int_equal(f->pdev->ats_enabled, 1);
	assert_int_equal(f->pdev->ats_stu, 12);
	assert_int_equal(f->pdev->pri_enabled, 0);
}

static void an_untrusted_device_keeps_nothing(void **state)
{
	struct dmasim_model outside = model;
	struct fixture *f = *state;
	struct iommu_domain *d;
	uint64_t hits;

	dmasim_device_destroy(f->hw);
	outside.untrusted = true;
	if (dmasim_device_create(f->machine, &outside, NULL, &f->hw))
		fail_msg("%s", dmasim_refusal());
	f->dev = dmasim_device_kernel(f->hw);
	f->pdev = to_pci_dev(f->dev);
	pci_set_master(f->pdev);
	assert_int_equal(f->pdev->ats_enabled, 0);
	d = attached(f);
	hits = iommu_stat(device_hits);
	map_and_use(f, d);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_int_equal(iommu_stat(device_hits), hits);
	drop(f, d);
}

static void a_reset_makes_a_device_forget_and_go_on(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	uint64_t hits;

	map_and_use(f, d);
	assert_int_equal(pci_reset_function(f->pdev), 0);
	hits = iommu_stat(device_hits);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_int_equal(iommu_stat(device_hits), hits);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_int_equal(iommu_stat(device_hits), hits + 1);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_device_faults(f, IOVA, PAGE_4K);
	drop(f, d);
}

static void an_unmapped_page_is_gone_from_the_device(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	map_and_use(f, d);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_true(iommu_stat(device_hits) > 0);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_device_faults(f, IOVA, PAGE_4K);

	map_and_use(f, d);
	drop(f, d);
	expect_faults(1);
	assert_read(f, IOVA, DMASIM_DMA_UNMAPPED);
}

static void a_flush_of_all_reaches_the_device(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	struct iommu_iotlb_gather gather;

	map_and_use(f, d);
	iommu_iotlb_gather_init(&gather);
	gather.queued = true;
	assert_int_equal(iommu_unmap_fast(d, IOVA, PAGE_4K, &gather), PAGE_4K);
	d->ops->flush_iotlb_all(d);
	assert_device_faults(f, IOVA, PAGE_4K);
	drop(f, d);
}

static char text[4096];

static void take_line(void *ctx, const char *line)
{
	size_t len = strlen(text);

	snprintf(text + len, sizeof(text) - len, "%s\n", line);
}

static const char *report(struct fixture *f)
{
	text[0] = 0;
	assert_int_equal(dmasim_iommu_report(f->hw, DMASIM_REPORT_IOTLB,
					     take_line, NULL),
			 0);
	return text;
}

static bool count_kept(void *ctx, const struct dmasim_iommu_cached *c)
{
	assert_false(c->table);
	++*(int *)ctx;
	return true;
}

static void what_a_device_keeps_is_shown(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	int nr = 0;

	assert_null(strstr(report(f), "device TLB:"));
	map_and_use(f, d);

	assert_non_null(strstr(report(f),
			       "device TLB:\n"
			       "  0x40000000 +4K rw -> 0x123456000\n"));
	assert_int_equal(dmasim_iommu_visit_device_tlb(f->hw, count_kept, &nr),
			 0);
	assert_int_equal(nr, 1);
	assert_int_equal(dmasim_iommu_visit_device_tlb(NULL, count_kept, &nr),
			 -EINVAL);

	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_null(strstr(report(f), "device TLB:"));
	drop(f, d);
}

/* Clear the entry, and let the caller say who is told. The domain is number 2. */
static struct iommu_domain *unmap_untold(struct fixture *f)
{
	struct iommu_domain *d = attached(f);
	struct iommu_iotlb_gather gather;

	map_and_use(f, d);
	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, IOVA, PAGE_4K, &gather), PAGE_4K);
	return d;
}

static void expect_stale(uint64_t iotlb, uint64_t atc)
{
	if (!iommu_stat(stale_hits))
		return; /* nobody looks, in a build without checks */
	assert_event(DMASIM_EVENT_FAULT, "iotlb-stale", iotlb);
	assert_event(DMASIM_EVENT_FAULT, "atc-stale", atc);
	expect_events(DMASIM_EVENT_FAULT, "iotlb-stale", iotlb);
	expect_events(DMASIM_EVENT_FAULT, "atc-stale", atc);
}

/* spec: iommu-pt I8 */
static void a_device_that_is_not_told_goes_on(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = unmap_untold(f);
	const struct sim_tag tag = tag_of(3);
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_range(&b, &tag, IOVA, IOVA + 0xfff, true, 0);
	assert_int_equal(sim_inv_end(&b), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	expect_stale(0, 1);
	drop(f, d);
}

/* spec: iommu-pt I9 */
static void a_device_that_is_told_first_asks_again(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = unmap_untold(f);
	const struct sim_tag tag = tag_of(3);
	const struct sim_device_tlb tlb = { pci_dev_id(f->pdev), 32 };
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_device(&b, &tlb, &tag, IOVA, IOVA + 0xfff);
	assert_int_equal(sim_inv_end(&b), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	sim_inv_range(&b, &tag, IOVA, IOVA + 0xfff, true, 0);
	assert_int_equal(sim_inv_end(&b), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	expect_stale(1, 1);
	drop(f, d);
}

/* A device's commands come after the IOMMU's, behind a wait where that is needed. */
static void the_iommu_forgets_before_the_device(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	bool waits = sim_ring.ops->sync_before_device;
	uint64_t commands, done;

	map_and_use(f, d);
	commands = iommu_stat(commands);
	done = iommu_stat(waits);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_int_equal(iommu_stat(waits) - done, waits ? 2 : 1);
	assert_int_equal(iommu_stat(commands) - commands, waits ? 4 : 3);
	drop(f, d);
}

/* ---- PASIDs ----------------------------------------------------------------------- */

#define PASID 0xabcdeu

static enum dmasim_dma reads_as(struct fixture *f, u32 pasid)
{
	char byte;

	return dmasim_dma_read_pasid(f->hw, pasid, IOVA, &byte, 1);
}

/* A domain that PASID has, mapped, and known to the device. */
static struct iommu_domain *seated(struct fixture *f)
{
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(iommu_attach_device_pasid(d, f->dev, PASID, NULL), 0);
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_int_equal(reads_as(f, PASID), DMASIM_DMA_OK);
	return d;
}

static void unseat(struct fixture *f, struct iommu_domain *d)
{
	iommu_detach_device_pasid(d, f->dev, PASID);
	iommu_domain_free(d);
}

static void a_device_is_told_by_pasid(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = seated(f);
	uint64_t hits = iommu_stat(device_hits);

	assert_int_equal(reads_as(f, PASID), DMASIM_DMA_OK);
	assert_int_equal(iommu_stat(device_hits) - hits, 1);
	expect_faults(2);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_int_equal(reads_as(f, PASID), DMASIM_DMA_UNMAPPED);

	/* The same domain for two: both are told. */
	assert_int_equal(iommu_attach_device_pasid(d, f->dev, 1, NULL), 0);
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_int_equal(reads_as(f, PASID), DMASIM_DMA_OK);
	assert_int_equal(reads_as(f, 1), DMASIM_DMA_OK);
	d->ops->flush_iotlb_all(d);
	hits = iommu_stat(device_hits);
	assert_int_equal(reads_as(f, PASID), DMASIM_DMA_OK);
	assert_int_equal(reads_as(f, 1), DMASIM_DMA_OK);
	assert_int_equal(iommu_stat(device_hits), hits);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_int_equal(reads_as(f, 1), DMASIM_DMA_UNMAPPED);
	iommu_detach_device_pasid(d, f->dev, 1);
	unseat(f, d);
}

/* The entry goes, and then what the device kept under it: the number comes back. */
static void a_detached_pasid_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = seated(f), *next;

	unseat(f, d);
	next = domain_create(f);
	assert_int_equal(iommu_attach_device_pasid(next, f->dev, PASID, NULL),
			 0);
	expect_faults(1);
	assert_int_equal(reads_as(f, PASID), DMASIM_DMA_UNMAPPED);
	unseat(f, next);
}

/* Whoever forgets the PASID in the command tells nobody. spec: iommu-pt I3 */
static void a_command_without_the_pasid_is_for_nothing(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = seated(f);
	struct iommu_iotlb_gather gather;
	struct sim_tag tag = tag_of(2);
	const struct sim_device_tlb tlb = { pci_dev_id(f->pdev), 32 };
	struct sim_inv_batch b;

	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, IOVA, PAGE_4K, &gather), PAGE_4K);
	sim_inv_begin(&b);
	sim_inv_range(&b, &tag, IOVA, IOVA + 0xfff, true, 0);
	sim_inv_device(&b, &tlb, &tag, IOVA, IOVA + 0xfff);
	tag.pasid = PASID ^ 0x80000;
	sim_inv_device(&b, &tlb, &tag, IOVA, IOVA + 0xfff);
	assert_int_equal(sim_inv_end(&b), 0);
	assert_int_equal(reads_as(f, PASID), DMASIM_DMA_OK);
	expect_stale(0, 1);

	tag.pasid = PASID;
	sim_inv_begin(&b);
	sim_inv_device(&b, &tlb, &tag, IOVA, IOVA + 0xfff);
	assert_int_equal(sim_inv_end(&b), 0);
	expect_faults(1);
	assert_int_equal(reads_as(f, PASID), DMASIM_DMA_UNMAPPED);
	unseat(f, d);
}

/* ---- silence -------------------------------------------------------------------- */

static void a_device_that_is_silent_once(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	map_and_use(f, d);
	dmasim_fail_nth(DMASIM_SITE_DEVICE_TLB, 1);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	dmasim_fail_off();
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout", 1);
	if (sim_ring.ops->restarts) {
		/* All of it was sent again. */
		assert_device_faults(f, IOVA, PAGE_4K);
	} else {
		assert_read(f, IOVA, DMASIM_DMA_OK);
		expect_stale(0, 1);
	}
	drop(f, d);
}

static void a_device_that_stays_silent(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	map_and_use(f, d);
	dmasim_fail_from(DMASIM_SITE_DEVICE_TLB, 1);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	dmasim_fail_off();
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout",
		      sim_ring.ops->restarts ? 4 : 1);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	expect_stale(0, 1);

	/* The queue is none the worse. */
	map_and_use(f, d);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_device_faults(f, IOVA, PAGE_4K);
	drop(f, d);
}

static void silence_is_the_error_of_who_waits(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);
	struct sim_device_tlb tlb = { .rid = pci_dev_id(f->pdev), .depth = 1 };
	const struct sim_tag tag = tag_of(1);
	struct sim_inv_batch b;

	dmasim_fail_from(DMASIM_SITE_DEVICE_TLB, 1);
	sim_inv_begin(&b);
	sim_inv_device(&b, &tlb, &tag, IOVA, IOVA + PAGE_4K - 1);
	assert_int_equal(sim_inv_end(&b), -ETIMEDOUT);
	dmasim_fail_off();
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout", 4);
	drop(f, d);
}

/* What was kept before writes were marked must be asked for again. */
static void tracking_can_be_turned_on_under_a_device_that_keeps(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_paging_domain_alloc_flags(
		f->dev, IOMMU_HWPT_ALLOC_DIRTY_TRACKING);
	struct iommu_dirty_bitmap dirty;
	struct iova_bitmap *bitmap;
	u64 bits = 0;
	char byte = 1;

	assert_false(IS_ERR(d));
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_int_equal(dmasim_dma_write(f->hw, IOVA, &byte, 1),
			 DMASIM_DMA_OK);
	assert_int_equal(d->dirty_ops->set_dirty_tracking(d, true), 0);
	assert_int_equal(dmasim_dma_write(f->hw, IOVA, &byte, 1),
			 DMASIM_DMA_OK);

	bitmap = iova_bitmap_alloc(IOVA, PAGE_4K, PAGE_4K, &bits);
	assert_false(IS_ERR(bitmap));
	iommu_dirty_bitmap_init(&dirty, bitmap, NULL);
	assert_int_equal(d->dirty_ops->read_and_clear_dirty(
				 d, IOVA, PAGE_4K, IOMMU_DIRTY_NO_CLEAR,
				 &dirty),
			 0);
	assert_int_equal(bits, 1);
	iova_bitmap_free(bitmap);
	drop(f, d);
}

/* A device that was not told has a page that somebody else gets. */
static void an_address_used_again_too_early_is_told(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f), *e = seated(f);

	map_and_use(f, d);
	dmasim_fail_from(DMASIM_SITE_DEVICE_TLB, 1);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_int_equal(iommu_unmap(e, IOVA, PAGE_4K), PAGE_4K);
	dmasim_fail_off();
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout",
		      sim_ring.ops->restarts ? 8 : 2);

	/* The same page again would do no harm. */
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	assert_event(DMASIM_EVENT_MISUSE, "iommu-reuse", 0);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_int_equal(map_at(d, IOVA, PHYS + PAGE_4K, PAGE_4K), 0);
	assert_event(DMASIM_EVENT_MISUSE, "iommu-reuse", 0);
	assert_int_equal(map_at(e, IOVA, PHYS + PAGE_4K, PAGE_4K), 0);
#ifdef DMASIM_DEBUG
	assert_event(DMASIM_EVENT_MISUSE, "iommu-reuse", 1);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-reuse", 1);
#endif
	unseat(f, e);
	drop(f, d);
}

/* Until the flush that releases a range a hit is no error; after it, it is. */
static void a_silent_device_is_no_deferred_hit(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr = dma_map_phys(f->dev, PHYS, PAGE_4K, DMA_TO_DEVICE, 0);
	char byte;

	assert_false(dma_mapping_error(f->dev, addr));
	assert_int_equal(dmasim_dma_read(f->hw, addr, &byte, 1), DMASIM_DMA_OK);
	dma_unmap_phys(f->dev, addr, PAGE_4K, DMA_TO_DEVICE, 0);
	assert_int_equal(dmasim_dma_read(f->hw, addr, &byte, 1), DMASIM_DMA_OK);
	assert_event(DMASIM_EVENT_FAULT, "atc-stale", 0);
	dmasim_fail_from(DMASIM_SITE_DEVICE_TLB, 1);
	dmasim_run_for(20000000);
	dmasim_fail_off();
	expect_events(DMASIM_EVENT_FAULT, "ats-timeout",
		      sim_ring.ops->restarts ? 4 : 1);

	assert_int_equal(dmasim_dma_read(f->hw, addr, &byte, 1), DMASIM_DMA_OK);
#ifdef DMASIM_DEBUG
	/* And the range is anybody's now. */
	expect_events(DMASIM_EVENT_MISUSE, "iommu-freed-iova", 1);
	assert_int_equal(iommu_stat(deferred_hits), 1);
	expect_stale(0, 1);
#endif
}

/* ---- many devices ----------------------------------------------------------------- */

/* spec: iommu-pt I11 */
static void sixteen_devices_are_two_batches(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *more[15];
	struct iommu_domain *d = attached(f);
	uint64_t commands, waits;
	unsigned int i;

	for (i = 0; i < 15; i++) {
		more[i] = plug(f);
		assert_int_equal(
			iommu_attach_device(d, dmasim_device_kernel(more[i])),
			0);
	}
	assert_int_equal(map_at(d, IOVA, PHYS, PAGE_4K), 0);
	commands = iommu_stat(commands);
	waits = iommu_stat(waits);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);

	/* The IOTLB and 15 devices; one device. */
	assert_int_equal(iommu_stat(commands) - commands, 16 + 1 + 1 + 1);
	assert_int_equal(iommu_stat(waits) - waits, 2);
	for (i = 0; i < 15; i++)
		iommu_detach_device(d, dmasim_device_kernel(more[i]));
	drop(f, d);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, fixture_teardown)
#define STRICT(_name, _format)                                          \
	.name = _name, .iommu = DMASIM_IOMMU_STRICT, .format = _format, \
	.translated = true

int main(void)
{
	const struct CMUnitTest all[] = {
		CASE(an_unmapped_page_is_gone_from_the_device),
		CASE(a_flush_of_all_reaches_the_device),
		CASE(what_a_device_keeps_is_shown),
		CASE(a_device_that_is_not_told_goes_on),
		CASE(a_device_that_is_told_first_asks_again),
		CASE(the_iommu_forgets_before_the_device),
		CASE(a_device_is_told_by_pasid),
		CASE(a_detached_pasid_leaves_nothing),
		CASE(a_command_without_the_pasid_is_for_nothing),
		CASE(a_device_that_is_silent_once),
		CASE(a_device_that_stays_silent),
		CASE(an_address_used_again_too_early_is_told),
	};
	const struct CMUnitTest batches[] = {
		CASE(sixteen_devices_are_two_batches),
		CASE(silence_is_the_error_of_who_waits),
	};
	const struct CMUnitTest tracking[] = {
		CASE(tracking_can_be_turned_on_under_a_device_that_keeps),
	};
	const struct CMUnitTest lazily[] = {
		CASE(a_silent_device_is_no_deferred_hit),
	};
	static const struct variant lazy[] = {
		{ .name = "vtd,lazy",
		  .iommu = DMASIM_IOMMU_LAZY,
		  .format = "vtdss",
		  .translated = true,
		  .lazy = true },
		{ .name = "smmu,lazy",
		  .iommu = DMASIM_IOMMU_LAZY,
		  .format = "arm_s1_4k",
		  .translated = true,
		  .lazy = true },
	};
	const struct CMUnitTest no_queue[] = {
		CASE(the_driver_switches_on_what_a_device_has),
		CASE(an_untrusted_device_keeps_nothing),
		CASE(a_reset_makes_a_device_forget_and_go_on),
		CASE(an_unmapped_page_is_gone_from_the_device),
		CASE(a_device_is_told_by_pasid),
		CASE(a_detached_pasid_leaves_nothing),
	};
	static const struct variant sets[] = {
		{ STRICT("vtd", "vtdss") },
		{ STRICT("amd", "amdv1") },
		{ STRICT("smmu", "arm_s1_4k"),
		  .invalidation = DMASIM_INVALIDATION_RANDOM },
		{ STRICT("riscv", "riscv64") },
		{ STRICT("amd,prefetch", "amdv1"), .prefetch = true },
	};
	static const struct variant direct[] = {
		{ STRICT("direct", "vtdss"), .commands = "direct" },
	};

	return run_variants("ats", all, sets) +
	       run_variants("ats", lazily, lazy) +
	       run_variants_("ats", batches, ARRAY_SIZE(batches), sets, 1) +
	       run_variants_("ats", tracking, 1, sets, 2) +
	       run_variants("ats", no_queue, direct);
}
