/* SPDX-License-Identifier: MIT */
/*
 * Page requests: groups, answers, devices that leave, and a device that gets the page
 * it asked for (src/iommu/iopf.c, src/hw/page_request.c, src/sim/device.c).
 */
#include <linux/pci-ats.h>

#include "iommu/iommu_priv.h"
#include "support/sweep.h"
#include "unit/iommu/groups.h"

#define RAM 0x123456000ull

/* A device that asks, behind a domain that answers. */
struct asking {
	struct dmasim_device *hw;
	struct device *dev;
	struct iommu_domain *domain;
	struct iommu_attach_handle handle;
};

static struct iopf_group *seen;
static unsigned int nr_handled;
static int verdict;

/* Keep the group for the test, or refuse it. */
static int keep(struct iopf_group *group)
{
	nr_handled++;
	seen = group;
	return verdict;
}

/* Map what is asked for, one to one above RAM, and say so. */
static int serve(struct iopf_group *group)
{
	struct iommu_fault_page_request *prm = &group->last_fault.fault.prm;
	int ret;

	nr_handled++;
	ret = iommu_map(group->attach_handle->domain, prm->addr, RAM, 0x1000,
			IOMMU_READ | IOMMU_WRITE, GFP_KERNEL);
	iopf_group_response(group, ret ? IOMMU_PAGE_RESP_INVALID :
					 IOMMU_PAGE_RESP_SUCCESS);
	iopf_free_group(group);
	return 0;
}

static void ask_behind(struct fixture *f, struct asking *a,
		       int (*handler)(struct iopf_group *group))
{
	struct dmasim_model model = PLAIN_MODEL;

	nr_handled = 0;
	verdict = 0;
	model.page_requests = true;
	model.pasid_bits = 8;
	a->hw = plug(f, &model);
	a->dev = dmasim_device_kernel(a->hw);
	a->domain = iommu_paging_domain_alloc(a->dev);
	a->domain->iopf_handler = handler;
	assert_int_equal(iommu_attach_group_handle(
				 a->domain, a->dev->iommu_group, &a->handle),
			 0);
}

static void leave(struct asking *a)
{
	iommu_detach_group_handle(a->domain, a->dev->iommu_group);
	iommu_domain_free(a->domain);
	unplug(a->hw);
}

static void request_as(struct asking *a, uint32_t pasid, uint32_t grpid,
		       uint64_t addr, bool last)
{
	const struct dmasim_page_request rq = { .pasid = pasid,
						.grpid = grpid,
						.addr = addr,
						.read = true,
						.last = last };

	assert_int_equal(dmasim_page_request(a->hw, &rq), 0);
	dmasim_run();
}

static void request(struct asking *a, uint32_t grpid, uint64_t addr, bool last)
{
	request_as(a, 0, grpid, addr, last);
}

static void assert_answer_as(struct asking *a, uint32_t pasid, uint32_t grpid,
			     enum dmasim_page_answer code)
{
	enum dmasim_page_answer answer;
	uint32_t group, process;

	assert_true(dmasim_page_answer(a->hw, &process, &group, &answer));
	assert_int_equal(process, pasid);
	assert_int_equal(group, grpid);
	assert_int_equal(answer, code);
}

static void assert_answer(struct asking *a, uint32_t grpid,
			  enum dmasim_page_answer code)
{
	assert_answer_as(a, 0, grpid, code);
}

static void assert_no_answer(struct asking *a)
{
	enum dmasim_page_answer answer;
	uint32_t group, pasid;

	assert_false(dmasim_page_answer(a->hw, &pasid, &group, &answer));
}

/* ---- groups -------------------------------------------------------------------- */

/* spec: iommu-pt S11 */
static void a_group_is_handled_when_its_last_request_has_come(void **state)
{
	struct fixture *f = *state;
	struct iopf_fault *fault;
	struct asking a;
	uint64_t addr = 0x1000;

	ask_behind(f, &a, keep);
	request(&a, 5, 0x1000, false);
	request(&a, 6, 0x9000, false);
	request(&a, 5, 0x2000, false);
	assert_int_equal(nr_handled, 0);
	assert_no_answer(&a);

	request(&a, 5, 0x3000, true);

	assert_int_equal(nr_handled, 1);
	assert_int_equal(seen->fault_count, 3);
	list_for_each_entry(fault, &seen->faults, list) {
		assert_int_equal(fault->fault.prm.addr, addr);
		assert_int_equal(fault->fault.prm.perm, IOMMU_FAULT_PERM_READ);
		addr += 0x1000;
	}
	assert_ptr_equal(list_last_entry(&seen->faults, struct iopf_fault,
					 list),
			 &seen->last_fault);
	assert_ptr_equal(seen->attach_handle, &a.handle);
	assert_no_answer(&a);
	iopf_group_response(seen, IOMMU_PAGE_RESP_SUCCESS);
	iopf_group_response(seen, IOMMU_PAGE_RESP_FAILURE);
	assert_answer(&a, 5, DMASIM_PAGE_SUCCESS);
	assert_no_answer(&a);
	iopf_free_group(seen);
	leave(&a);
}

