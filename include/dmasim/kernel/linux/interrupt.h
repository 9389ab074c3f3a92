/* SPDX-License-Identifier: MIT */
/*
 * Interrupt handlers, threaded handlers, soft interrupts and tasklets.
 *
 * A message a device sends runs the handler at once on the thread that raised
 * it, or at the end of its interrupts-off section. Soft interrupts run when
 * the outermost handler returns, at local_bh_enable(), or when a thread waits.
 *
 * same:    request_irq, request_threaded_irq, free_irq, enable_irq,
 *          disable_irq(_nosync, _hardirq), synchronize_irq, tasklets,
 *          open_softirq, raise_softirq
 * reduced: threaded handlers run as work items; a raised soft interrupt may run
 *          on another CPU than the one that raised it; affinity is recorded
 * stub:    irq_set_irq_wake, spurious-interrupt handling
 */
#ifndef _DMASIM_LINUX_INTERRUPT_H
#define _DMASIM_LINUX_INTERRUPT_H

#include <linux/kernel.h>
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/irqreturn.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/irq.h>
#include <linux/atomic.h>

struct device;

#define IRQF_TRIGGER_NONE 0x00000000
#define IRQF_TRIGGER_RISING 0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH 0x00000004
#define IRQF_TRIGGER_LOW 0x00000008
#define IRQF_SHARED 0x00000080
#define IRQF_PROBE_SHARED 0x00000100
#define IRQF_NOBALANCING 0x00000800
#define IRQF_ONESHOT 0x00002000
#define IRQF_NO_SUSPEND 0x00004000
#define IRQF_NO_THREAD 0x00010000
#define IRQF_NO_AUTOEN 0x00080000

#define IRQ_NOTCONNECTED (1U << 31)

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev_id);

int __must_check request_threaded_irq(unsigned int irq, irq_handler_t handler,
				      irq_handler_t thread_fn,
				      unsigned long flags, const char *name,
				      void *dev_id);

static inline int __must_check request_irq(unsigned int irq,
					   irq_handler_t handler,
					   unsigned long flags,
					   const char *name, void *dev_id)
{
	return request_threaded_irq(irq, handler, NULL, flags, name, dev_id);
}

const void *free_irq(unsigned int irq, void *dev_id);

/* Need devres; implemented by the device core. */
int __must_check devm_request_threaded_irq(struct device *dev, unsigned int irq,
					   irq_handler_t handler,
					   irq_handler_t thread_fn,
					   unsigned long irqflags,
					   const char *devname, void *dev_id);
void devm_free_irq(struct device *dev, unsigned int irq, void *dev_id);

static inline int __must_check
devm_request_irq(struct device *dev, unsigned int irq, irq_handler_t handler,
		 unsigned long irqflags, const char *devname, void *dev_id)
{
	return devm_request_threaded_irq(dev, irq, handler, NULL, irqflags,
					 devname, dev_id);
}

void disable_irq_nosync(unsigned int irq);
bool disable_hardirq(unsigned int irq);
void disable_irq(unsigned int irq);
void enable_irq(unsigned int irq);
void irq_wake_thread(unsigned int irq, void *dev_id);

int irq_set_affinity(unsigned int irq, const struct cpumask *mask);
const struct cpumask *irq_get_affinity_mask(int irq);

static inline int irq_set_affinity_hint(unsigned int irq,
					const struct cpumask *mask)
{
	return 0;
}

static inline int irq_update_affinity_hint(unsigned int irq,
					   const struct cpumask *mask)
{
	return 0;
}

static inline int irq_set_affinity_and_hint(unsigned int irq,
					    const struct cpumask *mask)
{
	return mask ? irq_set_affinity(irq, mask) : 0;
}

static inline int irq_set_irq_wake(unsigned int irq, unsigned int on)
{
	return 0;
}

/**
 * struct irq_affinity - how vectors are to be spread
 * @pre_vectors: vectors before the spread ones, not spread themselves
 * @post_vectors: the same behind them
 * @calc_sets: called with the number of spread vectors; splits them into sets
 */
#define IRQ_AFFINITY_MAX_SETS 4

struct irq_affinity {
	unsigned int pre_vectors;
	unsigned int post_vectors;
	unsigned int nr_sets;
	unsigned int set_size[IRQ_AFFINITY_MAX_SETS];
	void (*calc_sets)(struct irq_affinity *affd, unsigned int nvecs);
	void *priv;
};

struct irq_affinity_desc {
	struct cpumask mask;
	unsigned int is_managed : 1;
};

enum {
	HI_SOFTIRQ = 0,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ,
	NR_SOFTIRQS,
};

void open_softirq(int nr, void (*action)(void));
void raise_softirq(unsigned int nr);
void raise_softirq_irqoff(unsigned int nr);

#define __raise_softirq_irqoff(nr) raise_softirq_irqoff(nr)
#define do_softirq() lib_softirq_run()
#define local_softirq_pending() \
	__atomic_load_n(&lib_softirq_raised, __ATOMIC_RELAXED)

struct tasklet_struct {
	struct tasklet_struct *next;
	unsigned long state;
	atomic_t count;
	bool use_callback;
	union {
		void (*func)(unsigned long data);
		void (*callback)(struct tasklet_struct *t);
	};
	unsigned long data;
};

enum {
	TASKLET_STATE_SCHED,
	TASKLET_STATE_RUN,
};

#define DECLARE_TASKLET(name, _callback) \
	struct tasklet_struct name = {   \
		.count = ATOMIC_INIT(0), \
		.callback = (_callback), \
		.use_callback = true,    \
	}
#define from_tasklet(var, callback_tasklet, field) \
	container_of(callback_tasklet, typeof(*var), field)

void tasklet_setup(struct tasklet_struct *t,
		   void (*callback)(struct tasklet_struct *));
void tasklet_init(struct tasklet_struct *t, void (*func)(unsigned long),
		  unsigned long data);
void tasklet_schedule(struct tasklet_struct *t);
void tasklet_kill(struct tasklet_struct *t);
void tasklet_disable(struct tasklet_struct *t);
void tasklet_enable(struct tasklet_struct *t);

#define tasklet_hi_schedule(t) tasklet_schedule(t)
#define tasklet_disable_nosync(t) atomic_inc(&(t)->count)

DEFINE_LOCK_GUARD_1(disable_irq, int, disable_irq(*_T->lock),
		    enable_irq(*_T->lock))

#endif
