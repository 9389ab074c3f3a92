/* SPDX-License-Identifier: MIT */
/*
 * See <linux/once.h>.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_ONCE_LITE_H
#define _DMASIM_LINUX_ONCE_LITE_H

#include <linux/once.h>

#endif
