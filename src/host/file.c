/* SPDX-License-Identifier: MIT */
/*
 * Files that the library writes: traces.
 *
 * F1  The first error sticks: whatever is written later, closing returns it.
 * Locks: none, the caller's.
 * Tests: tests/unit/trace/test_sink.c
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/host.h"

struct host_file {
	FILE *out;
	int err;
};

static int adopt(FILE *out, struct host_file **file)
{
	int err = errno;

	if (!out)
		return -err;
	*file = calloc(1, sizeof(**file));
	if (!*file) {
		fclose(out);
		return -ENOMEM;
	}
	(*file)->out = out;
	return 0;
}

int host_file_create(const char *path, struct host_file **file)
{
	return adopt(fopen(path, "we"), file);
}

int host_file_from_fd(int fd, struct host_file **file)
{
	int copy = dup(fd);
	FILE *out;
	int err;

	if (copy < 0)
		return -errno;
	out = fdopen(copy, "w");
	err = errno;
	if (!out)
		close(copy);
	errno = err;
	return adopt(out, file);
}

void host_file_write(struct host_file *file, const void *data, size_t len)
{
	if (fwrite(data, 1, len, file->out) != len && !file->err)
		file->err = errno ? -errno : -EIO;
}

int host_file_close(struct host_file *file)
{
	int err;

	errno = 0;
	if (fclose(file->out) && !file->err)
		file->err = errno ? -errno : -EIO;
	err = file->err;
	free(file);
	return err;
}
