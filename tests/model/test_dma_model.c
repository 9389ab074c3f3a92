/* SPDX-License-Identifier: MIT */
/*
 * The DMA API against plain arrays of bytes.
 *
 * Each object is a block of pages of its own, a twin that says what must be in it,
 * around the mapped parts as well, and one way to map it: a page, a list, a state with
 * links, memory of the API's own. Devices and CPU write and read at random, each only
 * while the object is its own; syncs hand parts over. Now and then something inside a
 * call is told to fail: then nothing is mapped and no byte has changed. What a device
 * could reach faults after the unmap, where that is promised.
 *
 * 400 operations a machine, or DMASIM_MODEL_OPS; DMASIM_SEED replays a run.
 */
#include "api/api.h"

#include <linux/delay.h>
#include <linux/highmem.h>
#include <linux/scatterlist.h>
#include <stdlib.h>

#define OPS 400
#define OBJECTS 24
#define MAX_PIECES 8
/* Blocks of up to 128 KiB: all of it fits a bounce buffer. */
#define MAX_ORDER (17 - PAGE_SHIFT)

enum kind { PAGE, SINGLE, LIST, LINKS, COHERENT, PAGES, SCATTERED, KINDS };

/* Where a run of bytes of the transfer lies in the block. */
struct piece {
	size_t at, len;
};

/* Where the device finds the next bytes of it. */
struct segment {
	dma_addr_t addr;
	size_t len;
};

/**
 * struct object - @cpu: the block, @size bytes; @twin: what it must hold
 * @len: bytes of the transfer, the sum of pieces and of segments
 * @attrs: DMA_ATTR_SKIP_CPU_SYNC means syncs by hand around the mapping
 */
static struct object {
	bool live;
	enum kind kind;
	enum dma_data_direction dir;
	unsigned long attrs;
	u8 *cpu, *twin;
	size_t size, len;
	unsigned int nr_pieces, nr_segments;
	struct piece piece[MAX_PIECES];
	struct segment segment[MAX_PIECES];
	struct page *page;
	unsigned int order;
	struct scatterlist sg[MAX_PIECES];
	struct sg_table *table;
	struct dma_iova_state iova;
} objects[OBJECTS];

static u64 rng;
static unsigned int faults;

static u64 chance(u64 n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return rng % n;
}

static void fill_random(u8 *buf, size_t len)
{
	while (len--)
		*buf++ = chance(256);
}

static struct object *busy;
static unsigned int step;

static void assert_bytes(const void *got, const void *want, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (((const u8 *)got)[i] != ((const u8 *)want)[i])
			fail_msg(
				"step %u, object of kind %d, direction %d: byte %zu of %zu differs",
				step, busy->kind, busy->dir, i, len);
}

/* ---- the twin -------------------------------------------------------------------- */

/* Go through @len bytes of the transfer from @pos on, as they lie in the block. */
#define for_each_run(o, pos, n, at, run, p)                         \
	for (p = 0; p < (o)->nr_pieces; p++)                        \
		for (size_t base_ = base_of(o, p), once_ = 1,       \
			    from_ = max_t(size_t, pos, base_),      \
			    to_ = min_t(size_t, (pos) + (n),        \
					base_ + (o)->piece[p].len), \
			    at = (o)->piece[p].at + from_ - base_,  \
			    run = to_ - from_;                      \
		     once_ && from_ < to_; once_ = 0)

static size_t base_of(const struct object *o, unsigned int p)
{
	size_t base = 0;

	while (p--)
		base += o->piece[p].len;
	return base;
}

static void twin_store(struct object *o, size_t pos, const u8 *buf, size_t n)
{
	unsigned int p;

	for_each_run(o, pos, n, at, run, p)
		memcpy(o->twin + at, buf + (from_ - pos), run);
}

static void twin_load(struct object *o, size_t pos, u8 *buf, size_t n)
{
	unsigned int p;

	for_each_run(o, pos, n, at, run, p)
		memcpy(buf + (from_ - pos), o->twin + at, run);
}

/* The CPU changes, or looks at, bytes that are its own. */
static void cpu_store(struct object *o, size_t pos, size_t n)
{
	unsigned int p;

	for_each_run(o, pos, n, at, run, p)
	{
		fill_random(o->twin + at, run);
		memcpy(o->cpu + at, o->twin + at, run);
	}
}

static void cpu_check(struct object *o, size_t pos, size_t n)
{
	unsigned int p;

	for_each_run(o, pos, n, at, run, p)
		assert_bytes(o->cpu + at, o->twin + at, run);
}

