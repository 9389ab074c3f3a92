/* SPDX-License-Identifier: MIT */
/*
 * Turning interrupts off on the running thread.
 *
 * A simulated interrupt arrives on the thread that raised it. With interrupts
 * off it is queued there and delivered by the call that turns them on again;
 * that call pays one test of a TLS word for it.
 *
 * same:    local_irq_save/restore/disable/enable, irqs_disabled,
 *          irqs_disabled_flags, local_save_flags, guards
 * reduced: -
 * stub:    hard/soft tracing hooks are absent
 */
#ifndef _DMASIM_LINUX_IRQFLAGS_H
#define _DMASIM_LINUX_IRQFLAGS_H

#include <asm/dmasim_self.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/cleanup.h>

/* Turns interrupts on and runs what was queued. */
void lib_irq_enable_pending(void);

static __always_inline unsigned long arch_local_save_flags(void)
{
	return dmasim_self.irq_off & DMASIM_IRQ_OFF;
}

static __always_inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = dmasim_self.irq_off;

	dmasim_self.irq_off = (uint32_t)flags | DMASIM_IRQ_OFF;
	barrier();
	return flags & DMASIM_IRQ_OFF;
}

static __always_inline void arch_local_irq_disable(void)
{
	dmasim_self.irq_off |= DMASIM_IRQ_OFF;
	barrier();
}

static __always_inline void arch_local_irq_enable(void)
{
	barrier();
	if (unlikely(dmasim_self.irq_off & DMASIM_IRQ_PENDING))
		lib_irq_enable_pending();
	else
		dmasim_self.irq_off = 0;
}

static __always_inline void arch_local_irq_restore(unsigned long flags)
{
	if (flags & DMASIM_IRQ_OFF)
		dmasim_self.irq_off |= DMASIM_IRQ_OFF;
	else
		arch_local_irq_enable();
}

#define local_irq_save(flags)                          \
	do {                                           \
		unsigned long *__irq_flags = &(flags); \
		*__irq_flags = arch_local_irq_save();  \
	} while (0)
#define local_irq_restore(flags) arch_local_irq_restore(flags)
#define local_irq_disable() arch_local_irq_disable()
#define local_irq_enable() arch_local_irq_enable()
#define local_save_flags(flags)                    \
	do {                                       \
		(flags) = arch_local_save_flags(); \
	} while (0)
#define raw_local_irq_save(flags) local_irq_save(flags)
#define raw_local_irq_restore(flags) local_irq_restore(flags)
#define raw_local_irq_disable() local_irq_disable()
#define raw_local_irq_enable() local_irq_enable()

#define irqs_disabled() (arch_local_save_flags() != 0)
#define raw_irqs_disabled() irqs_disabled()
#define irqs_disabled_flags(flags) (((flags)&DMASIM_IRQ_OFF) != 0)

DEFINE_LOCK_GUARD_0(irq, local_irq_disable(), local_irq_enable())
DEFINE_LOCK_GUARD_0(irqsave, local_irq_save(_T->flags),
		    local_irq_restore(_T->flags), unsigned long flags)

#endif
