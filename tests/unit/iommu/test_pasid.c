/* SPDX-License-Identifier: MIT */
/*
 * Domains for requests with a PASID: attaching, replacing, detaching, who may own
 * the group meanwhile, what the device reaches (src/iommu/pasid.c, sim_iommu.c,
 * src/hw/iommu.c).
 */
#include <dmasim/iommu.h>

#include "iommu/iommu_priv.h"
#include "support/sweep.h"
#include "unit/iommu/groups.h"

#define RAM 0x123456000ull

static struct dmasim_device *plug_pasid(struct fixture *f, unsigned int bits)
{
	struct dmasim_model model = PLAIN_MODEL;

	model.pasid_bits = bits;
	return plug(f, &model);
}

static struct iommu_domain *mapped(struct device *dev, unsigned long iova,
				   phys_addr_t phys)
{
	struct iommu_domain *d =
		iommu_paging_domain_alloc_flags(dev, IOMMU_HWPT_ALLOC_PASID);

	assert_false(IS_ERR(d));
	assert_int_equal(iommu_map(d, iova, phys, 0x1000,
				   IOMMU_READ | IOMMU_WRITE, GFP_KERNEL),
			 0);
	return d;
}

static enum dmasim_dma reads_as(struct dmasim_device *hw, uint32_t pasid,
				uint64_t addr)
{
	char byte;

	return dmasim_dma_read_pasid(hw, pasid, addr, &byte, 1);
}

/** struct one - a device with 8 bits of PASIDs, and a domain that maps a page */
struct one {
	struct dmasim_device *hw;
	struct device *dev;
	struct iommu_domain *d;
};

static struct one one_domain(struct fixture *f)
{
	struct one one = { .hw = plug_pasid(f, 8) };

	one.dev = dmasim_device_kernel(one.hw);
	one.d = mapped(one.dev, 0x1000, RAM);
	return one;
}

/* The same, attached for requests with @pasid, which reach the page. */
static struct one attached_as(struct fixture *f, uint32_t pasid)
{
	struct one one = one_domain(f);

	assert_int_equal(iommu_attach_device_pasid(one.d, one.dev, pasid, NULL),
			 0);
	assert_int_equal(reads_as(one.hw, pasid, 0x1000), DMASIM_DMA_OK);
	return one;
}

static void drop(struct one one)
{
	iommu_domain_free(one.d);
	unplug(one.hw);
}

static void each_pasid_has_a_table_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw = plug_pasid(f, 8);
	struct device *dev = dmasim_device_kernel(hw);
	struct iommu_domain *a = mapped(dev, 0x1000, RAM);
	struct iommu_domain *b = mapped(dev, 0x1000, RAM + 0x1000);
	char byte = 'b', got = 0;

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 2);
	assert_int_equal(iommu_attach_device_pasid(a, dev, 1, NULL), 0);
	assert_int_equal(iommu_attach_device_pasid(b, dev, 255, NULL), 0);

	assert_int_equal(dmasim_dma_write_pasid(hw, 255, 0x1000, &byte, 1),
			 DMASIM_DMA_OK);
	byte = 'a';
	assert_int_equal(dmasim_dma_write_pasid(hw, 1, 0x1000, &byte, 1),
			 DMASIM_DMA_OK);
	assert_int_equal(dmasim_dma_read_pasid(hw, 255, 0x1000, &got, 1),
			 DMASIM_DMA_OK);
	assert_int_equal(got, 'b');
	/* Without PASID the DMA domain is asked, with another nobody. */
	assert_int_equal(reads(hw, 0x1000), DMASIM_DMA_UNMAPPED);
	assert_int_equal(reads_as(hw, 2, 0x1000), DMASIM_DMA_BLOCKED);

	iommu_detach_device_pasid(b, dev, 255);
	iommu_detach_device_pasid(a, dev, 1);
	iommu_domain_free(b);
	iommu_domain_free(a);
	unplug(hw);
}

static bool count_cached(void *nr, const struct dmasim_iommu_cached *c)
{
	*(unsigned int *)nr += c->first <= 0x1000 && c->last >= 0x1000;
	return true;
}