/* ---- the device -------------------------------------------------------------------- */

static enum dmasim_dma device_access(struct fixture *f, struct object *o,
				     size_t pos, u8 *buf, size_t n, bool write)
{
	enum dmasim_dma ret = DMASIM_DMA_OK;
	unsigned int i;

	for (i = 0; i < o->nr_segments && n && ret == DMASIM_DMA_OK; i++) {
		size_t len = o->segment[i].len, run;

		if (pos >= len) {
			pos -= len;
			continue;
		}
		run = min(n, len - pos);
		ret = write ? dmasim_dma_write(f->hw, o->segment[i].addr + pos,
					       buf, run) :
			      dmasim_dma_read(f->hw, o->segment[i].addr + pos,
					      buf, run);
		buf += run;
		n -= run;
		pos = 0;
	}
	return ret;
}

static void device_works(struct fixture *f, struct object *o)
{
	static u8 buf[PAGE_SIZE << MAX_ORDER], want[PAGE_SIZE << MAX_ORDER];
	size_t pos = chance(o->len), n = 1 + chance(o->len - pos);
	bool write = o->dir == DMA_FROM_DEVICE ||
		     (o->dir == DMA_BIDIRECTIONAL && chance(2));

	if (write) {
		fill_random(buf, n);
		twin_store(o, pos, buf, n);
	}
	assert_int_equal(device_access(f, o, pos, buf, n, write),
			 DMASIM_DMA_OK);
	if (!write) {
		twin_load(o, pos, want, n);
		assert_bytes(buf, want, n);
	}
}

static void device_is_shut_out(struct fixture *f, struct object *o)
{
	u8 byte;

	if (!f->variant->translated)
		return;
	/* What waits in the queue goes with the next flush. */
	if (f->variant->lazy) {
		if (chance(4))
			return;
		msleep(20);
	}
	assert_int_not_equal(device_access(f, o, chance(o->len), &byte, 1,
					   o->dir == DMA_FROM_DEVICE),
			     DMASIM_DMA_OK);
	faults++;
}

/* ---- mapping ------------------------------------------------------------------------- */

static void one_segment(struct object *o, dma_addr_t addr)
{
	o->nr_segments = 1;
	o->segment[0] = (struct segment){ addr, o->len };
}

static bool map_one(struct fixture *f, struct object *o)
{
	struct piece *p = &o->piece[0];
	dma_addr_t addr;

	p->at = chance(o->size);
	p->len = 1 + chance(chance(4) ? o->size - p->at :
					min_t(size_t, 128, o->size - p->at));
	o->nr_pieces = 1;
	o->len = p->len;
	if (o->kind == SINGLE)
		addr = dma_map_single_attrs(f->dev, o->cpu + p->at, p->len,
					    o->dir, o->attrs);
	else
		addr = dma_map_page_attrs(f->dev, o->page, p->at, p->len,
					  o->dir, o->attrs);
	if (dma_mapping_error(f->dev, addr))
		return false;
	one_segment(o, addr);
	return true;
}

static bool map_list(struct fixture *f, struct object *o)
{
	unsigned int i, nr = 1 + chance(MAX_PIECES);
	/* No two entries share a cache line. */
	size_t room = round_down(o->size / nr, L1_CACHE_BYTES);
	int ret;

	o->len = 0;
	o->nr_pieces = nr;
	sg_init_table(o->sg, nr);
	for (i = 0; i < nr; i++) {
		struct piece *p = &o->piece[i];
		size_t skip = chance(4) ? 0 : chance(room);

		p->at = i * room + skip;
		p->len = chance(2) ? room - skip : 1 + chance(room - skip);
		o->len += p->len;
		sg_set_page(&o->sg[i], o->page + p->at / PAGE_SIZE, p->len,
			    p->at % PAGE_SIZE);
	}
	ret = dma_map_sg_attrs(f->dev, o->sg, nr, o->dir, o->attrs);
	for (i = 0; i < nr; i++) {
		assert_int_equal(sg_phys(&o->sg[i]),
				 page_to_phys(o->page) + o->piece[i].at);
		assert_int_equal(o->sg[i].length, o->piece[i].len);
	}
	o->nr_segments = ret;
	for (i = 0; i < ret; i++) {
		dma_addr_t addr = sg_dma_address(&o->sg[i]);
		unsigned int len = sg_dma_len(&o->sg[i]);

		assert_in_range(len, 1, dma_get_max_seg_size(f->dev));
		assert_int_equal((addr ^ (addr + len - 1)) &
					 ~dma_get_seg_boundary(f->dev),
				 0);
		o->segment[i] = (struct segment){ addr, len };
	}
	return ret;
}

