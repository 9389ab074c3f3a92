/* SPDX-License-Identifier: MIT */
/*
 * Opening, choosing, delivering and closing: callbacks, files, refusals.
 *
 * With --names it prints the names of all events (for test_usdt.sh).
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <trace/events/dma.h>

#include "support/fixture.h"
#include "support/sweep.h"
#include "support/trace.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* In whole pages, whatever a page has. */
#define PHYS 0x1230000ull

static void map_once(struct fixture *f)
{
	struct page *page = phys_to_page(PHYS);
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 4096, DMA_TO_DEVICE);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_page(f->dev, addr, 4096, DMA_TO_DEVICE);
}

static char path[64];

static void make_path(void)
{
	int fd;

	strcpy(path, "/tmp/dmasim-trace-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
}

/* The file's text; the caller frees it. */
static char *read_back(void)
{
	char *text = calloc(1, 65536);
	FILE *in = fopen(path, "r");

	assert_non_null(text);
	assert_non_null(in);
	fread(text, 1, 65535, in);
	fclose(in);
	unlink(path);
	return text;
}

static unsigned int lines_in(const char *text)
{
	unsigned int nr = 0;

	for (; *text; text++)
		nr += *text == '\n';
	return nr;
}

/* ---- choosing ------------------------------------------------------------------- */

static void nothing_is_enabled_at_first(void **state)
{
	struct recording *r = record("dma:*");

	dmasim_trace_disable(r->trace, "*");
	map_once(*state);

	assert_int_equal(r->nr, 0);
	assert_false(trace_dma_map_page_enabled());
}

static void globs_choose_by_system_and_name(void **state)
{
	struct recording *r = record("dma:*map_page");

	assert_int_equal(dmasim_trace_enable(r->trace, "dma:dma_map_page"), 1);
	assert_int_equal(dmasim_trace_enable(r->trace, "dma_?nmap_page"), 1);
	assert_int_equal(dmasim_trace_enable(r->trace, "swiotlb:*,iommu:*"), 7);
	assert_int_equal(dmasim_trace_enable(r->trace, "map"), 1);
	assert_int_equal(dmasim_trace_enable(r->trace, "*:*"), 40);
	assert_int_equal(dmasim_trace_enable(r->trace, "*"), 40);
	assert_int_equal(dmasim_trace_enable(r->trace, "*_*sg*e*"), 3);
}

static void globs_that_match_nothing_are_enoent(void **state)
{
	struct recording *r = record("dma:*");

	assert_int_equal(dmasim_trace_enable(r->trace, "dma:dma_mop*"),
			 -ENOENT);
	assert_string_equal(dmasim_refusal(),
			    "trace: no event is called \"dma:dma_mop*\"");
	assert_int_equal(dmasim_trace_enable(r->trace, ""), -ENOENT);
	assert_int_equal(dmasim_trace_enable(r->trace, NULL), -ENOENT);
	assert_int_equal(dmasim_trace_enable(r->trace, "dma"), -ENOENT);
}

static void disabled_events_stop_and_others_go_on(void **state)
{
	struct recording *r = record("dma:*");

	assert_int_equal(dmasim_trace_disable(r->trace, "dma_map_page"), 1);
	map_once(*state);

	assert_events(r, "dma:dma_map_page", 0);
	assert_events(r, "dma:dma_unmap_page", 1);
	assert_false(trace_dma_map_page_enabled());
	assert_true(trace_dma_unmap_page_enabled());
}

/* ---- delivering ------------------------------------------------------------------ */

static void count(void *ctx, const struct dmasim_trace_event *ev)
{
	++*(unsigned int *)ctx;
}

static void several_traces_each_get_what_they_want(void **state)
{
	struct dmasim_trace *a, *b;
	unsigned int nr_a = 0, nr_b = 0;

	assert_int_equal(dmasim_trace_open_callback(count, &nr_a, &a), 0);
	assert_int_equal(dmasim_trace_open_callback(count, &nr_b, &b), 0);
	dmasim_trace_enable(a, "dma:*");
	dmasim_trace_enable(b, "dma_map_page");

	map_once(*state);
	assert_int_equal(nr_a, 2);
	assert_int_equal(nr_b, 1);

	assert_int_equal(dmasim_trace_close(a), 0);
	map_once(*state);
	assert_int_equal(nr_a, 2);
	assert_int_equal(nr_b, 2);
	assert_int_equal(dmasim_trace_close(b), 0);
	assert_false(trace_dma_map_page_enabled());
}

static void events_have_number_cpu_and_times(void **state)
{
	struct recording *r = record("dma:*");

	map_once(*state);
	dmasim_run_for(1000000);
	map_once(*state);

	assert_int_equal(r->nr, 4);
	assert_int_equal(r->event[1].seq, r->event[0].seq + 1);
	assert_int_equal(r->event[0].cpu, 0);
	assert_int_not_equal(r->event[0].thread, 0);
	assert_int_equal(r->event[2].ns, r->event[0].ns + 1000000);
	assert_true(r->event[3].host_ns >= r->event[0].host_ns);
}

struct nosy {
	struct fixture *f;
	struct dmasim_trace *trace;
	int enable, close, open;
	unsigned int calls;
};

static void meddle(void *ctx, const struct dmasim_trace_event *ev)
{
	struct nosy *n = ctx;
	struct dmasim_trace *other;

	if (n->calls++)
		return;
	map_once(n->f);
	n->enable = dmasim_trace_enable(n->trace, "*");
	n->close = dmasim_trace_close(n->trace);
	n->open = dmasim_trace_open_callback(meddle, n, &other);
}

static void a_callback_cannot_cause_events_or_change_traces(void **state)
{
	struct nosy n = { .f = *state };

	assert_int_equal(dmasim_trace_open_callback(meddle, &n, &n.trace), 0);
	dmasim_trace_enable(n.trace, "dma:*");
	map_once(*state);

	assert_int_equal(n.calls, 2);
	assert_int_equal(n.enable, -EDEADLK);
	assert_int_equal(n.close, -EDEADLK);
	assert_int_equal(n.open, -EDEADLK);
	assert_int_equal(dmasim_trace_close(n.trace), 0);
}

static void keep_address(void *data, struct device *dev, phys_addr_t phys_addr,
			 dma_addr_t dma_addr, size_t size,
			 enum dma_data_direction dir, unsigned long attrs)
{
	*(dma_addr_t *)data = dma_addr;
}

static void a_probe_and_a_trace_see_the_same_event(void **state)
{
	struct recording *r = record("dma_map_page");
	dma_addr_t addr = 0;

	assert_int_equal(register_trace_dma_map_page(keep_address, &addr), 0);
	map_once(*state);
	assert_int_equal(unregister_trace_dma_map_page(keep_address, &addr), 0);

	assert_int_equal(r->nr, 1);
	assert_int_not_equal(addr, 0);
	assert_field(&r->event[0], "dma_addr", addr);
}

static void ignore_unmap(void *data, struct device *dev, dma_addr_t addr,
			 size_t size, enum dma_data_direction dir,
			 unsigned long attrs)
{
}

static void a_selection_is_enabled_as_a_whole_or_not_at_all(void **state)
{
	struct recording *r = record("dma_unmap_sg");
	char place[TRACEPOINT_MAX_PROBES];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(place); i++)
		assert_int_equal(register_trace_dma_unmap_page(ignore_unmap,
							       &place[i]),
				 0);
	assert_int_equal(dmasim_trace_enable(r->trace, "dma:*"), -ENOMEM);
	assert_string_equal(dmasim_refusal(),
			    "trace: an event of \"dma:*\" has 8 probes");
	map_once(*state);
	assert_int_equal(r->nr, 0);

	/* What was enabled before stays so. */
	assert_int_equal(dmasim_trace_enable(r->trace, "dma_map_page"), 1);
	assert_int_equal(dmasim_trace_enable(r->trace, "dma:*"), -ENOMEM);
	map_once(*state);
	assert_int_equal(r->nr, 1);
	assert_events(r, "dma:dma_map_page", 1);

	for (i = 0; i < ARRAY_SIZE(place); i++)
		assert_int_equal(unregister_trace_dma_unmap_page(ignore_unmap,
								 &place[i]),
				 0);
}

