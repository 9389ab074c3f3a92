/* SPDX-License-Identifier: MIT */
/*
 * Driver of the simulated IOMMU: domains on our page tables, contexts by
 * requester id. Takes the place of drivers/iommu/{amd,intel}; what must be
 * forgotten is decided here, in which words it is said by inv_<hw>.c.
 *
 * A domain embeds the page table of its format and keeps the list of attached
 * devices, because a grown table has a new root that every context must name.
 *
 * S1  A device is on exactly one domain's list, or its context blocks or
 *     bypasses.
 * S2  Table pages are freed only after the invalidation of iotlb_sync or, for
 *     a whole domain, after its last device left and its tag was invalidated.
 * S3  Each fault record is reported to the core once, in order.
 * Locks: domain->lock protects the device list and the top of the table; it is
 *     taken in atomic context. sim.lock is a leaf.
 * Tests: tests/unit/iommu/test_group.c, tests/api/test_iommu_core.c
 */
#include <linux/generic_pt/iommu.h>
#include <linux/bug.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/log2.h>
#include <linux/pci-ats.h>
#include <linux/pci.h>
#include <linux/printk.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "iommu/core.h"
#include "iommu/inv.h"
#include "iommu/sim_iommu.h"
#include "iommu_pt/iommu_pt_api.h"
#include "pci/pci.h"

/* x86: writes here are interrupts, whatever the tables say. */
#define SIM_MSI_START 0xfee00000ULL
#define SIM_MSI_LENGTH 0x100000UL

/* SMMU: a window where software may map the addresses of messages. */
#define SIM_SW_MSI_START 0x8000000ULL
#define SIM_SW_MSI_LENGTH 0x100000UL

#define SIM_MAX_DOMAIN_ID 0xffff

struct sim_domain {
	union {
		struct iommu_domain domain;
		struct pt_iommu pt;
		struct sim_table table;
	};
	const struct pt_iommu_ops *format_ops;
	struct pt_iommu_ops clean_ops; /* the same for walks that do not snoop */
	spinlock_t lock;
	struct list_head devices;
	struct list_head seats; /* struct sim_seat */
	unsigned int nr_ats; /* of @devices and @seats: the device has ATS */
	struct sim_tag tag;
	bool dirty; /* what devices write to is marked */
};

PT_IOMMU_CHECK_DOMAIN(struct sim_domain, pt, domain);
PT_IOMMU_CHECK_DOMAIN(struct sim_domain, table.iommu, domain);

#define SIM_MAX_IDS 2
#define SIM_MAX_PASIDS (1u << 20)
#define SIM_MAX_PAGE_REQUESTS 32

/* dev_iommu_priv: one device, by all names that its requests may have */
struct sim_requester {
	struct list_head node; /* on domain->devices */
	struct list_head all; /* on sim.requesters */
	struct device *dev;
	struct sim_domain *domain; /* NULL: bypass or block */
	struct sim_tag tag; /* in its context entries */
	bool ats; /* it keeps translations for itself: */
	struct sim_device_tlb tlb;
	struct list_head seats; /* under the mutex of its group */
	unsigned int nr_handled; /* attachments that handle page requests */
	unsigned int nr_rids;
	u16 rid[SIM_MAX_IDS]; /* its own first */
};

/* A PASID of a device that has a domain. */
struct sim_seat {
	struct list_head node; /* on domain->seats */
	struct list_head of_device;
	struct sim_requester *req;
	struct sim_domain *domain;
	u32 pasid;
};

static struct {
	const struct sim_format *format;
	unsigned int levels;
	u64 granule; /* smallest page offered, 0: the format's */
	bool shadow_on_flush;
	bool deferred_attach;
	struct iommu_domain_ops ops; /* of domains with tables */
	bool registered;
	struct iopf_queue *pages; /* devices that ask for pages */
	unsigned int domains;
	struct iommu_device hw;
	spinlock_t lock; /* protects the rest */
	struct list_head requesters;
	u64 next_fault; /* record to report next */
} sim;

static DEFINE_IDA(sim_domain_ida);

static struct sim_domain *to_sim(struct iommu_domain *domain)
{
	return container_of(domain, struct sim_domain, domain);
}

/* ---- contexts --------------------------------------------------------------- */

static bool sim_is_lazy(struct sim_domain *sd)
{
	return sd->domain.type == IOMMU_DOMAIN_DMA_FQ;
}

/*
 * The context entries of @req were rewritten. Only now, when it cannot fetch more,
 * what it led to is forgotten: the next owner of the tag must not inherit
 * translations.
 */
static void sim_context_written(struct sim_requester *req,
				const struct sim_tag *tag)
{
	const struct sim_tag was = req->tag;
	struct sim_inv_batch b;
	unsigned int i;

	req->tag = *tag;
	sim_inv_begin(&b);
	for (i = 0; i < req->nr_rids; i++)
		sim_inv_context(&b, req->rid[i], &was);
	if (was.id && was.id != tag->id)
		sim_inv_all(&b, &was);
	if (was.id && was.id != tag->id && req->ats)
		sim_inv_device(&b, &req->tlb, &was, 0, U64_MAX);
	sim_inv_end(&b);
}

static bool sim_marks_dirty(const struct sim_domain *sd)
{
	return sd->dirty || (sd->domain.dirty_ops && sim.format->dirty_fixed);
}

