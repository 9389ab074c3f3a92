/* SPDX-License-Identifier: MIT */
/*
 * Which call of the DMA API causes which trace events, how many, with what in
 * them, and in which order.
 */
#include "api/api.h"

#include <linux/dma-map-ops.h>
#include <linux/scatterlist.h>

#include "api/peer.h"
#include "support/trace.h"

/* In whole pages, whatever a page has. */
#define PHYS 0x1230000ull

/* A driver's buffer of whole pages at PHYS. */
static struct page *pages_at_phys(size_t len)
{
	ram_at(PHYS, len);
	return phys_to_page(PHYS);
}

/* The whole page, by a driver that looks at the answer, as the checker wants it. */
static dma_addr_t map_page(struct fixture *f, struct page *page,
			   enum dma_data_direction dir)
{
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 0x1000, dir);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	return addr;
}

/* The address that is left to a request that cannot be served. */
static void let_mapping_fail(struct fixture *f)
{
	/* Without an IOVA below 4 GiB the whole range is tried. */
	dmasim_fail_from(
		f->variant->translated ? DMASIM_SITE_IOVA : DMASIM_SITE_MAP, 1);
}

/* ---- streaming: one range ---------------------------------------------------------- */

static void a_page_is_one_event_for_map_and_one_for_unmap(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x2000);
	struct recording *r = record("dma:*");
	const struct recorded *ev;
	dma_addr_t addr;

	addr = dma_map_page_attrs(f->dev, page, 0x40, 0x1000, DMA_TO_DEVICE,
				  DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_NO_WARN);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_page_attrs(f->dev, addr, 0x1000, DMA_TO_DEVICE,
			     DMA_ATTR_SKIP_CPU_SYNC);

	assert_events(r, "dma:", 2);
	ev = recorded(r, "dma:dma_map_page", 0);
	assert_int_equal(ev->nr_fields, 6);
	assert_text_field(ev, "device", "0000:01:00.0");
	assert_field(ev, "phys_addr", PHYS + 0x40);
	assert_field(ev, "dma_addr", addr);
	assert_field(ev, "size", 0x1000);
	assert_field(ev, "dir", DMA_TO_DEVICE);
	assert_field(ev, "attrs", DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_NO_WARN);
	ev = recorded(r, "dma:dma_unmap_page", 0);
	assert_int_equal(ev->nr_fields, 5);
	assert_field(ev, "addr", addr);
	assert_field(ev, "size", 0x1000);
	assert_field(ev, "dir", DMA_TO_DEVICE);
	assert_field(ev, "attrs", DMA_ATTR_SKIP_CPU_SYNC);
}

