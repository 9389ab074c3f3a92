/* SPDX-License-Identifier: MIT */
/*
 * NVMe commands: what the controller does with an admin or I/O command.
 * NVM Express 1.3, sections 5 (admin) and 6 (NVM command set).
 *
 * C1  A command that fails has not changed the namespace.
 * C2  Deallocated and zeroed blocks read as zeroes (DLFEAT = 1).
 * Tests: tests/unit/hw/test_nvme.c
 */
#include <stdio.h>
#include <string.h>

#include "hw/nvme.h"

enum {
	ADM_DELETE_SQ = 0x00,
	ADM_CREATE_SQ = 0x01,
	ADM_GET_LOG = 0x02,
	ADM_DELETE_CQ = 0x04,
	ADM_CREATE_CQ = 0x05,
	ADM_IDENTIFY = 0x06,
	ADM_ABORT = 0x08,
	ADM_SET_FEATURES = 0x09,
	ADM_GET_FEATURES = 0x0a,
	ADM_ASYNC_EVENT = 0x0c,
	ADM_KEEP_ALIVE = 0x18,

	IO_FLUSH = 0x00,
	IO_WRITE = 0x01,
	IO_READ = 0x02,
	IO_WRITE_ZEROES = 0x08,
	IO_DSM = 0x09,

	FEAT_POWER = 0x02,
	FEAT_CACHE = 0x06,
	FEAT_QUEUES = 0x07,
	FEAT_ASYNC = 0x0b,
	FEAT_TIMESTAMP = 0x0e,
	FEAT_HOST = 0x16,
};

#define NSID_ALL 0xffffffffu
#define DSM_DEALLOCATE 4u

static void put16(uint8_t *p, uint16_t v)
{
	memcpy(p, &v, sizeof(v));
}

static void put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

static void put64(uint8_t *p, uint64_t v)
{
	memcpy(p, &v, sizeof(v));
}

/* Text fields of Identify are padded with blanks, not terminated. */
static void put_text(uint8_t *p, size_t len, const char *text)
{
	size_t n = strlen(text);

	memset(p, ' ', len);
	memcpy(p, text, n < len ? n : len);
}

/* ---- Identify ------------------------------------------------------------ */

static void identify_ctrl(struct hw_nvme *n, uint8_t *id)
{
	put16(id + 0, n->model.vendor);
	put16(id + 2, n->model.subvendor);
	put_text(id + 4, 20, "SIM0001");
	put_text(id + 24, 40, "libdmasim NVMe controller");
	put_text(id + 64, 8, "1.0");
	id[77] = n->cfg.mdts;
	put16(id + 78, 1); /* cntlid */
	put32(id + 80, 0x00010300); /* ver */
	id[111] = 1; /* I/O controller */
	id[258] = 3; /* acl: 4 aborts */
	id[259] = NVME_MAX_AER - 1;
	id[512] = 0x66; /* sqes */
	id[513] = 0x44; /* cqes */
	put32(id + 516, 1); /* nn */
	put16(id + 520, 1 << 2 | 1 << 3); /* oncs: DSM, Write Zeroes */
	id[525] = n->cfg.vwc;
	put32(id + 536, n->cfg.sgls);
	snprintf((char *)id + 768, 256, "nqn.2026-01.invalid.dmasim:nvme:%s",
		 hw_dev_name(n->dev));
}

static void identify_ns(struct hw_nvme *n, uint8_t *id)
{
	put64(id + 0, n->cfg.blocks); /* nsze */
	put64(id + 8, n->cfg.blocks); /* ncap */
	put64(id + 16, n->cfg.blocks); /* nuse */
	id[33] = 1; /* dlfeat: zeroes */
	id[128 + 2] = n->cfg.block_lg2; /* lbaf 0: ds */
}

