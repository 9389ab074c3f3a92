/* SPDX-License-Identifier: MIT */
/*
 * The invalidation queue: a ring of commands in RAM that the IOMMU works off.
 *
 *	RAM	|  |  |##|##|##|  |
 *	          head ^       ^ tail (doorbell)
 *
 * A command takes effect at the doorbell, as late as software can tell (when it
 * polls for a completion), or at some time in between by seed. A wait is complete
 * when all before it is, accesses under way included; then its status word is
 * written to RAM, with release, and nothing else is said.
 *
 * A command that does not exist, or a device TLB that does not answer, stops the
 * queue until software restarts it (struct hw_cmdq_set says how the latter
 * looks).
 *
 * Q1  Commands take effect in the order of the ring.
 * Q2  Nothing that a completed wait follows is used any more by any access.
 * Q3  While there is an error no command is fetched.
 *
 * Locks: queue.lock, held while commands are executed; the first in the order.
 * Tests: tests/unit/hw/test_cmdq.c
 */
#include "hw/cmdq.h"
#include "hw/fabric.h"

#define CMD_WORDS 2
#define CMD_BYTES (8ull * CMD_WORDS)

/**
 * struct queue - registers and state
 * @tail, @head, @error: atomic; the last two are written under @lock
 * @unanswered: a device TLB did not answer since the last wait
 * @drained: generation of the IOMMU up to which no access is under way
 */
static struct {
	struct host_mutex lock;
	const struct hw_cmdq_set *set; /* NULL: no queue */
	uint64_t base;
	uint32_t entries;
	uint32_t head, tail;
	enum hw_cmdq_error error;
	bool unanswered;
	uint64_t drained;
	uint64_t random;
	uint64_t doorbells; /* atomic */
	struct hw_cmdq_stats stats;
} queue;

/** hw_cmdq_init() - power on: there is no queue. */
void hw_cmdq_init(void)
{
	memset(&queue, 0, sizeof(queue));
	queue.random = hw_config.cmdq_seed * 0x9e3779b97f4a7c15ull | 1;
}

/**
 * hw_cmdq_enable() - give the IOMMU a ring
 * @kind: whose commands
 * @base: physical address of entry 0
 * @entries: power of two
 *
 * Context: any thread; no command is under way.
 * Return: false, with event "iommu-queue", if the ring cannot be.
 */
bool hw_cmdq_enable(enum hw_cmdq_kind kind, uint64_t base, uint32_t entries)
{
	static const struct hw_cmdq_set *const sets[] = {
		[HW_CMDQ_VTD] = &hw_cmdq_vtd,
		[HW_CMDQ_AMD] = &hw_cmdq_amd,
		[HW_CMDQ_SMMU] = &hw_cmdq_smmu,
		[HW_CMDQ_RISCV] = &hw_cmdq_riscv,
	};

	if ((unsigned int)kind >= sizeof(sets) / sizeof(sets[0]) ||
	    !sets[kind] || entries < 2 || entries > 65536 ||
	    entries & (entries - 1) || base & (CMD_BYTES - 1) ||
	    !hw_ram_valid(base, entries * CMD_BYTES)) {
		host_event_add(HOST_EVENT_MISUSE, "iommu-queue", NULL, base,
			       entries * CMD_BYTES,
			       "a queue of kind %u with %u entries cannot be",
			       kind, entries);
		return false;
	}
	host_mutex_lock(&queue.lock);
	queue.set = sets[kind];
	queue.base = base;
	queue.entries = entries;
	queue.head = 0;
	queue.tail = 0;
	queue.error = HW_CMDQ_GOOD;
	queue.unanswered = false;
	host_mutex_unlock(&queue.lock);
	return true;
}

/**
 * hw_cmdq_disable() - take the ring away
 *
 * Context: any thread, no hardware lock held.
 */
void hw_cmdq_disable(void)
{
	host_mutex_lock(&queue.lock);
	queue.set = NULL;
	host_mutex_unlock(&queue.lock);
}

/* ---- execution ----------------------------------------------------------- */

static void stop(enum hw_cmdq_error error)
{
	__atomic_store_n(&queue.error, error, __ATOMIC_RELEASE);
}

static void illegal(const uint64_t word[CMD_WORDS], const char *why)
{
	queue.stats.illegal++;
	host_event_add(HOST_EVENT_MISUSE, "iommu-command", NULL, queue.head, 0,
		       "%s command 0x%016llx 0x%016llx is illegal: %s",
		       queue.set->name, (unsigned long long)word[0],
		       (unsigned long long)word[1], why);
	stop(HW_CMDQ_ILLEGAL);
}

static void finish_accesses(void)
{
	uint64_t gen = __atomic_load_n(&hw_iommu_gen, __ATOMIC_SEQ_CST);

	if (gen == queue.drained)
		return;
	hw_fabric_drain();
	queue.drained = gen;
}

/* Return: false if the queue stands still. */
static bool complete(const uint64_t word[CMD_WORDS], const struct cmdq_op *op)
{
	if (queue.unanswered && queue.set->no_answer == CMDQ_STOP_AT_WAIT) {
		queue.unanswered = false;
		stop(HW_CMDQ_NO_ANSWER);
		return false;
	}
	if (op->size &&
	    (op->addr & (op->size - 1) || !hw_ram_valid(op->addr, op->size))) {
		illegal(word, "the status word is not in RAM");
		return false;
	}
	finish_accesses();
	queue.stats.waits++;
	if (op->size == 4)
		__atomic_store_n((uint32_t *)(hw_ram_host + op->addr),
				 (uint32_t)op->data, __ATOMIC_RELEASE);
	else if (op->size)
		__atomic_store_n((uint64_t *)(hw_ram_host + op->addr), op->data,
				 __ATOMIC_RELEASE);
	return true;
}