/* Its tables may go next. */
static void what_is_detached_is_forgotten(void **state)
{
	struct one one = attached_as(*state, 5);
	unsigned int nr = 0;

	assert_int_equal(dmasim_iommu_visit_cached(NULL, count_cached, &nr), 0);
	assert_int_not_equal(nr, 0);
	iommu_detach_device_pasid(one.d, one.dev, 5);
	nr = 0;
	assert_int_equal(dmasim_iommu_visit_cached(NULL, count_cached, &nr), 0);
	assert_int_equal(nr, 0);
	drop(one);
}

static void what_is_detached_is_blocked(void **state)
{
	struct one one = attached_as(*state, 5);

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	iommu_detach_device_pasid(one.d, one.dev, 5);

	assert_int_equal(reads_as(one.hw, 5, 0x1000), DMASIM_DMA_BLOCKED);
	drop(one);
}

static void an_unmap_reaches_requests_with_a_pasid(void **state)
{
	struct one one = attached_as(*state, 5);

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	assert_int_equal(iommu_unmap(one.d, 0x1000, 0x1000), 0x1000);

	assert_int_equal(reads_as(one.hw, 5, 0x1000), DMASIM_DMA_UNMAPPED);
	iommu_detach_device_pasid(one.d, one.dev, 5);
	drop(one);
}

/* AMD's tables grow: the entry must name the new top. */
static void a_table_may_grow_under_a_pasid(void **state)
{
	struct one one = attached_as(*state, 5);

	assert_int_equal(iommu_map(one.d, 1ul << 60, RAM, 0x1000, IOMMU_READ,
				   GFP_KERNEL),
			 0);

	assert_int_equal(reads_as(one.hw, 5, 1ul << 60), DMASIM_DMA_OK);
	assert_int_equal(reads_as(one.hw, 5, 0x1000), DMASIM_DMA_OK);
	iommu_detach_device_pasid(one.d, one.dev, 5);
	drop(one);
}

/* spec: iommu-pt S13 */
static void pasids_that_cannot_be_are_refused(void **state)
{
	struct fixture *f = *state;
	static const struct iommu_ops other_hardware;
	struct dmasim_device *hw = plug_pasid(f, 4);
	struct device *dev = dmasim_device_kernel(hw);
	struct iommu_domain *d = mapped(dev, 0x1000, RAM);
	struct iommu_domain_ops ops = *d->ops;
	struct iommu_domain foreign = { .type = IOMMU_DOMAIN_UNMANAGED,
					.owner = &other_hardware,
					.ops = &ops };
	struct device nobody = {};

	assert_int_equal(iommu_attach_device_pasid(d, &nobody, 1, NULL),
			 -ENODEV);
	assert_int_equal(iommu_attach_device_pasid(d, dev, 16, NULL), -EINVAL);
	assert_int_equal(iommu_attach_device_pasid(d, dev, IOMMU_NO_PASID,
						   NULL),
			 -EINVAL);
	assert_int_equal(iommu_attach_device_pasid(&foreign, dev, 1, NULL),
			 -EINVAL);
	ops.set_dev_pasid = NULL;
	assert_int_equal(iommu_attach_device_pasid(&foreign, dev, 1, NULL),
			 -EOPNOTSUPP);
	assert_int_equal(iommu_replace_device_pasid(&foreign, dev, 1, NULL),
			 -EOPNOTSUPP);
	assert_int_equal(iommu_attach_device_pasid(d, dev, 15, NULL), 0);

	assert_int_equal(iommu_attach_device_pasid(d, dev, 15, NULL), -EBUSY);

	iommu_detach_device_pasid(d, dev, 15);
	iommu_domain_free(d);
	unplug(hw);
}

