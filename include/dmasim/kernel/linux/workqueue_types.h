/* SPDX-License-Identifier: MIT */
/*
 * struct work_struct.
 *
 * same:    entry, func, data (bit 0: pending)
 * reduced: -
 * stub:    -
 */
#ifndef _DMASIM_LINUX_WORKQUEUE_TYPES_H
#define _DMASIM_LINUX_WORKQUEUE_TYPES_H

#include <linux/types.h>
#include <linux/atomic.h>

struct workqueue_struct;
struct work_struct;
struct timer_list;

typedef void (*work_func_t)(struct work_struct *work);
void delayed_work_timer_fn(struct timer_list *timer);

/**
 * struct work_struct - something to be done by a worker
 * @data: WORK_STRUCT_PENDING_BIT; changed with atomics
 * @entry: place in the queue of work that is ready
 * @func: what to do; the item may be freed or queued again inside
 * @wq: queue it waits in, protected by the scheduler's lock
 * @instance: number of this queueing, protected likewise
 * @disabled: nesting of disable_work(), protected likewise
 */
struct work_struct {
	atomic_long_t data;
	struct list_head entry;
	work_func_t func;
	struct workqueue_struct *wq;
	u64 instance;
	unsigned int disabled;
};

#endif
