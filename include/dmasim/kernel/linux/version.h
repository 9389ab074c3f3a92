/* SPDX-License-Identifier: MIT */
/*
 * The kernel release that is modelled.
 *
 * Same:    LINUX_VERSION_CODE is 6.17.0.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_VERSION_H
#define _DMASIM_LINUX_VERSION_H

#define KERNEL_VERSION(a, b, c) \
	(((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#define LINUX_VERSION_MAJOR 6
#define LINUX_VERSION_PATCHLEVEL 17
#define LINUX_VERSION_SUBLEVEL 0
#define LINUX_VERSION_CODE                                            \
	KERNEL_VERSION(LINUX_VERSION_MAJOR, LINUX_VERSION_PATCHLEVEL, \
		       LINUX_VERSION_SUBLEVEL)

#endif