static uint16_t identify(struct hw_nvme *n, struct nvme_sqe *sqe)
{
	uint8_t id[4096] = { 0 };
	uint16_t status;

	switch (sqe->cdw10 & 0xff) {
	case 0x00:
		if (sqe->nsid != 1)
			return ST_NAMESPACE;
		identify_ns(n, id);
		break;
	case 0x01:
		identify_ctrl(n, id);
		break;
	case 0x02: /* active namespaces > nsid */
		if (sqe->nsid >= 0xfffffffe)
			return ST_NAMESPACE;
		if (sqe->nsid < 1)
			put32(id, 1);
		break;
	case 0x03: /* descriptors: one EUI-64 */
		if (sqe->nsid != 1)
			return ST_NAMESPACE;
		id[0] = 1;
		id[1] = 8;
		put64(id + 4, 0x0100000000d3a5ull);
		break;
	default:
		return ST_FIELD;
	}
	status = hw_nvme_data_map(n, sqe, true, sizeof(id));
	return status ? status : hw_nvme_data_out(n, id);
}

/* ---- queues -------------------------------------------------------------- */

static uint16_t check_new_queue(struct hw_nvme *n, struct nvme_sqe *sqe,
				bool taken)
{
	uint32_t id = sqe->cdw10 & 0xffff, size = (sqe->cdw10 >> 16) + 1;

	if (!id || id > n->cfg.max_queues || taken)
		return ST_QID;
	if (size < 2 || size > n->cfg.mqes + 1)
		return ST_QUEUE_SIZE;
	if (!(sqe->cdw11 & 1)) {
		hw_nvme_violation(n, 0, "queue %u is not physically contiguous",
				  id);
		return ST_FIELD;
	}
	if (sqe->prp1 & (NVME_PAGE - 1)) {
		hw_nvme_violation(n, sqe->prp1, "queue %u is not page aligned",
				  id);
		return ST_PRP_OFFSET;
	}
	return ST_OK;
}

static uint16_t create_cq(struct hw_nvme *n, struct nvme_sqe *sqe)
{
	uint32_t id = sqe->cdw10 & 0xffff, vector = sqe->cdw11 >> 16;
	bool taken = id <= NVME_MAX_QUEUES && n->cq[id].live;
	uint16_t status = check_new_queue(n, sqe, taken);

	if (status)
		return status;
	if ((sqe->cdw11 & 2) && vector >= n->model.msix_vectors)
		return ST_VECTOR;
	host_mutex_lock(&n->lock);
	n->cq[id] = (struct nvme_cq){
		.live = true,
		.irq = sqe->cdw11 & 2,
		.phase = 1,
		.vector = vector,
		.size = (sqe->cdw10 >> 16) + 1,
		.base = sqe->prp1,
	};
	host_mutex_unlock(&n->lock);
	return ST_OK;
}

static uint16_t create_sq(struct hw_nvme *n, struct nvme_sqe *sqe)
{
	uint32_t id = sqe->cdw10 & 0xffff, cqid = sqe->cdw11 >> 16;
	bool taken = id <= NVME_MAX_QUEUES && n->sq[id].live;
	uint16_t status = check_new_queue(n, sqe, taken);

	if (status)
		return status;
	if (!cqid || cqid > n->cfg.max_queues || !n->cq[cqid].live)
		return ST_CQ_INVALID;
	host_mutex_lock(&n->lock);
	n->sq[id] = (struct nvme_sq){
		.live = true,
		.cqid = cqid,
		.size = (sqe->cdw10 >> 16) + 1,
		.base = sqe->prp1,
	};
	n->cq[cqid].sqs++;
	host_mutex_unlock(&n->lock);
	return ST_OK;
}

static uint16_t delete_queue(struct hw_nvme *n, struct nvme_sqe *sqe, bool sq)
{
	uint32_t id = sqe->cdw10 & 0xffff;
	uint16_t status = ST_OK;

	if (!id || id > NVME_MAX_QUEUES ||
	    !(sq ? n->sq[id].live : n->cq[id].live))
		return ST_QID;
	host_mutex_lock(&n->lock);
	if (sq) {
		n->sq[id].live = false;
		n->cq[n->sq[id].cqid].sqs--;
		hw_nvme_forget_held(n, id);
	} else if (n->cq[id].sqs) {
		status = ST_QUEUE_DELETE;
	} else {
		n->cq[id].live = false;
	}
	host_mutex_unlock(&n->lock);
	return status;
}