/* spec: iommu-pt S12 */
static void rights_and_answers_are_those_of_the_device_that_asks(void **state)
{
	const struct dmasim_page_request rq = {
		.grpid = 7, .addr = 0x1000, .write = true, .last = true
	};
	struct fixture *f = *state;
	struct asking a, b;

	ask_behind(f, &a, keep);
	ask_behind(f, &b, keep);
	request(&a, 7, 0x1000, true);
	assert_int_equal(seen->last_fault.fault.prm.perm,
			 IOMMU_FAULT_PERM_READ);
	iopf_group_response(seen, IOMMU_PAGE_RESP_SUCCESS);
	iopf_free_group(seen);
	assert_answer(&a, 7, DMASIM_PAGE_SUCCESS);
	assert_no_answer(&b);

	assert_int_equal(dmasim_page_request(b.hw, &rq), 0);
	dmasim_run();
	assert_int_equal(seen->last_fault.fault.prm.perm,
			 IOMMU_FAULT_PERM_WRITE);
	iopf_group_response(seen, IOMMU_PAGE_RESP_FAILURE);
	iopf_free_group(seen);
	assert_answer(&b, 7, DMASIM_PAGE_FAILURE);
	assert_no_answer(&a);
	leave(&b);
	leave(&a);
}

static void a_device_that_leaves_is_answered_for(void **state)
{
	struct fixture *f = *state;
	struct asking a;

	ask_behind(f, &a, keep);
	request(&a, 7, 0x1000, false);
	request(&a, 8, 0x2000, true);
	assert_int_equal(nr_handled, 1);

	iommu_detach_group_handle(a.domain, a.dev->iommu_group);

	assert_answer(&a, 8, DMASIM_PAGE_INVALID);
	iopf_group_response(seen, IOMMU_PAGE_RESP_SUCCESS);
	assert_no_answer(&a);
	iopf_free_group(seen);
	iommu_domain_free(a.domain);
	unplug(a.hw);
}

static void a_handler_that_fails_is_answered_for(void **state)
{
	struct fixture *f = *state;
	struct asking a;

	ask_behind(f, &a, keep);
	verdict = -EIO;

	request(&a, 9, 0x1000, true);

	assert_int_equal(nr_handled, 1);
	assert_answer(&a, 9, DMASIM_PAGE_FAILURE);
	leave(&a);
}

static void without_a_handler_the_answer_is_invalid(void **state)
{
	struct fixture *f = *state;
	struct iopf_fault evt = { .fault.type = IOMMU_FAULT_PAGE_REQ };
	struct asking a;

	ask_behind(f, &a, keep);
	/* Nothing is attached for this PASID. */
	evt.fault.prm.flags = IOMMU_FAULT_PAGE_REQUEST_PASID_VALID |
			      IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE;
	evt.fault.prm.flags |= IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID;
	evt.fault.prm.pasid = 3;
	evt.fault.prm.grpid = 4;

	assert_int_equal(iommu_report_device_fault(a.dev, &evt), -EINVAL);

	assert_answer_as(&a, 3, 4, DMASIM_PAGE_INVALID);
	assert_int_equal(nr_handled, 0);
	leave(&a);
}

static void requests_that_were_lost_end_unfinished_groups(void **state)
{
	struct fixture *f = *state;
	struct asking a;
	unsigned int i;

	ask_behind(f, &a, keep);
	request(&a, 1, 0x1000, false);
	/* 64 find room; nothing runs meanwhile. */
	for (i = 0; i < 66; i++) {
		const struct dmasim_page_request rq = { .grpid = 2,
							.addr = 0x2000,
							.last = i == 65 };

		assert_int_equal(dmasim_page_request(a.hw, &rq), 0);
	}
	assert_answer(&a, 2, DMASIM_PAGE_FAILURE);
	dmasim_run();

	request(&a, 1, 0x3000, true);

	assert_int_equal(nr_handled, 1);
	assert_int_equal(seen->fault_count, 1);
	iopf_group_response(seen, IOMMU_PAGE_RESP_SUCCESS);
	iopf_free_group(seen);
	leave(&a);
}

