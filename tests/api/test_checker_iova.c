/* SPDX-License-Identifier: MIT */
/*
 * The checker and the two-step API, of which no kernel's checker knows: links,
 * syncs, unlinks and the life of a state.
 */
#include "api/checker.h"
#include "api/peer.h"

#include <stdlib.h>

struct run {
	struct dma_iova_state state;
	struct page *page;
};

/* Four pages, of which @linked are linked and synced, for the device to read. */
static void run_begin(struct fixture *f, struct run *r, size_t linked)
{
	r->page = alloc_pages(GFP_KERNEL, 2);
	assert_true(dma_iova_try_alloc(f->dev, &r->state, 0, 4 * PAGE_SIZE));
	if (!linked)
		return;
	assert_int_equal(dma_iova_link(f->dev, &r->state, page_to_phys(r->page),
				       0, linked, DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &r->state, 0, linked), 0);
}

static void run_end(struct fixture *f, struct run *r, size_t linked)
{
	dma_iova_destroy(f->dev, &r->state, linked, DMA_TO_DEVICE, 0);
	__free_pages(r->page, 2);
}

static void a_correct_life_is_silent(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, 4 * PAGE_SIZE);
	assert_read(f, r.state.addr, DMASIM_DMA_OK);
	/* A part of a link may go by itself, and be linked anew. */
	dma_iova_unlink(f->dev, &r.state, PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE,
			0);
	assert_int_equal(dma_iova_link(f->dev, &r.state, page_to_phys(r.page),
				       PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &r.state, PAGE_SIZE, PAGE_SIZE),
			 0);
	assert_read(f, r.state.addr + PAGE_SIZE, DMASIM_DMA_OK);
	run_end(f, &r, 4 * PAGE_SIZE);

	assert_int_equal(checker_stat(errors), 0);
	assert_int_equal(checker_stat(free_entries),
			 checker_stat(total_entries));
}

static void a_link_beyond_the_state_is_told(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 0x800));
	assert_int_equal(dma_iova_link(f->dev, &iova, page_to_phys(page), 0,
				       0x1000, DMA_TO_DEVICE, 0),
			 0);

	diagnosed("checker-iova-link-outside", 1);
	dma_iova_destroy(f->dev, &iova, 0x1000, DMA_TO_DEVICE, 0);
	assert_int_equal(checker_stat(errors), 1);
	__free_page(page);
}

static void a_link_over_a_link_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, 2 * PAGE_SIZE);

	assert_int_equal(dma_iova_link(f->dev, &r.state, page_to_phys(r.page),
				       PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE, 0),
			 -EADDRINUSE);

	diagnosed("checker-iova-link-overlap", 1);
	run_end(f, &r, 2 * PAGE_SIZE);
	assert_int_equal(checker_stat(errors), 1);
}

static void a_device_before_the_sync_is_told_once(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, 0);
	assert_int_equal(dma_iova_link(f->dev, &r.state, page_to_phys(r.page),
				       0, PAGE_SIZE, DMA_TO_DEVICE, 0),
			 0);
	assert_read(f, r.state.addr, DMASIM_DMA_OK);
	assert_read(f, r.state.addr, DMASIM_DMA_OK);

	diagnosed("checker-iova-unsynced", 1);
	run_end(f, &r, PAGE_SIZE);
	assert_int_equal(checker_stat(errors), 1);
}

static void link_two(struct fixture *f, struct run *r)
{
	size_t at;

	for (at = 0; at < 2 * PAGE_SIZE; at += PAGE_SIZE)
		assert_int_equal(dma_iova_link(f->dev, &r->state,
					       page_to_phys(r->page) + at, at,
					       PAGE_SIZE, DMA_TO_DEVICE, 0),
				 0);
	assert_int_equal(dma_iova_sync(f->dev, &r->state, 0, 2 * PAGE_SIZE), 0);
}