static void sim_write_root(struct sim_requester *req, struct sim_domain *sd,
			   const struct sim_root *root)
{
	unsigned int i;

	for (i = 0; i < req->nr_rids; i++)
		sim_hw_context_table(req->rid[i], sim.format, root, &sd->tag,
				     sim_is_lazy(sd), sim_marks_dirty(sd));
	sim_context_written(req, &sd->tag);
}

static void sim_write_table(struct sim_requester *req)
{
	struct sim_domain *sd = req->domain;
	struct sim_root root = {};

	sim.format->root(&sd->pt, &root);
	sim_write_root(req, sd, &root);
}

static bool sim_write_seat_root(struct sim_seat *seat,
				const struct sim_root *root)
{
	struct sim_domain *sd = seat->domain;
	bool ok = true;
	unsigned int i;

	for (i = 0; i < seat->req->nr_rids; i++)
		ok &= sim_hw_pasid_table(seat->req->rid[i], seat->pasid,
					 sim.format, root, &sd->tag,
					 sim_marks_dirty(sd));
	return ok;
}

/* What the entries of @seat said before is forgotten, with @old's translations. */
static void sim_forget_seat(struct sim_seat *seat, const struct sim_domain *old)
{
	struct sim_tag was = old ? old->tag : (struct sim_tag){};
	struct sim_inv_batch b;
	unsigned int i;

	was.pasid = seat->pasid;
	sim_inv_begin(&b);
	for (i = 0; i < seat->req->nr_rids; i++)
		sim_inv_context(&b, seat->req->rid[i], &was);
	if (old && old != seat->domain) {
		sim_inv_all(&b, &old->tag);
		if (seat->req->ats)
			sim_inv_device(&b, &seat->req->tlb, &was, 0, U64_MAX);
	}
	sim_inv_end(&b);
}

/* All entries that lead to @sd say where it begins, and how, now. Its lock held. */
static void sim_write_all_root(struct sim_domain *sd,
			       const struct sim_root *root)
{
	struct sim_requester *req;
	struct sim_seat *seat;

	list_for_each_entry(req, &sd->devices, node)
		sim_write_root(req, sd, root);
	list_for_each_entry(seat, &sd->seats, node) {
		sim_write_seat_root(seat, root);
		sim_forget_seat(seat, sd);
	}
}

static void sim_write_all(struct sim_domain *sd)
{
	struct sim_root root = {};

	sim.format->root(&sd->pt, &root);
	sim_write_all_root(sd, &root);
}

/*
 * An attachment of @req goes to @domain, NULL: to none that handles page requests.
 * Under the mutex of its group. 0, -EOPNOTSUPP, -ENOMEM.
 */
static int sim_handle_pages(struct sim_requester *req,
			    const struct iommu_domain *domain)
{
	int ret;

	if (!domain || !domain->iopf_handler)
		return 0;
	if (!to_pci_dev(req->dev)->pri_enabled)
		return -EOPNOTSUPP;
	if (!req->nr_handled) {
		ret = iopf_queue_add_device(sim.pages, req->dev);
		if (ret)
			return ret;
	}
	req->nr_handled++;
	return 0;
}

/* One that left @domain, after its context did: nothing more can come. */
static void sim_unhandle_pages(struct sim_requester *req,
			       const struct iommu_domain *domain)
{
	if (domain && domain->iopf_handler && !--req->nr_handled)
		iopf_queue_remove_device(sim.pages, req->dev);
}

/* S1: off the list of its domain. Its context entry stays as it is. */
static void sim_leave_domain(struct sim_requester *req)
{
	struct sim_domain *sd = req->domain;
	unsigned long flags;

	if (!sd)
		return;
	spin_lock_irqsave(&sd->lock, flags);
	list_del(&req->node);
	WRITE_ONCE(sd->nr_ats, sd->nr_ats - req->ats);
	req->domain = NULL;
	spin_unlock_irqrestore(&sd->lock, flags);
}

static int sim_attach_paging(struct iommu_domain *domain, struct device *dev)
{
	struct sim_requester *req = dev_iommu_priv_get(dev);
	struct sim_domain *sd = to_sim(domain), *old = req->domain;
	unsigned long flags;
	int ret = sim_handle_pages(req, domain);

	if (ret)
		return ret;
	sim_leave_domain(req);
	spin_lock_irqsave(&sd->lock, flags);
	req->domain = sd;
	list_add(&req->node, &sd->devices);
	WRITE_ONCE(sd->nr_ats, sd->nr_ats + req->ats);
	/* Before the device can fetch anything: see sim_flush_devices(). */
	smp_mb();
	sim_write_table(req);
	spin_unlock_irqrestore(&sd->lock, flags);
	sim_unhandle_pages(req, old ? &old->domain : NULL);
	return 0;
}

/* Without tables: bypass or block. */
static void sim_attach_none(struct sim_requester *req, void (*write)(u16 rid))
{
	static const struct sim_tag none;
	struct sim_domain *old = req->domain;
	unsigned int i;

	sim_leave_domain(req);
	for (i = 0; i < req->nr_rids; i++)
		write(req->rid[i]);
	sim_context_written(req, &none);
	sim_unhandle_pages(req, old ? &old->domain : NULL);
}

static int sim_attach_identity(struct iommu_domain *domain, struct device *dev)
{
	sim_attach_none(dev_iommu_priv_get(dev), sim_hw_context_bypass);
	return 0;
}