/* ---- features, logs ------------------------------------------------------ */

static uint16_t features(struct hw_nvme *n, struct nvme_sqe *sqe,
			 uint32_t *result)
{
	uint8_t buf[4096] = { 0 };
	uint32_t fid = sqe->cdw10 & 0xff, max = n->cfg.max_queues - 1;
	bool set = sqe->opcode == ADM_SET_FEATURES;
	uint32_t len = 0;
	uint16_t status;

	switch (fid) {
	case FEAT_QUEUES:
		if (set && ((sqe->cdw11 & 0xffff) == 0xffff ||
			    sqe->cdw11 >> 16 == 0xffff))
			return ST_FIELD;
		*result = max | max << 16;
		return ST_OK;
	case FEAT_POWER:
	case FEAT_CACHE:
	case FEAT_ASYNC:
		break;
	case FEAT_TIMESTAMP:
		len = 8;
		break;
	case FEAT_HOST:
		len = 512;
		break;
	default:
		return ST_FIELD;
	}
	if (len) {
		status = hw_nvme_data_map(n, sqe, true, len);
		if (!status)
			status = set ? hw_nvme_data_in(n, buf) :
				       hw_nvme_data_out(n, buf);
		return status;
	}
	if (set)
		n->features[fid] = sqe->cdw11;
	else
		*result = n->features[fid];
	return ST_OK;
}

static uint16_t get_log(struct hw_nvme *n, struct nvme_sqe *sqe)
{
	uint8_t log[4096] = { 0 };
	uint64_t dwords =
		(sqe->cdw10 >> 16 | (uint64_t)(sqe->cdw11 & 0xffff) << 16) + 1;
	uint32_t lid = sqe->cdw10 & 0xff;
	uint16_t status;

	if (lid < 1 || lid > 3)
		return ST_LOG_PAGE;
	if (dwords * 4 > sizeof(log))
		return ST_FIELD;
	status = hw_nvme_data_map(n, sqe, true, dwords * 4);
	return status ? status : hw_nvme_data_out(n, log);
}

static uint16_t async_event(struct hw_nvme *n, struct nvme_sqe *sqe)
{
	if (n->nr_aer == NVME_MAX_AER)
		return ST_AER_LIMIT;
	n->aer[n->nr_aer++] = sqe->cid;
	return NVME_NO_COMPLETION;
}

uint16_t hw_nvme_admin(struct hw_nvme *n, struct nvme_sqe *sqe,
		       uint32_t *result)
{
	switch (sqe->opcode) {
	case ADM_DELETE_SQ:
	case ADM_DELETE_CQ:
		return delete_queue(n, sqe, sqe->opcode == ADM_DELETE_SQ);
	case ADM_CREATE_SQ:
		return create_sq(n, sqe);
	case ADM_CREATE_CQ:
		return create_cq(n, sqe);
	case ADM_IDENTIFY:
		return identify(n, sqe);
	case ADM_SET_FEATURES:
	case ADM_GET_FEATURES:
		return features(n, sqe, result);
	case ADM_GET_LOG:
		return get_log(n, sqe);
	case ADM_ASYNC_EVENT:
		return async_event(n, sqe);
	case ADM_ABORT:
		*result = hw_nvme_abort(n, sqe);
		return ST_OK;
	case ADM_KEEP_ALIVE:
		return ST_OK;
	}
	return ST_OPCODE;
}

/* ---- I/O ----------------------------------------------------------------- */

/* Is [slba, slba + blocks) inside the namespace? No sum can overflow. */
static bool in_namespace(struct hw_nvme *n, uint64_t slba, uint64_t blocks)
{
	return slba <= n->cfg.blocks && blocks <= n->cfg.blocks - slba;
}