/* A link is usable as a whole or not at all. */
static void a_sync_of_a_part_of_a_link_is_none(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, 0);
	assert_int_equal(dma_iova_link(f->dev, &r.state, page_to_phys(r.page),
				       0, 2 * PAGE_SIZE, DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &r.state, 0, PAGE_SIZE), 0);
	assert_int_equal(dma_iova_link(f->dev, &r.state,
				       page_to_phys(r.page + 2), 2 * PAGE_SIZE,
				       2 * PAGE_SIZE, DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(
		dma_iova_sync(f->dev, &r.state, 3 * PAGE_SIZE, PAGE_SIZE), 0);
	assert_read(f, r.state.addr + PAGE_SIZE, DMASIM_DMA_OK);
	assert_read(f, r.state.addr + 2 * PAGE_SIZE, DMASIM_DMA_OK);
	diagnosed("checker-iova-unsynced", 2);
	run_end(f, &r, 4 * PAGE_SIZE);
	assert_int_equal(checker_stat(errors), 2);
}

static void what_is_linked_behind_the_mapped_length_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, 2 * PAGE_SIZE);
	dma_iova_unlink(f->dev, &r.state, 0, 2 * PAGE_SIZE, DMA_TO_DEVICE, 0);
	link_two(f, &r);
	dma_iova_destroy(f->dev, &r.state, PAGE_SIZE, DMA_TO_DEVICE, 0);

	diagnosed("checker-iova-mapped-len", 1);
	assert_int_equal(checker_stat(errors), 1);
	/* The second page is mapped still, at addresses that are free. */
	assert_int_equal(iommu_unmap(iommu_get_domain_for_dev(f->dev),
				     r.state.addr + PAGE_SIZE, PAGE_SIZE),
			 PAGE_SIZE);
	__free_pages(r.page, 2);
}

/* What an unlink leaves of a link is a link. */
static void a_page_of_the_rest_of_a_link_freed_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, 4 * PAGE_SIZE);
	dma_iova_unlink(f->dev, &r.state, PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE,
			0);
	assert_int_equal(checker_stat(errors), 0);
	__free_pages(r.page, 2);
	diagnosed("checker-page-freed", 1);
	dma_iova_unlink(f->dev, &r.state, 0, PAGE_SIZE, DMA_TO_DEVICE, 0);
	dma_iova_unlink(f->dev, &r.state, 2 * PAGE_SIZE, 2 * PAGE_SIZE,
			DMA_TO_DEVICE, 0);
	dma_iova_free(f->dev, &r.state);
	assert_int_equal(checker_stat(errors), 1);
}

static void unlinking_a_hole_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, PAGE_SIZE);
	expect_warns(1);
	dma_iova_unlink(f->dev, &r.state, 0, 2 * PAGE_SIZE, DMA_TO_DEVICE, 0);

	diagnosed("checker-iova-unlink-hole", 1);
	run_end(f, &r, 0);
	assert_int_equal(checker_stat(errors), 1);
}

static void a_wrong_mapped_length_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, 2 * PAGE_SIZE);
	expect_warns(1);
	run_end(f, &r, 3 * PAGE_SIZE);

	diagnosed("checker-iova-mapped-len", 1);
	assert_int_equal(checker_stat(errors), 1);
}

static void freeing_what_is_linked_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, PAGE_SIZE);
	dma_iova_free(f->dev, &r.state);

	diagnosed("checker-iova-free-linked", 1);
	assert_int_equal(checker_stat(errors), 1);
	/* Take back what the mistake left, behind the checker's back. */
	iommu_unmap(iommu_get_domain_for_dev(f->dev), r.state.addr, PAGE_SIZE);
	__free_pages(r.page, 2);
}

static void reserving_over_a_live_state_is_told(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova, kept;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, PAGE_SIZE));
	kept = iova;
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, PAGE_SIZE));

	diagnosed("checker-iova-overwritten", 1);
	dma_iova_free(f->dev, &kept);
	dma_iova_free(f->dev, &iova);
	assert_int_equal(checker_stat(errors), 1);
}