/* Runs of pages in any order, the first and last cut; all in one state. */
static bool map_links(struct fixture *f, struct object *o)
{
	unsigned int i, pages = o->size / PAGE_SIZE;
	unsigned int nr = 1 + chance(min_t(unsigned int, pages, MAX_PIECES));
	struct piece *last = &o->piece[nr - 1];
	phys_addr_t phys = page_to_phys(o->page);
	size_t pos = 0, cut;

	o->nr_pieces = nr;
	for (i = 0; i < nr; i++) {
		o->piece[i].at = i * (pages / nr) * PAGE_SIZE;
		o->piece[i].len = (1 + chance(pages / nr)) * PAGE_SIZE;
	}
	i = chance(nr);
	swap(o->piece[0], o->piece[i]);
	if (chance(2))
		last->len -= chance(PAGE_SIZE);
	if (chance(2)) {
		cut = chance(min(PAGE_SIZE, o->piece[0].len));
		o->piece[0].at += cut;
		o->piece[0].len -= cut;
	}
	o->len = base_of(o, nr);

	if (!dma_iova_try_alloc(f->dev, &o->iova, phys + o->piece[0].at,
				o->len))
		return false;
	for (i = 0; i < nr; i++) {
		if (dma_iova_link(f->dev, &o->iova, phys + o->piece[i].at, pos,
				  o->piece[i].len, o->dir, 0))
			goto err_destroy;
		pos += o->piece[i].len;
	}
	if (dma_iova_sync(f->dev, &o->iova, 0, pos))
		goto err_destroy;
	one_segment(o, o->iova.addr);
	return true;

err_destroy:
	dma_iova_destroy(f->dev, &o->iova, pos, o->dir, 0);
	return false;
}

static void sync_all(struct fixture *f, struct object *o, bool for_cpu);

/* Memory of the API's own: the block is what it gives. */
static bool alloc_memory(struct fixture *f, struct object *o)
{
	gfp_t gfp = chance(2) ? GFP_KERNEL : GFP_ATOMIC;
	dma_addr_t addr = 0;

	o->size = 1 + chance(PAGE_SIZE << chance(MAX_ORDER));
	if (o->kind == COHERENT) {
		o->dir = DMA_BIDIRECTIONAL;
		if (chance(2))
			o->attrs = DMA_ATTR_WRITE_COMBINE;
		else if (chance(2))
			o->attrs = DMA_ATTR_FORCE_CONTIGUOUS;
		o->cpu = dma_alloc_attrs(f->dev, o->size, &addr, gfp, o->attrs);
	} else if (o->kind == PAGES) {
		o->cpu = dma_alloc_noncoherent(f->dev, o->size, &addr, o->dir,
					       gfp);
	} else {
		o->cpu = NULL;
		o->table = dma_alloc_noncontiguous(
			f->dev, o->size, o->dir, GFP_KERNEL,
			chance(2) ? DMA_ATTR_ALLOC_SINGLE_PAGES : 0);
		if (o->table)
			o->cpu = dma_vmap_noncontiguous(f->dev, o->size,
							o->table);
		if (o->table && !o->cpu)
			dma_free_noncontiguous(f->dev, o->size, o->table,
					       o->dir);
		if (o->cpu)
			addr = sg_dma_address(o->table->sgl);
	}
	if (!o->cpu)
		return false;
	o->twin = calloc(1, o->size);
	assert_bytes(o->cpu, o->twin, o->size);
	o->len = o->size;
	o->nr_pieces = 1;
	o->piece[0] = (struct piece){ 0, o->len };
	one_segment(o, addr);
	/* It was zeroed by the CPU. */
	if (o->kind != COHERENT)
		sync_all(f, o, false);
	return true;
}

