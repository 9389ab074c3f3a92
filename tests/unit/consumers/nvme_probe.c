/* SPDX-License-Identifier: MIT */
/*
 * The NVMe driver from inside, see nvme_probe.h.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <trace/events/nvme_pci.h>

#include "unit/consumers/nvme_probe.h"

#include <stdlib.h>
#include <string.h>

struct capture capture;

const struct variant variants_direct[1] = {
	{ "direct", DMASIM_IOMMU_OFF, NULL, false, false },
};

const struct variant variants_two[2] = {
	{ "direct", DMASIM_IOMMU_OFF, NULL, false, false },
	{ "vtdss,strict", DMASIM_IOMMU_STRICT, "vtdss", true, false },
};

static void take_lists(struct nvme_iod *iod)
{
	bool small = iod->flags & IOD_SMALL_DESCRIPTOR;
	unsigned int i;

	for (i = 0; i < iod->nr_descriptors; i++) {
		capture.list_phys[i] = virt_to_phys(iod->descriptors[i]);
		memcpy(capture.list[i], iod->descriptors[i],
		       small ? NVME_SMALL_POOL_SIZE : NVME_CTRL_PAGE_SIZE);
	}
}

void __asan_unpoison_memory_region(const volatile void *addr, size_t size)
	__attribute__((weak));

/*
 * The controller is about to read the start of RAM, because the specification's
 * numbers lie there; so do objects of the slab allocator, and between them is
 * what nobody may read.
 */
static void allow_reading(struct request *req)
{
	struct req_iterator iter;
	struct bio_vec bv;

	if (!__asan_unpoison_memory_region ||
	    req->rq_flags & RQF_SPECIAL_PAYLOAD || !op_is_write(req_op(req)))
		return;
	rq_for_each_bvec(bv, req, iter)
		__asan_unpoison_memory_region(
			dmasim_ram(bvec_phys(&bv), bv.bv_len), bv.bv_len);
}

static void map_ended(void *data, struct request *req, size_t bookkeeping)
{
	struct nvme_iod *iod = blk_mq_rq_to_pdu(req);
	unsigned int i;

	if (capture.tries < CAPTURE_TRIES)
		dmasim_dma_get_stats(&capture.then[capture.tries]);
	allow_reading(req);
	capture.tries++;
	capture.req = req;
	capture.iod = *iod;
	take_lists(iod);
	for (i = 0; i < iod->nr_dma_vecs && i < CAPTURE_VECS; i++)
		capture.vecs[i] = iod->dma_vecs[i];
	if (capture.on_map)
		capture.on_map(req);
}

static void unmap_begins(void *data, struct request *req)
{
	if (capture.unmaps < CAPTURE_TRIES)
		capture.status[capture.unmaps] = nvme_req(req)->status;
	capture.unmaps++;
	if (capture.on_unmap)
		capture.on_unmap(req);
}

void capture_start(void)
{
	capture_stop();
	memset(&capture, 0, sizeof(capture));
	assert_int_equal(register_trace_nvme_unmap_begin(unmap_begins, NULL),
			 0);
	assert_int_equal(register_trace_nvme_map_end(map_ended, NULL), 0);
}

void capture_stop(void)
{
	unregister_trace_nvme_map_end(map_ended, NULL);
	unregister_trace_nvme_unmap_begin(unmap_begins, NULL);
}

/* ---- requests ------------------------------------------------------------ */

struct bio *bio_of_ranges(enum req_op op, const struct phys_run *run,
			  unsigned int nr)
{
	struct bio *bio = bio_kmalloc(nr, GFP_KERNEL);
	unsigned int i;

	assert_non_null(bio);
	bio_init(bio, disk.bdev, bio->bi_inline_vecs, nr, op);
	for (i = 0; i < nr; i++)
		__bio_add_page(bio, phys_to_page(run[i].phys), run[i].len,
			       run[i].phys & (PAGE_SIZE - 1));
	return bio;
}

void free_bio(struct bio *bio)
{
	bio_uninit(bio);
	kfree(bio);
}

int write_ranges(const struct phys_run *run, unsigned int nr)
{
	struct bio *bio = bio_of_ranges(REQ_OP_WRITE, run, nr);
	int ret = submit_bio_wait(bio);

	free_bio(bio);
	return ret;
}

int write_run(u64 phys, u32 len)
{
	const struct phys_run run = { phys, len };

	return write_ranges(&run, 1);
}