/* spec: dma-core 111 */
static void a_failing_map_has_all_ones_as_address(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	struct recording *r = record("dma:*");

	let_mapping_fail(f);
	assert_int_equal(dma_map_page(f->dev, page, 0, 0x1000, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);

	assert_events(r, "dma:", 1);
	assert_field(recorded(r, "dma:dma_map_page", 0), "dma_addr", ~0ull);
}

static void a_device_without_mask_causes_no_event(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	u64 *mask = f->dev->dma_mask;
	struct recording *r = record("*");

	expect_warns(1);
	f->dev->dma_mask = NULL;
	dma_map_page(f->dev, page, 0, 0x1000, DMA_TO_DEVICE);
	f->dev->dma_mask = mask;

	assert_events(r, "", 0);
}

static void registers_and_physical_ranges_have_events_of_their_own(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("dma:*");
	dma_addr_t addr, ram;

	ram_at(PHYS, 0x1000);
	addr = dma_map_resource(f->dev, 0xd0000000, 0x1000, DMA_BIDIRECTIONAL,
				0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_resource(f->dev, addr, 0x1000, DMA_BIDIRECTIONAL, 0);
	ram = dma_map_phys(f->dev, PHYS, 0x1000, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, ram), 0);
	dma_unmap_phys(f->dev, ram, 0x1000, DMA_TO_DEVICE, 0);

	assert_events(r, "dma:", 4);
	assert_field(recorded(r, "dma:dma_map_resource", 0), "phys_addr",
		     0xd0000000);
	assert_field(recorded(r, "dma:dma_map_resource", 0), "attrs", 0);
	assert_field(recorded(r, "dma:dma_unmap_resource", 0), "addr", addr);
	assert_field(recorded(r, "dma:dma_map_phys", 0), "dma_addr", ram);
	assert_field(recorded(r, "dma:dma_unmap_phys", 0), "addr", ram);
}

/* 4.1: an unmap of one range is told when it is done, one of a list before */
static void unmaps_are_told_after_or_before(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	struct scatterlist sg;
	struct recording *r;
	dma_addr_t addr;

	sg_init_table(&sg, 1);
	sg_set_page(&sg, page, 0x1000, 0);
	addr = map_page(f, page, DMA_TO_DEVICE);
	assert_int_equal(dma_map_sg(f->dev, &sg, 1, DMA_TO_DEVICE), 1);

	r = record("dma:*,iommu:*");
	dma_unmap_page(f->dev, addr, 0x1000, DMA_TO_DEVICE);
	dma_unmap_sg(f->dev, &sg, 1, DMA_TO_DEVICE);

	assert_int_equal(r->nr, 4);
	assert_string_equal(r->event[0].name, "iommu:unmap");
	assert_string_equal(r->event[1].name, "dma:dma_unmap_page");
	assert_string_equal(r->event[2].name, "dma:dma_unmap_sg");
	assert_string_equal(r->event[3].name, "iommu:unmap");
}

/* ---- lists ------------------------------------------------------------------------------ */

static struct scatterlist list[200];

/* 4 KiB with a hole behind each, so that nothing is joined. */
static void fill_list(unsigned int nents)
{
	unsigned int i;

	ram_at(PHYS, nents * 0x2000ul);
	sg_init_table(list, nents);
	for (i = 0; i < nents; i++) {
		phys_addr_t phys = PHYS + i * 0x2000ull;

		sg_set_page(&list[i], phys_to_page(phys), 0x1000,
			    phys % PAGE_SIZE);
	}
}

static void a_list_is_one_event_with_arrays(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("dma:*");
	const struct dmasim_trace_field *phys, *dma, *lengths;
	const struct recorded *ev;
	unsigned int ents;

	fill_list(3);
	ents = dma_map_sg(f->dev, list, 3, DMA_FROM_DEVICE);
	ev = recorded(r, "dma:dma_map_sg", 0);
	phys = recorded_field(ev, "phys_addrs");
	dma = recorded_field(ev, "dma_addrs");
	lengths = recorded_field(ev, "lengths");

	assert_int_equal(phys->nr, 3);
	assert_int_equal(phys->array[2], PHYS + 0x4000);
	assert_int_equal(dma->nr, ents);
	assert_int_equal(dma->array[0], sg_dma_address(&list[0]));
	assert_int_equal(lengths->nr, ents);
	assert_int_equal(lengths->array[0], sg_dma_len(&list[0]));
	assert_field(ev, "full_nents", 3);
	assert_field(ev, "full_ents", ents);
	assert_field(ev, "truncated", 0);

	dma_unmap_sg(f->dev, list, 3, DMA_FROM_DEVICE);
	ev = recorded(r, "dma:dma_unmap_sg", 0);
	assert_int_equal(recorded_field(ev, "addrs")->nr, 3);
	assert_int_equal(recorded_field(ev, "addrs")->array[1], PHYS + 0x2000);
	assert_events(r, "dma:", 2);
}

/* spec: dma-core 111 */
static void a_long_list_is_cut_at_128_and_says_so(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("dma:dma_map_sg");
	const struct recorded *ev;

	fill_list(200);
	assert_int_not_equal(dma_map_sg(f->dev, list, 200, DMA_TO_DEVICE), 0);
	dma_unmap_sg(f->dev, list, 200, DMA_TO_DEVICE);

	ev = recorded(r, "dma:dma_map_sg", 0);
	assert_field(ev, "truncated", 1);
	assert_field(ev, "full_nents", 200);
	assert_int_equal(recorded_field(ev, "phys_addrs")->nr, 128);
	assert_int_equal(recorded_field(ev, "phys_addrs")->array[127],
			 PHYS + 127 * 0x2000ull);
}

static void a_list_that_cannot_be_mapped_is_no_event(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("dma:*");

	fill_list(3);
	let_mapping_fail(f);
	assert_int_equal(dma_map_sg(f->dev, list, 3, DMA_TO_DEVICE), 0);

	assert_events(r, "dma:", 0);
}

static int maps_nothing(struct device *dev, struct scatterlist *sgl, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	return 0;
}

static int lacks_memory(struct device *dev, struct scatterlist *sgl, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	return -ENOMEM;
}

/* spec: dma-core 66 */
static void only_an_unknown_error_is_an_sg_err(void **state)
{
	static const struct dma_map_ops strange = { .map_sg = maps_nothing };
	static const struct dma_map_ops known = { .map_sg = lacks_memory };
	struct fixture *f = *state;
	struct recording *r = record("dma:*");
	const struct recorded *ev;

	expect_warns(1);
	fill_list(2);
	set_dma_ops(f->dev, &known);
	dma_map_sg(f->dev, list, 2, DMA_TO_DEVICE);
	set_dma_ops(f->dev, &strange);
	dma_map_sg(f->dev, list, 2, DMA_TO_DEVICE);
	set_dma_ops(f->dev, NULL);

	assert_events(r, "dma:", 1);
	ev = recorded(r, "dma:dma_map_sg_err", 0);
	assert_field(ev, "err", 0);
	assert_int_equal(recorded_field(ev, "phys_addrs")->nr, 2);
}

static void a_provider_of_peer_memory_is_classified_once(void **state)
{
	struct fixture *f = *state;
	struct peer *peer = peer_create(f);
	struct pci_p2pdma_map_state p2p = {};
	struct recording *r = record("p2pdma_map_type");

	pci_p2pdma_state(&p2p, f->dev, peer_page(peer, PAGE_SIZE));
	pci_p2pdma_state(&p2p, f->dev, peer_page(peer, 2 * PAGE_SIZE));

	assert_int_equal(r->nr, 1);
	assert_text_field(&r->event[0], "device", "0000:01:00.0");
	assert_field(&r->event[0], "phys_addr", peer->phys + PAGE_SIZE);
	assert_text_field(&r->event[0], "type", "by bus address");
	peer_destroy(peer);
}

/* ---- syncs -------------------------------------------------------------------------------- */

static void syncs_that_do_something_are_events(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	struct recording *r;
	dma_addr_t addr;

	addr = map_page(f, page, DMA_BIDIRECTIONAL);
	fill_list(2);
	assert_int_not_equal(dma_map_sg(f->dev, list, 2, DMA_TO_DEVICE), 0);
	r = record("dma:dma_sync*");

	dma_sync_single_for_cpu(f->dev, addr + 64, 128, DMA_BIDIRECTIONAL);
	dma_sync_single_for_device(f->dev, addr, 64, DMA_BIDIRECTIONAL);
	dma_sync_sg_for_cpu(f->dev, list, 2, DMA_TO_DEVICE);
	dma_sync_sg_for_device(f->dev, list, 2, DMA_TO_DEVICE);

	assert_events(r, "dma:", 4);
	assert_field(recorded(r, "dma:dma_sync_single_for_cpu", 0), "dma_addr",
		     addr + 64);
	assert_field(recorded(r, "dma:dma_sync_single_for_cpu", 0), "size",
		     128);
	assert_field(recorded(r, "dma:dma_sync_single_for_device", 0), "size",
		     64);
	assert_int_equal(
		recorded_field(recorded(r, "dma:dma_sync_sg_for_cpu", 0),
			       "dma_addrs")
			->nr,
		2);
	assert_events(r, "dma:dma_sync_sg_for_device", 1);
	dma_unmap_sg(f->dev, list, 2, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 0x1000, DMA_BIDIRECTIONAL);
}

/* Nothing is left out where the checker wants to see it. */
static void syncs_of_a_coherent_device_are_for_the_checker(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	dma_addr_t addr = map_page(f, page, DMA_FROM_DEVICE);
	struct recording *r = record("dma:dma_sync*");

	dma_sync_single_for_cpu(f->dev, addr, 0x1000, DMA_FROM_DEVICE);

	assert_events(r, "", f->variant->checker ? 1 : 0);
	dma_unmap_page(f->dev, addr, 0x1000, DMA_FROM_DEVICE);
}

static void maintenance_by_the_caches_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	struct recording *r = record("dmasim:cache_*");
	dma_addr_t addr;

	addr = dma_map_page(f->dev, page, 0x40, 0x80, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_events(r, "dmasim:cache_", 1);
	assert_field(recorded(r, "dmasim:cache_clean", 0), "phys_addr",
		     PHYS + 0x40);
	assert_field(recorded(r, "dmasim:cache_clean", 0), "size", 0x80);

	dma_unmap_page(f->dev, addr, 0x80, DMA_FROM_DEVICE);
	assert_events(r, "dmasim:cache_", 2);
	assert_field(recorded(r, "dmasim:cache_invalidate", 0), "phys_addr",
		     PHYS + 0x40);
}

/* ---- allocations ----------------------------------------------------------------------------- */

/* spec: dma-core D19 */
static void allocations_tell_both_addresses_and_the_direction(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("dma:*");
	const struct recorded *ev;
	dma_addr_t addr, pages_addr;
	struct page *page;
	void *mem;

	mem = dma_alloc_coherent(f->dev, 0x1800, &addr, GFP_KERNEL);
	dma_free_coherent(f->dev, 0x1800, mem, addr);
	page = dma_alloc_pages(f->dev, 0x1000, &pages_addr, DMA_FROM_DEVICE,
			       GFP_ATOMIC);
	dma_free_pages(f->dev, 0x1000, page, pages_addr, DMA_FROM_DEVICE);

	assert_events(r, "dma:", 4);
	ev = recorded(r, "dma:dma_alloc", 0);
	assert_field(ev, "virt_addr", (unsigned long)mem);
	assert_field(ev, "dma_addr", addr);
	assert_field(ev, "size", 0x1800);
	assert_field(ev, "dir", DMA_BIDIRECTIONAL);
	assert_field(ev, "flags", GFP_KERNEL);
	ev = recorded(r, "dma:dma_free", 0);
	assert_field(ev, "virt_addr", (unsigned long)mem);
	assert_field(ev, "dma_addr", addr);
	ev = recorded(r, "dma:dma_alloc_pages", 0);
	assert_field(ev, "dma_addr", pages_addr);
	assert_field(ev, "dir", DMA_FROM_DEVICE);
	assert_field(ev, "flags", GFP_ATOMIC);
	ev = recorded(r, "dma:dma_free_pages", 0);
	assert_field(ev, "virt_addr", (unsigned long)page_to_virt(page));
	assert_field(ev, "dir", DMA_FROM_DEVICE);
}

static void scattered_pages_tell_where_they_are(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("dma:*");
	const struct recorded *ev;
	struct sg_table *sgt;
	dma_addr_t addr;
	u64 phys;

	sgt = dma_alloc_noncontiguous(f->dev, 0x4000, DMA_TO_DEVICE, GFP_KERNEL,
				      0);
	assert_non_null(sgt);
	addr = sg_dma_address(sgt->sgl);
	phys = sg_phys(sgt->sgl);
	dma_free_noncontiguous(f->dev, 0x4000, sgt, DMA_TO_DEVICE);

	assert_events(r, "dma:", 2);
	ev = recorded(r, "dma:dma_alloc_sgt", 0);
	assert_field(ev, "dma_addr", addr);
	assert_field(ev, "size", 0x4000);
	assert_int_equal(recorded_field(ev, "phys_addrs")->array[0], phys);
	ev = recorded(r, "dma:dma_free_sgt", 0);
	assert_field(ev, "dma_addr", addr);
	assert_int_equal(recorded_field(ev, "phys_addrs")->array[0], phys);
}

/* spec: dma-core D19 */
static void failed_allocations_have_no_addresses(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("dma:*");
	const struct recorded *ev;
	dma_addr_t addr = 77;

	dmasim_fail_from(DMASIM_SITE_COHERENT, 1);
	assert_null(dma_alloc_coherent(f->dev, 0x1000, &addr, GFP_KERNEL));
	assert_null(dma_alloc_pages(f->dev, 0x1000, &addr, DMA_TO_DEVICE,
				    GFP_KERNEL));
	assert_null(dma_alloc_noncontiguous(f->dev, 0x1000, DMA_TO_DEVICE,
					    GFP_KERNEL, 0));
	dmasim_fail_off();

	assert_events(r, "dma:", 3);
	assert_field(recorded(r, "dma:dma_alloc", 0), "virt_addr", 0);
	assert_field(recorded(r, "dma:dma_alloc", 0), "dma_addr", 0);
	assert_field(recorded(r, "dma:dma_alloc_pages", 0), "virt_addr", 0);
	ev = recorded(r, "dma:dma_alloc_sgt_err", 0);
	assert_field(ev, "dir", DMA_TO_DEVICE);
	assert_field(ev, "flags", GFP_KERNEL);
}

/* ---- two-step ----------------------------------------------------------------------------------- */

/* spec: dma-core 31 */
static void sixteen_links_are_sixteen_maps_and_no_dma_event(void **state)
{
	struct fixture *f = *state;
	u64 syncs = iommu_stat(syncs);
	struct dma_iova_state iova;
	struct recording *r = record("*");
	size_t at;

	ram_at(PHYS, 0x20000);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, SZ_64K));
	for (at = 0; at < SZ_64K; at += SZ_4K)
		assert_int_equal(dma_iova_link(f->dev, &iova, PHYS + 2 * at, at,
					       SZ_4K, DMA_TO_DEVICE, 0),
				 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, SZ_64K), 0);

	assert_events(r, "iommu:map", 16);
	assert_events(r, "dma:", 0);
	assert_events(r, "dmasim:dma_iova_link", 16);
	assert_int_equal(iommu_stat(syncs), syncs + 1);
	assert_field(recorded(r, "dmasim:dma_iova_sync", 0), "size", SZ_64K);
	assert_field(recorded(r, "iommu:map", 15), "iova", iova.addr + 0xf000);
	assert_field(recorded(r, "iommu:map", 15), "paddr", PHYS + 0x1e000);
	assert_field(recorded(r, "iommu:map", 15), "size", SZ_4K);
	dma_iova_destroy(f->dev, &iova, SZ_64K, DMA_TO_DEVICE, 0);
	assert_events(r, "iommu:unmap", 1);
	assert_field(recorded(r, "iommu:unmap", 0), "size", SZ_64K);
	assert_field(recorded(r, "iommu:unmap", 0), "unmapped_size", SZ_64K);
	assert_events(r, "dma:", 0);
}