static int sim_attach_blocked(struct iommu_domain *domain, struct device *dev)
{
	sim_attach_none(dev_iommu_priv_get(dev), sim_hw_context_block);
	return 0;
}

/* ---- PASIDs ------------------------------------------------------------------ */

static struct sim_seat *sim_find_seat(struct sim_requester *req, u32 pasid)
{
	struct sim_seat *seat;

	list_for_each_entry(seat, &req->seats, of_device)
		if (seat->pasid == pasid)
			return seat;
	return NULL;
}

/* Return: the domain that it leaves, NULL for a new one. */
static struct sim_domain *sim_unseat(struct sim_seat *seat)
{
	struct sim_domain *old = seat->domain;
	unsigned long flags;

	if (!old)
		return NULL;
	spin_lock_irqsave(&old->lock, flags);
	list_del(&seat->node);
	WRITE_ONCE(old->nr_ats, old->nr_ats - seat->req->ats);
	seat->domain = NULL;
	spin_unlock_irqrestore(&old->lock, flags);
	return old;
}

static bool sim_seat_at(struct sim_seat *seat, struct sim_domain *sd)
{
	struct sim_root root = {};
	unsigned long flags;
	bool ok;

	spin_lock_irqsave(&sd->lock, flags);
	seat->domain = sd;
	list_add(&seat->node, &sd->seats);
	WRITE_ONCE(sd->nr_ats, sd->nr_ats + seat->req->ats);
	smp_mb(); /* as in sim_attach_paging() */
	sim.format->root(&sd->pt, &root);
	ok = sim_write_seat_root(seat, &root);
	spin_unlock_irqrestore(&sd->lock, flags);
	return ok;
}

static void sim_free_seat(struct sim_seat *seat)
{
	struct sim_domain *old = sim_unseat(seat);
	unsigned int i;

	for (i = 0; i < seat->req->nr_rids; i++)
		sim_hw_pasid_block(seat->req->rid[i], seat->pasid);
	sim_forget_seat(seat, old);
	sim_unhandle_pages(seat->req, old ? &old->domain : NULL);
	list_del(&seat->of_device);
	kfree(seat);
}

static int sim_set_dev_pasid(struct iommu_domain *domain, struct device *dev,
			     ioasid_t pasid, struct iommu_domain *old_domain)
{
	struct sim_requester *req = dev_iommu_priv_get(dev);
	struct sim_seat *seat = sim_find_seat(req, pasid);
	struct sim_domain *old;
	int ret = sim_handle_pages(req, domain);

	if (ret)
		return ret;
	if (!seat) {
		seat = kzalloc(sizeof(*seat), GFP_KERNEL);
		if (!seat) {
			sim_unhandle_pages(req, domain);
			return -ENOMEM;
		}
		seat->req = req;
		seat->pasid = pasid;
		list_add(&seat->of_device, &req->seats);
	}
	old = sim_unseat(seat);
	if (!sim_seat_at(seat, to_sim(domain))) {
		/* Only a new entry takes memory. */
		sim_free_seat(seat);
		return -ENOMEM;
	}
	sim_forget_seat(seat, old);
	sim_unhandle_pages(req, old ? &old->domain : NULL);
	return 0;
}

static int sim_block_dev_pasid(struct iommu_domain *domain, struct device *dev,
			       ioasid_t pasid, struct iommu_domain *old)
{
	struct sim_seat *seat = sim_find_seat(dev_iommu_priv_get(dev), pasid);

	if (seat)
		sim_free_seat(seat);
	return 0;
}

/* ---- invalidation ------------------------------------------------------------- */

/*
 * After the IOMMU itself, which answers devices from what it has cached. Who
 * does not see an attached device yet has cleared its entries before that device
 * can fetch one.
 */
static void sim_flush_devices(struct sim_inv_batch *b, struct sim_domain *sd,
			      u64 first, u64 last)
{
	struct sim_requester *req;
	struct sim_seat *seat;
	unsigned long flags;

	smp_mb();
	if (likely(!READ_ONCE(sd->nr_ats)))
		return;
	spin_lock_irqsave(&sd->lock, flags);
	list_for_each_entry(req, &sd->devices, node)
		if (req->ats)
			sim_inv_device(b, &req->tlb, &sd->tag, first, last);
	/* A device knows its translations by PASID, and by nothing else. */
	list_for_each_entry(seat, &sd->seats, node) {
		struct sim_tag tag = sd->tag;

		tag.pasid = seat->pasid;
		if (seat->req->ats)
			sim_inv_device(b, &seat->req->tlb, &tag, first, last);
	}
	spin_unlock_irqrestore(&sd->lock, flags);
}

static int sim_flush(struct sim_domain *sd, u64 first, u64 last, bool leaf_only,
		     size_t pgsize)
{
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_range(&b, &sd->tag, first, last, leaf_only, pgsize);
	sim_flush_devices(&b, sd, first, last);
	return sim_inv_end(&b);
}

static int sim_flush_tag(struct sim_domain *sd)
{
	struct sim_inv_batch b;

	sim_inv_begin(&b);
	sim_inv_all(&b, &sd->tag);
	sim_flush_devices(&b, sd, 0, U64_MAX);
	return sim_inv_end(&b);
}

static void sim_flush_iotlb_all(struct iommu_domain *domain)
{
	lib_counter_add(&iommu_counters.flushes_all, 1);
	sim_hw_flush(&to_sim(domain)->tag, false);
	sim_flush_tag(to_sim(domain));
	sim_hw_flush(&to_sim(domain)->tag, true);
}

