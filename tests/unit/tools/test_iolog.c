/* SPDX-License-Identifier: MIT */
/*
 * Reader of fio logs: what it takes, and how it refuses what it cannot take.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iolog.h"

static char path[] = "/tmp/dmasim-iolog-XXXXXX";
static char error[512];

static int setup(void **state)
{
	int fd;

	strcpy(path, "/tmp/dmasim-iolog-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	error[0] = '\0';
	return 0;
}

static int teardown(void **state)
{
	return unlink(path);
}

static void put(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static int read_text(struct iolog *log, const char *text)
{
	put(text, strlen(text));
	return iolog_read(log, path, 512, error, sizeof(error));
}

/* The log is refused with "PATH:LINE: CAUSE", or "PATH: CAUSE" for line 0. */
static void assert_refused(const char *text, unsigned int line,
			   const char *cause)
{
	char expected[512];
	struct iolog log;

	assert_int_equal(read_text(&log, text), -1);
	if (line)
		snprintf(expected, sizeof(expected), "%s:%u: %s", path, line,
			 cause);
	else
		snprintf(expected, sizeof(expected), "%s: %s", path, cause);
	assert_string_equal(error, expected);
	assert_null(log.ios);
	assert_null(log.files);
}

#define V2 "fio version 2 iolog\n"
#define V3 "fio version 3 iolog\n"
#define OPEN2 V2 "f add\nf open\n"

static void version_2_is_read_with_all_actions(void **state)
{
	struct iolog log;

	assert_int_equal(read_text(&log, OPEN2 "f write 0 4096\n"
					       "f read 512 1024\n"
					       "f trim 4096 8192\n"
					       "f wait 250\n"
					       "f sync 0 0\n"
					       "f datasync\n"
					       "f close\n"),
			 0);
	assert_int_equal(log.version, 2);
	assert_int_equal(log.nr_ios, 6);
	assert_int_equal(log.ios[0].op, IOLOG_WRITE);
	assert_int_equal(log.ios[1].offset, 512);
	assert_int_equal(log.ios[2].length, 8192);
	assert_int_equal(log.ios[3].op, IOLOG_WAIT);
	assert_int_equal(log.ios[3].offset, 250);
	assert_int_equal(log.ios[4].op, IOLOG_SYNC);
	assert_int_equal(log.ios[5].op, IOLOG_DATASYNC);
	assert_int_equal(log.files[0].size, 4096 + 8192);
	iolog_free(&log);
}

static void version_3_has_times(void **state)
{
	struct iolog log;

	assert_int_equal(read_text(&log, V3 "1 f add\n2 f open\n"
					    "17 f read 0 512\n18 f close\n"),
			 0);
	assert_int_equal(log.version, 3);
	assert_int_equal(log.ios[0].at_ms, 17);
	iolog_free(&log);
}

static void each_file_gets_its_own_extent(void **state)
{
	struct iolog log;

	assert_int_equal(read_text(&log, V2 "a add\nb add\na open\nb open\n"
					    "a write 1048576 512\n"
					    "b write 0 512\n"),
			 0);
	assert_int_equal(log.nr_files, 2);
	assert_int_equal(log.files[0].start, 0);
	assert_int_equal(log.files[1].start, 2 << 20);
	assert_int_equal(log.total, 3 << 20);
	iolog_free(&log);
}

static void logs_made_by_fio_are_read(void **state)
{
	struct iolog log;

	assert_int_equal(iolog_read(&log, DATA "/oltp-mixed.iolog", 512, error,
				    sizeof(error)),
			 0);
	assert_int_equal(log.nr_ios, 1140);
	assert_int_equal(log.nr_files, 3);
	iolog_free(&log);
	assert_int_equal(iolog_read(&log, DATA "/trim.iolog", 512, error,
				    sizeof(error)),
			 0);
	assert_int_equal(log.nr_ios, 128);
	iolog_free(&log);
}

static void other_formats_are_refused(void **state)
{
	const char *cause =
		"not a fio log: the first line is not \"fio version N iolog\"";
	struct iolog log;

	assert_refused("", 0, "the file is empty");
	assert_refused("hello\n", 1, cause);
	assert_refused("fio version two iolog\n", 1, cause);
	assert_refused("fio version 1 iolog\n", 1,
		       "fio log version 1: only 2 and 3 can be read");
	assert_refused("fio version 4 iolog\n", 1,
		       "fio log version 4: only 2 and 3 can be read");
	put("fio version 2 iolog\nf\0add\n", 26);
	assert_int_equal(iolog_read(&log, path, 512, error, sizeof(error)), -1);
	assert_non_null(strstr(error, ":2: not a fio log: the line has a NUL"));
}

