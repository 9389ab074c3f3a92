/* SPDX-License-Identifier: MIT */
/*
 * What an endpoint can do about addresses besides using them: keep translations
 * (ATS), carry PASIDs, ask for pages (PRI). Their capabilities in extended config
 * space, and what software's writes to them switch.
 *
 *	0x100	each that the device has, 16 bytes apart
 *
 * After PCI Express 6.0, sections 7.8.8 (PASID), 10.5.1 (ATS), 10.5.2 (PRI).
 * Nothing is on after a reset. The smallest translation unit (STU) is taken at
 * its word: a device believes that a translation holds for a whole unit.
 *
 * S1  dev->atc, dev->stu_lg2, dev->pasid_ctrl and dev->pri_on follow the registers
 *     at the end of every config write.
 * S2  Software that changes PASID bits while ATS is on, which is undefined, is
 *     told so (event "ats-pasid-order"); the bits change.
 *
 * Locks: fabric.lock, and dma_lock inside.
 * Tests: tests/unit/hw/test_config.c, test_atc.c, tests/unit/pci/test_ats.c
 */
#include "hw/fabric.h"

enum {
	FIRST = 0x100,
	STRIDE = 0x10,

	ID_ATS = 0x0f,
	ATS_CAP = 4, /* depth of the queue: 0 means 32 */
	ATS_CAP_ALIGNED = 1u << 5, /* asks for whole pages only */
	ATS_CAP_GLOBAL = 1u << 6, /* one command for all PASIDs */
	ATS_CTRL = 6,
	ATS_CTRL_STU = 0x1f,
	ATS_CTRL_ENABLE = 1u << 15,

	ID_PRI = 0x13,
	PRI_CTRL = 4,
	PRI_CTRL_ENABLE = 1u << 0, /* the reset bit reads 0 */
	PRI_STATUS = 6,
	PRI_STATUS_STOPPED = 1u << 8,
	PRI_STATUS_PASID = 1u << 15, /* answers carry the PASID */
	PRI_CAPACITY = 8,
	PRI_ALLOCATION = 12,

	ID_PASID = 0x1b,
	PASID_CAP = 4,
	PASID_CTRL = 6,
	PASID_CTRL_ENABLE = 1u << 0,
};

#define PRI_MAX_REQUESTS 32

/* Return: where the next capability goes. */
static unsigned int def_cap(struct hw_cfg_space *cfg, unsigned int id,
			    unsigned int *at, unsigned int *last)
{
	unsigned int cap = *at;

	hw_cfg_def(cfg, cap, 4, id | 1u << 16, 0);
	if (*last)
		hw_cfg_def(cfg, *last + 2, 2, cap << 4 | 1, 0);
	*last = cap;
	*at += STRIDE;
	return cap;
}

static void build(struct hw_dev *dev)
{
	const struct hw_services *has = &dev->services;
	struct hw_cfg_space *cfg = &dev->cfg;
	unsigned int at = FIRST, last = 0, cap;

	dev->cap_ats = dev->cap_pri = dev->cap_pasid = 0;
	if (has->ats) {
		dev->cap_ats = cap = def_cap(cfg, ID_ATS, &at, &last);
		hw_cfg_def(cfg, cap + ATS_CAP, 2,
			   ATS_CAP_ALIGNED | ATS_CAP_GLOBAL, 0);
		hw_cfg_def(cfg, cap + ATS_CTRL, 2, 0,
			   ATS_CTRL_STU | ATS_CTRL_ENABLE);
	}
	if (has->page_requests) {
		dev->cap_pri = cap = def_cap(cfg, ID_PRI, &at, &last);
		hw_cfg_def(cfg, cap + PRI_CTRL, 2, 0, PRI_CTRL_ENABLE);
		hw_cfg_def(cfg, cap + PRI_STATUS, 2,
			   PRI_STATUS_STOPPED |
				   (has->pasid_bits ? PRI_STATUS_PASID : 0),
			   0);
		hw_cfg_def(cfg, cap + PRI_CAPACITY, 4, PRI_MAX_REQUESTS, 0);
		hw_cfg_def(cfg, cap + PRI_ALLOCATION, 4, 0, 0xffffffff);
	}
	if (has->pasid_bits) {
		dev->cap_pasid = cap = def_cap(cfg, ID_PASID, &at, &last);
		hw_cfg_def(cfg, cap + PASID_CAP, 2, has->pasid_bits << 8, 0);
		hw_cfg_def(cfg, cap + PASID_CTRL, 2, 0, PASID_CTRL_ENABLE);
	}
}

