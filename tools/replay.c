/* SPDX-License-Identifier: MIT */
/*
 * Replays a log: issues its I/O as bios to the simulated NVMe disk, compares
 * every read, and at the end the whole store, with a model in plain memory.
 *
 * I/Os go out in batches under a plug. A batch is drained when it is as deep as
 * asked for, when it holds much memory, before a flush or a wait, and before an
 * I/O that overlaps one in flight if either of them writes: so the model needs
 * no notion of order.
 *
 * R1  A byte of the model changes only when the write of it is issued, and no
 *     read of that byte is in flight then.
 * R2  Each request belongs to one I/O of the log (merging is off), so the time
 *     spent in mapping can be told apart by I/O.
 */
#include <linux/bio.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <trace/events/nvme_pci.h>

#include <dmasim/device.h>
#include <dmasim/inspect.h>
#include <dmasim/trace.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "replay.h"

#define DISK "nvme0n1"
#define PIECE (1u << 20) /* largest bio */
#define BATCH_BYTES (64u << 20)
#define DISCARD_PIECE (1ull << 30)

const char *const replay_path_names[REPLAY_NR_PATHS] = { "link", "map", "sg" };
const uint64_t replay_max_granule = PAGE_SIZE;

/**
 * struct piece - one bio in flight
 * @io: index of the I/O in the log
 * @at: byte of the namespace
 */
struct piece {
	size_t io;
	enum iolog_op op;
	u64 at;
	u64 len;
	struct bio *bio;
	struct replay *replay;
};

struct replay {
	const struct iolog *log;
	const struct replay_setup *setup;
	struct replay_result *result;
	struct dmasim_machine *machine;
	struct dmasim_device *nvme;
	struct block_device *disk;
	u8 *model;

	struct blk_plug plug;
	struct piece *pieces; /* in flight */
	unsigned int nr_pieces, room_pieces;
	unsigned int left; /* of them not completed */
	u64 batch_bytes;
	struct completion drained;

	u64 *dma_ns; /* by I/O of the log */
	u64 bookkeeping;
	u64 clock;
	bool stopped; /* setup->at_stop was called */
};

/* ---- measuring ------------------------------------------------------------------ */

static u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

static void probe_begin(void *data, struct request *req)
{
	struct replay *r = data;

	r->clock = now_ns();
}

static void add_time(struct replay *r, struct request *req)
{
	u64 spent = now_ns() - r->clock;
	u64 at = blk_rq_pos(req) << SECTOR_SHIFT;
	unsigned int i;

	for (i = 0; i < r->nr_pieces; i++) {
		struct piece *p = &r->pieces[i];

		if (at < p->at || at - p->at >= p->len)
			continue;
		r->dma_ns[p->io] += spent;
		return;
	}
}

static void probe_map_end(void *data, struct request *req, size_t bookkeeping)
{
	struct replay *r = data;

	add_time(r, req);
	r->bookkeeping += bookkeeping;
}

/* The device has done it, and all of it is still mapped. */
static void probe_unmap_begin(void *data, struct request *req)
{
	struct replay *r = data;
	u64 at = blk_rq_pos(req) << SECTOR_SHIFT;
	unsigned int i;

	for (i = 0; r->setup->stop && !r->stopped && i < r->nr_pieces; i++) {
		struct piece *p = &r->pieces[i];

		if (p->io != r->setup->stop - 1 || at < p->at ||
		    at - p->at >= p->len)
			continue;
		r->stopped = true;
		r->setup->at_stop(r->setup->ctx, r->nvme, p->io);
	}
	probe_begin(data, req);
}

static void probe_unmap_end(void *data, struct request *req)
{
	add_time(data, req);
}

static void probes_on(struct replay *r)
{
	register_trace_nvme_map_begin(probe_begin, r);
	register_trace_nvme_map_end(probe_map_end, r);
	register_trace_nvme_unmap_begin(probe_unmap_begin, r);
	register_trace_nvme_unmap_end(probe_unmap_end, r);
}

static void probes_off(struct replay *r)
{
	unregister_trace_nvme_map_begin(probe_begin, r);
	unregister_trace_nvme_map_end(probe_map_end, r);
	unregister_trace_nvme_unmap_begin(probe_unmap_begin, r);
	unregister_trace_nvme_unmap_end(probe_unmap_end, r);
}

/* ---- one bio -------------------------------------------------------------------- */

static void piece_done(struct bio *bio)
{
	struct piece *p = bio->bi_private;

	if (!--p->replay->left)
		complete(&p->replay->drained);
}