static void a_group_changes_its_domain_without_a_gap(void **state)
{
	struct fixture *f = *state;
	static const struct iommu_ops other_hardware;
	struct iommu_domain foreign = { .owner = &other_hardware };
	struct iommu_attach_handle handle;
	struct iommu_group *group;
	struct iommu_domain *d;
	struct asking a;

	ask_behind(f, &a, keep);
	group = a.dev->iommu_group;
	d = iommu_paging_domain_alloc(a.dev);
	d->iopf_handler = keep;
	assert_int_equal(iommu_replace_group_handle(group, NULL, &handle),
			 -EINVAL);
	assert_int_equal(iommu_replace_group_handle(group, d, NULL), -EINVAL);
	assert_int_equal(iommu_replace_group_handle(group, &foreign, &handle),
			 -EINVAL);
	request(&a, 1, 0x1000, true);
	assert_ptr_equal(seen->attach_handle, &a.handle);
	iopf_group_response(seen, IOMMU_PAGE_RESP_SUCCESS);
	iopf_free_group(seen);

	assert_int_equal(iommu_replace_group_handle(group, d, &handle), 0);

	assert_ptr_equal(iommu_get_domain_for_dev(a.dev), d);
	assert_ptr_equal(handle.domain, d);
	request(&a, 2, 0x1000, true);
	assert_ptr_equal(seen->attach_handle, &handle);
	iopf_group_response(seen, IOMMU_PAGE_RESP_SUCCESS);
	iopf_free_group(seen);
	iommu_detach_group_handle(d, group);
	iommu_domain_free(d);
	iommu_domain_free(a.domain);
	unplug(a.hw);
}

static void a_replacement_without_memory_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);
	struct iommu_group *group = f->dev->iommu_group;
	struct iommu_attach_handle handle;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret = iommu_replace_group_handle(group, d, &handle);

		if (!ret) {
			assert_ptr_equal(iommu_get_domain_for_dev(f->dev), d);
			iommu_detach_group_handle(d, group);
		} else {
			assert_true(sweep_failed());
		}
		assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
		assert_int_equal(PTR_ERR(iommu_attach_handle_get(
					 group, IOMMU_NO_PASID, 0)),
				 -ENOENT);
	}
	iommu_domain_free(d);
}

/* ---- queues -------------------------------------------------------------------- */

static void a_device_is_on_one_queue_at_most(void **state)
{
	struct fixture *f = *state;
	struct iopf_queue *queue = iopf_queue_alloc("other");
	struct asking a;

	ask_behind(f, &a, keep);
	expect_warns(2);

	assert_int_equal(iopf_queue_add_device(queue, a.dev), -EBUSY);
	iopf_queue_remove_device(queue, a.dev);
	assert_int_equal(iopf_queue_flush_dev(a.dev), 0);
	assert_int_equal(iopf_queue_flush_dev(f->dev), -ENODEV);
	assert_event(DMASIM_EVENT_WARN, NULL, 2);

	leave(&a);
	iopf_queue_free(queue);
	iopf_queue_free(NULL);
}

static void devices_that_do_not_ask_cannot_be_served(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);
	struct iommu_domain *dma = iommu_get_domain_for_dev(f->dev);
	const struct dmasim_page_request rq = { .last = true };

	d->iopf_handler = keep;
	assert_int_equal(iommu_attach_device(d, f->dev), -EOPNOTSUPP);
	assert_ptr_equal(iommu_get_domain_for_dev(f->dev), dma);
	assert_int_equal(dmasim_page_request(f->hw, &rq), -EOPNOTSUPP);

	iommu_domain_free(d);
}

static void a_request_without_memory_is_answered_or_dropped(void **state)
{
	struct fixture *f = *state;
	struct iopf_fault evt = { .fault.type = IOMMU_FAULT_PAGE_REQ };
	struct iopf_fault first = evt;
	struct asking a;
	struct sweep s;

	ask_behind(f, &a, keep);
	evt.fault.prm.flags = IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE;
	FAIL_SWEEP(s, SWEEP_ALL) {
		unsigned int kept = !iommu_report_device_fault(a.dev, &first);

		nr_handled = 0;
		assert_int_equal(iommu_report_device_fault(a.dev, &evt), 0);
		if (nr_handled) {
			/* Of a group that nobody handled nothing is left. */
			assert_int_equal(seen->fault_count, kept + 1);
			iopf_group_response(seen, IOMMU_PAGE_RESP_SUCCESS);
			iopf_free_group(seen);
			assert_answer(&a, 0, DMASIM_PAGE_SUCCESS);
		} else {
			assert_true(sweep_failed());
			assert_answer(&a, 0, DMASIM_PAGE_FAILURE);
		}
	}
	leave(&a);
}

