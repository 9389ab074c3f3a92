/* SPDX-License-Identifier: MIT */
/*
 * The PCI fabric as its own files see it. Private to src/hw.
 *
 *	host bridge, bus 0
 *	  00:01.0 root port -- bus "secondary" -- up to 32 endpoints, function 0
 *
 * Software programs everything that routes: bus numbers, windows, BARs, the
 * enables. After each config write hw_fabric_route() derives from the
 * registers what the access paths need.
 *
 * F1  The derived fields (marked "derived") follow the registers at the end of
 *     every config write; nothing else changes them.
 */
#ifndef HW_FABRIC_H
#define HW_FABRIC_H

#include "hw/iommu.h"
#include "hw/machine.h"

#define HW_NR_SLOTS 32
#define HW_NR_ANSWERS 16u
#define HW_ROOT_PORT_DEVFN (1u << 3)

/* Config registers that the fabric acts upon. */
enum {
	CFG_COMMAND = 0x04,
	CFG_COMMAND_MEMORY = 1u << 1,
	CFG_COMMAND_MASTER = 1u << 2,
	CFG_BAR0 = 0x10,
	CFG_SECONDARY = 0x19,
	CFG_MEM_BASE = 0x20,
	CFG_MEM_LIMIT = 0x22,
	CFG_PREF_BASE = 0x24,
	CFG_PREF_LIMIT = 0x26,
	CFG_PREF_BASE_HI = 0x28,
	CFG_PREF_LIMIT_HI = 0x2c,
	CFG_BRIDGE_CONTROL = 0x3e,
	CFG_BRIDGE_CONTROL_RESET = 1u << 6,

	/* Capabilities of an endpoint; the root port has CFG_CAP_PCIE only. */
	CFG_CAP_PM = 0x40,
	CFG_PM_CSR = CFG_CAP_PM + 4,
	CFG_CAP_PCIE = 0x50,
	CFG_PCIE_DEVCTL = CFG_CAP_PCIE + 8,
	CFG_PCIE_DEVCTL_FLR = 1u << 15,
	CFG_CAP_MSIX = 0xa0,
	CFG_MSIX_CTRL = CFG_CAP_MSIX + 2,
	CFG_MSIX_CTRL_ENABLE = 1u << 15,
	CFG_MSIX_CTRL_MASK = 1u << 14,
};

/** struct hw_cfg_space - registers of one function and their writable bits. */
struct hw_cfg_space {
	uint8_t val[320];
	uint8_t wmask[320];
};

/** struct hw_msix_entry - one line of an MSI-X table, as software sees it. */
struct hw_msix_entry {
	uint32_t addr_lo, addr_hi, data, ctrl;
};

#define HW_MSIX_CTRL_MASKED 1u

/**
 * struct hw_dev - a function below the root port and its DMA port
 * @slot: device number on the secondary bus
 * @cfg: protected by fabric.lock
 * @bar_base: derived; all ones while the BAR does not decode
 * @rid, @name: derived from the root port's secondary bus number
 * @alias_slot: slot whose id its requests carry, -1: its own. Atomic.
 * @master: derived; may it start accesses? Atomic.
 * @noncoherent: sees memory through its own view (cache.c); set before the
 *	first access
 * @msix_lock: protects the msix fields; sending happens after it is released
 * @dma_lock: held while one run of an access translates and copies, so that
 *	who takes it after an invalidation knows that no copy through the old
 *	translation is under way. Also protects @tlb.
 * @tlb: last translations used by this device
 * @answer: to page requests, @nr_answers in all; see page_request.c
 * @services: what it can do (services.c); set before the first access
 * @cap_ats, @cap_pri, @cap_pasid: offsets of its capabilities, 0: none
 * @own_tlb: room for translations that it keeps for itself, NULL: it has no ATS
 * @atc: derived; the same, NULL while ATS is off. Also under dma_lock.
 * @stu_lg2: derived; size of the blocks that it keeps. Also under dma_lock.
 * @pasid_ctrl: derived; bits of its PASID control register. Atomic.
 * @pri_on: derived; may it ask for pages? Atomic.
 */
struct hw_dev {
	const struct hw_model *model;
	void *priv;
	unsigned int slot;
	struct hw_cfg_space cfg;
	uint64_t bar_base[HW_NR_BARS];
	uint16_t rid;
	int alias_slot;
	char name[16];
	bool master;
	bool noncoherent;

	struct host_mutex msix_lock;
	struct hw_msix_entry *msix;
	uint64_t *msix_pending;
	bool msix_on, msix_masked;

	struct host_mutex dma_lock;
	struct hw_dev_tlb tlb;

	struct hw_page_answer answer[HW_NR_ANSWERS];
	uint64_t nr_answers, answers_taken;

