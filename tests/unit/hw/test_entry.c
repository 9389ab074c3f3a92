/* SPDX-License-Identifier: MIT */
/*
 * Entries for people: each format's description is complete, says what its
 * walker does, and takes the specification's examples apart.
 */
#include "unit/hw/board.h"
#include "hw/walk.h"
#include "unit/mock/mock_formats.h"

static const struct hw_walk_format *const formats[] = {
	&hw_vtdss_format,      &hw_amdv1_format,     &hw_x86_64_format,
	&hw_riscv_64_format,   &hw_arm_s1_4k_format, &hw_arm_s1_16k_format,
	&hw_arm_s1_64k_format, &hw_arm_s2_4k_format, &hw_arm_s2_16k_format,
	&hw_arm_s2_64k_format, &hw_mock_2k_format,   &hw_mock_64k_format,
};

#define NR_FORMATS (sizeof(formats) / sizeof(formats[0]))

/* E1 */
static void every_bit_is_in_one_field_of_each_kind(void **state)
{
	unsigned int i, k, f;

	(void)state;
	for (i = 0; i < NR_FORMATS; i++) {
		const struct hw_entry_format *e = formats[i]->entry;

		for (k = 0; k < 8; k++) {
			uint64_t seen_bits = 0;

			for (f = 0; f < e->nr_fields; f++) {
				uint64_t mask = e->field[f].mask;

				if (!(e->field[f].where >> k & 1))
					continue;
				assert_true(mask > seen_bits);
				assert_int_equal(seen_bits & mask, 0);
				/* one run of bits */
				mask /= mask & -mask;
				assert_int_equal(mask & (mask + 1), 0);
				seen_bits |= e->field[f].mask;
			}
			assert_true(!seen_bits || seen_bits == UINT64_MAX);
		}
	}
}

static enum hw_status status_of(const struct hw_walk_format *format,
				uint64_t word, unsigned int level,
				struct hw_walk *w)
{
	const struct hw_walk_start start = {
		.table = RAM_HIGH,
		.level = (uint8_t)level,
		.levels = format->max_levels,
		.oas_lg2 = 52,
		.read = true,
		.write = true,
	};
	unsigned int i;

	/* All entries of the table agree, so groups do where they can. */
	for (i = 0; i < 512; i++)
		ram64(RAM_HIGH)[i] = word;
	return format->walk(&start, 0, w);
}

static uint64_t next_random(uint64_t *rng)
{
	*rng ^= *rng << 13;
	*rng ^= *rng >> 7;
	*rng ^= *rng << 17;
	return *rng;
}

/* E2: two readings of the same manual, on words that are nearly right. */
static void malformed_is_what_the_walker_refuses(void **state)
{
	uint64_t rng = 0x2545f4914f6cdd1dull;
	unsigned int i, n, refused = 0, taken = 0;

	(void)state;
	hw_config.iommu_oas_lg2 = 52;
	for (i = 0; i < NR_FORMATS; i++) {
		for (n = 0; n < 3000; n++) {
			unsigned int level =
				next_random(&rng) % formats[i]->max_levels;
			uint64_t word = next_random(&rng) & next_random(&rng) &
					next_random(&rng);
			enum hw_status status;
			struct hw_walk w;
			char why[96];
			bool bad;

			if (n % 3)
				word &= 0x7000007fffe00fffull;
			word |= n & 1 ? 1 : 3;
			status = status_of(formats[i], word, level, &w);
			if (status == HW_ERR_UNMAPPED && !w.nr_steps)
				continue;
			/* Groups of ARM have an address each. */
			if (strstr(formats[i]->name, "arm") && word >> 52 & 1)
				continue;
			bad = hw_entry_why(formats[i]->entry, word, level, 52,
					   why, sizeof(why));
			if (bad != (status == HW_ERR_RESERVED && !w.nr_steps))
				fail_msg(
					"%s level %u entry 0x%llx: %s, but \"%s\"",
					formats[i]->name, level,
					(unsigned long long)word,
					hw_status_name(status), why);
			refused += bad;
			taken += !bad;
		}
	}
	/* Both answers were really asked for. */
	assert_in_range(refused, 3000, 30000);
	assert_in_range(taken, 3000, 30000);
}

static const struct hw_entry_field *
field_of(const struct hw_walk_format *format, uint64_t word, unsigned int level,
	 const char *name)
{
	static struct hw_entry_field field[64];
	unsigned int nr, i;

	nr = hw_entry_decode(format->entry, word, level, field, 64);
	for (i = 0; i < nr; i++)
		if (!strcmp(field[i].name, name))
			return &field[i];
	fail_msg("%s: no field %s in 0x%llx", format->name, name,
		 (unsigned long long)word);
	return NULL;
}

