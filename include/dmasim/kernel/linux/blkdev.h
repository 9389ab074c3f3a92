/* SPDX-License-Identifier: MIT */
/*
 * <linux/blkdev.h>: request queues, their limits, disks, plugs.
 *
 * Same: limits and their validation, plugging, disks, accessors of 6.17.
 * Reduced: no partitions, elevators, cgroups, zones, writeback throttling,
 *	statistics, events or sysfs files; queues are always multi-queue;
 *	blk_start_plug_nr_ios() does not allocate requests ahead.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_BLKDEV_H
#define _DMASIM_LINUX_BLKDEV_H

#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/blk_types.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct attribute_group;
struct blk_flush_queue;
struct blk_mq_ctx;
struct blk_mq_hw_ctx;
struct blk_mq_ops;
struct blk_mq_tag_set;
struct hd_geometry;
struct io_comp_batch;
struct pr_ops;
struct request;

#define BLK_MAX_REQUEST_COUNT 32
#define BLK_PLUG_FLUSH_SIZE (128 * 1024)

#define BLK_MIN_SEGMENT_SIZE 4096
#define BLK_MAX_BLOCK_SIZE 65536

enum blk_default_limits {
	BLK_MAX_SEGMENTS = 128,
	BLK_SAFE_MAX_SECTORS = 255,
	BLK_MAX_SEGMENT_SIZE = 65536,
	BLK_SEG_BOUNDARY_MASK = 0xFFFFFFFFul,
};

/* ---- limits ---------------------------------------------------------- */

enum blk_integrity_checksum {
	BLK_INTEGRITY_CSUM_NONE = 0,
	BLK_INTEGRITY_CSUM_IP = 1,
	BLK_INTEGRITY_CSUM_CRC = 2,
	BLK_INTEGRITY_CSUM_CRC64 = 3,
};

/**
 * struct blk_integrity - metadata format of a disk
 * @flags: BLK_INTEGRITY_*
 * @metadata_size: bytes per interval, 0: no metadata
 * @pi_offset: where the protection tuple starts in them
 * @interval_exp: log2 of an interval's bytes
 */
struct blk_integrity {
	unsigned char flags;
	enum blk_integrity_checksum csum_type;
	unsigned char metadata_size;
	unsigned char pi_offset;
	unsigned char interval_exp;
	unsigned char tag_size;
	unsigned char pi_tuple_size;
};

typedef unsigned int blk_features_t;
typedef unsigned int blk_flags_t;
typedef unsigned int blk_mode_t;

#define BLK_OPEN_READ ((blk_mode_t)(1 << 0))
#define BLK_OPEN_WRITE ((blk_mode_t)(1 << 1))
#define BLK_OPEN_EXCL ((blk_mode_t)(1 << 2))
#define BLK_OPEN_NDELAY ((blk_mode_t)(1 << 3))

#define BLK_FEAT_WRITE_CACHE ((blk_features_t)(1u << 0))
#define BLK_FEAT_FUA ((blk_features_t)(1u << 1))
#define BLK_FEAT_ROTATIONAL ((blk_features_t)(1u << 2))
#define BLK_FEAT_ADD_RANDOM ((blk_features_t)(1u << 3))
#define BLK_FEAT_IO_STAT ((blk_features_t)(1u << 4))
#define BLK_FEAT_STABLE_WRITES ((blk_features_t)(1u << 5))
#define BLK_FEAT_SYNCHRONOUS ((blk_features_t)(1u << 6))
#define BLK_FEAT_NOWAIT ((blk_features_t)(1u << 7))
#define BLK_FEAT_DAX ((blk_features_t)(1u << 8))
#define BLK_FEAT_POLL ((blk_features_t)(1u << 9))
#define BLK_FEAT_ZONED ((blk_features_t)(1u << 10))
#define BLK_FEAT_PCI_P2PDMA ((blk_features_t)(1u << 12))
#define BLK_FEAT_SKIP_TAGSET_QUIESCE ((blk_features_t)(1u << 13))
#define BLK_FEAT_RAID_PARTIAL_STRIPES_EXPENSIVE ((blk_features_t)(1u << 15))
#define BLK_FEAT_ATOMIC_WRITES ((blk_features_t)(1u << 16))

#define BLK_FLAG_WRITE_CACHE_DISABLED ((blk_flags_t)(1u << 0))
#define BLK_FLAG_MISALIGNED ((blk_flags_t)(1u << 1))
#define BLK_FLAG_IOSTATS_PASSTHROUGH ((blk_flags_t)(1u << 2))

