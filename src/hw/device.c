/* SPDX-License-Identifier: MIT */
/*
 * Plugging: endpoints come and go, and routing follows the registers.
 *
 * I1  A plugged device's model passed check_model().
 * I2  hw_fabric_route() is the only writer of the derived fields.
 *
 * Locks: fabric.lock; the reset callback runs without it.
 * Tests: tests/unit/hw/test_config.c
 */
#include <stdio.h>

#include "hw/fabric.h"

struct hw_fabric hw_fabric;

/** hw_fabric_init() - power on: a root port with nothing below. */
void hw_fabric_init(void)
{
	memset(&hw_fabric, 0, sizeof(hw_fabric));
	hw_page_requests_reset();
	hw_cfg_build_port(&hw_fabric.port);
	hw_fabric_route();
}

/** hw_fabric_exit() - unplug whatever is left. */
void hw_fabric_exit(void)
{
	unsigned int i;

	for (i = 0; i < HW_NR_SLOTS; i++)
		if (hw_fabric.dev[i])
			hw_dev_unplug(hw_fabric.dev[i]);
}

static void set_window(unsigned int nr, bool open, uint64_t first,
		       uint64_t last)
{
	if (!open || first > last) {
		first = UINT64_MAX;
		last = 0;
	}
	__atomic_store_n(&hw_fabric.window[nr].first, first, __ATOMIC_RELAXED);
	__atomic_store_n(&hw_fabric.window[nr].last, last, __ATOMIC_RELAXED);
}

static void route_windows(bool open)
{
	const struct hw_cfg_space *p = &hw_fabric.port;
	uint64_t first, last;

	first = (uint64_t)(hw_cfg_get(p, CFG_MEM_BASE, 2) & 0xfff0) << 16;
	last = (uint64_t)(hw_cfg_get(p, CFG_MEM_LIMIT, 2) & 0xfff0) << 16;
	set_window(0, open, first, last | 0xfffff);

	first = (uint64_t)(hw_cfg_get(p, CFG_PREF_BASE, 2) & 0xfff0) << 16 |
		(uint64_t)hw_cfg_get(p, CFG_PREF_BASE_HI, 4) << 32;
	last = (uint64_t)(hw_cfg_get(p, CFG_PREF_LIMIT, 2) & 0xfff0) << 16 |
	       (uint64_t)hw_cfg_get(p, CFG_PREF_LIMIT_HI, 4) << 32;
	set_window(1, open, first, last | 0xfffff);
}

static void route_bars(struct hw_dev *dev, bool decode)
{
	unsigned int i;

	for (i = 0; i < HW_NR_BARS; i++) {
		const struct hw_bar *bar = &dev->model->bar[i];
		uint64_t base = hw_cfg_get(&dev->cfg, CFG_BAR0 + 4 * i, 4);

		dev->bar_base[i] = UINT64_MAX;
		if (!bar->size || !decode)
			continue;
		if (bar->is64)
			base |= (uint64_t)hw_cfg_get(&dev->cfg,
						     CFG_BAR0 + 4 * i + 4, 4)
				<< 32;
		dev->bar_base[i] = base & ~(bar->size - 1);
	}
}

/**
 * hw_fabric_route() - derive routing from the registers
 *
 * Context: fabric.lock held, or hw_init().
 */
