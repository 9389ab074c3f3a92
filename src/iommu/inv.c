/* SPDX-License-Identifier: MIT */
/*
 * Invalidation commands: batches, the ring, waiting for it, its errors.
 *
 *	encoder -> batch -> [cmd cmd cmd wait] in the ring -> doorbell
 *	                                  \-> the hardware writes a word: done
 *
 * A submission is written under the lock and ends, if it is waited for, with a
 * wait command whose slot is held until its author has seen the completion; no
 * later one can use the slot, and with it the status word, before. Polling
 * happens without the lock, so that others can submit meanwhile.
 *
 * N1  ring->tail - ring->head < entries: the ring is never full.
 * N2  A slot is written again only after the hardware has fetched it and nobody
 *     holds it. An author that the host does not let run holds up all others;
 *     that says nothing about the hardware, so they wait for him.
 * N3  sim_inv_end() returns 0 only when everything in the batch has been
 *     executed and no access uses what it dropped.
 *
 * Locks: ring->lock, a leaf, taken in atomic context.
 * Tests: tests/unit/iommu/test_inv.c
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "iommu/core.h"
#include "iommu/inv.h"

#define SIM_INV_TRIES 4
#define SIM_INV_POLLS 100000
#define SIM_INV_YIELDS 10000000 /* a second of virtual time */

/* What is known of a held slot. */
enum {
	SLOT_FREE,
	SLOT_HELD,
	SLOT_BAD, /* a command of this submission was refused */
	SLOT_ABORTED, /* the hardware dropped it */
};

struct sim_ring sim_ring;

/* ---- the ring ----------------------------------------------------------------- */

static u32 ring_slot(const struct sim_ring *ring, u64 pos)
{
	return pos & (ring->ops->entries - 1);
}

/* Position of what the hardware fetches next. Lock held. */
static u64 ring_fetched(const struct sim_ring *ring)
{
	return ring->head +
	       ring_slot(ring, sim_hw_queue_head() - (u32)ring->head);
}

/* Are there @need free slots? N1, N2. Lock held. */
static bool ring_has_room(struct sim_ring *ring, u32 need)
{
	u64 fetched;

	if (ring->tail + need - ring->head < ring->ops->entries)
		return true;
	fetched = ring_fetched(ring);
	while (ring->head != fetched &&
	       READ_ONCE(ring->held[ring_slot(ring, ring->head)]) == SLOT_FREE)
		ring->head++;
	return ring->tail + need - ring->head < ring->ops->entries;
}

static void ring_write(struct sim_ring *ring, u64 pos, const u64 cmd[2])
{
	u64 *slot = &ring->cmd[2 * ring_slot(ring, pos)];

	WRITE_ONCE(slot[0], cmd[0]);
	WRITE_ONCE(slot[1], cmd[1]);
}

/* ---- errors -------------------------------------------------------------------- */

/*
 * The command at @pos does not exist. A wait that writes nothing takes its place,
 * so that the queue can go on; whose it is gets to know. Should it be a wait
 * itself, somebody else has written to the ring, and nobody can trust it.
 */
static void ring_replace(struct sim_ring *ring, u64 pos)
{
	const u64 nop[2] = { ring->ops->nop, 0 };
	const u64 *bad = &ring->cmd[2 * ring_slot(ring, pos)];
	u64 at;

	pr_err("iommu: the queue refused command 0x%016llx 0x%016llx\n", bad[0],
	       bad[1]);
	for (at = pos; at != ring->tail; at++) {
		u8 *held = &ring->held[ring_slot(ring, at)];

		if (READ_ONCE(*held) != SLOT_HELD)
			continue;
		WRITE_ONCE(*held, SLOT_BAD);
		if (at != pos)
			break;
	}
	ring_write(ring, pos, nop);
}

/* The hardware has dropped what was in the ring. */
static void ring_abort(struct sim_ring *ring)
{
	u64 pos;

	for (pos = ring->head; pos != ring->tail; pos++) {
		u8 *held = &ring->held[ring_slot(ring, pos)];

		if (READ_ONCE(*held) == SLOT_HELD)
			WRITE_ONCE(*held, SLOT_ABORTED);
	}
}

static void ring_recover(struct sim_ring *ring)
{
	unsigned long flags;

	spin_lock_irqsave(&ring->lock, flags);
	switch (sim_hw_queue_error()) {
	case SIM_QUEUE_GOOD:
		break;
	case SIM_QUEUE_ILLEGAL:
		ring_replace(ring, ring_fetched(ring));
		sim_hw_queue_restart();
		break;
	case SIM_QUEUE_NO_ANSWER:
		pr_err("iommu: a device TLB does not answer\n");
		if (ring->ops->restarts)
			ring_abort(ring);
		sim_hw_queue_restart();
		break;
	}
	spin_unlock_irqrestore(&ring->lock, flags);
}

