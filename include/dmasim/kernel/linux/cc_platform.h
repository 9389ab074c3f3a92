/* SPDX-License-Identifier: MIT */
/*
 * <linux/cc_platform.h>: what confidential computing does to this machine.
 *
 * Same: the attributes by name. All of them that concern memory follow
 *	"confidential" in the machine's configuration; all others are no.
 */
#ifndef _DMASIM_LINUX_CC_PLATFORM_H
#define _DMASIM_LINUX_CC_PLATFORM_H

#include <linux/types.h>

enum cc_attr {
	CC_ATTR_MEM_ENCRYPT,
	CC_ATTR_HOST_MEM_ENCRYPT,
	CC_ATTR_GUEST_MEM_ENCRYPT,
	CC_ATTR_GUEST_STATE_ENCRYPT,
	CC_ATTR_GUEST_UNROLL_STRING_IO,
	CC_ATTR_GUEST_SEV_SNP,
	CC_ATTR_GUEST_SNP_SECURE_TSC,
	CC_ATTR_HOST_SEV_SNP,
	CC_ATTR_SNP_SECURE_AVIC,
};

bool cc_platform_has(enum cc_attr attr);

#endif
