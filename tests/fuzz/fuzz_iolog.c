/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: bytes are a fio log. It is read whole, consistent in itself, or
 * refused with a place and a cause.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "iolog.h"

static void check_log(const struct iolog *log, unsigned int block)
{
	uint64_t end = 0;
	size_t i;

	FUZZ_CHECK(log->version == 2 || log->version == 3);
	for (i = 0; i < log->nr_files; i++) {
		FUZZ_CHECK(log->files[i].name);
		FUZZ_CHECK(log->files[i].start >= end);
		end = log->files[i].start + log->files[i].size;
		FUZZ_CHECK(end >= log->files[i].start);
	}
	FUZZ_CHECK(end <= log->total);
	for (i = 0; i < log->nr_ios; i++) {
		const struct iolog_io *io = &log->ios[i];

		if (io->op > IOLOG_TRIM)
			continue;
		FUZZ_CHECK(io->file < log->nr_files);
		FUZZ_CHECK(io->offset % block == 0 && io->length % block == 0);
		FUZZ_CHECK(io->offset <= log->files[io->file].size &&
			   io->length <=
				   log->files[io->file].size - io->offset);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int block = size && data[size - 1] & 1 ? 4096 : 512;
	char path[64], error[256] = "";
	int fd = memfd_create("iolog", 0);
	struct iolog log;

	FUZZ_CHECK(fd >= 0);
	FUZZ_CHECK(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (iolog_read(&log, path, block, error, sizeof(error))) {
		FUZZ_CHECK(!strncmp(error, path, strlen(path)));
		FUZZ_CHECK(error[strlen(path)] == ':');
	} else {
		check_log(&log, block);
		iolog_free(&log);
	}
	close(fd);
	return 0;
}
