/* SPDX-License-Identifier: MIT */
/*
 * A run as a Chrome trace, which Perfetto loads: one JSON object with an array of
 * events ("Trace Event Format").
 *
 *	process 1		a thread for each CPU, each event an instant
 *	process 100 + n		device n: what lives, from "b" to "e"
 *
 * What lives is known by device, kind and a key that both its first and its last
 * event have: the device address, or for lists, whose unmap does not tell that,
 * the first physical address. If two with the same key live at once (an address
 * can be handed out before the unmap event of its last owner has come), the
 * older one ends first.
 *
 * I1  Each "b" has exactly one "e" with the same category, id, name and process,
 *     not before it.
 * Locks: the caller's.
 * Tests: tests/unit/trace/test_json.c
 */
#include <linux/dma-mapping.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "trace/internal.h"

#define JSON_BUCKETS 4096

/**
 * struct json_life - which events begin or end a life, and of what
 * @key: field with the key
 */
struct json_life {
	const char *event;
	const char *what;
	bool begins;
	const char *key;
};

static const struct json_life json_lives[] = {
	{ "dma_map_page", "mapping", true, "dma_addr" },
	{ "dma_unmap_page", "mapping", false, "addr" },
	{ "dma_map_phys", "mapping", true, "dma_addr" },
	{ "dma_unmap_phys", "mapping", false, "addr" },
	{ "dma_map_resource", "registers", true, "dma_addr" },
	{ "dma_unmap_resource", "registers", false, "addr" },
	{ "dma_map_sg", "list", true, "phys_addrs" },
	{ "dma_unmap_sg", "list", false, "addrs" },
	{ "dma_alloc", "coherent memory", true, "dma_addr" },
	{ "dma_free", "coherent memory", false, "dma_addr" },
	{ "dma_alloc_pages", "pages", true, "dma_addr" },
	{ "dma_free_pages", "pages", false, "dma_addr" },
	{ "dma_alloc_sgt", "scattered pages", true, "dma_addr" },
	{ "dma_free_sgt", "scattered pages", false, "dma_addr" },
	{ "dma_iova_alloc", "reservation", true, "addr" },
	{ "dma_iova_free", "reservation", false, "addr" },
	{ "dma_iova_destroy", "reservation", false, "addr" },
};

struct json_device {
	struct json_device *next;
	unsigned int index;
	char name[32];
};

struct json_alive {
	struct json_alive *next;
	const char *what;
	u64 key;
	u64 id;
	unsigned int device;
};

struct trace_json {
	struct trace_out *out;
	struct json_device *devices;
	unsigned int nr_devices;
	u64 last_id;
	u64 cpus_named; /* bit set */
	bool written; /* an array element, so the next needs a comma */
	bool lost;
	struct json_alive *alive[JSON_BUCKETS];
};

/* ---- output ------------------------------------------------------------------- */

static void __printf(2, 3) put(struct trace_json *j, const char *fmt, ...)
{
	char buf[256];
	va_list args;

	va_start(args, fmt);
	trace_out_write(j->out, buf, vscnprintf(buf, sizeof(buf), fmt, args));
	va_end(args);
}

static void put_escaped(struct trace_json *j, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			put(j, "\\%c", *s);
		else if ((unsigned char)*s < 0x20)
			put(j, "\\u%04x", *s);
		else
			put(j, "%c", *s);
	}
}

static void put_string(struct trace_json *j, const char *s)
{
	put(j, "\"");
	put_escaped(j, s);
	put(j, "\"");
}

static void put_time(struct trace_json *j, u64 ns)
{
	u64 rest;
	u64 us = div64_u64_rem(ns, 1000, &rest);

	put(j, "%llu.%03llu", us, rest);
}

/* "{" and what every event has; the caller closes. */
static void put_head(struct trace_json *j, const char *ph, unsigned int pid,
		     unsigned int tid, u64 ns)
{
	put(j, "%s{\"ph\":\"%s\",\"pid\":%u,\"tid\":%u,\"ts\":",
	    j->written ? ",\n" : "\n", ph, pid, tid);
	put_time(j, ns);
	j->written = true;
}

static void put_name(struct trace_json *j, const char *of, unsigned int pid,
		     unsigned int tid, const char *prefix, const char *name)
{
	put_head(j, "M", pid, tid, 0);
	put(j, ",\"name\":\"%s\",\"args\":{\"name\":\"%s", of, prefix);
	put_escaped(j, name);
	put(j, "\"}}");
}

/* Numbers that a double holds are numbers, addresses are hexadecimal text. */
static void put_value(struct trace_json *j, const struct dmasim_trace_field *f)
{
	const char *comma = "";
	char buf[200];
	unsigned int i;

	switch (f->type) {
	case DMASIM_FIELD_DEVICE:
	case DMASIM_FIELD_STRING:
		put_string(j, f->str);
		break;
	case DMASIM_FIELD_HEX:
		put(j, "\"0x%llx\"", (u64)f->u64);
		break;
	case DMASIM_FIELD_UINT:
		put(j, "%llu", (u64)f->u64);
		break;
	case DMASIM_FIELD_INT:
		put(j, "%lld", (s64)f->s64);
		break;
	case DMASIM_FIELD_BOOL:
		put(j, f->u64 ? "true" : "false");
		break;
	case DMASIM_FIELD_ARRAY:
		put(j, "[");
		for (i = 0; i < f->nr; i++, comma = ",")
			put(j, "%s\"0x%llx\"", comma, (u64)f->array[i]);
		put(j, "]");
		break;
	default:
		trace_print_value(f, buf, sizeof(buf));
		put_string(j, buf);
	}
}

