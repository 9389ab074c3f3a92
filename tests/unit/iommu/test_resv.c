/* SPDX-License-Identifier: MIT */
/*
 * Reserved regions: lists of a device and of a group, what the allocator keeps
 * clear of, what is mapped one to one, who cannot be blocked (src/iommu/resv.c).
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>

#include "support/sweep.h"
#include "unit/iommu/groups.h"

#define WINDOW 0xfee00000ull

static const struct variant variant_identity = {
	"identity", DMASIM_IOMMU_IDENTITY, "vtdss", false, false,
};

struct expected {
	uint64_t start, length;
	enum iommu_resv_type type;
};

static void assert_regions_(struct iommu_group *group,
			    const struct expected *expected, unsigned int nr,
			    const char *file, int line)
{
	struct iommu_resv_region *region, *next;
	LIST_HEAD(regions);
	unsigned int i = 0;

	assert_int_equal(iommu_get_group_resv_regions(group, &regions), 0);
	list_for_each_entry_safe(region, next, &regions, list) {
		if (i >= nr || region->start != expected[i].start ||
		    region->length != expected[i].length ||
		    region->type != expected[i].type) {
			print_error("region %u: 0x%llx + 0x%zx, type %d\n", i,
				    (unsigned long long)region->start,
				    region->length, region->type);
			_fail(file, line);
		}
		i++;
		kfree(region);
	}
	_assert_int_equal(i, nr, file, line);
}

#define assert_regions(group, expected)                                     \
	assert_regions_(group, expected,                                    \
			sizeof(expected) / sizeof((expected)[0]), __FILE__, \
			__LINE__)

/* ---- lists --------------------------------------------------------------------- */

/* spec: iommu-pt S6 */
static void regions_of_a_type_that_touch_are_one(void **state)
{
	static const struct expected merged[] = {
		{ 0x1000, 0x2000, IOMMU_RESV_DIRECT },
		{ 0x1800, 0x100, IOMMU_RESV_MSI },
		{ WINDOW, 0x100000, IOMMU_RESV_MSI },
	};
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	model.region[0] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT, 0x1000, 0x1000 };
	model.region[1] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT, 0x2000, 0x1000 };
	model.region[2] =
		(struct dmasim_region){ DMASIM_REGION_MSI, 0x1800, 0x100 };
	hw = plug(f, &model);

	assert_regions(dmasim_device_kernel(hw)->iommu_group, merged);

	unplug(hw);
}

static void regions_of_all_devices_of_a_group_count(void **state)
{
	static const struct expected merged[] = {
		{ 0x10000, 0x1000, IOMMU_RESV_DIRECT_RELAXABLE },
		{ 0x10000, 0x9000, IOMMU_RESV_RESERVED },
		{ WINDOW, 0x100000, IOMMU_RESV_MSI },
		{ 0xffffffffffff0000, 0x10000, IOMMU_RESV_RESERVED },
	};
	static const char text[] =
		"0x0000000000010000 0x0000000000010fff direct-relaxable\n"
		"0x0000000000010000 0x0000000000018fff reserved\n"
		"0x00000000fee00000 0x00000000feefffff msi\n"
		"0xffffffffffff0000 0xffffffffffffffff reserved\n";
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];
	struct iommu_group *group;
	char buf[512];

	model.iommu_group = 1;
	model.region[0] = (struct dmasim_region){ DMASIM_REGION_RESERVED,
						  0x10000, 0x4000 };
	model.region[1] = (struct dmasim_region){ DMASIM_REGION_RESERVED,
						  0xffffffffffff0000, 0x10000 };
	hw[0] = plug(f, &model);
	model.region[0] = (struct dmasim_region){ DMASIM_REGION_RESERVED,
						  0x13000, 0x6000 };
	model.region[1] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT_RELAXABLE, 0x10000,
					0x1000 };
	hw[1] = plug(f, &model);
	group = dmasim_device_kernel(hw[0])->iommu_group;

	assert_regions(group, merged);
	assert_int_equal(dmasim_iommu_group_get(hw[0], "reserved_regions", buf,
						sizeof(buf)),
			 strlen(text));
	assert_string_equal(buf, text);

	unplug(hw[1]);
	unplug(hw[0]);
}

static void a_region_beyond_the_last_address_is_refused(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	model.region[1] = (struct dmasim_region){ DMASIM_REGION_RESERVED,
						  0xffffffffffff0000, 0x10001 };
	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &hw),
			 -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "beyond the last address"));

	model.region[1].kind = 5;
	model.region[1].size = 1;
	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &hw),
			 -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "of kind 5"));
}