/* Sizes are bytes unless a name says sectors (of 512 bytes) or segments. */
struct queue_limits {
	blk_features_t features;
	blk_flags_t flags;
	unsigned long seg_boundary_mask;
	unsigned long virt_boundary_mask;

	unsigned int max_hw_sectors;
	unsigned int max_dev_sectors;
	unsigned int chunk_sectors;
	unsigned int max_sectors;
	unsigned int max_user_sectors;
	unsigned int max_segment_size;
	unsigned int min_segment_size;
	unsigned int physical_block_size;
	unsigned int logical_block_size;
	unsigned int alignment_offset;
	unsigned int io_min;
	unsigned int io_opt;
	unsigned int max_discard_sectors;
	unsigned int max_hw_discard_sectors;
	unsigned int max_user_discard_sectors;
	unsigned int max_secure_erase_sectors;
	unsigned int max_write_zeroes_sectors;
	unsigned int max_wzeroes_unmap_sectors;
	unsigned int max_hw_wzeroes_unmap_sectors;
	unsigned int max_user_wzeroes_unmap_sectors;
	unsigned int max_hw_zone_append_sectors;
	unsigned int max_zone_append_sectors;
	unsigned int discard_granularity;
	unsigned int discard_alignment;
	unsigned int zone_write_granularity;

	unsigned int atomic_write_hw_max;
	unsigned int atomic_write_max_sectors;
	unsigned int atomic_write_hw_boundary;
	unsigned int atomic_write_boundary_sectors;
	unsigned int atomic_write_hw_unit_min;
	unsigned int atomic_write_unit_min;
	unsigned int atomic_write_hw_unit_max;
	unsigned int atomic_write_unit_max;

	unsigned short max_segments;
	unsigned short max_integrity_segments;
	unsigned short max_discard_segments;

	unsigned short max_write_streams;
	unsigned int write_stream_granularity;

	unsigned int max_open_zones;
	unsigned int max_active_zones;

	unsigned int dma_alignment;
	unsigned int dma_pad_mask;

	struct blk_integrity integrity;
};

/* ---- queues ---------------------------------------------------------- */

enum {
	QUEUE_FLAG_DYING,
	QUEUE_FLAG_NOMERGES,
	QUEUE_FLAG_SAME_COMP,
	QUEUE_FLAG_FAIL_IO,
	QUEUE_FLAG_NOXMERGES,
	QUEUE_FLAG_SAME_FORCE,
	QUEUE_FLAG_INIT_DONE,
	QUEUE_FLAG_STATS,
	QUEUE_FLAG_REGISTERED,
	QUEUE_FLAG_QUIESCED,
	QUEUE_FLAG_RQ_ALLOC_TIME,
	QUEUE_FLAG_HCTX_ACTIVE,
	QUEUE_FLAG_SQ_SCHED,
	QUEUE_FLAG_MAX
};

/**
 * struct request_queue - the way from bios to a driver
 * @queuedata: the driver's
 * @rq_timeout: jiffies a request may take
 * @queue_ctx: one software context per CPU
 * @hctxs: @nr_hw_queues hardware contexts
 * @usage: entries: submitters and requests alive
 * @mq_freeze_depth: > 0: nobody new may enter
 * @mq_freeze_wq: waits for @usage to drain and for the thaw
 * @quiesce_depth: protected by @queue_lock
 * @requeue_list: requests to insert at the head, or as DONTPREP says
 * @timeout_armed: @timeout will fire at @timeout_at, or its work is due
 * @limits_lock: held between queue_limits_start_update() and commit
 */
struct request_queue {
	void *queuedata;
	const struct blk_mq_ops *mq_ops;
	unsigned long queue_flags;
	unsigned int rq_timeout;
	refcount_t refs;
	unsigned int nr_hw_queues;
	unsigned int nr_requests;
	struct blk_mq_hw_ctx **hctxs;
	struct blk_mq_ctx *queue_ctx;
	struct queue_limits limits;
	struct gendisk *disk;
	struct device *dev;
	struct blk_mq_tag_set *tag_set;
	struct list_head tag_set_list;
	int id;
	int node;

	atomic_long_t usage;
	int mq_freeze_depth;
	struct mutex mq_freeze_lock;
	wait_queue_head_t mq_freeze_wq;

	spinlock_t queue_lock;
	int quiesce_depth;

	spinlock_t requeue_lock;
	struct list_head requeue_list;
	struct delayed_work requeue_work;