static int sim_iotlb_sync_map(struct iommu_domain *domain, unsigned long iova,
			      size_t size)
{
	if (should_fail_site(DMASIM_SITE_IOMMU_SYNC))
		return -EIO;
#ifdef DMASIM_DEBUG
	if (size)
		sim_hw_mapped(&to_sim(domain)->tag, iova, iova + size - 1);
#endif
	if (!size || !sim_hw_caching_mode())
		return 0;
	return sim_flush(to_sim(domain), iova, iova + size - 1, true, 0);
}

static void sim_clean(struct sim_domain *sd, u64 first, u64 last)
{
	sim_clean_walks(&sd->pt, sd->format_ops, first, last);
}

/* An error has been logged; there is nobody to tell. */
static void sim_iotlb_sync(struct iommu_domain *domain,
			   struct iommu_iotlb_gather *gather)
{
	struct sim_domain *sd = to_sim(domain);
	bool tables = !iommu_pages_list_empty(&gather->freelist);

	/* What took the place of these tables must be found before they go. */
	if (tables && gather->start <= gather->end && !sim_hw_walks_snoop())
		sim_clean(sd, gather->start, gather->end);
	if (lib_quirk(QUIRK_SYNC_NEEDS_PGSIZE) && !gather->pgsize &&
	    gather->start <= gather->end)
		lib_event(
			LIB_EVENT_MISUSE, "iommu-sync-ignored", NULL,
			gather->start, gather->end - gather->start + 1,
			"0x%lx..0x%lx is not invalidated: nobody told the page size",
			gather->start, gather->end);
	/* With a quirk the walk cache goes on pointing to freed tables. */
	else if (gather->start <= gather->end)
		sim_flush(sd, gather->start, gather->end,
			  !tables || lib_quirk(QUIRK_WALK_CACHE_KEPT),
			  gather->pgsize);
	else if (tables || lib_quirk(QUIRK_EMPTY_SYNC))
		sim_flush_tag(sd);
	if (tables)
		iommu_put_pages_list(&gather->freelist);
}

/* ---- walks that do not snoop ---------------------------------------------------- */

static int sim_clean_map_range(struct pt_iommu *pt, dma_addr_t iova,
			       phys_addr_t paddr, dma_addr_t len,
			       unsigned int prot, gfp_t gfp, size_t *mapped)
{
	struct sim_domain *sd = container_of(pt, struct sim_domain, pt);
	size_t before = *mapped, done;
	int ret;

	ret = sd->format_ops->map_range(pt, iova, paddr, len, prot, gfp,
					mapped);
	done = *mapped - before;
	if (done)
		sim_clean(sd, iova, iova + done - 1);
	return ret;
}

static size_t sim_clean_unmap_range(struct pt_iommu *pt, dma_addr_t iova,
				    dma_addr_t len,
				    struct iommu_iotlb_gather *gather)
{
	struct sim_domain *sd = container_of(pt, struct sim_domain, pt);
	size_t done = sd->format_ops->unmap_range(pt, iova, len, gather);

	if (done && !IS_ERR_VALUE(done))
		sim_clean(sd, iova, iova + done - 1);
	return done;
}

static void sim_clean_init(struct sim_domain *sd)
{
	sd->format_ops = sd->pt.ops;
	if (sim_hw_walks_snoop())
		return;
	sd->clean_ops = *sd->format_ops;
	sd->clean_ops.map_range = sim_clean_map_range;
	sd->clean_ops.unmap_range = sim_clean_unmap_range;
	sd->pt.ops = &sd->clean_ops;
}

/* ---- domains -------------------------------------------------------------------- */

static void sim_change_top(struct pt_iommu *pt, phys_addr_t top_paddr,
			   unsigned int top_level)
{
	struct sim_domain *sd = container_of(pt, struct sim_domain, pt);
	const struct sim_root root = { top_paddr, top_level + 1 };

	lockdep_assert_held(&sd->lock);
	if (!sim_hw_walks_snoop())
		sim_hw_clean(top_paddr, PAGE_SIZE);
	sim_write_all_root(sd, &root);
}

static spinlock_t *sim_get_top_lock(struct pt_iommu *pt)
{
	return &container_of(pt, struct sim_domain, pt)->lock;
}

static const struct pt_iommu_driver_ops sim_driver_ops = {
	.change_top = sim_change_top,
	.get_top_lock = sim_get_top_lock,
};

static const struct pt_iommu_driver_ops sim_clean_driver_ops = {
	.change_top = sim_change_top,
	.get_top_lock = sim_get_top_lock,
	.alloc_table = sim_clean_alloc_table,
	.free_table = sim_clean_free_table,
};

/* Drivers flush when they switch: whatever was cached knows nothing of it. */
static int sim_set_dirty_tracking(struct iommu_domain *domain, bool enabled)
{
	struct sim_domain *sd = to_sim(domain);
	unsigned long flags;
	bool was;

	spin_lock_irqsave(&sd->lock, flags);
	was = sd->dirty;
	WRITE_ONCE(sd->dirty, enabled);
	if (was != enabled)
		sim_write_all(sd);
	spin_unlock_irqrestore(&sd->lock, flags);
	return was == enabled ? 0 : sim_flush_tag(sd);
}

