/* SPDX-License-Identifier: MIT */
/*
 * <linux/sed-opal.h>: self-encrypting drives.
 *
 * Same: nothing. Reduced: nothing.
 * Stub: no drive is self-encrypting here; init_opal_dev() answers NULL, which
 *	callers take for "not supported".
 */
#ifndef _DMASIM_LINUX_SED_OPAL_H
#define _DMASIM_LINUX_SED_OPAL_H

#include <linux/types.h>

struct opal_dev;

typedef int(sec_send_recv)(void *data, u16 spsp, u8 secp, void *buffer,
			   size_t len, bool send);

static inline struct opal_dev *init_opal_dev(void *data,
					     sec_send_recv *send_recv)
{
	return NULL;
}

static inline void free_opal_dev(struct opal_dev *dev)
{
}

static inline bool opal_unlock_from_suspend(struct opal_dev *dev)
{
	return false;
}

static inline bool is_sed_ioctl(unsigned int cmd)
{
	return false;
}

#endif
