/* SPDX-License-Identifier: MIT */
/*
 * Signals: numbers that drivers pass around; none is ever delivered.
 *
 * same:    SIGKILL, SIGTERM, SIGINT
 * reduced: -
 * stub:    allow_signal, flush_signals: no effect
 */
#ifndef _DMASIM_LINUX_SIGNAL_H
#define _DMASIM_LINUX_SIGNAL_H

#include <linux/sched.h>

/* The same tokens as libc's, so either order of inclusion is legal. */
#define SIGINT 2
#define SIGKILL 9
#define SIGTERM 15

static inline void allow_signal(int sig)
{
}
static inline void flush_signals(struct task_struct *task)
{
}

#endif