static int sim_read_and_clear_dirty(struct iommu_domain *domain,
				    unsigned long iova, size_t size,
				    unsigned long flags,
				    struct iommu_dirty_bitmap *dirty)
{
	struct sim_domain *sd = to_sim(domain);
	u64 last = iova + size - 1;

	/* P36: what is left from earlier would be taken for news. */
	if (!READ_ONCE(sd->dirty) && dirty->bitmap)
		return -EINVAL;
	if (size && last >= iova && dirty->bitmap)
		sim_hw_dirty_read(&sd->tag, iova, last);
	return sd->pt.ops->read_and_clear_dirty(&sd->pt, iova, size, flags,
						dirty);
}

static const struct iommu_dirty_ops sim_dirty_ops = {
	.set_dirty_tracking = sim_set_dirty_tracking,
	.read_and_clear_dirty = sim_read_and_clear_dirty,
};

static struct iommu_domain *sim_domain_alloc(bool dirty)
{
	struct sim_domain *sd = kzalloc(sizeof(*sd), GFP_KERNEL);
	int id, ret;

	if (!sd)
		return ERR_PTR(-ENOMEM);
	/* 0 is kept free: a tag of 0 in a dump means "none". */
	id = ida_alloc_range(&sim_domain_ida, 1, SIM_MAX_DOMAIN_ID, GFP_KERNEL);
	if (id < 0) {
		ret = id;
		goto err_free;
	}
	sd->tag.id = id;
	sd->tag.first_stage = sim.format->first_stage;
	sd->tag.granule_lg2 = sim.format->granule_lg2;
	spin_lock_init(&sd->lock);
	INIT_LIST_HEAD(&sd->devices);
	INIT_LIST_HEAD(&sd->seats);
	sd->pt.driver_ops = sim_hw_walks_snoop() ? &sim_driver_ops :
						   &sim_clean_driver_ops;
	sd->domain.ops = &sim.ops;
	ret = dirty ? sim.format->init_dirty(&sd->pt, sim.levels) :
		      sim.format->init(&sd->pt, sim.levels);
	if (ret)
		goto err_id;
	sim_clean_init(sd);
	if (dirty)
		sd->domain.dirty_ops = &sim_dirty_ops;
	/* Hardware that lacks the small pages; the table could write them. */
	if (sim.granule)
		sd->domain.pgsize_bitmap &= -sim.granule;
	sim.domains++;
	return &sd->domain;

err_id:
	ida_free(&sim_domain_ida, id);
err_free:
	kfree(sd);
	return ERR_PTR(ret);
}

static struct iommu_domain *sim_domain_alloc_paging(struct device *dev)
{
	return sim_domain_alloc(false);
}

/* Marks of walkers that do not snoop would have to be fetched from memory. */
static bool sim_can_mark(void)
{
	return sim.format->init_dirty && sim_hw_walks_snoop();
}

static struct iommu_domain *
sim_domain_alloc_paging_flags(struct device *dev, u32 flags,
			      const struct iommu_user_data *user_data)
{
	const u32 known = IOMMU_HWPT_ALLOC_DIRTY_TRACKING |
			  IOMMU_HWPT_ALLOC_PASID;
	bool dirty = flags & IOMMU_HWPT_ALLOC_DIRTY_TRACKING;

	if (flags & ~known || user_data || (dirty && !sim_can_mark()))
		return ERR_PTR(-EOPNOTSUPP);
	return sim_domain_alloc(dirty);
}

static void sim_domain_free(struct iommu_domain *domain)
{
	struct sim_domain *sd = to_sim(domain);

	WARN_ON(!list_empty(&sd->devices) || !list_empty(&sd->seats));
	sim_flush_tag(sd);
	pt_iommu_deinit(&sd->pt);
	ida_free(&sim_domain_ida, sd->tag.id);
	sim.domains--;
	kfree(sd);
}

static const struct iommu_domain_ops sim_identity_ops = {
	.attach_dev = sim_attach_identity,
};

static const struct iommu_domain_ops sim_blocked_ops = {
	.attach_dev = sim_attach_blocked,
	.set_dev_pasid = sim_block_dev_pasid,
};

static struct iommu_domain sim_identity = {
	.type = IOMMU_DOMAIN_IDENTITY,
	.ops = &sim_identity_ops,
};

static struct iommu_domain sim_blocked = {
	.type = IOMMU_DOMAIN_BLOCKED,
	.ops = &sim_blocked_ops,
};

/* ---- devices -------------------------------------------------------------------- */

static bool sim_capable(struct device *dev, enum iommu_cap cap)
{
	return cap == IOMMU_CAP_CACHE_COHERENCY ||
	       cap == IOMMU_CAP_DEFERRED_FLUSH ||
	       (cap == IOMMU_CAP_DIRTY_TRACKING && sim_can_mark());
}

static int sim_note_id(struct pci_dev *pdev, u16 alias, void *data)
{
	struct sim_requester *req = data;

	if (WARN_ON(req->nr_rids == SIM_MAX_IDS))
		return -ENOSPC;
	req->rid[req->nr_rids++] = alias;
	return 0;
}

static bool sim_is_called(const struct sim_requester *req, u16 rid)
{
	unsigned int i;

	for (i = 0; i < req->nr_rids; i++)
		if (req->rid[i] == rid)
			return true;
	return false;
}