static void a_replaced_domain_is_not_reached_any_more(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw = plug_pasid(f, 8);
	struct device *dev = dmasim_device_kernel(hw);
	struct iommu_attach_handle first, second;
	struct iommu_domain *a = mapped(dev, 0x1000, RAM);
	struct iommu_domain *b = mapped(dev, 0x2000, RAM);

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	assert_int_equal(iommu_replace_device_pasid(b, dev, 3, &second),
			 -EINVAL);
	assert_int_equal(iommu_attach_device_pasid(a, dev, 3, &first), 0);
	assert_ptr_equal(first.domain, a);
	assert_int_equal(reads_as(hw, 3, 0x1000), DMASIM_DMA_OK);
	assert_int_equal(iommu_replace_device_pasid(b, dev, 3, NULL), -EINVAL);

	assert_int_equal(iommu_replace_device_pasid(b, dev, 3, &second), 0);

	assert_int_equal(reads_as(hw, 3, 0x2000), DMASIM_DMA_OK);
	assert_int_equal(reads_as(hw, 3, 0x1000), DMASIM_DMA_UNMAPPED);
	assert_ptr_equal(iommu_attach_handle_get(dev->iommu_group, 3, 0),
			 &second);
	assert_int_equal(PTR_ERR(iommu_attach_handle_get(dev->iommu_group, 3,
							 IOMMU_DOMAIN_SVA)),
			 -EBUSY);
	assert_int_equal(
		PTR_ERR(iommu_attach_handle_get(dev->iommu_group, 4, 0)),
		-ENOENT);
	iommu_detach_device_pasid(b, dev, 3);
	iommu_domain_free(b);
	iommu_domain_free(a);
	unplug(hw);
}

static unsigned long fault_at[2];

static int note_fault(struct iommu_domain *domain, struct device *dev,
		      unsigned long iova, int flags, void *token)
{
	assert_int_equal(flags, IOMMU_FAULT_READ);
	*(unsigned long *)token = iova;
	return 0;
}

static void a_fault_goes_to_the_handler_of_its_pasid(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw = plug_pasid(f, 8);
	struct device *dev = dmasim_device_kernel(hw);
	struct iommu_domain *rest = mapped(dev, 0x1000, RAM);
	struct iommu_domain *d = mapped(dev, 0x1000, RAM);

	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 3);
	memset(fault_at, 0, sizeof(fault_at));
	iommu_set_fault_handler(rest, note_fault, &fault_at[0]);
	iommu_set_fault_handler(d, note_fault, &fault_at[1]);
	assert_int_equal(iommu_attach_device(rest, dev), 0);
	assert_int_equal(iommu_attach_device_pasid(d, dev, 3, NULL), 0);

	assert_int_equal(reads_as(hw, 3, 0x5000), DMASIM_DMA_UNMAPPED);
	assert_int_equal(fault_at[0], 0);
	assert_int_equal(fault_at[1], 0x5000);
	assert_int_equal(reads(hw, 0x6000), DMASIM_DMA_UNMAPPED);
	assert_int_equal(fault_at[0], 0x6000);

	/* Nobody is attached there, so nobody is told. */
	assert_int_equal(reads_as(hw, 4, 0x7000), DMASIM_DMA_BLOCKED);
	assert_int_equal(fault_at[0], 0x6000);
	assert_int_equal(fault_at[1], 0x5000);

	iommu_detach_device_pasid(d, dev, 3);
	iommu_detach_device(rest, dev);
	iommu_domain_free(d);
	iommu_domain_free(rest);
	unplug(hw);
}

static void an_attached_pasid_keeps_owners_and_drivers_away(void **state)
{
	struct one one = one_domain(*state);
	struct device *dev = one.dev;
	int me;

	assert_int_equal(iommu_attach_device_pasid(one.d, dev, 1, NULL), 0);
	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), -EBUSY);
	assert_int_equal(iommu_device_use_default_domain(dev), 0);
	assert_int_equal(iommu_device_use_default_domain(dev), -EBUSY);

	iommu_detach_device_pasid(one.d, dev, 1);
	iommu_device_unuse_default_domain(dev);
	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), 0);
	iommu_device_release_dma_owner(dev);
	drop(one);
}

/* Who goes while a PASID is attached is warned, and stays. */
static void owners_and_drivers_detach_pasids_first(void **state)
{
	struct one one = one_domain(*state);
	struct device *dev = one.dev;
	int me;

	assert_int_equal(iommu_device_use_default_domain(dev), 0);
	assert_int_equal(iommu_attach_device_pasid(one.d, dev, 1, NULL), 0);
	expect_warns(2);
	iommu_device_unuse_default_domain(dev);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	iommu_detach_device_pasid(one.d, dev, 1);
	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), -EPERM);
	iommu_device_unuse_default_domain(dev);

	assert_int_equal(iommu_device_claim_dma_owner(dev, &me), 0);
	assert_int_equal(iommu_attach_device_pasid(one.d, dev, 1, NULL), 0);
	iommu_device_release_dma_owner(dev);
	assert_event(DMASIM_EVENT_WARN, NULL, 2);
	iommu_detach_device_pasid(one.d, dev, 1);
	assert_true(iommu_group_dma_owner_claimed(dev->iommu_group));
	iommu_device_release_dma_owner(dev);
	drop(one);
}

