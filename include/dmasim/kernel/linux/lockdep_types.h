/* SPDX-License-Identifier: MIT */
/*
 * Types that drivers declare for the kernel's lock validator.
 *
 * same:    names
 * reduced: the validator is not modelled; lockdep.h says what is checked
 * stub:    lock_class_key, lockdep_map carry nothing
 */
#ifndef _DMASIM_LINUX_LOCKDEP_TYPES_H
#define _DMASIM_LINUX_LOCKDEP_TYPES_H

#include <linux/types.h>

#define MAX_LOCKDEP_SUBCLASSES 8UL

enum lockdep_wait_type {
	LD_WAIT_INV = 0,
	LD_WAIT_FREE,
	LD_WAIT_SPIN,
	LD_WAIT_CONFIG = LD_WAIT_SPIN,
	LD_WAIT_SLEEP,
	LD_WAIT_MAX,
};

struct lock_class_key {
	char unused;
};

struct lockdep_map {
	char unused;
};

struct pin_cookie {
	char unused;
};

#endif
