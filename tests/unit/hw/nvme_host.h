/* SPDX-License-Identifier: MIT */
/*
 * The least that a host must do to an NVMe controller: an admin queue pair and
 * one I/O queue pair in RAM, commands written by hand, completions read back.
 */
#ifndef TESTS_UNIT_HW_NVME_HOST_H
#define TESTS_UNIT_HW_NVME_HOST_H

#include "board.h"
#include "hw/nvme.h"

#define BAR (MEM32 + 0x10000)
#define MSIX (MEM32 + 0x20000)
#define ASQ 0x200000ull
#define ACQ 0x201000ull
#define SQ1 0x202000ull
#define CQ1 0x203000ull
#define DATA 0x300000ull /* free for the tests */
#define DEPTH 8

static struct hw_nvme_config nvme_config __attribute__((unused)) = {
	.block_lg2 = 9,
	.blocks = 4096,
	.max_queues = 2,
	.mqes = 63,
	.sgls = 1,
	.vwc = true,
};

static struct {
	struct hw_nvme *nvme;
	unsigned int tail[2], head[2];
} host;

static inline uint32_t reg(uint32_t off)
{
	return hw_mmio_read(BAR + off, 4);
}

static inline void set_reg(uint32_t off, uint32_t val)
{
	hw_mmio_write(BAR + off, 4, val);
}

static inline void *ram(uint64_t phys)
{
	return (char *)hw_ram_base() + phys;
}

static inline void nvme_plug(void)
{
	const char *why = NULL;
	uint16_t rid;

	board_on(&board_config);
	host.nvme = hw_nvme_create(&nvme_config, 0, &why);
	assert_null(why);
	assert_non_null(host.nvme);
	board_open_port();
	rid = hw_dev_rid(hw_nvme_dev(host.nvme));
	hw_cfg_write(rid, 0x10, 4, BAR);
	hw_cfg_write(rid, 0x14, 4, 0);
	hw_cfg_write(rid, 0x20, 4, MSIX);
	hw_cfg_write(rid, 0x04, 2, 0x6);
	memset(host.tail, 0, sizeof(host.tail));
	memset(host.head, 0, sizeof(host.head));
	memset(ram(ASQ), 0, 0x4000);
}

static inline void nvme_enable(void)
{
	set_reg(0x24, (DEPTH - 1) | (DEPTH - 1) << 16);
	set_reg(0x28, ASQ);
	set_reg(0x2c, 0);
	set_reg(0x30, ACQ);
	set_reg(0x34, 0);
	set_reg(0x14, 0x00460001);
}

/* Queue @cmd on pair @q without ringing. */
static inline void put_cmd(unsigned int q, const struct nvme_sqe *cmd)
{
	struct nvme_sqe *ring = ram(q ? SQ1 : ASQ);

	ring[host.tail[q]] = *cmd;
	host.tail[q] = (host.tail[q] + 1) % DEPTH;
}

static inline void ring(unsigned int q)
{
	set_reg(0x1000 + q * 8, host.tail[q]);
}

/* The next completion of pair @q, consumed. */
static inline struct nvme_cqe take_cqe(unsigned int q)
{
	struct nvme_cqe *entry =
		(struct nvme_cqe *)ram(q ? CQ1 : ACQ) + host.head[q];

	host.head[q] = (host.head[q] + 1) % DEPTH;
	set_reg(0x1004 + q * 8, host.head[q]);
	return *entry;
}

/* Run one command; its status without the phase and without DNR. */
static inline uint16_t run(unsigned int q, struct nvme_sqe cmd)
{
	put_cmd(q, &cmd);
	ring(q);
	return take_cqe(q).status >> 1 & ~ST_DNR;
}

static inline struct nvme_sqe rw(uint8_t opcode, uint64_t slba, uint32_t blocks,
				 uint64_t prp1, uint64_t prp2)
{
	return (struct nvme_sqe){
		.opcode = opcode,
		.nsid = 1,
		.prp1 = prp1,
		.prp2 = prp2,
		.cdw10 = slba,
		.cdw11 = slba >> 32,
		.cdw12 = blocks - 1,
	};
}

#define WRITE 0x01
#define READ 0x02

static inline void create_queues(void)
{
	struct nvme_sqe cq = { .opcode = 0x05,
			       .prp1 = CQ1,
			       .cdw10 = 1 | (DEPTH - 1) << 16,
			       .cdw11 = 3 | 1 << 16 };
	struct nvme_sqe sq = { .opcode = 0x01,
			       .prp1 = SQ1,
			       .cdw10 = 1 | (DEPTH - 1) << 16,
			       .cdw11 = 1 | 1 << 16 };

	assert_int_equal(run(0, cq), 0);
	assert_int_equal(run(0, sq), 0);
}

static inline int nvme_setup(void **state)
{
	nvme_plug();
	nvme_enable();
	assert_int_equal(reg(0x1c) & 3, 1);
	create_queues();
	return 0;
}

static inline int nvme_teardown(void **state)
{
	hw_nvme_destroy(host.nvme);
	return board_teardown(state);
}

static inline uint64_t violations(void)
{
	return host_event_count(HOST_EVENT_MISUSE, "nvme-rule");
}

#endif
