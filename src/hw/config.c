/* SPDX-License-Identifier: MIT */
/*
 * Config space: what the functions say about themselves, and accesses to it.
 *
 * A function is bytes of values and as many bytes of "software may change this
 * bit"; a write is (old & ~mask) | (new & mask). BAR sizing, the read-only
 * parts of windows and the constant capabilities all follow from the masks.
 * What extended config space holds, which reads zero but for that, is built by
 * services.c.
 *
 *	endpoint:  0x40 power management, 0x50 PCI Express, 0xa0 MSI-X
 *	root port: 0x50 PCI Express
 *
 * Registers with an effect beyond routing: function level reset, secondary bus
 * reset, MSI-X enable and mask, those of services.c. Their callbacks run after fabric.lock is
 * released.
 *
 * Models: PCI Local Bus 3.0 chapter 6, PCI-to-PCI Bridge 1.2, PCI Express
 * base 4.0 chapter 7. Reduced: no I/O space, no INTx, no option ROM, error
 * registers read zero.
 * I1  Bits outside the mask never change after power-on.
 *
 * Tests: tests/unit/hw/test_config.c
 */
#include "hw/fabric.h"

enum {
	CAP_ID_PM = 0x01,
	CAP_ID_PCIE = 0x10,
	CAP_ID_MSIX = 0x11,
};

static void put(uint8_t *bytes, unsigned int reg, unsigned int size,
		uint32_t val)
{
	while (size--) {
		bytes[reg++] = (uint8_t)val;
		val >>= 8;
	}
}

/**
 * hw_cfg_def() - define one register
 * @cfg: the function
 * @reg: offset
 * @size: 1, 2 or 4
 * @val: at power-on
 * @wmask: bits that software may change
 *
 * Context: as hw_cfg_get().
 */
void hw_cfg_def(struct hw_cfg_space *cfg, unsigned int reg, unsigned int size,
		uint32_t val, uint32_t wmask)
{
	put(cfg->val, reg, size, val);
	put(cfg->wmask, reg, size, wmask);
}

/**
 * hw_cfg_get() - one register
 * @cfg: the function
 * @reg: offset within @cfg
 * @size: 1, 2 or 4
 *
 * Context: fabric.lock held, or the function is not plugged yet.
 * Return: its value.
 */
uint32_t hw_cfg_get(const struct hw_cfg_space *cfg, unsigned int reg,
		    unsigned int size)
{
	uint32_t val = 0;
	unsigned int i;

	for (i = 0; i < size; i++)
		val |= (uint32_t)cfg->val[reg + i] << 8 * i;
	return val;
}

static void def_header(struct hw_cfg_space *cfg, uint16_t vendor,
		       uint16_t device, uint32_t class_rev, uint8_t type,
		       uint8_t first_cap)
{
	hw_cfg_def(cfg, 0x00, 2, vendor, 0);
	hw_cfg_def(cfg, 0x02, 2, device, 0);
	/* Memory, bus master, parity and SERR enables, INTx disable. */
	hw_cfg_def(cfg, CFG_COMMAND, 2, 0, 0x0546);
	hw_cfg_def(cfg, 0x06, 2, 0x0010, 0); /* status: capability list */
	hw_cfg_def(cfg, 0x08, 4, class_rev, 0);
	hw_cfg_def(cfg, 0x0c, 1, 0, 0xff); /* cache line size */
	hw_cfg_def(cfg, 0x0e, 1, type, 0);
	hw_cfg_def(cfg, 0x34, 1, first_cap, 0);
	hw_cfg_def(cfg, 0x3c, 1, 0, 0xff); /* interrupt line: scratch */
}

static void def_pcie(struct hw_cfg_space *cfg, uint8_t next, uint16_t flags,
		     uint32_t devcap)
{
	unsigned int cap = CFG_CAP_PCIE;

	hw_cfg_def(cfg, cap, 1, CAP_ID_PCIE, 0);
	hw_cfg_def(cfg, cap + 1, 1, next, 0);
	hw_cfg_def(cfg, cap + 2, 2, flags, 0);
	hw_cfg_def(cfg, cap + 4, 4, devcap, 0);
	hw_cfg_def(cfg, CFG_PCIE_DEVCTL, 2, 0x2810, 0x7fff);
	hw_cfg_def(cfg, cap + 0x0c, 4, 0x00000044, 0); /* link: 16 GT/s, x4 */
	hw_cfg_def(cfg, cap + 0x10, 2, 0, 0x01eb);
	hw_cfg_def(cfg, cap + 0x12, 2, 0x0044, 0);
	/* Completion timeouts; one end-to-end TLP prefix, such as a PASID. */
	hw_cfg_def(cfg, cap + 0x24, 4, 0x0060001f, 0);
	hw_cfg_def(cfg, cap + 0x28, 2, 0, 0x071f);
	hw_cfg_def(cfg, cap + 0x2c, 4, 0x0000001e, 0);
	hw_cfg_def(cfg, cap + 0x30, 2, 0x0004, 0x000f);
}