static void a_copy_of_a_dead_state_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r, copy;

	run_begin(f, &r, 0);
	copy = r;
	dma_iova_free(f->dev, &r.state);
	/* The range may be somebody else's by now; it is mapped all the same. */
	assert_int_equal(dma_iova_link(f->dev, &copy.state,
				       page_to_phys(r.page), 0, PAGE_SIZE,
				       DMA_TO_DEVICE, 0),
			 0);

	diagnosed("checker-iova-unknown", 1);
	iommu_unmap(iommu_get_domain_for_dev(f->dev), copy.state.addr,
		    PAGE_SIZE);
	__free_pages(r.page, 2);
}

static void a_finished_state_may_be_used_again(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, PAGE_SIZE);
	run_end(f, &r, PAGE_SIZE);
	run_begin(f, &r, PAGE_SIZE);
	run_end(f, &r, PAGE_SIZE);

	assert_int_equal(checker_stat(errors), 0);
}

static void another_direction_at_unlink_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, PAGE_SIZE);
	dma_iova_unlink(f->dev, &r.state, 0, PAGE_SIZE, DMA_FROM_DEVICE, 0);

	diagnosed("checker-iova-direction", 1);
	run_end(f, &r, 0);
	assert_int_equal(checker_stat(errors), 1);
}

static void other_attributes_at_destroy_are_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, PAGE_SIZE);
	dma_iova_destroy(f->dev, &r.state, PAGE_SIZE, DMA_TO_DEVICE,
			 DMA_ATTR_WEAK_ORDERING);

	diagnosed("checker-iova-attrs", 1);
	assert_int_equal(checker_stat(errors), 1);
	__free_pages(r.page, 2);
}

struct listed {
	unsigned int nr;
	u64 addr[8];
	bool link[8];
};

static void keep_listed(const char *text, void *arg)
{
	struct listed *l = arg;

	assert_in_range(l->nr, 0, 7);
	l->addr[l->nr] = strtoull(strstr(text, " D=") + 3, NULL, 16);
	l->link[l->nr++] = strstr(text, " link ");
}

static void link_page(struct fixture *f, struct run *r, unsigned int page)
{
	assert_int_equal(
		dma_iova_link(f->dev, &r->state, page_to_phys(r->page + page),
			      page * PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE, 0),
		0);
}

static void links_in_any_order_are_known(void **state)
{
	static const u8 order[][4] = {
		{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 0, 3, 1 }, { 1, 3, 0, 2 }
	};
	struct fixture *f = *state;
	unsigned int i, p;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		struct listed l = {};
		struct run r;

		run_begin(f, &r, 0);
		for (p = 0; p < 4; p++)
			link_page(f, &r, order[i][p]);
		dmasim_checker_dump(keep_listed, &l);
		assert_int_equal(l.nr, 5);
		assert_false(l.link[0]);
		for (p = 0; p < 4; p++) {
			assert_true(l.link[1 + p]);
			assert_true(l.addr[1 + p] ==
				    r.state.addr + p * PAGE_SIZE);
		}

		/* Of page 2 the device may know, of its neighbours not. */
		assert_int_equal(dma_iova_sync(f->dev, &r.state, 2 * PAGE_SIZE,
					       PAGE_SIZE),
				 0);
		assert_read(f, r.state.addr + 2 * PAGE_SIZE, DMASIM_DMA_OK);
		assert_int_equal(checker_stat(errors), 2 * i);
		assert_read(f, r.state.addr + PAGE_SIZE, DMASIM_DMA_OK);
		assert_read(f, r.state.addr + 3 * PAGE_SIZE, DMASIM_DMA_OK);
		assert_int_equal(checker_stat(errors), 2 * i + 2);

		/* The last one goes first, and comes back. */
		dma_iova_unlink(f->dev, &r.state, 3 * PAGE_SIZE, PAGE_SIZE,
				DMA_TO_DEVICE, 0);
		link_page(f, &r, 3);
		dma_iova_unlink(f->dev, &r.state, 0, 2 * PAGE_SIZE,
				DMA_TO_DEVICE, 0);
		link_page(f, &r, 1);
		link_page(f, &r, 0);
		run_end(f, &r, 4 * PAGE_SIZE);
	}
	diagnosed("checker-iova-unsynced", 2 * ARRAY_SIZE(order));
	assert_int_equal(checker_stat(free_entries),
			 checker_stat(total_entries));
}