/* ---- what they do to the DMA API ------------------------------------------------- */

static void no_address_is_taken_from_a_reserved_region(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dma_iova_state iova[8];
	struct dmasim_device *hw;
	struct device *dev;
	unsigned int i;

	/* Below the MSI window: everything from 0xe0000000 on but 4 MiB. */
	model.region[0] = (struct dmasim_region){ DMASIM_REGION_RESERVED,
						  0x20000000, 0xdee00000 };
	model.region[1] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT_RELAXABLE,
					0x1fe00000, 0x100000 };
	hw = plug(f, &model);
	dev = dmasim_device_kernel(hw);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(32)), 0);

	for (i = 0; i < 8; i++) {
		assert_true(dma_iova_try_alloc(dev, &iova[i], 0, 0x100000));
		if (iova[i].addr > 0xfef00000)
			continue;
		assert_true(iova[i].addr + 0xfffff < 0x20000000);
		assert_false(iova[i].addr <= 0x1fefffff &&
			     iova[i].addr + 0xfffff >= 0x1fe00000);
	}

	for (i = 0; i < 8; i++)
		dma_iova_free(dev, &iova[i]);
	unplug(hw);
}

/* Those of a device that joins a group later count from then on. */
static void a_device_that_joins_brings_its_regions(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];
	struct dma_iova_state iova;
	struct device *dev;

	model.iommu_group = 7;
	hw[0] = plug(f, &model);
	dev = dmasim_device_kernel(hw[0]);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(32)), 0);
	assert_true(dma_iova_try_alloc(dev, &iova, 0, 0x1000000));
	assert_true(iova.addr >= 0x20000000);
	dma_iova_free(dev, &iova);

	model.region[0] = (struct dmasim_region){ DMASIM_REGION_RESERVED,
						  0x20000000, 0xdee00000 };
	hw[1] = plug(f, &model);
	/* Larger than what lies beyond the message window. */
	assert_true(dma_iova_try_alloc(dev, &iova, 0, 0x2000000));
	assert_true(iova.addr + 0x1ffffff < 0x20000000);
	dma_iova_free(dev, &iova);
	unplug(hw[1]);
	unplug(hw[0]);
}

static void software_may_use_the_window_for_its_messages(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;
	struct device *dev;
	struct dma_iova_state iova = {};

	model.region[0] = (struct dmasim_region){ DMASIM_REGION_SW_MSI,
						  0x8000000, 0x100000 };
	model.region[1] = (struct dmasim_region){ DMASIM_REGION_RESERVED,
						  0x8100000, 0xf7f00000 };
	hw = plug(f, &model);
	dev = dmasim_device_kernel(hw);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(32)), 0);

	/* Not excluded: the highest addresses that are left are in it. */
	assert_true(dma_iova_try_alloc(dev, &iova, 0, 0x100000));
	assert_int_equal(iova.addr, 0x8000000);

	dma_iova_free(dev, &iova);
	unplug(hw);
}

/* spec: iommu-pt S7 */
static void a_direct_region_is_mapped_from_its_first_whole_page(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;
	struct iommu_domain *d;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	model.region[0] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT, 0x11800, 0x1000 };
	hw = plug(f, &model);
	d = iommu_get_domain_for_dev(dmasim_device_kernel(hw));

	assert_int_equal(iommu_iova_to_phys(d, 0x11800), 0);
	assert_int_equal(iommu_iova_to_phys(d, 0x12000), 0x12000);
	assert_int_equal(iommu_iova_to_phys(d, 0x12fff), 0x12fff);
	assert_int_equal(iommu_iova_to_phys(d, 0x13000), 0);
	assert_int_equal(reads(hw, 0x12000), DMASIM_DMA_OK);
	assert_int_equal(reads(hw, 0x11800), DMASIM_DMA_UNMAPPED);
	/* Pitfall 24: the page that it begins in is left out, and reported. */
	assert_event(DMASIM_EVENT_NOTE, "iommu-direct-edge", 1);
	unplug(hw);
}