/* ---- a device that waits for its pages -------------------------------------------- */

static void the_device_gets_the_pages_it_needs(void **state)
{
	struct fixture *f = *state;
	char buf[0x1800] = {};
	struct asking a;

	ask_behind(f, &a, serve);

	assert_int_equal(dmasim_dma_write(a.hw, 0x40000800, buf, sizeof(buf)),
			 DMASIM_DMA_OK);

	assert_int_equal(nr_handled, 2);
	assert_int_equal(iommu_iova_to_phys(a.domain, 0x40001000), RAM);
	/* They are there now. */
	assert_int_equal(dmasim_dma_read(a.hw, 0x40000000, buf, 0x1000),
			 DMASIM_DMA_OK);
	assert_int_equal(nr_handled, 2);
	leave(&a);
}

static void a_process_gets_its_own(void **state)
{
	struct fixture *f = *state;
	struct iommu_attach_handle handle;
	struct iommu_domain *d;
	struct asking a;
	char byte = 1;

	ask_behind(f, &a, serve);
	d = iommu_paging_domain_alloc(a.dev);
	d->iopf_handler = serve;
	assert_int_equal(iommu_attach_device_pasid(d, a.dev, 7, &handle), 0);

	assert_int_equal(dmasim_dma_write_pasid(a.hw, 7, 0x5000, &byte, 1),
			 DMASIM_DMA_OK);

	assert_int_equal(iommu_iova_to_phys(d, 0x5000), RAM);
	assert_int_equal(iommu_iova_to_phys(a.domain, 0x5000), 0);
	iommu_detach_device_pasid(d, a.dev, 7);
	iommu_domain_free(d);
	leave(&a);
}

/* ---- requests of processes ---------------------------------------------------------- */

/* A domain for one PASID of the device that asks. */
struct process {
	uint32_t pasid;
	struct iommu_domain *domain;
	struct iommu_attach_handle handle;
};

static void process_enter(struct asking *a, struct process *p, uint32_t pasid)
{
	p->pasid = pasid;
	p->domain = iommu_paging_domain_alloc(a->dev);
	p->domain->iopf_handler = keep;
	assert_int_equal(iommu_attach_device_pasid(p->domain, a->dev, pasid,
						   &p->handle),
			 0);
}

static void process_leave(struct asking *a, struct process *p)
{
	iommu_detach_device_pasid(p->domain, a->dev, p->pasid);
	iommu_domain_free(p->domain);
}

static void answer_seen(enum iommu_page_response_code code)
{
	iopf_group_response(seen, code);
	iopf_free_group(seen);
}

static void requests_find_the_domain_of_their_pasid(void **state)
{
	struct fixture *f = *state;
	struct process p[2];
	struct asking a;

	ask_behind(f, &a, keep);
	process_enter(&a, &p[0], 3);
	process_enter(&a, &p[1], 9);

	request_as(&a, 9, 1, 0x1000, true);
	assert_ptr_equal(seen->attach_handle, &p[1].handle);
	assert_ptr_equal(seen->attach_handle->domain, p[1].domain);
	assert_int_equal(seen->last_fault.fault.prm.pasid, 9);
	assert_int_equal(seen->last_fault.fault.prm.flags,
			 IOMMU_FAULT_PAGE_REQUEST_PASID_VALID |
				 IOMMU_FAULT_PAGE_RESPONSE_NEEDS_PASID |
				 IOMMU_FAULT_PAGE_REQUEST_LAST_PAGE);
	answer_seen(IOMMU_PAGE_RESP_SUCCESS);
	assert_answer_as(&a, 9, 1, DMASIM_PAGE_SUCCESS);

	request_as(&a, 3, 1, 0x1000, true);
	assert_ptr_equal(seen->attach_handle, &p[0].handle);
	answer_seen(IOMMU_PAGE_RESP_INVALID);
	assert_answer_as(&a, 3, 1, DMASIM_PAGE_INVALID);

	request(&a, 1, 0x1000, true);
	assert_ptr_equal(seen->attach_handle, &a.handle);
	answer_seen(IOMMU_PAGE_RESP_SUCCESS);
	assert_answer(&a, 1, DMASIM_PAGE_SUCCESS);

	assert_no_answer(&a);
	process_leave(&a, &p[1]);
	process_leave(&a, &p[0]);
	leave(&a);
}

