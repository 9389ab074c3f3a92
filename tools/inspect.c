/* SPDX-License-Identifier: MIT */
/*
 * "dmasim inspect": the machine, the operations, the moment to look.
 *
 * X1  Whatever was done is undone before the machine is destroyed, so that a
 *     leak reported there is one of the library.
 * X2  A poked entry is put back before anything is unmapped.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/pci.h>

#include <dmasim/device.h>
#include <dmasim/inspect.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect.h"

const char *const inspect_kind_names[INSPECT_NR_KINDS] = {
	"map", "link", "coherent", "at", "unmap", "read", "write", "poke",
};

/** struct made - behind an operation: what it made and how to undo it. */
struct made {
	struct page **pages;
	unsigned int nr_pages, order;
	dma_addr_t iova;
	struct dma_iova_state state;
	void *coherent;
	enum dma_data_direction dir;
	u64 *poked, before;
	bool live;
};

struct run {
	const struct inspect_setup *setup;
	struct inspect_view view;
	struct made made[INSPECT_MAX_OPS];
	struct device *dev;
	struct iommu_domain *domain; /* of its own */
	int (*show)(void *ctx, struct inspect_view *view);
	void *ctx;
	int status;
};

static struct inspect_mapping *mapping_of(const struct inspect_view *view,
					  unsigned int op)
{
	unsigned int i;

	for (i = 0; i < view->nr_mappings; i++)
		if (view->mapping[i].op == op)
			return (struct inspect_mapping *)&view->mapping[i];
	return NULL;
}

bool inspect_addr(const struct inspect_view *view,
		  const struct inspect_addr *at, uint64_t *addr)
{
	struct inspect_mapping *m;

	*addr = at->off;
	if (!at->op)
		return true;
	m = mapping_of(view, at->op);
	if (!m) {
		fprintf(stderr,
			"dmasim: @%u: operation %u made no mapping until then\n",
			at->op, at->op);
		return false;
	}
	*addr += m->iova;
	return true;
}

/* ---- operations ------------------------------------------------------------------ */

static int failed(unsigned int nr, const char *what)
{
	fprintf(stderr, "dmasim: operation %u: %s\n", nr, what);
	return 1;
}

static enum dma_data_direction direction(const struct inspect_op *op)
{
	if (op->read)
		return op->write ? DMA_BIDIRECTIONAL : DMA_TO_DEVICE;
	return DMA_FROM_DEVICE;
}

static void free_pages_of(struct made *m)
{
	while (m->nr_pages)
		__free_pages(m->pages[--m->nr_pages], m->order);
	free(m->pages);
	m->pages = NULL;
}

static bool get_pages_of(struct made *m, unsigned int nr, unsigned int order)
{
	m->pages = calloc(nr, sizeof(*m->pages));
	m->order = order;
	while (m->pages && m->nr_pages < nr) {
		m->pages[m->nr_pages] = alloc_pages(GFP_KERNEL, order);
		if (!m->pages[m->nr_pages])
			break;
		m->nr_pages++;
	}
	if (m->pages && m->nr_pages == nr)
		return true;
	free_pages_of(m);
	return false;
}

static int do_map(struct run *r, unsigned int nr, const struct inspect_op *op,
		  struct made *m)
{
	if (!get_pages_of(m, 1, get_order(op->size)))
		return failed(nr, "no contiguous memory of that size");
	m->iova = dma_map_page(r->dev, m->pages[0], 0, op->size, m->dir);
	if (!dma_mapping_error(r->dev, m->iova))
		return 0;
	free_pages_of(m);
	return failed(nr, "dma_map_page() failed");
}

static int do_link(struct run *r, unsigned int nr, const struct inspect_op *op,
		   struct made *m)
{
	u64 size = PAGE_ALIGN(op->size), off;
	int ret = 0;

	if (!get_pages_of(m, size >> PAGE_SHIFT, 0))
		return failed(nr, "not enough memory");
	if (!dma_iova_try_alloc(r->dev, &m->state, 0, size)) {
		free_pages_of(m);
		return failed(nr, "no IOVA range: is the device translated?");
	}
	for (off = 0; off < size && !ret; off += PAGE_SIZE)
		ret = dma_iova_link(r->dev, &m->state,
				    page_to_phys(m->pages[off >> PAGE_SHIFT]),
				    off, PAGE_SIZE, m->dir, 0);
	if (!ret)
		ret = dma_iova_sync(r->dev, &m->state, 0, size);
	m->iova = m->state.addr;
	if (!ret)
		return 0;
	dma_iova_destroy(r->dev, &m->state, off - PAGE_SIZE, m->dir, 0);
	free_pages_of(m);
	return failed(nr, "dma_iova_link() failed");
}

static int do_at(struct run *r, unsigned int nr, const struct inspect_op *op,
		 struct made *m)
{
	int prot = (op->read ? IOMMU_READ : 0) | (op->write ? IOMMU_WRITE : 0);
	char text[96];
	int ret = iommu_map(r->domain, op->iova, op->phys, op->size,
			    prot | IOMMU_CACHE, GFP_KERNEL);