	struct timer_list timeout;
	bool timeout_armed;
	unsigned long timeout_at;
	struct work_struct timeout_work;

	struct mutex limits_lock;
	struct list_head sim_list;
};

#define blk_queue_dying(q) test_bit(QUEUE_FLAG_DYING, &(q)->queue_flags)
#define blk_queue_init_done(q) test_bit(QUEUE_FLAG_INIT_DONE, &(q)->queue_flags)
#define blk_queue_nomerges(q) test_bit(QUEUE_FLAG_NOMERGES, &(q)->queue_flags)
#define blk_queue_noxmerges(q) test_bit(QUEUE_FLAG_NOXMERGES, &(q)->queue_flags)
#define blk_queue_registered(q) \
	test_bit(QUEUE_FLAG_REGISTERED, &(q)->queue_flags)
#define blk_queue_quiesced(q) test_bit(QUEUE_FLAG_QUIESCED, &(q)->queue_flags)
#define blk_queue_nonrot(q) (!((q)->limits.features & BLK_FEAT_ROTATIONAL))
#define blk_queue_io_stat(q) ((q)->limits.features & BLK_FEAT_IO_STAT)
#define blk_queue_pci_p2pdma(q) ((q)->limits.features & BLK_FEAT_PCI_P2PDMA)
#define blk_queue_skip_tagset_quiesce(q) \
	((q)->limits.features & BLK_FEAT_SKIP_TAGSET_QUIESCE)

#define blk_noretry_request(rq) ((rq)->cmd_flags & REQ_FAILFAST_MASK)

#define for_each_bio(_bio) for (; _bio; _bio = _bio->bi_next)

static inline bool queue_is_mq(struct request_queue *q)
{
	return q->mq_ops != NULL;
}

static inline bool blk_op_is_passthrough(blk_opf_t op)
{
	op &= REQ_OP_MASK;
	return op == REQ_OP_DRV_IN || op == REQ_OP_DRV_OUT;
}

void blk_queue_flag_set(unsigned int flag, struct request_queue *q);
void blk_queue_flag_clear(unsigned int flag, struct request_queue *q);

bool __must_check blk_get_queue(struct request_queue *q);
void blk_put_queue(struct request_queue *q);
int blk_queue_enter(struct request_queue *q, blk_mq_req_flags_t flags);
void blk_queue_exit(struct request_queue *q);
void blk_sync_queue(struct request_queue *q);
void blk_queue_rq_timeout(struct request_queue *q, unsigned int timeout);

int kblockd_schedule_work(struct work_struct *work);
int kblockd_mod_delayed_work_on(int cpu, struct delayed_work *dwork,
				unsigned long delay);

const char *blk_op_str(enum req_op op);
int blk_status_to_errno(blk_status_t status);
blk_status_t errno_to_blk_status(int error);
const char *blk_status_to_str(blk_status_t status);

/* ---- limits: changing and reading ------------------------------------ */

int blk_validate_limits(struct queue_limits *lim);
void blk_set_stacking_limits(struct queue_limits *lim);
int queue_limits_commit_update(struct request_queue *q,
			       struct queue_limits *lim);
int queue_limits_commit_update_frozen(struct request_queue *q,
				      struct queue_limits *lim);
int queue_limits_set(struct request_queue *q, struct queue_limits *lim);

/**
 * queue_limits_start_update() - begin to change the limits of @q
 *
 * Context: may sleep; holds limits_lock until commit or cancel.
 * Return: a copy to edit.
 */
static inline struct queue_limits
queue_limits_start_update(struct request_queue *q)
{
	mutex_lock(&q->limits_lock);
	return q->limits;
}

static inline void queue_limits_cancel_update(struct request_queue *q)
{
	mutex_unlock(&q->limits_lock);
}

static inline unsigned int queue_max_sectors(const struct request_queue *q)
{
	return q->limits.max_sectors;
}

static inline unsigned int queue_max_bytes(struct request_queue *q)
{
	return min_t(unsigned int, q->limits.max_sectors, INT_MAX >> 9) << 9;
}

static inline unsigned int queue_max_hw_sectors(const struct request_queue *q)
{
	return q->limits.max_hw_sectors;
}

static inline unsigned short queue_max_segments(const struct request_queue *q)
{
	return q->limits.max_segments;
}

static inline unsigned short
queue_max_discard_segments(const struct request_queue *q)
{
	return q->limits.max_discard_segments;
}

static inline unsigned int queue_max_segment_size(const struct request_queue *q)
{
	return q->limits.max_segment_size;
}

