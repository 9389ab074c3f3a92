/* SPDX-License-Identifier: MIT */
/*
 * Devices of the simulated machine: ready ones, a bare one that a test drives
 * by hand, and models of your own.
 *
 * A device is plugged in while the machine runs (the kernel side scans it and
 * probes a matching driver) and unplugged at the latest by
 * dmasim_machine_destroy().
 */
#ifndef DMASIM_DEVICE_H
#define DMASIM_DEVICE_H

#include <dmasim/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

struct block_device; /* the kernel's, <linux/blkdev.h> */
struct device; /* the kernel's, <linux/device.h> */
struct dmasim_device;

/**
 * struct dmasim_bar - a memory BAR
 * @size: power of two of at least 128, 0: none
 * @is64: 64-bit BAR; the next index must then be empty
 */
struct dmasim_bar {
	uint64_t size;
	bool is64;
	bool prefetch;
};

/** enum dmasim_region_kind - what a reserved range of device addresses is */
enum dmasim_region_kind {
	DMASIM_REGION_DIRECT, /* always mapped one to one; never to be blocked */
	DMASIM_REGION_DIRECT_RELAXABLE, /* so until an owner takes the device */
	DMASIM_REGION_RESERVED, /* not to be used */
	DMASIM_REGION_MSI, /* message addresses, never translated */
	DMASIM_REGION_SW_MSI, /* where software may map message addresses */
};

/**
 * struct dmasim_region - what firmware reserves for a device
 * @start: first device address
 * @size: bytes; 0: no region
 *
 * The kernel's iommu_get_resv_regions(). Direct regions can be read and written.
 */
struct dmasim_region {
	enum dmasim_region_kind kind;
	uint64_t start, size;
};

#define DMASIM_MAX_REGIONS 4

/**
 * struct dmasim_model - a device model of your own
 * @bar_read, @bar_write: register accesses of 1, 2, 4 or 8 bytes; both may be
 *	NULL (reads give 0)
 * @reset: power-on and function reset; may be NULL
 * @msix_vectors: 0 for none; the table then takes BAR @msix_bar at @msix_offset
 * @dma_bits: address bits that the device can drive, 0: 64. An access beyond is
 *	refused (event "device-width"); a device below whose limit there is no RAM
 *	cannot be created.
 * @noncoherent: the device does not snoop: instead of what the CPU's caches hold
 *	it sees what was last written back, in lines of 64 bytes, and the CPU
 *	likewise. Its kernel device says so (dev_is_dma_coherent()); coherent
 *	allocations work nevertheless.
 * @untrusted: an external device that may see nothing but its own buffers: it
 *	gets a strict domain, and what shares a page with other data is bounced
 * @ats: the device keeps translations for itself and must be told to forget them
 *	(PCIe address translation services; docs/invalidation.md), once the driver of
 *	the IOMMU, or whoever calls pci_enable_ats(), has switched that on. So are
 *	@pasid_bits and @page_requests
 * @restricted: number, from 1, of the machine's restricted pool that is all the
 *	memory this device works with; 0: none, or the machine's default
 * @iommu_group: devices with the same number, from 1, are not kept from each
 *	other on the way to the IOMMU, so they share a group, and with it one
 *	domain at a time; 0: it is isolated
 * @dma_alias: its requests carry the requester id of that device, as those from
 *	behind an old bridge do: both share a group, and faults are that device's.
 *	NULL: its own id. Only looked at by dmasim_device_create()
 * @pasid_bits: its requests can carry process address space ids of so many bits, at
 *	most 20; 0: none (dmasim_dma_read_pasid())
 * @page_requests: before an access it asks for pages that are not there and waits
 *	for the answer, as with PRI; only if that is no does the access fault. The
 *	answer is waited for: do not start its DMA with a spinlock held
 * @region: device addresses that firmware says something about
 *
 * Callbacks run on the thread that made the access. A callback must not hold a
 * lock of its own across dmasim_dma_*() or dmasim_irq(): an interrupt handler
 * may come back into the model on the same thread.
 */
struct dmasim_model {
	const char *name;
	uint16_t vendor, device;
	uint32_t class_code;
	struct dmasim_bar bar[6];
	uint16_t msix_vectors;
	uint8_t msix_bar;
	uint32_t msix_offset;
	uint8_t dma_bits;
	bool noncoherent;
	bool untrusted;
	bool ats;
	unsigned int restricted;
	unsigned int iommu_group;
	struct dmasim_device *dma_alias;
	unsigned int pasid_bits;
	bool page_requests;
	struct dmasim_region region[DMASIM_MAX_REGIONS];
	uint64_t (*bar_read)(struct dmasim_device *dev, unsigned int bar,
			     uint64_t off, unsigned int size);
	void (*bar_write)(struct dmasim_device *dev, unsigned int bar,
			  uint64_t off, unsigned int size, uint64_t val);
	void (*reset)(struct dmasim_device *dev);
};