	m->iova = op->iova;
	if (!ret)
		return 0;
	snprintf(text, sizeof(text), "iommu_map() failed: %s (granule 0x%lx)",
		 strerror(-ret),
		 r->domain->pgsize_bitmap & -r->domain->pgsize_bitmap);
	return failed(nr, text);
}

static int do_make(struct run *r, unsigned int nr, const struct inspect_op *op)
{
	struct made *m = &r->made[nr - 1];
	int ret = 0;

	m->dir = direction(op);
	switch (op->kind) {
	case INSPECT_MAP:
		ret = do_map(r, nr, op, m);
		break;
	case INSPECT_LINK:
		ret = do_link(r, nr, op, m);
		break;
	case INSPECT_AT:
		ret = do_at(r, nr, op, m);
		break;
	default:
		m->coherent = dma_alloc_coherent(r->dev, op->size, &m->iova,
						 GFP_KERNEL);
		if (!m->coherent)
			ret = failed(nr, "dma_alloc_coherent() failed");
	}
	if (ret)
		return ret;
	m->live = true;
	r->view.mapping[r->view.nr_mappings++] = (struct inspect_mapping){
		.op = nr,
		.kind = op->kind,
		.iova = m->iova,
		.size = op->size,
		.live = true,
	};
	return 0;
}

static void undo(struct run *r, unsigned int nr)
{
	const struct inspect_op *op = &r->setup->op[nr - 1];
	struct made *m = &r->made[nr - 1];

	if (!m->live)
		return;
	m->live = false;
	switch (op->kind) {
	case INSPECT_MAP:
		dma_unmap_page(r->dev, m->iova, op->size, m->dir);
		break;
	case INSPECT_LINK:
		dma_iova_destroy(r->dev, &m->state, PAGE_ALIGN(op->size),
				 m->dir, 0);
		break;
	case INSPECT_COHERENT:
		dma_free_coherent(r->dev, op->size, m->coherent, m->iova);
		break;
	case INSPECT_AT:
		iommu_unmap(r->domain, m->iova, op->size);
		break;
	case INSPECT_POKE:
		WRITE_ONCE(*m->poked, m->before);
		return;
	default:
		return;
	}
	free_pages_of(m);
	mapping_of(&r->view, nr)->live = false;
}

static int do_poke(struct run *r, unsigned int nr, const struct inspect_op *op)
{
	struct made *m = &r->made[nr - 1];
	struct dmasim_iommu_walk walk;
	uint64_t addr;
	unsigned int i;

	if (!inspect_addr(&r->view, &op->addr, &addr))
		return 1;
	if (dmasim_iommu_walk(r->view.dev, addr, &walk))
		return failed(nr, dmasim_refusal());
	for (i = 0; i < walk.nr; i++)
		if (walk.entry[i].level == op->level)
			break;
	if (i == walk.nr)
		return failed(nr, "the walk of that address has no such level");
	m->poked =
		dmasim_ram(walk.entry[i].table + 8ull * walk.entry[i].index, 8);
	if (!m->poked)
		return failed(nr, "that entry is not in RAM");
	m->before = READ_ONCE(*m->poked);
	WRITE_ONCE(*m->poked, op->word);
	m->live = true;
	return 0;
}

/* The device reads or writes a whole mapping; refusals are part of the picture. */
static int do_access(struct run *r, unsigned int nr,
		     const struct inspect_op *op)
{
	struct inspect_mapping *m = mapping_of(&r->view, op->arg);
	enum dmasim_dma verdict;
	void *buf = calloc(1, m->size);

	if (!buf)
		return failed(nr, "out of memory");
	verdict = op->kind == INSPECT_READ ?
			  dmasim_dma_read(r->view.dev, m->iova, buf, m->size) :
			  dmasim_dma_write(r->view.dev, m->iova, buf, m->size);
	free(buf);
	if (verdict)
		fprintf(stderr, "dmasim: operation %u: the device gets: %s\n",
			nr, dmasim_dma_name(verdict));
	return 0;
}

static int do_op(struct run *r, unsigned int nr)
{
	const struct inspect_op *op = &r->setup->op[nr - 1];

	switch (op->kind) {
	case INSPECT_MAP:
	case INSPECT_LINK:
	case INSPECT_COHERENT:
	case INSPECT_AT:
		return do_make(r, nr, op);
	case INSPECT_UNMAP:
		undo(r, op->arg);
		return 0;
	case INSPECT_POKE:
		return do_poke(r, nr, op);
	default:
		return do_access(r, nr, op);
	}
}

/* ---- machines ------------------------------------------------------------------------ */

static int refused(void)
{
	fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
	return 1;
}

/* The device to show: the one that is driven, or one by name. */
static struct dmasim_device *pick(const struct run *r,
				  struct dmasim_device *driven)
{
	const char *name = r->setup->device;
	struct dmasim_device *dev;

