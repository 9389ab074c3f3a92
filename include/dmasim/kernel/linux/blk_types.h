/* SPDX-License-Identifier: MIT */
/*
 * <linux/blk_types.h>: bio, block_device, operations, flags, status codes.
 *
 * Same: struct bio, request operations and flags, status codes of 6.17.
 * Reduced: struct block_device has the fields that drivers and this library
 *	use; no partitions, holders, page cache or freeze state; bd_dev is u32.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_BLK_TYPES_H
#define _DMASIM_LINUX_BLK_TYPES_H

#include <linux/atomic.h>
#include <linux/bvec.h>
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/types.h>

struct bio;
struct bio_integrity_payload;
struct bio_set;
struct block_device;
struct gendisk;
struct request_queue;

#define SECTOR_SHIFT 9
#define SECTOR_SIZE (1 << SECTOR_SHIFT)
#define PAGE_SECTORS_SHIFT (PAGE_SHIFT - SECTOR_SHIFT)
#define PAGE_SECTORS (1 << PAGE_SECTORS_SHIFT)
#define SECTOR_MASK (PAGE_SECTORS - 1)

typedef void(bio_end_io_t)(struct bio *);
typedef __u32 blk_opf_t;
typedef unsigned int blk_qc_t;
typedef __u32 blk_mq_req_flags_t;

#define BLK_QC_T_NONE -1U

/**
 * struct block_device - what bios are addressed to
 * @bd_start_sect: first sector on the disk, 0 here
 * @bd_nr_sectors: capacity in 512-byte sectors
 * @__bd_flags: BD_* bits
 * @bd_dev: device number, unique and not 0
 * @bd_holder_dir, ...: not modelled
 */
struct block_device {
	sector_t bd_start_sect;
	sector_t bd_nr_sectors;
	struct gendisk *bd_disk;
	struct request_queue *bd_queue;
	atomic_t __bd_flags;
	u32 bd_dev;
	void *bd_holder;
	struct device bd_device;
};

#define BD_PARTNO 255
#define BD_READ_ONLY (1u << 8)
#define BD_WRITE_HOLDER (1u << 9)
#define BD_HAS_SUBMIT_BIO (1u << 10)
#define BD_RO_WARNED (1u << 11)

#define bdev_whole(_bdev) ((_bdev)->bd_disk->part0)
#define dev_to_bdev(device) \
	container_of((device), struct block_device, bd_device)
#define bdev_kobj(_bdev) (&((_bdev)->bd_device.kobj))

typedef u8 blk_status_t;

#define BLK_STS_OK 0
#define BLK_STS_NOTSUPP ((blk_status_t)1)
#define BLK_STS_TIMEOUT ((blk_status_t)2)
#define BLK_STS_NOSPC ((blk_status_t)3)
#define BLK_STS_TRANSPORT ((blk_status_t)4)
#define BLK_STS_TARGET ((blk_status_t)5)
#define BLK_STS_RESV_CONFLICT ((blk_status_t)6)
#define BLK_STS_MEDIUM ((blk_status_t)7)
#define BLK_STS_PROTECTION ((blk_status_t)8)
#define BLK_STS_RESOURCE ((blk_status_t)9)
#define BLK_STS_IOERR ((blk_status_t)10)
#define BLK_STS_DM_REQUEUE ((blk_status_t)11)
#define BLK_STS_AGAIN ((blk_status_t)12)
#define BLK_STS_DEV_RESOURCE ((blk_status_t)13)
#define BLK_STS_ZONE_OPEN_RESOURCE ((blk_status_t)14)
#define BLK_STS_ZONE_ACTIVE_RESOURCE ((blk_status_t)15)
#define BLK_STS_OFFLINE ((blk_status_t)16)
#define BLK_STS_DURATION_LIMIT ((blk_status_t)17)
#define BLK_STS_INVAL ((blk_status_t)19)

/* Does the error speak about the path, rather than the medium or request? */
static inline bool blk_path_error(blk_status_t error)
{
	switch (error) {
	case BLK_STS_MEDIUM:
	case BLK_STS_NOSPC:
	case BLK_STS_NOTSUPP:
	case BLK_STS_PROTECTION:
	case BLK_STS_RESV_CONFLICT:
	case BLK_STS_TARGET:
		return false;
	default:
		return true;
	}
}