static void what_is_mapped_already_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];
	struct iommu_domain *d;

	model.iommu_group = 1;
	model.region[0] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT_RELAXABLE, 0x3000,
					0x1000 };
	hw[0] = plug(f, &model);
	/* Around that of the first, and (pitfall 21) from page 0 on, twice. */
	model.region[0] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT_RELAXABLE, 0,
					0x6000 };
	model.region[1] = model.region[0];
	hw[1] = plug(f, &model);
	d = iommu_get_domain_for_dev(dmasim_device_kernel(hw[1]));

	assert_int_equal(iommu_iova_to_phys(d, 1), 1);
	assert_int_equal(iommu_iova_to_phys(d, 0x3800), 0x3800);
	assert_int_equal(iommu_iova_to_phys(d, 0x5fff), 0x5fff);
	assert_int_equal(iommu_iova_to_phys(d, 0x6000), 0);

	unplug(hw[1]);
	unplug(hw[0]);
}

/* spec: iommu-pt S5 */
static void a_device_with_a_direct_region_cannot_be_blocked(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct iommu_domain *dma;
	struct dmasim_device *hw;
	struct device *dev;
	int me;

	model.region[0] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT, 0x14000, 0x1000 };
	hw = plug(f, &model);
	dev = dmasim_device_kernel(hw);
	dma = iommu_get_domain_for_dev(dev);
	assert_true(dev->iommu->require_direct);

	assert_int_equal(iommu_attach_device(dma->owner->blocked_domain, dev),
			 -EINVAL);
	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), -EINVAL);

	assert_ptr_equal(iommu_get_domain_for_dev(dev), dma);
	assert_false(iommu_group_dma_owner_claimed(dev->iommu_group));
	assert_int_equal(reads(hw, 0x14000), DMASIM_DMA_OK);
	unplug(hw);
}

static void a_relaxable_one_can(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;
	struct device *dev;
	int me;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	model.region[0] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT_RELAXABLE, 0x14000,
					0x1000 };
	hw = plug(f, &model);
	dev = dmasim_device_kernel(hw);
	assert_int_equal(reads(hw, 0x14000), DMASIM_DMA_OK);

	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), 0);
	assert_int_equal(reads(hw, 0x14000), DMASIM_DMA_BLOCKED);
	iommu_device_release_dma_owner(dev);

	assert_int_equal(reads(hw, 0x14000), DMASIM_DMA_OK);
	unplug(hw);
}

static void a_new_default_domain_has_them_mapped_too(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	model.region[0] =
		(struct dmasim_region){ DMASIM_REGION_DIRECT, 0x14000, 0x1000 };
	hw = plug(f, &model);
	assert_int_equal(reads(hw, 0x14000), DMASIM_DMA_OK);

	assert_int_equal(dmasim_iommu_group_set(hw, "type", "DMA"), 0);

	assert_int_equal(reads(hw, 0x14000), DMASIM_DMA_OK);
	assert_int_equal(iommu_iova_to_phys(iommu_get_domain_for_dev(
						    dmasim_device_kernel(hw)),
					    0x14000),
			 0x14000);
	unplug(hw);
}

static void a_list_without_memory_is_cut_short(void **state)
{
	struct fixture *f = *state;
	struct iommu_resv_region *region, *next;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		LIST_HEAD(regions);
		int ret = iommu_get_group_resv_regions(f->dev->iommu_group,
						       &regions);

		assert_true(ret == -ENOMEM || ret == 0);
		list_for_each_entry_safe(region, next, &regions, list)
			kfree(region);
	}
}

int main(void)
{
	const struct CMUnitTest strict[] = {
		fixture_case(regions_of_a_type_that_touch_are_one),
		fixture_case(regions_of_all_devices_of_a_group_count),
		fixture_case(a_region_beyond_the_last_address_is_refused),
		fixture_case(no_address_is_taken_from_a_reserved_region),
		fixture_case(a_device_that_joins_brings_its_regions),
		fixture_case(software_may_use_the_window_for_its_messages),
		fixture_case(
			a_direct_region_is_mapped_from_its_first_whole_page),
		fixture_case(what_is_mapped_already_is_left_alone),
		fixture_case(a_device_with_a_direct_region_cannot_be_blocked),
		fixture_case(a_relaxable_one_can),
		fixture_case(a_list_without_memory_is_cut_short),
	};
	const struct CMUnitTest identity[] = {
		fixture_case(a_new_default_domain_has_them_mapped_too),
	};

	return run_variants("iommu_resv", strict, variants_strict) +
	       run_variants_("iommu_resv", identity, 1, &variant_identity, 1) +
	       not_swept("iommu_get_group_resv_regions");
}