static void each_link_tells_the_call_that_made_it(void **state)
{
	struct fixture *f = *state;
	struct dmasim_event event[2];
	struct run r;
	unsigned int i;

	run_begin(f, &r, 0);
	link_page(f, &r, 0);
	link_page(f, &r, 1);
	for (i = 0; i < 2; i++) {
		dma_iova_unlink(f->dev, &r.state, i * PAGE_SIZE, PAGE_SIZE,
				DMA_FROM_DEVICE, 0);
		event[i] = checker_event(DMASIM_EVENT_MISUSE,
					 "checker-iova-direction");
	}
	diagnosed("checker-iova-direction", 2);
	assert_in_range(event[0].nr_origin, 3, 24);
	assert_int_equal(event[0].nr_origin, event[1].nr_origin);
	/* All is the same but the line of this function. */
	assert_memory_not_equal(event[0].origin, event[1].origin,
				event[0].nr_origin *
					sizeof(event[0].origin[0]));
	assert_ptr_equal(event[0].origin[0], event[1].origin[0]);
	assert_ptr_equal(event[0].origin[event[0].nr_origin - 1],
			 event[1].origin[event[0].nr_origin - 1]);
	run_end(f, &r, 0);
}

static void linked_memory_must_be_fit_for_the_device(void **state)
{
	struct fixture *f = *state;
	phys_addr_t bar = pci_resource_start(f->pdev, 0);
	struct peer *peer = peer_create(f);
	struct run r;
	int ret;

	run_begin(f, &r, 0);
	assert_int_equal(dma_iova_link(f->dev, &r.state, bar, 0, SZ_4K,
				       DMA_TO_DEVICE, 0),
			 0);
	diagnosed("checker-map-mmio", 1);
	dma_iova_unlink(f->dev, &r.state, 0, SZ_4K, DMA_TO_DEVICE, 0);

	ret = dma_iova_link(f->dev, &r.state, peer->phys, 0, SZ_4K,
			    DMA_TO_DEVICE, 0);
	assert_int_equal(ret, 0);
	diagnosed("checker-map-peer", 1);
	dma_iova_unlink(f->dev, &r.state, 0, SZ_4K, DMA_TO_DEVICE, 0);
	assert_int_equal(checker_stat(errors), 2);

	/* Both may be linked as what they are. */
	assert_int_equal(dma_iova_link(f->dev, &r.state, bar, 0, SZ_4K,
				       DMA_TO_DEVICE, DMA_ATTR_MMIO),
			 0);
	dma_iova_unlink(f->dev, &r.state, 0, SZ_4K, DMA_TO_DEVICE,
			DMA_ATTR_MMIO);
	assert_int_equal(checker_stat(errors), 2);
	run_end(f, &r, 0);
	peer_destroy(peer);
}

static void a_line_linked_twice_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;
	dma_addr_t addr;
	unsigned int i;

	run_begin(f, &r, 0);
	for (i = 0; i < 2; i++) {
		assert_int_equal(dma_iova_link(f->dev, &r.state,
					       page_to_phys(r.page),
					       i * PAGE_SIZE, PAGE_SIZE,
					       DMA_FROM_DEVICE, 0),
				 0);
		assert_int_equal(checker_stat(errors), i);
	}
	addr = map_checked(f, r.page, 0, 64, DMA_BIDIRECTIONAL);
	diagnosed("checker-map-overlap", 2);
	dma_unmap_page(f->dev, addr, 64, DMA_BIDIRECTIONAL);
	dma_iova_destroy(f->dev, &r.state, 2 * PAGE_SIZE, DMA_FROM_DEVICE, 0);
	assert_int_equal(checker_stat(errors), 2);
	__free_pages(r.page, 2);
}