/* Bytes that differ from one write to the next and from place to place. */
static void fill(u8 *buf, size_t len, u64 key)
{
	u64 x = key * 0x9e3779b97f4a7c15ull + 1;
	size_t i;

	for (i = 0; i < len; i += 8) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(buf + i, &x, 8);
	}
}

static void add_page(struct replay *r, struct piece *p, u64 done,
		     unsigned int len)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	u8 *data = page_address(page);

	if (p->op == IOLOG_WRITE) {
		fill(data, len,
		     r->result->seed ^ (p->at + done) ^ (u64)p->io << 40);
		memcpy(r->model + p->at + done, data, len);
	} else {
		/* A read that the device never did must not look right. */
		memset(data, 0xaa, len);
	}
	__bio_add_page(p->bio, page, len, 0);
}

static void submit_piece(struct replay *r, struct piece *p)
{
	static const blk_opf_t ops[] = {
		[IOLOG_READ] = REQ_OP_READ,
		[IOLOG_WRITE] = REQ_OP_WRITE,
		[IOLOG_TRIM] = REQ_OP_DISCARD,
	};
	unsigned int pages =
		p->op == IOLOG_TRIM ? 0 : DIV_ROUND_UP(p->len, PAGE_SIZE);
	u64 done;

	p->bio =
		bio_alloc(r->disk, pages, ops[p->op] | REQ_NOMERGE, GFP_KERNEL);
	p->bio->bi_iter.bi_sector = p->at >> SECTOR_SHIFT;
	p->bio->bi_end_io = piece_done;
	p->bio->bi_private = p;
	if (p->op == IOLOG_TRIM) {
		p->bio->bi_iter.bi_size = p->len;
		memset(r->model + p->at, 0, p->len);
	} else {
		for (done = 0; done < p->len; done += PAGE_SIZE)
			add_page(r, p, done,
				 min_t(u64, PAGE_SIZE, p->len - done));
	}
	r->left++;
	submit_bio(p->bio);
}

static void finish_piece(struct replay *r, struct piece *p)
{
	struct bvec_iter_all iter;
	struct bio_vec *bv;
	u64 at = p->at;
	bool wrong = p->bio->bi_status != BLK_STS_OK;

	bio_for_each_segment_all(bv, p->bio, iter) {
		if (p->op == IOLOG_READ && !wrong)
			wrong = memcmp(bvec_virt(bv), r->model + at,
				       bv->bv_len);
		at += bv->bv_len;
		__free_page(bv->bv_page);
	}
	if (p->op == IOLOG_READ && !wrong)
		r->result->verified_bytes += p->len;
	r->result->mismatches += wrong;
	bio_put(p->bio);
}

/* ---- batches ----------------------------------------------------------------------- */

static void drain(struct replay *r)
{
	unsigned int i;

	if (!r->nr_pieces)
		return;
	blk_finish_plug(&r->plug);
	/* The batch itself holds one count, so this cannot be missed. */
	if (--r->left)
		wait_for_completion(&r->drained);
	for (i = 0; i < r->nr_pieces; i++)
		finish_piece(r, &r->pieces[i]);
	r->nr_pieces = 0;
	r->batch_bytes = 0;
}

static void begin_batch(struct replay *r)
{
	reinit_completion(&r->drained);
	r->left = 1;
	blk_start_plug(&r->plug);
}

static bool in_the_way(struct replay *r, enum iolog_op op, u64 at, u64 len)
{
	unsigned int i;

	for (i = 0; i < r->nr_pieces; i++) {
		struct piece *p = &r->pieces[i];

		if (p->op == IOLOG_READ && op == IOLOG_READ)
			continue;
		if (at < p->at + p->len && p->at < at + len)
			return true;
	}
	return false;
}

static void issue_data(struct replay *r, size_t index,
		       const struct iolog_io *io)
{
	u64 at = r->log->files[io->file].start + io->offset, left = io->length;
	u64 limit = io->op == IOLOG_TRIM ? DISCARD_PIECE : PIECE;

	r->result->bytes += io->length;
	while (left) {
		u64 len = min(left, limit);
		struct piece *p;

		if (r->nr_pieces == r->room_pieces ||
		    r->batch_bytes >= BATCH_BYTES ||
		    in_the_way(r, io->op, at, len))
			drain(r);
		if (!r->nr_pieces)
			begin_batch(r);
		p = &r->pieces[r->nr_pieces++];
		*p = (struct piece){ .io = index,
				     .op = io->op,
				     .at = at,
				     .len = len,
				     .replay = r };
		if (io->op != IOLOG_TRIM)
			r->batch_bytes += len;
		submit_piece(r, p);
		at += len;
		left -= len;
	}
}

