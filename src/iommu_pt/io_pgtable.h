/* SPDX-License-Identifier: MIT */
/* Private to the io_pgtable*.c: one table of any kind. */
#ifndef DMASIM_IOMMU_PT_IO_PGTABLE_H
#define DMASIM_IOMMU_PT_IO_PGTABLE_H

#include <linux/generic_pt/iommu.h>
#include <linux/io-pgtable.h>
#include <linux/spinlock.h>

/**
 * struct io_table - a struct io_pgtable and the page table that serves it
 * @kind: for messages
 * @domain_ops: lets the table have replaced tables flushed
 * @top_lock: around a change of the top (AMD_IOMMU_V1)
 * @top_changed: the root is another one; fill in iop.cfg
 * @upper: address bits that the caller sets and the table does not see
 * @stale: the walker does not snoop: what is written must be cleaned for it
 * @why: why there will be no table, if the reason is known
 * @arm: overlaps, holes and parts of large pages are what ARM makes of them
 */
struct io_table {
	struct io_pgtable iop;
	union {
		struct pt_iommu pt;
		struct pt_iommu_amdv1 amdv1;
		struct pt_iommu_x86_64 x86_64;
		struct pt_iommu_arm arm_pt;
	};
	const char *kind;
	struct iommu_domain_ops domain_ops;
	spinlock_t top_lock;
	void (*top_changed)(struct io_table *t, phys_addr_t root,
			    unsigned int mode);
	unsigned long upper;
	const char *why;
	bool stale;
	bool arm;
};

/** io_table_refuse() - event: why there is no table of @kind. Returns NULL. */
struct io_pgtable *io_table_refuse(const struct io_pgtable_cfg *cfg,
				   const char *kind, const char *why);

/**
 * io_table_new() - a table without its struct pt_iommu's init
 * @quirks: those that the kind has
 * @stale: clean what is written, for cfg->iommu_dev
 *
 * Return: NULL, after an event, for other quirks and without memory.
 */
struct io_table *io_table_new(const struct io_pgtable_cfg *cfg, void *cookie,
			      const char *kind, unsigned long quirks,
			      bool stale);

/**
 * io_table_ready() - init said @ret: hand the table out, or free it
 * @cfg: the caller's; gets what t->iop.cfg has by now
 */
struct io_pgtable *io_table_ready(struct io_table *t,
				  struct io_pgtable_cfg *cfg, int ret);

/** io_table_free() - struct io_pgtable_init_fns.free of all kinds */
void io_table_free(struct io_pgtable *iop);

static inline struct io_table *to_io_table(struct io_pgtable_ops *ops)
{
	return container_of(ops, struct io_table, iop.ops);
}

#endif
