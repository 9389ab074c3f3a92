/* SPDX-License-Identifier: MIT */
/*
 * An event as a line: its fields, named and ordered as the kernel's events print
 * them, or a sentence.
 *
 *	[000] 0.000000000: dma:dma_map_page: 0000:01:00.0 dir=TO_DEVICE ...
 *	0000:01:00.0: dma_map_page maps 4096 bytes of RAM at physical ...
 *
 * Tests: tests/unit/trace/test_text.c
 */
#include <linux/bits.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "trace/internal.h"

struct text {
	char *buf;
	size_t size, len;
};

static void __printf(2, 3) add(struct text *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	t->len += vscnprintf(t->buf + t->len, t->size - t->len, fmt, args);
	va_end(args);
}

/* ---- values ------------------------------------------------------------------- */

struct flag_name {
	u64 bits;
	const char *name;
};

static const struct flag_name attr_names[] = {
	{ DMA_ATTR_WEAK_ORDERING, "WEAK_ORDERING" },
	{ DMA_ATTR_WRITE_COMBINE, "WRITE_COMBINE" },
	{ DMA_ATTR_NO_KERNEL_MAPPING, "NO_KERNEL_MAPPING" },
	{ DMA_ATTR_SKIP_CPU_SYNC, "SKIP_CPU_SYNC" },
	{ DMA_ATTR_FORCE_CONTIGUOUS, "FORCE_CONTIGUOUS" },
	{ DMA_ATTR_ALLOC_SINGLE_PAGES, "ALLOC_SINGLE_PAGES" },
	{ DMA_ATTR_NO_WARN, "NO_WARN" },
	{ DMA_ATTR_PRIVILEGED, "PRIVILEGED" },
	{ DMA_ATTR_MMIO, "MMIO" },
	{ DMA_ATTR_DEBUGGING_IGNORE_CACHELINES, "CACHELINES_OVERLAP" },
	{ DMA_ATTR_REQUIRE_COHERENT, "REQUIRE_COHERENT" },
	{ DMA_ATTR_CC_SHARED, "CC_SHARED" },
	{}
};

/* Sets of flags before the single ones. */
static const struct flag_name gfp_names[] = {
	{ GFP_USER, "GFP_USER" },
	{ GFP_KERNEL, "GFP_KERNEL" },
	{ GFP_NOFS, "GFP_NOFS" },
	{ GFP_ATOMIC, "GFP_ATOMIC" },
	{ GFP_NOIO, "GFP_NOIO" },
	{ GFP_NOWAIT, "GFP_NOWAIT" },
	{ GFP_DMA, "GFP_DMA" },
	{ GFP_DMA32, "GFP_DMA32" },
	{ __GFP_HIGHMEM, "__GFP_HIGHMEM" },
	{ __GFP_HIGH, "__GFP_HIGH" },
	{ __GFP_IO, "__GFP_IO" },
	{ __GFP_FS, "__GFP_FS" },
	{ __GFP_DIRECT_RECLAIM, "__GFP_DIRECT_RECLAIM" },
	{ __GFP_KSWAPD_RECLAIM, "__GFP_KSWAPD_RECLAIM" },
	{ __GFP_NOWARN, "__GFP_NOWARN" },
	{ __GFP_RETRY_MAYFAIL, "__GFP_RETRY_MAYFAIL" },
	{ __GFP_NOFAIL, "__GFP_NOFAIL" },
	{ __GFP_NORETRY, "__GFP_NORETRY" },
	{ __GFP_COMP, "__GFP_COMP" },
	{ __GFP_ZERO, "__GFP_ZERO" },
	{ __GFP_ACCOUNT, "__GFP_ACCOUNT" },
	{}
};

static void add_flags(struct text *t, u64 bits, const struct flag_name *names)
{
	const char *bar = "";

	for (; names->bits; names++) {
		if ((bits & names->bits) != names->bits)
			continue;
		add(t, "%s%s", bar, names->name);
		bits &= ~names->bits;
		bar = "|";
	}
	if (bits)
		add(t, "%s0x%llx", bar, bits);
}

static const char *dir_name(u64 dir)
{
	static const char *const names[] = {
		[DMA_BIDIRECTIONAL] = "BIDIRECTIONAL",
		[DMA_TO_DEVICE] = "TO_DEVICE",
		[DMA_FROM_DEVICE] = "FROM_DEVICE",
		[DMA_NONE] = "NONE",
	};

	return dir < ARRAY_SIZE(names) ? names[dir] : "?";
}

static void add_array(struct text *t, const struct dmasim_trace_field *f)
{
	unsigned int i;

	add(t, "{");
	for (i = 0; i < f->nr; i++)
		add(t, "%s0x%llx", i ? "," : "", (u64)f->array[i]);
	add(t, "}");
}

