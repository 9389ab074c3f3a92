/* SPDX-License-Identifier: MIT */
/*
 * The NVMe driver from inside: what it tells the controller about a request,
 * and requests built by hand.
 *
 * A probe on the driver's tracepoint copies the request's private data and its
 * descriptor pages when they have just been built; afterwards they are freed.
 */
#ifndef TESTS_UNIT_CONSUMERS_NVME_PROBE_H
#define TESTS_UNIT_CONSUMERS_NVME_PROBE_H

#include "consumers/nvme_disk.h"
#include "consumers/nvme_pci/pci.h"

#define CAPTURE_VECS 64
#define CAPTURE_TRIES 16

/**
 * struct capture - the request mapped last, since capture_start()
 * @tries: mappings tried
 * @then: DMA API counters at the end of each try
 * @list: its descriptor pages, @list_phys: where they are
 * @on_map: called for each try, at its end
 * @unmaps: requests unmapped, @status: NVMe status they had then
 * @on_unmap: called before each
 */
struct capture {
	unsigned int tries;
	struct dmasim_dma_stats then[CAPTURE_TRIES];
	struct request *req;
	struct nvme_iod iod;
	struct nvme_dma_vec vecs[CAPTURE_VECS];
	__le64 list[NVME_MAX_NR_DESCRIPTORS][NVME_PRPS_PER_PAGE];
	u64 list_phys[NVME_MAX_NR_DESCRIPTORS];
	void (*on_map)(struct request *req);
	unsigned int unmaps;
	u16 status[CAPTURE_TRIES];
	void (*on_unmap)(struct request *req);
};

extern struct capture capture;

/** capture_start() - forget what was, watch what comes. */
void capture_start(void);
void capture_stop(void);

/** struct phys_run - physically contiguous memory */
struct phys_run {
	u64 phys;
	u32 len;
};

/**
 * write_ranges() - one WRITE bio of sector 0 from physical memory
 *
 * The memory is only read, so it does not matter whose it is.
 * Return: errno of the bio.
 */
int write_ranges(const struct phys_run *run, unsigned int nr);

/** write_run() - the same for one range. */
int write_run(u64 phys, u32 len);

/** bio_of_ranges() - such a bio, not submitted; free it with free_bio(). */
struct bio *bio_of_ranges(enum req_op op, const struct phys_run *run,
			  unsigned int nr);
void free_bio(struct bio *bio);

/** struct async - a bio under way; @status once @done */
struct async {
	bool done;
	int status;
	struct bio *bio;
};

/** prepare_ranges() - make such a bio; submit_bio(io->bio) starts it. */
void prepare_ranges(struct async *io, enum req_op op,
		    const struct phys_run *run, unsigned int nr);

/** start_ranges() - and start it. */
void start_ranges(struct async *io, enum req_op op, const struct phys_run *run,
		  unsigned int nr);

/** assert_done() - it has ended with @status; frees it. */
void assert_done(struct async *io, int status);

/** the_ns() / the_ctrl() / the_dev() / io_queue() - of disk.bdev */
struct nvme_ns *the_ns(void);
struct nvme_ctrl *the_ctrl(void);
struct nvme_dev *the_dev(void);
struct nvme_queue *io_queue(void);

/** user_request() - a passthrough request of a user on the I/O queue. */
struct request *user_request(u8 opcode, u16 blocks);

/** run_user() - execute it and free it. Return: NVMe status, or an errno. */
int run_user(struct request *req);

/** sqe() - the command that the controller fetched last, 64 bytes. */
const u8 *sqe(void);

/** assert_hex() - bytes at @p are @hex, e.g. "00 10 00 00". */
#define assert_hex(p, hex) assert_hex_(p, hex, __FILE__, __LINE__)
void assert_hex_(const void *p, const char *hex, const char *file, int line);

/** direct_setup() - 16 GiB of RAM, no IOMMU; direct_setup_no_sgl() */
int direct_setup(void **state);
int direct_setup_no_sgl(void **state);

/** probe_setup() - the variant's machine; probe_setup_no_sgl() */
int probe_setup(void **state);
int probe_setup_no_sgl(void **state);
int probe_teardown(void **state);

/** replug() - the same disk with another parameter; the capture starts anew. */
void replug(const char *param, const char *value);

#define probe_case(fn, setup) \
	cmocka_unit_test_setup_teardown(fn, setup, probe_teardown)

/* variants_two: direct and vtdss,strict */
extern const struct variant variants_direct[1], variants_two[2];

#endif
