/* SPDX-License-Identifier: MIT */
/*
 * The Chrome trace: it parses, what lives begins and ends once, tracks have names.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>

#include <jansson.h>

#include "support/fixture.h"
#include "support/trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In whole pages, whatever a page has. */
#define PHYS 0x1230000ull

static char path[64];
static struct dmasim_trace *trace;

static void begin(const char *globs)
{
	int fd;

	strcpy(path, "/tmp/dmasim-trace-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(dmasim_trace_open(DMASIM_TRACE_JSON, path, &trace), 0);
	assert_true(dmasim_trace_enable(trace, globs) > 0);
}

/* The array of events; the caller drops the document. */
static json_t *end(json_t **document)
{
	json_error_t why;

	assert_int_equal(dmasim_trace_close(trace), 0);
	*document = json_load_file(path, 0, &why);
	unlink(path);
	if (!*document)
		fail_msg("line %d: %s", why.line, why.text);
	return json_object_get(*document, "traceEvents");
}

static const char *text(json_t *event, const char *key)
{
	const char *s = json_string_value(json_object_get(event, key));

	return s ? s : "";
}

static bool is(json_t *event, const char *ph, const char *name)
{
	return !strcmp(text(event, "ph"), ph) &&
	       !strcmp(text(event, "name"), name);
}

static unsigned int nr_of(json_t *events, const char *ph, const char *name)
{
	unsigned int nr = 0;
	json_t *ev;
	size_t i;

	json_array_foreach(events, i, ev) nr += is(ev, ph, name);
	return nr;
}

static json_t *find(json_t *events, const char *ph, const char *name)
{
	json_t *ev;
	size_t i;

	json_array_foreach(events, i, ev) if (is(ev, ph, name)) return ev;
	fail_msg("no %s event \"%s\"", ph, name);
	return NULL;
}

/* I1: the e of each b, not before it, by category, id, name and process. */
static unsigned int assert_paired(json_t *events)
{
	unsigned int pairs = 0;
	json_t *b, *e;
	size_t i, j;

	json_array_foreach(events, i, b)
	{
		unsigned int ends = 0;

		if (strcmp(text(b, "ph"), "b"))
			continue;
		json_array_foreach(events, j, e)
		{
			if (!is(e, "e", text(b, "name")) ||
			    strcmp(text(b, "id"), text(e, "id")))
				continue;
			ends++;
			assert_true(j > i);
			assert_string_equal(text(b, "cat"), text(e, "cat"));
			assert_true(json_equal(json_object_get(b, "pid"),
					       json_object_get(e, "pid")));
			assert_true(
				json_number_value(json_object_get(b, "ts")) <=
				json_number_value(json_object_get(e, "ts")));
		}
		assert_int_equal(ends, 1);
		pairs++;
	}
	json_array_foreach(events, i, e) if (!strcmp(text(e, "ph"), "e"))
		pairs--;
	assert_int_equal(pairs, 0);
	return nr_of(events, "b", "mapping");
}

static dma_addr_t map_at(struct fixture *f, u64 phys)
{
	return dma_map_page(f->dev, phys_to_page(phys), offset_in_page(phys),
			    0x1000, DMA_TO_DEVICE);
}

static void every_event_is_an_instant_on_its_cpu(void **state)
{
	struct fixture *f = *state;
	json_t *document, *events, *ev, *args;

	begin("dma:*");
	dma_unmap_page(f->dev, map_at(f, PHYS), 0x1000, DMA_TO_DEVICE);
	events = end(&document);

	ev = find(events, "i", "dma:dma_map_page");
	assert_int_equal(json_integer_value(json_object_get(ev, "pid")), 1);
	assert_int_equal(json_integer_value(json_object_get(ev, "tid")), 1);
	args = json_object_get(ev, "args");
	assert_string_equal(text(args, "phys_addr"), "0x1230000");
	assert_string_equal(text(args, "dir"), "TO_DEVICE");
	assert_int_equal(json_integer_value(json_object_get(args, "size")),
			 4096);
	assert_int_equal(nr_of(events, "i", "dma:dma_unmap_page"), 1);
	json_decref(document);
}

static void mappings_live_from_map_to_unmap(void **state)
{
	struct fixture *f = *state;
	json_t *document, *events;
	dma_addr_t a, b;

	begin("dma:*");
	a = map_at(f, PHYS);
	b = map_at(f, PHYS);
	dma_unmap_page(f->dev, b, 0x1000, DMA_TO_DEVICE);
	dma_unmap_page(f->dev, a, 0x1000, DMA_TO_DEVICE);
	events = end(&document);

	assert_int_equal(assert_paired(events), 2);
	assert_int_equal(nr_of(events, "e", "mapping"), 2);
	json_decref(document);
}

static void everything_that_lives_has_its_kind(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	json_t *document, *events;
	struct scatterlist sg;
	struct sg_table *sgt;
	struct page *page;
	dma_addr_t addr;
	void *mem;

	begin("*");
	sg_init_table(&sg, 1);
	sg_set_page(&sg, phys_to_page(PHYS), 0x1000, 0);
	assert_int_equal(dma_map_sg(f->dev, &sg, 1, DMA_TO_DEVICE), 1);
	dma_unmap_sg(f->dev, &sg, 1, DMA_TO_DEVICE);
	mem = dma_alloc_coherent(f->dev, 0x1000, &addr, GFP_KERNEL);
	dma_free_coherent(f->dev, 0x1000, mem, addr);
	page = dma_alloc_pages(f->dev, 0x1000, &addr, DMA_TO_DEVICE,
			       GFP_KERNEL);
	dma_free_pages(f->dev, 0x1000, page, addr, DMA_TO_DEVICE);
	sgt = dma_alloc_noncontiguous(f->dev, 0x2000, DMA_TO_DEVICE, GFP_KERNEL,
				      0);
	dma_free_noncontiguous(f->dev, 0x2000, sgt, DMA_TO_DEVICE);
	addr = dma_map_resource(f->dev, 0xd0000000, 0x1000, DMA_TO_DEVICE, 0);
	dma_unmap_resource(f->dev, addr, 0x1000, DMA_TO_DEVICE, 0);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 0x1000));
	dma_iova_free(f->dev, &iova);
	events = end(&document);

	assert_paired(events);
	assert_int_equal(nr_of(events, "b", "list"), 1);
	assert_int_equal(nr_of(events, "b", "coherent memory"), 1);
	assert_int_equal(nr_of(events, "b", "pages"), 1);
	assert_int_equal(nr_of(events, "b", "scattered pages"), 1);
	assert_int_equal(nr_of(events, "b", "registers"), 1);
	assert_int_equal(nr_of(events, "b", "reservation"), 1);
	json_decref(document);
}

