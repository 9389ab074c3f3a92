/* SPDX-License-Identifier: MIT */
/*
 * See <asm/byteorder.h>.
 *
 * Same:    all.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_BYTEORDER_GENERIC_H
#define _DMASIM_LINUX_BYTEORDER_GENERIC_H

#include <asm/byteorder.h>

#endif