static void move_head(uint32_t head)
{
	__atomic_store_n(&queue.head, head & (queue.entries - 1),
			 __ATOMIC_RELEASE);
}

/* A device TLB is silent. Return: false if the queue stands still. */
static bool unanswered(void)
{
	queue.stats.unanswered++;
	switch (queue.set->no_answer) {
	case CMDQ_STOP_DROP:
		queue.stats.commands++;
		move_head(__atomic_load_n(&queue.tail, __ATOMIC_ACQUIRE));
		stop(HW_CMDQ_NO_ANSWER);
		return false;
	case CMDQ_STOP_AT_WAIT:
		queue.unanswered = true;
		return true;
	case CMDQ_GO_ON:
		return true;
	}
	return true;
}

/* Fetch and execute one. Return: false if the queue stands still. */
static bool step(void)
{
	const uint64_t *ring = (uint64_t *)(hw_ram_host + queue.base);
	struct cmdq_op op = { 0 };
	uint64_t word[CMD_WORDS];
	unsigned int i;

	for (i = 0; i < CMD_WORDS; i++)
		word[i] = __atomic_load_n(&ring[queue.head * CMD_WORDS + i],
					  __ATOMIC_RELAXED);
	queue.set->decode(word, &op);
	switch (op.act) {
	case CMDQ_ILLEGAL:
		illegal(word, op.why);
		return false;
	case CMDQ_WAIT:
		if (!complete(word, &op))
			return false;
		break;
	case CMDQ_INVALIDATE:
		if (!hw_iommu_execute(&op.inv) && !unanswered())
			return false;
		break;
	case CMDQ_NOTHING:
		break;
	}
	queue.stats.commands++;
	move_head(queue.head + 1);
	return true;
}

static uint32_t pending(void)
{
	uint32_t tail = __atomic_load_n(&queue.tail, __ATOMIC_ACQUIRE);

	return (tail - queue.head) & (queue.entries - 1);
}

/* At most @nr commands. Lock held. */
static void run(uint32_t nr)
{
	while (nr-- && !queue.error && step())
		;
}

static uint32_t chance(uint32_t below)
{
	queue.random ^= queue.random << 13;
	queue.random ^= queue.random >> 7;
	queue.random ^= queue.random << 17;
	return (uint32_t)(queue.random >> 32) % below;
}

/**
 * hw_cmdq_doorbell() - register: the entries up to the tail are valid
 * @tail: one past the last
 *
 * Context: any thread, no hardware lock held. Software serialises its writes.
 */
void hw_cmdq_doorbell(uint32_t tail)
{
	if (!queue.set || tail >= queue.entries) {
		host_event_add(HOST_EVENT_MISUSE, "iommu-queue", NULL, tail, 0,
			       "doorbell %u of a queue with %u entries", tail,
			       queue.set ? queue.entries : 0);
		return;
	}
	__atomic_store_n(&queue.tail, tail, __ATOMIC_RELEASE);
	__atomic_fetch_add(&queue.doorbells, 1, __ATOMIC_RELAXED);
	hw_cost_cpu(HW_COST_MMIO_WRITE, 1);
	if (hw_config.cmdq_mode == HW_CMDQ_AT_WAIT)
		return;
	host_mutex_lock(&queue.lock);
	if (hw_config.cmdq_mode == HW_CMDQ_IMMEDIATE)
		run(pending());
	else
		run(chance(pending() + 1));
	host_mutex_unlock(&queue.lock);
}

/**
 * hw_cmdq_poll() - software waits a moment
 *
 * Context: any thread, no hardware lock held.
 */
void hw_cmdq_poll(void)
{
	uint32_t nr;

	host_mutex_lock(&queue.lock);
	nr = queue.set ? pending() : 0;
	if (nr && hw_config.cmdq_mode == HW_CMDQ_RANDOM)
		nr = 1 + chance(nr);
	run(nr);
	host_mutex_unlock(&queue.lock);
}

/* ---- registers ----------------------------------------------------------- */

/**
 * hw_cmdq_head() - register: what is fetched next
 *
 * Context: any thread.
 * Return: index; the entries before it may be used again.
 */
uint32_t hw_cmdq_head(void)
{
	hw_cost_cpu(HW_COST_MMIO_READ, 1);
	return __atomic_load_n(&queue.head, __ATOMIC_ACQUIRE);
}

/**
 * hw_cmdq_error() - register: why the queue stands still
 *
 * Context: any thread.
 * Return: HW_CMDQ_GOOD if it does not.
 */
enum hw_cmdq_error hw_cmdq_error(void)
{
	return __atomic_load_n(&queue.error, __ATOMIC_ACQUIRE);
}

/**
 * hw_cmdq_restart() - clear the error
 *
 * After HW_CMDQ_ILLEGAL software has put another command in its place.
 * Context: any thread, no hardware lock held.
 */
void hw_cmdq_restart(void)
{
	host_mutex_lock(&queue.lock);
	stop(HW_CMDQ_GOOD);
	host_mutex_unlock(&queue.lock);
}

/**
 * hw_cmdq_get_stats() - counters since power-on
 * @out: result
 *
 * Context: any thread, no hardware lock held.
 */
void hw_cmdq_get_stats(struct hw_cmdq_stats *out)
{
	host_mutex_lock(&queue.lock);
	*out = queue.stats;
	out->doorbells = __atomic_load_n(&queue.doorbells, __ATOMIC_RELAXED);
	host_mutex_unlock(&queue.lock);
}
