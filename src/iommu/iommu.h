/* SPDX-License-Identifier: MIT */
/*
 * What src/iommu offers to the layers above it and to src/sim.
 */
#ifndef IOMMU_IOMMU_H
#define IOMMU_IOMMU_H

#include <linux/generic_pt/iommu.h>
#include <linux/iommu.h>

#include "lib/lib.h"

struct kobject;

/** enum iommu_boot_mode - what the default domain of a new device is. */
enum iommu_boot_mode {
	IOMMU_BOOT_OFF, /* no IOMMU hardware */
	IOMMU_BOOT_IDENTITY,
	IOMMU_BOOT_STRICT,
	IOMMU_BOOT_LAZY,
};

/**
 * struct iommu_params - how to boot
 * @format: one of iommu_format_names()
 * @levels: page-table levels to start with, 0 for the format's default
 * @granule: smallest page that domains offer, 0 for the format's
 * @commands: what iommu_commands_known() takes; NULL: those that belong to
 *	@format
 * @shadow_on_flush: a flush takes long, as under a hypervisor that copies the
 *	page table then; the DMA layer asks for fewer
 * @deferred_attach: devices are attached by their first mapping
 * @debug_pagealloc: tell of pages that are freed while a domain maps them
 */
struct iommu_params {
	enum iommu_boot_mode mode;
	const char *format;
	unsigned int levels;
	u64 granule;
	const char *commands;
	bool shadow_on_flush;
	bool deferred_attach;
	bool debug_pagealloc;
};

/**
 * iommu_boot() - register the simulated IOMMU and watch the PCI bus
 * Return: 0, -EINVAL for an unknown format, an impossible number of levels or
 * granule, -ENOMEM.
 */
int iommu_boot(const struct iommu_params *params);

/** iommu_check() - report domains and groups left over; returns their number. */
unsigned int iommu_check(void);
void iommu_shutdown(void);

/** iommu_format_known() - can @format start with @levels (0: default) levels? */
bool iommu_format_known(const char *format, unsigned int levels);

/** iommu_granule_known() - can pages of @format begin at @granule (0: any)? */
bool iommu_granule_known(const char *format, u64 granule);
/** iommu_format_granule() - bytes of its smallest page; 0: no such format */
size_t iommu_format_granule(const char *format);

/** iommu_format_messages() - does hardware of @format translate interrupt messages? */
bool iommu_format_messages(const char *format);

/** iommu_format_names() - all names, separated by commas, in @buf. */
const char *iommu_format_names(char *buf, size_t size);

/** iommu_commands_known() - is there such a command set? NULL: yes. */
bool iommu_commands_known(const char *commands);

/** iommu_group_kobj() - where the attributes of @group are. Borrowed. */
struct kobject *iommu_group_kobj(struct iommu_group *group);

/** struct iommu_core_stats - counters since boot. */
struct iommu_core_stats {
	u64 maps, unmaps; /* calls that changed something */
	u64 syncs; /* iotlb_sync_map calls */
	u64 flushes_all; /* domain-wide flushes */
	u64 empty_syncs; /* iommu_iotlb_sync() of an empty gather */
	u64 invalidations; /* of a range, or of all of a domain */
	u64 asked_bytes; /* of those ranges */
	u64 unmapped_bytes;
};

void iommu_get_stats(struct iommu_core_stats *stats);

/**
 * struct iommu_dma_hooks - up-calls into dma-iommu, registered by it
 * @get_cookie: make @domain ready for the DMA API; 0 or -errno
 * @put_cookie: the domain is about to be freed; for cookies of all kinds
 * @sw_msi: map the doorbell at @msi_addr in @domain for a vector, and tell @desc
 *	where; 0 or -errno. Called with the group of its device locked
 * @init_fq: have @domain defer invalidations from now on; 0 or -ENOMEM
 * @setup: the default domain of @dev is attached
 */
