/* SPDX-License-Identifier: MIT */
/* src/host/thread.c: attaching, CPU ownership, exit hook, heavy barrier. */
#include <errno.h>
#include <pthread.h>

#include "unit/host/suite.h"

struct seen {
	uint32_t tid, cpu;
	bool owner;
	int ret;
};

static void note_self(void *arg)
{
	struct seen *s = arg;

	s->tid = host_self.tid;
	s->cpu = host_self.cpu;
	s->owner = host_self.stripe;
}

static void bind_cpu_3(void *arg)
{
	struct seen *s = arg;

	s->ret = host_cpu_bind(3);
	note_self(s);
}

static void first_thread_is_attached_before_main(void **state)
{
	assert_int_not_equal(host_self.tid, 0);
	assert_int_equal(host_threads_running(), 1);
}

static void created_threads_have_ids_of_their_own(void **state)
{
	struct seen a = {}, b = {};
	struct host_thread *ta = host_thread_create(note_self, &a, "a");
	struct host_thread *tb = host_thread_create(note_self, &b, "b");

	host_thread_join(ta);
	host_thread_join(tb);
	assert_int_not_equal(a.tid, 0);
	assert_int_not_equal(a.tid, b.tid);
	assert_int_not_equal(a.tid, host_self.tid);
	assert_int_equal(a.cpu, 0);
	assert_false(a.owner);
	assert_int_equal(host_threads_running(), 1);
}

static void a_cpu_has_one_owner(void **state)
{
	struct seen other = {};
	struct host_thread *t;

	assert_int_equal(host_cpu_bind(3), 0);
	assert_int_equal(host_cpu_bind(3), 0);
	assert_int_equal(host_self.stripe, HOST_STRIPE * 4);

	t = host_thread_create(bind_cpu_3, &other, "second");
	host_thread_join(t);
	assert_int_equal(other.ret, -EBUSY);
	assert_int_equal(other.cpu, 3);
	assert_false(other.owner);

	host_cpu_unbind();
	assert_int_equal(host_self.cpu, 0);
	assert_int_equal(host_self.stripe, 0);
}

static void a_thread_that_ends_gives_its_cpu_back(void **state)
{
	struct seen other = {};
	struct host_thread *t = host_thread_create(bind_cpu_3, &other, "owner");

	host_thread_join(t);
	assert_int_equal(other.ret, 0);
	assert_true(other.owner);
	assert_int_equal(host_cpu_bind(3), 0);
	host_cpu_unbind();
}

static void cpu_number_out_of_range_is_einval(void **state)
{
	assert_int_equal(host_cpu_bind(1u << 20), -EINVAL);
	assert_int_equal(host_self.cpu, 0);
}

static void *hooked_task;

static void exit_hook(void *task)
{
	hooked_task = task;
}

static void *foreign_thread(void *arg)
{
	host_thread_attach();
	host_self.task = arg;
	return NULL;
}

static void exit_hook_sees_the_task_of_a_foreign_thread(void **state)
{
	int task;
	pthread_t id;

	host_thread_set_exit_hook(exit_hook);
	assert_int_equal(pthread_create(&id, NULL, foreign_thread, &task), 0);
	pthread_join(id, NULL);
	host_thread_set_exit_hook(NULL);
	assert_ptr_equal(hooked_task, &task);
	assert_int_equal(host_threads_running(), 1);
}

static void heavy_barrier_never_changes_its_answer(void **state)
{
	bool first = host_heavy_barrier();

	assert_int_equal(host_heavy_barrier(), first);
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
	assert_false(first);
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_thread_is_attached_before_main),
		cmocka_unit_test(created_threads_have_ids_of_their_own),
		cmocka_unit_test(a_cpu_has_one_owner),
		cmocka_unit_test(a_thread_that_ends_gives_its_cpu_back),
		cmocka_unit_test(cpu_number_out_of_range_is_einval),
		cmocka_unit_test(exit_hook_sees_the_task_of_a_foreign_thread),
		cmocka_unit_test(heavy_barrier_never_changes_its_answer),
	};

	return cmocka_run_group_tests_name("host thread", tests, NULL, NULL);
}