/* What the device has, in the order that it wants: PASIDs before ATS. */
static void sim_enable_services(struct sim_requester *req)
{
	struct pci_dev *pdev = to_pci_dev(req->dev);
	u64 unit = sim.granule ?: 1ull << sim.format->granule_lg2;

	if (pdev->pasid_cap)
		pci_enable_pasid(pdev, 0);
	if (pci_pri_supported(pdev) && !pci_reset_pri(pdev))
		pci_enable_pri(pdev, SIM_MAX_PAGE_REQUESTS);
	/* Smaller pages than PCI Express knows are not for devices to keep. */
	if (pci_ats_supported(pdev) && unit >= 1u << PCI_ATS_MIN_STU)
		req->ats = !pci_enable_ats(pdev, ilog2(unit));
	if (req->ats)
		req->tlb = (struct sim_device_tlb){
			.rid = req->rid[0],
			.depth = pci_ats_queue_depth(pdev),
		};
}

static void sim_disable_services(struct sim_requester *req)
{
	struct pci_dev *pdev = to_pci_dev(req->dev);

	if (pdev->ats_enabled)
		pci_disable_ats(pdev);
	if (pdev->pri_enabled)
		pci_disable_pri(pdev);
	if (pdev->pasid_enabled)
		pci_disable_pasid(pdev);
}

static struct iommu_device *sim_probe_device(struct device *dev)
{
	struct sim_requester *req;
	unsigned long flags;
	int ret;

	/* Bridges make no requests of their own. */
	if (!dev_is_pci(dev) || pci_is_bridge(to_pci_dev(dev)))
		return ERR_PTR(-ENODEV);
	req = kzalloc(sizeof(*req), GFP_KERNEL);
	if (!req)
		return ERR_PTR(-ENOMEM);
	ret = pci_for_each_dma_alias(to_pci_dev(dev), sim_note_id, req);
	if (ret) {
		kfree(req);
		return ERR_PTR(ret);
	}
	INIT_LIST_HEAD(&req->seats);
	req->dev = dev;
	dev_iommu_priv_set(dev, req);
	dev->iommu->shadow_on_flush = sim.shadow_on_flush;
	sim_enable_services(req);
	spin_lock_irqsave(&sim.lock, flags);
	list_add(&req->all, &sim.requesters);
	spin_unlock_irqrestore(&sim.lock, flags);
	return &sim.hw;
}

/* Is there another device whose requests come as @rid? */
static bool sim_rid_in_use(u16 rid)
{
	struct sim_requester *req;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&sim.lock, flags);
	list_for_each_entry(req, &sim.requesters, all)
		found |= sim_is_called(req, rid);
	spin_unlock_irqrestore(&sim.lock, flags);
	return found;
}

static void sim_release_device(struct device *dev)
{
	struct sim_requester *req = dev_iommu_priv_get(dev);
	struct sim_seat *seat, *next;
	unsigned int i, nr = 0;
	unsigned long flags;

	list_for_each_entry_safe(seat, next, &req->seats, of_device)
		sim_free_seat(seat);

	spin_lock_irqsave(&sim.lock, flags);
	list_del(&req->all);
	spin_unlock_irqrestore(&sim.lock, flags);
	/* What others answer to, too, stays as it is. */
	for (i = 0; i < req->nr_rids; i++)
		if (!sim_rid_in_use(req->rid[i]))
			req->rid[nr++] = req->rid[i];
	req->nr_rids = nr;
	sim_attach_none(req, sim_hw_context_block);
	sim_disable_services(req);
	dev_iommu_priv_set(dev, NULL);
	kfree(req);
}

static bool sim_is_attach_deferred(struct device *dev)
{
	return sim.deferred_attach;
}

static void sim_add_region(struct list_head *list, u64 start, u64 size,
			   int prot, enum iommu_resv_type type)
{
	struct iommu_resv_region *region;

	region = iommu_alloc_resv_region(start, size, prot, type, GFP_KERNEL);
	if (region)
		list_add_tail(&region->list, list);
}

static void sim_get_resv_regions(struct device *dev, struct list_head *list)
{
	const struct pci_sim_firmware *firmware =
		pci_sim_firmware(to_pci_dev(dev));
	unsigned int i;

	if (sim.format->messages)
		sim_add_region(list, SIM_SW_MSI_START, SIM_SW_MSI_LENGTH,
			       IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_MMIO,
			       IOMMU_RESV_SW_MSI);
	else
		sim_add_region(list, SIM_MSI_START, SIM_MSI_LENGTH, 0,
			       IOMMU_RESV_MSI);
	for (i = 0; i < PCI_SIM_REGIONS; i++)
		if (firmware->region[i].size)
			sim_add_region(list, firmware->region[i].start,
				       firmware->region[i].size,
				       firmware->region[i].prot,
				       firmware->region[i].type);
}

/* Contexts say whether flushes are deferred. */
void sim_iommu_type_changed(struct iommu_domain *domain)
{
	struct sim_domain *sd = to_sim(domain);
	unsigned long flags;

	if (domain->ops != &sim.ops)
		return;
	spin_lock_irqsave(&sd->lock, flags);
	sim_write_all(sd);
	spin_unlock_irqrestore(&sd->lock, flags);
}

static void sim_page_response(struct device *dev, struct iopf_fault *evt,
			      struct iommu_page_response *msg)
{
	struct sim_requester *req = dev_iommu_priv_get(dev);

