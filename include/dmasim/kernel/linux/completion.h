/* SPDX-License-Identifier: MIT */
/*
 * Completions.
 *
 * same:    wait_for_completion (+ timeout, io, interruptible, killable,
 *          state), try_wait_for_completion, completion_done, complete,
 *          complete_all, reinit_completion
 * reduced: interruptible and killable waits return 0, or the time left
 * stub:    -
 */
#ifndef _DMASIM_LINUX_COMPLETION_H
#define _DMASIM_LINUX_COMPLETION_H

#include <linux/wait.h>
#include <linux/swait.h>

/**
 * struct completion - "this has happened", counted
 * @done: wakeups not consumed yet; COMPLETION_LIB_ALL after complete_all()
 */
struct completion {
	unsigned int done;
	struct swait_queue_head wait;
};

#define COMPLETION_LIB_ALL (~0u / 2)

#define COMPLETION_INITIALIZER(work)                           \
	{                                                      \
		0, __SWAIT_QUEUE_HEAD_INITIALIZER((work).wait) \
	}
#define COMPLETION_INITIALIZER_ONSTACK(work) \
	(*({                                 \
		init_completion(&work);      \
		&work;                       \
	}))
#define DECLARE_COMPLETION(work) \
	struct completion work = COMPLETION_INITIALIZER(work)
#define DECLARE_COMPLETION_ONSTACK(work) DECLARE_COMPLETION(work)
#define DECLARE_COMPLETION_ONSTACK_MAP(work, map) DECLARE_COMPLETION(work)
#define init_completion_map(x, m) init_completion(x)

static inline void init_completion(struct completion *x)
{
	x->done = 0;
	init_swait_queue_head(&x->wait);
}

static inline void reinit_completion(struct completion *x)
{
	__atomic_store_n(&x->done, 0, __ATOMIC_RELAXED);
}

void wait_for_completion(struct completion *x);
unsigned long wait_for_completion_timeout(struct completion *x,
					  unsigned long timeout);
bool try_wait_for_completion(struct completion *x);
bool completion_done(struct completion *x);
void complete(struct completion *x);
void complete_all(struct completion *x);

#define wait_for_completion_io(x) wait_for_completion(x)
#define wait_for_completion_io_timeout(x, t) wait_for_completion_timeout(x, t)
#define complete_on_current_cpu(x) complete(x)

static inline int wait_for_completion_interruptible(struct completion *x)
{
	wait_for_completion(x);
	return 0;
}

static inline int wait_for_completion_killable(struct completion *x)
{
	wait_for_completion(x);
	return 0;
}

static inline int wait_for_completion_state(struct completion *x,
					    unsigned int state)
{
	wait_for_completion(x);
	return 0;
}

static inline long
wait_for_completion_interruptible_timeout(struct completion *x,
					  unsigned long timeout)
{
	return (long)wait_for_completion_timeout(x, timeout);
}

static inline long wait_for_completion_killable_timeout(struct completion *x,
							unsigned long timeout)
{
	return (long)wait_for_completion_timeout(x, timeout);
}

#endif
