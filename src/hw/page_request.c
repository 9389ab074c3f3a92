/* SPDX-License-Identifier: MIT */
/*
 * Page requests: a device asks for pages before it accesses them, and is answered.
 * After PCI Express, "Page Request Interface", and the queues that the IOMMU
 * specifications put in front of software. Reduced: requests and answers are records,
 * not words in memory; a device may ask without limit.
 *
 *	device --> queue of the IOMMU --> interrupt --> software
 *	device <-- answers of the device <-------------- software
 *
 * R1  A request that finds the queue full is answered FAILURE, and software is told.
 * R2  An answer goes to the device whose requester id it names, or nowhere. It names
 *     the PASID of the requests ("PRG Response PASID Required" is set).
 * Locks: queue_lock, a leaf; the interrupt is sent without it.
 * Tests: tests/unit/iommu/test_iopf.c
 */
#include "hw/fabric.h"

#define NR_REQUESTS 64u

static struct host_mutex queue_lock;
static struct hw_page_request queue[NR_REQUESTS];
static uint64_t head, tail;
static bool overflowed;

/** hw_page_requests_reset() - power on. */
void hw_page_requests_reset(void)
{
	head = tail = 0;
	overflowed = false;
}

static void store_answer(struct hw_dev *dev, uint32_t pasid, uint32_t grpid,
			 uint32_t code)
{
	unsigned int nr = dev->nr_answers++ % HW_NR_ANSWERS;

	dev->answer[nr] = (struct hw_page_answer){ pasid, grpid, code };
}

/**
 * hw_dev_page_request() - a device asks for a page
 * @dev: its port
 * @rq: what for; .rid is filled in
 *
 * Context: model code; software may answer before the return.
 */
void hw_dev_page_request(struct hw_dev *dev, const struct hw_page_request *rq)
{
	bool full;

	host_mutex_lock(&queue_lock);
	full = head - tail == NR_REQUESTS;
	if (full) {
		overflowed = true;
		if (rq->last)
			store_answer(dev, rq->pasid, rq->grpid,
				     HW_PAGE_FAILURE);
	} else {
		queue[head % NR_REQUESTS] = *rq;
		queue[head++ % NR_REQUESTS].rid = hw_dev_requester(dev);
	}
	host_mutex_unlock(&queue_lock);
	if (hw_config.iommu)
		hw_irq_send(HW_IRQ_IOMMU_ADDR, HW_IRQ_IOMMU_PAGES);
}

/**
 * hw_dev_page_answer() - take the oldest answer that a device has got
 * @dev: its port
 * @answer: result
 *
 * Context: model code.
 * Return: false if there is none.
 */
bool hw_dev_page_answer(struct hw_dev *dev, struct hw_page_answer *answer)
{
	bool found;

	host_mutex_lock(&queue_lock);
	/* Older ones are overwritten. */
	if (dev->nr_answers - dev->answers_taken > HW_NR_ANSWERS)
		dev->answers_taken = dev->nr_answers - HW_NR_ANSWERS;
	found = dev->answers_taken != dev->nr_answers;
	if (found)
		*answer = dev->answer[dev->answers_taken++ % HW_NR_ANSWERS];
	host_mutex_unlock(&queue_lock);
	return found;
}

/**
 * hw_page_request_next() - software takes the oldest request
 * @rq: result
 * @lost: requests were lost since the last call
 *
 * Context: any thread.
 * Return: false if there is none.
 */
bool hw_page_request_next(struct hw_page_request *rq, bool *lost)
{
	bool found;

	host_mutex_lock(&queue_lock);
	*lost = overflowed;
	overflowed = false;
	found = head != tail;
	if (found)
		*rq = queue[tail++ % NR_REQUESTS];
	host_mutex_unlock(&queue_lock);
	return found;
}

/**
 * hw_page_respond() - software answers a group of requests
 * @rid: requester that sent them
 * @pasid: that they carried, 0: none
 * @grpid: number of the group
 * @code: enum hw_page_code
 *
 * Context: any thread, no hardware lock held.
 */
void hw_page_respond(uint16_t rid, uint32_t pasid, uint32_t grpid,
		     uint32_t code)
{
	unsigned int i;

	host_mutex_lock(&hw_fabric.lock);
	host_mutex_lock(&queue_lock);
	for (i = 0; i < HW_NR_SLOTS; i++)
		if (hw_fabric.dev[i] &&
		    hw_dev_requester(hw_fabric.dev[i]) == rid)
			store_answer(hw_fabric.dev[i], pasid, grpid, code);
	host_mutex_unlock(&queue_lock);
	host_mutex_unlock(&hw_fabric.lock);
}