static void syncs_of_linked_memory_are_checked(void **state)
{
	struct fixture *f = *state;
	char *cpu;
	struct run r;

	dmasim_checker_copy_limit(2 * PAGE_SIZE);
	run_begin(f, &r, 0);
	cpu = page_address(r.page);
	assert_int_equal(dma_iova_link(f->dev, &r.state, page_to_phys(r.page),
				       0, 2 * PAGE_SIZE, DMA_BIDIRECTIONAL, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &r.state, 0, 2 * PAGE_SIZE), 0);
	dma_sync_single_for_cpu(f->dev, r.state.addr + 64, 64,
				DMA_BIDIRECTIONAL);
	cpu[64]++;
	dma_sync_single_for_device(f->dev, r.state.addr + 64, 64,
				   DMA_BIDIRECTIONAL);
	assert_int_equal(checker_stat(errors), 0);
	cpu[64]++;
	dma_sync_single_for_cpu(f->dev, r.state.addr, 2 * PAGE_SIZE,
				DMA_BIDIRECTIONAL);
	expect_events(DMASIM_EVENT_MISUSE, "checker-cpu-store", 1);
	assert_int_equal(checker_stat(errors), 1);

	dma_sync_single_for_cpu(f->dev, r.state.addr, 3 * PAGE_SIZE,
				DMA_BIDIRECTIONAL);
	diagnosed("checker-sync-unknown", 1);
	dma_iova_unlink(f->dev, &r.state, 0, 2 * PAGE_SIZE, DMA_BIDIRECTIONAL,
			0);
	dma_sync_single_for_cpu(f->dev, r.state.addr, 64, DMA_BIDIRECTIONAL);
	expect_events(DMASIM_EVENT_MISUSE, "checker-sync-unknown", 1);

	link_page(f, &r, 0);
	dma_sync_single_for_cpu(f->dev, r.state.addr, 64, DMA_FROM_DEVICE);
	diagnosed("checker-sync-for-cpu", 1);
	run_end(f, &r, PAGE_SIZE);
	assert_int_equal(checker_stat(errors), 4);
}

static void unmapping_a_link_as_a_page_is_told(void **state)
{
	struct fixture *f = *state;
	struct dmasim_event event;
	struct run r;

	r.page = alloc_pages(GFP_KERNEL, 2);
	assert_true(dma_iova_try_alloc(f->dev, &r.state, 0, PAGE_SIZE));
	link_page(f, &r, 0);
	dma_unmap_page(f->dev, r.state.addr, PAGE_SIZE, DMA_TO_DEVICE);

	diagnosed("checker-unmap-function", 1);
	event = checker_event(DMASIM_EVENT_MISUSE, "checker-unmap-function");
	assert_in_range(event.nr_origin, 3, 24);
	assert_int_equal(checker_stat(errors), 1);
	/* Nothing is left of either, but the checker does not know. */
	dmasim_checker_disable();
	__free_pages(r.page, 2);
}

static void a_page_of_a_link_freed_is_told(void **state)
{
	struct fixture *f = *state;
	struct run r;

	run_begin(f, &r, 0);
	link_page(f, &r, 3);
	link_page(f, &r, 1);
	__free_pages(r.page, 2);

	diagnosed("checker-page-freed", 1);
	assert_true(
		checker_event(DMASIM_EVENT_MISUSE, "checker-page-freed").addr ==
		page_to_phys(r.page + 1));
	dma_iova_unlink(f->dev, &r.state, PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE,
			0);
	dma_iova_unlink(f->dev, &r.state, 3 * PAGE_SIZE, PAGE_SIZE,
			DMA_TO_DEVICE, 0);
	dma_iova_free(f->dev, &r.state);
	assert_int_equal(checker_stat(errors), 1);
}