static void a_handle_serves_one_attachment(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw = plug_pasid(f, 8);
	struct device *dev = dmasim_device_kernel(hw);
	struct iommu_domain *a = mapped(dev, 0x1000, RAM);
	struct iommu_domain *b = mapped(dev, 0x2000, RAM);
	struct iommu_attach_handle handle;

	assert_int_equal(iommu_attach_device_pasid(a, dev, 3, &handle), 0);
	expect_warns(1);

	assert_int_equal(iommu_replace_device_pasid(b, dev, 3, &handle),
			 -EINVAL);

	assert_ptr_equal(handle.domain, a);
	assert_int_equal(reads_as(hw, 3, 0x1000), DMASIM_DMA_OK);
	iommu_detach_device_pasid(a, dev, 3);
	iommu_domain_free(b);
	iommu_domain_free(a);
	unplug(hw);
}

static const struct iommu_domain_ops *sim_domain_ops;
static bool seen_early;

static int look_and_attach(struct iommu_domain *domain, struct device *dev,
			   ioasid_t pasid, struct iommu_domain *old)
{
	seen_early |=
		!IS_ERR(iommu_attach_handle_get(dev->iommu_group, pasid, 0));
	return sim_domain_ops->set_dev_pasid(domain, dev, pasid, old);
}

/* A page request of an attach that is to fail must not find it. */
static void a_handle_is_found_when_the_attach_is_done(void **state)
{
	struct one one = one_domain(*state);
	struct iommu_attach_handle handle;
	struct iommu_domain_ops ops = *one.d->ops;

	sim_domain_ops = one.d->ops;
	ops.set_dev_pasid = look_and_attach;
	one.d->ops = &ops;
	seen_early = false;

	assert_int_equal(iommu_attach_device_pasid(one.d, one.dev, 3, &handle),
			 0);

	assert_false(seen_early);
	assert_ptr_equal(iommu_attach_handle_get(one.dev->iommu_group, 3, 0),
			 &handle);
	iommu_detach_device_pasid(one.d, one.dev, 3);
	one.d->ops = sim_domain_ops;
	drop(one);
}

static void all_devices_of_a_group_that_have_pasids_are_attached(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *with, *without, *narrow;
	struct iommu_domain *d;
	struct device *dev;

	model.iommu_group = 3;
	without = plug(f, &model);
	model.pasid_bits = 8;
	with = plug(f, &model);
	model.pasid_bits = 2;
	narrow = plug(f, &model);
	dev = dmasim_device_kernel(with);
	d = mapped(dev, 0x1000, RAM);

	assert_int_equal(iommu_attach_device_pasid(d, dev, 4, NULL), -EINVAL);
	assert_int_equal(iommu_attach_device_pasid(d, dev, 3, NULL), 0);

	assert_int_equal(reads_as(with, 3, 0x1000), DMASIM_DMA_OK);
	assert_int_equal(reads_as(narrow, 3, 0x1000), DMASIM_DMA_OK);
	assert_int_equal(reads_as(without, 3, 0x1000), DMASIM_DMA_BLOCKED);
	iommu_detach_device_pasid(d, dev, 3);
	unplug(narrow);
	unplug(with);
	iommu_domain_free(d);
	unplug(without);
}

/* Told for each PASID, and for the detach that comes too late. */
/* A domain that refuses one device, and passes the others on. */
static struct iommu_domain *behind_it;
static struct device *refused_by_it;

static int set_but_for_one(struct iommu_domain *domain, struct device *dev,
			   ioasid_t pasid, struct iommu_domain *old)
{
	if (dev == refused_by_it)
		return -ENOMEM;
	return behind_it->ops->set_dev_pasid(behind_it, dev, pasid, old);
}

