/* SPDX-License-Identifier: MIT */
/*
 * <linux/mem_encrypt.h>: is memory encrypted?
 *
 * Same: mem_encrypt_active().
 * Reduced: no address bit says it, so there are no __sme_*() helpers.
 */
#ifndef _DMASIM_LINUX_MEM_ENCRYPT_H
#define _DMASIM_LINUX_MEM_ENCRYPT_H

#include <linux/cc_platform.h>

static inline bool mem_encrypt_active(void)
{
	return cc_platform_has(CC_ATTR_MEM_ENCRYPT);
}

#endif
