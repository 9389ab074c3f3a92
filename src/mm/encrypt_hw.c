/* SPDX-License-Identifier: MIT */
/*
 * Seam: memory that devices may not see, and pages that they may.
 * Models arch/<any>/mm (set_memory_*) and cc_platform_has() of a confidential
 * guest.
 *
 * Departure from 6.17: neither call sleeps.
 *
 * E1  What the page allocator has is private: a block that is freed while
 *     devices may see it is reported and hidden.
 *
 * Tests: tests/api/test_confidential.c, tests/unit/hw/test_private.c
 */
#include <linux/cc_platform.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/set_memory.h>

#include "hw/hw.h"
#include "mm/internal.h"

/** cc_platform_has() - does this machine have it? Context: any. */
bool cc_platform_has(enum cc_attr attr)
{
	return (attr == CC_ATTR_MEM_ENCRYPT ||
		attr == CC_ATTR_GUEST_MEM_ENCRYPT) &&
	       hw_get_config()->confidential;
}
EXPORT_SYMBOL_GPL(cc_platform_has);

static int set_shared(unsigned long addr, int numpages, bool shared)
{
	phys_addr_t phys;

	if (!cc_platform_has(CC_ATTR_MEM_ENCRYPT))
		return 0;
	if (addr & ~PAGE_MASK || numpages < 0 || !virt_addr_valid(addr))
		return -EINVAL;
	phys = virt_to_phys((void *)addr);
	if (!hw_mem_set_shared(phys, (u64)numpages << PAGE_SHIFT, shared))
		return -EINVAL;
	return 0;
}

/* The next owner would show devices what it stores there. */
static bool hide_freed(struct page *page, unsigned int order)
{
	phys_addr_t phys = page_to_phys(page);
	u64 size = PAGE_SIZE << order;

	if (!hw_mem_any_shared(phys, size))
		return true;
	lib_event(
		LIB_EVENT_MISUSE, "page-freed-shared", NULL, phys, size,
		"memory at physical 0x%llx + 0x%llx is freed while devices may see it",
		phys, size);
	hw_mem_set_shared(phys, size, false);
	return true;
}

/** encrypt_boot() - watch what is freed. Return: 0 or -ENOSPC. */
int encrypt_boot(void)
{
	return cc_platform_has(CC_ATTR_MEM_ENCRYPT) ?
		       mm_set_page_free_check(hide_freed) :
		       0;
}

/**
 * set_memory_decrypted() - let devices see pages
 * @addr: linear address, page aligned
 *
 * What is in them is seen as noise from now on, until it is written anew; pages
 * that are seen already stay as they are.
 *
 * Context: any. Return: 0; -EINVAL for an address that is not in RAM; -ENOMEM
 * (failure site "share"), then nothing has changed.
 */
int set_memory_decrypted(unsigned long addr, int numpages)
{
	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT) &&
	    should_fail_site(DMASIM_SITE_SHARE))
		return -ENOMEM;
	return set_shared(addr, numpages, true);
}
EXPORT_SYMBOL_GPL(set_memory_decrypted);

/**
 * set_memory_encrypted() - hide them again, before they are freed
 *
 * What is in them is seen as noise from now on. Devices that are at it finish
 * first. Context: any. Return: 0 or -EINVAL.
 */
int set_memory_encrypted(unsigned long addr, int numpages)
{
	return set_shared(addr, numpages, false);
}
EXPORT_SYMBOL_GPL(set_memory_encrypted);