static void unmap(struct fixture *f, struct object *o)
{
	if (o->kind < LINKS && o->attrs)
		sync_all(f, o, true);
	switch (o->kind) {
	case PAGE:
	case SINGLE:
		dma_unmap_page_attrs(f->dev, o->segment[0].addr, o->len, o->dir,
				     o->attrs);
		break;
	case LIST:
		dma_unmap_sg_attrs(f->dev, o->sg, o->nr_pieces, o->dir,
				   o->attrs);
		break;
	case LINKS:
		if (chance(2)) {
			dma_iova_destroy(f->dev, &o->iova, o->len, o->dir, 0);
			break;
		}
		dma_iova_unlink(f->dev, &o->iova, 0, o->len, o->dir, 0);
		dma_iova_free(f->dev, &o->iova);
		break;
	case COHERENT:
		cpu_check(o, 0, o->len);
		dma_free_attrs(f->dev, o->size, o->cpu, o->segment[0].addr,
			       o->attrs);
		return;
	case PAGES:
		sync_all(f, o, true);
		cpu_check(o, 0, o->len);
		dma_free_noncoherent(f->dev, o->size, o->cpu,
				     o->segment[0].addr, o->dir);
		return;
	default:
		sync_all(f, o, true);
		cpu_check(o, 0, o->len);
		dma_vunmap_noncontiguous(f->dev, o->cpu);
		dma_free_noncontiguous(f->dev, o->size, o->table, o->dir);
		return;
	}
	/* The whole block: no neighbour was touched. */
	assert_bytes(o->cpu, o->twin, o->size);
}

static void end_object(struct fixture *f, struct object *o)
{
	unmap(f, o);
	device_is_shut_out(f, o);
	if (o->kind < COHERENT)
		__free_pages(o->page, o->order);
	free(o->twin);
	o->live = false;
}

/* ---- handing over -------------------------------------------------------------------- */

static void sync_all(struct fixture *f, struct object *o, bool for_cpu)
{
	dma_addr_t addr = o->segment[0].addr;

	if (o->kind == LIST) {
		if (for_cpu)
			dma_sync_sg_for_cpu(f->dev, o->sg, o->nr_pieces,
					    o->dir);
		else
			dma_sync_sg_for_device(f->dev, o->sg, o->nr_pieces,
					       o->dir);
	} else if (o->kind == SCATTERED) {
		if (for_cpu) {
			dma_sync_sgtable_for_cpu(f->dev, o->table, o->dir);
			invalidate_kernel_vmap_range(o->cpu, o->size);
		} else {
			flush_kernel_vmap_range(o->cpu, o->size);
			dma_sync_sgtable_for_device(f->dev, o->table, o->dir);
		}
	} else if (for_cpu) {
		dma_sync_single_for_cpu(f->dev, addr, o->len, o->dir);
	} else {
		dma_sync_single_for_device(f->dev, addr, o->len, o->dir);
	}
}

/* One link makes room for itself again; in between the CPU has its bytes. */
static void relink(struct fixture *f, struct object *o)
{
	unsigned int i = chance(o->nr_pieces);
	struct piece *p = &o->piece[i];
	size_t pos = base_of(o, i);

	dma_iova_unlink(f->dev, &o->iova, pos, p->len, o->dir, 0);
	cpu_check(o, pos, p->len);
	cpu_store(o, pos, p->len);
	assert_int_equal(dma_iova_link(f->dev, &o->iova,
				       page_to_phys(o->page) + p->at, pos,
				       p->len, o->dir, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &o->iova, pos, p->len), 0);
}

/* The CPU looks at a part, changes it if that makes sense, and gives it back. */
static void cpu_works(struct fixture *f, struct object *o)
{
	size_t pos = chance(o->len), n = 1 + chance(o->len - pos);
	dma_addr_t addr = o->segment[0].addr;
	bool part = o->kind == PAGE || o->kind == SINGLE || o->kind == PAGES;

	/* Links have no syncs: their data moves when they end. */
	if (o->kind == LINKS) {
		relink(f, o);
		return;
	}
	if (o->kind == COHERENT)
		;
	else if (part)
		dma_sync_single_range_for_cpu(f->dev, addr, pos, n, o->dir);
	else
		sync_all(f, o, true);
	cpu_check(o, pos, n);
	if (o->dir != DMA_FROM_DEVICE)
		cpu_store(o, pos, n);
	if (o->kind == COHERENT)
		;
	else if (part)
		dma_sync_single_range_for_device(f->dev, addr, pos, n, o->dir);
	else
		sync_all(f, o, false);
}

/* ---- the run --------------------------------------------------------------------------- */