	sim_hw_page_respond(
		req->rid[0],
		evt->fault.prm.flags & IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID ?
			msg->pasid :
			0,
		msg->grpid, msg->code);
}

static const struct iommu_ops sim_ops = {
	.capable = sim_capable,
	.domain_alloc_paging = sim_domain_alloc_paging,
	.domain_alloc_paging_flags = sim_domain_alloc_paging_flags,
	.probe_device = sim_probe_device,
	.release_device = sim_release_device,
	.device_group = pci_device_group,
	.get_resv_regions = sim_get_resv_regions,
	.is_attach_deferred = sim_is_attach_deferred,
	.page_response = sim_page_response,
	.identity_domain = &sim_identity,
	.blocked_domain = &sim_blocked,
};

#ifdef DMASIM_DEBUG
void iommu_iova_freed(struct iommu_domain *domain, u64 iova, u64 size,
		      void *const *origin, unsigned int nr)
{
	if (size && domain->owner == &sim_ops)
		sim_hw_iova_freed(&to_sim(domain)->tag, iova, iova + size - 1,
				  origin, nr);
}
#endif

/* ---- boot ------------------------------------------------------------------------- */

/* The device that is called @rid, held, if it is still known. */
static struct device *sim_device_called(u16 rid)
{
	struct sim_requester *req;
	struct device *dev = NULL;
	unsigned long flags;

	spin_lock_irqsave(&sim.lock, flags);
	list_for_each_entry(req, &sim.requesters, all)
		if (!dev && req->rid[0] == rid)
			dev = get_device(req->dev);
	spin_unlock_irqrestore(&sim.lock, flags);
	return dev;
}

/* Devices have asked for pages. In a thread, for handlers sleep. */
static irqreturn_t sim_page_irq(int irq, void *data)
{
	struct sim_page_request rq;
	struct device *dev;
	bool lost;

	while (sim_hw_page_request(&rq, &lost)) {
		struct iopf_fault evt = {
			.fault = {
				.type = IOMMU_FAULT_PAGE_REQ,
				.prm = {
					.pasid = rq.pasid,
					.grpid = rq.grpid,
					.addr = rq.addr,
				},
			},
		};
		struct iommu_fault_page_request *prm = &evt.fault.prm;

		if (lost)
			iopf_queue_discard_partial(sim.pages);
		if (rq.pasid)
			prm->flags |= IOMMU_FAULT_PAGE_REQUEST_PASID_VALID |
				      IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID;
		if (rq.last)
			prm->flags |= IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE;
		if (rq.read)
			prm->perm |= IOMMU_FAULT_PERM_READ;
		if (rq.write)
			prm->perm |= IOMMU_FAULT_PERM_WRITE;
		dev = sim_device_called(rq.rid);
		if (dev && dev->iommu_group)
			iommu_report_device_fault(dev, &evt);
		put_device(dev);
	}
	return IRQ_HANDLED;
}

/* The next fault, with its device if that is still known and held. */
static bool sim_next_fault(struct sim_fault *fault, struct device **dev)
{
	unsigned long flags;
	bool found;

	spin_lock_irqsave(&sim.lock, flags);
	found = sim_hw_fault(&sim.next_fault, fault);
	spin_unlock_irqrestore(&sim.lock, flags);
	*dev = found ? sim_device_called(fault->rid) : NULL;
	return found;
}

/*
 * The IOMMU says that it has recorded a fault. The record stays where it is, for
 * whoever inspects the machine; the core gets to know of it.
 */
static irqreturn_t sim_fault_irq(int irq, void *data)
{
	struct iommu_domain *domain;
	struct sim_fault fault;
	struct device *dev;

	while (sim_next_fault(&fault, &dev)) {
		domain = dev ? iommu_domain_of_requests(dev, fault.pasid) :
			       NULL;
		if (domain)
			report_iommu_fault(domain, dev, fault.addr,
					   fault.write ? IOMMU_FAULT_WRITE :
							 IOMMU_FAULT_READ);
		put_device(dev);
	}
	return IRQ_HANDLED;
}

/* ---- command sets ------------------------------------------------------------------ */

/* Whose IOMMUs walk a format, by the beginning of its name. */
static const struct {
	const char *format;
	const struct sim_inv_ops *ops;
} sim_by_format[] = {
	{ "vtd", &sim_inv_vtd },       { "amdv1", &sim_inv_amd },
	{ "x86_64", &sim_inv_amd },    { "arm_", &sim_inv_smmu },
	{ "riscv64", &sim_inv_riscv },
};

static const struct sim_inv_ops *const sim_command_sets[] = {
	&sim_inv_vtd,	       &sim_inv_amd,	  &sim_inv_smmu,
	&sim_inv_smmu_norange, &sim_inv_smmu_few, &sim_inv_riscv,
};

bool iommu_commands_known(const char *commands)
{
	unsigned int i;

	for (i = 0; commands && i < ARRAY_SIZE(sim_command_sets); i++)
		if (!strcmp(sim_command_sets[i]->name, commands))
			return true;
	return !commands || !strcmp(commands, "direct");
}

static const struct sim_inv_ops *sim_choose_commands(const char *commands,
						     const char *format)
{
	unsigned int i;

	for (i = 0; commands && i < ARRAY_SIZE(sim_command_sets); i++)
		if (!strcmp(sim_command_sets[i]->name, commands))
			return sim_command_sets[i];
	for (i = 0; !commands && i < ARRAY_SIZE(sim_by_format); i++)
		if (str_has_prefix(format, sim_by_format[i].format))
			return sim_by_format[i].ops;
	return NULL;
}

