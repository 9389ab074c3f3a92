/* SPDX-License-Identifier: MIT */
/*
 * The layout table as one mode sees it; compiled once for each.
 */
#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/hrtimer.h>
#include <linux/idr.h>
#include <linux/interval_tree.h>
#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/iova.h>
#include <linux/jump_label.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/percpu-refcount.h>
#include <linux/ratelimit.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/scatterlist.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/timer.h>
#include <linux/uuid.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "shim/layout.h"

#define SIZE(type) { #type, sizeof(type) },
#define OFFSET(type, member) { #type "." #member, offsetof(type, member) },

const struct layout_row LAYOUT_NAME[] = {
#include "shim/layout_table.h"
};

#define LAYOUT_ROWS_OF(name) CONCATENATE(name, _rows)
#include <linux/args.h>
const unsigned int LAYOUT_ROWS_OF(LAYOUT_NAME) = ARRAY_SIZE(LAYOUT_NAME);