/**
 * hw_cfg_build_port() - the root port's registers at power-on
 * @cfg: result
 *
 * Firmware has numbered the buses (secondary and subordinate 1) and nothing
 * else: windows are closed, everything is disabled.
 * Context: hw_init().
 */
void hw_cfg_build_port(struct hw_cfg_space *cfg)
{
	memset(cfg, 0, sizeof(*cfg));
	def_header(cfg, 0x1b36, 0x000c, 0x06040000, 1, CFG_CAP_PCIE);
	hw_cfg_def(cfg, 0x18, 1, 0, 0xff);
	hw_cfg_def(cfg, CFG_SECONDARY, 1, 1, 0xff);
	hw_cfg_def(cfg, 0x1a, 1, 1, 0xff);
	hw_cfg_def(cfg, CFG_MEM_BASE, 2, 0xfff0, 0xfff0);
	hw_cfg_def(cfg, CFG_MEM_LIMIT, 2, 0x0000, 0xfff0);
	hw_cfg_def(cfg, CFG_PREF_BASE, 2, 0xfff1, 0xfff0);
	hw_cfg_def(cfg, CFG_PREF_LIMIT, 2, 0x0001, 0xfff0);
	hw_cfg_def(cfg, CFG_PREF_BASE_HI, 4, 0, 0xffffffff);
	hw_cfg_def(cfg, CFG_PREF_LIMIT_HI, 4, 0, 0xffffffff);
	hw_cfg_def(cfg, CFG_BRIDGE_CONTROL, 2, 0, 0x0043);
	/* Version 2, root port; payload 256. */
	def_pcie(cfg, 0, 0x0042, 0x00008001);
}

static void def_bars(struct hw_cfg_space *cfg, const struct hw_model *model)
{
	unsigned int i;

	for (i = 0; i < HW_NR_BARS; i++) {
		const struct hw_bar *bar = &model->bar[i];
		uint64_t mask = ~(bar->size - 1);
		uint32_t flags = (bar->is64 ? 4 : 0) | (bar->prefetch ? 8 : 0);

		if (!bar->size)
			continue;
		hw_cfg_def(cfg, CFG_BAR0 + 4 * i, 4, flags, (uint32_t)mask);
		if (bar->is64) {
			i++;
			hw_cfg_def(cfg, CFG_BAR0 + 4 * i, 4, 0,
				   (uint32_t)(mask >> 32));
		}
	}
}

/**
 * hw_cfg_build_endpoint() - an endpoint's registers at power-on
 * @cfg: result
 * @model: a valid model
 *
 * Context: plugging or reset; fabric.lock held.
 */
void hw_cfg_build_endpoint(struct hw_cfg_space *cfg,
			   const struct hw_model *model)
{
	uint8_t msix = model->msix_vectors ? CFG_CAP_MSIX : 0;

	memset(cfg, 0, sizeof(*cfg));
	def_header(cfg, model->vendor, model->device,
		   model->class_code << 8 | model->revision, 0, CFG_CAP_PM);
	def_bars(cfg, model);
	hw_cfg_def(cfg, 0x2c, 2, model->subvendor, 0);
	hw_cfg_def(cfg, 0x2e, 2, model->subdevice, 0);

	/* Version 3; D3hot keeps its state (no soft reset). */
	hw_cfg_def(cfg, CFG_CAP_PM, 1, CAP_ID_PM, 0);
	hw_cfg_def(cfg, CFG_CAP_PM + 1, 1, CFG_CAP_PCIE, 0);
	hw_cfg_def(cfg, CFG_CAP_PM + 2, 2, 0x0003, 0);
	hw_cfg_def(cfg, CFG_PM_CSR, 2, 0x0008, 0x0003);

	/* Version 2, endpoint; payload 256, role-based errors, FLR. */
	def_pcie(cfg, msix, 0x0002, 0x10008001);
	if (!msix)
		return;
	hw_cfg_def(cfg, CFG_CAP_MSIX, 1, CAP_ID_MSIX, 0);
	hw_cfg_def(cfg, CFG_MSIX_CTRL, 2, model->msix_vectors - 1u,
		   CFG_MSIX_CTRL_ENABLE | CFG_MSIX_CTRL_MASK);
	hw_cfg_def(cfg, CFG_CAP_MSIX + 4, 4,
		   model->msix_offset | model->msix_bar, 0);
	hw_cfg_def(cfg, CFG_CAP_MSIX + 8, 4,
		   hw_msix_pba_offset(model) | model->msix_bar, 0);
}

/* The function that answers to @rid; *dev NULL: the root port. Lock held. */
static struct hw_cfg_space *function_at(uint16_t rid, struct hw_dev **dev)
{
	unsigned int bus = rid >> 8, devfn = rid & 0xff;

	*dev = NULL;
	if (!hw_powered)
		return NULL;
	if (!bus)
		return devfn == HW_ROOT_PORT_DEVFN ? &hw_fabric.port : NULL;
	if (bus != hw_fabric.port.val[CFG_SECONDARY] || devfn & 7)
		return NULL;
	*dev = hw_fabric.dev[devfn >> 3];
	return *dev ? &(*dev)->cfg : NULL;
}

