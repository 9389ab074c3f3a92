/* SPDX-License-Identifier: MIT */
/*
 * NVMe controller: what a test asks to go wrong. Commands that fail, commands
 * that do not end, interrupts that get lost, completions that come twice, a
 * controller that dies.
 *
 * T1  A held command ends at most once: by its release, by an Abort, or never,
 *     because its queue or the whole controller was reset.
 * T2  Nothing here touches memory but through the engine.
 * Tests: tests/unit/hw/test_nvme_trouble.c
 */
#include <string.h>

#include "hw/nvme.h"

/* ---- commands that fail -------------------------------------------------- */

void hw_nvme_fail_cmd(struct hw_nvme *nvme, int opcode, unsigned int nth,
		      uint16_t status)
{
	host_mutex_lock(&nvme->lock);
	nvme->trouble.fail_opcode = opcode;
	nvme->trouble.fail_nth = nth;
	nvme->trouble.fail_status = status;
	host_mutex_unlock(&nvme->lock);
}

bool hw_nvme_fails(struct hw_nvme *n, uint8_t opcode)
{
	struct nvme_trouble *t = &n->trouble;
	bool fail = false;

	host_mutex_lock(&n->lock);
	if (t->fail_nth && (t->fail_opcode < 0 || t->fail_opcode == opcode))
		fail = !--t->fail_nth;
	host_mutex_unlock(&n->lock);
	return fail;
}

/* ---- commands that do not end -------------------------------------------- */

bool hw_nvme_hold(struct hw_nvme *nvme, bool admin, unsigned int nr)
{
	bool fits;

	host_mutex_lock(&nvme->lock);
	fits = nr <= NVME_MAX_HELD - nvme->trouble.nr_held;
	if (fits)
		nvme->trouble.hold[admin] = nr;
	host_mutex_unlock(&nvme->lock);
	return fits;
}

void hw_nvme_release(struct hw_nvme *nvme)
{
	host_mutex_lock(&nvme->lock);
	memset(nvme->trouble.hold, 0, sizeof(nvme->trouble.hold));
	nvme->trouble.release = true;
	hw_nvme_kick(nvme);
	host_mutex_unlock(&nvme->lock);
}

static int find_held(const struct nvme_trouble *t, uint16_t sqid, uint16_t cid)
{
	unsigned int i;

	for (i = 0; i < t->nr_held; i++) {
		if (t->held[i].sqid == sqid && t->held[i].sqe.cid == cid)
			return i;
	}
	return -1;
}

static struct nvme_held take_held(struct nvme_trouble *t, unsigned int i)
{
	struct nvme_held one = t->held[i];

	t->nr_held--;
	memmove(&t->held[i], &t->held[i + 1],
		(t->nr_held - i) * sizeof(t->held[0]));
	return one;
}

bool hw_nvme_is_held(struct hw_nvme *n, uint16_t sqid, uint16_t cid)
{
	return find_held(&n->trouble, sqid, cid) >= 0;
}

bool hw_nvme_hold_this(struct hw_nvme *n, uint16_t sqid,
		       const struct nvme_sqe *sqe)
{
	struct nvme_trouble *t = &n->trouble;

	if (!t->hold[!sqid] || t->nr_held == NVME_MAX_HELD)
		return false;
	t->hold[!sqid]--;
	t->held[t->nr_held].sqid = sqid;
	t->held[t->nr_held].sqe = *sqe;
	t->nr_held++;
	t->release = false;
	return true;
}

bool hw_nvme_next_released(struct hw_nvme *n, struct nvme_held *out)
{
	struct nvme_trouble *t = &n->trouble;
	unsigned int i;

	for (i = 0; t->release && i < t->nr_held; i++) {
		struct nvme_sq *sq = &n->sq[t->held[i].sqid];

		if (hw_nvme_cq_full(&n->cq[sq->cqid]))
			continue;
		*out = take_held(t, i);
		return true;
	}
	return false;
}

void hw_nvme_forget_held(struct hw_nvme *n, int sqid)
{
	struct nvme_trouble *t = &n->trouble;
	unsigned int i = 0;

	while (i < t->nr_held) {
		if (sqid < 0 || t->held[i].sqid == sqid)
			take_held(t, i);
		else
			i++;
	}
	if (sqid < 0)
		t->last_cq = NULL;
}

uint32_t hw_nvme_abort(struct hw_nvme *n, const struct nvme_sqe *sqe)
{
	uint16_t sqid = sqe->cdw10, cid = sqe->cdw10 >> 16;
	struct nvme_cq *cq = NULL;
	uint16_t sq_head = 0;
	int i;

	host_mutex_lock(&n->lock);
	i = find_held(&n->trouble, sqid, cid);
	if (i >= 0 && !hw_nvme_cq_full(&n->cq[n->sq[sqid].cqid])) {
		take_held(&n->trouble, i);
		sq_head = n->sq[sqid].head;
		cq = &n->cq[n->sq[sqid].cqid];
		n->stats.cmds_aborted++;
	}
	host_mutex_unlock(&n->lock);
	if (!cq)
		return 1; /* not found: it ends by itself, or has ended */
	hw_nvme_post(n, cq,
		     (struct nvme_cqe){
			     .sq_head = sq_head,
			     .sq_id = sqid,
			     .cid = cid,
			     .status = ST_ABORTED << 1,
		     });
	return 0;
}

/* ---- interrupts, completions, the end ------------------------------------ */

void hw_nvme_lose_irq(struct hw_nvme *nvme, unsigned int nr)
{
	host_mutex_lock(&nvme->lock);
	nvme->trouble.lose_irqs = nr;
	host_mutex_unlock(&nvme->lock);
}

struct nvme_cq *hw_nvme_repeat_due(struct hw_nvme *n)
{
	struct nvme_cq *cq = n->trouble.last_cq;

	if (!n->trouble.repeat || !cq || !cq->live || hw_nvme_cq_full(cq))
		return NULL;
	n->trouble.repeat = false;
	return cq;
}

void hw_nvme_repeat(struct hw_nvme *nvme)
{
	host_mutex_lock(&nvme->lock);
	nvme->trouble.repeat = true;
	hw_nvme_kick(nvme);
	host_mutex_unlock(&nvme->lock);
}

void hw_nvme_die(struct hw_nvme *nvme)
{
	hw_nvme_dead(nvme, "asked to stop working");
}
