/* SPDX-License-Identifier: MIT */
/*
 * The end: host_panic(), backtraces and names for addresses.
 *
 * I1  Nothing else in the library aborts the process.
 *
 * Names come from the dynamic symbol table; without one (a static function, an
 * executable linked without -rdynamic) the result is module+offset, which
 * addr2line understands.
 * Locks: none.
 * Tests: tests/unit/host/test_panic.c
 */
#include <dlfcn.h>
#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"

#define PANIC_TEXT 1024
#define PANIC_FRAMES 32

static void (*panic_hook)(const char *text);
static __thread unsigned int panic_depth;

/*
 * The first backtrace() loads the unwinder and allocates; do that while the
 * process is still healthy.
 */
__attribute__((constructor(102))) static void prime_backtrace(void)
{
	void *frame[1];

	backtrace(frame, 1);
}

/**
 * host_backtrace() - return addresses of the callers
 * @frames: result, innermost first; the caller of this function is frame 0
 * @max: room in @frames
 *
 * Context: any thread.
 * Return: number of addresses stored.
 */
unsigned int host_backtrace(void **frames, unsigned int max)
{
	void *all[PANIC_FRAMES + 1];
	int nr;

	if (max > PANIC_FRAMES)
		max = PANIC_FRAMES;
	nr = backtrace(all, (int)max + 1) - 1;
	if (nr <= 0)
		return 0;
	memcpy(frames, all + 1, (size_t)nr * sizeof(*frames));
	return (unsigned int)nr;
}

/**
 * host_symbolize() - name of the function around @pc
 * @pc: code address
 * @buf: result, "symbol+0x12", "module+0x1234" or "0x7f..."
 * @size: bytes in @buf
 *
 * Context: any thread.
 * Return: @buf.
 */
const char *host_symbolize(const void *pc, char *buf, size_t size)
{
	const char *file;
	Dl_info info;

	if (!dladdr(pc, &info) || !info.dli_fname) {
		snprintf(buf, size, "%p", pc);
		return buf;
	}
	if (info.dli_sname) {
		snprintf(buf, size, "%s+0x%tx", info.dli_sname,
			 (const char *)pc - (const char *)info.dli_saddr);
		return buf;
	}
	file = strrchr(info.dli_fname, '/');
	snprintf(buf, size, "%s+0x%tx", file ? file + 1 : info.dli_fname,
		 (const char *)pc - (const char *)info.dli_fbase);
	return buf;
}

/**
 * host_panic_set_hook() - be told instead of aborting
 * @hook: called with the text; must not return. NULL restores the abort.
 *
 * Context: any thread.
 */
void host_panic_set_hook(void (*hook)(const char *text))
{
	__atomic_store_n(&panic_hook, hook, __ATOMIC_RELEASE);
}

static void print_backtrace(void)
{
	void *frames[PANIC_FRAMES];
	unsigned int i, nr = host_backtrace(frames, PANIC_FRAMES);
	char name[128];

	for (i = 0; i < nr; i++)
		fprintf(stderr, "  #%-2u %s\n", i,
			host_symbolize(frames[i], name, sizeof(name)));
}

/**
 * host_panic() - the library cannot go on
 * @fmt: libc's format of one line
 *
 * Context: any thread, any lock held.
 * Return: never; a hook leaves by longjmp(), else the process aborts.
 */
void host_panic(const char *fmt, ...)
{
	void (*hook)(const char *text);
	char text[PANIC_TEXT];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);

	hook = __atomic_load_n(&panic_hook, __ATOMIC_ACQUIRE);
	if (hook && !panic_depth) {
		/* The hook leaves by longjmp(), which must not leave us "in". */
		hook(text);
		panic_depth++;
		fprintf(stderr, "dmasim: a panic hook returned\n");
	} else if (panic_depth++) {
		abort();
	}
	fflush(stdout);
	fprintf(stderr, "dmasim: panic: %s\n", text);
	print_backtrace();
	fflush(stderr);
	abort();
}