static void a_group_is_attached_as_a_whole_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];
	struct iommu_domain_ops ops;
	struct iommu_domain picky;
	struct device *dev[2];
	int i;

	model.iommu_group = 7;
	model.pasid_bits = 8;
	for (i = 0; i < 2; i++) {
		hw[i] = plug(f, &model);
		dev[i] = dmasim_device_kernel(hw[i]);
	}
	behind_it = mapped(dev[0], 0x1000, RAM);
	ops = *behind_it->ops;
	ops.set_dev_pasid = set_but_for_one;
	picky = *behind_it;
	picky.ops = &ops;
	refused_by_it = dev[1];

	assert_int_equal(iommu_attach_device_pasid(&picky, dev[0], 5, NULL),
			 -ENOMEM);
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);
	assert_int_equal(reads_as(hw[0], 5, 0x1000), DMASIM_DMA_BLOCKED);

	assert_int_equal(iommu_attach_device_pasid(behind_it, dev[0], 5, NULL),
			 0);
	assert_int_equal(reads_as(hw[0], 5, 0x1000), DMASIM_DMA_OK);
	iommu_detach_device_pasid(behind_it, dev[0], 5);
	iommu_domain_free(behind_it);
	unplug(hw[1]);
	unplug(hw[0]);
}

static void a_device_that_goes_is_detached_and_told(void **state)
{
	struct one one = attached_as(*state, 5);

	expect_events(DMASIM_EVENT_MISUSE, "iommu-pasid", 3);
	assert_int_equal(iommu_attach_device_pasid(one.d, one.dev, 6, NULL), 0);
	get_device(one.dev);
	unplug(one.hw);
	assert_int_equal(dmasim_event_count(DMASIM_EVENT_MISUSE, "iommu-pasid"),
			 2);

	iommu_detach_device_pasid(one.d, one.dev, 5);

	put_device(one.dev);
	iommu_domain_free(one.d);
}

static void with_the_last_device_the_handle_of_its_group_goes(void **state)
{
	struct one one = one_domain(*state);
	struct iommu_attach_handle handle;

	assert_int_equal(iommu_attach_group_handle(one.d, one.dev->iommu_group,
						   &handle),
			 0);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-pasid", 1);
	expect_warns(1); /* not behind its default domain */

	unplug(one.hw);

	iommu_domain_free(one.d);
}

static void what_others_are_attached_for_stays(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *stays, *goes;
	struct iommu_domain *d;
	struct device *dev;

	model.iommu_group = 3;
	model.pasid_bits = 8;
	stays = plug(f, &model);
	goes = plug(f, &model);
	dev = dmasim_device_kernel(stays);
	d = mapped(dev, 0x1000, RAM);
	assert_int_equal(iommu_attach_device_pasid(d, dev, 3, NULL), 0);

	unplug(goes);

	assert_int_equal(reads_as(stays, 3, 0x1000), DMASIM_DMA_OK);
	iommu_detach_device_pasid(d, dev, 3);
	unplug(stays);
	iommu_domain_free(d);
}

/* As 6.17: who is there is attached, and nobody asks those who come later. */
static void a_device_that_joins_later_is_not_attached_and_noted(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *first, *late, *without;
	struct iommu_domain *d;
	struct device *dev;

	model.iommu_group = 3;
	model.pasid_bits = 8;
	first = plug(f, &model);
	dev = dmasim_device_kernel(first);
	d = mapped(dev, 0x1000, RAM);
	assert_int_equal(iommu_attach_device_pasid(d, dev, 3, NULL), 0);
	model.pasid_bits = 0;
	without = plug(f, &model);
	assert_event(DMASIM_EVENT_NOTE, "iommu-pasid-late", 0);
	model.pasid_bits = 8;
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);

	late = plug(f, &model);

	assert_event(DMASIM_EVENT_NOTE, "iommu-pasid-late", 1);
	assert_int_equal(reads_as(first, 3, 0x1000), DMASIM_DMA_OK);
	assert_int_equal(reads_as(late, 3, 0x1000), DMASIM_DMA_BLOCKED);

	/* It is a member: detached like the others, and attached with them. */
	iommu_detach_device_pasid(d, dev, 3);
	assert_int_equal(iommu_attach_device_pasid(d, dev, 3, NULL), 0);
	assert_int_equal(reads_as(late, 3, 0x1000), DMASIM_DMA_OK);
	iommu_detach_device_pasid(d, dev, 3);
	unplug(late);
	unplug(without);
	unplug(first);
	iommu_domain_free(d);
}

