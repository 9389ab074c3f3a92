/* SPDX-License-Identifier: MIT */
/*
 * NVMe controller: registers, doorbells, queues and the engine that runs them.
 * NVM Express 1.3, sections 3.1 and 4.1, 7.6.
 *
 * A doorbell write becomes work for the engine. The thread that finds the
 * engine idle runs it inside its own register write; a write that arrives
 * while it runs (from an interrupt handler on the same thread, or from another
 * thread) only leaves the new value, which the engine then sees.
 *
 *	doorbell -> engine: fetch SQE -> command -> post CQE -> ... -> interrupts
 *
 * N1  One thread at a time is in the engine; it alone moves sq.head, cq.tail.
 * N2  A completion entry is in memory before its interrupt is sent.
 * N3  No entry of a completion queue is overwritten before the host took it.
 * N4  After CC.EN went to 0 no access to memory happens until it is 1 again.
 * N5  No lock is held across hw_dma_*() and hw_dev_irq() (device.h, V1).
 * N6  A command that is held (nvme_trouble.c) is fetched, thus its slot in the
 *     submission queue is free; its completion comes later, or never.
 * Tests: tests/unit/hw/test_nvme.c
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hw/nvme.h"

enum {
	REG_CAP = 0x00,
	REG_VS = 0x08,
	REG_INTMS = 0x0c,
	REG_INTMC = 0x10,
	REG_CC = 0x14,
	REG_CSTS = 0x1c,
	REG_NSSR = 0x20,
	REG_AQA = 0x24,
	REG_ASQ = 0x28,
	REG_ACQ = 0x30,
	REG_DOORBELLS = 0x1000,
};

#define CC_EN 1u
#define CC_SHN_MASK (3u << 14)
#define CC_CONFIG_MASK 0x00ff3ff0u /* CSS, MPS, AMS, entry sizes */
#define CSTS_RDY 1u
#define CSTS_CFS 2u
#define CSTS_SHST_MASK (3u << 2)
#define CSTS_SHST_DONE (2u << 2)

#define MSIX_BAR 4

void hw_nvme_violation(struct hw_nvme *n, uint64_t addr, const char *fmt, ...)
{
	char text[HOST_EVENT_TEXT];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	n->stats.violations++;
	host_event_put(HOST_EVENT_MISUSE, "nvme-rule", hw_dev_name(n->dev),
		       addr, 0, text);
}

void hw_nvme_dead(struct hw_nvme *n, const char *what)
{
	host_mutex_lock(&n->lock);
	n->csts |= CSTS_CFS;
	host_mutex_unlock(&n->lock);
	host_event_put(HOST_EVENT_REFUSAL, "nvme-fatal", hw_dev_name(n->dev), 0,
		       0, what);
}

/* ---- the engine ---------------------------------------------------------- */

static bool may_run(struct hw_nvme *n)
{
	return (n->csts & CSTS_RDY) && !(n->csts & CSTS_CFS) && !n->stop;
}

bool hw_nvme_cq_full(const struct nvme_cq *cq)
{
	return (cq->tail + 1) % cq->size == cq->head;
}

/* Lock held: the next queue with a command and room for its completion. */
static struct nvme_sq *next_work(struct hw_nvme *n, unsigned int *turn)
{
	unsigned int i, queues = n->cfg.max_queues + 1;

	if (!may_run(n))
		return NULL;
	for (i = 0; i < queues; i++) {
		struct nvme_sq *sq = &n->sq[(*turn + i) % queues];

		if (!sq->live || sq->head == sq->tail ||
		    hw_nvme_cq_full(&n->cq[sq->cqid]))
			continue;
		*turn = (*turn + i) % queues;
		return sq;
	}
	return NULL;
}

void hw_nvme_post(struct hw_nvme *n, struct nvme_cq *cq, struct nvme_cqe cqe)
{
	cqe.status = (cqe.status & ~1u) | cq->phase;
	if (hw_dma_write(n->dev, cq->base + cq->tail * sizeof(cqe), &cqe,
			 sizeof(cqe)) != HW_OK) {
		hw_nvme_dead(n, "completion queue entry refused");
		return;
	}
	host_mutex_lock(&n->lock);
	if (++cq->tail == cq->size) {
		cq->tail = 0;
		cq->phase ^= 1;
	}
	cq->irq_due = cq->irq;
	if (cq != n->cq) {
		n->trouble.last_cqe = cqe;
		n->trouble.last_cq = cq;
	}
	host_mutex_unlock(&n->lock);
}

