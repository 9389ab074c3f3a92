/* SPDX-License-Identifier: MIT */
/*
 * Context tracking: there is no user mode here.
 *
 * same:    -
 * reduced: -
 * stub:    everything
 */
#ifndef _DMASIM_LINUX_CONTEXT_TRACKING_H
#define _DMASIM_LINUX_CONTEXT_TRACKING_H

static inline void user_enter(void)
{
}
static inline void user_exit(void)
{
}

#endif