static void assert_field(const struct hw_walk_format *format, uint64_t word,
			 unsigned int level, const char *name,
			 unsigned int high, unsigned int low, uint64_t value)
{
	const struct hw_entry_field *f = field_of(format, word, level, name);

	assert_int_equal(f->high, high);
	assert_int_equal(f->low, low);
	assert_int_equal(f->value, value);
}

/* The worked examples of the formats: one page, one table, one large page. */
static void examples_read_as_the_manuals_say(void **state)
{
	(void)state;
	assert_field(&hw_vtdss_format, 0x487654803, 0, "SNP", 11, 11, 1);
	assert_field(&hw_vtdss_format, 0x80400383, 1, "PS", 7, 7, 1);
	assert_field(&hw_vtdss_format, 0x80400383, 1, "D", 9, 9, 1);
	assert_field(&hw_vtdss_format, 0x487654803, 0, "address", 51, 12,
		     0x487654000);

	assert_field(&hw_amdv1_format, 0x6000000100002401, 2, "NextLevel", 11,
		     9, 2);
	assert_field(&hw_amdv1_format, 0x7000000487654001, 0, "FC", 60, 60, 1);
	assert_field(&hw_amdv1_format, 0x7000000487654001, 0, "IW", 62, 62, 1);
	assert_field(&hw_amdv1_format, 0x7000000000232e01, 0, "NextLevel", 11,
		     9, 7);

	assert_field(&hw_x86_64_format, 0x487654067, 0, "D", 6, 6, 1);
	assert_field(&hw_x86_64_format, 0x804000e7, 1, "PS", 7, 7, 1);
	assert_field(&hw_x86_64_format, 0x804000e7, 1, "address", 51, 13,
		     0x80400000);

	assert_field(&hw_riscv_64_format, 0x121d950d7, 0, "PPN", 53, 10,
		     0x487654);
	assert_field(&hw_riscv_64_format, 0x800000000008e0d7, 0, "N", 63, 63,
		     1);
	assert_field(&hw_riscv_64_format, 0x20100053, 1, "D", 7, 7, 0);

	assert_field(&hw_arm_s1_4k_format, 0x487654fc7, 0, "AP[2]", 7, 7, 1);
	assert_field(&hw_arm_s1_4k_format, 0x0060000487654f47, 0, "XN", 54, 53,
		     3);
	assert_field(&hw_arm_s1_4k_format, 0x80400f45, 1, "type", 1, 0, 1);
	assert_field(&hw_arm_s2_4k_format, 0x4876547ff, 0, "MemAttr", 5, 2, 15);
	assert_field(&hw_arm_s2_4k_format, 0x48765477f, 0, "S2AP[1]", 7, 7, 0);
	assert_field(&hw_arm_s1_64k_format, 0x0000bcdef012af47, 0,
		     "address 51:48", 15, 12, 10);
}

