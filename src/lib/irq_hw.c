/* SPDX-License-Identifier: MIT */
/*
 * The interrupt controller's kernel side: numbers, messages, handlers.
 *
 * A device's message write arrives in sink() on the thread that made it; the
 * low 16 bits of the data are the interrupt's number. With interrupts on it is
 * handled there and then. With interrupts off, or inside another handler, it is
 * queued on the thread, once, as a latch per vector would, and handled when
 * interrupts are turned on.
 *
 * I1  The handlers of one number never run on two threads at once: a message
 *     that arrives meanwhile sets .again and the first thread goes round.
 * I2  While .depth > 0 no handler starts; one occurrence is remembered.
 * I3  After free_irq() the handler does not run and will not.
 * I4  DMASIM_IRQ_PENDING is set in a thread exactly while its queue holds
 *     something.
 *
 * Locks: irq_desc.lock (leaf); handlers run without it.
 * Tests: tests/unit/lib/test_irq.c
 */
#include "lib/sched.h"

#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/interrupt.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "hw/hw.h"

#define FIRST_IRQ 16
#define MSI_BASE 0xfee00000ull

/**
 * struct irqaction - one request_irq()
 * @next: changed under the descriptor's lock, followed without
 * @work: runs @thread_fn
 * @threads: runs of @thread_fn asked for and not ended
 */
struct irqaction {
	struct irqaction *next;
	irq_handler_t handler;
	irq_handler_t thread_fn;
	void *dev_id;
	const char *name;
	unsigned long flags;
	unsigned int irq;
	u32 threads;
	struct work_struct work;
};

/**
 * struct irq_desc - one interrupt number
 * @depth: disable_irq() nesting, plus one while a oneshot thread runs
 * @again: came while it could not be handled
 * @running: handlers run now, on thread @tid
 * @threads: runs of thread functions asked for and not ended, of all actions
 */
static struct irq_desc {
	raw_spinlock_t lock;
	struct irqaction *actions;
	unsigned int depth;
	bool allocated;
	bool again;
	bool running;
	u32 tid;
	u32 threads;
	u64 count;
	struct cpumask affinity;
} descs[NR_IRQS];

static raw_spinlock_t alloc_lock = __RAW_SPIN_LOCK_INITIALIZER(alloc_lock);

/** struct lib_irq_queue - what came while interrupts were off, in order */
struct lib_irq_queue {
	unsigned int nr;
	u16 order[NR_IRQS];
	bool queued[NR_IRQS];
};

/* ---- threads ------------------------------------------------------------ */

/* One run of @action's thread is over, or will not be. */
static void thread_ended(struct irq_desc *desc, struct irqaction *action)
{
	bool unmask;

	raw_spin_lock(&desc->lock);
	unmask = !--action->threads && action->flags & IRQF_ONESHOT;
	raw_spin_unlock(&desc->lock);
	__atomic_fetch_sub(&desc->threads, 1, __ATOMIC_SEQ_CST);
	if (unmask)
		enable_irq(action->irq);
	lib_sched_kick();
}

static void thread_work(struct work_struct *work)
{
	struct irqaction *action = container_of(work, struct irqaction, work);

	action->thread_fn((int)action->irq, action->dev_id);
	thread_ended(&descs[action->irq], action);
}

/* ---- handling ----------------------------------------------------------- */

/* A thread that is queued already serves this occurrence, too. */
static void wake_action(struct irq_desc *desc, struct irqaction *action)
{
	raw_spin_lock(&desc->lock);
	if (action->flags & IRQF_ONESHOT && !action->threads)
		desc->depth++;
	action->threads++;
	raw_spin_unlock(&desc->lock);
	__atomic_fetch_add(&desc->threads, 1, __ATOMIC_SEQ_CST);
	if (!queue_work(system_highpri_wq, &action->work))
		thread_ended(desc, action);
}