/* Run a command, @status being what is known already, and complete it. */
static void execute(struct hw_nvme *n, struct nvme_sq *sq, struct nvme_sqe *sqe,
		    uint16_t status)
{
	bool admin = sq == n->sq;
	uint16_t cqid = sq->cqid;
	uint32_t result = 0;

	if (admin)
		n->stats.cmds_admin++;
	if (!status)
		status = admin ? hw_nvme_admin(n, sqe, &result) :
				 hw_nvme_io(n, sqe, &result);
	if (status == NVME_NO_COMPLETION)
		return;
	if (status) {
		n->stats.cmds_failed++;
		/* Trying the same again would fail the same way. */
		if (status != n->trouble.fail_status)
			status |= ST_DNR;
	}
	/* The command may have been the deletion of a queue. */
	if (n->cq[cqid].live)
		hw_nvme_post(n, &n->cq[cqid],
			     (struct nvme_cqe){
				     .result = result,
				     .sq_head = sq->head,
				     .sq_id = sq - n->sq,
				     .cid = sqe->cid,
				     .status = status << 1,
			     });
}

static void run_command(struct hw_nvme *n, struct nvme_sq *sq)
{
	uint16_t sqid = sq - n->sq, status = ST_OK;
	struct nvme_sqe sqe;
	bool taken, held;

	if (hw_dma_read(n->dev, sq->base + sq->head * sizeof(sqe), &sqe,
			sizeof(sqe)) != HW_OK) {
		hw_nvme_dead(n, "submission queue entry refused");
		return;
	}
	host_mutex_lock(&n->lock);
	sq->head = (sq->head + 1) % sq->size;
	taken = hw_nvme_is_held(n, sqid, sqe.cid);
	held = !taken && hw_nvme_hold_this(n, sqid, &sqe);
	host_mutex_unlock(&n->lock);

	if (held)
		return;
	if (taken) {
		hw_nvme_violation(n, 0, "command id 0x%x is in use on queue %u",
				  sqe.cid, sqid);
		status = ST_CID;
	}
	execute(n, sq, &sqe, status);
}

/* Send what is due; a handler may ring doorbells before this returns. */
static void send_interrupts(struct hw_nvme *n)
{
	unsigned int i;

	for (i = 0; i <= n->cfg.max_queues; i++) {
		bool due;

		host_mutex_lock(&n->lock);
		due = n->cq[i].live && n->cq[i].irq_due;
		n->cq[i].irq_due = false;
		if (due && i && n->trouble.lose_irqs) {
			n->trouble.lose_irqs--;
			due = false;
		}
		n->stats.irqs += due;
		host_mutex_unlock(&n->lock);
		if (due)
			hw_dev_irq(n->dev, n->cq[i].vector);
	}
}

static bool irq_waits(struct hw_nvme *n)
{
	unsigned int i;

	for (i = 0; i <= n->cfg.max_queues; i++) {
		if (n->cq[i].live && n->cq[i].irq_due)
			return true;
	}
	return false;
}

static void forget_queues(struct hw_nvme *n)
{
	memset(n->sq, 0, sizeof(n->sq));
	memset(n->cq, 0, sizeof(n->cq));
	n->nr_aer = 0;
	hw_nvme_forget_held(n, -1);
	n->csts &= ~(CSTS_RDY | CSTS_CFS);
	n->stop = false;
}

