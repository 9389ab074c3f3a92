/* SPDX-License-Identifier: MIT */
/*
 * Speculation barriers.
 *
 * Same:    results.
 * Reduced: a process does not guard against its own speculation.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_NOSPEC_H
#define _DMASIM_LINUX_NOSPEC_H

#include <linux/compiler.h>

#define array_index_nospec(index, size)                   \
	({                                                \
		__typeof__(index) nospec_i__ = (index);   \
		__typeof__(size) nospec_s__ = (size);     \
		nospec_i__ < nospec_s__ ? nospec_i__ : 0; \
	})

#endif