static inline unsigned long
queue_segment_boundary(const struct request_queue *q)
{
	return q->limits.seg_boundary_mask;
}

static inline unsigned long queue_virt_boundary(const struct request_queue *q)
{
	return q->limits.virt_boundary_mask;
}

static inline unsigned int
queue_logical_block_size(const struct request_queue *q)
{
	return q->limits.logical_block_size;
}

static inline unsigned int
queue_physical_block_size(const struct request_queue *q)
{
	return q->limits.physical_block_size;
}

static inline unsigned int queue_io_min(const struct request_queue *q)
{
	return q->limits.io_min;
}

static inline unsigned int queue_io_opt(const struct request_queue *q)
{
	return q->limits.io_opt;
}

static inline unsigned int queue_dma_alignment(const struct request_queue *q)
{
	return q->limits.dma_alignment;
}

/* Sectors from @offset to the next multiple of @boundary. */
static inline unsigned int blk_boundary_sectors_left(sector_t offset,
						     unsigned int boundary)
{
	return boundary - (unsigned int)(offset % boundary);
}

/* ---- block devices and disks ----------------------------------------- */

#define DISK_NAME_LEN 32

#define GENHD_FL_REMOVABLE (1 << 0)
#define GENHD_FL_HIDDEN (1 << 1)
#define GENHD_FL_NO_PART (1 << 2)

#define GD_NEED_PART_SCAN 0
#define GD_READ_ONLY 1
#define GD_DEAD 2
#define GD_NATIVE_CAPACITY 3
#define GD_ADDED 4
#define GD_SUPPRESS_PART_SCAN 5
#define GD_OWNS_QUEUE 6

struct block_device_operations {
	void (*submit_bio)(struct bio *bio);
	int (*open)(struct gendisk *disk, blk_mode_t mode);
	void (*release)(struct gendisk *disk);
	int (*ioctl)(struct block_device *bdev, blk_mode_t mode,
		     unsigned int cmd, unsigned long arg);
	int (*compat_ioctl)(struct block_device *bdev, blk_mode_t mode,
			    unsigned int cmd, unsigned long arg);
	int (*getgeo)(struct block_device *bdev, struct hd_geometry *geo);
	int (*set_read_only)(struct block_device *bdev, bool ro);
	void (*free_disk)(struct gendisk *disk);
	struct module *owner;
	const struct pr_ops *pr_ops;
};

/**
 * struct gendisk - a disk
 * @part0: the whole disk as a block device; its bd_device counts references
 * @bio_split: bios for the front parts of splits
 * @state: GD_* bits
 */
struct gendisk {
	int major;
	int first_minor;
	int minors;
	char disk_name[DISK_NAME_LEN];
	struct block_device *part0;
	const struct block_device_operations *fops;
	struct request_queue *queue;
	void *private_data;
	struct bio_set bio_split;
	int flags;
	unsigned long state;
	int node_id;
	struct list_head sim_list;
};

#define disk_to_dev(disk) (&(disk)->part0->bd_device)
#define dev_to_disk(device) (dev_to_bdev(device)->bd_disk)

static inline bool disk_live(struct gendisk *disk)
{
	return test_bit(GD_ADDED, &disk->state) &&
	       !test_bit(GD_DEAD, &disk->state);
}

int __must_check device_add_disk(struct device *parent, struct gendisk *disk,
				 const struct attribute_group **groups);
void del_gendisk(struct gendisk *gp);
void put_disk(struct gendisk *disk);
void blk_mark_disk_dead(struct gendisk *disk);
void set_capacity(struct gendisk *disk, sector_t size);
bool set_capacity_and_notify(struct gendisk *disk, sector_t size);
void set_disk_ro(struct gendisk *disk, bool read_only);

static inline int __must_check add_disk(struct gendisk *disk)
{
	return device_add_disk(NULL, disk, NULL);
}

static inline sector_t bdev_nr_sectors(struct block_device *bdev)
{
	return bdev->bd_nr_sectors;
}

static inline loff_t bdev_nr_bytes(struct block_device *bdev)
{
	return (loff_t)bdev_nr_sectors(bdev) << SECTOR_SHIFT;
}

static inline sector_t get_capacity(struct gendisk *disk)
{
	return bdev_nr_sectors(disk->part0);
}

static inline sector_t get_start_sect(struct block_device *bdev)
{
	return bdev->bd_start_sect;
}

