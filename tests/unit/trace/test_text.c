/* SPDX-License-Identifier: MIT */
/*
 * An event as a line and as a sentence, from fields made by hand.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/kernel.h>

#include "support/test.h"

#include <dmasim/trace.h>

#include <string.h>

static const char *print(const struct dmasim_trace_field *fields,
			 unsigned int nr, const char *words,
			 enum dmasim_trace_format format)
{
	static char buf[512];
	struct dmasim_trace_event ev = {
		.system = "dma",
		.name = "x",
		.words = words,
		.ns = 1002003004ull,
		.cpu = 3,
		.nr_fields = nr,
		.fields = fields,
	};

	size_t len = dmasim_trace_print(&ev, format, buf, sizeof(buf));

	assert_int_equal(strlen(buf), len);
	return buf;
}

/* A line with one field. */
static const char *line_of(enum dmasim_trace_type type, uint64_t value)
{
	struct dmasim_trace_field f = { .name = "f",
					.type = type,
					.u64 = value };

	return print(&f, 1, "", DMASIM_TRACE_TEXT);
}

static void a_line_has_cpu_time_system_and_name(void **state)
{
	assert_string_equal(line_of(DMASIM_FIELD_UINT, 7),
			    "[003] 1.002003004: dma:x: f=7");
}

static void values_look_like_their_types(void **state)
{
	assert_non_null(
		strstr(line_of(DMASIM_FIELD_HEX, 0xffffe000), " f=ffffe000"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_INT, -12), " f=-12"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_BOOL, 1), " f=1"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_FORCE, 1), " f=FORCE"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_FORCE, 0), " f=NORMAL"));
}

static void directions_have_the_kernels_names(void **state)
{
	assert_non_null(strstr(line_of(DMASIM_FIELD_DIR, DMA_BIDIRECTIONAL),
			       "f=BIDIRECTIONAL"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_DIR, DMA_TO_DEVICE),
			       "f=TO_DEVICE"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_DIR, DMA_FROM_DEVICE),
			       "f=FROM_DEVICE"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_DIR, DMA_NONE), "f=NONE"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_DIR, 9), "f=?"));
}

static void attributes_are_joined_names_without_prefix(void **state)
{
	static const char *const names[] = {
		[1] = "WEAK_ORDERING",
		[2] = "WRITE_COMBINE",
		[4] = "NO_KERNEL_MAPPING",
		[5] = "SKIP_CPU_SYNC",
		[6] = "FORCE_CONTIGUOUS",
		[7] = "ALLOC_SINGLE_PAGES",
		[8] = "NO_WARN",
		[9] = "PRIVILEGED",
		[10] = "MMIO",
		[11] = "CACHELINES_OVERLAP",
	};
	unsigned int bit;

	for (bit = 0; bit < ARRAY_SIZE(names); bit++)
		if (names[bit])
			assert_string_equal(
				strrchr(line_of(DMASIM_FIELD_ATTRS, 1u << bit),
					'=') +
					1,
				names[bit]);
	assert_non_null(strstr(line_of(DMASIM_FIELD_ATTRS,
				       DMA_ATTR_SKIP_CPU_SYNC |
					       DMA_ATTR_NO_WARN | 1ul << 40),
			       "f=SKIP_CPU_SYNC|NO_WARN|0x10000000000"));
	assert_non_null(strstr(line_of(DMASIM_FIELD_ATTRS, 0), "f="));
}

static void allocation_flags_have_names(void **state)
{
	assert_non_null(
		strstr(line_of(DMASIM_FIELD_GFP, GFP_KERNEL), "f=GFP_KERNEL"));
	assert_non_null(
		strstr(line_of(DMASIM_FIELD_GFP, GFP_ATOMIC | __GFP_ZERO),
		       "f=GFP_ATOMIC|__GFP_ZERO"));
}

static void arrays_are_in_braces(void **state)
{
	static const uint64_t numbers[] = { 0x1000, 0x20 };
	struct dmasim_trace_field f = { .name = "lengths",
					.label = "sizes",
					.type = DMASIM_FIELD_ARRAY,
					.nr = 2,
					.array = numbers };

	assert_non_null(strstr(print(&f, 1, "", DMASIM_TRACE_TEXT),
			       " sizes={0x1000,0x20}"));
}

static void a_bare_field_has_no_label(void **state)
{
	struct dmasim_trace_field f[] = {
		{ .name = "device",
		  .label = "",
		  .type = DMASIM_FIELD_DEVICE,
		  .str = "0000:01:00.0" },
		{ .name = "driver", .type = DMASIM_FIELD_STRING, .str = "nvme" },
	};

	assert_non_null(strstr(print(f, 2, "", DMASIM_TRACE_TEXT),
			       "dma:x: 0000:01:00.0 driver=nvme"));
}

static void a_sentence_fills_in_its_fields(void **state)
{
	struct dmasim_trace_field f[] = {
		{ .name = "device",
		  .label = "",
		  .type = DMASIM_FIELD_DEVICE,
		  .str = "dev" },
		{ .name = "dir", .type = DMASIM_FIELD_DIR, .u64 = 1 },
		{ .name = "addr", .type = DMASIM_FIELD_HEX, .u64 = 0x10 },
		{ .name = "err", .type = DMASIM_FIELD_INT, .s64 = -12 },
		{ .name = "dma_addr", .type = DMASIM_FIELD_HEX, .u64 = ~0ull },
	};

	assert_string_equal(
		print(f, 5, "maps {addr} {dir}: {err}, {dma_addr} {unknown}",
		      DMASIM_TRACE_EXPLAIN),
		"dev: x maps 0x10 for the device to read: error 12, "
		"nothing (DMA_MAPPING_ERROR) {unknown}");
}

static void text_is_cut_to_fit(void **state)
{
	struct dmasim_trace_event ev = { .system = "dma", .name = "x" };
	char buf[8] = "1234567";

	assert_int_equal(dmasim_trace_print(&ev, DMASIM_TRACE_TEXT, buf,
					    sizeof(buf)),
			 7);
	assert_string_equal(buf, "[000] 0");
	assert_int_equal(dmasim_trace_print(&ev, DMASIM_TRACE_TEXT, buf, 0), 0);
}

static void every_event_has_a_name(void **state)
{
	unsigned int i, nr = 0;

	while (dmasim_trace_name(nr))
		nr++;
	for (i = 0; i < nr; i++)
		assert_non_null(strchr(dmasim_trace_name(i), ':'));
	assert_int_equal(nr, 40);
	assert_null(dmasim_trace_name(nr + 100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_cpu_time_system_and_name),
		cmocka_unit_test(values_look_like_their_types),
		cmocka_unit_test(directions_have_the_kernels_names),
		cmocka_unit_test(attributes_are_joined_names_without_prefix),
		cmocka_unit_test(allocation_flags_have_names),
		cmocka_unit_test(arrays_are_in_braces),
		cmocka_unit_test(a_bare_field_has_no_label),
		cmocka_unit_test(a_sentence_fills_in_its_fields),
		cmocka_unit_test(text_is_cut_to_fit),
		cmocka_unit_test(every_event_has_a_name),
	};

	return cmocka_run_group_tests_name("trace text", tests, NULL, NULL);
}