	if (!name)
		return driven;
	dev = dmasim_device_find(name);
	if (!dev)
		fprintf(stderr, "dmasim: there is no device %s, only %s\n",
			name, dmasim_device_name(driven));
	return dev;
}

static int show(struct run *r, struct dmasim_device *driven, size_t stopped)
{
	r->view.dev = pick(r, driven);
	r->view.stopped = stopped;
	return r->view.dev ? r->show(r->ctx, &r->view) : 1;
}

/* Undone by leave_domain(); nothing is left behind when it fails. */
static int enter_domain(struct run *r)
{
	if (!r->setup->own_domain)
		return 0;
	r->domain = iommu_paging_domain_alloc(r->dev);
	if (IS_ERR(r->domain)) {
		r->domain = NULL;
		fprintf(stderr,
			"dmasim: the device gets no domain of its own: is there an IOMMU?\n");
		return 1;
	}
	if (!iommu_attach_device(r->domain, r->dev))
		return 0;
	fprintf(stderr, "dmasim: the domain cannot be attached\n");
	iommu_domain_free(r->domain);
	r->domain = NULL;
	return 1;
}

static void leave_domain(struct run *r)
{
	if (!r->domain)
		return;
	iommu_detach_device(r->domain, r->dev);
	iommu_domain_free(r->domain);
}

static int run_ops(struct run *r, struct dmasim_device *dev)
{
	unsigned int last = r->setup->stop ?: r->setup->nr_ops, nr, i;
	int status;

	r->dev = dmasim_device_kernel(dev);
	r->view.dev = dev;
	status = enter_domain(r);
	for (nr = 1; nr <= last && !status; nr++)
		status = do_op(r, nr);
	if (!status)
		status = show(r, dev, last);
	for (i = r->setup->nr_ops; i; i--)
		if (r->setup->op[i - 1].kind == INSPECT_POKE)
			undo(r, i);
	for (i = r->setup->nr_ops; i; i--)
		undo(r, i);
	leave_domain(r);
	return status;
}

static const struct dmasim_model ats_model = {
	.name = "ats",
	.vendor = 0x1d0f,
	.device = 0xd3a7,
	.class_code = 0xff0000,
	.ats = true,
};

/* The bare device needs no driver to access memory; the other one does. */
static int create_device(struct dmasim_machine *machine, bool ats,
			 struct dmasim_device **dev)
{
	struct pci_dev *pdev;
	int ret;

	ret = dmasim_device_create(machine, ats ? &ats_model : NULL, NULL, dev);
	if (ret || !ats)
		return ret;
	pdev = to_pci_dev(dmasim_device_kernel(*dev));
	ret = pci_enable_device(pdev);
	pci_set_master(pdev);
	return ret;
}

static int run_machine(struct run *r)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	const struct replay_setup *s = &r->setup->replay;
	struct dmasim_machine *machine;
	struct dmasim_device *dev;
	int status;

	cfg.iommu = s->iommu;
	cfg.iommu_format = s->format;
	cfg.iommu_levels = r->setup->levels;
	cfg.iommu_granule = s->granule;
	cfg.iommu_caching_mode = r->setup->caching;
	cfg.cost = s->cost;
	cfg.layout = s->layout;
	cfg.seed = s->seed;
	if (dmasim_machine_create(&cfg, &machine))
		return refused();
	status = create_device(machine, s->ats, &dev) ? refused() :
							run_ops(r, dev);
	if (dmasim_machine_destroy(machine)) {
		fprintf(stderr, "dmasim: the machine had leaks\n");
		dmasim_dump_events(DMASIM_EVENT_BAD);
		status = 1;
	}
	return status;
}

static void stopped_in_log(void *ctx, struct dmasim_device *dev, size_t io)
{
	struct run *r = ctx;

	r->status = show(r, dev, io + 1);
}

static int run_log(struct run *r)
{
	struct replay_setup setup = r->setup->replay;
	struct iolog log = *r->setup->log;
	struct replay_result result;
	size_t stop = r->setup->stop ?: log.nr_ios;

	/* What comes after the moment to look need not be done. */
	log.nr_ios = stop;
	setup.levels = r->setup->levels;
	setup.caching = r->setup->caching;
	setup.stop = stop;
	setup.at_stop = stopped_in_log;
	setup.ctx = r;
	r->status = -1;
	if (replay_run(&log, &setup, REPLAY_LINK, false, &result))
		return 1;
	if (r->status < 0) {
		fprintf(stderr,
			"dmasim: I/O %zu of %s maps nothing: choose a read or a write\n",
			stop, log.path);
		return 1;
	}
	return r->status | !replay_clean(&result);
}

int inspect_run(const struct inspect_setup *setup,
		int (*fn)(void *ctx, struct inspect_view *view), void *ctx)
{
	struct run *r = calloc(1, sizeof(*r));
	int status = 1;

	if (r) {
		r->setup = setup;
		r->view.setup = setup;
		r->show = fn;
		r->ctx = ctx;
		status = setup->log ? run_log(r) : run_machine(r);
	}
	free(r);
	return status;
}