/**
 * dmasim_device_create() - plug in a device
 * @model: copied; NULL: a bare endpoint (vendor 0x1d0f, device 0xd3a5, BAR 0
 *	4 KiB of plain memory, 8 MSI-X vectors in BAR 2)
 * @priv: dmasim_device_priv()
 *
 * A bare endpoint may do DMA at once; any other device once its driver has
 * called pci_set_master().
 *
 * Return: 0, -EINVAL, -ENOSPC (bus full), -ENOMEM; dmasim_refusal() says why.
 */
int dmasim_device_create(struct dmasim_machine *machine,
			 const struct dmasim_model *model, void *priv,
			 struct dmasim_device **dev);

/** dmasim_device_destroy() - unbind its driver and unplug it. */
void dmasim_device_destroy(struct dmasim_device *dev);

void *dmasim_device_priv(struct dmasim_device *dev);

/** dmasim_device_kernel() - the kernel's device, for the DMA API. Borrowed. */
struct device *dmasim_device_kernel(struct dmasim_device *dev);

/** dmasim_device_name() - "0000:01:00.0" */
const char *dmasim_device_name(struct dmasim_device *dev);

/**
 * enum dmasim_dma - verdict on an access by a device
 */
enum dmasim_dma {
	DMASIM_DMA_OK,
	DMASIM_DMA_UNMAPPED, /* no translation */
	DMASIM_DMA_PERM, /* translation without this right */
	DMASIM_DMA_RANGE, /* beyond what the page table can translate */
	DMASIM_DMA_TABLE, /* malformed entry or table pointer */
	DMASIM_DMA_BLOCKED, /* device not attached to any domain */
	DMASIM_DMA_DECODE, /* translated, but nobody is at that address */
	DMASIM_DMA_MASTER, /* bus mastering off */
	DMASIM_DMA_PRIVATE, /* encrypted memory that was not shared */
	DMASIM_DMA_WINDOW, /* outside all windows of the host bridge (dma_range) */
	DMASIM_DMA_ACCESS, /* ARM: access flag clear (F_ACCESS) */
	DMASIM_DMA_ADDR_SIZE, /* ARM: address in an entry too wide (F_ADDR_SIZE) */
};

const char *dmasim_dma_name(enum dmasim_dma verdict);

/**
 * dmasim_dma_read() / dmasim_dma_write() - act as the device
 *
 * The only way from a device to memory: through IOTLB, page-table walk and
 * fabric, as the requester @dev. A refused access moves nothing from the first
 * refused byte on and leaves a fault record (<dmasim/inspect.h>).
 */
enum dmasim_dma dmasim_dma_read(struct dmasim_device *dev, uint64_t addr,
				void *buf, size_t len);
enum dmasim_dma dmasim_dma_write(struct dmasim_device *dev, uint64_t addr,
				 const void *buf, size_t len);

/**
 * dmasim_dma_read_pasid() / dmasim_dma_write_pasid() - act for a process
 * @pasid: carried by the request: from 1, within the model's pasid_bits
 * @addr: address of that process, translated by the domain that is attached for
 *	@pasid (iommu_attach_device_pasid())
 *
 * Return: as dmasim_dma_read(); DMASIM_DMA_BLOCKED if nothing is attached, if the
 * device has no such PASID, or without an IOMMU.
 */
enum dmasim_dma dmasim_dma_read_pasid(struct dmasim_device *dev, uint32_t pasid,
				      uint64_t addr, void *buf, size_t len);
enum dmasim_dma dmasim_dma_write_pasid(struct dmasim_device *dev,
				       uint32_t pasid, uint64_t addr,
				       const void *buf, size_t len);

/**
 * struct dmasim_page_request - a device needs a page
 * @pasid: 0: for a request without
 * @grpid: requests of a number are one group, answered when the @last has come
 */
struct dmasim_page_request {
	uint32_t pasid;
	uint32_t grpid;
	uint64_t addr;
	bool read, write, last;
};

/** enum dmasim_page_answer - what software says to a group of requests */
enum dmasim_page_answer {
	DMASIM_PAGE_SUCCESS,
	DMASIM_PAGE_INVALID,
	DMASIM_PAGE_FAILURE,
};

/**
 * dmasim_page_request() - ask by hand
 *
 * Software handles it in a thread: dmasim_run().
 * Return: 0; -EOPNOTSUPP if the model has no page_requests, or nobody has switched
 * them on (an IOMMU driver does)
 */
int dmasim_page_request(struct dmasim_device *dev,
			const struct dmasim_page_request *rq);