int sim_iommu_boot(const struct iommu_params *params)
{
	int ret;

	if (!iommu_format_known(params->format, params->levels) ||
	    !iommu_granule_known(params->format, params->granule) ||
	    !iommu_commands_known(params->commands))
		return -EINVAL;
	memset(&sim, 0, sizeof(sim));
	sim.format = sim_format_find(params->format);
	sim.levels = params->levels ?: sim.format->def_levels;
	sim.ops = (struct iommu_domain_ops){
		.attach_dev = sim_attach_paging,
		.set_dev_pasid = sim_set_dev_pasid,
		.flush_iotlb_all = sim_flush_iotlb_all,
		.iotlb_sync_map = sim_iotlb_sync_map,
		.iotlb_sync = sim_iotlb_sync,
		.iova_to_phys = sim.format->iova_to_phys,
		.free = sim_domain_free,
	};
	sim.shadow_on_flush = params->shadow_on_flush;
	sim.deferred_attach = params->deferred_attach;
	sim.granule = params->granule;
	spin_lock_init(&sim.lock);
	INIT_LIST_HEAD(&sim.requesters);
	sim.hw.max_pasids = SIM_MAX_PASIDS;
	sim_identity.owner = &sim_ops;
	sim_blocked.owner = &sim_ops;
	ret = sim_inv_boot(
		sim_choose_commands(params->commands, params->format));
	if (ret)
		return ret;
	sim.pages = iopf_queue_alloc("iommu");
	if (!sim.pages) {
		ret = -ENOMEM;
		goto err_queue;
	}
	iommu_pt_set_table_freed(sim_hw_table_freed);
	ret = iommu_device_sysfs_add(&sim.hw, NULL, NULL, "sim-iommu0");
	if (ret)
		goto err_pages;
	ret = iommu_device_register(&sim.hw, &sim_ops, NULL);
	if (ret)
		goto err_sysfs;
	ret = request_irq(sim_hw_fault_irq(), sim_fault_irq, 0, "iommu-fault",
			  &sim);
	if (ret)
		goto err_unregister;
	ret = request_threaded_irq(sim_hw_page_irq(), NULL, sim_page_irq,
				   IRQF_ONESHOT, "iommu-pages", &sim);
	if (ret)
		goto err_irq;
	sim.registered = true;
	return 0;

err_irq:
	free_irq(sim_hw_fault_irq(), &sim);
err_unregister:
	iommu_device_unregister(&sim.hw);
err_sysfs:
	iommu_device_sysfs_remove(&sim.hw);
err_pages:
	iopf_queue_free(sim.pages);
err_queue:
	sim_inv_shutdown();
	return ret;
}

void sim_iommu_shutdown(void)
{
	if (!sim.registered)
		return;
	free_irq(sim_hw_page_irq(), &sim);
	free_irq(sim_hw_fault_irq(), &sim);
	iommu_device_unregister(&sim.hw);
	iommu_device_sysfs_remove(&sim.hw);
	iopf_queue_free(sim.pages);
	sim_inv_shutdown();
	iommu_pt_set_table_freed(NULL);
	ida_destroy(&sim_domain_ida);
	sim.registered = false;
}

unsigned int sim_iommu_domains_live(void)
{
	return sim.domains;
}

/* ---- the layer -------------------------------------------------------------------------- */

static int prepare_msi(struct msi_desc *desc, phys_addr_t msi_addr)
{
	if (!sim.registered || !sim.format->messages)
		return 0;
	return iommu_dma_prepare_msi(desc, msi_addr);
}

static const struct pci_dma_hooks dma_hooks = {
	.configure = iommu_device_use_default_domain,
	.cleanup = iommu_device_unuse_default_domain,
	.prepare_msi = prepare_msi,
};

int iommu_boot(const struct iommu_params *params)
{
	int ret;

	memset(&iommu_counters, 0, sizeof(iommu_counters));
	iommu_pt_reset_peak();
	iommu_default_boot(params->mode);
	if (params->debug_pagealloc) {
		ret = iommu_mapcount_boot();
		if (ret)
			return ret;
	}
	ret = iommu_watch_buses();
	if (ret)
		goto err_watch;
	if (params->mode != IOMMU_BOOT_OFF)
		ret = sim_iommu_boot(params);
	if (ret)
		goto err_boot;
	pci_set_dma_hooks(&dma_hooks);
	return 0;

err_boot:
	iommu_unwatch_buses();
err_watch:
	iommu_mapcount_shutdown();
	return ret;
}

unsigned int iommu_check(void)
{
	unsigned int domains = sim_iommu_domains_live();
	unsigned int groups = iommu_group_live();

	if (domains)
		lib_event(LIB_EVENT_LEAK, "iommu-domain-leak", NULL, 0, domains,
			  "%u IOMMU domains were never freed", domains);
	if (groups)
		lib_event(LIB_EVENT_LEAK, "iommu-group-leak", NULL, 0, groups,
			  "%u IOMMU groups still have references", groups);
	return domains + groups;
}

void iommu_shutdown(void)
{
	pci_set_dma_hooks(NULL);
	iommu_unwatch_buses();
	sim_iommu_shutdown();
	iommu_group_shutdown();
	iommu_mapcount_shutdown();
}
