/* SPDX-License-Identifier: MIT */
/*
 * Refused accesses: the record ring that software reads, the event a person
 * reads, and the message that tells software to look.
 *
 * As on real IOMMUs the ring is finite: when it is full, new records are
 * dropped (and counted) until software has read some.
 *
 * I1  Every refused access adds exactly one event and at most one record.
 *
 * Locks: fault_lock (leaf).
 * Tests: tests/unit/hw/test_iommu.c, test_dma.c
 */
#include "hw/machine.h"

#define NR_RECORDS 256u

static struct host_mutex fault_lock;
static struct hw_iommu_fault records[NR_RECORDS];
static uint64_t fault_head, fault_tail; /* head - tail records unread */
static uint64_t nr_faults;

/** hw_fault_init() - power on: no records. */
void hw_fault_init(void)
{
	fault_head = 0;
	fault_tail = 0;
	nr_faults = 0;
}

/**
 * hw_fault_count() - refused accesses since power-on
 *
 * Context: any thread.
 * Return: the number, dropped records included.
 */
uint64_t hw_fault_count(void)
{
	return __atomic_load_n(&nr_faults, __ATOMIC_RELAXED);
}

static bool is_bus_fault(enum hw_status reason)
{
	return reason == HW_ERR_DECODE || reason == HW_ERR_BUSMASTER ||
	       reason == HW_ERR_SIZE || reason == HW_ERR_PRIVATE ||
	       reason == HW_ERR_WINDOW;
}

static void add_event(struct hw_dev *dev, const struct hw_iommu_fault *f,
		      const char *detail)
{
	const char *what = f->write ? "write" : "read";

	if (f->reason == HW_ERR_PRIVATE) {
		host_event_add(HOST_EVENT_FAULT, "private-fault",
			       hw_dev_name(dev), f->addr, f->len,
			       "DMA %s at 0x%llx len %llu: %s", what,
			       (unsigned long long)f->addr,
			       (unsigned long long)f->len, detail);
		return;
	}
	if (is_bus_fault(f->reason)) {
		host_event_add(HOST_EVENT_FAULT, "bus-fault", hw_dev_name(dev),
			       f->addr, f->len,
			       "DMA %s at 0x%llx len %llu: %s%s%s", what,
			       (unsigned long long)f->addr,
			       (unsigned long long)f->len,
			       hw_status_name(f->reason), detail ? ": " : "",
			       detail ? detail : "");
		return;
	}
	host_event_add(
		HOST_EVENT_FAULT, "iommu-fault", hw_dev_name(dev), f->addr,
		f->len,
		"DMA %s at iova 0x%llx len %llu: %s (level %u entry 0x%llx)",
		what, (unsigned long long)f->addr, (unsigned long long)f->len,
		hw_status_name(f->reason), f->level,
		(unsigned long long)f->entry);
}

/**
 * hw_fault_report() - an access was refused
 * @dev: the device that tried
 * @fault: what and why
 * @detail: more words for a bus fault, or NULL
 *
 * Context: no lock held, because the message may run an interrupt handler.
 */
void hw_fault_report(struct hw_dev *dev, const struct hw_iommu_fault *fault,
		     const char *detail)
{
	host_mutex_lock(&fault_lock);
	if (fault_head - fault_tail < NR_RECORDS)
		records[fault_head++ % NR_RECORDS] = *fault;
	host_mutex_unlock(&fault_lock);

	__atomic_fetch_add(&nr_faults, 1, __ATOMIC_RELAXED);
	add_event(dev, fault, detail);
	if (hw_config.iommu && !is_bus_fault(fault->reason))
		hw_irq_send(HW_IRQ_IOMMU_ADDR, HW_IRQ_IOMMU_FAULT);
}

/**
 * hw_iommu_next_fault() - take the oldest unread record
 * @fault: result
 *
 * Context: any thread.
 * Return: false if there is none.
 */
bool hw_iommu_next_fault(struct hw_iommu_fault *fault)
{
	bool found;

	host_mutex_lock(&fault_lock);
	found = fault_tail != fault_head;
	if (found)
		*fault = records[fault_tail++ % NR_RECORDS];
	host_mutex_unlock(&fault_lock);
	return found;
}

/**
 * hw_iommu_fault_from() - look at the next record without taking it
 * @nr: number of the record to look for, from 0 since power-on (dropped ones have
 *	none); set to the one after that found
 * @fault: result
 *
 * Context: any thread.
 * Return: false if there is none; records that were overwritten are passed over.
 */
bool hw_iommu_fault_from(uint64_t *nr, struct hw_iommu_fault *fault)
{
	bool found;

	host_mutex_lock(&fault_lock);
	if (fault_head > NR_RECORDS && *nr < fault_head - NR_RECORDS)
		*nr = fault_head - NR_RECORDS;
	found = *nr < fault_head;
	if (found)
		*fault = records[(*nr)++ % NR_RECORDS];
	host_mutex_unlock(&fault_lock);
	return found;
}