/* Flags that no example above has set, each by itself. */
static void flags_have_the_names_of_the_manuals(void **state)
{
	static const struct {
		const struct hw_walk_format *format;
		uint64_t word; /* with the flag */
		unsigned int level, bit;
		const char *name;
	} flags[] = {
		{ &hw_vtdss_format, 0x01, 0, 0, "R" },
		{ &hw_vtdss_format, 0x02, 0, 1, "W" },
		{ &hw_vtdss_format, 0x101, 1, 8, "A" },
		{ &hw_amdv1_format, 0x01, 0, 0, "PR" },
		{ &hw_amdv1_format, 0x21, 0, 5, "A" },
		{ &hw_amdv1_format, 0x41, 0, 6, "D" },
		{ &hw_amdv1_format, 1ull << 59, 0, 59, "U" },
		{ &hw_amdv1_format, 1ull << 61, 0, 61, "IR" },
		{ &hw_x86_64_format, 0x01, 0, 0, "P" },
		{ &hw_x86_64_format, 0x03, 0, 1, "RW" },
		{ &hw_x86_64_format, 0x05, 0, 2, "U" },
		{ &hw_x86_64_format, 0x09, 0, 3, "PWT" },
		{ &hw_x86_64_format, 0x11, 0, 4, "PCD" },
		{ &hw_x86_64_format, 0x21, 0, 5, "A" },
		{ &hw_x86_64_format, 0x81, 0, 7, "PAT" },
		{ &hw_x86_64_format, 0x101, 0, 8, "G" },
		{ &hw_x86_64_format, 0x1081, 1, 12, "PAT" },
		{ &hw_x86_64_format, 1ull << 63, 0, 63, "XD" },
		{ &hw_riscv_64_format, 0x03, 0, 0, "V" },
		{ &hw_riscv_64_format, 0x03, 0, 1, "R" },
		{ &hw_riscv_64_format, 0x07, 0, 2, "W" },
		{ &hw_riscv_64_format, 0x09, 0, 3, "X" },
		{ &hw_riscv_64_format, 0x13, 0, 4, "U" },
		{ &hw_riscv_64_format, 0x23, 0, 5, "G" },
		{ &hw_riscv_64_format, 0x43, 0, 6, "A" },
		{ &hw_arm_s1_4k_format, 0x20, 0, 5, "NS" },
		{ &hw_arm_s1_4k_format, 0x40, 0, 6, "AP[1]" },
		{ &hw_arm_s1_4k_format, 0x400, 0, 10, "AF" },
		{ &hw_arm_s1_4k_format, 0x800, 0, 11, "nG" },
		{ &hw_arm_s1_4k_format, 1ull << 51, 0, 51, "DBM" },
		{ &hw_arm_s1_4k_format, 1ull << 52, 0, 52, "Contiguous" },
		{ &hw_arm_s1_4k_format, 1ull << 59 | 3, 1, 59, "PXNTable" },
		{ &hw_arm_s1_4k_format, 1ull << 60 | 3, 1, 60, "XNTable" },
		{ &hw_arm_s1_4k_format, 1ull << 61 | 3, 1, 61, "APTable[0]" },
		{ &hw_arm_s1_4k_format, 1ull << 62 | 3, 1, 62, "APTable[1]" },
		{ &hw_arm_s1_4k_format, 1ull << 63 | 3, 1, 63, "NSTable" },
		{ &hw_arm_s2_4k_format, 0x40, 0, 6, "S2AP[0]" },
		{ &hw_arm_s2_4k_format, 0x80, 0, 7, "S2AP[1]" },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		assert_field(flags[i].format, flags[i].word, flags[i].level,
			     flags[i].name, flags[i].bit, flags[i].bit, 1);
		/* And it is off without the bit. */
		assert_field(flags[i].format,
			     flags[i].word & ~(1ull << flags[i].bit),
			     flags[i].level, flags[i].name, flags[i].bit,
			     flags[i].bit, 0);
	}
}

/* Blocks of 4 TiB come with addresses of more than 48 bits. */
static void a_block_of_4t_needs_wide_addresses(void **state)
{
	char why[96];

	(void)state;
	assert_false(hw_entry_why(&hw_arm_s1_64k_entry, 0x0000000000000f41, 2,
				  52, why, sizeof(why)));
	assert_true(hw_entry_why(&hw_arm_s1_64k_entry, 0x0000000000000f41, 2,
				 48, why, sizeof(why)));
	assert_string_equal(why, "there are no leaves at this level");
}

static void what_is_wrong_is_said_in_words(void **state)
{
	static const struct {
		const struct hw_walk_format *format;
		uint64_t word;
		unsigned int level;
		const char *why;
	} cases[] = {
		{ &hw_amdv1_format, 0x6050000000001001, 0,
		  "reserved (bits 58:52) is 0x5 and must be 0" },
		{ &hw_amdv1_format, 0x6000000000001801, 2,
		  "NextLevel does not go down" },
		{ &hw_vtdss_format, 0x80000083, 3,
		  "there are no leaves at this level" },
		{ &hw_x86_64_format, 0x804010e7, 1, NULL },
		{ &hw_x86_64_format, 0x804020e7, 1,
		  "the address is not aligned to the leaf's size" },
		{ &hw_riscv_64_format, 0x05, 0, "W without R" },
		{ &hw_riscv_64_format, 0x20000091, 1,
		  "U (bits 4:4) is 0x1 and must be 0" },
		{ &hw_arm_s1_4k_format, 0x487654f45, 0, "a block at level 0" },
		{ &hw_arm_s2_16k_format, 0x2000f41, 2,
		  "there are no leaves at this level" },
	};
	unsigned int i;
	char why[96];

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool bad = hw_entry_why(cases[i].format->entry, cases[i].word,
					cases[i].level, 52, why, sizeof(why));

		assert_string_equal(why, cases[i].why ? cases[i].why : "");
		assert_int_equal(bad, cases[i].why != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_is_in_one_field_of_each_kind),
		cmocka_unit_test_setup_teardown(
			malformed_is_what_the_walker_refuses, board_setup,
			board_teardown),
		cmocka_unit_test(examples_read_as_the_manuals_say),
		cmocka_unit_test(flags_have_the_names_of_the_manuals),
		cmocka_unit_test(a_block_of_4t_needs_wide_addresses),
		cmocka_unit_test(what_is_wrong_is_said_in_words),
	};

	return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