/* spec: dma-core 109 */
static void lines_inside_a_state_are_not_compared_beyond_the_limit(void **state)
{
	struct fixture *f = *state;
	struct run r;

	dmasim_checker_copy_limit(4 * PAGE_SIZE - 1);
	run_begin(f, &r, PAGE_SIZE);
	((char *)page_address(r.page))[100]++;
	run_end(f, &r, PAGE_SIZE);
	assert_int_equal(checker_stat(errors), 0);

	dmasim_checker_copy_limit(4 * PAGE_SIZE);
	run_begin(f, &r, PAGE_SIZE);
	((char *)page_address(r.page))[100]++;
	run_end(f, &r, PAGE_SIZE);
	expect_events(DMASIM_EVENT_MISUSE, "checker-cpu-store", 1);
	assert_int_equal(checker_stat(errors), 1);
}

/* Links of two states of one device, one after the other and in turn. */
static void states_in_turn_are_told_apart(void **state)
{
	struct fixture *f = *state;
	struct run a, b;

	run_begin(f, &a, PAGE_SIZE);
	run_begin(f, &b, PAGE_SIZE);
	assert_int_equal(dma_iova_link(f->dev, &a.state, page_to_phys(a.page),
				       PAGE_SIZE, PAGE_SIZE, DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &a.state, PAGE_SIZE, PAGE_SIZE),
			 0);
	run_end(f, &b, PAGE_SIZE);
	run_begin(f, &b, PAGE_SIZE);
	run_end(f, &a, 2 * PAGE_SIZE);
	run_end(f, &b, PAGE_SIZE);

	assert_int_equal(checker_stat(errors), 0);
	assert_int_equal(checker_stat(free_entries),
			 checker_stat(total_entries));
}

static void a_state_left_over_is_told(void **state)
{
	struct fixture *f = *state;
	struct dmasim_event event;
	char linked[32];
	struct run r;

	run_begin(f, &r, PAGE_SIZE);
	dmasim_device_destroy(f->hw);
	f->hw = NULL;

	assert_diagnosed(DMASIM_EVENT_LEAK, "checker-leak", 1);
	event = checker_event(DMASIM_EVENT_LEAK, "checker-leak");
	assert_in_range(event.nr_origin, 3, 24);
	snprintf(linked, sizeof(linked), "0x%lx linked", PAGE_SIZE);
	assert_non_null(strstr(event.text, linked));
	/* The layers below miss the addresses as well. */
	expect_events(DMASIM_EVENT_LEAK, "iova-leak", 1);
	__free_pages(r.page, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(a_correct_life_is_silent),
		fixture_case(a_link_beyond_the_state_is_told),
		fixture_case(a_link_over_a_link_is_told),
		fixture_case(a_device_before_the_sync_is_told_once),
		fixture_case(unlinking_a_hole_is_told),
		fixture_case(a_sync_of_a_part_of_a_link_is_none),
		fixture_case(what_is_linked_behind_the_mapped_length_is_told),
		fixture_case(a_page_of_the_rest_of_a_link_freed_is_told),
		fixture_case(a_wrong_mapped_length_is_told),
		fixture_case(freeing_what_is_linked_is_told),
		fixture_case(reserving_over_a_live_state_is_told),
		fixture_case(a_copy_of_a_dead_state_is_told),
		fixture_case(a_finished_state_may_be_used_again),
		fixture_case(another_direction_at_unlink_is_told),
		fixture_case(other_attributes_at_destroy_are_told),
		fixture_case(
			lines_inside_a_state_are_not_compared_beyond_the_limit),
		fixture_case(states_in_turn_are_told_apart),
		fixture_case(links_in_any_order_are_known),
		fixture_case(each_link_tells_the_call_that_made_it),
		fixture_case(linked_memory_must_be_fit_for_the_device),
		fixture_case(a_line_linked_twice_is_told),
		fixture_case(syncs_of_linked_memory_are_checked),
		fixture_case(unmapping_a_link_as_a_page_is_told),
		fixture_case(a_page_of_a_link_freed_is_told),
		fixture_case(a_state_left_over_is_told),
	};

	return run_variants("checker_iova", tests, variants_checker_strict);
}
