/* SPDX-License-Identifier: MIT */
/*
 * <linux/set_memory.h>: attributes of the linear map.
 *
 * Same: as on a machine without memory encryption.
 * Reduced: no read-only or uncached linear map.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_SET_MEMORY_H
#define _DMASIM_LINUX_SET_MEMORY_H

static inline int set_memory_encrypted(unsigned long addr, int numpages)
{
	return 0;
}

static inline int set_memory_decrypted(unsigned long addr, int numpages)
{
	return 0;
}

#endif