/**
 * struct bio - one I/O of a block device's user
 * @bi_next: next bio of the same request
 * @bi_opf: operation in the low 8 bits, REQ_* flags above
 * @bi_flags: BIO_* bit numbers
 * @__bi_remaining: bios of a chain still to end, valid with BIO_CHAIN
 * @bi_iter: what is left to do
 * @bi_cookie: hardware queue to poll, set when the request starts
 * @bi_integrity: metadata, NULL for none
 * @bi_vcnt: bio_vecs in use; 0 in a clone
 * @bi_max_vecs: bio_vecs available
 * @bi_pool: where the memory came from, NULL: the owner's own
 */
struct bio {
	struct bio *bi_next;
	struct block_device *bi_bdev;
	blk_opf_t bi_opf;
	unsigned short bi_flags;
	unsigned short bi_ioprio;
	u8 bi_write_hint;
	u8 bi_write_stream;
	blk_status_t bi_status;
	atomic_t __bi_remaining;
	struct bvec_iter bi_iter;
	union {
		blk_qc_t bi_cookie;
		unsigned int __bi_nr_segments;
	};
	bio_end_io_t *bi_end_io;
	void *bi_private;
	struct bio_integrity_payload *bi_integrity;
	unsigned short bi_vcnt;

	/* From here on bio_reset() keeps everything. */
	unsigned short bi_max_vecs;
	atomic_t __bi_cnt;
	struct bio_vec *bi_io_vec;
	struct bio_set *bi_pool;
	struct bio_vec bi_inline_vecs[];
};

#define BIO_RESET_BYTES offsetof(struct bio, bi_max_vecs)
#define BIO_MAX_SECTORS (UINT_MAX >> SECTOR_SHIFT)

enum {
	BIO_PAGE_PINNED = 0,
	BIO_CLONED = 1,
	BIO_QUIET = 2,
	BIO_CHAIN = 3,
	BIO_REFFED = 4,
	BIO_BPS_THROTTLED = 5,
	BIO_TRACE_COMPLETION = 6,
	BIO_CGROUP_ACCT = 7,
	BIO_QOS_THROTTLED = 8,
	BIO_QOS_MERGED = 9,
	BIO_REMAPPED = 10,
	BIO_ZONE_WRITE_PLUGGING = 11,
	BIO_EMULATES_ZONE_APPEND = 12,
	BIO_FLAG_LAST
};

#define REQ_OP_BITS 8
#define REQ_OP_MASK ((blk_opf_t)((1 << REQ_OP_BITS) - 1))
#define REQ_FLAG_BITS 24

/* An odd operation moves data to the device. */
enum req_op {
	REQ_OP_READ = 0,
	REQ_OP_WRITE = 1,
	REQ_OP_FLUSH = 2,
	REQ_OP_DISCARD = 3,
	REQ_OP_SECURE_ERASE = 5,
	REQ_OP_ZONE_APPEND = 7,
	REQ_OP_WRITE_ZEROES = 9,
	REQ_OP_ZONE_OPEN = 10,
	REQ_OP_ZONE_CLOSE = 11,
	REQ_OP_ZONE_FINISH = 13,
	REQ_OP_ZONE_RESET = 15,
	REQ_OP_ZONE_RESET_ALL = 17,
	REQ_OP_DRV_IN = 34,
	REQ_OP_DRV_OUT = 35,
	REQ_OP_LAST = 36,
};

enum req_flag_bits {
	__REQ_FAILFAST_DEV = 8,
	__REQ_FAILFAST_TRANSPORT = 9,
	__REQ_FAILFAST_DRIVER = 10,
	__REQ_SYNC = 11,
	__REQ_META = 12,
	__REQ_PRIO = 13,
	__REQ_NOMERGE = 14,
	__REQ_IDLE = 15,
	__REQ_INTEGRITY = 16,
	__REQ_FUA = 17,
	__REQ_PREFLUSH = 18,
	__REQ_RAHEAD = 19,
	__REQ_BACKGROUND = 20,
	__REQ_NOWAIT = 21,
	__REQ_POLLED = 22,
	__REQ_ALLOC_CACHE = 23,
	__REQ_SWAP = 24,
	__REQ_DRV = 25,
	__REQ_FS_PRIVATE = 26,
	__REQ_ATOMIC = 27,
	__REQ_P2PDMA = 28,
	__REQ_NOUNMAP = 29,
	__REQ_NR_BITS,
};

