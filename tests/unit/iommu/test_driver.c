/* SPDX-License-Identifier: MIT */
/*
 * <linux/iommu.h> for those who write a driver of an IOMMU: structures of user
 * space, quirks of page tables, what the machine has not.
 */
#include <linux/iommu.h>
#include <linux/slab.h>

#include "support/fixture.h"

/* Two versions of one structure: @c came later. */
struct request {
	u32 a;
	u32 b;
	u64 c;
};

struct longer {
	struct request known;
	u64 unknown;
};

#define REQUEST 7

static void an_older_structure_is_filled_up(void **state)
{
	struct request mine = { 9, 9, 9 }, theirs = { 1, 2, 3 };
	struct iommu_user_data data = { REQUEST, &theirs, 8 };

	assert_int_equal(iommu_copy_struct_from_user(&mine, &data, REQUEST, b),
			 0);

	assert_int_equal(mine.a, 1);
	assert_int_equal(mine.b, 2);
	assert_int_equal(mine.c, 0);
}

static void a_newer_structure_must_not_ask_for_more(void **state)
{
	struct request mine;
	struct longer theirs = { { 1, 2, 3 }, 0 };
	struct iommu_user_data data = { REQUEST, &theirs, sizeof(theirs) };

	assert_int_equal(iommu_copy_struct_from_user(&mine, &data, REQUEST, c),
			 0);
	assert_int_equal(mine.c, 3);

	theirs.unknown = 1ull << 63;
	assert_int_equal(iommu_copy_struct_from_user(&mine, &data, REQUEST, c),
			 -E2BIG);
}

static void another_structure_is_refused(void **state)
{
	struct request mine = { 9, 9, 9 }, theirs = { 1, 2, 3 };
	struct iommu_user_data data = { REQUEST, &theirs, 8 };

	assert_int_equal(iommu_copy_struct_from_user(&mine, &data, REQUEST + 1,
						     b),
			 -EINVAL);
	assert_int_equal(iommu_copy_struct_from_user(&mine, &data, REQUEST, c),
			 -EINVAL);
	assert_int_equal(iommu_copy_struct_to_user(&data, &mine, REQUEST + 1,
						   b),
			 -EINVAL);
	assert_int_equal(iommu_copy_struct_to_user(&data, &mine, REQUEST, c),
			 -EINVAL);

	assert_int_equal(mine.a, 9);
	assert_int_equal(theirs.a, 1);
}

static void an_answer_is_as_long_as_was_asked_for(void **state)
{
	struct request mine = { 1, 2, 3 };
	struct longer theirs = { { 9, 9, 9 }, 9 };
	struct iommu_user_data data = { REQUEST, &theirs, 8 };
	bool lost = false;

	assert_int_equal(iommu_copy_struct_to_user(&data, &mine, REQUEST, b),
			 0);
	assert_int_equal(theirs.known.b, 2);
	assert_int_equal(theirs.known.c, 9);

	data.len = sizeof(theirs);
	assert_int_equal(iommu_copy_struct_to_user(&data, &mine, REQUEST, b),
			 0);
	assert_int_equal(theirs.known.c, 3);
	assert_int_equal(theirs.unknown, 0);

	assert_int_equal(
		copy_struct_to_user(&theirs, 8, &mine, sizeof(mine), &lost), 0);
	assert_true(lost);
}

static void one_of_several_is_found_by_its_number(void **state)
{
	struct longer theirs[2] = { { { 1, 2, 3 }, 0 }, { { 4, 5, 6 }, 0 } };
	struct iommu_user_data_array array = { REQUEST, theirs,
					       sizeof(theirs[0]), 2 };
	struct request mine;

	assert_int_equal(iommu_copy_struct_from_user_array(&mine, &array,
							   REQUEST, 1, c),
			 0);
	assert_int_equal(mine.c, 6);
	assert_int_equal(iommu_copy_struct_from_user_array(&mine, &array,
							   REQUEST, 2, c),
			 -EINVAL);
}

