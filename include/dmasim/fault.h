/* SPDX-License-Identifier: MIT */
/*
 * Asking for failures: "fail the n-th allocation of this kind".
 *
 * Every place that can run out of something belongs to one named site. Calls
 * are counted per site from the moment it is armed, so that a test can be run
 * again with the failure at position 1, 2, 3, ... until it no longer fires
 * (FAIL_SWEEP in tests/support/sweep.h does that). Armed before there is a machine,
 * the calls of its creation count, too; its destruction disarms.
 */
#ifndef DMASIM_FAULT_H
#define DMASIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** enum dmasim_site - failure sites; names in dmasim_site_name(). */
enum dmasim_site {
	DMASIM_SITE_PAGE, /* page allocator */
	DMASIM_SITE_SLAB, /* kmalloc, kmem_cache */
	DMASIM_SITE_VMALLOC, /* vmalloc, vmap, pages shown to users */
	DMASIM_SITE_MEMPOOL, /* mempool, after its allocator failed too */
	DMASIM_SITE_IOVA, /* IOVA space */
	DMASIM_SITE_PT_PAGE, /* page-table page */
	DMASIM_SITE_IOMMU_SYNC, /* iotlb_sync_map of the IOMMU driver */
	DMASIM_SITE_BOUNCE, /* bounce buffer slots */
	DMASIM_SITE_MAP, /* a streaming mapping as a whole (dma-direct) */
	DMASIM_SITE_DMA_POOL, /* dma_pool_alloc */
	DMASIM_SITE_COHERENT, /* dma_alloc_attrs and relatives */
	DMASIM_SITE_IRQ, /* interrupt vectors */
	DMASIM_SITE_QUEUE, /* block layer: tags, queues */
	DMASIM_SITE_PIN, /* page pinning */
	DMASIM_SITE_NOTIFIER, /* MMU notifier registration */
	DMASIM_SITE_TRACE, /* memory of a trace */
	DMASIM_SITE_CHECKER, /* memory of the checker, <dmasim/checker.h> */
	DMASIM_SITE_SHARE, /* set_memory_decrypted() */
	DMASIM_SITE_DEVICE_TLB, /* answer of a device that shall forget (ATS) */
	DMASIM_NR_SITES,
};

const char *dmasim_site_name(enum dmasim_site site);

/**
 * dmasim_fail_nth() - arm: the @nth (from 1) call of @site fails, once
 *
 * Replaces what was armed for @site; 0 disarms. Counting starts at 0.
 */
void dmasim_fail_nth(enum dmasim_site site, uint64_t nth);

/**
 * dmasim_fail_any_nth() - the @nth call of any site in @mask fails, once
 * @mask: bits 1 << enum dmasim_site; 0 disarms
 */
void dmasim_fail_any_nth(uint32_t mask, uint64_t nth);

/** dmasim_fail_from() - like dmasim_fail_nth(), but all later ones fail too. */
void dmasim_fail_from(enum dmasim_site site, uint64_t nth);

/** dmasim_fail_off() - disarm everything. */
void dmasim_fail_off(void);

/** dmasim_fail_fired() - failures delivered since something was armed. */
uint64_t dmasim_fail_fired(void);

/** dmasim_site_calls() - calls of @site since it was armed. */
uint64_t dmasim_site_calls(enum dmasim_site site);

#ifdef __cplusplus
}
#endif

#endif
