/* SPDX-License-Identifier: MIT */
/*
 * Interrupts, soft interrupts, tasklets.
 */
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/spinlock.h>

#include "hw/hw.h"
#include "unit/lib/libb_test.h"

static unsigned int hard, threaded, soft;
static bool context_right;
static int irq;

#define must(call) assert_int_equal(call, 0)

static irqreturn_t count_hard(int nr, void *dev_id)
{
	hard++;
	context_right = in_hardirq() && irqs_disabled() && nr == irq;
	return IRQ_HANDLED;
}

static irqreturn_t wake_thread(int nr, void *dev_id)
{
	hard++;
	return IRQ_WAKE_THREAD;
}

static irqreturn_t count_thread(int nr, void *dev_id)
{
	threaded++;
	context_right = in_task() && !irqs_disabled() && !in_atomic();
	msleep(1);
	return IRQ_HANDLED;
}

static int setup(void **state)
{
	hard = threaded = soft = 0;
	context_right = false;
	if (boot_lib(state))
		return -1;
	irq = lib_irq_alloc(1);
	return irq < 0;
}

static int teardown(void **state)
{
	lib_irq_free((unsigned int)irq, 1);
	return shutdown_lib(state);
}

static void handler_runs_on_the_raising_thread(void **state)
{
	assert_int_equal(request_irq(irq, count_hard, 0, "test", &irq), 0);
	lib_irq_raise(irq);
	assert_int_equal(hard, 1);
	assert_true(context_right);
	assert_false(in_hardirq());
	assert_int_equal(lib_irq_count(irq), 1);
	assert_string_equal(free_irq(irq, &irq), "test");
}

static void interrupts_off_defer_and_merge(void **state)
{
	unsigned long flags;

	must(request_irq(irq, count_hard, 0, "test", &irq));
	local_irq_save(flags);
	lib_irq_raise(irq);
	lib_irq_raise(irq);
	assert_int_equal(hard, 0);
	local_irq_restore(flags);
	assert_int_equal(hard, 1);
	free_irq(irq, &irq);
}

static void interrupt_during_a_spinlock_without_irqsave_is_at_once(void **state)
{
	DEFINE_SPINLOCK(lock);

	must(request_irq(irq, count_hard, 0, "test", &irq));
	spin_lock(&lock);
	lib_irq_raise(irq);
	assert_int_equal(hard, 1);
	spin_unlock(&lock);
	free_irq(irq, &irq);
}

static irqreturn_t raise_again(int nr, void *dev_id)
{
	if (hard++ < 3)
		lib_irq_raise(nr);
	return IRQ_HANDLED;
}

static void interrupt_inside_its_handler_comes_afterwards(void **state)
{
	must(request_irq(irq, raise_again, 0, "test", &irq));
	lib_irq_raise(irq);
	assert_int_equal(hard, 4);
	free_irq(irq, &irq);
}

static void disabled_line_remembers_one_occurrence(void **state)
{
	must(request_irq(irq, count_hard, 0, "test", &irq));
	disable_irq(irq);
	disable_irq_nosync(irq);
	lib_irq_raise(irq);
	lib_irq_raise(irq);
	enable_irq(irq);
	assert_int_equal(hard, 0);
	enable_irq(irq);
	assert_int_equal(hard, 1);
	enable_irq(irq);
	assert_warns(1);
	free_irq(irq, &irq);
}

static void no_autoen_starts_disabled(void **state)
{
	must(request_irq(irq, count_hard, IRQF_NO_AUTOEN, "test", &irq));
	lib_irq_raise(irq);
	assert_int_equal(hard, 0);
	enable_irq(irq);
	assert_int_equal(hard, 1);
	free_irq(irq, &irq);
}

static void shared_line_calls_all_handlers(void **state)
{
	int other;

	assert_int_equal(request_irq(irq, count_hard, IRQF_SHARED, "a", &irq),
			 0);
	assert_int_equal(request_irq(irq, count_hard, IRQF_SHARED, "b", &other),
			 0);
	assert_int_equal(request_irq(irq, count_hard, 0, "c", NULL), -EBUSY);
	lib_irq_raise(irq);
	assert_int_equal(hard, 2);
	free_irq(irq, &irq);
	lib_irq_raise(irq);
	assert_int_equal(hard, 3);
	free_irq(irq, &other);
}