/* Lock held, but not while working. Return: there was something to do. */
static bool engine_step(struct hw_nvme *n, unsigned int *turn)
{
	struct nvme_sq *sq = next_work(n, turn);
	struct nvme_held held;
	struct nvme_cq *cq;

	if (sq) {
		host_mutex_unlock(&n->lock);
		run_command(n, sq);
	} else if (may_run(n) && hw_nvme_next_released(n, &held)) {
		host_mutex_unlock(&n->lock);
		execute(n, &n->sq[held.sqid], &held.sqe, ST_OK);
	} else if (may_run(n) && (cq = hw_nvme_repeat_due(n))) {
		host_mutex_unlock(&n->lock);
		hw_nvme_post(n, cq, n->trouble.last_cqe);
	} else {
		return false;
	}
	host_mutex_lock(&n->lock);
	return true;
}

/*
 * Lock held on entry and return. Work that arrives while interrupts are sent
 * is found by the next round, so nothing is lost when @running is cleared.
 */
void hw_nvme_kick(struct hw_nvme *n)
{
	unsigned int turn = 0;

	if (n->running)
		return;
	n->running = true;
	for (;;) {
		while (engine_step(n, &turn))
			;
		if (!may_run(n) || !irq_waits(n))
			break;
		host_mutex_unlock(&n->lock);
		send_interrupts(n);
		host_mutex_lock(&n->lock);
	}
	n->running = false;
	if (n->stop)
		forget_queues(n);
}

/* ---- registers ----------------------------------------------------------- */

/* Lock held. Bring the admin queues up, or say why not. */
static void enable(struct hw_nvme *n)
{
	uint32_t asqs = (n->aqa & 0xfff) + 1, acqs = (n->aqa >> 16 & 0xfff) + 1;
	const char *why = NULL;

	if (n->cc & 0x70)
		why = "CC.CSS selects a command set that is not supported";
	else if (n->cc & 0x780)
		why = "CC.MPS is outside MPSMIN..MPSMAX";
	else if (asqs < 2 || acqs < 2)
		why = "AQA: an admin queue needs at least 2 entries";
	else if ((n->asq | n->acq) & (NVME_PAGE - 1))
		why = "ASQ or ACQ is not page aligned";
	if (why) {
		n->csts |= CSTS_CFS;
		hw_nvme_violation(n, 0, "%s", why);
		return;
	}
	n->sq[0] =
		(struct nvme_sq){ .live = true, .size = asqs, .base = n->asq };
	n->cq[0] = (struct nvme_cq){ .live = true,
				     .irq = true,
				     .phase = 1,
				     .size = acqs,
				     .base = n->acq,
				     .sqs = 1 };
	n->csts |= CSTS_RDY;
}

static void write_cc(struct hw_nvme *n, uint32_t val)
{
	uint32_t old = n->cc;

	if ((old & CC_EN) && (val & CC_EN) && ((old ^ val) & CC_CONFIG_MASK))
		hw_nvme_violation(
			n, REG_CC,
			"CC changed from 0x%08x to 0x%08x while enabled", old,
			val);
	n->cc = val;
	if (!(old & CC_EN) && (val & CC_EN)) {
		enable(n);
	} else if ((old & CC_EN) && !(val & CC_EN)) {
		if (n->running)
			n->stop = true;
		else
			forget_queues(n);
	}
	n->csts &= ~CSTS_SHST_MASK;
	if (val & CC_SHN_MASK) {
		hw_nvme_store_flush(n);
		n->csts |= CSTS_SHST_DONE;
	}
}

static void write_dword(struct hw_nvme *n, uint64_t off, uint32_t val)
{
	uint64_t high = (uint64_t)val << 32;

	if ((n->cc & CC_EN) && off >= REG_AQA && off < REG_ACQ + 8) {
		hw_nvme_violation(n, off,
				  "register 0x%02llx written while enabled",
				  (unsigned long long)off);
		return;
	}
	switch (off) {
	case REG_INTMS:
		n->intms |= val;
		break;
	case REG_INTMC:
		n->intms &= ~val;
		break;
	case REG_CC:
		write_cc(n, val);
		break;
	case REG_AQA:
		n->aqa = val & 0x0fff0fff;
		break;
	case REG_ASQ:
		n->asq = (n->asq & ~0xffffffffull) | val;
		break;
	case REG_ASQ + 4:
		n->asq = (n->asq & 0xffffffff) | high;
		break;
	case REG_ACQ:
		n->acq = (n->acq & ~0xffffffffull) | val;
		break;
	case REG_ACQ + 4:
		n->acq = (n->acq & 0xffffffff) | high;
		break;
	case REG_CSTS: /* NSSRO is not implemented, the rest is read-only */
	case REG_NSSR:
		break;
	default:
		hw_nvme_violation(n, off, "write to register 0x%llx",
				  (unsigned long long)off);
	}
}