static void run_actions(struct irq_desc *desc, unsigned int irq)
{
	struct irqaction *action =
		__atomic_load_n(&desc->actions, __ATOMIC_ACQUIRE);

	while (action) {
		irqreturn_t ret = action->handler((int)irq, action->dev_id);

		WARN_ONCE(!irqs_disabled(),
			  "handler of irq %u turned interrupts on", irq);
		if (ret & IRQ_WAKE_THREAD)
			wake_action(desc, action);
		action = __atomic_load_n(&action->next, __ATOMIC_ACQUIRE);
	}
}

/* Context: hard interrupt. */
static void handle(unsigned int irq)
{
	struct irq_desc *desc = &descs[irq];
	bool nobody;

	raw_spin_lock(&desc->lock);
	nobody = !desc->actions;
	if (nobody || desc->depth || desc->running) {
		desc->again = !nobody;
		raw_spin_unlock(&desc->lock);
		if (nobody)
			lib_event(LIB_EVENT_NOTE, "irq-spurious", NULL, irq, 0,
				  "message for irq %u, which has no handler",
				  irq);
		return;
	}
	desc->running = true;
	desc->tid = dmasim_self.tid;
	do {
		desc->again = false;
		desc->count++;
		raw_spin_unlock(&desc->lock);
		run_actions(desc, irq);
		raw_spin_lock(&desc->lock);
	} while (desc->again && !desc->depth);
	desc->running = false;
	raw_spin_unlock(&desc->lock);
	lib_sched_kick();
}

static void enqueue(unsigned int irq)
{
	struct task_struct *me = current;

	if (!me->irqs) {
		me->irqs = lib_alloc(sizeof(*me->irqs));
		if (!me->irqs)
			panic("no memory for pending interrupts");
	}
	if (!me->irqs->queued[irq]) {
		me->irqs->queued[irq] = true;
		me->irqs->order[me->irqs->nr++] = (u16)irq;
	}
	dmasim_self.irq_off |= DMASIM_IRQ_PENDING;
}

/* Handle all that is queued; more may come meanwhile. Interrupts are off. */
static void run_queued(void)
{
	struct lib_irq_queue *queue = current->irqs;

	while (queue && queue->nr) {
		unsigned int irq = queue->order[0];

		queue->nr--;
		memmove(queue->order, queue->order + 1,
			queue->nr * sizeof(queue->order[0]));
		queue->queued[irq] = false;
		handle(irq);
	}
}

/* Run @irq (0: none) and what is queued; interrupts are on afterwards. */
static void interrupt(unsigned int irq)
{
	dmasim_self.irq_off |= DMASIM_IRQ_OFF;
	dmasim_self.in_irq++;
	if (irq)
		handle(irq);
	run_queued();
	dmasim_self.in_irq--;
	dmasim_self.irq_off = 0;
	if (__atomic_load_n(&lib_softirq_raised, __ATOMIC_RELAXED))
		lib_softirq_run();
}

/** lib_irq_enable_pending() - interrupts on, with some queued. */
void lib_irq_enable_pending(void)
{
	if (in_hardirq())
		dmasim_self.irq_off &= ~DMASIM_IRQ_OFF;
	else
		interrupt(0);
}
EXPORT_SYMBOL(lib_irq_enable_pending);

/**
 * lib_irq_raise() - @irq arrives on this thread
 * @irq: number
 *
 * Context: any.
 */
void lib_irq_raise(unsigned int irq)
{
	if (WARN(!irq || irq >= NR_IRQS, "message for irq %u", irq))
		return;
	if (irqs_disabled() || in_hardirq())
		enqueue(irq);
	else
		interrupt(irq);
}

static void sink(void *ctx, uint64_t addr, uint32_t data)
{
	lib_irq_raise(data & 0xffff);
}

static irqreturn_t just_wake_thread(int irq, void *dev_id)
{
	return IRQ_WAKE_THREAD;
}

