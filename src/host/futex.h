/* SPDX-License-Identifier: MIT */
/*
 * The two futex operations that src/host stands on. Private to the folder.
 *
 * Words are shared through __atomic builtins only, so a sanitizer that does not
 * know futex(2) still sees every ordering that matters.
 */
#ifndef HOST_FUTEX_H
#define HOST_FUTEX_H

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "host/host.h"

/* Sleep while *word == val, at most @rel (NULL: no limit). May return early. */
static inline void futex_sleep(uint32_t *word, uint32_t val,
			       const struct timespec *rel)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, val, rel, NULL, 0);
}

static inline void futex_wake(uint32_t *word, int nr)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, nr, NULL, NULL, 0);
}

/* wait.c, for thread.c */
void host_wait_count_attach(void);
void host_wait_count_detach(void);

#endif
