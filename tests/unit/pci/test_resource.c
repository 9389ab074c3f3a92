/* SPDX-License-Identifier: MIT */
/* The resource tree: src/pci/resource.c */
#include "unit/pci/board.h"

#include <linux/resource_ext.h>

static struct resource root;

static int root_boot(void **state)
{
	board_boot(state);
	root = DEFINE_RES_MEM(0x1000, 0xf000);
	return 0;
}

static void siblings_ascend_whatever_the_order_of_claims(void **state)
{
	struct resource a = DEFINE_RES_MEM(0x8000, 0x1000);
	struct resource b = DEFINE_RES_MEM(0x2000, 0x1000);
	struct resource c = DEFINE_RES_MEM(0x5000, 0x1000);

	assert_int_equal(request_resource(&root, &a), 0);
	assert_int_equal(request_resource(&root, &b), 0);
	assert_int_equal(request_resource(&root, &c), 0);

	assert_ptr_equal(root.child, &b);
	assert_ptr_equal(b.sibling, &c);
	assert_ptr_equal(c.sibling, &a);
	assert_null(a.sibling);
	assert_int_equal(release_resource(&c), 0);
	assert_ptr_equal(b.sibling, &a);
	assert_int_equal(release_resource(&c), -EINVAL);
}

static void overlap_of_one_byte_is_ebusy(void **state)
{
	struct resource a = DEFINE_RES_MEM(0x2000, 0x1000);
	struct resource touch = DEFINE_RES_MEM(0x3000, 0x1000);
	struct resource overlap = DEFINE_RES_MEM(0x2fff, 0x10);

	assert_int_equal(request_resource(&root, &a), 0);
	assert_ptr_equal(request_resource_conflict(&root, &overlap), &a);
	assert_int_equal(request_resource(&root, &overlap), -EBUSY);
	assert_int_equal(request_resource(&root, &touch), 0);
}

static void claim_outside_the_root_is_ebusy(void **state)
{
	struct resource low = DEFINE_RES_MEM(0xfff, 2);
	struct resource high = DEFINE_RES_MEM(0xffff, 2);

	assert_ptr_equal(request_resource_conflict(&root, &low), &root);
	assert_int_equal(request_resource(&root, &high), -EBUSY);
}

static void insert_goes_down_into_what_contains_it(void **state)
{
	struct resource outer = DEFINE_RES_MEM(0x2000, 0x4000);
	struct resource inner = DEFINE_RES_MEM(0x3000, 0x1000);

	assert_int_equal(insert_resource(&root, &outer), 0);
	assert_int_equal(insert_resource(&root, &inner), 0);
	assert_ptr_equal(inner.parent, &outer);
	assert_ptr_equal(outer.child, &inner);
}

static void insert_takes_over_what_it_contains(void **state)
{
	struct resource a = DEFINE_RES_MEM(0x3000, 0x1000);
	struct resource b = DEFINE_RES_MEM(0x5000, 0x1000);
	struct resource outer = DEFINE_RES_MEM(0x2000, 0x6000);

	assert_int_equal(insert_resource(&root, &a), 0);
	assert_int_equal(insert_resource(&root, &b), 0);
	assert_int_equal(insert_resource(&root, &outer), 0);
	assert_ptr_equal(root.child, &outer);
	assert_ptr_equal(outer.child, &a);
	assert_ptr_equal(a.sibling, &b);
	assert_ptr_equal(b.parent, &outer);
}

static void insert_across_an_edge_is_ebusy(void **state)
{
	struct resource a = DEFINE_RES_MEM(0x3000, 0x1000);
	struct resource across = DEFINE_RES_MEM(0x3800, 0x1000);

	assert_int_equal(insert_resource(&root, &a), 0);
	assert_int_equal(insert_resource(&root, &across), -EBUSY);
	assert_null(across.parent);
}

static void allocation_takes_the_first_aligned_gap(void **state)
{
	struct resource used = DEFINE_RES_MEM(0x1000, 0x1800);
	struct resource new = { .flags = IORESOURCE_MEM };

	assert_int_equal(request_resource(&root, &used), 0);
	assert_int_equal(allocate_resource(&root, &new, 0x1000, 0, ~0ull,
					   0x1000, NULL, NULL),
			 0);
	assert_int_equal(new.start, 0x3000);
	assert_int_equal(new.end, 0x3fff);
}

