/* SPDX-License-Identifier: MIT */
/*
 * Hard interrupt context.
 *
 * same:    synchronize_irq and the in_*() queries it pulls in
 * reduced: irq_enter/irq_exit are private to src/lib/irq_hw.c
 * stub:    -
 */
#ifndef _DMASIM_LINUX_HARDIRQ_H
#define _DMASIM_LINUX_HARDIRQ_H

#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/bottom_half.h>

void synchronize_irq(unsigned int irq);
bool synchronize_hardirq(unsigned int irq);

#endif