static void requests_that_cannot_be_are_refused(void **state)
{
	assert_int_equal(request_irq(irq, NULL, 0, "x", NULL), -EINVAL);
	assert_int_equal(request_irq(irq, count_hard, IRQF_SHARED, "x", NULL),
			 -EINVAL);
	assert_int_equal(request_irq(irq + 1, count_hard, 0, "x", NULL),
			 -EINVAL);
	assert_int_equal(request_irq(IRQ_NOTCONNECTED, count_hard, 0, "x",
				     NULL),
			 -ENOTCONN);
	assert_null(free_irq(irq, &irq));
	assert_warns(1);
}

static void thread_function_runs_in_process_context(void **state)
{
	assert_int_equal(request_threaded_irq(irq, wake_thread, count_thread, 0,
					      "test", &irq),
			 0);
	lib_irq_raise(irq);
	assert_int_equal(threaded, 0);
	synchronize_irq(irq);
	assert_int_equal(threaded, 1);
	assert_true(context_right);
	free_irq(irq, &irq);
}

static void oneshot_masks_until_the_thread_is_done(void **state)
{
	must(request_threaded_irq(irq, NULL, count_thread, IRQF_ONESHOT, "test",
				  &irq));
	lib_irq_raise(irq);
	lib_irq_raise(irq);
	lib_irq_raise(irq);
	assert_int_equal(lib_irq_count(irq), 1);
	msleep(10);
	assert_int_equal(threaded, 2);
	assert_int_equal(lib_irq_count(irq), 2);
	free_irq(irq, &irq);
}

static void free_irq_takes_a_waiting_thread_back(void **state)
{
	must(request_threaded_irq(irq, NULL, count_thread, IRQF_ONESHOT, "test",
				  &irq));
	lib_irq_raise(irq);
	free_irq(irq, &irq);
	lib_run();
	assert_int_equal(threaded, 0);
}

static void message_without_handler_is_noted(void **state)
{
	lib_irq_raise(irq);
	assert_int_equal(host_event_count(HOST_EVENT_NOTE, "irq-spurious"), 1);
}

static void numbers_are_aligned_for_multi_message(void **state)
{
	int first = lib_irq_alloc(5);
	u64 addr;
	u32 data;

	assert_true(first > 0);
	assert_int_equal(first % 8, 0);
	lib_irq_compose(first + 2, &addr, &data);
	assert_true(addr >= 0xfee00000 && addr < 0xfef00000);
	assert_int_equal(data, first + 2);
	assert_int_equal(lib_irq_alloc(5000), -ENOSPC);
	lib_irq_free(first, 5);
}

static void affinity_chooses_the_message_address(void **state)
{
	u64 addr;
	u32 data;

	assert_int_equal(irq_set_affinity(irq, cpumask_of(2)), 0);
	assert_true(cpumask_test_cpu(2, irq_get_affinity_mask(irq)));
	lib_irq_compose(irq, &addr, &data);
	assert_true(addr == 0xfee02000);
}

static void requested_irq_is_a_leak(void **state)
{
	must(request_irq(irq, count_hard, 0, "forgotten", &irq));
	assert_int_equal(lib_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "irq-leak"), 1);
	free_irq(irq, &irq);
}

/* ---- soft interrupts ---------------------------------------------------- */

static void count_soft(void)
{
	soft++;
	context_right = in_serving_softirq() && !in_hardirq() &&
			!irqs_disabled();
}

static irqreturn_t raise_block(int nr, void *dev_id)
{
	hard++;
	raise_softirq(BLOCK_SOFTIRQ);
	return IRQ_HANDLED;
}

static void softirq_runs_when_the_handler_returns(void **state)
{
	open_softirq(BLOCK_SOFTIRQ, count_soft);
	must(request_irq(irq, raise_block, 0, "test", &irq));
	lib_irq_raise(irq);
	assert_int_equal(soft, 1);
	assert_true(context_right);
	free_irq(irq, &irq);
}

static void softirq_waits_for_bh_enable(void **state)
{
	DEFINE_SPINLOCK(lock);

	open_softirq(BLOCK_SOFTIRQ, count_soft);
	must(request_irq(irq, raise_block, 0, "test", &irq));
	spin_lock_bh(&lock);
	lib_irq_raise(irq);
	assert_int_equal(hard, 1);
	assert_int_equal(soft, 0);
	spin_unlock_bh(&lock);
	assert_int_equal(soft, 1);
	free_irq(irq, &irq);
}