static void a_group_of_a_process_gets_one_answer(void **state)
{
	struct fixture *f = *state;
	struct process p;
	struct asking a;

	ask_behind(f, &a, keep);
	process_enter(&a, &p, 3);
	request_as(&a, 3, 5, 0x1000, false);
	request_as(&a, 3, 5, 0x2000, false);
	assert_int_equal(nr_handled, 0);

	request_as(&a, 3, 5, 0x3000, true);

	assert_int_equal(nr_handled, 1);
	assert_int_equal(seen->fault_count, 3);
	answer_seen(IOMMU_PAGE_RESP_SUCCESS);
	assert_answer_as(&a, 3, 5, DMASIM_PAGE_SUCCESS);
	assert_no_answer(&a);
	process_leave(&a, &p);
	leave(&a);
}

static void a_process_that_fails_is_answered_for(void **state)
{
	struct fixture *f = *state;
	struct process p;
	struct asking a;

	ask_behind(f, &a, serve);
	process_enter(&a, &p, 3);
	verdict = -EIO;

	request_as(&a, 3, 5, 0x1000, true);

	assert_int_equal(nr_handled, 1);
	assert_answer_as(&a, 3, 5, DMASIM_PAGE_FAILURE);
	process_leave(&a, &p);
	leave(&a);
}

static void a_process_that_left_is_asked_no_more(void **state)
{
	struct fixture *f = *state;
	struct process p;
	struct asking a;

	ask_behind(f, &a, keep);
	process_enter(&a, &p, 3);
	process_leave(&a, &p);

	request_as(&a, 3, 5, 0x1000, true);

	assert_int_equal(nr_handled, 0);
	assert_answer_as(&a, 3, 5, DMASIM_PAGE_INVALID);
	leave(&a);
}

static void without_a_handle_a_process_is_not_asked(void **state)
{
	struct fixture *f = *state;
	struct asking a;
	struct iommu_domain *d;

	ask_behind(f, &a, keep);
	d = iommu_paging_domain_alloc(a.dev);
	d->iopf_handler = keep;
	assert_int_equal(iommu_attach_device_pasid(d, a.dev, 3, NULL), 0);

	request_as(&a, 3, 5, 0x1000, true);

	assert_int_equal(nr_handled, 0);
	assert_answer_as(&a, 3, 5, DMASIM_PAGE_INVALID);
	iommu_detach_device_pasid(d, a.dev, 3);
	iommu_domain_free(d);
	leave(&a);
}

static void after_a_replacement_the_new_domain_is_asked(void **state)
{
	struct fixture *f = *state;
	struct iommu_attach_handle handle;
	struct process p;
	struct asking a;
	struct iommu_domain *d;

	ask_behind(f, &a, keep);
	process_enter(&a, &p, 3);
	d = iommu_paging_domain_alloc(a.dev);
	d->iopf_handler = keep;
	assert_int_equal(iommu_replace_device_pasid(d, a.dev, 3, &handle), 0);

	request_as(&a, 3, 5, 0x1000, true);

	assert_ptr_equal(seen->attach_handle, &handle);
	assert_ptr_equal(seen->attach_handle->domain, d);
	answer_seen(IOMMU_PAGE_RESP_SUCCESS);
	assert_answer_as(&a, 3, 5, DMASIM_PAGE_SUCCESS);
	iommu_detach_device_pasid(d, a.dev, 3);
	iommu_domain_free(d);
	iommu_domain_free(p.domain);
	leave(&a);
}

/* Who owns the table of PASIDs, knows which of its processes is meant. */
static void a_guest_that_owns_the_pasids_is_asked(void **state)
{
	struct fixture *f = *state;
	struct iommu_ops guests;
	const struct iommu_ops *own;
	struct asking a;

	ask_behind(f, &a, keep);
	own = a.dev->iommu->iommu_dev->ops;
	guests = *own;
	guests.user_pasid_table = 1;
	a.dev->iommu->iommu_dev->ops = &guests;

	request_as(&a, 3, 5, 0x1000, true);
	assert_int_equal(nr_handled, 0);
	assert_answer_as(&a, 3, 5, DMASIM_PAGE_INVALID);

	a.domain->type = IOMMU_DOMAIN_NESTED;
	request_as(&a, 3, 5, 0x1000, true);
	a.domain->type = IOMMU_DOMAIN_UNMANAGED;
	a.dev->iommu->iommu_dev->ops = own;

	assert_int_equal(nr_handled, 1);
	assert_ptr_equal(seen->attach_handle, &a.handle);
	answer_seen(IOMMU_PAGE_RESP_SUCCESS);
	assert_answer_as(&a, 3, 5, DMASIM_PAGE_SUCCESS);
	leave(&a);
}