static void follow_ats(struct hw_dev *dev)
{
	unsigned int ctrl = 0;

	if (dev->cap_ats)
		ctrl = hw_cfg_get(&dev->cfg, dev->cap_ats + ATS_CTRL, 2);
	hw_atc_switch(dev, ctrl & ATS_CTRL_ENABLE,
		      HW_PAGE_LG2 + (ctrl & ATS_CTRL_STU));
}

static void follow_pasid(struct hw_dev *dev)
{
	uint16_t ctrl = 0;

	if (dev->cap_pasid)
		ctrl = hw_cfg_get(&dev->cfg, dev->cap_pasid + PASID_CTRL, 2);
	if (ctrl != dev->pasid_ctrl && dev->atc)
		host_event_add(
			HOST_EVENT_MISUSE, "ats-pasid-order", hw_dev_name(dev),
			dev->rid, 0,
			"PASIDs of requester %#x were switched %s while its ATS is on",
			dev->rid, ctrl ? "on" : "off");
	__atomic_store_n(&dev->pasid_ctrl, ctrl, __ATOMIC_RELAXED);
}

static void follow_pri(struct hw_dev *dev)
{
	uint8_t *status = &dev->cfg.val[dev->cap_pri + PRI_STATUS + 1];
	bool on;

	if (!dev->cap_pri)
		return;
	on = hw_cfg_get(&dev->cfg, dev->cap_pri + PRI_CTRL, 2) &
	     PRI_CTRL_ENABLE;
	*status = (uint8_t)((*status & ~(PRI_STATUS_STOPPED >> 8)) |
			    (on ? 0 : PRI_STATUS_STOPPED >> 8));
	__atomic_store_n(&dev->pri_on, on, __ATOMIC_RELAXED);
}

/** hw_services_follow() - config space was written. fabric.lock held. */
void hw_services_follow(struct hw_dev *dev)
{
	/* ATS last: what else was written with it came before. */
	follow_pasid(dev);
	follow_pri(dev);
	follow_ats(dev);
}

/** hw_services_reset() - all is off, the device forgets. fabric.lock held. */
void hw_services_reset(struct hw_dev *dev)
{
	build(dev);
	hw_atc_switch(dev, false, HW_PAGE_LG2);
	hw_services_follow(dev);
}

/**
 * hw_dev_set_services() - what a device can do
 * @dev: its port, just plugged in
 * @services: copied
 *
 * Context: no hardware lock held.
 * Return: false if the host has no memory for its TLB.
 */
bool hw_dev_set_services(struct hw_dev *dev, const struct hw_services *services)
{
	bool ok = !services->ats || hw_atc_make(dev);

	host_mutex_lock(&hw_fabric.lock);
	if (ok)
		dev->services = *services;
	hw_services_reset(dev);
	host_mutex_unlock(&hw_fabric.lock);
	return ok;
}

/** hw_dev_pasid_bits() - width of the PASIDs it may send now; 0: none. */
unsigned int hw_dev_pasid_bits(struct hw_dev *dev)
{
	return __atomic_load_n(&dev->pasid_ctrl, __ATOMIC_RELAXED) ?
		       dev->services.pasid_bits :
		       0;
}

/** hw_dev_asks_for_pages() - may it send page requests now? */
bool hw_dev_asks_for_pages(struct hw_dev *dev)
{
	return __atomic_load_n(&dev->pri_on, __ATOMIC_RELAXED);
}