static void issue_flush(struct replay *r)
{
	struct bio *bio;

	drain(r);
	bio = bio_alloc(r->disk, 0, REQ_OP_WRITE | REQ_PREFLUSH, GFP_KERNEL);
	if (submit_bio_wait(bio))
		r->result->mismatches++;
	bio_put(bio);
}

static void issue(struct replay *r, size_t index)
{
	const struct iolog_io *io = &r->log->ios[index];

	switch (io->op) {
	case IOLOG_READ:
	case IOLOG_WRITE:
	case IOLOG_TRIM:
		issue_data(r, index, io);
		break;
	case IOLOG_SYNC:
	case IOLOG_DATASYNC:
		issue_flush(r);
		break;
	case IOLOG_WAIT:
		drain(r);
		dmasim_run_for(io->offset * 1000);
		return;
	}
	r->result->ios++;
}

static void show_progress(struct replay *r, size_t done)
{
	unsigned int width = 40, filled = done * width / r->log->nr_ios;

	fprintf(stderr, "\r%-4s [%.*s%.*s] %3zu%%",
		replay_path_names[r->result->path], filled,
		"########################################", width - filled,
		"........................................",
		done * 100 / r->log->nr_ios);
	if (done == r->log->nr_ios)
		fputs("\r\033[K", stderr);
}

static void replay_all(struct replay *r, bool progress)
{
	size_t step = r->log->nr_ios / 200 + 1, i;

	for (i = 0; i < r->log->nr_ios; i++) {
		issue(r, i);
		if (progress && (i % step == 0 || i + 1 == r->log->nr_ios))
			show_progress(r, i + 1);
		/* Depth is counted in I/Os of the log. */
		if (r->nr_pieces && r->pieces[0].io + r->setup->depth <= i + 1)
			drain(r);
	}
	drain(r);
}

/* ---- the end: the whole store, the counters -------------------------------------- */

static void compare_store(struct replay *r)
{
	u8 *buf = malloc(PIECE);
	u64 at, i, len;

	for (at = 0; at < r->log->total; at += len) {
		len = min_t(u64, PIECE, r->log->total - at);
		if (!buf || dmasim_nvme_store_read(r->nvme, at, buf, len)) {
			r->result->mismatches++;
			break;
		}
		if (!memcmp(buf, r->model + at, len)) {
			r->result->verified_bytes += len;
			continue;
		}
		for (i = 0; i < len; i += REPLAY_BLOCK)
			r->result->mismatches += !!memcmp(
				buf + i, r->model + at + i, REPLAY_BLOCK);
	}
	free(buf);
}

struct counters {
	struct dmasim_iommu_stats iommu;
	struct dmasim_dma_stats dma;
	bool priced;
	struct dmasim_cost cost;
};

static void read_counters(struct counters *c)
{
	dmasim_iommu_get_stats(&c->iommu);
	dmasim_dma_get_stats(&c->dma);
	c->priced = !dmasim_cost_get(&c->cost);
}

/* What the I/O would have cost, apart from all that is measured. */
static void price(struct replay_result *res, const struct counters *before,
		  const struct counters *after)
{
	unsigned int i;

	res->priced = after->priced;
	for (i = 0; res->priced && i < DMASIM_NR_COSTS; i++) {
		u64 n = after->cost.count[i] - before->cost.count[i];
		double ns = (double)n * dmasim_cost_price(i) / 1000;

		res->steps[i] = n;
		if (DMASIM_COST_IS_CPU(i))
			res->cost_cpu_ns += ns;
		else
			res->cost_device_ns += ns;
	}
}

