/* SPDX-License-Identifier: MIT */
/*
 * Reader of fio I/O logs.
 *
 *	fio version 2 iolog		fio version 3 iolog
 *	FILE add|open|close		TIME FILE add|open|close
 *	FILE read|... OFFSET LENGTH	TIME FILE read|... OFFSET LENGTH
 *	FILE wait MICROSECONDS [0]
 *
 * A log is taken whole or not at all: any line that cannot be understood
 * refuses it, with file, line and cause.
 *
 * Tests: tests/unit/tools/test_iolog.c
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "iolog.h"

#define MAX_FIELDS 6
#define EXTENT_ALIGN (1ull << 20)

struct reader {
	struct iolog *log;
	unsigned int block;
	unsigned long line;
	size_t room_ios;
	char *error;
	size_t error_size;
};

__attribute__((format(printf, 2, 3))) static int refuse(struct reader *r,
							const char *fmt, ...)
{
	va_list args;
	int n;

	if (r->line)
		n = snprintf(r->error, r->error_size, "%s:%lu: ", r->log->path,
			     r->line);
	else
		n = snprintf(r->error, r->error_size, "%s: ", r->log->path);
	if (n < 0 || (size_t)n >= r->error_size)
		return -1;
	va_start(args, fmt);
	vsnprintf(r->error + n, r->error_size - n, fmt, args);
	va_end(args);
	return -1;
}

/* ---- pieces of a line ------------------------------------------------------- */

/* A decimal number of at most 20 digits; strtoull alone takes "-1" and " 1". */
static int parse_number(struct reader *r, const char *what, const char *text,
			uint64_t *value)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return refuse(r, "%s \"%s\" is not a number", what, text);
	errno = 0;
	*value = strtoull(text, &end, 10);
	if (*end)
		return refuse(r, "%s \"%s\" is not a number", what, text);
	if (errno)
		return refuse(r, "%s %s is too large", what, text);
	return 0;
}

static int find_file(struct reader *r, const char *name)
{
	unsigned int i;

	for (i = 0; i < r->log->nr_files; i++) {
		if (!strcmp(r->log->files[i].name, name))
			return i;
	}
	return -1;
}

static int add_file(struct reader *r, const char *name)
{
	struct iolog *log = r->log;
	struct iolog_file *files;

	files = realloc(log->files, (log->nr_files + 1) * sizeof(*files));
	if (!files)
		return refuse(r, "out of memory");
	log->files = files;
	files[log->nr_files] = (struct iolog_file){ .name = strdup(name) };
	if (!files[log->nr_files].name)
		return refuse(r, "out of memory");
	log->nr_files++;
	return 0;
}

static int add_io(struct reader *r, const struct iolog_io *io)
{
	struct iolog *log = r->log;
	struct iolog_io *ios;

	if (log->nr_ios == r->room_ios) {
		r->room_ios = r->room_ios ? 2 * r->room_ios : 256;
		ios = realloc(log->ios, r->room_ios * sizeof(*ios));
		if (!ios)
			return refuse(r, "out of memory");
		log->ios = ios;
	}
	log->ios[log->nr_ios++] = *io;
	return 0;
}

/* ---- lines -------------------------------------------------------------------- */

/* add, open and close; 1 if the action is none of them */
static int file_action(struct reader *r, const char *name, const char *action,
		       unsigned int fields)
{
	int file = find_file(r, name);
	bool add = !strcmp(action, "add"), open = !strcmp(action, "open");

	if (!add && !open && strcmp(action, "close"))
		return 1;
	if (fields)
		return refuse(r, "action %s takes no offset and length",
			      action);
	if (add)
		return file >= 0 ? refuse(r, "file %s was added before", name) :
				   add_file(r, name);
	if (file < 0)
		return refuse(r, "%s of file %s, which was never added", action,
			      name);
	if (r->log->files[file].open == open)
		return refuse(r, "%s of file %s, which is %s", action, name,
			      open ? "open already" : "not open");
	r->log->files[file].open = open;
	return 0;
}

static int parse_op(struct reader *r, const char *action, enum iolog_op *op)
{
	static const char *const names[] = {
		[IOLOG_READ] = "read",	       [IOLOG_WRITE] = "write",
		[IOLOG_TRIM] = "trim",	       [IOLOG_SYNC] = "sync",
		[IOLOG_DATASYNC] = "datasync", [IOLOG_WAIT] = "wait",
	};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(action, names[i]))
			continue;
		if (i == IOLOG_WAIT && r->log->version != 2)
			return refuse(
				r, "action wait does not exist in version %u",
				r->log->version);
		*op = i;
		return 0;
	}
	return refuse(r, "unknown action \"%s\"", action);
}

static int check_range(struct reader *r, struct iolog_io *io)
{
	struct iolog_file *file = &r->log->files[io->file];

	if (io->offset > INT64_MAX || io->length > INT64_MAX - io->offset)
		return refuse(r, "offset %llu + length %llu is past 2^63",
			      (unsigned long long)io->offset,
			      (unsigned long long)io->length);
	if (!io->length)
		return refuse(r, "length is 0");
	if (io->length % r->block)
		return refuse(r,
			      "length %llu is no multiple of the block size %u",
			      (unsigned long long)io->length, r->block);
	if (io->offset % r->block)
		return refuse(r,
			      "offset %llu is no multiple of the block size %u",
			      (unsigned long long)io->offset, r->block);
	if (io->offset + io->length > file->size)
		file->size = io->offset + io->length;
	return 0;
}

