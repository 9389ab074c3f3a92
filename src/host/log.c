/* SPDX-License-Identifier: MIT */
/*
 * The event ring: everything worth telling goes here, dmesg text is rendered
 * from it.
 *
 * The ring keeps the newest RING entries whole. Counters are kept apart, one
 * for each (kind, id) pair seen, so that counts stay exact however many events
 * pass by.
 *
 * I1  The sum of the counters of a kind is the number of its events since
 *     host_event_reset().
 * I2  Sequence numbers are dense from 1; the events last-RING+1..last are
 *     readable.
 *
 * Log lines carry no backtrace: they are many, and their text says where they
 * come from.
 * Locks: event_lock (leaf). Rendering to stderr happens under it, so that lines
 * come out in order.
 * Tests: tests/unit/host/test_log.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/host.h"

#define RING 4096u
#define NR_KINDS (HOST_EVENT_NOTE + 1)

struct id_count {
	struct id_count *next;
	const char *id;
	uint64_t nr;
};

static struct host_mutex event_lock;
static struct host_event *ring; /* RING entries, made at first use */
static uint64_t last_seq;
static struct id_count *counts[NR_KINDS];
static uint64_t totals[NR_KINDS];
static unsigned int echo_kinds;

/* Find the counter of (kind, id), making it if @make. Lock held. */
static struct id_count *count_of(enum host_event_kind kind, const char *id,
				 bool make)
{
	struct id_count *c;

	for (c = counts[kind]; c; c = c->next)
		if (c->id == id || !strcmp(c->id, id))
			return c;
	if (!make)
		return NULL;
	c = calloc(1, sizeof(*c));
	if (!c)
		host_panic("host: no memory for an event counter");
	c->id = id;
	c->next = counts[kind];
	counts[kind] = c;
	return c;
}

static void render(const struct host_event *ev)
{
	uint64_t us = host_clock_now() / 1000;
	const char *id = ev->kind == HOST_EVENT_LOG ? "" : ev->id;

	fprintf(stderr, "[%5llu.%06llu] %s%s%s%s%s\n",
		(unsigned long long)(us / 1000000),
		(unsigned long long)(us % 1000000), ev->dev,
		ev->dev[0] ? ": " : "", id, id[0] ? ": " : "", ev->text);
}

static void copy_text(char *dst, size_t size, const char *src)
{
	size_t len = src ? strnlen(src, size - 1) : 0;

	if (len)
		memcpy(dst, src, len);
	dst[len] = 0;
}

/**
 * host_event_put_from() - append an event whose text is ready
 * @kind: what sort of event
 * @id: stable identifier with static lifetime
 * @dev: device name, may be NULL
 * @addr: address the event is about
 * @len: bytes, 0 if meaningless
 * @text: one line; copied, cut to fit
 * @origin: call path that made what the event is about
 * @nr: frames of it, 0 for none; cut to fit
 *
 * Context: any thread, any context of the simulated machine.
 */
void host_event_put_from(enum host_event_kind kind, const char *id,
			 const char *dev, uint64_t addr, uint64_t len,
			 const char *text, void *const *origin, unsigned int nr)
{
	struct host_event ev = {
		.kind = kind, .id = id, .addr = addr, .len = len
	};

	copy_text(ev.dev, sizeof(ev.dev), dev);
	copy_text(ev.text, sizeof(ev.text), text);
	if (kind != HOST_EVENT_LOG)
		ev.nr_frames = host_backtrace(ev.frames, HOST_EVENT_FRAMES);
	ev.nr_origin = nr < HOST_EVENT_FRAMES ? nr : HOST_EVENT_FRAMES;
	if (ev.nr_origin)
		memcpy(ev.origin, origin, ev.nr_origin * sizeof(*ev.origin));

	host_mutex_lock(&event_lock);
	if (!ring)
		ring = host_map_anon(RING * sizeof(*ring));
	if (!ring)
		host_panic("host: no memory for the event ring");
	ev.seq = ++last_seq;
	ring[ev.seq % RING] = ev;
	totals[kind]++;
	count_of(kind, id, true)->nr++;
	if (echo_kinds & 1u << kind)
		render(&ev);
	host_mutex_unlock(&event_lock);
}

/** host_event_put() - host_event_put_from() without a second call path. */
void host_event_put(enum host_event_kind kind, const char *id, const char *dev,
		    uint64_t addr, uint64_t len, const char *text)
{
	host_event_put_from(kind, id, dev, addr, len, text, NULL, 0);
}