static void all_of_several_are_fetched_or_the_error_told(void **state)
{
	struct longer theirs[2] = { { { 1, 2, 3 }, 0 }, { { 4, 5, 6 }, 0 } };
	struct iommu_user_data_array array = { REQUEST, theirs,
					       sizeof(theirs[0]), 2 };
	struct request mine[2];

	assert_int_equal(iommu_copy_struct_from_full_user_array(
				 mine, sizeof(mine[0]), &array, REQUEST),
			 0);
	assert_int_equal(mine[0].c, 3);
	assert_int_equal(mine[1].a, 4);

	theirs[1].unknown = 1;
	assert_int_equal(iommu_copy_struct_from_full_user_array(
				 mine, sizeof(mine[0]), &array, REQUEST),
			 -E2BIG);
	array.entry_num = 0;
	assert_int_equal(iommu_copy_struct_from_full_user_array(
				 mine, sizeof(mine[0]), &array, REQUEST),
			 -EINVAL);
	array.entry_num = 2;
	assert_int_equal(iommu_copy_struct_from_full_user_array(
				 mine, sizeof(mine[0]), &array, REQUEST + 1),
			 -EINVAL);
}

static unsigned long quirks_seen;

static int take_quirks(struct iommu_domain *domain, unsigned long quirks)
{
	quirks_seen = quirks;
	return -EPERM;
}

static void quirks_are_for_domains_of_a_users_own(void **state)
{
	struct iommu_domain_ops ops = {};
	struct iommu_domain domain = { .type = IOMMU_DOMAIN_UNMANAGED,
				       .ops = &ops };

	quirks_seen = 0;
	assert_int_equal(iommu_set_pgtable_quirks(&domain, 4), -EINVAL);
	ops.set_pgtable_quirks = take_quirks;
	domain.type = IOMMU_DOMAIN_DMA;
	assert_int_equal(iommu_set_pgtable_quirks(&domain, 4), -EINVAL);
	assert_int_equal(quirks_seen, 0);

	domain.type = IOMMU_DOMAIN_UNMANAGED;
	assert_int_equal(iommu_set_pgtable_quirks(&domain, 4), -EPERM);
	assert_int_equal(quirks_seen, 4);
}

static int first(struct iommu_domain *d, struct device *dev, unsigned long iova,
		 int flags, void *token)
{
	return 1;
}

static int second(struct iommu_domain *d, struct device *dev,
		  unsigned long iova, int flags, void *token)
{
	return 2;
}

static void a_domain_has_one_fault_handler(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);

	assert_false(IS_ERR(d));
	expect_events(DMASIM_EVENT_WARN, NULL, 1);

	iommu_set_fault_handler(d, first, NULL);
	iommu_set_fault_handler(d, second, NULL);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(report_iommu_fault(d, f->dev, 0x1000, 0), 1);
	iommu_domain_free(d);
}

struct instance {
	unsigned long before;
	struct iommu_device iommu;
};

static void the_instance_leads_to_the_drivers_structure(void **state)
{
	struct fixture *f = *state;
	struct iommu_device *iommu = f->dev->iommu->iommu_dev;

	assert_ptr_equal(iommu_get_iommu_dev(f->dev, struct instance, iommu),
			 container_of(iommu, struct instance, iommu));
}

static void interrupts_are_not_isolated(void **state)
{
	struct fixture *f = *state;

	assert_null(dev_iommu_fwspec_get(f->dev));
	assert_false(iommu_group_has_isolated_msi(f->dev->iommu_group));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(an_older_structure_is_filled_up),
		fixture_case(a_newer_structure_must_not_ask_for_more),
		fixture_case(another_structure_is_refused),
		fixture_case(an_answer_is_as_long_as_was_asked_for),
		fixture_case(one_of_several_is_found_by_its_number),
		fixture_case(all_of_several_are_fetched_or_the_error_told),
		fixture_case(quirks_are_for_domains_of_a_users_own),
		fixture_case(a_domain_has_one_fault_handler),
		fixture_case(the_instance_leads_to_the_drivers_structure),
		fixture_case(interrupts_are_not_isolated),
	};

	return run_variants_("iommu_driver", tests, ARRAY_SIZE(tests),
			     &variant_vtdss_strict, 1);
}