/* ---- files --------------------------------------------------------------------------- */

static void text_goes_to_a_file(void **state)
{
	struct dmasim_trace *t;
	char *text;

	make_path();
	assert_int_equal(dmasim_trace_open(DMASIM_TRACE_TEXT, path, &t), 0);
	dmasim_trace_enable(t, "dma:*");
	map_once(*state);
	assert_int_equal(dmasim_trace_close(t), 0);

	text = read_back();
	assert_int_equal(lines_in(text), 2);
	assert_non_null(strstr(
		text, "[000] 0.000000000: dma:dma_map_page: 0000:01:00.0 "
		      "dir=TO_DEVICE dma_addr="));
	assert_non_null(strstr(text, " size=4096 phys_addr=1230000 attrs=\n"));
	free(text);
}

static void words_go_to_a_descriptor_that_stays_open(void **state)
{
	struct dmasim_trace *t;
	char *text;
	FILE *out;

	make_path();
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(
		dmasim_trace_open_fd(DMASIM_TRACE_EXPLAIN, fileno(out), &t), 0);
	dmasim_trace_enable(t, "dma_map_page");
	map_once(*state);
	assert_int_equal(dmasim_trace_close(t), 0);
	assert_true(fputs("mine\n", out) >= 0);
	assert_int_equal(fclose(out), 0);

	text = read_back();
	assert_non_null(strstr(text, "0000:01:00.0: dma_map_page maps 4096 "
				     "bytes of RAM at physical 0x1230000 for "
				     "the device to read; the device calls it "
				     "0x"));
	assert_int_equal(lines_in(text), 2);
	free(text);
}