static void each_two_step_call_is_one_event(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	struct recording *r = record("dmasim:dma_iova*");
	const struct recorded *ev;

	ram_at(PHYS, 0x2000);
	assert_true(dma_iova_try_alloc(f->dev, &iova, PHYS + 0x40, 0x1800));
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS + 0x40, 0, 0x1800,
				       DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x1800), 0);
	dma_iova_unlink(f->dev, &iova, 0, 0x1800, DMA_TO_DEVICE, 0);
	dma_iova_free(f->dev, &iova);

	assert_int_equal(r->nr, 5);
	ev = recorded(r, "dmasim:dma_iova_alloc", 0);
	assert_field(ev, "addr", iova.addr);
	assert_field(ev, "size", 0x1800);
	assert_field(ev, "phys_addr", PHYS + 0x40);
	ev = recorded(r, "dmasim:dma_iova_link", 0);
	assert_text_field(ev, "device", "0000:01:00.0");
	assert_field(ev, "addr", iova.addr);
	assert_field(ev, "phys_addr", PHYS + 0x40);
	assert_field(ev, "size", 0x1800);
	assert_field(ev, "dir", DMA_TO_DEVICE);
	assert_field(ev, "err", 0);
	assert_field(recorded(r, "dmasim:dma_iova_sync", 0), "err", 0);
	assert_field(recorded(r, "dmasim:dma_iova_unlink", 0), "size", 0x1800);
	ev = recorded(r, "dmasim:dma_iova_free", 0);
	assert_field(ev, "addr", iova.addr);
	assert_field(ev, "size", 0x1800);
}