static void async_ended(struct bio *bio)
{
	struct async *io = bio->bi_private;

	io->done = true;
	io->status = blk_status_to_errno(bio->bi_status);
}

void prepare_ranges(struct async *io, enum req_op op,
		    const struct phys_run *run, unsigned int nr)
{
	io->done = false;
	io->bio = bio_of_ranges(op, run, nr);
	io->bio->bi_private = io;
	io->bio->bi_end_io = async_ended;
}

void start_ranges(struct async *io, enum req_op op, const struct phys_run *run,
		  unsigned int nr)
{
	prepare_ranges(io, op, run, nr);
	submit_bio(io->bio);
}

void assert_done(struct async *io, int status)
{
	assert_true(io->done);
	assert_int_equal(io->status, status);
	free_bio(io->bio);
}

struct nvme_ns *the_ns(void)
{
	return bdev_get_queue(disk.bdev)->queuedata;
}

struct nvme_ctrl *the_ctrl(void)
{
	return the_ns()->ctrl;
}

struct nvme_dev *the_dev(void)
{
	return to_nvme_dev(the_ctrl());
}

struct nvme_queue *io_queue(void)
{
	return &the_dev()->queues[1];
}

struct request *user_request(u8 opcode, u16 blocks)
{
	struct nvme_command cmd = { .rw = { .opcode = opcode,
					    .nsid = cpu_to_le32(1),
					    .length =
						    cpu_to_le16(blocks - 1) } };
	struct request *req = blk_mq_alloc_request(
		the_ns()->queue, opcode & 1 ? REQ_OP_DRV_OUT : REQ_OP_DRV_IN,
		0);

	assert_false(IS_ERR(req));
	nvme_init_request(req, &cmd);
	nvme_req(req)->flags |= NVME_REQ_USERCMD;
	return req;
}

int run_user(struct request *req)
{
	int ret = blk_status_to_errno(blk_execute_rq(req, false));

	if (nvme_req(req)->status)
		ret = nvme_req(req)->status;
	blk_mq_free_request(req);
	return ret;
}

/* ---- bytes --------------------------------------------------------------- */

const u8 *sqe(void)
{
	static u8 bytes[64];

	assert_int_equal(dmasim_nvme_last_command(disk.nvme, bytes), 0);
	return bytes;
}

void assert_hex_(const void *p, const char *hex, const char *file, int line)
{
	const u8 *bytes = p;
	char *next;

	while (*hex) {
		u8 want = strtoul(hex, &next, 16);

		if (next == hex)
			break;
		if (*bytes != want) {
			print_error("byte %td is %02x, expected %02x\n",
				    bytes - (const u8 *)p, *bytes, want);
			_fail(file, line);
		}
		bytes++;
		hex = next;
	}
}

/* ---- machines ------------------------------------------------------------ */

static void plug(void **state, bool sgl)
{
	disk.cfg = (struct dmasim_nvme_config)DMASIM_NVME_CONFIG_INIT;
	disk.cfg.capacity = DISK_BYTES;
	disk.cfg.sgl = sgl;
	disk_plug(*state, "link");
	capture_start();
}

static void big_machine(void **state)
{
	struct fixture *f;

	fixture_setup_without_device(state);
	f = *state;
	f->cfg.ram_bytes = 16ull << 30;
	fixture_rebuild(f);
}

int direct_setup(void **state)
{
	big_machine(state);
	plug(state, true);
	return 0;
}

int direct_setup_no_sgl(void **state)
{
	big_machine(state);
	plug(state, false);
	return 0;
}

int probe_setup(void **state)
{
	fixture_setup_without_device(state);
	plug(state, true);
	return 0;
}

int probe_setup_no_sgl(void **state)
{
	fixture_setup_without_device(state);
	plug(state, false);
	return 0;
}

int probe_teardown(void **state)
{
	capture_stop();
	return disk_teardown(state);
}

void replug(const char *param, const char *value)
{
	struct dmasim_nvme_config cfg = disk.cfg;

	disk_unplug();
	disk.cfg = cfg;
	if (param)
		assert_int_equal(dmasim_param_set("nvme", param, value), 0);
	assert_int_equal(
		dmasim_nvme_create(disk.f->machine, &disk.cfg, &disk.nvme), 0);
	dmasim_run();
	disk.bdev = dmasim_disk("nvme0n1");
	assert_non_null(disk.bdev);
	capture_start();
}