/* ---- submission ---------------------------------------------------------------- */

/* Return: 0; -EINVAL; -EAGAIN: send it again; -ETIMEDOUT. */
static int ring_wait(struct sim_ring *ring, u32 slot, u64 seq)
{
	int ret = -ETIMEDOUT, polls;

	for (polls = 0; polls < SIM_INV_POLLS; polls++) {
		bool done = ring->ops->done(ring, slot, seq);
		u8 held = READ_ONCE(ring->held[slot]);

		/* The rest of the submission completes nevertheless. */
		if (held == SLOT_BAD) {
			ret = -EINVAL;
			break;
		}
		if (done) {
			ret = 0;
			break;
		}
		if (held == SLOT_ABORTED) {
			ret = -EAGAIN;
			break;
		}
		sim_hw_queue_poll();
		if (unlikely(sim_hw_queue_error() != SIM_QUEUE_GOOD))
			ring_recover(ring);
	}
	smp_store_release(&ring->held[slot], SLOT_FREE);
	WARN(ret == -ETIMEDOUT, "iommu: the queue did not complete a wait\n");
	return ret;
}

static int ring_submit(struct sim_ring *ring, const u64 (*cmd)[2], u32 nr,
		       bool sync)
{
	unsigned long flags;
	int polls = 0, yields = 0;
	u64 seq, wait[2];
	u32 i, slot;
	bool unseen;

	spin_lock_irqsave(&ring->lock, flags);
	while (unlikely(!ring_has_room(ring, nr + sync))) {
		unseen = ring->head != ring_fetched(ring);
		spin_unlock_irqrestore(&ring->lock, flags);
		if (unseen ? ++yields == SIM_INV_YIELDS :
			     ++polls == SIM_INV_POLLS) {
			WARN(1,
			     "iommu: the queue stays full, commands are lost\n");
			return -ETIMEDOUT;
		}
		if (unseen)
			cpu_relax();
		sim_hw_queue_poll();
		if (sim_hw_queue_error() != SIM_QUEUE_GOOD)
			ring_recover(ring);
		spin_lock_irqsave(&ring->lock, flags);
	}
	for (i = 0; i < nr; i++)
		ring_write(ring, ring->tail++, cmd[i]);
	seq = ring->seq += sync;
	slot = ring_slot(ring, ring->tail);
	if (sync) {
		ring->ops->wait(ring, slot, seq, wait);
		ring_write(ring, ring->tail++, wait);
		WRITE_ONCE(ring->held[slot], SLOT_HELD);
	}
	dma_wmb();
	sim_hw_queue_doorbell(ring_slot(ring, ring->tail));
	spin_unlock_irqrestore(&ring->lock, flags);
	lib_cost(LIB_COST_COMMAND, nr);
	lib_cost(LIB_COST_WAIT, sync);
	return sync ? ring_wait(ring, slot, seq) : 0;
}

/**
 * sim_inv_submit() - write commands into the ring
 * @ring: the queue
 * @cmd: the words
 * @nr: how many commands; at most a quarter of the ring
 * @sync: wait until they have taken effect
 * @devices: device TLBs are to answer
 *
 * Context: any.
 * Return: 0; -EINVAL: the hardware does not know one of them, those after it may
 * not have taken effect; -ETIMEDOUT: a device did not answer, again and again.
 */
int sim_inv_submit(struct sim_ring *ring, const u64 (*cmd)[2], u32 nr,
		   bool sync, bool devices)
{
	int tries, ret = -EAGAIN;

	if (WARN_ON(nr > ring->ops->entries / 4))
		return -EINVAL;
	for (tries = 0; ret == -EAGAIN && tries < SIM_INV_TRIES; tries++) {
		if (devices && should_fail_site(DMASIM_SITE_DEVICE_TLB))
			sim_hw_device_tlb_lose();
		ret = ring_submit(ring, cmd, nr, sync);
	}
	return ret == -EAGAIN ? -ETIMEDOUT : ret;
}

/* ---- batches ------------------------------------------------------------------- */

static void batch_send(struct sim_inv_batch *b, bool sync)
{
	int ret = sim_inv_submit(&sim_ring, b->cmd, b->nr, sync, b->devices);

	b->ret = b->ret ?: ret;
	b->nr = 0;
	b->devices = false;
}

/**
 * sim_inv_push() - for encoders: one more command
 * @b: the batch, which is sent first if it is full
 * @word0: first word
 * @word1: second word
 *
 * Context: any.
 */