static inline int get_disk_ro(struct gendisk *disk)
{
	return test_bit(GD_READ_ONLY, &disk->state) ||
	       (atomic_read(&disk->part0->__bd_flags) & BD_READ_ONLY);
}

static inline bool bdev_read_only(struct block_device *bdev)
{
	return (atomic_read(&bdev->__bd_flags) & BD_READ_ONLY) ||
	       get_disk_ro(bdev->bd_disk);
}

static inline struct request_queue *bdev_get_queue(struct block_device *bdev)
{
	return bdev->bd_queue;
}

static inline const struct queue_limits *bdev_limits(struct block_device *bdev)
{
	return &bdev_get_queue(bdev)->limits;
}

static inline unsigned int bdev_logical_block_size(struct block_device *bdev)
{
	return bdev_limits(bdev)->logical_block_size;
}

static inline unsigned int bdev_physical_block_size(struct block_device *bdev)
{
	return bdev_limits(bdev)->physical_block_size;
}

static inline unsigned int bdev_max_discard_sectors(struct block_device *bdev)
{
	return bdev_limits(bdev)->max_discard_sectors;
}

static inline unsigned int bdev_discard_granularity(struct block_device *bdev)
{
	return bdev_limits(bdev)->discard_granularity;
}

static inline unsigned int
bdev_max_secure_erase_sectors(struct block_device *bdev)
{
	return bdev_limits(bdev)->max_secure_erase_sectors;
}

static inline unsigned int bdev_write_zeroes_sectors(struct block_device *bdev)
{
	return bdev_limits(bdev)->max_write_zeroes_sectors;
}

static inline unsigned int bdev_dma_alignment(struct block_device *bdev)
{
	return bdev_limits(bdev)->dma_alignment;
}

static inline bool blk_queue_write_cache(struct request_queue *q)
{
	if (q->limits.flags & BLK_FLAG_WRITE_CACHE_DISABLED)
		return false;
	return (q->limits.features & BLK_FEAT_WRITE_CACHE) != 0;
}

static inline bool bdev_write_cache(struct block_device *bdev)
{
	return blk_queue_write_cache(bdev_get_queue(bdev));
}

static inline bool bdev_fua(struct block_device *bdev)
{
	return (bdev_limits(bdev)->features & BLK_FEAT_FUA) != 0;
}

static inline bool bdev_nowait(struct block_device *bdev)
{
	return (bdev_limits(bdev)->features & BLK_FEAT_NOWAIT) != 0;
}

static inline bool bdev_nonrot(struct block_device *bdev)
{
	return blk_queue_nonrot(bdev_get_queue(bdev));
}

int blkdev_issue_flush(struct block_device *bdev);
int blkdev_issue_discard(struct block_device *bdev, sector_t sector,
			 sector_t nr_sects, gfp_t gfp_mask);

/* ---- plugging and batches -------------------------------------------- */

struct rq_list {
	struct request *head;
	struct request *tail;
};

/**
 * struct io_comp_batch - requests completed together
 * @need_ts: one of them wants a time stamp
 * @complete: what the driver gave to blk_mq_add_to_batch()
 */
struct io_comp_batch {
	struct rq_list req_list;
	bool need_ts;
	void (*complete)(struct io_comp_batch *);
};

#define DEFINE_IO_COMP_BATCH(name) struct io_comp_batch name = {}

/**
 * struct blk_plug - requests of a task that are held back for company
 * @mq_list: them, oldest first
 * @rq_count: how many
 * @multiple_queues: they belong to more than one queue
 */
struct blk_plug {
	struct rq_list mq_list;
	struct rq_list cached_rqs;
	u64 cur_ktime;
	unsigned short nr_ios;
	unsigned short rq_count;
	bool multiple_queues;
	bool has_elevator;
	struct list_head cb_list;
};

void blk_start_plug(struct blk_plug *plug);
void blk_start_plug_nr_ios(struct blk_plug *plug, unsigned short nr_ios);
void blk_finish_plug(struct blk_plug *plug);
void __blk_flush_plug(struct blk_plug *plug, bool from_schedule);

static inline void blk_flush_plug(struct blk_plug *plug, bool async)
{
	if (plug)
		__blk_flush_plug(plug, async);
}

#define BLK_POLL_ONESHOT (1 << 0)

int bio_poll(struct bio *bio, struct io_comp_batch *iob, unsigned int flags);

#define dma_map_bvec(dev, bv, dir, attrs)                                     \
	dma_map_page_attrs(dev, (bv)->bv_page, (bv)->bv_offset, (bv)->bv_len, \
			   (dir), (attrs))

#endif