static void a_destroy_is_one_event_before_the_unmap(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova, empty;
	struct recording *r;

	ram_at(PHYS, 0x1000);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 0x4000));
	assert_true(dma_iova_try_alloc(f->dev, &empty, 0, 0x1000));
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, 0, 0x1000,
				       DMA_TO_DEVICE, 0),
			 0);
	r = record("dmasim:dma_iova*,iommu:*");

	dma_iova_destroy(f->dev, &iova, 0x1000, DMA_TO_DEVICE, 0);
	dma_iova_destroy(f->dev, &empty, 0, DMA_TO_DEVICE, 0);

	assert_int_equal(r->nr, 3);
	assert_string_equal(r->event[0].name, "dmasim:dma_iova_destroy");
	assert_field(&r->event[0], "mapped_len", 0x1000);
	assert_field(&r->event[0], "size", 0x4000);
	assert_string_equal(r->event[1].name, "iommu:unmap");
	assert_string_equal(r->event[2].name, "dmasim:dma_iova_destroy");
	assert_field(&r->event[2], "addr", empty.addr);
}

static void failed_steps_say_why(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	struct recording *r = record("dmasim:dma_iova*,iommu:*");

	ram_at(PHYS, 0x1000);
	dmasim_fail_from(DMASIM_SITE_IOVA, 1);
	assert_false(dma_iova_try_alloc(f->dev, &iova, 0, 0x1000));
	dmasim_fail_off();
	assert_field(recorded(r, "dmasim:dma_iova_alloc", 0), "addr", ~0ull);

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 0x1000));
	dmasim_fail_nth(DMASIM_SITE_PT_PAGE, 1);
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS, 0, 0x1000,
				       DMA_TO_DEVICE, 0),
			 -ENOMEM);
	assert_field(recorded(r, "dmasim:dma_iova_link", 0), "err", -ENOMEM);
	assert_events(r, "iommu:map", 0);
	dmasim_fail_nth(DMASIM_SITE_IOMMU_SYNC, 1);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x1000), -EIO);
	assert_field(recorded(r, "dmasim:dma_iova_sync", 0), "err", -EIO);
	dma_iova_free(f->dev, &iova);
}