static bool bad_access(uint16_t reg, unsigned int size)
{
	return (size != 1 && size != 2 && size != 4) || reg & (size - 1) ||
	       reg >= 4096;
}

/**
 * hw_cfg_read() - read config space
 * @rid: bus << 8 | devfn
 * @reg: offset 0..4095, aligned to @size
 * @size: 1, 2 or 4
 *
 * Context: any thread, no hardware lock held.
 * Return: the value; all ones if nobody answers or the access is malformed.
 */
uint32_t hw_cfg_read(uint16_t rid, uint16_t reg, unsigned int size)
{
	uint32_t ones = size < 4 ? (1u << 8 * size) - 1 : 0xffffffffu;
	uint32_t val = ones;
	struct hw_cfg_space *cfg;
	struct hw_dev *dev;

	hw_cost_cpu(HW_COST_MMIO_READ, 1);
	if (bad_access(reg, size))
		return ones;
	host_mutex_lock(&hw_fabric.lock);
	cfg = function_at(rid, &dev);
	if (cfg)
		val = reg < sizeof(cfg->val) ? hw_cfg_get(cfg, reg, size) : 0;
	host_mutex_unlock(&hw_fabric.lock);
	return val;
}

static void merge(struct hw_cfg_space *cfg, unsigned int reg, unsigned int size,
		  uint32_t val)
{
	unsigned int i;

	for (i = 0; i < size; i++) {
		uint8_t mask = cfg->wmask[reg + i];
		uint8_t new = (uint8_t)(val >> 8 * i);

		cfg->val[reg + i] = (cfg->val[reg + i] & ~mask) | (new &mask);
	}
}

/* Does a write of @size bytes of @val at @reg set @bit of 16-bit @target? */
static bool sets_bit(unsigned int reg, unsigned int size, uint32_t val,
		     unsigned int target, uint16_t bit)
{
	uint64_t wide = (uint64_t)val << 8 * (reg & 3);

	if (reg + size <= target || reg >= target + 2)
		return false;
	return (wide >> 8 * (target & 3)) & bit;
}

/* Mark @dev for reset if it is plugged. Lock held. */
static uint32_t power_cycle(struct hw_dev *dev)
{
	if (!dev)
		return 0;
	hw_dev_power_on(dev);
	return 1u << dev->slot;
}

/* Effects of a write to an endpoint. Return: slots to reset. Lock held. */
static uint32_t endpoint_effects(struct hw_dev *dev, unsigned int reg,
				 unsigned int size, uint32_t val)
{
	if (sets_bit(reg, size, val, CFG_PCIE_DEVCTL, CFG_PCIE_DEVCTL_FLR))
		return power_cycle(dev);
	if (dev->model->msix_vectors)
		hw_msix_set_ctrl(dev, hw_cfg_get(&dev->cfg, CFG_MSIX_CTRL, 2));
	hw_services_follow(dev);
	return 0;
}

/* Effects of a write to the root port. Return: slots to reset. Lock held. */
static uint32_t port_effects(uint16_t old_control)
{
	uint16_t now = hw_cfg_get(&hw_fabric.port, CFG_BRIDGE_CONTROL, 2);
	uint32_t slots = 0;
	unsigned int i;

	if (!(now & ~old_control & CFG_BRIDGE_CONTROL_RESET))
		return 0;
	for (i = 0; i < HW_NR_SLOTS; i++)
		slots |= power_cycle(hw_fabric.dev[i]);
	return slots;
}

/**
 * hw_cfg_write() - write config space
 * @rid: bus << 8 | devfn
 * @reg: offset 0..4095, aligned to @size
 * @size: 1, 2 or 4
 * @val: the value
 *
 * A write that nobody answers, or that is malformed, vanishes.
 * Context: any thread, no hardware lock held. May run a model's reset callback
 * and send pending interrupts.
 */
void hw_cfg_write(uint16_t rid, uint16_t reg, unsigned int size, uint32_t val)
{
	struct hw_dev *dev, *resets[HW_NR_SLOTS];
	unsigned int nr_resets = 0, i;
	struct hw_cfg_space *cfg;
	uint16_t old_control;
	uint32_t slots;

	hw_cost_cpu(HW_COST_MMIO_WRITE, 1);
	if (bad_access(reg, size) || reg >= sizeof(cfg->val))
		return;
	host_mutex_lock(&hw_fabric.lock);
	cfg = function_at(rid, &dev);
	if (!cfg) {
		host_mutex_unlock(&hw_fabric.lock);
		return;
	}
	old_control = hw_cfg_get(cfg, CFG_BRIDGE_CONTROL, 2);
	merge(cfg, reg, size, val);
	slots = dev ? endpoint_effects(dev, reg, size, val) :
		      port_effects(old_control);
	hw_fabric_route();
	for (i = 0; i < HW_NR_SLOTS; i++)
		if (slots & 1u << i)
			resets[nr_resets++] = hw_fabric.dev[i];
	host_mutex_unlock(&hw_fabric.lock);

	for (i = 0; i < nr_resets; i++)
		if (resets[i]->model->reset)
			resets[i]->model->reset(resets[i]);
	if (dev && dev->model->msix_vectors)
		hw_msix_flush(dev);
}
