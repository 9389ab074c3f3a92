/* SPDX-License-Identifier: MIT */
#include "api/checker.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

struct dmasim_event checker_event(enum dmasim_event_kind kind, const char *id)
{
	struct dmasim_event event;
	uint64_t seq;

	for (seq = dmasim_event_last(); seq; seq--)
		if (dmasim_event_get(seq, &event) && event.kind == kind &&
		    !strcmp(event.id, id))
			return event;
	fail_msg("no event %s", id);
	return event;
}

/* Numbers become '#': addresses depend on the machine. */
static void blur(const char *text, char *out)
{
	while (*text && *text != '\n') {
		if (!isdigit((unsigned char)*text)) {
			*out++ = *text++;
			continue;
		}
		*out++ = '#';
		while (isxdigit((unsigned char)*text) || *text == 'x')
			text++;
	}
	*out = '\0';
}

/* Does the page have a line "    <id>: <text>"? */
static bool documented(const char *id, const char *text)
{
	char line[1024], want[1024], have[1024], whole[1024];
	FILE *page = fopen(CHECKER_PAGE, "r");
	bool found = false;

	assert_non_null(page);
	snprintf(whole, sizeof(whole), "%s: %s", id, text);
	blur(whole, want);
	while (!found && fgets(line, sizeof(line), page)) {
		if (strncmp(line, "    ", 4))
			continue;
		blur(line + 4, have);
		found = !strcmp(have, want);
	}
	fclose(page);
	return found;
}

void assert_diagnosed_(enum dmasim_event_kind kind, const char *id,
		       unsigned int times, const char *file, int line)
{
	uint64_t seen = dmasim_event_count(kind, id);

	expect_events(kind, id, times);
	if (seen != times) {
		print_error("%s: %llu times, expected %u\n", id,
			    (unsigned long long)seen, times);
		dmasim_dump_events(1u << DMASIM_EVENT_MISUSE);
		_fail(file, line);
	}
	if (times && !documented(id, event_text(kind, id))) {
		print_error("docs/checker.md does not show\n    %s: %s\n", id,
			    event_text(kind, id));
		_fail(file, line);
	}
}