static uint16_t read_write(struct hw_nvme *n, struct nvme_sqe *sqe)
{
	uint64_t slba = sqe->cdw10 | (uint64_t)sqe->cdw11 << 32;
	uint64_t blocks = (sqe->cdw12 & 0xffff) + 1;
	uint64_t at = slba << n->cfg.block_lg2;
	uint64_t len = blocks << n->cfg.block_lg2;
	uint64_t limit = n->cfg.mdts ? (uint64_t)NVME_PAGE << n->cfg.mdts :
				       NVME_MAX_TRANSFER;
	uint16_t status;

	if (!in_namespace(n, slba, blocks))
		return ST_LBA_RANGE;
	if (len > limit || len > NVME_MAX_TRANSFER) {
		hw_nvme_violation(n, 0, "transfer of %llu bytes, at most %llu",
				  (unsigned long long)len,
				  (unsigned long long)limit);
		return ST_FIELD;
	}
	status = hw_nvme_data_map(n, sqe, false, len);
	if (status)
		return status;
	if (sqe->opcode == IO_READ) {
		status = hw_nvme_data_out(n, n->store + at);
		if (!status)
			n->stats.bytes_read += len;
		return status;
	}
	/* Through a buffer: C1 holds even if the last byte is refused. */
	status = hw_nvme_data_in(n, n->bounce);
	if (status)
		return status;
	memcpy(n->store + at, n->bounce, len);
	n->stats.bytes_written += len;
	return ST_OK;
}

static uint16_t write_zeroes(struct hw_nvme *n, struct nvme_sqe *sqe)
{
	uint64_t slba = sqe->cdw10 | (uint64_t)sqe->cdw11 << 32;
	uint64_t blocks = (sqe->cdw12 & 0xffff) + 1;

	if (!in_namespace(n, slba, blocks))
		return ST_LBA_RANGE;
	memset(n->store + (slba << n->cfg.block_lg2), 0,
	       blocks << n->cfg.block_lg2);
	return ST_OK;
}

static uint16_t dataset_management(struct hw_nvme *n, struct nvme_sqe *sqe)
{
	struct {
		uint32_t attributes;
		uint32_t blocks;
		uint64_t slba;
	} range[256];
	uint32_t nr = (sqe->cdw10 & 0xff) + 1, i;
	uint16_t status;

	/* Only the ranges named are read, however much the host mapped. */
	status = hw_nvme_data_map(n, sqe, false, nr * sizeof(range[0]));
	if (!status)
		status = hw_nvme_data_in(n, range);
	if (status)
		return status;
	for (i = 0; i < nr; i++) {
		if (!in_namespace(n, range[i].slba, range[i].blocks))
			return ST_LBA_RANGE;
	}
	if (!(sqe->cdw11 & DSM_DEALLOCATE))
		return ST_OK;
	for (i = 0; i < nr; i++)
		memset(n->store + (range[i].slba << n->cfg.block_lg2), 0,
		       (uint64_t)range[i].blocks << n->cfg.block_lg2);
	return ST_OK;
}

uint16_t hw_nvme_io(struct hw_nvme *n, struct nvme_sqe *sqe, uint32_t *result)
{
	host_mutex_lock(&n->lock);
	memcpy(n->last_sqe, sqe, sizeof(n->last_sqe));
	n->have_sqe = true;
	host_mutex_unlock(&n->lock);

	if (hw_nvme_fails(n, sqe->opcode))
		return n->trouble.fail_status;
	if (sqe->nsid != 1 &&
	    !(sqe->opcode == IO_FLUSH && sqe->nsid == NSID_ALL))
		return ST_NAMESPACE;
	switch (sqe->opcode) {
	case IO_FLUSH:
		n->stats.cmds_flush++;
		hw_nvme_store_flush(n);
		return ST_OK;
	case IO_WRITE:
		n->stats.cmds_write++;
		return read_write(n, sqe);
	case IO_READ:
		n->stats.cmds_read++;
		return read_write(n, sqe);
	case IO_WRITE_ZEROES:
		n->stats.cmds_other++;
		return write_zeroes(n, sqe);
	case IO_DSM:
		n->stats.cmds_dsm++;
		return dataset_management(n, sqe);
	}
	n->stats.cmds_other++;
	return ST_OPCODE;
}
