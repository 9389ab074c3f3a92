/* SPDX-License-Identifier: MIT */
/*
 * For tests of the scheduler's half: expected panics and a second thread.
 */
#ifndef TESTS_UNIT_LIB_LIBB_TEST_H
#define TESTS_UNIT_LIB_LIBB_TEST_H

#include "unit/lib/lib_test.h"

static jmp_buf panic_exit;
static char panic_text[400];

static void __attribute__((unused)) panic_to_test(const char *text)
{
	strncpy(panic_text, text, sizeof(panic_text) - 1);
	longjmp(panic_exit, 1);
}

/* The statement must end in a panic whose text contains @part. */
#define expect_panic(part, statement)                           \
	do {                                                    \
		struct host_self saved = host_self;             \
                                                                \
		host_panic_set_hook(panic_to_test);             \
		if (!setjmp(panic_exit)) {                      \
			statement;                              \
			host_panic_set_hook(NULL);              \
			fail_msg("no panic");                   \
		}                                               \
		host_panic_set_hook(NULL);                      \
		host_self.preempt = saved.preempt;              \
		host_self.irq_off = saved.irq_off;              \
		host_self.in_softirq = saved.in_softirq;        \
		if (!strstr(panic_text, part))                  \
			fail_msg("panic says: %s", panic_text); \
	} while (0)

#define assert_warns(nr) assert_int_equal(warns(), nr)

#endif