static int compare_u64(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static void sum_up(struct replay *r, const struct counters *before,
		   const struct counters *after)
{
	struct replay_result *res = r->result;
	u64 *ns = r->dma_ns;
	size_t nr = 0, i;

	res->maps = after->dma.maps - before->dma.maps;
	res->iova_allocs = after->dma.iova_allocs - before->dma.iova_allocs;
	res->iotlb_invalidations =
		after->iommu.invalidations - before->iommu.invalidations;
	res->pte_writes = after->iommu.pte_writes - before->iommu.pte_writes;
	for (i = 0; i < r->log->nr_ios; i++) {
		if (r->log->ios[i].op <= IOLOG_TRIM)
			ns[nr++] = ns[i];
	}
	if (!nr)
		return;
	qsort(ns, nr, sizeof(*ns), compare_u64);
	res->dma_ns_median = ns[nr / 2];
	res->dma_ns_p99 = ns[nr - 1 - nr / 100];
	res->bookkeeping_bytes_per_io = (double)r->bookkeeping / nr;
}

/* ---- set-up ------------------------------------------------------------------------ */

static int refused(void)
{
	fprintf(stderr, "dmasim: %s\n", dmasim_refusal());
	return -1;
}

static int start_machine(struct replay *r)
{
	struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;
	struct dmasim_nvme_config nvme = DMASIM_NVME_CONFIG_INIT;

	cfg.iommu = r->setup->iommu;
	cfg.iommu_format = r->setup->format;
	cfg.iommu_levels = r->setup->levels;
	cfg.iommu_caching_mode = r->setup->caching;
	cfg.iommu_granule = r->setup->granule;
	cfg.cost = r->setup->cost;
	cfg.layout = r->setup->layout;
	cfg.seed = r->setup->seed;
	if (dmasim_machine_create(&cfg, &r->machine))
		return refused();
	r->result->seed = dmasim_seed();
	nvme.block_size = REPLAY_BLOCK;
	nvme.ats = r->setup->ats;
	nvme.capacity = r->log->total;
	nvme.max_io_bytes = r->setup->max_io_kb * 1024;
	if (dmasim_param_set("nvme", "data_path",
			     replay_path_names[r->result->path]) ||
	    dmasim_nvme_create(r->machine, &nvme, &r->nvme)) {
		refused();
		goto err;
	}
	/* The namespace scan is work of the driver's. */
	dmasim_run();
	r->disk = dmasim_disk(DISK);
	if (!r->disk) {
		fprintf(stderr, "dmasim: the driver made no disk %s\n", DISK);
		dmasim_dump_events(~0u);
		goto err;
	}
	return 0;

err:
	dmasim_machine_destroy(r->machine);
	return -1;
}

static int get_memory(struct replay *r)
{
	r->room_pieces = r->setup->depth + BATCH_BYTES / PIECE;
	r->pieces = calloc(r->room_pieces, sizeof(*r->pieces));
	r->dma_ns = calloc(r->log->nr_ios, sizeof(*r->dma_ns));
	r->model = mmap(NULL, r->log->total, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (r->pieces && r->dma_ns && r->model != MAP_FAILED)
		return 0;
	fprintf(stderr, "dmasim: %s: no memory to model %llu bytes\n",
		r->log->path, (unsigned long long)r->log->total);
	return -1;
}

static void free_memory(struct replay *r)
{
	if (r->model != MAP_FAILED)
		munmap(r->model, r->log->total);
	free(r->dma_ns);
	free(r->pieces);
}

static int start_trace(struct replay *r, struct dmasim_trace **trace)
{
	*trace = NULL;
	if (!r->setup->trace)
		return 0;
	if (dmasim_trace_open(DMASIM_TRACE_JSON, r->setup->trace, trace))
		return refused();
	dmasim_trace_enable(*trace, "dma:*,iommu:*,swiotlb:*,dma_iova_*");
	return 0;
}

int replay_run(const struct iolog *log, const struct replay_setup *setup,
	       enum replay_path path, bool progress,
	       struct replay_result *result)
{
	struct replay r = { .log = log, .setup = setup, .result = result };
	struct counters before, after;
	struct dmasim_trace *trace;
	int ret = -1;

	*result = (struct replay_result){ .log = log->path, .path = path };
	init_completion(&r.drained);
	if (get_memory(&r) || start_machine(&r))
		goto out;
	if (start_trace(&r, &trace)) {
		dmasim_machine_destroy(r.machine);
		goto out;
	}
	probes_on(&r);
	read_counters(&before);
	replay_all(&r, progress);
	read_counters(&after);
	price(result, &before, &after);
	probes_off(&r);
	if (trace && dmasim_trace_close(trace)) {
		result->incomplete = true;
		refused();
	}
	compare_store(&r);
	sum_up(&r, &before, &after);
	result->leaks = dmasim_machine_destroy(r.machine);
	result->faults = dmasim_event_count(DMASIM_EVENT_FAULT, NULL);
	result->warnings = dmasim_event_count(DMASIM_EVENT_WARN, NULL) +
			   dmasim_event_count(DMASIM_EVENT_MISUSE, NULL);
	if (!replay_clean(result))
		dmasim_dump_events(DMASIM_EVENT_BAD);
	ret = 0;
out:
	free_memory(&r);
	return ret;
}

bool replay_clean(const struct replay_result *result)
{
	return !result->mismatches && !result->faults && !result->leaks &&
	       !result->warnings && !result->incomplete;
}