/** irq_wake_thread() - run the thread function of @dev_id's action. */
void irq_wake_thread(unsigned int irq, void *dev_id)
{
	struct irq_desc *desc = &descs[irq];
	struct irqaction *action = desc->actions;

	while (action && (action->dev_id != dev_id || !action->thread_fn))
		action = action->next;
	if (!WARN_ON(!action))
		wake_action(desc, action);
}
EXPORT_SYMBOL(irq_wake_thread);

/* ---- request and free --------------------------------------------------- */

static int install(struct irq_desc *desc, struct irqaction *action)
{
	struct irqaction **end = &desc->actions;
	int ret = 0;

	raw_spin_lock(&desc->lock);
	if (!desc->allocated) {
		ret = -EINVAL;
		goto out;
	}
	for (; *end; end = &(*end)->next)
		if (!((*end)->flags & action->flags & IRQF_SHARED)) {
			ret = -EBUSY;
			goto out;
		}
	if (end == &desc->actions) {
		desc->depth = action->flags & IRQF_NO_AUTOEN ? 1 : 0;
		desc->again = false;
	}
	__atomic_store_n(end, action, __ATOMIC_RELEASE);
out:
	raw_spin_unlock(&desc->lock);
	return ret;
}

/**
 * request_threaded_irq() - install a handler
 * @irq: allocated number
 * @handler: called in hard interrupt context; NULL: only wake the thread
 * @thread_fn: called in process context when @handler says IRQ_WAKE_THREAD
 * @flags: IRQF_*
 * @name: kept, not copied
 * @dev_id: passed to the functions; identifies the action
 *
 * Context: process.
 * Return: 0; -ENOTCONN for IRQ_NOTCONNECTED; -EINVAL for a number that is not
 * allocated, no function at all, or sharing without @dev_id; -EBUSY if the line
 * is taken and not shared by both; -ENOMEM.
 */
int request_threaded_irq(unsigned int irq, irq_handler_t handler,
			 irq_handler_t thread_fn, unsigned long flags,
			 const char *name, void *dev_id)
{
	struct irqaction *action;
	int ret;

	if (irq == IRQ_NOTCONNECTED)
		return -ENOTCONN;
	if (irq >= NR_IRQS || (!handler && !thread_fn) ||
	    (flags & IRQF_SHARED && !dev_id))
		return -EINVAL;
	if (should_fail_site(DMASIM_SITE_SLAB))
		return -ENOMEM;
	action = lib_alloc(sizeof(*action));
	if (!action)
		return -ENOMEM;
	action->handler = handler ? handler : just_wake_thread;
	action->thread_fn = thread_fn;
	action->flags = flags;
	action->name = name;
	action->dev_id = dev_id;
	action->irq = irq;
	INIT_WORK(&action->work, thread_work);

	ret = install(&descs[irq], action);
	if (ret)
		lib_free(action);
	return ret;
}
EXPORT_SYMBOL(request_threaded_irq);

/* Take the action of @dev_id off the list. Return: it, or NULL. */
static struct irqaction *uninstall(struct irq_desc *desc, void *dev_id)
{
	struct irqaction **link = &desc->actions, *action;

	raw_spin_lock(&desc->lock);
	while (*link && (*link)->dev_id != dev_id)
		link = &(*link)->next;
	action = *link;
	if (action)
		__atomic_store_n(link, action->next, __ATOMIC_RELEASE);
	raw_spin_unlock(&desc->lock);
	return action;
}

/**
 * free_irq() - remove a handler and wait for it
 * @irq: number
 * @dev_id: as given to request_irq()
 *
 * Context: process, may sleep; not from the handler.
 * Return: the name of the action, NULL (and a WARN) if there is none.
 */
const void *free_irq(unsigned int irq, void *dev_id)
{
	struct irqaction *action;
	const void *name;

	if (WARN_ON(irq >= NR_IRQS))
		return NULL;
	action = uninstall(&descs[irq], dev_id);
	if (WARN(!action, "irq %u: nothing to free", irq))
		return NULL;
	synchronize_hardirq(irq);
	if (cancel_work_sync(&action->work))
		thread_ended(&descs[irq], action);
	name = action->name;
	lib_free(action);
	return name;
}
EXPORT_SYMBOL(free_irq);