void hw_fabric_route(void)
{
	uint16_t port_cmd = hw_cfg_get(&hw_fabric.port, CFG_COMMAND, 2);
	unsigned int bus = hw_fabric.port.val[CFG_SECONDARY], i;

	route_windows(port_cmd & CFG_COMMAND_MEMORY);
	for (i = 0; i < HW_NR_SLOTS; i++) {
		struct hw_dev *dev = hw_fabric.dev[i];
		uint16_t cmd;
		bool awake;

		if (!dev)
			continue;
		cmd = hw_cfg_get(&dev->cfg, CFG_COMMAND, 2);
		awake = !(hw_cfg_get(&dev->cfg, CFG_PM_CSR, 2) & 3);
		route_bars(dev, awake && cmd & CFG_COMMAND_MEMORY);
		__atomic_store_n(&dev->master,
				 awake && cmd & port_cmd & CFG_COMMAND_MASTER,
				 __ATOMIC_RELAXED);
		if (dev->rid == (bus << 8 | i << 3))
			continue;
		__atomic_store_n(&dev->rid, bus << 8 | i << 3,
				 __ATOMIC_RELAXED);
		snprintf(dev->name, sizeof(dev->name), "0000:%02x:%02x.0", bus,
			 i);
	}
	/* What devices know of routes (struct hw_tlb_slot) may be wrong now. */
	hw_iommu_forget_slots();
}

/**
 * hw_dev_power_on() - all registers of a function back to their initial state
 * @dev: the function
 *
 * The caller runs the model's reset callback after releasing the lock.
 * Context: fabric.lock held.
 */
void hw_dev_power_on(struct hw_dev *dev)
{
	hw_cfg_build_endpoint(&dev->cfg, dev->model);
	hw_msix_reset(dev);
	hw_services_reset(dev);
}

static const char *check_bars(const struct hw_model *m)
{
	unsigned int i;

	for (i = 0; i < HW_NR_BARS; i++) {
		const struct hw_bar *bar = &m->bar[i];

		if (!bar->size)
			continue;
		if (bar->size < 128 || bar->size & (bar->size - 1))
			return "a BAR's size is not a power of two from 128 on";
		if (!bar->is64 && bar->size > 1ull << 31)
			return "a 32-bit BAR is larger than 2 GiB";
		if (bar->is64 && (i + 1 == HW_NR_BARS || m->bar[i + 1].size))
			return "a 64-bit BAR needs the next BAR's register";
	}
	return NULL;
}

static const char *check_model(const struct hw_model *m)
{
	const char *why = check_bars(m);

	if (why)
		return why;
	if (m->class_code >> 24)
		return "the class code has more than 24 bits";
	if (!m->msix_vectors)
		return NULL;
	if (m->msix_vectors > 2048)
		return "MSI-X has more than 2048 vectors";
	if (m->msix_bar >= HW_NR_BARS || m->msix_offset & 7)
		return "the MSI-X table has no place";
	if (hw_msix_end(m) > m->bar[m->msix_bar].size)
		return "the MSI-X table does not fit its BAR";
	return NULL;
}

/* Lock held. Return: the slot, or -1. */
static int find_slot(int want)
{
	int i;

	if (want >= HW_NR_SLOTS || want < -1)
		return -1;
	if (want >= 0)
		return hw_fabric.dev[want] ? -1 : want;
	for (i = 0; i < HW_NR_SLOTS; i++)
		if (!hw_fabric.dev[i])
			return i;
	return -1;
}

static struct hw_dev *refuse(const struct hw_model *model, const char *why)
{
	host_event_add(HOST_EVENT_REFUSAL, "hw-plug", NULL, 0, 0, "%s: %s",
		       model->name ? model->name : "(unnamed model)", why);
	return NULL;
}

static void dev_free(struct hw_dev *dev)
{
	hw_atc_free(dev);
	host_free(dev->msix_pending);
	host_free(dev->msix);
	host_free(dev);
}

static struct hw_dev *dev_alloc(const struct hw_model *model, void *priv)
{
	size_t nr = model->msix_vectors;
	struct hw_dev *dev = host_alloc(sizeof(*dev));

	if (!dev)
		return NULL;
	dev->model = model;
	dev->priv = priv;
	dev->alias_slot = -1;
	dev->msix = host_alloc(nr * sizeof(*dev->msix));
	dev->msix_pending = host_alloc((nr + 63) / 64 * 8);
	if (!dev->msix || !dev->msix_pending) {
		dev_free(dev);
		return NULL;
	}
	return dev;
}