static void what_still_lives_ends_with_the_trace(void **state)
{
	struct fixture *f = *state;
	json_t *document, *events, *ev;
	dma_addr_t addr;

	begin("dma:*");
	addr = map_at(f, PHYS);
	events = end(&document);

	assert_int_equal(assert_paired(events), 1);
	ev = find(events, "e", "mapping");
	assert_true(json_is_true(
		json_object_get(json_object_get(ev, "args"), "still_alive")));
	json_decref(document);
	dma_unmap_page(f->dev, addr, 0x1000, DMA_TO_DEVICE);
}

static void what_began_before_the_trace_has_no_end(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr = map_at(f, PHYS);
	json_t *document, *events;

	begin("dma:*");
	dma_unmap_page(f->dev, addr, 0x1000, DMA_TO_DEVICE);
	events = end(&document);

	assert_int_equal(nr_of(events, "i", "dma:dma_unmap_page"), 1);
	assert_int_equal(nr_of(events, "e", "mapping"), 0);
	json_decref(document);
}

static void what_failed_does_not_live(void **state)
{
	struct fixture *f = *state;
	json_t *document, *events;
	dma_addr_t addr;

	begin("*");
	dmasim_fail_from(DMASIM_SITE_IOVA, 1);
	map_at(f, PHYS);
	dmasim_fail_nth(DMASIM_SITE_COHERENT, 1);
	assert_null(dma_alloc_coherent(f->dev, 0x1000, &addr, GFP_KERNEL));
	dmasim_fail_off();
	events = end(&document);

	assert_int_equal(nr_of(events, "i", "dma:dma_map_page"), 1);
	assert_int_equal(nr_of(events, "b", "mapping"), 0);
	assert_int_equal(nr_of(events, "b", "coherent memory"), 0);
	json_decref(document);
}