static void add_value(struct text *t, const struct dmasim_trace_field *f)
{
	switch (f->type) {
	case DMASIM_FIELD_DEVICE:
	case DMASIM_FIELD_STRING:
		add(t, "%s", f->str);
		break;
	case DMASIM_FIELD_HEX:
		add(t, "%llx", (u64)f->u64);
		break;
	case DMASIM_FIELD_UINT:
	case DMASIM_FIELD_BOOL:
		add(t, "%llu", (u64)f->u64);
		break;
	case DMASIM_FIELD_INT:
		add(t, "%lld", (s64)f->s64);
		break;
	case DMASIM_FIELD_FORCE:
		add(t, "%s", f->u64 ? "FORCE" : "NORMAL");
		break;
	case DMASIM_FIELD_DIR:
		add(t, "%s", dir_name(f->u64));
		break;
	case DMASIM_FIELD_ATTRS:
		add_flags(t, f->u64, attr_names);
		break;
	case DMASIM_FIELD_GFP:
		add_flags(t, f->u64, gfp_names);
		break;
	case DMASIM_FIELD_ARRAY:
		add_array(t, f);
		break;
	}
}

void trace_print_value(const struct dmasim_trace_field *f, char *buf,
		       size_t size)
{
	struct text t = { .buf = buf, .size = size };

	*buf = '\0';
	add_value(&t, f);
}

/* ---- the line -------------------------------------------------------------------- */

static void add_line(struct text *t, const struct dmasim_trace_event *ev)
{
	u64 ns;
	u64 seconds = div64_u64_rem(ev->ns, 1000000000, &ns);
	unsigned int i;

	add(t, "[%03u] %llu.%09llu: %s:%s:", ev->cpu, seconds, ns, ev->system,
	    ev->name);
	for (i = 0; i < ev->nr_fields; i++) {
		const struct dmasim_trace_field *f = &ev->fields[i];
		const char *label = f->label ?: f->name;

		add(t, *label ? " %s=" : " ", label);
		add_value(t, f);
	}
}

/* ---- the sentence ----------------------------------------------------------------- */

static bool is_address(const struct dmasim_trace_field *f)
{
	size_t len = strlen(f->name);

	return len >= 4 && !strcmp(f->name + len - 4, "addr");
}

static void add_spoken(struct text *t, const struct dmasim_trace_field *f)
{
	static const char *const dirs[] = {
		[DMA_BIDIRECTIONAL] = "for the device to read and write",
		[DMA_TO_DEVICE] = "for the device to read",
		[DMA_FROM_DEVICE] = "for the device to write",
		[DMA_NONE] = "for nothing",
	};

	if (f->type == DMASIM_FIELD_HEX && f->u64 == DMA_MAPPING_ERROR &&
	    is_address(f))
		add(t, "nothing (DMA_MAPPING_ERROR)");
	else if (f->type == DMASIM_FIELD_HEX)
		add(t, "0x%llx", (u64)f->u64);
	else if (f->type == DMASIM_FIELD_INT && !strcmp(f->name, "err"))
		add(t, f->s64 ? "error %lld" : "done", -(s64)f->s64);
	else if (f->type == DMASIM_FIELD_DIR && f->u64 < ARRAY_SIZE(dirs))
		add(t, "%s", dirs[f->u64]);
	else if (f->type == DMASIM_FIELD_FORCE)
		add(t, "%s", f->u64 ? "as everything must" : "out of reach");
	else
		add_value(t, f);
}

/* The field that @words names up to "}", or NULL. */
static const struct dmasim_trace_field *
named_field(const struct dmasim_trace_event *ev, const char *words, size_t len)
{
	unsigned int i;

	for (i = 0; i < ev->nr_fields; i++)
		if (strlen(ev->fields[i].name) == len &&
		    !strncmp(ev->fields[i].name, words, len))
			return &ev->fields[i];
	return NULL;
}

static void add_sentence(struct text *t, const struct dmasim_trace_event *ev)
{
	const struct dmasim_trace_field *f = ev->fields;
	const char *w = ev->words, *end;

	/* A bare first field is who does it. */
	if (f->type == DMASIM_FIELD_DEVICE && f->label)
		add(t, "%s: %s ", f->str, ev->name);
	else
		add(t, "%s: ", ev->name);
	while (*w) {
		end = *w == '{' ? strchr(w, '}') : NULL;
		f = end ? named_field(ev, w + 1, end - w - 1) : NULL;
		if (f) {
			add_spoken(t, f);
			w = end + 1;
		} else {
			add(t, "%c", *w++);
		}
	}
}

size_t dmasim_trace_print(const struct dmasim_trace_event *ev,
			  enum dmasim_trace_format format, char *buf,
			  size_t size)
{
	struct text t = { .buf = buf, .size = size };

	if (!size)
		return 0;
	*buf = '\0';
	if (format == DMASIM_TRACE_EXPLAIN)
		add_sentence(&t, ev);
	else
		add_line(&t, ev);
	return t.len;
}
EXPORT_SYMBOL(dmasim_trace_print);

const struct dmasim_trace_field *
dmasim_trace_field(const struct dmasim_trace_event *ev, const char *name)
{
	return named_field(ev, name, strlen(name));
}
EXPORT_SYMBOL(dmasim_trace_field);
