/* SPDX-License-Identifier: MIT */
/* src/host/panic.c: the hook, backtraces, names. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/host/suite.h"

static jmp_buf way_out;
static char panic_text[128];

static void leave(const char *text)
{
	snprintf(panic_text, sizeof(panic_text), "%s", text);
	longjmp(way_out, 1);
}

static void hook_gets_the_text_and_may_leave(void **state)
{
	host_panic_set_hook(leave);
	if (!setjmp(way_out)) {
		host_panic("table %d is gone", 3);
		fail();
	}
	host_panic_set_hook(NULL);
	assert_string_equal(panic_text, "table 3 is gone");
}

static void hook_works_a_second_time(void **state)
{
	hook_gets_the_text_and_may_leave(state);
	panic_text[0] = 0;
	hook_gets_the_text_and_may_leave(state);
}

static void without_a_hook_the_process_aborts(void **state)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		signal(SIGABRT, SIG_DFL);
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		host_panic("expected");
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

__attribute__((noinline)) static unsigned int frames_here(void **frames)
{
	unsigned int nr = host_backtrace(frames, 8);

	/* Not a tail call. */
	return nr + (frames == NULL);
}

static void backtrace_starts_at_the_caller(void **state)
{
	void *frames[8];
	unsigned int nr = frames_here(frames);
	uintptr_t start = (uintptr_t)frames_here;

	assert_true(nr >= 2);
	assert_true((uintptr_t)frames[0] > start);
	assert_true((uintptr_t)frames[0] < start + 4096);
}

static void a_library_symbol_has_a_name(void **state)
{
	char buf[64];

	assert_ptr_equal(host_symbolize((void *)abort, buf, sizeof(buf)), buf);
	assert_non_null(strstr(buf, "+0x"));
}

static void an_address_outside_all_code_is_hex(void **state)
{
	char buf[64];

	assert_string_equal(host_symbolize((void *)0x10, buf, sizeof(buf)),
			    "0x10");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hook_gets_the_text_and_may_leave),
		cmocka_unit_test(hook_works_a_second_time),
		cmocka_unit_test(without_a_hook_the_process_aborts),
		cmocka_unit_test(backtrace_starts_at_the_caller),
		cmocka_unit_test(a_library_symbol_has_a_name),
		cmocka_unit_test(an_address_outside_all_code_is_hex),
	};

	return cmocka_run_group_tests_name("host panic", tests, NULL, NULL);
}