/* ---- disable, enable, synchronize --------------------------------------- */

/** disable_irq_nosync() - no handler starts from now on. Context: any. */
void disable_irq_nosync(unsigned int irq)
{
	struct irq_desc *desc = &descs[irq];

	raw_spin_lock(&desc->lock);
	desc->depth++;
	raw_spin_unlock(&desc->lock);
}
EXPORT_SYMBOL(disable_irq_nosync);

/** disable_hardirq() - and wait for the handler, not for threads. */
bool disable_hardirq(unsigned int irq)
{
	disable_irq_nosync(irq);
	return synchronize_hardirq(irq);
}
EXPORT_SYMBOL(disable_hardirq);

/** disable_irq() - and wait for handlers and threads. May sleep. */
void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}
EXPORT_SYMBOL(disable_irq);

/**
 * enable_irq() - undo one disable
 * @irq: number; WARNs if it is not disabled
 *
 * What came meanwhile is handled before the return, if interrupts are on.
 * Context: any.
 */
void enable_irq(unsigned int irq)
{
	struct irq_desc *desc = &descs[irq];
	bool unbalanced, replay;

	raw_spin_lock(&desc->lock);
	unbalanced = !desc->depth;
	if (!unbalanced)
		desc->depth--;
	replay = !unbalanced && !desc->depth && desc->again;
	if (replay)
		desc->again = false;
	raw_spin_unlock(&desc->lock);
	WARN(unbalanced, "Unbalanced enable for IRQ %u", irq);
	if (replay)
		lib_irq_raise(irq);
}
EXPORT_SYMBOL(enable_irq);

/**
 * synchronize_hardirq() - wait for a running handler
 *
 * Context: any but the handler itself (WARN). Return: true.
 */
bool synchronize_hardirq(unsigned int irq)
{
	struct irq_desc *desc = &descs[irq];
	bool running, mine;

	do {
		raw_spin_lock(&desc->lock);
		running = desc->running;
		mine = running && desc->tid == dmasim_self.tid;
		raw_spin_unlock(&desc->lock);
		if (WARN(mine, "handler of irq %u waits for itself", irq))
			return false;
		if (running)
			lib_yield();
	} while (running);
	return true;
}
EXPORT_SYMBOL(synchronize_hardirq);

static bool threads_done(void *arg)
{
	struct irq_desc *desc = arg;

	return !__atomic_load_n(&desc->threads, __ATOMIC_SEQ_CST);
}

/** synchronize_irq() - wait for running handlers and threads. May sleep. */
void synchronize_irq(unsigned int irq)
{
	synchronize_hardirq(irq);
	if (!threads_done(&descs[irq]))
		lib_sched_wait(threads_done, &descs[irq], LIB_NEVER,
			       "interrupt threads");
}
EXPORT_SYMBOL(synchronize_irq);

/** irq_has_action() - is there a handler? */
int irq_has_action(unsigned int irq)
{
	return irq < NR_IRQS &&
	       __atomic_load_n(&descs[irq].actions, __ATOMIC_RELAXED) != NULL;
}
EXPORT_SYMBOL(irq_has_action);

/** irq_set_affinity() - record on which CPUs it should arrive. Return: 0. */
int irq_set_affinity(unsigned int irq, const struct cpumask *mask)
{
	if (irq >= NR_IRQS || cpumask_empty(mask))
		return -EINVAL;
	raw_spin_lock(&descs[irq].lock);
	cpumask_copy(&descs[irq].affinity, mask);
	raw_spin_unlock(&descs[irq].lock);
	return 0;
}
EXPORT_SYMBOL(irq_set_affinity);

/** irq_get_affinity_mask() - what irq_set_affinity() recorded; never NULL. */
const struct cpumask *irq_get_affinity_mask(int irq)
{
	return &descs[irq].affinity;
}
EXPORT_SYMBOL(irq_get_affinity_mask);

/* ---- numbers ------------------------------------------------------------ */