/**
 * hw_dev_plug() - put a function below the root port
 * @model: its description; must stay until it is unplugged
 * @priv: the model's state, hw_dev_priv()
 * @slot: device number 0..31, or -1 for the next free one
 *
 * Calls the model's reset callback.
 * Context: any thread, no hardware lock held.
 * Return: the port; NULL when the slot is taken, the bus is full, @model cannot
 * exist (event "hw-plug" says why), or memory is short.
 */
struct hw_dev *hw_dev_plug(const struct hw_model *model, void *priv, int slot)
{
	const char *why = hw_powered ? check_model(model) : "no machine";
	struct hw_dev *dev;
	int nr;

	if (why)
		return refuse(model, why);
	dev = dev_alloc(model, priv);
	if (!dev)
		return refuse(model, "out of memory");

	host_mutex_lock(&hw_fabric.lock);
	nr = find_slot(slot);
	if (nr >= 0) {
		dev->slot = (unsigned int)nr;
		hw_dev_power_on(dev);
		hw_fabric.dev[nr] = dev;
		hw_fabric_route();
	}
	host_mutex_unlock(&hw_fabric.lock);

	if (nr < 0) {
		dev_free(dev);
		return refuse(model, "no free slot on the bus");
	}
	if (model->reset)
		model->reset(dev);
	return dev;
}

/**
 * hw_dev_unplug() - remove a function
 * @dev: the function; freed
 *
 * Context: any thread; the model is not inside a callback.
 */
void hw_dev_unplug(struct hw_dev *dev)
{
	host_mutex_lock(&hw_fabric.lock);
	hw_fabric.dev[dev->slot] = NULL;
	host_mutex_unlock(&hw_fabric.lock);
	hw_iommu_dev_gone(&dev->tlb);
	hw_cost_dev_gone(dev);
	dev_free(dev);
}

/**
 * hw_dev_priv() - the model's state
 * @dev: the port
 *
 * Context: any.
 * Return: what hw_dev_plug() was given.
 */
void *hw_dev_priv(struct hw_dev *dev)
{
	return dev->priv;
}

/**
 * hw_dev_rid() - requester id
 * @dev: the port
 *
 * Context: any.
 * Return: bus << 8 | devfn, after the bus number that software gave.
 */
uint16_t hw_dev_rid(struct hw_dev *dev)
{
	return __atomic_load_n(&dev->rid, __ATOMIC_RELAXED);
}

/**
 * hw_dev_set_alias() - whose requester id a function's requests carry
 * @dev: the port
 * @slot: a slot of the same bus, occupied or not; -1: its own
 *
 * Context: any thread, no hardware lock held.
 */
void hw_dev_set_alias(struct hw_dev *dev, int slot)
{
	__atomic_store_n(&dev->alias_slot, slot, __ATOMIC_RELAXED);
	hw_iommu_forget_slots();
}

/**
 * hw_dev_requester() - the id that a function's requests carry
 * @dev: the port
 *
 * Context: any.
 * Return: hw_dev_rid(), or the same with another slot.
 */
uint16_t hw_dev_requester(struct hw_dev *dev)
{
	int alias = __atomic_load_n(&dev->alias_slot, __ATOMIC_RELAXED);
	uint16_t rid = hw_dev_rid(dev);

	return alias < 0 ? rid : (uint16_t)((rid & 0xff00) | alias << 3);
}

/** hw_dev_slot() - where on its bus @dev sits. Context: any. */
unsigned int hw_dev_slot(struct hw_dev *dev)
{
	return dev->slot;
}

/**
 * hw_dev_name() - address of the function as text
 * @dev: the port
 *
 * Context: any; changes when software renumbers the bus.
 * Return: such as "0000:01:00.0".
 */
const char *hw_dev_name(struct hw_dev *dev)
{
	return dev->name;
}
