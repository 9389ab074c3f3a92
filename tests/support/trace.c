/* SPDX-License-Identifier: MIT */
#include <dmasim/machine.h>

#include <stdio.h>
#include <string.h>

#include "support/trace.h"

static struct recording the_recording;

static void keep(void *ctx, const struct dmasim_trace_event *ev)
{
	struct recording *r = ctx;
	struct recorded *to;
	unsigned int i;

	if (r->nr == RECORDING_EVENTS || ev->nr_fields > RECORDED_FIELDS)
		return;
	to = &r->event[r->nr++];
	snprintf(to->name, sizeof(to->name), "%s:%s", ev->system, ev->name);
	to->ns = ev->ns;
	to->host_ns = ev->host_ns;
	to->seq = ev->seq;
	to->cpu = ev->cpu;
	to->thread = ev->thread;
	to->nr_fields = ev->nr_fields;
	for (i = 0; i < ev->nr_fields; i++) {
		const struct dmasim_trace_field *f = &ev->fields[i];

		to->field[i] = *f;
		if (f->type == DMASIM_FIELD_DEVICE ||
		    f->type == DMASIM_FIELD_STRING) {
			snprintf(to->str[i], sizeof(to->str[i]), "%s", f->str);
			to->field[i].str = to->str[i];
		} else if (f->type == DMASIM_FIELD_ARRAY) {
			memcpy(to->array[i], f->array,
			       f->nr * sizeof(*f->array));
			to->field[i].array = to->array[i];
		}
	}
	dmasim_trace_print(ev, DMASIM_TRACE_TEXT, to->line, sizeof(to->line));
	dmasim_trace_print(ev, DMASIM_TRACE_EXPLAIN, to->sentence,
			   sizeof(to->sentence));
}

struct recording *record(const char *globs)
{
	struct recording *r = &the_recording;

	r->nr = 0;
	if (dmasim_trace_open_callback(keep, r, &r->trace) ||
	    dmasim_trace_enable(r->trace, globs) < 0)
		fail_msg("%s", dmasim_refusal());
	return r;
}

unsigned int recorded_count(const struct recording *r, const char *prefix)
{
	unsigned int nr = 0, i;

	assert_int_not_equal(r->nr, RECORDING_EVENTS);
	for (i = 0; i < r->nr; i++)
		nr += !strncmp(r->event[i].name, prefix, strlen(prefix));
	return nr;
}

const struct recorded *recorded(const struct recording *r, const char *name,
				unsigned int index)
{
	unsigned int i;

	for (i = 0; i < r->nr; i++)
		if (!strcmp(r->event[i].name, name) && !index--)
			return &r->event[i];
	fail_msg("there is no such event %s among %u", name, r->nr);
	return NULL;
}

const struct dmasim_trace_field *recorded_field(const struct recorded *ev,
						const char *name)
{
	unsigned int i;

	for (i = 0; i < ev->nr_fields; i++)
		if (!strcmp(ev->field[i].name, name))
			return &ev->field[i];
	fail_msg("%s has no field %s", ev->name, name);
	return NULL;
}