	struct hw_services services;
	uint16_t cap_ats, cap_pri, cap_pasid;
	struct iotlb *own_tlb;
	struct iotlb *atc;
	uint8_t stu_lg2;
	uint16_t pasid_ctrl;
	bool pri_on;
};

/**
 * struct hw_fabric - the tree
 * @lock: protects config space, plugging and the derived fields
 * @window: derived; what the root port forwards downstream: memory window,
 *	prefetchable window; first > last: closed. Atomic words.
 */
struct hw_fabric {
	struct host_mutex lock;
	struct hw_cfg_space port;
	struct {
		uint64_t first, last;
	} window[2];
	struct hw_dev *dev[HW_NR_SLOTS];
};

extern struct hw_fabric hw_fabric;

/** struct hw_claim - who decodes a physical address. */
struct hw_claim {
	struct hw_dev *dev;
	unsigned int bar;
	uint64_t off;
};

/* fabric.c */
bool hw_fabric_claim(uint64_t phys, uint64_t len, struct hw_claim *claim);
void hw_fabric_drain(void);

/* So many bytes are moved in pieces that nobody sees half of, if aligned. */
#define HW_ORDERED_MAX 64

/* A device that snoops, and no piece whose order anybody relies on. */
static inline bool hw_mem_plain(const struct hw_dev *dev, size_t len)
{
	return hw_likely(len > HW_ORDERED_MAX) && hw_likely(!dev->noncoherent);
}

/**
 * hw_mem_read() - bytes of memory as a device sees them
 * @dev: the device that reads
 * @phys: physical address; all of the range is RAM
 * @buf: result
 * @len: bytes
 *
 * Context: dev->dma_lock held.
 */
static inline void hw_mem_read(struct hw_dev *dev, uint64_t phys, void *buf,
			       size_t len)
{
	if (hw_mem_plain(dev, len))
		memcpy(buf, hw_ram_host + phys, len);
	else
		hw_mem_read_slow(dev, phys, buf, len);
}

/**
 * hw_mem_write() - a device's bytes into memory
 * @dev: the device that writes
 * @phys: physical address; all of the range is RAM
 * @buf: the bytes
 * @len: how many
 *
 * Context: dev->dma_lock held.
 */
static inline void hw_mem_write(struct hw_dev *dev, uint64_t phys,
				const void *buf, size_t len)
{
	if (hw_mem_plain(dev, len))
		memcpy(hw_ram_host + phys, buf, len);
	else
		hw_mem_write_slow(dev, phys, buf, len);
}

/* page_request.c */
void hw_page_requests_reset(void);

/* device.c */
void hw_fabric_init(void);
void hw_fabric_exit(void);
void hw_fabric_route(void);
void hw_dev_power_on(struct hw_dev *dev);

/* config.c */
void hw_cfg_build_port(struct hw_cfg_space *cfg);
void hw_cfg_build_endpoint(struct hw_cfg_space *cfg,
			   const struct hw_model *model);
uint32_t hw_cfg_get(const struct hw_cfg_space *cfg, unsigned int reg,
		    unsigned int size);
void hw_cfg_def(struct hw_cfg_space *cfg, unsigned int reg, unsigned int size,
		uint32_t val, uint32_t wmask);

/* services.c */
void hw_services_follow(struct hw_dev *dev);
void hw_services_reset(struct hw_dev *dev);

/* atc.c */
struct hw_walk;
bool hw_atc_make(struct hw_dev *dev);
void hw_atc_switch(struct hw_dev *dev, bool on, unsigned int stu_lg2);
void hw_atc_free(struct hw_dev *dev);
bool hw_atc_find(struct hw_dev *dev, uint32_t pasid, uint64_t addr, bool write,
		 struct hw_walk *w, bool *expired);
void hw_atc_fill(struct hw_dev *dev, uint32_t pasid, uint64_t addr,
		 const struct hw_walk *w);
bool hw_atc_invalidate(const struct hw_inv_cmd *cmd);
bool hw_atc_any(void);

/* msix.c */
uint32_t hw_msix_pba_offset(const struct hw_model *model);
uint32_t hw_msix_end(const struct hw_model *model);
void hw_msix_reset(struct hw_dev *dev);
void hw_msix_set_ctrl(struct hw_dev *dev, uint16_t ctrl);
void hw_msix_flush(struct hw_dev *dev);
bool hw_msix_claims(const struct hw_dev *dev, unsigned int bar, uint64_t off);
uint64_t hw_msix_read(struct hw_dev *dev, uint64_t off, unsigned int size);
void hw_msix_write(struct hw_dev *dev, uint64_t off, unsigned int size,
		   uint64_t val);

#endif
