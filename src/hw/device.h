/* SPDX-License-Identifier: MIT */
/*
 * The inside of the machine: how a device model sits on the PCI fabric.
 *
 * A model is a struct hw_model (config identity, BARs, register callbacks) and
 * gets a struct hw_dev, its DMA port. Models, and src/sim which plugs them in,
 * include this; the kernel side never does.
 *
 * V1  A model calls hw_dma_*() and hw_dev_irq() without holding a lock that its
 *     register callbacks take: an interrupt handler may write registers of the
 *     same device on the same thread before hw_dev_irq() returns.
 * V2  A model touches memory through its own port only.
 */
#ifndef HW_DEVICE_H
#define HW_DEVICE_H

#include "hw/hw.h"

#define HW_NR_BARS 6

struct hw_dev;

/** struct hw_bar - size 0: not implemented; 64-bit takes the next index too. */
struct hw_bar {
	uint64_t size; /* power of two, at least 128 */
	bool is64;
	bool prefetch;
};

/**
 * struct hw_model - the static description of a kind of device
 * @bar_read, @bar_write: accesses of 1, 2, 4 or 8 bytes, naturally aligned
 * @reset: function level reset and power-on; stop all DMA
 * @msix_vectors: size of the MSI-X table, 0 for none. The fabric keeps table
 *	and pending bits itself, in BAR @msix_bar at @msix_offset.
 */
struct hw_model {
	const char *name;
	uint16_t vendor, device, subvendor, subdevice;
	uint32_t class_code; /* 24 bits */
	uint8_t revision;
	struct hw_bar bar[HW_NR_BARS];
	uint16_t msix_vectors;
	uint8_t msix_bar;
	uint32_t msix_offset;
	uint64_t (*bar_read)(struct hw_dev *dev, unsigned int bar, uint64_t off,
			     unsigned int size);
	void (*bar_write)(struct hw_dev *dev, unsigned int bar, uint64_t off,
			  unsigned int size, uint64_t val);
	void (*reset)(struct hw_dev *dev);
};

/**
 * hw_dev_plug() - put a function below the root port
 * @priv: the model's state, hw_dev_priv()
 * @slot: device number 0..31 behind the root port's bus, -1 for the next free
 * Return: the port, or NULL when the bus is full or @model is not valid.
 */
struct hw_dev *hw_dev_plug(const struct hw_model *model, void *priv, int slot);

/** hw_dev_unplug() - remove; the model must not be inside a callback. */
void hw_dev_unplug(struct hw_dev *dev);

void *hw_dev_priv(struct hw_dev *dev);
uint16_t hw_dev_rid(struct hw_dev *dev);
const char *hw_dev_name(struct hw_dev *dev); /* "0000:01:00.0" */

/**
 * hw_dev_set_alias() - requests carry the id of another slot from now on
 * @slot: of the secondary bus, occupied or not; -1: its own
 */
void hw_dev_set_alias(struct hw_dev *dev, int slot);

/** hw_dev_requester() - the id that its requests carry. */
uint16_t hw_dev_requester(struct hw_dev *dev);
unsigned int hw_dev_slot(struct hw_dev *dev);

/**
 * hw_dev_set_noncoherent() - this device sees memory through its own view
 * Return: false if the host has no memory for the view.
 */
bool hw_dev_set_noncoherent(struct hw_dev *dev, bool noncoherent);

/**
 * struct hw_services - what a device can do once software allows it (services.c)
 * @ats: keep translations for itself (atc.c)
 * @page_requests: ask for pages that are not there
 * @pasid_bits: width of the PASIDs that its requests can carry, 0..20; 0: none
 */
struct hw_services {
	bool ats;
	bool page_requests;
	unsigned int pasid_bits;
};

/**
 * hw_dev_set_services() - give a device its capabilities, right after plugging
 * Return: false, and nothing changed, if the host has no memory for its TLB.
 */
bool hw_dev_set_services(struct hw_dev *dev,
			 const struct hw_services *services);

/** hw_dev_pasid_bits() - width of the PASIDs it may send now; 0: none. */
unsigned int hw_dev_pasid_bits(struct hw_dev *dev);

/** hw_dev_asks_for_pages() - may it send page requests now? */
bool hw_dev_asks_for_pages(struct hw_dev *dev);

/** hw_atc_get_cached() - what a device keeps for itself, as
 * hw_iommu_get_cached(); 0 without ATS. */
uint64_t hw_atc_get_cached(struct hw_dev *dev, struct hw_cached_entry *out,
			   uint64_t max);

/** hw_dev_idle() - false: a thread, perhaps this one, accesses memory for @dev. */
bool hw_dev_idle(struct hw_dev *dev);

/**
 * hw_dma_read() / hw_dma_write() - the DMA port
 * @addr: device address: an IOVA, a bus address or a physical address,
 *	whatever the path says
 * @len: bytes, any alignment; translated run by run
 *
 * On a refusal nothing after the first refused byte was moved, a fault record
 * exists and event "iommu-fault" (or "bus-fault") was added.
 * Return: HW_OK or why the access was refused.
 */
enum hw_status hw_dma_read(struct hw_dev *dev, uint64_t addr, void *buf,
			   size_t len);
