/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU objects, static and allocated, and lib's counters.
 */
#include <linux/percpu.h>
#include <linux/align.h>

#include "unit/lib/lib_test.h"

struct stat {
	u64 hits;
	int last;
};

static DEFINE_PER_CPU(struct stat, test_stat);
DEFINE_PER_CPU(unsigned long, test_word);

static void static_objects_have_a_copy_for_each_cpu(void **state)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(test_stat, cpu).last = (int)cpu * 10;
	assert_int_equal(per_cpu(test_stat, 0).last, 0);
	assert_int_equal(per_cpu_ptr(&test_stat, 3)->last, 30);
	assert_int_equal(this_cpu_ptr(&test_stat)->last,
			 (int)smp_processor_id() * 10);
	assert_int_equal((char *)per_cpu_ptr(&test_stat, 1) -
				 (char *)&test_stat,
			 DMASIM_PERCPU_STRIDE);
}

static void operations_change_this_cpu_only(void **state)
{
	per_cpu(test_word, 1) = 7;
	this_cpu_write(test_word, 5);
	this_cpu_inc(test_word);
	this_cpu_add(test_word, 10);
	assert_int_equal(this_cpu_read(test_word), 16);
	assert_int_equal(this_cpu_add_return(test_word, 4), 20);
	assert_int_equal(this_cpu_xchg(test_word, 1), 20);
	assert_int_equal(this_cpu_cmpxchg(test_word, 1, 2), 1);
	this_cpu_write(test_stat.hits, 3);
	assert_int_equal(__this_cpu_inc_return(test_stat.hits), 4);
	assert_int_equal(per_cpu(test_word, 1), 7);
}

static void allocated_objects_are_zero_and_apart(void **state)
{
	struct stat __percpu *a = alloc_percpu(struct stat);
	struct stat __percpu *b = alloc_percpu(struct stat);
	unsigned int cpu;

	assert_non_null(a);
	assert_ptr_not_equal(a, b);
	for_each_possible_cpu(cpu) {
		assert_int_equal(per_cpu_ptr(a, cpu)->hits, 0);
		per_cpu_ptr(a, cpu)->hits = ~0ull;
		assert_int_equal(per_cpu_ptr(b, cpu)->hits, 0);
	}
	free_percpu(a);
	a = alloc_percpu(struct stat);
	assert_int_equal(per_cpu_ptr(a, 2)->hits, 0);
	free_percpu(a);
	free_percpu(b);
	free_percpu(NULL);
}

static void alignment_and_largest_size_are_honoured(void **state)
{
	void __percpu *small = __alloc_percpu(1, 1);
	void __percpu *page = __alloc_percpu(64, 4096);
	void __percpu *large = __alloc_percpu(PCPU_MIN_UNIT_SIZE, 64);

	assert_true(IS_ALIGNED((unsigned long)page, 4096));
	assert_non_null(large);
	assert_null(__alloc_percpu(PCPU_MIN_UNIT_SIZE + 1, 8));
	assert_int_equal(warns(), 1);
	free_percpu(large);
	free_percpu(page);
	free_percpu(small);
}

static void objects_of_all_sizes_come_and_go(void **state)
{
	static char __percpu *p[100];
	static size_t len[100];
	int step, i;

	for (step = 0; step < 2000; step++) {
		i = (int)(lib_random() % 100);
		if (p[i]) {
			assert_int_equal(*per_cpu_ptr(p[i], 3), i);
			free_percpu(p[i]);
			p[i] = NULL;
			continue;
		}
		len[i] = 1 + lib_random() % 2000;
		p[i] = __alloc_percpu(len[i], 1ul << lib_random() % 8);
		memset(per_cpu_ptr(p[i], 3), i, len[i]);
	}
	for (i = 0; i < 100; i++) {
		free_percpu(p[i]);
		p[i] = NULL;
	}
	assert_int_equal(warns(), 0);
}

static void freeing_something_else_warns(void **state)
{
	char __percpu *p = __alloc_percpu(64, 8);
	int local;

	free_percpu(p + 16);
	free_percpu(&local);
	assert_int_equal(warns(), 2);
	free_percpu(p);
	free_percpu(p);
	assert_int_equal(warns(), 3);
}

static void forgotten_objects_are_leaks(void **state)
{
	void __percpu *p = __alloc_percpu(100, 8);

	assert_int_equal(lib_check(), 1);
	assert_int_equal(host_event_count(HOST_EVENT_LEAK, "percpu-leak"), 1);
	free_percpu(p);
	assert_int_equal(lib_check(), 0);
}

static struct lib_counter counter;

static void count_some(void *arg)
{
	int i;

	if (arg)
		assert_int_equal(host_cpu_bind(2), 0);
	for (i = 0; i < 5000; i++)
		lib_counter_add(&counter, 2);
	if (arg)
		host_cpu_unbind();
}

static void counters_lose_nothing(void **state)
{
	struct host_thread *owner, *guest[2];

	lib_counter_reset(&counter);
	guest[0] = host_thread_create(count_some, NULL, "guest0");
	guest[1] = host_thread_create(count_some, NULL, "guest1");
	owner = host_thread_create(count_some, &counter, "owner");
	host_thread_join(guest[0]);
	host_thread_join(guest[1]);
	host_thread_join(owner);
	assert_int_equal(lib_counter_read(&counter), 30000);
	assert_int_equal(lib_counter_of_cpu(&counter, 2), 10000);
	assert_int_equal(lib_counter_of_cpu(&counter, 0), 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(static_objects_have_a_copy_for_each_cpu),
		lib_case(operations_change_this_cpu_only),
		lib_case(allocated_objects_are_zero_and_apart),
		lib_case(alignment_and_largest_size_are_honoured),
		lib_case(objects_of_all_sizes_come_and_go),
		lib_case(freeing_something_else_warns),
		lib_case(forgotten_objects_are_leaks),
		lib_case(counters_lose_nothing),
	};

	return cmocka_run_group_tests_name("percpu", tests, NULL, NULL);
}
