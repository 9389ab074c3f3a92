/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a bit or a variable.
 *
 * same:    wait_on_bit, wait_on_bit_lock, wake_up_bit, clear_and_wake_up_bit,
 *          wait_var_event(+timeout), wake_up_var
 * reduced: one wait queue for all words: wakeups may be spurious
 * stub:    -
 */
#ifndef _DMASIM_LINUX_WAIT_BIT_H
#define _DMASIM_LINUX_WAIT_BIT_H

#include <linux/wait.h>
#include <linux/bitops.h>

extern struct wait_queue_head lib_bit_wait_queue;

static inline int wait_on_bit(unsigned long *word, int bit, unsigned int mode)
{
	wait_event_state(lib_bit_wait_queue, !test_bit_acquire(bit, word),
			 mode);
	return 0;
}

#define wait_on_bit_io(word, bit, mode) wait_on_bit(word, bit, mode)

static inline int wait_on_bit_timeout(unsigned long *word, int bit,
				      unsigned int mode, unsigned long timeout)
{
	return wait_event_timeout(lib_bit_wait_queue,
				  !test_bit_acquire(bit, word), timeout) ?
		       0 :
		       -EAGAIN;
}

static inline int wait_on_bit_lock(unsigned long *word, int bit,
				   unsigned int mode)
{
	wait_event_state(lib_bit_wait_queue, !test_and_set_bit(bit, word),
			 mode);
	return 0;
}

#define wait_on_bit_lock_io(word, bit, mode) wait_on_bit_lock(word, bit, mode)

static inline void wake_up_bit(unsigned long *word, int bit)
{
	wake_up_all(&lib_bit_wait_queue);
}

static inline void clear_and_wake_up_bit(int bit, unsigned long *word)
{
	clear_bit_unlock(bit, word);
	wake_up_bit(word, bit);
}

static inline void wake_up_var(void *var)
{
	wake_up_all(&lib_bit_wait_queue);
}

#define wait_var_event(var, condition)                     \
	do {                                               \
		(void)(var);                               \
		wait_event(lib_bit_wait_queue, condition); \
	} while (0)
#define wait_var_event_timeout(var, condition, timeout)                     \
	({                                                                  \
		(void)(var);                                                \
		wait_event_timeout(lib_bit_wait_queue, condition, timeout); \
	})
#define wait_var_event_killable(var, condition) \
	({                                      \
		wait_var_event(var, condition); \
		0;                              \
	})
#define wait_var_event_interruptible(var, condition) \
	({                                           \
		wait_var_event(var, condition);      \
		0;                                   \
	})

#endif