static uint32_t read_dword(struct hw_nvme *n, uint64_t off)
{
	switch (off) {
	case REG_CAP:
		return n->cap;
	case REG_CAP + 4:
		return n->cap >> 32;
	case REG_VS:
		return 0x00010300;
	case REG_INTMS:
	case REG_INTMC:
		return n->intms;
	case REG_CC:
		return n->cc;
	case REG_CSTS:
		return n->csts;
	case REG_AQA:
		return n->aqa;
	case REG_ASQ:
		return n->asq;
	case REG_ASQ + 4:
		return n->asq >> 32;
	case REG_ACQ:
		return n->acq;
	case REG_ACQ + 4:
		return n->acq >> 32;
	}
	return 0; /* no CMB, no PMR, no boot partition */
}

/* Lock held. */
static void write_doorbell(struct hw_nvme *n, uint64_t off, uint32_t val)
{
	uint64_t index = (off - REG_DOORBELLS) / (4u << n->cfg.dstrd);
	uint64_t id = index / 2;
	struct nvme_cq *cq;

	n->stats.doorbells++;
	if (off % (4u << n->cfg.dstrd) || id > n->cfg.max_queues ||
	    !(index & 1 ? n->cq[id].live : n->sq[id].live)) {
		hw_nvme_violation(n, off, "doorbell 0x%llx belongs to no queue",
				  (unsigned long long)off);
		return;
	}
	if (!(index & 1)) {
		if (val >= n->sq[id].size)
			hw_nvme_violation(
				n, off,
				"SQ %llu tail %u is not below its size %u",
				(unsigned long long)id, val, n->sq[id].size);
		else
			n->sq[id].tail = val;
		return;
	}
	cq = &n->cq[id];
	if (val >= cq->size ||
	    (val + cq->size - cq->head) % cq->size >
		    (cq->tail + cq->size - cq->head) % cq->size)
		hw_nvme_violation(
			n, off,
			"CQ %llu head %u is outside the posted entries %u..%u",
			(unsigned long long)id, val, cq->head, cq->tail);
	else
		cq->head = val;
}

static void nvme_bar_write(struct hw_dev *dev, unsigned int bar, uint64_t off,
			   unsigned int size, uint64_t val)
{
	struct hw_nvme *n = hw_dev_priv(dev);

	host_mutex_lock(&n->lock);
	if (bar != 0 || size < 4) {
		hw_nvme_violation(n, off, "%u-byte write at 0x%llx", size,
				  (unsigned long long)off);
	} else if (off >= REG_DOORBELLS) {
		write_doorbell(n, off, val);
		hw_nvme_kick(n);
	} else {
		write_dword(n, off, val);
		if (size == 8)
			write_dword(n, off + 4, val >> 32);
	}
	host_mutex_unlock(&n->lock);
}

static uint64_t nvme_bar_read(struct hw_dev *dev, unsigned int bar,
			      uint64_t off, unsigned int size)
{
	struct hw_nvme *n = hw_dev_priv(dev);
	uint64_t val = 0;

	if (bar != 0 || size < 4 || off >= REG_DOORBELLS)
		return 0;
	host_mutex_lock(&n->lock);
	val = read_dword(n, off);
	if (size == 8)
		val |= (uint64_t)read_dword(n, off + 4) << 32;
	host_mutex_unlock(&n->lock);
	return val;
}

static void nvme_reset(struct hw_dev *dev)
{
	struct hw_nvme *n = hw_dev_priv(dev);

	host_mutex_lock(&n->lock);
	n->cc = 0;
	n->aqa = 0;
	n->asq = 0;
	n->acq = 0;
	n->intms = 0;
	memset(n->features, 0, sizeof(n->features));
	if (n->running)
		n->stop = true;
	else
		forget_queues(n);
	n->csts &= ~CSTS_SHST_MASK;
	host_mutex_unlock(&n->lock);
}