/* ---- IOMMU --------------------------------------------------------------------------------------- */

static void a_device_joins_a_group_and_a_domain_and_leaves(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("iommu:*");
	struct dmasim_device *hw;

	if (dmasim_device_create(f->machine, NULL, NULL, &hw))
		fail_msg("%s", dmasim_refusal());
	assert_int_equal(r->nr, 2);
	assert_string_equal(r->event[0].name, "iommu:add_device_to_group");
	assert_text_field(&r->event[0], "device", "0000:01:00.0");
	assert_string_equal(r->event[1].name, "iommu:attach_device_to_domain");
	assert_text_field(&r->event[1], "device", "0000:01:00.0");

	dmasim_device_destroy(hw);
	assert_int_equal(r->nr, 3);
	assert_string_equal(r->event[2].name, "iommu:remove_device_from_group");
	assert_int_equal(recorded_field(&r->event[2], "gid")->s64,
			 recorded_field(&r->event[0], "gid")->s64);
}

/* spec: iommu-pt C1 */
static void a_core_map_is_one_event_with_the_range_asked_for(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *domain = iommu_get_domain_for_dev(f->dev);
	struct recording *r = record("iommu:*");

	assert_int_equal(iommu_map(domain, 0x123456000, 0x487654000, SZ_2M,
				   IOMMU_READ, GFP_KERNEL),
			 0);
	assert_int_equal(iommu_map(domain, 0x123456000, 0x487654000, SZ_4K,
				   IOMMU_READ, GFP_KERNEL),
			 -EADDRINUSE);
	assert_int_equal(iommu_unmap(domain, 0x123456000, SZ_2M + SZ_4K),
			 SZ_2M);

	assert_int_equal(r->nr, 2);
	assert_field(&r->event[0], "iova", 0x123456000);
	assert_field(&r->event[0], "paddr", 0x487654000);
	assert_field(&r->event[0], "size", SZ_2M);
	assert_field(&r->event[1], "iova", 0x123456000);
	assert_field(&r->event[1], "size", SZ_2M + SZ_4K);
	assert_field(&r->event[1], "unmapped_size", SZ_2M);
}

