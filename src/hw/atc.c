/* SPDX-License-Identifier: MIT */
/*
 * Translations that a device keeps for itself: address translation services of
 * PCI Express (ATS).
 *
 *	access -> device TLB -> IOTLB -> walk
 *	             ^  filled with every translation that the IOMMU gave
 *
 * The IOMMU lets a translated request pass if the device's context translates at
 * all, and asks no table: what the device has kept is used until the device is
 * told to forget it, by a command of its own. One that comes before the IOTLB's
 * is of no use: the next access brings the old translation back.
 * As the IOTLB this one never evicts.
 * Translations are tagged by the PASID of the request, or none. A command for one
 * PASID leaves those of others and those without alone.
 * Software switches it on and off (services.c).
 *
 * T1  A command that was answered leaves no access that uses what it dropped.
 *
 * Locks: dev->dma_lock protects dev->atc.
 * Tests: tests/unit/hw/test_atc.c, tests/unit/iommu/test_ats.c
 */
#include "hw/fabric.h"
#include "hw/iotlb.h"
#include "hw/walk.h"

static unsigned int to_lose; /* atomic */
static unsigned int nr_on; /* devices whose ATS is on; atomic */

/**
 * hw_atc_make() - room for the translations of a device
 * @dev: its port; before its first access
 *
 * Context: no hardware lock held.
 * Return: false if the host has no memory for them.
 */
bool hw_atc_make(struct hw_dev *dev)
{
	struct iotlb *tlb;

	if (dev->own_tlb)
		return true;
	tlb = host_alloc(sizeof(*tlb));
	if (!tlb || !iotlb_init(tlb, 0)) {
		host_free(tlb);
		return false;
	}
	dev->own_tlb = tlb;
	return true;
}

/**
 * hw_atc_switch() - ATS is on or off
 * @dev: its port
 * @on: whether; a device forgets when it is switched
 * @stu_lg2: lg2 of its smallest translation unit in bytes
 *
 * Context: fabric.lock held.
 */
void hw_atc_switch(struct hw_dev *dev, bool on, unsigned int stu_lg2)
{
	const struct hw_inv_cmd all = { .type = HW_INV_TRANSLATIONS };
	unsigned int i;

	if (!dev->own_tlb)
		return;
	host_mutex_lock(&dev->dma_lock);
	if (on != !!dev->atc) {
		iotlb_drop(dev->own_tlb, &all);
		/* With ATS on none is filled. */
		for (i = 0; i < HW_DEV_TLB_SLOTS; i++)
			dev->tlb.slot[i].gen = 0;
		dev->atc = on ? dev->own_tlb : NULL;
		__atomic_fetch_add(&nr_on, on ? 1 : -1, __ATOMIC_RELAXED);
	}
	dev->stu_lg2 = (uint8_t)stu_lg2;
	host_mutex_unlock(&dev->dma_lock);
}

/** hw_atc_free() - the device is gone. */
void hw_atc_free(struct hw_dev *dev)
{
	if (dev->atc)
		__atomic_fetch_sub(&nr_on, 1, __ATOMIC_RELAXED);
	dev->atc = NULL;
	if (dev->own_tlb)
		iotlb_exit(dev->own_tlb);
	host_free(dev->own_tlb);
	dev->own_tlb = NULL;
}

/* ---- translation ----------------------------------------------------------- */

/**
 * hw_atc_find() - does the device know a translation itself?
 * @dev: the device, with a TLB
 * @pasid: of the request
 * @addr: device address
 * @write: the right that is needed
 * @w: what it knows
 * @expired: what it should have been made to forget (debug builds)
 *
 * Context: dma_lock held.
 * Return: false: it must ask, because it knows nothing or too few rights.
 */
bool hw_atc_find(struct hw_dev *dev, uint32_t pasid, uint64_t addr, bool write,
		 struct hw_walk *w, bool *expired)
{
	const struct iotlb_entry *e = iotlb_probe(
		dev->atc, iotlb_domain(dev->atc, 0, false, pasid), 0, addr);

	if (!e || !(write ? e->write : e->read))
		return false;
	w->phys = e->phys + (addr - e->first);
	w->lg2 = e->tag;
	w->read = e->read;
	w->write = e->write;
	w->level = e->level;
	w->entry = e->entry;
	*expired = e->expired;
	return true;
}