/**
 * dmasim_page_answer() - take the oldest answer
 * @pasid: that of the requests, 0: they had none
 * @grpid: number of the group
 *
 * Return: false: there is none.
 */
bool dmasim_page_answer(struct dmasim_device *dev, uint32_t *pasid,
			uint32_t *grpid, enum dmasim_page_answer *answer);

/** dmasim_irq() - send MSI-X message @vector; false: masked or MSI-X off. */
bool dmasim_irq(struct dmasim_device *dev, unsigned int vector);

/* ---- NVMe controller ------------------------------------------------------- */

/**
 * struct dmasim_nvme_config - an NVMe controller with one namespace
 * @size: sizeof(struct dmasim_nvme_config), set by the initialiser
 * @block_size: logical block, power of two 512..65536
 * @capacity: namespace in bytes, a multiple of @block_size, not 0
 * @backing_path: file to keep the data in (created or resized); NULL: memory
 * @max_io_bytes: largest transfer, 0: 8 MiB, else 4096 << n, 1 <= n <= 11
 * @sgl: SGLs are supported
 * @queues: I/O queue pairs offered, 1..64
 * @queue_depth: entries per queue, 2..65536
 * @untrusted: as in struct dmasim_model
 * @doorbell_stride: bytes between doorbells, 4 << n, 0 <= n <= 4; 0: 4
 * @noncoherent, @ats, @restricted: as in struct dmasim_model
 */
struct dmasim_nvme_config {
	size_t size;
	uint32_t block_size;
	uint64_t capacity;
	const char *backing_path;
	uint32_t max_io_bytes;
	bool sgl;
	unsigned int queues;
	unsigned int queue_depth;
	unsigned int doorbell_stride;
	bool noncoherent;
	bool untrusted;
	bool ats;
	unsigned int restricted;
};

#define DMASIM_NVME_CONFIG_INIT                                               \
	{                                                                     \
		.size = sizeof(struct dmasim_nvme_config), .block_size = 512, \
		.capacity = 64ull << 20, .sgl = true, .queues = 4,            \
		.queue_depth = 1024,                                          \
	}

int dmasim_nvme_create(struct dmasim_machine *machine,
		       const struct dmasim_nvme_config *cfg,
		       struct dmasim_device **dev);

/** dmasim_disk() - whole disk by name ("nvme0n1"), NULL if there is none. */
struct block_device *dmasim_disk(const char *name);

/**
 * dmasim_nvme_store_read() - read the namespace behind the driver's back
 * Return: 0, -EINVAL if not an NVMe device or out of range, -EIO.
 */
int dmasim_nvme_store_read(struct dmasim_device *dev, uint64_t byte, void *buf,
			   size_t len);

struct dmasim_nvme_stats {
	uint64_t reads, writes, flushes, discards, others, failed, aborted;
	uint64_t bytes_read, bytes_written;
	uint64_t prp_lists, sgl_commands, inline_sgl;
	uint64_t doorbells, interrupts;
	uint64_t violations; /* rules of the specification broken by the host */
};

int dmasim_nvme_get_stats(struct dmasim_device *dev,
			  struct dmasim_nvme_stats *stats);

/**
 * dmasim_nvme_fail() - let the @nth next I/O command of @opcode (-1: any) end
 * with the 15-bit NVMe status @status
 */
int dmasim_nvme_fail(struct dmasim_device *dev, int opcode, unsigned int nth,
		     uint16_t status);

/**
 * dmasim_nvme_hold() - let the next @nr commands be fetched but not end
 * @admin: commands of the admin queue instead of those of I/O queues
 * @nr: at most 64; replaces what was asked before
 *
 * A held command ends by dmasim_nvme_release(), by an Abort command (with
 * status 0x07), or never, because its queue or the controller was reset.
 */
int dmasim_nvme_hold(struct dmasim_device *dev, bool admin, unsigned int nr);

/** dmasim_nvme_release() - run what is held, and hold nothing more */
int dmasim_nvme_release(struct dmasim_device *dev);

/** dmasim_nvme_lose_irq() - lose the next @nr interrupts of I/O queues */
int dmasim_nvme_lose_irq(struct dmasim_device *dev, unsigned int nr);

/** dmasim_nvme_repeat() - complete the last I/O command a second time */
int dmasim_nvme_repeat(struct dmasim_device *dev);

/** dmasim_nvme_die() - fatal status (CSTS.CFS) until the controller is reset */
int dmasim_nvme_die(struct dmasim_device *dev);

/** dmasim_nvme_last_command() - the last I/O SQE fetched, 64 bytes. */
int dmasim_nvme_last_command(struct dmasim_device *dev, void *sqe);

#ifdef __cplusplus
}
#endif

#endif