enum hw_status hw_dma_write(struct hw_dev *dev, uint64_t addr, const void *buf,
			    size_t len);

/**
 * hw_dma_read_pasid() / hw_dma_write_pasid() - the same for a process
 * @pasid: of the request, not 0; translated by the requester's PASID table. Without
 *	an IOMMU it is refused
 */
enum hw_status hw_dma_read_pasid(struct hw_dev *dev, uint32_t pasid,
				 uint64_t addr, void *buf, size_t len);
enum hw_status hw_dma_write_pasid(struct hw_dev *dev, uint32_t pasid,
				  uint64_t addr, const void *buf, size_t len);

/** hw_dev_page_request() - ask for a page. */
void hw_dev_page_request(struct hw_dev *dev, const struct hw_page_request *rq);

/** hw_dev_page_answer() - take the oldest answer; false: there is none. */
bool hw_dev_page_answer(struct hw_dev *dev, struct hw_page_answer *answer);

/**
 * hw_dma_probe() - would one byte be translated? Nothing is accessed or recorded
 * @pasid: 0: none
 */
enum hw_status hw_dma_probe(struct hw_dev *dev, uint32_t pasid, uint64_t addr,
			    bool write);

/**
 * hw_dev_irq() - send MSI-X message @vector
 * Return: true if the message went out; false if masked (it stays pending) or
 * MSI-X is off.
 */
bool hw_dev_irq(struct hw_dev *dev, unsigned int vector);

/* ---- nvme.c -------------------------------------------------------------------- */

struct hw_nvme;

/**
 * struct hw_nvme_config - an NVMe controller with one namespace
 * @block_lg2: 9..16
 * @blocks: namespace size in logical blocks
 * @backing_path: file that holds the namespace; NULL: memory
 * @mdts: MDTS field, lg2 of 4 KiB units, 0 = no limit
 * @sgls: SGLS field; 0: PRP only
 * @max_queues: I/O queue pairs offered (1..65535)
 * @mqes: entries a queue may have, minus 1
 * @dstrd: doorbell stride field
 * @vwc: a volatile write cache is reported
 */
struct hw_nvme_config {
	unsigned int block_lg2;
	uint64_t blocks;
	const char *backing_path;
	unsigned int mdts;
	uint32_t sgls;
	unsigned int max_queues;
	unsigned int mqes;
	unsigned int dstrd;
	bool vwc;
};

/**
 * hw_nvme_create() - build the controller and plug it in
 * @why: set to a static text when the result is NULL
 */
struct hw_nvme *hw_nvme_create(const struct hw_nvme_config *cfg, int slot,
			       const char **why);
void hw_nvme_destroy(struct hw_nvme *nvme);
struct hw_dev *hw_nvme_dev(struct hw_nvme *nvme);

/** hw_nvme_store_read() - read the backing store behind the driver's back. */
bool hw_nvme_store_read(struct hw_nvme *nvme, uint64_t byte, void *buf,
			size_t len);

struct hw_nvme_stats {
	uint64_t cmds_admin, cmds_read, cmds_write, cmds_flush, cmds_dsm;
	uint64_t cmds_other, cmds_failed, cmds_aborted;
	uint64_t bytes_read, bytes_written;
	uint64_t prp_lists, sgl_cmds, inline_sgl;
	uint64_t doorbells, irqs;
	uint64_t violations; /* rules of the specification broken by the host */
};

void hw_nvme_get_stats(struct hw_nvme *nvme, struct hw_nvme_stats *stats);

/**
 * hw_nvme_fail_cmd() - make the @nth command from now on end with @status
 * @opcode: only commands of this opcode on I/O queues count; -1: any
 * @status: 15-bit status field (SC, SCT, DNR), e.g. 0x4004
 */
void hw_nvme_fail_cmd(struct hw_nvme *nvme, int opcode, unsigned int nth,
		      uint16_t status);

/**
 * hw_nvme_hold() - the next @nr commands are fetched but do not end
 * @admin: commands of the admin queue instead of those of I/O queues
 * @nr: replaces what was asked before; 0: none any more
 *
 * They end by hw_nvme_release(), by an Abort command (status 0x07), or with
 * their queue or the controller.
 * Return: false if more than 64 would be held.
 */
bool hw_nvme_hold(struct hw_nvme *nvme, bool admin, unsigned int nr);

/** hw_nvme_release() - run what is held; no further command will be held. */
void hw_nvme_release(struct hw_nvme *nvme);

/** hw_nvme_lose_irq() - the next @nr interrupts of I/O queues are not sent. */
void hw_nvme_lose_irq(struct hw_nvme *nvme, unsigned int nr);

/** hw_nvme_repeat() - post the last completion of an I/O queue once more. */
void hw_nvme_repeat(struct hw_nvme *nvme);

/** hw_nvme_die() - controller fatal status, until CC.EN goes to 0. */
void hw_nvme_die(struct hw_nvme *nvme);

/** hw_nvme_last_sqe() - copy the last I/O command fetched (64 bytes). */
bool hw_nvme_last_sqe(struct hw_nvme *nvme, void *sqe);

/** hw_cost_get_dev() - add the steps done for @dev to @out (cost.c). */
void hw_cost_get_dev(const struct hw_dev *dev, uint64_t out[HW_NR_COSTS]);

#endif
