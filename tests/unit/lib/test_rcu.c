/* SPDX-License-Identifier: MIT */
/*
 * RCU, SRCU, RCU lists.
 */
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/srcu.h>

#include "unit/lib/libb_test.h"

struct object {
	int value;
	struct rcu_head rcu;
	struct list_head node;
};

static unsigned int freed;
static void *last_freed;

/* What kfree_rcu() calls; the memory layer is not part of these tests. */
static void kfree(const void *p)
{
	last_freed = (void *)p;
	freed++;
}

static int order[4];

static void count_freed(struct rcu_head *head)
{
	struct object *obj = container_of(head, struct object, rcu);

	order[freed++ % 4] = obj->value;
}

static int setup(void **state)
{
	freed = 0;
	return boot_lib(state);
}

static void callback_runs_when_a_thread_waits(void **state)
{
	struct object obj = { 0 };

	call_rcu(&obj.rcu, count_freed);
	assert_int_equal(freed, 0);
	lib_run();
	assert_int_equal(freed, 1);
}

static void a_reader_that_never_leaves_is_a_leak(void **state)
{
	struct object obj = { 0 };

	rcu_read_lock();
	call_rcu(&obj.rcu, count_freed);

	assert_int_equal(lib_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "rcu-leak"), 1);
	assert_int_equal(freed, 0);
	rcu_read_unlock();
	rcu_barrier();
	assert_int_equal(freed, 1);
}

static void callbacks_keep_their_order(void **state)
{
	struct object a = { .value = 1 }, b = { .value = 2 },
		      c = { .value = 3 };

	call_rcu(&a.rcu, count_freed);
	call_rcu(&b.rcu, count_freed);
	call_rcu(&c.rcu, count_freed);
	rcu_barrier();
	assert_int_equal(freed, 3);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 2);
	assert_int_equal(order[2], 3);
}

static void reader_holds_callbacks_back(void **state)
{
	struct object obj = { 0 };

	rcu_read_lock();
	rcu_read_lock();
	call_rcu(&obj.rcu, count_freed);
	lib_run();
	rcu_read_unlock();
	lib_run();
	assert_int_equal(freed, 0);
	rcu_read_unlock();
	lib_run();
	assert_int_equal(freed, 1);
}

static void kfree_rcu_frees_the_object_around_the_head(void **state)
{
	struct object obj, *ptr = &obj;

	kfree_rcu(ptr, rcu);
	assert_int_equal(freed, 0);
	rcu_barrier();
	assert_ptr_equal(last_freed, &obj);
	kfree_rcu_mightsleep(ptr);
	assert_int_equal(freed, 2);
}

static void synchronize_inside_a_reader_panics(void **state)
{
	rcu_read_lock();
	expect_panic("inside rcu_read_lock()", synchronize_rcu());
	rcu_read_unlock();
	synchronize_rcu();
}

static void cookie_tells_when_its_period_is_over(void **state)
{
	unsigned long cookie;

	rcu_read_lock();
	cookie = get_state_synchronize_rcu();
	assert_false(poll_state_synchronize_rcu(cookie));
	rcu_read_unlock();
	assert_true(poll_state_synchronize_rcu(cookie));
	cond_synchronize_rcu(cookie);
}

static void list_survives_removal_under_a_reader(void **state)
{
	struct object a = { .value = 1 }, b = { .value = 2 },
		      c = { .value = 3 }, *pos;
	int sum = 0;
	LIST_HEAD(head);

	list_add_tail_rcu(&a.node, &head);
	list_add_tail_rcu(&c.node, &head);
	list_add_rcu(&b.node, &head);
	rcu_read_lock();
	list_for_each_entry_rcu(pos, &head, node) {
		if (pos == &a)
			list_del_rcu(&a.node);
		sum = sum * 10 + pos->value;
	}
	rcu_read_unlock();
	assert_int_equal(sum, 213);
	assert_ptr_equal(list_first_or_null_rcu(&head, struct object, node),
			 &b);
}

/* ---- SRCU --------------------------------------------------------------- */

DEFINE_STATIC_SRCU(domain);

static void srcu_callback_runs_after_the_reader(void **state)
{
	struct object obj = { 0 };
	int idx = srcu_read_lock(&domain);

	call_srcu(&domain, &obj.rcu, count_freed);
	lib_run();
	assert_int_equal(freed, 0);
	srcu_read_unlock(&domain, idx);
	srcu_barrier(&domain);
	assert_int_equal(freed, 1);
}

static void synchronize_srcu_of_an_idle_domain_returns(void **state)
{
	struct srcu_struct own;

	assert_int_equal(init_srcu_struct(&own), 0);
	synchronize_srcu(&own);
	synchronize_srcu(&own);
	scoped_guard(srcu, &own)
		assert_true(srcu_read_lock_held(&own));
	cleanup_srcu_struct(&own);
}

/* ---- two threads -------------------------------------------------------- */

static struct object *published;
static bool stop_reading;

static void read_often(void *arg)
{
	while (!__atomic_load_n(&stop_reading, __ATOMIC_RELAXED)) {
		struct object *obj;
		int idx;

		rcu_read_lock();
		obj = rcu_dereference(published);
		assert_int_equal(obj->value, 42);
		rcu_read_unlock();

		idx = srcu_read_lock(&domain);
		obj = srcu_dereference(published, &domain);
		assert_int_equal(obj->value, 42);
		srcu_read_unlock(&domain, idx);
	}
}

static struct object *new_object(void)
{
	struct object *obj = host_alloc(sizeof(*obj));

	obj->value = 42;
	return obj;
}

static void host_free_rcu(struct rcu_head *head)
{
	struct object *obj = container_of(head, struct object, rcu);

	obj->value = 0;
	host_free(obj);
}

static void writers_free_what_readers_have_left(void **state)
{
	struct host_thread *reader;
	struct object *old;
	int i;

	published = new_object();
	stop_reading = false;
	reader = host_thread_create(read_often, NULL, "reader");
	for (i = 0; i < 300; i++) {
		old = rcu_replace_pointer(published, new_object(), true);
		synchronize_srcu(&domain);
		if (i % 2) {
			call_rcu(&old->rcu, host_free_rcu);
			continue;
		}
		synchronize_rcu();
		old->value = 0;
		host_free(old);
	}
	rcu_barrier();
	__atomic_store_n(&stop_reading, true, __ATOMIC_RELAXED);
	host_thread_join(reader);
	host_free(published);
}

#define rcu_case(fn) cmocka_unit_test_setup_teardown(fn, setup, shutdown_lib)

int main(void)
{
	const struct CMUnitTest tests[] = {
		rcu_case(callback_runs_when_a_thread_waits),
		rcu_case(a_reader_that_never_leaves_is_a_leak),
		rcu_case(callbacks_keep_their_order),
		rcu_case(reader_holds_callbacks_back),
		rcu_case(kfree_rcu_frees_the_object_around_the_head),
		rcu_case(synchronize_inside_a_reader_panics),
		rcu_case(cookie_tells_when_its_period_is_over),
		rcu_case(list_survives_removal_under_a_reader),
		rcu_case(srcu_callback_runs_after_the_reader),
		rcu_case(synchronize_srcu_of_an_idle_domain_returns),
		rcu_case(writers_free_what_readers_have_left),
	};

	return cmocka_run_group_tests_name("rcu", tests, NULL, NULL);
}