static void missing_files_and_directories_are_refused(void **state)
{
	struct iolog log;

	assert_int_equal(iolog_read(&log, "/nonexistent/log", 512, error,
				    sizeof(error)),
			 -1);
	assert_string_equal(error,
			    "/nonexistent/log: No such file or directory");
	assert_int_equal(iolog_read(&log, "/tmp", 512, error, sizeof(error)),
			 -1);
	assert_string_equal(error, "/tmp: is a directory");
}

static void malformed_lines_are_refused(void **state)
{
	assert_refused(OPEN2 "f\n", 4, "line is too short: 1 fields");
	assert_refused(OPEN2 "\n", 4, "line is too short: 0 fields");
	assert_refused(
		OPEN2 "f read 0\n", 4,
		"action read needs offset and length, the line has 3 fields");
	assert_refused(
		OPEN2 "f read 0 512 9\n", 4,
		"action read needs offset and length, the line has 5 fields");
	assert_refused(OPEN2 "f read 0 512 9 9 9 9\n", 4, "more than 5 fields");
	assert_refused(OPEN2 "f read -512 512\n", 4,
		       "offset \"-512\" is not a number");
	assert_refused(OPEN2 "f read 0 5x2\n", 4,
		       "length \"5x2\" is not a number");
	assert_refused(OPEN2 "f read 0 99999999999999999999\n", 4,
		       "length 99999999999999999999 is too large");
	assert_refused(OPEN2 "f scrub 0 512\n", 4, "unknown action \"scrub\"");
	assert_refused(OPEN2 "f read 0 51", 4,
		       "the last line is cut off (no newline)");
	assert_refused(V3 "1 f add\n2 f open\n3 f wait 10 0\n", 4,
		       "action wait does not exist in version 3");
	assert_refused(V3 "x f add\n", 2, "time \"x\" is not a number");
}

static void impossible_ranges_are_refused(void **state)
{
	assert_refused(OPEN2 "f read 0 0\n", 4, "length is 0");
	assert_refused(OPEN2 "f read 0 100\n", 4,
		       "length 100 is no multiple of the block size 512");
	assert_refused(OPEN2 "f read 100 512\n", 4,
		       "offset 100 is no multiple of the block size 512");
	assert_refused(OPEN2 "f read 9223372036854775808 512\n", 4,
		       "offset 9223372036854775808 + length 512 is past 2^63");
	assert_refused(OPEN2 "f read 9223372036854775296 512\n", 4,
		       "offset 9223372036854775296 + length 512 is past 2^63");
}

static void files_must_be_added_and_open(void **state)
{
	assert_refused(V2 "f read 0 512\n", 2,
		       "read of file f, which is not open");
	assert_refused(V2 "f open\n", 2,
		       "open of file f, which was never added");
	assert_refused(V2 "f add\nf add\n", 3, "file f was added before");
	assert_refused(OPEN2 "f open\n", 4,
		       "open of file f, which is open already");
	assert_refused(OPEN2 "f close\nf read 0 512\n", 5,
		       "read of file f, which is not open");
	assert_refused(OPEN2 "f close 0 512\n", 4,
		       "action close takes no offset and length");
	assert_refused(OPEN2 "f close\n", 0, "the log has no I/O");
}

static void files_too_large_together_are_refused(void **state)
{
	assert_refused(V2 "a add\nb add\na open\nb open\n"
			  "a read 6917529027641081856 512\n"
			  "b read 6917529027641081856 512\n",
		       0, "the files together are larger than 2^63 bytes");
}

#define iolog_case(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		iolog_case(version_2_is_read_with_all_actions),
		iolog_case(version_3_has_times),
		iolog_case(each_file_gets_its_own_extent),
		cmocka_unit_test(logs_made_by_fio_are_read),
		iolog_case(other_formats_are_refused),
		cmocka_unit_test(missing_files_and_directories_are_refused),
		iolog_case(malformed_lines_are_refused),
		iolog_case(impossible_ranges_are_refused),
		iolog_case(files_must_be_added_and_open),
		iolog_case(files_too_large_together_are_refused),
	};

	return cmocka_run_group_tests_name("tools_iolog", tests, NULL, NULL);
}
