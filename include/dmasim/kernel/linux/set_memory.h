/* SPDX-License-Identifier: MIT */
/*
 * <linux/set_memory.h>: attributes of the linear map.
 *
 * Same: set_memory_decrypted() and set_memory_encrypted(); without encryption
 *	they do nothing.
 * Reduced: no read-only or uncached linear map.
 */
#ifndef _DMASIM_LINUX_SET_MEMORY_H
#define _DMASIM_LINUX_SET_MEMORY_H

int set_memory_encrypted(unsigned long addr, int numpages);
int set_memory_decrypted(unsigned long addr, int numpages);

#endif