/* ---- life ---------------------------------------------------------------- */

static uint64_t round_up_pow2(uint64_t v)
{
	uint64_t p = 4096;

	while (p < v)
		p <<= 1;
	return p;
}

static void fill_model(struct hw_nvme *n)
{
	unsigned int queues = n->cfg.max_queues + 1;

	n->model = (struct hw_model){
		.name = "nvme",
		.vendor = 0x1b36,
		.device = 0x0010,
		.subvendor = 0x1af4,
		.subdevice = 0x1100,
		.class_code = 0x010802,
		.revision = 2,
		.bar = {
			[0] = { .size = round_up_pow2(REG_DOORBELLS +
						      (queues * 8ull
						       << n->cfg.dstrd)),
				.is64 = true },
			[MSIX_BAR] = { .size = round_up_pow2(queues * 16 +
							     4096) },
		},
		.msix_vectors = queues,
		.msix_bar = MSIX_BAR,
		.bar_read = nvme_bar_read,
		.bar_write = nvme_bar_write,
		.reset = nvme_reset,
	};
	if (n->model.bar[0].size < 16384)
		n->model.bar[0].size = 16384;
	n->cap = n->cfg.mqes | 1ull << 16 | 20ull << 24 |
		 (uint64_t)n->cfg.dstrd << 32 | 1ull << 37;
}

static const char *check_config(const struct hw_nvme_config *cfg)
{
	if (cfg->block_lg2 < 9 || cfg->block_lg2 > 16)
		return "block size is not 512..65536";
	if (!cfg->blocks)
		return "the namespace has no blocks";
	if (!cfg->max_queues || cfg->max_queues > NVME_MAX_QUEUES)
		return "number of I/O queues is not 1..64";
	if (cfg->mqes < 1 || cfg->mqes > 65535)
		return "queue size is not 2..65536";
	if (cfg->mdts > 11)
		return "MDTS allows more than 8 MiB";
	if (cfg->dstrd > 4)
		return "doorbell stride is larger than 64 bytes";
	return NULL;
}

struct hw_nvme *hw_nvme_create(const struct hw_nvme_config *cfg, int slot,
			       const char **why)
{
	struct hw_nvme *n;

	*why = check_config(cfg);
	if (*why)
		return NULL;
	n = host_alloc(sizeof(*n));
	if (!n) {
		*why = "the host is out of memory";
		return NULL;
	}
	n->cfg = *cfg;
	n->trouble.fail_opcode = -1;
	fill_model(n);
	*why = hw_nvme_store_open(n);
	if (*why)
		goto err;
	n->segs = host_alloc(NVME_MAX_SEGS * sizeof(*n->segs));
	n->bounce = host_alloc(NVME_MAX_TRANSFER);
	if (!n->segs || !n->bounce) {
		*why = "the host is out of memory";
		goto err;
	}
	n->dev = hw_dev_plug(&n->model, n, slot);
	if (!n->dev) {
		*why = "no free slot on the bus";
		goto err;
	}
	return n;

err:
	hw_nvme_store_close(n);
	host_free(n->segs);
	host_free(n->bounce);
	host_free(n);
	return NULL;
}

void hw_nvme_destroy(struct hw_nvme *n)
{
	hw_dev_unplug(n->dev);
	hw_nvme_store_close(n);
	host_free(n->segs);
	host_free(n->bounce);
	host_free(n);
}

struct hw_dev *hw_nvme_dev(struct hw_nvme *nvme)
{
	return nvme->dev;
}

void hw_nvme_get_stats(struct hw_nvme *nvme, struct hw_nvme_stats *stats)
{
	host_mutex_lock(&nvme->lock);
	*stats = nvme->stats;
	host_mutex_unlock(&nvme->lock);
}

bool hw_nvme_last_sqe(struct hw_nvme *nvme, void *sqe)
{
	bool have;

	host_mutex_lock(&nvme->lock);
	have = nvme->have_sqe;
	memcpy(sqe, nvme->last_sqe, sizeof(nvme->last_sqe));
	host_mutex_unlock(&nvme->lock);
	return have;
}