static void put_args(struct trace_json *j, const struct dmasim_trace_event *ev)
{
	unsigned int i;

	put(j, ",\"args\":{\"seq\":%llu,\"machine_ns\":%llu", (u64)ev->seq,
	    (u64)ev->ns);
	for (i = 0; i < ev->nr_fields; i++) {
		put(j, ",\"%s\":", ev->fields[i].name);
		put_value(j, &ev->fields[i]);
	}
	put(j, "}}");
}

/* ---- devices, CPUs ---------------------------------------------------------------- */

/* Return: process number of a device. */
static unsigned int device_of(struct trace_json *j, const char *name)
{
	struct json_device *d;

	for (d = j->devices; d; d = d->next)
		if (!strcmp(d->name, name))
			return d->index;
	d = trace_alloc(sizeof(*d));
	if (!d) {
		j->lost = true;
		return 0;
	}
	d->index = 100 + j->nr_devices++;
	strscpy(d->name, name, sizeof(d->name));
	d->next = j->devices;
	j->devices = d;
	put_name(j, "process_name", d->index, 0, "device ", d->name);
	return d->index;
}

static void name_cpu(struct trace_json *j, unsigned int cpu)
{
	char number[12];

	if (cpu >= 64 || j->cpus_named >> cpu & 1)
		return;
	j->cpus_named |= 1ull << cpu;
	scnprintf(number, sizeof(number), "%u", cpu);
	put_name(j, "thread_name", 1, cpu + 1, "CPU ", number);
}

/* ---- lives -------------------------------------------------------------------------- */

static struct json_alive **bucket_of(struct trace_json *j, u64 key)
{
	return &j->alive[(key * 0x9e3779b97f4a7c15ull) >> 52];
}

static void put_life(struct trace_json *j, const char *ph,
		     const struct json_alive *a, u64 ns)
{
	put_head(j, ph, a->device, 0, ns);
	put(j, ",\"cat\":\"%s\",\"name\":\"%s\",\"id\":\"0x%llx\"", a->what,
	    a->what, a->id);
}

static void life_begins(struct trace_json *j, const struct json_life *life,
			unsigned int device, u64 key,
			const struct dmasim_trace_event *ev)
{
	struct json_alive **end = bucket_of(j, key);
	struct json_alive *a = trace_alloc(sizeof(*a));

	if (!a) {
		j->lost = true;
		return;
	}
	*a = (struct json_alive){
		.what = life->what,
		.key = key,
		.id = ++j->last_id,
		.device = device,
	};
	while (*end)
		end = &(*end)->next;
	*end = a;
	put_life(j, "b", a, ev->host_ns);
	put_args(j, ev);
}

static void life_ends(struct trace_json *j, const struct json_life *life,
		      unsigned int device, u64 key,
		      const struct dmasim_trace_event *ev)
{
	struct json_alive **at = bucket_of(j, key), *a;

	for (; (a = *at); at = &a->next) {
		if (a->key != key || a->device != device ||
		    a->what != life->what)
			continue;
		*at = a->next;
		put_life(j, "e", a, ev->host_ns);
		put_args(j, ev);
		trace_heap_free(a);
		return;
	}
}

/* Return: false for an event that is about nothing that could live. */
static bool life_key(const struct dmasim_trace_event *ev,
		     const struct json_life *life, u64 *key)
{
	const struct dmasim_trace_field *f = dmasim_trace_field(ev, life->key);
	const struct dmasim_trace_field *virt =
		dmasim_trace_field(ev, "virt_addr");

	if (virt && !virt->u64)
		return false;
	if (f->type == DMASIM_FIELD_ARRAY) {
		*key = f->nr ? f->array[0] : 0;
		return f->nr;
	}
	*key = f->u64;
	return f->u64 != DMA_MAPPING_ERROR;
}

static void follow_life(struct trace_json *j,
			const struct dmasim_trace_event *ev)
{
	const struct json_life *life;
	unsigned int device;
	u64 key;

	for (life = json_lives; strcmp(life->event, ev->name);)
		if (++life == json_lives + ARRAY_SIZE(json_lives))
			return;
	if (!life_key(ev, life, &key))
		return;
	device = device_of(j, ev->fields[0].str);
	if (!device)
		return;
	if (life->begins)
		life_begins(j, life, device, key, ev);
	else
		life_ends(j, life, device, key, ev);
}

/* ---- the document --------------------------------------------------------------------- */

struct trace_json *trace_json_create(struct trace_out *out)
{
	struct trace_json *j = trace_alloc(sizeof(*j));

	if (!j)
		return NULL;
	j->out = out;
	put(j, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
	put_name(j, "process_name", 1, 0, "", "CPUs");
	return j;
}

void trace_json_event(struct trace_json *j, const struct dmasim_trace_event *ev)
{
	name_cpu(j, ev->cpu);
	put_head(j, "i", 1, ev->cpu + 1, ev->host_ns);
	put(j, ",\"s\":\"t\",\"cat\":\"%s\",\"name\":\"%s:%s\"", ev->system,
	    ev->system, ev->name);
	put_args(j, ev);
	follow_life(j, ev);
}

int trace_json_finish(struct trace_json *j, u64 host_ns)
{
	int ret = j->lost ? -ENOMEM : 0;
	struct json_device *d;
	struct json_alive *a;
	unsigned int i;

	for (i = 0; i < JSON_BUCKETS; i++) {
		while ((a = j->alive[i])) {
			j->alive[i] = a->next;
			put_life(j, "e", a, host_ns);
			put(j, ",\"args\":{\"still_alive\":true}}");
			trace_heap_free(a);
		}
	}
	while ((d = j->devices)) {
		j->devices = d->next;
		trace_heap_free(d);
	}
	put(j, "\n]}\n");
	trace_heap_free(j);
	return ret;
}
