/* SPDX-License-Identifier: MIT */
/*
 * Mutual exclusion of the biased lock (src/iova/biased_host.h).
 *
 * Two plain counters are always changed together under the lock; whoever finds
 * them unequal was let in too early.
 */
#include "unit/iova/boot.h"

#include "iova/biased_host.h"

#define OWNER_ROUNDS 100000
#define VISITOR_ROUNDS 200

static struct biased_lock lock;
static unsigned long first, second;
static unsigned int torn, running;

static int setup(void **state)
{
	boot_machine();
	first = 0;
	second = 0;
	torn = 0;
	return 0;
}

static int teardown(void **state)
{
	boot_shutdown();
	return 0;
}

static void both_up(void)
{
	if (first != second)
		torn++;
	first++;
	barrier();
	second++;
}

static void owner_round(void)
{
	unsigned long flags;

	if (biased_enter(&lock)) {
		both_up();
		biased_leave(&lock);
		return;
	}
	biased_lock_shared(&lock, flags);
	both_up();
	biased_unlock_shared(&lock, flags);
}

static void owner_thread(void *arg)
{
	unsigned int i;

	for (i = 0; i < OWNER_ROUNDS; i++)
		owner_round();
	__atomic_sub_fetch(&running, 1, __ATOMIC_RELAXED);
}

static unsigned int visit(void)
{
	unsigned int i, rounds = 0;
	unsigned long flags;

	while (__atomic_load_n(&running, __ATOMIC_RELAXED) ||
	       rounds < VISITOR_ROUNDS) {
		biased_visit(&lock, flags);
		both_up();
		biased_unvisit(&lock, flags);
		rounds++;
		for (i = 0; i < 10; i++)
			barrier();
		/* Where threads run in turn (valgrind), a turn could always
		 * end inside, and the owner would never get in. */
		if (rounds % 16 == 0)
			host_yield();
	}
	return rounds;
}

static void visitor_thread(void *arg)
{
	*(unsigned int *)arg = visit();
}

static void run_owner_against_two_visitors(bool owned)
{
	struct host_thread *owner, *visitor;
	unsigned int here, there = 0;

	biased_init(&lock, owned);
	running = 1;
	owner = host_thread_create(owner_thread, NULL, "owner");
	visitor = host_thread_create(visitor_thread, &there, "visitor");
	here = visit();
	host_thread_join(owner);
	host_thread_join(visitor);
	assert_int_equal(torn, 0);
	assert_int_equal(first, OWNER_ROUNDS + here + there);
	assert_int_equal(second, first);
}

static void owner_and_visitors_exclude_each_other(void **state)
{
	run_owner_against_two_visitors(host_heavy_barrier());
}

static void lock_without_an_owner_is_an_ordinary_lock(void **state)
{
	run_owner_against_two_visitors(false);
}

static void shut_lock_lets_no_owner_in(void **state)
{
	biased_init(&lock, false);
	assert_false(biased_enter(&lock));
	assert_int_equal(lock.busy, 0);
}

static void visit_opens_the_lock_again(void **state)
{
	unsigned long flags;

	biased_init(&lock, true);
	biased_visit(&lock, flags);
	assert_false(biased_enter(&lock));
	biased_unvisit(&lock, flags);
	assert_true(biased_enter(&lock));
	biased_leave(&lock);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(owner_and_visitors_exclude_each_other),
		CASE(lock_without_an_owner_is_an_ordinary_lock),
		CASE(shut_lock_lets_no_owner_in),
		CASE(visit_opens_the_lock_again),
	};

	return cmocka_run_group_tests_name("biased", tests, NULL, NULL);
}