/**
 * hw_atc_fill() - the IOMMU gave a translation
 * @dev: the device, with a TLB
 * @pasid: of the request
 * @addr: device address
 * @w: the translation
 *
 * Context: dma_lock held.
 */
void hw_atc_fill(struct hw_dev *dev, uint32_t pasid, uint64_t addr,
		 const struct hw_walk *w)
{
	unsigned int lg2 = w->lg2 < dev->stu_lg2 ? dev->stu_lg2 : w->lg2;
	struct iotlb_entry *e = iotlb_insert(
		dev->atc, iotlb_domain(dev->atc, 0, false, pasid), lg2, addr);

	/* A completion says where the unit begins, and nothing below. */
	e->phys = w->phys & ~((1ull << lg2) - 1);
	e->read = w->read;
	e->write = w->write;
	e->level = w->level;
	e->entry = w->entry;
}

/* ---- looking ---------------------------------------------------------------- */

/**
 * hw_atc_get_cached() - what a device keeps for itself, in no order
 * @dev: its port
 * @out: filled; @domain is always 0
 * @max: entries that it has room for
 *
 * Context: any thread, no hardware lock held.
 * Return: how many there are; 0 without ATS.
 */
uint64_t hw_atc_get_cached(struct hw_dev *dev, struct hw_cached_entry *out,
			   uint64_t max)
{
	uint64_t nr;

	host_mutex_lock(&dev->dma_lock);
	nr = dev->atc ? iotlb_copy(dev->atc, out, max) : 0;
	host_mutex_unlock(&dev->dma_lock);
	return nr;
}

/**
 * hw_dev_idle() - is no access under way?
 * @dev: its port
 *
 * Context: any thread, for debuggers.
 */
bool hw_dev_idle(struct hw_dev *dev)
{
	if (!host_mutex_trylock(&dev->dma_lock))
		return false;
	host_mutex_unlock(&dev->dma_lock);
	return true;
}

/* ---- invalidation ---------------------------------------------------------- */

/**
 * hw_atc_lose() - the next invalidations of device TLBs get no answer
 * @nr: so many more
 *
 * Context: any thread.
 */
void hw_atc_lose(unsigned int nr)
{
	__atomic_fetch_add(&to_lose, nr, __ATOMIC_RELAXED);
}

/** hw_atc_init() - power on. */
void hw_atc_init(void)
{
	__atomic_store_n(&to_lose, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&nr_on, 0, __ATOMIC_RELAXED);
}

/** hw_atc_any() - does any device keep translations? Context: any. */
bool hw_atc_any(void)
{
	return __atomic_load_n(&nr_on, __ATOMIC_RELAXED);
}

static bool lost(void)
{
	unsigned int nr = __atomic_load_n(&to_lose, __ATOMIC_RELAXED);

	while (nr &&
	       !__atomic_compare_exchange_n(&to_lose, &nr, nr - 1, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	return nr;
}

/* Lock held: fabric.lock. */
static bool forget(const struct hw_inv_cmd *cmd)
{
	struct hw_inv_cmd range = *cmd;
	unsigned int i;

	range.type = HW_INV_RANGE;
	range.domain = 0;
	for (i = 0; i < HW_NR_SLOTS; i++) {
		struct hw_dev *dev = hw_fabric.dev[i];

		if (!dev || dev->rid != cmd->rid || !dev->atc)
			continue;
		host_mutex_lock(&dev->dma_lock);
		iotlb_drop(dev->atc, &range);
		host_mutex_unlock(&dev->dma_lock);
		return true;
	}
	return false;
}

/**
 * hw_atc_invalidate() - tell a device to forget
 * @cmd: a HW_INV_DEVICE
 *
 * Context: any thread, no hardware lock held but the queue's.
 * Return: false, with event "ats-timeout", if there is no answer: the device has
 * no ATS or it is off, is gone, or was told to keep silent.
 */
bool hw_atc_invalidate(const struct hw_inv_cmd *cmd)
{
	bool answered;

	host_mutex_lock(&hw_fabric.lock);
	answered = !lost() && forget(cmd);
	host_mutex_unlock(&hw_fabric.lock);
	if (!answered)
		host_event_add(HOST_EVENT_FAULT, "ats-timeout", NULL, cmd->rid,
			       0, "the device TLB of requester %#x is silent",
			       cmd->rid);
	return answered;
}