static bool begin_mapping(struct fixture *f, struct object *o)
{
	bool ok;

	o->order = chance(MAX_ORDER + 1);
	o->size = PAGE_SIZE << o->order;
	o->page = alloc_pages(GFP_KERNEL, o->order);
	o->cpu = page_address(o->page);
	o->twin = malloc(o->size);
	fill_random(o->twin, o->size);
	memcpy(o->cpu, o->twin, o->size);
	if (chance(4) == 0)
		dmasim_fail_any_nth(SWEEP_ALL &
					    ~SWEEP_SITE(DMASIM_SITE_CHECKER),
				    1 + chance(4));
	ok = o->kind == LIST  ? map_list(f, o) :
	     o->kind == LINKS ? map_links(f, o) :
				map_one(f, o);
	dmasim_fail_off();
	if (ok && o->attrs)
		sync_all(f, o, false);
	if (ok)
		return true;
	assert_bytes(o->cpu, o->twin, o->size);
	__free_pages(o->page, o->order);
	free(o->twin);
	return false;
}

static void begin_object(struct fixture *f, struct object *o)
{
	*o = (struct object){
		.kind = chance(KINDS),
		.dir = chance(3),
	};
	if (o->kind < COHERENT) {
		/* Links have no syncs. */
		if (o->kind != LINKS && chance(4) == 0)
			o->attrs = DMA_ATTR_SKIP_CPU_SYNC;
		o->live = begin_mapping(f, o);
		return;
	}
	if (chance(4) == 0)
		dmasim_fail_any_nth(SWEEP_ALL &
					    ~SWEEP_SITE(DMASIM_SITE_CHECKER),
				    1 + chance(4));
	o->live = alloc_memory(f, o);
	dmasim_fail_off();
}

static void every_byte_is_where_it_belongs(void **state)
{
	struct fixture *f = *state;
	const char *ops = getenv("DMASIM_MODEL_OPS");
	unsigned int i, nr = ops ? atoi(ops) : OPS, begun = 0;

	print_message("DMASIM_SEED=%llu\n", (u64)dmasim_seed());
	rng = dmasim_seed() * 0x9e3779b97f4a7c15ull | 1;
	faults = 0;
	memset(objects, 0, sizeof(objects));
	dma_set_max_seg_size(f->dev,
			     chance(2) ? UINT_MAX : PAGE_SIZE << MAX_ORDER);
	if (chance(2))
		dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	/* Lists get padding and more segments. */
	if (f->variant->translated && chance(2))
		dma_set_seg_boundary(f->dev, (PAGE_SIZE << MAX_ORDER) - 1);
	for (i = 0; i < nr; i++) {
		struct object *o = &objects[chance(OBJECTS)];

		busy = o;
		step = i;
		if (!o->live) {
			begin_object(f, o);
			begun += o->live;
			continue;
		}
		switch (chance(8)) {
		case 0:
		case 1:
			end_object(f, o);
			break;
		case 2:
		case 3:
			cpu_works(f, o);
			break;
		default:
			device_works(f, o);
		}
	}
	for (i = 0; i < OBJECTS; i++) {
		busy = &objects[i];
		if (busy->live)
			end_object(f, busy);
	}
	assert_true(begun > nr / 16);
	expect_faults(faults);
}

static int setup_external(void **state)
{
	fixture_setup(state);
	fixture_make_external(*state);
	return 0;
}

/* What is short bounces, wherever it lies. */
static int setup_bouncing_short(void **state)
{
	struct fixture *f;

	fixture_setup(state);
	f = *state;
	f->cfg.kmalloc_bounce = true;
	fixture_rebuild(f);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(every_byte_is_where_it_belongs),
	};
	const struct CMUnitTest external[] = {
		cmocka_unit_test_setup_teardown(every_byte_is_where_it_belongs,
						setup_external,
						fixture_teardown),
	};
	const struct CMUnitTest short_ones[] = {
		cmocka_unit_test_setup_teardown(every_byte_is_where_it_belongs,
						setup_bouncing_short,
						fixture_teardown),
	};

	return run_variants("dma_model", tests, variants_gap) +
	       run_variants("dma_model", tests, variants_with_bounce) +
	       run_variants("dma_model", tests, variants_noncoherent) +
	       run_variants("dma_model", tests, variants_speculation) +
	       run_variants("dma_model", tests, variants_checker) +
	       run_variants("dma_model", tests, variants_granules) +
	       run_variants("dma_model", short_ones, variants_noncoherent) +
	       run_variants("dma_model", external, variants_translated) +
	       run_variants("dma_model", external,
			    variants_checker_translated) +
	       run_variants("dma_model", external,
			    variants_noncoherent_translated);
}