void sim_inv_push(struct sim_inv_batch *b, u64 word0, u64 word1)
{
	const struct sim_inv_ops *ops = sim_ring.ops;

	if (b->nr == ops->batch)
		batch_send(b, ops->sync_each);
	b->cmd[b->nr][0] = word0;
	b->cmd[b->nr++][1] = word1;
}

/**
 * sim_inv_range() - forget translations of a range
 * @b: the batch
 * @tag: whose
 * @first: first address
 * @last: last address
 * @leaf_only: no table was unlinked
 * @pgsize: size of the leaves that changed, 0: not known
 *
 * Context: any.
 */
void sim_inv_range(struct sim_inv_batch *b, const struct sim_tag *tag,
		   u64 first, u64 last, bool leaf_only, size_t pgsize)
{
	lib_counter_add(&iommu_counters.invalidations, 1);
	lib_counter_add(&iommu_counters.asked_bytes, last - first + 1);
	if (sim_ring.ops)
		sim_ring.ops->range(b, tag, first, last, leaf_only, pgsize);
	else
		sim_hw_invalidate_range(tag, first, last, leaf_only);
}

/**
 * sim_inv_all() - forget all translations of a tag, and what leads to them
 * @b: the batch
 * @tag: whose
 *
 * Context: any.
 */
void sim_inv_all(struct sim_inv_batch *b, const struct sim_tag *tag)
{
	lib_counter_add(&iommu_counters.invalidations, 1);
	if (sim_ring.ops)
		sim_ring.ops->all(b, tag);
	else
		sim_hw_invalidate_domain(tag);
}

/**
 * sim_inv_device() - a device shall forget translations of a range
 * @b: the batch; ranges that are in it already are forgotten first
 * @dev: the device
 * @tag: its translations
 * @first: first address
 * @last: last address
 *
 * Context: any.
 */
void sim_inv_device(struct sim_inv_batch *b, const struct sim_device_tlb *dev,
		    const struct sim_tag *tag, u64 first, u64 last)
{
	if (!sim_ring.ops) {
		sim_hw_invalidate_device(dev->rid, tag, first, last);
		return;
	}
	if (b->nr && sim_ring.ops->sync_before_device && !b->devices)
		batch_send(b, true);
	sim_ring.ops->device(b, dev, tag, first, last);
	b->devices = true;
}

/**
 * sim_inv_context() - a context entry was rewritten
 * @b: the batch
 * @rid: whose
 * @tag: what it said before; number 0: nothing
 *
 * Context: any.
 */
void sim_inv_context(struct sim_inv_batch *b, u16 rid,
		     const struct sim_tag *tag)
{
	if (sim_ring.ops)
		sim_ring.ops->context(b, rid, tag);
	else
		sim_hw_invalidate_context(rid);
}

/**
 * sim_inv_end() - send what is in the batch and wait for all of it
 * @b: the batch; may be used again
 *
 * Context: any.
 * Return: 0 or the first error of sim_inv_submit().
 */
int sim_inv_end(struct sim_inv_batch *b)
{
	if (sim_ring.ops && b->nr)
		batch_send(b, true);
	return b->ret;
}

/* ---- boot ---------------------------------------------------------------------- */

static size_t ring_bytes(const struct sim_inv_ops *ops)
{
	return ops->entries * (2 * sizeof(u64) + sizeof(u32));
}

int sim_inv_boot(const struct sim_inv_ops *ops)
{
	memset(&sim_ring, 0, sizeof(sim_ring));
	spin_lock_init(&sim_ring.lock);
	if (!ops)
		return 0;
	sim_ring.held = kzalloc(ops->entries, GFP_KERNEL);
	sim_ring.cmd =
		alloc_pages_exact(ring_bytes(ops), GFP_KERNEL | __GFP_ZERO);
	if (!sim_ring.held || !sim_ring.cmd)
		goto err;
	sim_ring.status = (u32 *)(sim_ring.cmd + 2 * ops->entries);
	sim_ring.phys = virt_to_phys(sim_ring.cmd);
	sim_ring.status_phys = virt_to_phys(sim_ring.status);
	sim_ring.ops = ops;
	if (sim_hw_queue_enable(ops->hw, sim_ring.phys, ops->entries))
		return 0;
	sim_ring.ops = NULL;
err:
	kfree(sim_ring.held);
	if (sim_ring.cmd)
		free_pages_exact(sim_ring.cmd, ring_bytes(ops));
	return -ENOMEM;
}

void sim_inv_shutdown(void)
{
	if (!sim_ring.ops)
		return;
	sim_hw_queue_disable();
	free_pages_exact(sim_ring.cmd, ring_bytes(sim_ring.ops));
	kfree(sim_ring.held);
	sim_ring.ops = NULL;
}