struct iommu_dma_hooks {
	int (*get_cookie)(struct iommu_domain *domain);
	void (*put_cookie)(struct iommu_domain *domain);
	int (*sw_msi)(struct iommu_domain *domain, struct msi_desc *desc,
		      phys_addr_t msi_addr);
	int (*init_fq)(struct iommu_domain *domain);
	void (*setup)(struct device *dev);
};

void iommu_set_dma_hooks(const struct iommu_dma_hooks *hooks);

/**
 * iommu_iova_freed() - addresses are about to go back to their allocator
 * @domain: where they led; not one of ours: nothing happens
 * @iova, @size: bytes
 * @origin, @nr: call path of who unmapped them, if that was somebody else; 0: none
 *
 * What hardware has cached of them is event "iommu-freed-iova". Does nothing but
 * in debug builds. Context: any.
 */
#ifdef DMASIM_DEBUG
void iommu_iova_freed(struct iommu_domain *domain, u64 iova, u64 size,
		      void *const *origin, unsigned int nr);
#else
static inline void iommu_iova_freed(struct iommu_domain *domain, u64 iova,
				    u64 size, void *const *origin,
				    unsigned int nr)
{
}
#endif

/*
 * struct iommu_group is opaque to drivers; its first member is the default
 * domain, so that the mapping fast path needs no call to find it.
 */
struct iommu_group_head {
	struct iommu_domain *default_domain;
};

/** iommu_fast_dma_domain() - iommu_get_dma_domain() without a call. */
static inline struct iommu_domain *iommu_fast_dma_domain(struct device *dev)
{
	return ((struct iommu_group_head *)dev->iommu_group)->default_domain;
}

/* ---- iommu_map_nosync() without a call ---- */

struct iommu_core_counters {
	struct lib_counter maps, unmaps, syncs, flushes_all, empty_syncs;
	struct lib_counter invalidations, asked_bytes, unmapped_bytes;
};

extern struct iommu_core_counters iommu_counters
	__attribute__((__visibility__("hidden")));

/* Who wants to know of every map and unmap, for lib_watched(). */
#define IOMMU_WATCHED (LIB_WATCH_TRACE | LIB_WATCH_PAGES)

#define IOMMU_BAD_GFP (__GFP_COMP | __GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM)

/* What our formats know; another driver judges for itself. */
#define IOMMU_UNKNOWN_PROT                                         \
	(~(IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE | IOMMU_NOEXEC | \
	   IOMMU_MMIO | IOMMU_PRIV))

static inline bool iommu_misaligned(struct iommu_domain *domain, u64 bits)
{
	u64 sizes = domain->pgsize_bitmap;

	/* what is below the smallest of them */
	return bits & (sizes - 1) & ~sizes;
}

/* Everything but a well-formed request to our page tables, or if it is watched. */
int iommu_map_slow(struct iommu_domain *domain, unsigned long iova,
		   phys_addr_t paddr, size_t size, int prot, gfp_t gfp);
/* What a failed call had mapped goes again. Return: @ret. */
int iommu_map_undo(struct iommu_domain *domain, unsigned long iova, size_t done,
		   int ret);

/** iommu_map_untraced() - the caller asked lib_watched(IOMMU_WATCHED): no. */
static __always_inline int iommu_map_untraced(struct iommu_domain *domain,
					      unsigned long iova,
					      phys_addr_t paddr, size_t size,
					      int prot, gfp_t gfp)
{
	struct pt_iommu *pt = container_of(domain, struct pt_iommu, domain);
	size_t done = 0;
	int ret;

	/* What is on our page tables is a paging domain. */
	if (unlikely(!domain->is_iommupt || !size ||
		     ((gfp & IOMMU_BAD_GFP) | (prot & IOMMU_UNKNOWN_PROT)) ||
		     iommu_misaligned(domain, iova | paddr | size)))
		return iommu_map_slow(domain, iova, paddr, size, prot, gfp);

	ret = pt->ops->map_range(pt, iova, paddr, size, prot, gfp, &done);
	if (unlikely(ret))
		return iommu_map_undo(domain, iova, done, ret);
	lib_counter_add(&iommu_counters.maps, 1);
	return 0;
}

#endif