static int io_action(struct reader *r, uint64_t at_ms, char **field,
		     unsigned int nr)
{
	struct iolog_io io = { .at_ms = at_ms };
	bool data;
	int file;

	if (parse_op(r, field[1], &io.op))
		return -1;
	data = io.op <= IOLOG_TRIM;
	/* fio logs syncs with the numbers of the I/O before; they mean nothing. */
	if (nr != 4 && !(nr == 2 && !data && io.op != IOLOG_WAIT) &&
	    !(nr == 3 && io.op == IOLOG_WAIT))
		return refuse(
			r,
			"action %s needs offset and length, the line has %u fields",
			field[1], nr + (r->log->version == 3));
	if (nr > 2 && parse_number(r, "offset", field[2], &io.offset))
		return -1;
	if (nr > 3 && parse_number(r, "length", field[3], &io.length))
		return -1;
	if (io.op != IOLOG_WAIT) {
		file = find_file(r, field[0]);
		if (file < 0 || !r->log->files[file].open)
			return refuse(r, "%s of file %s, which is not open",
				      field[1], field[0]);
		io.file = file;
	}
	if (data && check_range(r, &io))
		return -1;
	return add_io(r, &io);
}

static int parse_line(struct reader *r, char *line)
{
	char *field[MAX_FIELDS], *save = NULL, *word;
	unsigned int nr = 0, skip = r->log->version == 3;
	uint64_t at_ms = 0;
	int ret;

	for (word = strtok_r(line, " \t", &save); word;
	     word = strtok_r(NULL, " \t", &save)) {
		if (nr == MAX_FIELDS)
			return refuse(r, "more than %d fields", MAX_FIELDS - 1);
		field[nr++] = word;
	}
	if (nr < 2 + skip)
		return refuse(r, "line is too short: %u fields", nr);
	if (skip && parse_number(r, "time", field[0], &at_ms))
		return -1;
	ret = file_action(r, field[skip], field[skip + 1], nr - skip - 2);
	if (ret <= 0)
		return ret;
	return io_action(r, at_ms, field + skip, nr - skip);
}

static int parse_header(struct reader *r, const char *line)
{
	unsigned int version;
	char tail;

	if (sscanf(line, "fio version %u iolo%c", &version, &tail) != 2 ||
	    tail != 'g')
		return refuse(
			r,
			"not a fio log: the first line is not \"fio version N iolog\"");
	if (version != 2 && version != 3)
		return refuse(r, "fio log version %u: only 2 and 3 can be read",
			      version);
	r->log->version = version;
	return 0;
}

static int read_lines(struct reader *r, FILE *f)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int ret = 0;

	while (!ret && (len = getline(&line, &room, f)) > 0) {
		r->line++;
		if (strlen(line) != (size_t)len) {
			ret = refuse(r,
				     "not a fio log: the line has a NUL byte");
			break;
		}
		if (line[len - 1] != '\n' && r->line > 1) {
			ret = refuse(r,
				     "the last line is cut off (no newline)");
			break;
		}
		line[strcspn(line, "\r\n")] = '\0';
		ret = r->line == 1 ? parse_header(r, line) :
				     parse_line(r, line);
	}
	free(line);
	if (!ret && ferror(f)) {
		r->line = 0;
		ret = refuse(r, "%s", strerror(errno));
	}
	if (!ret && !r->line)
		ret = refuse(r, "the file is empty");
	return ret;
}

/* Give each file its own part of the namespace. */
static int lay_out(struct reader *r)
{
	struct iolog *log = r->log;
	unsigned int i;

	r->line = 0;
	if (!log->nr_ios)
		return refuse(r, "the log has no I/O");
	for (i = 0; i < log->nr_files; i++) {
		uint64_t size = log->files[i].size;

		log->files[i].start = log->total;
		if (size > INT64_MAX - EXTENT_ALIGN - log->total)
			return refuse(
				r,
				"the files together are larger than 2^63 bytes");
		log->total += (size + EXTENT_ALIGN - 1) & ~(EXTENT_ALIGN - 1);
	}
	if (!log->total)
		log->total = EXTENT_ALIGN;
	return 0;
}

int iolog_read(struct iolog *log, const char *path, unsigned int block,
	       char *error, size_t error_size)
{
	struct reader r = { .log = log,
			    .block = block,
			    .error = error,
			    .error_size = error_size };
	struct stat st;
	FILE *f;
	int ret;

	memset(log, 0, sizeof(*log));
	log->path = strdup(path);
	if (!log->path)
		return -1;
	f = fopen(path, "r");
	if (!f) {
		ret = refuse(&r, "%s", strerror(errno));
		goto out;
	}
	if (!fstat(fileno(f), &st) && S_ISDIR(st.st_mode))
		ret = refuse(&r, "is a directory");
	else
		ret = read_lines(&r, f);
	if (!ret)
		ret = lay_out(&r);
	fclose(f);
out:
	if (ret)
		iolog_free(log);
	return ret;
}

void iolog_free(struct iolog *log)
{
	unsigned int i;

	for (i = 0; i < log->nr_files; i++)
		free(log->files[i].name);
	free(log->files);
	free(log->ios);
	free(log->path);
	memset(log, 0, sizeof(*log));
}