#define REQ_FAILFAST_DEV ((blk_opf_t)(1u << __REQ_FAILFAST_DEV))
#define REQ_FAILFAST_TRANSPORT ((blk_opf_t)(1u << __REQ_FAILFAST_TRANSPORT))
#define REQ_FAILFAST_DRIVER ((blk_opf_t)(1u << __REQ_FAILFAST_DRIVER))
#define REQ_SYNC ((blk_opf_t)(1u << __REQ_SYNC))
#define REQ_META ((blk_opf_t)(1u << __REQ_META))
#define REQ_PRIO ((blk_opf_t)(1u << __REQ_PRIO))
#define REQ_NOMERGE ((blk_opf_t)(1u << __REQ_NOMERGE))
#define REQ_IDLE ((blk_opf_t)(1u << __REQ_IDLE))
#define REQ_INTEGRITY ((blk_opf_t)(1u << __REQ_INTEGRITY))
#define REQ_FUA ((blk_opf_t)(1u << __REQ_FUA))
#define REQ_PREFLUSH ((blk_opf_t)(1u << __REQ_PREFLUSH))
#define REQ_RAHEAD ((blk_opf_t)(1u << __REQ_RAHEAD))
#define REQ_BACKGROUND ((blk_opf_t)(1u << __REQ_BACKGROUND))
#define REQ_NOWAIT ((blk_opf_t)(1u << __REQ_NOWAIT))
#define REQ_POLLED ((blk_opf_t)(1u << __REQ_POLLED))
#define REQ_ALLOC_CACHE ((blk_opf_t)(1u << __REQ_ALLOC_CACHE))
#define REQ_SWAP ((blk_opf_t)(1u << __REQ_SWAP))
#define REQ_DRV ((blk_opf_t)(1u << __REQ_DRV))
#define REQ_FS_PRIVATE ((blk_opf_t)(1u << __REQ_FS_PRIVATE))
#define REQ_ATOMIC ((blk_opf_t)(1u << __REQ_ATOMIC))
#define REQ_P2PDMA ((blk_opf_t)(1u << __REQ_P2PDMA))
#define REQ_NOUNMAP ((blk_opf_t)(1u << __REQ_NOUNMAP))

#define REQ_FAILFAST_MASK \
	(REQ_FAILFAST_DEV | REQ_FAILFAST_TRANSPORT | REQ_FAILFAST_DRIVER)
#define REQ_NOMERGE_FLAGS (REQ_NOMERGE | REQ_PREFLUSH | REQ_FUA)

enum stat_group {
	STAT_READ,
	STAT_WRITE,
	STAT_DISCARD,
	STAT_FLUSH,
	NR_STAT_GROUPS
};

static inline enum req_op bio_op(const struct bio *bio)
{
	return bio->bi_opf & REQ_OP_MASK;
}

static inline bool op_is_write(blk_opf_t op)
{
	return (op & 1) != 0;
}

static inline bool op_is_flush(blk_opf_t op)
{
	return (op & (REQ_PREFLUSH | REQ_FUA)) != 0;
}

/* Reads are synchronous by nature, everything else only when it says so. */
static inline bool op_is_sync(blk_opf_t op)
{
	if ((op & REQ_OP_MASK) == REQ_OP_READ)
		return true;
	return (op & (REQ_SYNC | REQ_FUA | REQ_PREFLUSH)) != 0;
}

static inline bool op_is_discard(blk_opf_t op)
{
	return (op & REQ_OP_MASK) == REQ_OP_DISCARD;
}

static inline bool op_is_zone_mgmt(enum req_op op)
{
	switch (op & REQ_OP_MASK) {
	case REQ_OP_ZONE_OPEN:
	case REQ_OP_ZONE_CLOSE:
	case REQ_OP_ZONE_FINISH:
	case REQ_OP_ZONE_RESET:
		return true;
	default:
		return false;
	}
}

static inline int op_stat_group(enum req_op op)
{
	return op_is_discard(op) ? STAT_DISCARD : (int)op_is_write(op);
}

struct blk_rq_stat {
	u64 mean, min, max;
	u32 nr_samples;
	u64 batch;
};

#endif