static void a_refused_access_is_an_io_page_fault(void **state)
{
	struct fixture *f = *state;
	struct recording *r = record("iommu:io_page_fault");
	const struct recorded *ev;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 2);
	assert_write(f, 0x5000, DMASIM_DMA_UNMAPPED);
	assert_read(f, 0x6000, DMASIM_DMA_UNMAPPED);

	assert_int_equal(r->nr, 2);
	ev = recorded(r, "iommu:io_page_fault", 0);
	assert_text_field(ev, "device", "0000:01:00.0");
	assert_text_field(ev, "driver", dev_driver_string(f->dev));
	assert_field(ev, "iova", 0x5000);
	assert_field(ev, "flags", IOMMU_FAULT_WRITE);
	assert_field(recorded(r, "iommu:io_page_fault", 1), "flags",
		     IOMMU_FAULT_READ);
}

static struct recording *at_fault;

static int note_recorded(struct iommu_domain *domain, struct device *dev,
			 unsigned long iova, int flags, void *token)
{
	*(unsigned int *)token = at_fault->nr;
	return 0;
}

/* The handler may have changed what the event tells of. */
static void a_fault_is_told_when_its_handler_has_returned(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);
	unsigned int before = ~0u;

	assert_false(IS_ERR(d));
	at_fault = record("iommu:io_page_fault");
	iommu_set_fault_handler(d, note_recorded, &before);

	assert_int_equal(report_iommu_fault(d, f->dev, 0x5000, 0), 0);

	assert_int_equal(before, 0);
	assert_int_equal(at_fault->nr, 1);
	iommu_domain_free(d);
}

