/* SPDX-License-Identifier: MIT */
/*
 * Interrupt lines.
 *
 * same:    NR_IRQS bound, irq_has_action
 * reduced: no irq chips, domains or flow handlers: lines are message
 *          signalled and edge triggered (src/lib/irq_hw.c)
 * stub:    -
 */
#ifndef _DMASIM_LINUX_IRQ_H
#define _DMASIM_LINUX_IRQ_H

#include <linux/irqreturn.h>
#include <linux/types.h>

#define NR_IRQS 4096

int irq_has_action(unsigned int irq);

#endif
