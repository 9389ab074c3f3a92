/* SPDX-License-Identifier: MIT */
/*
 * fio I/O logs, versions 2 and 3 (fio's HOWTO, "Trace file format").
 */
#ifndef TOOLS_IOLOG_H
#define TOOLS_IOLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum iolog_op {
	IOLOG_READ,
	IOLOG_WRITE,
	IOLOG_TRIM,
	IOLOG_SYNC,
	IOLOG_DATASYNC,
	IOLOG_WAIT, /* version 2: offset is microseconds */
};

/**
 * struct iolog_io - one action that reaches the device
 * @file: index into iolog.files
 * @at_ms: version 3: when it was logged, milliseconds; 0 in version 2
 */
struct iolog_io {
	enum iolog_op op;
	unsigned int file;
	uint64_t at_ms;
	uint64_t offset;
	uint64_t length;
};

/**
 * struct iolog_file - a file of the log and its extent of the namespace
 * @size: one past the last byte that an I/O touches, in bytes
 * @start: byte of the namespace where it begins
 */
struct iolog_file {
	char *name;
	bool open;
	uint64_t size;
	uint64_t start;
};

/** struct iolog - a whole log; @total: bytes of all extents. */
struct iolog {
	char *path;
	unsigned int version;
	struct iolog_io *ios;
	size_t nr_ios;
	struct iolog_file *files;
	unsigned int nr_files;
	uint64_t total;
};

/**
 * iolog_read() - read and check a whole log
 * @block: logical block size; every I/O must be made of whole blocks
 * @error: receives "path:line: cause" when the log is refused
 *
 * Return: 0, or -1 with nothing left allocated.
 */
int iolog_read(struct iolog *log, const char *path, unsigned int block,
	       char *error, size_t error_size);
void iolog_free(struct iolog *log);

#endif
