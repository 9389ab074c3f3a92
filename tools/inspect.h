/* SPDX-License-Identifier: MIT */
/*
 * "dmasim inspect": a machine in which a few mappings are made, or a log is
 * replayed, up to a point; and what is shown of it then.
 */
#ifndef TOOLS_INSPECT_H
#define TOOLS_INSPECT_H

#include <dmasim/iommu.h>
#include <dmasim/machine.h>

#include <stdio.h>

#include "iolog.h"
#include "replay.h"

#define INSPECT_MAX_OPS 64
#define INSPECT_MAX_WALKS 16

enum inspect_kind {
	INSPECT_MAP, /* one buffer, dma_map_page() */
	INSPECT_LINK, /* pages linked into one range, the two-step API */
	INSPECT_COHERENT, /* dma_alloc_coherent() */
	INSPECT_AT, /* iommu_map() in a domain of its own */
	INSPECT_UNMAP, /* end the mapping of operation @arg */
	INSPECT_READ, /* the device reads all of it */
	INSPECT_WRITE, /* and writes it */
	INSPECT_POKE, /* overwrite an entry of the page table */
	INSPECT_NR_KINDS
};

extern const char *const inspect_kind_names[INSPECT_NR_KINDS];

/**
 * struct inspect_addr - a device address, or a place in a mapping
 * @op: number of the operation that made the mapping, from 1; 0: @off is the
 *	address
 */
struct inspect_addr {
	unsigned int op;
	uint64_t off;
};

/**
 * struct inspect_op - an operation
 * @size: bytes, for those that make a mapping
 * @iova, @phys: of INSPECT_AT
 * @read, @write: what the device may do with it
 * @arg: the operation whose mapping is meant
 * @addr, @level, @word: of a poke
 */
struct inspect_op {
	enum inspect_kind kind;
	uint64_t size;
	uint64_t iova, phys;
	bool read, write;
	unsigned int arg;
	struct inspect_addr addr;
	unsigned int level;
	uint64_t word;
};

/**
 * struct inspect_setup - what is to be built and done
 * @replay: the machine; its log runs over path "link"
 * @levels: page-table levels to start with, 0: the format's default
 * @caching: the IOMMU remembers what is not mapped
 * @device: name of the device to show, NULL: the first
 * @op, @nr_ops: operations, if @log is NULL
 * @own_domain: the device gets a domain that nobody but INSPECT_AT maps in
 * @stop: operation, or I/O of the log, after which to look, from 1; 0: the last
 */
struct inspect_setup {
	struct replay_setup replay;
	unsigned int levels;
	bool caching;
	const char *device;
	struct inspect_op op[INSPECT_MAX_OPS];
	unsigned int nr_ops;
	bool own_domain;
	const struct iolog *log;
	size_t stop;
};

/** struct inspect_mapping - what an operation made. */
struct inspect_mapping {
	unsigned int op; /* its number */
	enum inspect_kind kind;
	uint64_t iova, size;
	bool live;
};

/**
 * struct inspect_view - the moment to show
 * @dev: the device
 * @stopped: the operation or I/O after which that is
 * @live: mappings that operations made, whether live or not
 */
struct inspect_view {
	const struct inspect_setup *setup;
	struct dmasim_device *dev;
	size_t stopped;
	struct inspect_mapping mapping[INSPECT_MAX_OPS];
	unsigned int nr_mappings;
	struct inspect_addr walk[INSPECT_MAX_WALKS];
	unsigned int nr_walks;
};

/** inspect_addr() - the address meant; false, with a message: no such mapping. */
bool inspect_addr(const struct inspect_view *view,
		  const struct inspect_addr *at, uint64_t *addr);

/**
 * inspect_run() - build the machine, do what is asked, show it, clean up
 * @show: called once; its result that is not 0 is the result
 *
 * Return: 0, or 1 with a message on stderr.
 */
int inspect_run(const struct inspect_setup *setup,
		int (*show)(void *ctx, struct inspect_view *view), void *ctx);

/** inspect_json() - write the view; 0, or 1 with a message on stderr. */
int inspect_json(const struct inspect_view *view, FILE *to);

/** inspect_svg() - draw the domain; 0, or 1 with a message on stderr. */
int inspect_svg(const struct inspect_view *view, FILE *to);

#endif
