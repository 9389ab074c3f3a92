/* SPDX-License-Identifier: MIT */
/*
 * Calls from hard interrupt context: made at the next chance, with interrupts
 * off.
 *
 * same:    init_irq_work, irq_work_queue, irq_work_sync
 * reduced: runs as a soft interrupt
 * stub:    -
 */
#ifndef _DMASIM_LINUX_IRQ_WORK_H
#define _DMASIM_LINUX_IRQ_WORK_H

#include <linux/interrupt.h>

struct irq_work {
	struct tasklet_struct tasklet;
	void (*func)(struct irq_work *work);
};

void init_irq_work(struct irq_work *work, void (*func)(struct irq_work *));
bool irq_work_queue(struct irq_work *work);
void irq_work_sync(struct irq_work *work);

#endif