static void what_is_open_is_closed_with_the_machine(void **state)
{
	struct fixture *f = *state;
	struct dmasim_trace *t;
	char *text;

	make_path();
	assert_int_equal(dmasim_trace_open(DMASIM_TRACE_TEXT, path, &t), 0);
	dmasim_trace_enable(t, "dma:*,iommu:*");
	map_once(f);
	fixture_rebuild(f);
	map_once(f);

	text = read_back();
	assert_non_null(strstr(text, "dma:dma_map_page"));
	assert_non_null(strstr(text, "iommu:remove_device_from_group"));
	assert_int_equal(lines_in(text), 5);
	assert_int_equal(dmasim_trace_close(t), -EINVAL);
	assert_int_equal(dmasim_trace_enable(t, "*"), -EINVAL);
	assert_string_equal(dmasim_refusal(), "trace: it is not open");
	free(text);
}

static void a_full_disk_is_told_at_close(void **state)
{
	struct dmasim_trace *t;

	assert_int_equal(dmasim_trace_open(DMASIM_TRACE_TEXT, "/dev/full", &t),
			 0);
	dmasim_trace_enable(t, "dma:*");
	map_once(*state);

	assert_int_equal(dmasim_trace_close(t), -ENOSPC);
	assert_string_equal(dmasim_refusal(),
			    "trace: incomplete: No space left on device");
}

/* ---- refusals ---------------------------------------------------------------------------- */

static void files_that_cannot_be_are_refused_with_a_reason(void **state)
{
	struct dmasim_trace *t;

	assert_int_equal(dmasim_trace_open(DMASIM_TRACE_TEXT, "/nonexistent/x",
					   &t),
			 -ENOENT);
	assert_string_equal(dmasim_refusal(),
			    "trace: cannot write /nonexistent/x: "
			    "No such file or directory");
	assert_int_equal(dmasim_trace_open(DMASIM_TRACE_JSON, NULL, &t),
			 -EINVAL);
	assert_int_equal(dmasim_trace_open(7, "/dev/null", &t), -EINVAL);
	assert_string_equal(dmasim_refusal(), "trace: unknown format 7");
	assert_int_equal(dmasim_trace_open_fd(DMASIM_TRACE_TEXT, -1, &t),
			 -EBADF);
	assert_int_equal(dmasim_trace_open_fd(DMASIM_TRACE_TEXT, 1000, &t),
			 -EBADF);
	assert_string_equal(dmasim_refusal(), "trace: cannot write to fd 1000: "
					      "Bad file descriptor");
	assert_int_equal(dmasim_trace_open_callback(NULL, NULL, &t), -EINVAL);
	assert_string_equal(dmasim_refusal(), "trace: no callback");
}

