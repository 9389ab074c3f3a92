/* SPDX-License-Identifier: MIT */
/*
 * Between the files of src/lib that know nothing of scheduling.
 */
#ifndef LIB_INTERNAL_H
#define LIB_INTERNAL_H

#include <linux/types.h>
#include <stdarg.h>

#include "lib/lib.h"

/* ---- log_host.c ---------------------------------------------------------- */

void lib_event_put(enum lib_event_kind kind, const char *id, const char *dev,
		   u64 addr, u64 len, const char *text);
void lib_panic(const char *text) __noreturn;
const char *lib_symbol(const void *pc, char *buf, size_t size);
unsigned int lib_backtrace(void **frames, unsigned int max);
u64 lib_clock_ns(void);

/* ---- memory_host.c ------------------------------------------------------- */

void *lib_heap_alloc(size_t size); /* zeroed; NULL */
void lib_heap_free(void *p);
unsigned long lib_heap_live(void);
void *lib_space_map(size_t size); /* zero pages; NULL */
void lib_space_unmap(void *start, size_t size);
void lib_memory_lock(void);
void lib_memory_unlock(void);

/* ---- boot.c -------------------------------------------------------------- */

extern unsigned int lib_generation; /* number of the machine, from 1 */

/* ---- parts that boot and shut down --------------------------------------- */

void lib_cpumask_boot(unsigned int nr_cpus);
void lib_random_boot(u64 seed);
void lib_params_restore(void);
unsigned int lib_percpu_check(void);
unsigned int lib_tracepoint_check(void);
void lib_tracepoint_shutdown(void);
void lib_percpu_shutdown(void);
void lib_initcalls_reset(void);

/* ---- format.c, format_ptr.c ---------------------------------------------- */

/**
 * struct fmt_out - where formatted text goes
 * @buf: may be NULL if @size is 0
 * @size: bytes of @buf
 * @len: characters produced so far, whether or not they fitted
 */
struct fmt_out {
	char *buf;
	size_t size;
	size_t len;
};

enum {
	FMT_LEFT = 1 << 0,
	FMT_PLUS = 1 << 1,
	FMT_SPACE = 1 << 2,
	FMT_ALT = 1 << 3,
	FMT_ZERO = 1 << 4,
	FMT_UPPER = 1 << 5,
	FMT_SIGNED = 1 << 6,
};

/**
 * struct fmt_spec - one conversion
 * @width: least characters, 0 if not given
 * @prec: precision, -1 if not given
 * @base: of numbers
 */
struct fmt_spec {
	unsigned int flags;
	int width;
	int prec;
	unsigned int base;
};

static inline void fmt_char(struct fmt_out *out, char c)
{
	if (out->len < out->size)
		out->buf[out->len] = c;
	out->len++;
}

void fmt_number(struct fmt_out *out, struct fmt_spec spec, u64 num);
void fmt_string(struct fmt_out *out, struct fmt_spec spec, const char *s);
void fmt_args(struct fmt_out *out, const char *fmt, va_list args);

/*
 * fmt_pointer() - %p and what follows
 * @ext: the characters after the p
 * Return: how many of them belong to the conversion.
 */
int fmt_pointer(struct fmt_out *out, struct fmt_spec spec, const char *ext,
		const void *ptr);

#endif