static void softirq_raised_by_a_task_runs_when_it_waits(void **state)
{
	open_softirq(BLOCK_SOFTIRQ, count_soft);
	raise_softirq(BLOCK_SOFTIRQ);
	assert_int_equal(soft, 0);
	msleep(1);
	assert_int_equal(soft, 1);
}

static void count_tasklet(struct tasklet_struct *t)
{
	soft++;
}

static void tasklet_runs_once_however_often_scheduled(void **state)
{
	DECLARE_TASKLET(tasklet, count_tasklet);

	tasklet_schedule(&tasklet);
	tasklet_schedule(&tasklet);
	tasklet_kill(&tasklet);
	assert_int_equal(soft, 1);
}

static void disabled_tasklet_runs_after_enable(void **state)
{
	DECLARE_TASKLET(tasklet, count_tasklet);

	tasklet_disable(&tasklet);
	tasklet_schedule(&tasklet);
	lib_run();
	assert_int_equal(soft, 0);
	tasklet_enable(&tasklet);
	lib_run();
	assert_int_equal(soft, 1);
}

static void count_irq_work(struct irq_work *work)
{
	soft++;
}

static void irq_work_runs_soon(void **state)
{
	struct irq_work work;

	init_irq_work(&work, count_irq_work);
	assert_true(irq_work_queue(&work));
	assert_false(irq_work_queue(&work));
	irq_work_sync(&work);
	assert_int_equal(soft, 1);
}

/* ---- two threads -------------------------------------------------------- */

static DEFINE_SPINLOCK(count_lock);
static unsigned int inside;

static irqreturn_t exclusive(int nr, void *dev_id)
{
	assert_int_equal(__atomic_fetch_add(&inside, 1, __ATOMIC_SEQ_CST), 0);
	spin_lock(&count_lock);
	hard++;
	spin_unlock(&count_lock);
	__atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
	return IRQ_HANDLED;
}

static void raise_often(void *arg)
{
	unsigned long flags;
	int i;

	for (i = 0; i < 500; i++) {
		lib_irq_raise(irq);
		spin_lock_irqsave(&count_lock, flags);
		lib_irq_raise(irq);
		spin_unlock_irqrestore(&count_lock, flags);
	}
}

static void handler_never_runs_on_two_threads(void **state)
{
	struct host_thread *other;

	must(request_irq(irq, exclusive, 0, "test", &irq));
	other = host_thread_create(raise_often, NULL, "second");
	raise_often(NULL);
	host_thread_join(other);
	free_irq(irq, &irq);
	assert_true(hard <= 2000);
	assert_int_equal(hard, lib_irq_count(irq));
}

#define irq_case(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		irq_case(handler_runs_on_the_raising_thread),
		irq_case(interrupts_off_defer_and_merge),
		irq_case(
			interrupt_during_a_spinlock_without_irqsave_is_at_once),
		irq_case(interrupt_inside_its_handler_comes_afterwards),
		irq_case(disabled_line_remembers_one_occurrence),
		irq_case(no_autoen_starts_disabled),
		irq_case(shared_line_calls_all_handlers),
		irq_case(requests_that_cannot_be_are_refused),
		irq_case(thread_function_runs_in_process_context),
		irq_case(oneshot_masks_until_the_thread_is_done),
		irq_case(free_irq_takes_a_waiting_thread_back),
		irq_case(message_without_handler_is_noted),
		irq_case(numbers_are_aligned_for_multi_message),
		irq_case(affinity_chooses_the_message_address),
		irq_case(softirq_runs_when_the_handler_returns),
		irq_case(softirq_waits_for_bh_enable),
		irq_case(softirq_raised_by_a_task_runs_when_it_waits),
		irq_case(tasklet_runs_once_however_often_scheduled),
		irq_case(disabled_tasklet_runs_after_enable),
		irq_case(irq_work_runs_soon),
		irq_case(requested_irq_is_a_leak),
		irq_case(handler_never_runs_on_two_threads),
	};

	return cmocka_run_group_tests_name("irq", tests, NULL, NULL);
}