static void without_a_machine_there_is_no_trace(void **state)
{
	struct dmasim_trace *t;

	assert_int_equal(dmasim_trace_open(DMASIM_TRACE_TEXT, "/dev/null", &t),
			 -ENODEV);
	assert_string_equal(dmasim_refusal(), "trace: there is no machine");
	assert_int_equal(dmasim_trace_open_callback(count, NULL, &t), -ENODEV);
}

static int null_fd;
static bool has_usdt;
static unsigned int nr_counted;

static int open_text(struct dmasim_trace **t)
{
	return dmasim_trace_open(DMASIM_TRACE_TEXT, "/dev/null", t);
}

static int open_json(struct dmasim_trace **t)
{
	return dmasim_trace_open(DMASIM_TRACE_JSON, "/dev/null", t);
}

static int open_fd(struct dmasim_trace **t)
{
	return dmasim_trace_open_fd(DMASIM_TRACE_JSON, null_fd, t);
}

static int open_callback(struct dmasim_trace **t)
{
	return dmasim_trace_open_callback(count, &nr_counted, t);
}

/* There or not; and one that lacks memory later says so at its end. */
static void traces_are_there_or_not(void **state)
{
	static int (*const open_one[])(struct dmasim_trace **) = {
		open_text,
		open_json,
		open_fd,
		open_callback,
		dmasim_trace_open_usdt,
	};
	struct dmasim_trace *t = NULL;
	unsigned int i;

	nr_counted = 0;
	null_fd = open("/dev/null", O_WRONLY);
	has_usdt = !dmasim_trace_open_usdt(&t);
	if (has_usdt)
		dmasim_trace_close(t);
	for (i = 0; i < ARRAY_SIZE(open_one) - !has_usdt; i++) {
		struct sweep s;

		FAIL_SWEEP(s, SWEEP_ALL) {
			int ret = open_one[i](&t);

			assert_int_equal(ret, sweep_failed() ? -ENOMEM : 0);
			if (!ret)
				assert_int_equal(dmasim_trace_close(t), 0);
		}
		FAIL_SWEEP(s, SWEEP_SITE(DMASIM_SITE_TRACE)) {
			if (open_one[i](&t))
				continue;
			assert_true(dmasim_trace_enable(t, "dma:*") > 0);
			map_once(*state);
			assert_true(dmasim_trace_disable(t, "dma:*") > 0);
			assert_int_equal(dmasim_trace_close(t),
					 sweep_failed() ? -ENOMEM : 0);
		}
	}
	close(null_fd);
}

/* ---- environment ----------------------------------------------------------------------------- */

static void the_environment_opens_a_trace_for_each_machine(void **state)
{
	struct fixture *f = *state;
	char value[128];
	char *text;

	make_path();
	snprintf(value, sizeof(value), "iommu:add*,dma:*=%s", path);
	setenv("DMASIM_TRACE", value, 1);
	fixture_rebuild(f);
	map_once(f);
	unsetenv("DMASIM_TRACE");
	fixture_rebuild(f);

	text = read_back();
	assert_int_equal(lines_in(text), 3);
	assert_non_null(strstr(text, "iommu:add_device_to_group"));
	free(text);
}

static void a_bad_environment_refuses_the_machine(void **state)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct dmasim_machine *m;

	setenv("DMASIM_TRACE", "dma:*", 1);
	assert_int_equal(dmasim_machine_create(&cfg, &m), -EINVAL);
	assert_string_equal(dmasim_refusal(),
			    "DMASIM_TRACE=dma:* is not <globs>=<file>");
	setenv("DMASIM_TRACE", "nothing=/dev/null", 1);
	assert_int_equal(dmasim_machine_create(&cfg, &m), -ENOENT);
	setenv("DMASIM_TRACE", "*=/nonexistent/x", 1);
	assert_int_equal(dmasim_machine_create(&cfg, &m), -ENOENT);
	assert_string_equal(dmasim_refusal(),
			    "trace: cannot write /nonexistent/x: "
			    "No such file or directory");
	unsetenv("DMASIM_TRACE");

	assert_int_equal(dmasim_machine_create(&cfg, &m), 0);
	assert_int_equal(dmasim_machine_destroy(m), 0);
}