static void look_ups_and_flushes_are_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	dma_addr_t addr = map_page(f, page, DMA_TO_DEVICE);
	struct recording *r = record("dmasim:iotlb*");

	assert_read(f, addr, DMASIM_DMA_OK);
	assert_read(f, addr + 8, DMASIM_DMA_OK);
	assert_read(f, addr + 16, DMASIM_DMA_OK);
	assert_int_equal(r->nr, 3);
	assert_events(r, "dmasim:iotlb_miss", 1);
	assert_text_field(recorded(r, "dmasim:iotlb_miss", 0), "device",
			  "0000:01:00.0");
	assert_field(recorded(r, "dmasim:iotlb_miss", 0), "iova", addr);
	assert_field(recorded(r, "dmasim:iotlb_hit", 1), "iova", addr + 16);
	assert_field(recorded(r, "dmasim:iotlb_hit", 1), "write", 0);

	dma_unmap_page(f->dev, addr, 0x1000, DMA_TO_DEVICE);
	assert_events(r, "dmasim:iotlb_flush", f->variant->lazy ? 0 : 1);
	if (!f->variant->lazy) {
		assert_text_field(&r->event[3], "what", "range");
		assert_field(&r->event[3], "first", addr);
		assert_field(&r->event[3], "last", addr + 0xfff);
	}
}

static void a_flush_of_the_queue_says_how_much_it_released(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	struct recording *r = record("fq_flush,iotlb_flush");
	dma_addr_t a = map_page(f, page, DMA_TO_DEVICE);
	dma_addr_t b = map_page(f, page, DMA_TO_DEVICE);

	dma_unmap_page(f->dev, a, 0x1000, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, b, 0x1000, DMA_TO_DEVICE);
	assert_int_equal(r->nr, 0);
	dmasim_run_for(20000000);

	assert_int_equal(r->nr, 2);
	/* AMD's command for all of a domain is a range without end. */
	assert_text_field(recorded(r, "dmasim:iotlb_flush", 0), "what",
			  strcmp(f->variant->format, "amdv1") ? "domain" :
								"range");
	assert_field(recorded(r, "dmasim:fq_flush", 0), "number", 1);
	assert_field(recorded(r, "dmasim:fq_flush", 0), "released", 2);
}

/* ---- bounce buffers -------------------------------------------------------------------------------- */

/* spec: dma-core 92 */
static void a_forced_bounce_is_told_with_the_buffers_own_address(void **state)
{
	struct fixture *f = *state;
	struct page *page = pages_at_phys(0x1000);
	struct recording *r = record("swiotlb:*");
	const struct recorded *ev;
	dma_addr_t addr;

	addr = map_page(f, page, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, addr, 0x1000, DMA_TO_DEVICE);

	assert_int_equal(r->nr, 1);
	ev = recorded(r, "swiotlb:swiotlb_bounced", 0);
	assert_text_field(ev, "dev_name", "0000:01:00.0");
	assert_field(ev, "dma_mask", ~0ull);
	assert_field(ev, "dev_addr", PHYS);
	assert_field(ev, "size", 0x1000);
	assert_field(ev, "force", 1);
	assert_non_null(strstr(ev->line, " FORCE"));
	assert_int_not_equal(addr, PHYS);
}

/* spec: dma-core 92 */
static void force_does_not_concern_a_device_behind_an_iommu(void **state)
{
	struct fixture *f = *state;
	struct recording *r;
	struct page *page;
	dma_addr_t addr;

	f->cfg.swiotlb = "force";
	fixture_rebuild(f);
	page = pages_at_phys(0x1000);
	r = record("swiotlb:*");
	addr = map_page(f, page, DMA_TO_DEVICE);

	assert_int_equal(r->nr, 0);
	assert_translates(f, addr, PHYS);
	dma_unmap_page(f->dev, addr, 0x1000, DMA_TO_DEVICE);
}

