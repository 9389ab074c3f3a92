/* SPDX-License-Identifier: MIT */
/*
 * READ_ONCE() and WRITE_ONCE(): one access, not torn, not repeated.
 *
 * They are relaxed atomics, so that the thread sanitizer takes them for what
 * they are. Objects of 1, 2, 4 and 8 bytes of any type, structs included.
 *
 * Same:    the contract.
 * Reduced: other sizes do not compile.
 * Stub:    none.
 */
#ifndef _DMASIM_ASM_RWONCE_H
#define _DMASIM_ASM_RWONCE_H

#include <linux/compiler_types.h>
#include <stdint.h>

/* the integer that is as large as x */
#define dmasim_word(x)                                                      \
	__typeof__(__builtin_choose_expr(                                   \
		sizeof(x) == 1, (uint8_t)0,                                 \
		__builtin_choose_expr(sizeof(x) == 2, (uint16_t)0,          \
				      __builtin_choose_expr(sizeof(x) == 4, \
							    (uint32_t)0,    \
							    (uint64_t)0))))

#define dmasim_once_size(x)                                                  \
	_Static_assert(sizeof(x) == 1 || sizeof(x) == 2 || sizeof(x) == 4 || \
			       sizeof(x) == 8,                               \
		       "READ_ONCE/WRITE_ONCE of an unsupported size")

#define dmasim_read_once(x, once)                                         \
	({                                                                \
		dmasim_once_size(x);                                      \
		union {                                                   \
			dmasim_word(x) word;                              \
			__typeof__(x) val;                                \
		} once = { .word = __atomic_load_n(                       \
				   (const volatile dmasim_word(x) *)&(x), \
				   __ATOMIC_RELAXED) };                   \
		once.val;                                                 \
	})
#define READ_ONCE(x) dmasim_read_once(x, __UNIQUE_ID(once_))
#define __READ_ONCE(x) READ_ONCE(x)

#define dmasim_write_once(x, value, once)                                    \
	do {                                                                 \
		dmasim_once_size(x);                                         \
		union {                                                      \
			__typeof__(x) val;                                   \
			dmasim_word(x) word;                                 \
		} once = { .val = (value) };                                 \
		__atomic_store_n((volatile dmasim_word(x) *)&(x), once.word, \
				 __ATOMIC_RELAXED);                          \
	} while (0)
#define WRITE_ONCE(x, value) dmasim_write_once(x, value, __UNIQUE_ID(once_))
#define __WRITE_ONCE(x, value) WRITE_ONCE(x, value)

#endif