/**
 * host_event_add() - append an event, formatting its text
 * @kind: what sort of event
 * @id: stable identifier with static lifetime
 * @dev: device name, may be NULL
 * @addr: address the event is about
 * @len: bytes, 0 if meaningless
 * @fmt: libc's format; the text is cut to fit
 *
 * Context: any thread, any context of the simulated machine.
 */
void host_event_add(enum host_event_kind kind, const char *id, const char *dev,
		    uint64_t addr, uint64_t len, const char *fmt, ...)
{
	char text[HOST_EVENT_TEXT];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	host_event_put(kind, id, dev, addr, len, text);
}

/**
 * host_event_get() - copy one event
 * @seq: its number, from 1
 * @ev: result
 *
 * Context: any thread.
 * Return: false if @seq has been overwritten or does not exist yet.
 */
bool host_event_get(uint64_t seq, struct host_event *ev)
{
	bool found;

	host_mutex_lock(&event_lock);
	found = seq && seq <= last_seq && last_seq - seq < RING;
	if (found)
		*ev = ring[seq % RING];
	host_mutex_unlock(&event_lock);
	return found;
}

/**
 * host_event_last() - number of the newest event
 *
 * Context: any thread.
 * Return: the number, 0 if there was none since the reset.
 */
uint64_t host_event_last(void)
{
	uint64_t seq;

	host_mutex_lock(&event_lock);
	seq = last_seq;
	host_mutex_unlock(&event_lock);
	return seq;
}

/**
 * host_event_count() - events since the reset, overwritten ones included
 * @kind: of this kind
 * @id: and with this identifier; NULL: any
 *
 * Context: any thread.
 * Return: the number.
 */
uint64_t host_event_count(enum host_event_kind kind, const char *id)
{
	struct id_count *c;
	uint64_t nr;

	host_mutex_lock(&event_lock);
	if (id) {
		c = count_of(kind, id, false);
		nr = c ? c->nr : 0;
	} else {
		nr = totals[kind];
	}
	host_mutex_unlock(&event_lock);
	return nr;
}

/**
 * host_event_reset() - forget all events and counters
 *
 * Context: any thread. The echo mask stays.
 */
void host_event_reset(void)
{
	struct id_count *c;
	unsigned int kind;

	host_mutex_lock(&event_lock);
	for (kind = 0; kind < NR_KINDS; kind++) {
		while ((c = counts[kind])) {
			counts[kind] = c->next;
			free(c);
		}
		totals[kind] = 0;
	}
	last_seq = 0;
	host_mutex_unlock(&event_lock);
}

/**
 * host_print() - a line on stderr, outside the log
 * @line: without newline
 *
 * Context: any; takes no lock of ours.
 */
void host_print(const char *line)
{
	fprintf(stderr, "%s\n", line);
}

/**
 * host_event_echo() - also print events of these kinds to stderr
 * @kinds: mask of 1 << enum host_event_kind; 0 for none
 *
 * Context: any thread.
 */
void host_event_echo(unsigned int kinds)
{
	host_mutex_lock(&event_lock);
	echo_kinds = kinds;
	host_mutex_unlock(&event_lock);
}

static void dump_path(void *const *frames, unsigned int nr)
{
	char name[128];
	unsigned int i;

	for (i = 0; i < nr; i++)
		fprintf(stderr, "  #%-2u %s\n", i,
			host_symbolize(frames[i], name, sizeof(name)));
}

static void dump_one(const struct host_event *ev)
{
	fprintf(stderr, "event %llu: %s%s%s: %s\n", (unsigned long long)ev->seq,
		ev->dev, ev->dev[0] ? ": " : "", ev->id, ev->text);
	dump_path(ev->frames, ev->nr_frames);
	if (ev->nr_origin)
		fprintf(stderr, " mapped at:\n");
	dump_path(ev->origin, ev->nr_origin);
}

/**
 * host_event_dump() - print the ring's events of these kinds to stderr
 * @kinds: mask of 1 << enum host_event_kind
 *
 * Context: any thread. Events that are added meanwhile may be missed.
 */
void host_event_dump(unsigned int kinds)
{
	uint64_t last = host_event_last();
	uint64_t seq = last > RING ? last - RING + 1 : 1;
	struct host_event ev;

	for (; seq <= last; seq++)
		if (host_event_get(seq, &ev) && kinds & 1u << ev.kind)
			dump_one(&ev);
}