static void tracks_have_the_names_of_cpus_and_devices(void **state)
{
	struct fixture *f = *state;
	json_t *document, *events, *ev;
	unsigned int named = 0;
	size_t i;

	begin("dma:*");
	dma_unmap_page(f->dev, map_at(f, PHYS), 0x1000, DMA_TO_DEVICE);
	events = end(&document);

	json_array_foreach(events, i, ev)
	{
		const char *name = text(json_object_get(ev, "args"), "name");

		if (strcmp(text(ev, "ph"), "M"))
			continue;
		named += !strcmp(name, "CPU 0") || !strcmp(name, "CPUs") ||
			 !strcmp(name, "device 0000:01:00.0");
	}
	assert_int_equal(named, 3);
	json_decref(document);
}

static void names_are_escaped(void **state)
{
	static const struct dmasim_model model = {
		.name = "odd",
		.vendor = 0x1d0f,
		.device = 0xd3a6,
		.class_code = 0xff0000,
	};
	struct fixture *f = *state;
	struct dmasim_device *hw;
	json_t *document, *events;
	struct device *dev;

	if (dmasim_device_create(f->machine, &model, NULL, &hw))
		fail_msg("%s", dmasim_refusal());
	dev = dmasim_device_kernel(hw);
	assert_int_equal(dev_set_name(dev, "a\"b\\c\td"), 0);
	begin("dma:*");
	dma_unmap_page(dev,
		       dma_map_page(dev, phys_to_page(PHYS), 0, 0x1000,
				    DMA_TO_DEVICE),
		       0x1000, DMA_TO_DEVICE);
	events = end(&document);

	assert_string_equal(
		text(json_object_get(find(events, "i", "dma:dma_map_page"),
				     "args"),
		     "device"),
		"a\"b\\c\td");
	json_decref(document);
}

static void lack_of_memory_loses_lives_and_says_so(void **state)
{
	struct fixture *f = *state;
	json_error_t why;
	json_t *document;

	begin("dma:*");
	dmasim_fail_from(DMASIM_SITE_TRACE, 2);
	dma_unmap_page(f->dev, map_at(f, PHYS), 0x1000, DMA_TO_DEVICE);
	dmasim_fail_off();
	assert_int_equal(dmasim_trace_close(trace), -ENOMEM);

	document = json_load_file(path, 0, &why);
	unlink(path);
	assert_non_null(document);
	assert_int_equal(nr_of(json_object_get(document, "traceEvents"), "b",
			       "mapping"),
			 0);
	assert_int_equal(nr_of(json_object_get(document, "traceEvents"), "i",
			       "dma:dma_map_page"),
			 1);
	json_decref(document);
}

/* A file that another program wrote, for test_replay.sh. Return: exit status. */
static int check_file(const char *file)
{
	json_error_t why;
	json_t *document = json_load_file(file, 0, &why);
	unsigned int pairs;

	if (!document) {
		print_error("%s:%d: %s\n", file, why.line, why.text);
		return 1;
	}
	pairs = nr_of(json_object_get(document, "traceEvents"), "b",
		      "reservation");
	json_decref(document);
	return !pairs;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		fixture_case(every_event_is_an_instant_on_its_cpu),
		fixture_case(mappings_live_from_map_to_unmap),
		fixture_case(everything_that_lives_has_its_kind),
		fixture_case(what_still_lives_ends_with_the_trace),
		fixture_case(what_began_before_the_trace_has_no_end),
		fixture_case(what_failed_does_not_live),
		fixture_case(tracks_have_the_names_of_cpus_and_devices),
		fixture_case(names_are_escaped),
		fixture_case(lack_of_memory_loses_lives_and_says_so),
	};

	if (argc > 1)
		return check_file(argv[1]);
	return cmocka_run_group_tests_name("trace json", tests, NULL, NULL);
}