static void allocation_respects_its_bounds(void **state)
{
	struct resource new = {}, none = {};

	assert_int_equal(allocate_resource(&root, &new, 0x1000, 0x4001, ~0ull,
					   0x1000, NULL, NULL),
			 0);
	assert_int_equal(new.start, 0x5000);
	assert_int_equal(allocate_resource(&root, &none, 0x1000, 0, 0x1ffe, 1,
					   NULL, NULL),
			 -EBUSY);
	assert_int_equal(allocate_resource(&root, &none, 0, 0, ~0ull, 1, NULL,
					   NULL),
			 -EINVAL);
}

static resource_size_t push_up(void *data, const struct resource *gap,
			       resource_size_t size, resource_size_t align)
{
	return gap->start + 0x2000;
}

static void alignment_callback_moves_the_candidate(void **state)
{
	struct resource new = {};

	assert_int_equal(allocate_resource(&root, &new, 0x100, 0, ~0ull, 1,
					   push_up, NULL),
			 0);
	assert_int_equal(new.start, 0x3000);
}

static void region_is_claimed_below_the_bar_that_holds_it(void **state)
{
	struct resource bar = DEFINE_RES_MEM(0x1000, 0x1000);
	struct resource *region;

	assert_int_equal(request_resource(&iomem_resource, &bar), 0);
	region = request_mem_region(0x1000, 0x1000, "driver");

	assert_ptr_equal(region->parent, &bar);
	assert_true(region->flags & IORESOURCE_BUSY);
	assert_null(request_mem_region(0x1800, 0x10, "other"));
	release_mem_region(0x1000, 0x1000);
	assert_null(bar.child);
	assert_int_equal(release_resource(&bar), 0);
}

static void region_left_behind_is_reported(void **state)
{
	assert_non_null(request_mem_region(0x1000, 0x1000, "driver"));

	assert_int_equal(pci_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "region-leak"), 1);
	release_mem_region(0x1000, 0x1000);
}

static void releasing_what_nobody_holds_warns(void **state)
{
	assert_non_null(request_mem_region(0x1000, 0x1000, "driver"));

	release_mem_region(0x1000, 0x800);
	assert_int_equal(board_count(HOST_EVENT_WARN), 1);
	release_mem_region(0x1000, 0x1000);
	host_event_reset();
}

static void list_entry_owns_or_points(void **state)
{
	struct resource_entry *own = resource_list_create_entry(NULL, 0);
	struct resource_entry *other = resource_list_create_entry(&root, 16);
	LIST_HEAD(list);

	assert_ptr_equal(own->res, &own->__res);
	assert_ptr_equal(other->res, &root);
	resource_list_add_tail(own, &list);
	resource_list_add(other, &list);
	assert_ptr_equal(list.next, &other->node);
	resource_list_free(&list);
	assert_true(list_empty(&list));
}

#define root_test(f) cmocka_unit_test_setup_teardown(f, root_boot, board_off)

int main(void)
{
	const struct CMUnitTest tests[] = {
		root_test(siblings_ascend_whatever_the_order_of_claims),
		root_test(overlap_of_one_byte_is_ebusy),
		root_test(claim_outside_the_root_is_ebusy),
		root_test(insert_goes_down_into_what_contains_it),
		root_test(insert_takes_over_what_it_contains),
		root_test(insert_across_an_edge_is_ebusy),
		root_test(allocation_takes_the_first_aligned_gap),
		root_test(allocation_respects_its_bounds),
		root_test(alignment_callback_moves_the_candidate),
		root_test(region_is_claimed_below_the_bar_that_holds_it),
		root_test(region_left_behind_is_reported),
		root_test(releasing_what_nobody_holds_warns),
		root_test(list_entry_owns_or_points),
	};

	return cmocka_run_group_tests_name("pci_resource", tests, NULL, NULL);
}