static void a_process_enters_with_all_it_needs_or_not_at_all(void **state)
{
	struct fixture *f = *state;
	struct dmasim_model model = PLAIN_MODEL;
	struct iommu_attach_handle handle;
	struct asking a = {};
	struct sweep s;

	nr_handled = 0;
	verdict = 0;
	model.page_requests = true;
	model.pasid_bits = 8;
	a.hw = plug(f, &model);
	a.dev = dmasim_device_kernel(a.hw);
	a.domain = iommu_paging_domain_alloc(a.dev);
	a.domain->iopf_handler = keep;
	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret =
			iommu_attach_device_pasid(a.domain, a.dev, 3, &handle);

		if (!ret) {
			assert_int_equal(iopf_queue_flush_dev(a.dev), 0);
			iommu_detach_device_pasid(a.domain, a.dev, 3);
		} else {
			assert_true(sweep_failed());
		}
		assert_null(a.dev->iommu->fault_param);
	}
	iommu_domain_free(a.domain);
	unplug(a.hw);
}

static void a_refused_page_is_a_fault(void **state)
{
	struct fixture *f = *state;
	struct asking a;

	ask_behind(f, &a, keep);
	verdict = -EIO;
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);

	assert_int_equal(reads(a.hw, 0x1000), DMASIM_DMA_UNMAPPED);

	assert_int_equal(nr_handled, 1);
	leave(&a);
}

static void a_device_that_may_not_ask_faults(void **state)
{
	const struct dmasim_page_request rq = { .grpid = 1, .last = true };
	struct fixture *f = *state;
	struct asking a;

	ask_behind(f, &a, serve);
	pci_disable_pri(to_pci_dev(a.dev));
	expect_events(DMASIM_EVENT_FAULT, "iommu-fault", 1);

	assert_int_equal(reads(a.hw, 0x1000), DMASIM_DMA_UNMAPPED);
	assert_int_equal(dmasim_page_request(a.hw, &rq), -EOPNOTSUPP);

	assert_non_null(strstr(dmasim_refusal(), "switched"));
	assert_int_equal(nr_handled, 0);
	assert_int_equal(pci_enable_pri(to_pci_dev(a.dev), 32), 0);
	leave(&a);
}

int main(void)
{
	const struct CMUnitTest iopf[] = {
		fixture_case(a_group_is_handled_when_its_last_request_has_come),
		fixture_case(
			rights_and_answers_are_those_of_the_device_that_asks),
		fixture_case(a_device_that_leaves_is_answered_for),
		fixture_case(a_handler_that_fails_is_answered_for),
		fixture_case(without_a_handler_the_answer_is_invalid),
		fixture_case(requests_that_were_lost_end_unfinished_groups),
		fixture_case(a_group_changes_its_domain_without_a_gap),
		fixture_case(a_replacement_without_memory_changes_nothing),
		fixture_case(a_device_is_on_one_queue_at_most),
		fixture_case(devices_that_do_not_ask_cannot_be_served),
		fixture_case(a_request_without_memory_is_answered_or_dropped),
		fixture_case(the_device_gets_the_pages_it_needs),
		fixture_case(a_process_gets_its_own),
		fixture_case(requests_find_the_domain_of_their_pasid),
		fixture_case(a_group_of_a_process_gets_one_answer),
		fixture_case(a_process_that_fails_is_answered_for),
		fixture_case(a_process_that_left_is_asked_no_more),
		fixture_case(without_a_handle_a_process_is_not_asked),
		fixture_case(after_a_replacement_the_new_domain_is_asked),
		fixture_case(a_guest_that_owns_the_pasids_is_asked),
		fixture_case(a_process_enters_with_all_it_needs_or_not_at_all),
		fixture_case(a_refused_page_is_a_fault),
		fixture_case(a_device_that_may_not_ask_faults),
	};

	return run_variants("iommu_iopf", iopf, variants_strict) +
	       not_swept("iommu_report_device_fault");
}