static bool range_is_free(unsigned int first, unsigned int nr)
{
	unsigned int i;

	for (i = first; i < first + nr; i++)
		if (descs[i].allocated)
			return false;
	return true;
}

/* see sched_api.h */
int lib_irq_alloc(unsigned int nr)
{
	unsigned int step = nr ? (unsigned int)roundup_pow_of_two(nr) : 1;
	unsigned int first, i;
	int ret = -ENOSPC;

	raw_spin_lock(&alloc_lock);
	for (first = roundup(FIRST_IRQ, step); nr && first + nr <= NR_IRQS;
	     first += step) {
		if (!range_is_free(first, nr))
			continue;
		for (i = first; i < first + nr; i++) {
			descs[i].allocated = true;
			descs[i].count = 0;
			cpumask_copy(&descs[i].affinity, cpu_possible_mask);
		}
		ret = (int)first;
		break;
	}
	raw_spin_unlock(&alloc_lock);
	return ret;
}

/* see sched_api.h */
void lib_irq_free(unsigned int irq, unsigned int nr)
{
	unsigned int i;

	raw_spin_lock(&alloc_lock);
	for (i = irq; i < irq + nr; i++) {
		WARN(irq_has_action(i), "irq %u freed with a handler", i);
		descs[i].allocated = false;
	}
	raw_spin_unlock(&alloc_lock);
}

/* see sched_api.h */
void lib_irq_compose(unsigned int irq, u64 *addr, u32 *data)
{
	unsigned int cpu = cpumask_first(&descs[irq].affinity);

	*addr = MSI_BASE | (u64)(cpu < nr_cpu_ids ? cpu : 0) << 12;
	*data = irq;
}

/* see sched_api.h */
u64 lib_irq_count(unsigned int irq)
{
	u64 count;

	raw_spin_lock(&descs[irq].lock);
	count = descs[irq].count;
	raw_spin_unlock(&descs[irq].lock);
	return count;
}

/* ---- boot, leaks, shutdown ---------------------------------------------- */

static bool is_iommu_irq(unsigned int irq)
{
	return irq == HW_IRQ_IOMMU_FAULT || irq == HW_IRQ_IOMMU_PAGES;
}

/** lib_irq_boot() - become the sink. Return: 0. */
int lib_irq_boot(unsigned int nr_cpus)
{
	/* The IOMMU's messages have numbers of their own. */
	unsigned int irq;

	for (irq = HW_IRQ_IOMMU_FAULT; irq <= HW_IRQ_IOMMU_PAGES; irq++) {
		descs[irq].allocated = true;
		cpumask_copy(&descs[irq].affinity, cpu_possible_mask);
	}
	hw_irq_set_sink(sink, NULL);
	return 0;
}

/** lib_irq_check() - report handlers and numbers left. Return: number. */
unsigned int lib_irq_check(void)
{
	unsigned int irq, leaks = 0;

	for (irq = 0; irq < NR_IRQS; irq++) {
		struct irqaction *action = descs[irq].actions;

		if (!action && (!descs[irq].allocated || is_iommu_irq(irq)))
			continue;
		leaks++;
		lib_event(LIB_EVENT_LEAK, "irq-leak", NULL, irq, 0,
			  action ? "irq %u is still requested by %s" :
				   "irq %u is still allocated%s",
			  irq, action ? action->name : "");
	}
	return leaks;
}

/** lib_irq_shutdown() - forget everything. */
void lib_irq_shutdown(void)
{
	struct task_struct *task;
	unsigned int irq;

	hw_irq_set_sink(NULL, NULL);
	list_for_each_entry(task, &lib_sched.tasks, lib_node) {
		lib_free(task->irqs);
		task->irqs = NULL;
	}
	for (irq = 0; irq < NR_IRQS; irq++) {
		struct irqaction *action, *next;

		for (action = descs[irq].actions; action; action = next) {
			next = action->next;
			lib_free(action);
		}
		descs[irq] = (struct irq_desc){ 0 };
	}
}