static void global_numbers_are_given_once(void **state)
{
	struct fixture *f = *state;
	struct dmasim_device *hw = plug_pasid(f, 2);
	struct device *dev = dmasim_device_kernel(hw);

	assert_int_equal(iommu_alloc_global_pasid(f->dev), IOMMU_PASID_INVALID);
	assert_int_equal(iommu_alloc_global_pasid(dev), 1);
	assert_int_equal(iommu_alloc_global_pasid(dev), 2);
	assert_int_equal(iommu_alloc_global_pasid(dev), 3);
	assert_int_equal(iommu_alloc_global_pasid(dev), IOMMU_PASID_INVALID);
	iommu_free_global_pasid(2);
	assert_int_equal(iommu_alloc_global_pasid(dev), 2);

	iommu_free_global_pasid(1);
	iommu_free_global_pasid(2);
	iommu_free_global_pasid(3);
	unplug(hw);
}

static void processes_cannot_be_bound(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(PTR_ERR(iommu_sva_bind_device(f->dev, NULL)),
			 -EOPNOTSUPP);
}

static void too_many_bits_are_refused(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw;

	model.pasid_bits = 21;
	assert_int_equal(dmasim_device_create(f->machine, &model, NULL, &hw),
			 -EINVAL);
	assert_non_null(strstr(dmasim_refusal(), "21 bits of PASIDs"));
}

static void an_attach_without_memory_attaches_nothing(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct dmasim_device *hw[2];
	struct iommu_domain *d;
	struct device *dev;
	struct sweep s;

	model.iommu_group = 3;
	model.pasid_bits = 8;
	hw[0] = plug(f, &model);
	hw[1] = plug(f, &model);
	dev = dmasim_device_kernel(hw[0]);
	d = mapped(dev, 0x1000, RAM);
	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = iommu_attach_device_pasid(d, dev, 9, NULL);

		if (!ret)
			iommu_detach_device_pasid(d, dev, 9);
		else
			assert_true(sweep_failed());
	}
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 2);
	assert_int_equal(reads_as(hw[0], 9, 0x1000), DMASIM_DMA_BLOCKED);
	assert_int_equal(reads_as(hw[1], 9, 0x1000), DMASIM_DMA_BLOCKED);
	iommu_domain_free(d);
	unplug(hw[1]);
	unplug(hw[0]);
}

int main(void)
{
	const struct CMUnitTest pasid[] = {
		fixture_case(each_pasid_has_a_table_of_its_own),
		fixture_case(what_is_detached_is_blocked),
		fixture_case(what_is_detached_is_forgotten),
		fixture_case(an_unmap_reaches_requests_with_a_pasid),
		fixture_case(pasids_that_cannot_be_are_refused),
		fixture_case(a_replaced_domain_is_not_reached_any_more),
		fixture_case(a_fault_goes_to_the_handler_of_its_pasid),
		fixture_case(an_attached_pasid_keeps_owners_and_drivers_away),
		fixture_case(owners_and_drivers_detach_pasids_first),
		fixture_case(a_handle_serves_one_attachment),
		fixture_case(a_handle_is_found_when_the_attach_is_done),
		fixture_case(
			all_devices_of_a_group_that_have_pasids_are_attached),
		fixture_case(a_group_is_attached_as_a_whole_or_not_at_all),
		fixture_case(a_device_that_goes_is_detached_and_told),
		fixture_case(with_the_last_device_the_handle_of_its_group_goes),
		fixture_case(what_others_are_attached_for_stays),
		fixture_case(
			a_device_that_joins_later_is_not_attached_and_noted),
		fixture_case(global_numbers_are_given_once),
		fixture_case(processes_cannot_be_bound),
		fixture_case(too_many_bits_are_refused),
		fixture_case(an_attach_without_memory_attaches_nothing),
	};

	const struct CMUnitTest growing[] = {
		fixture_case(a_table_may_grow_under_a_pasid),
	};

	return run_variants("iommu_pasid", pasid, variants_strict) +
	       run_variants_("iommu_pasid", growing, 1, &variants_strict[1],
			     1) +
	       run_variants("iommu_pasid", pasid, variants_formats) +
	       not_swept("iommu_attach_device_pasid");
}
