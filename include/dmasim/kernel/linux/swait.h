/* SPDX-License-Identifier: MIT */
/*
 * Simple wait queues: ordinary ones under another name.
 *
 * same:    swake_up_one/all, swait_event*_exclusive
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_SWAIT_H
#define _DMASIM_LINUX_SWAIT_H

#include <linux/wait.h>

struct swait_queue_head {
	struct wait_queue_head queue;
};

#define __SWAIT_QUEUE_HEAD_INITIALIZER(name)                       \
	{                                                          \
		.queue = __WAIT_QUEUE_HEAD_INITIALIZER(name.queue) \
	}
#define DECLARE_SWAIT_QUEUE_HEAD(name) \
	struct swait_queue_head name = __SWAIT_QUEUE_HEAD_INITIALIZER(name)
#define init_swait_queue_head(q) init_waitqueue_head(&(q)->queue)
#define swait_active(q) waitqueue_active(&(q)->queue)
#define swq_has_sleeper(q) wq_has_sleeper(&(q)->queue)
#define swake_up_one(q) wake_up(&(q)->queue)
#define swake_up_all(q) wake_up_all(&(q)->queue)
#define swait_event_exclusive(q, condition) wait_event((q).queue, condition)
#define swait_event_timeout_exclusive(q, condition, timeout) \
	wait_event_timeout((q).queue, condition, timeout)
#define swait_event_interruptible_exclusive(q, condition) \
	wait_event_interruptible((q).queue, condition)
#define swait_event_idle_exclusive(q, condition) \
	wait_event_idle((q).queue, condition)

#endif