static void a_bounce_is_told_before_slots_are_looked_for(void **state)
{
	struct fixture *f = *state;
	struct page *page = phys_to_page(0x140000000ull);
	struct recording *r = record("swiotlb:*");

	ram_at(0x140000000ull, 0x1000);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	dmasim_fail_nth(DMASIM_SITE_BOUNCE, 1);
	assert_int_equal(dma_map_page(f->dev, page, 0, 0x1000, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);

	assert_int_equal(r->nr, 1);
	assert_field(&r->event[0], "dev_addr", 0x140000000ull);
	assert_field(&r->event[0], "dma_mask", DMA_BIT_MASK(32));
	assert_field(&r->event[0], "force", 0);
	assert_non_null(strstr(r->event[0].line, " NORMAL"));
}

/* The physical address, because there is no other yet. */
static void edges_of_an_untrusted_link_bounce(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	struct recording *r = record("swiotlb:*");

	fixture_make_external(f);
	ram_at(PHYS, 0x3000);
	assert_true(dma_iova_try_alloc(f->dev, &iova, PHYS + 0xa00, 0x2000));
	assert_int_equal(dma_iova_link(f->dev, &iova, PHYS + 0xa00, 0, 0x2000,
				       DMA_TO_DEVICE, 0),
			 0);

	assert_int_equal(r->nr, 2);
	assert_field(&r->event[0], "dev_addr", PHYS + 0xa00);
	assert_field(&r->event[0], "size", 0x600);
	assert_field(&r->event[1], "dev_addr", PHYS + 0x2000);
	assert_field(&r->event[1], "size", 0xa00);
	dma_iova_destroy(f->dev, &iova, 0x2000, DMA_TO_DEVICE, 0);
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(a_page_is_one_event_for_map_and_one_for_unmap),
		fixture_case(a_failing_map_has_all_ones_as_address),
		fixture_case(a_device_without_mask_causes_no_event),
		fixture_case(
			registers_and_physical_ranges_have_events_of_their_own),
		fixture_case(a_list_is_one_event_with_arrays),
		fixture_case(a_long_list_is_cut_at_128_and_says_so),
		fixture_case(a_list_that_cannot_be_mapped_is_no_event),
		fixture_case(a_provider_of_peer_memory_is_classified_once),
		fixture_case(syncs_of_a_coherent_device_are_for_the_checker),
		fixture_case(allocations_tell_both_addresses_and_the_direction),
		fixture_case(scattered_pages_tell_where_they_are),
		fixture_case(failed_allocations_have_no_addresses),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(unmaps_are_told_after_or_before),
		fixture_case(sixteen_links_are_sixteen_maps_and_no_dma_event),
		fixture_case(each_two_step_call_is_one_event),
		fixture_case(a_destroy_is_one_event_before_the_unmap),
		fixture_case(failed_steps_say_why),
		cmocka_unit_test_setup_teardown(
			a_device_joins_a_group_and_a_domain_and_leaves,
			fixture_setup_without_device, fixture_teardown),
		fixture_case(a_core_map_is_one_event_with_the_range_asked_for),
		fixture_case(a_refused_access_is_an_io_page_fault),
		fixture_case(a_fault_is_told_when_its_handler_has_returned),
		fixture_case(look_ups_and_flushes_are_told),
		fixture_case(force_does_not_concern_a_device_behind_an_iommu),
		fixture_case(edges_of_an_untrusted_link_bounce),
	};
	const struct CMUnitTest noncoherent[] = {
		fixture_case(syncs_that_do_something_are_events),
		fixture_case(maintenance_by_the_caches_is_told),
	};
	const struct CMUnitTest direct[] = {
		fixture_case(only_an_unknown_error_is_an_sg_err),
		fixture_case(a_bounce_is_told_before_slots_are_looked_for),
	};
	const struct CMUnitTest forced[] = {
		fixture_case(
			a_forced_bounce_is_told_with_the_buffers_own_address),
	};
	const struct CMUnitTest lazy[] = {
		fixture_case(a_flush_of_the_queue_says_how_much_it_released),
	};

	return run_variants("trace", any, variants_all) +
	       run_variants("trace", any, variants_checker_direct) +
	       run_variants("trace", any, variants_checker_translated) +
	       run_variants("trace", translated, variants_translated) +
	       run_variants("trace", translated, variants_checker_translated) +
	       run_variants("trace", noncoherent, variants_noncoherent) +
	       run_variants_("trace", noncoherent, ARRAY_SIZE(noncoherent),
			     &variants_checker[4], 1) +
	       run_variants("trace", direct, variants_checker_direct) +
	       run_variants_("trace", forced, ARRAY_SIZE(forced),
			     &variants_checker[1], 1) +
	       run_variants("trace", lazy, variants_checker_lazy) +
	       run_variants_("trace", direct, ARRAY_SIZE(direct), variants_all,
			     1) +
	       run_variants_("trace", forced, ARRAY_SIZE(forced),
			     &variants_with_bounce[6], 1) +
	       run_variants_("trace", lazy, ARRAY_SIZE(lazy),
			     &variants_translated[1], 1);
}