/* ---- threads ---------------------------------------------------------------------------------- */

static uint64_t last_seq;
static unsigned int out_of_order, delivered;

static void expect_next(void *ctx, const struct dmasim_trace_event *ev)
{
	out_of_order += ev->seq != last_seq + 1;
	last_seq = ev->seq;
	delivered++;
}

static void *map_often(void *arg)
{
	int i;

	for (i = 0; i < 200; i++)
		map_once(arg);
	return NULL;
}

static void events_of_threads_come_one_after_the_other(void **state)
{
	struct dmasim_trace *t;
	pthread_t thread[2];
	int i;

	last_seq = delivered = out_of_order = 0;
	assert_int_equal(dmasim_trace_open_callback(expect_next, NULL, &t), 0);
	dmasim_trace_enable(t, "dma:*");
	for (i = 0; i < 2; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, map_often, *state), 0);
	/* Others come and go meanwhile. */
	for (i = 0; i < 100; i++) {
		struct dmasim_trace *other;
		unsigned int nr = 0;

		assert_int_equal(dmasim_trace_open_callback(count, &nr, &other),
				 0);
		dmasim_trace_enable(other, "dma:*");
		assert_int_equal(dmasim_trace_close(other), 0);
	}
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(dmasim_trace_close(t), 0);

	assert_int_equal(delivered, 800);
	assert_int_equal(out_of_order, 0);
}

static void usdt_enables_events_without_a_file(void **state)
{
	struct dmasim_trace *t;
	int ret = dmasim_trace_open_usdt(&t);

	if (ret) {
		assert_int_equal(ret, -ENOSYS);
		skip();
	}
	assert_int_equal(dmasim_trace_enable(t, "dma:*"), 20);
	assert_true(trace_dma_map_page_enabled());
	map_once(*state);
	assert_int_equal(dmasim_trace_close(t), 0);
	assert_false(trace_dma_map_page_enabled());
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		fixture_case(nothing_is_enabled_at_first),
		fixture_case(globs_choose_by_system_and_name),
		fixture_case(globs_that_match_nothing_are_enoent),
		fixture_case(disabled_events_stop_and_others_go_on),
		fixture_case(several_traces_each_get_what_they_want),
		fixture_case(events_have_number_cpu_and_times),
		fixture_case(a_callback_cannot_cause_events_or_change_traces),
		fixture_case(a_probe_and_a_trace_see_the_same_event),
		fixture_case(a_selection_is_enabled_as_a_whole_or_not_at_all),
		fixture_case(text_goes_to_a_file),
		fixture_case(words_go_to_a_descriptor_that_stays_open),
		fixture_case(what_is_open_is_closed_with_the_machine),
		fixture_case(a_full_disk_is_told_at_close),
		fixture_case(files_that_cannot_be_are_refused_with_a_reason),
		cmocka_unit_test(without_a_machine_there_is_no_trace),
		fixture_case(traces_are_there_or_not),
		fixture_case(the_environment_opens_a_trace_for_each_machine),
		cmocka_unit_test(a_bad_environment_refuses_the_machine),
		fixture_case(events_of_threads_come_one_after_the_other),
		fixture_case(usdt_enables_events_without_a_file),
	};
	unsigned int i;

	if (argc > 1 && !strcmp(argv[1], "--names")) {
		for (i = 0; dmasim_trace_name(i); i++)
			puts(dmasim_trace_name(i));
		return 0;
	}
	return cmocka_run_group_tests_name("trace", tests, NULL, NULL) +
	       not_swept("dmasim_trace_open", "dmasim_trace_open_fd",
			 "dmasim_trace_open_callback") +
	       (has_usdt ? not_swept("dmasim_trace_open_usdt") : 0);
}
