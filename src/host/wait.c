/* SPDX-License-Identifier: MIT */
/*
 * Sleeping: the mutex of the host side, and a parking lot for everything else.
 *
 * host_wait() could be a bare futex call, but then nobody could say at any
 * moment whether a thread sleeps or has been woken and not run yet; "nobody can
 * end this wait" needs exactly that. So sleepers are parked in queues of our
 * own, in order of arrival, and the waker moves them out:
 *
 *	bucket(addr) --> sleeper --> sleeper --> ...   (first come, first woken)
 *	                 .parked: 1 asleep, 0 chosen by a waker
 *
 * I1  nr_running counts a thread until it is in a queue, and again from the
 *     moment a waker takes it out of the queue.
 * I2  The value is compared under the bucket's lock, and a waker changes the
 *     word before it takes that lock, so no wake-up is lost.
 * I3  A sleeper lives on its own stack and leaves only when .parked is 0 and
 *     its waker has let go of it.
 *
 * Locks: bucket lock (leaf).
 * Tests: tests/unit/host/test_wait.c
 */
#include <limits.h>
#include <sched.h>

#include "host/futex.h"

#define NR_BUCKETS 64

struct sleeper {
	struct sleeper *next;
	const uint32_t *addr;
	uint32_t parked;
	bool counted; /* left nr_running when it went to sleep */
};

static struct bucket {
	struct host_mutex lock;
	struct sleeper *head, *tail;
} buckets[NR_BUCKETS];

static uint32_t nr_running;

static struct bucket *bucket_of(const uint32_t *addr)
{
	uint64_t h = (uintptr_t)addr * 0x9e3779b97f4a7c15ull;

	return &buckets[h >> 58];
}

/** host_mutex_lock_slow() - host_mutex_lock() when it was taken. */
void host_mutex_lock_slow(struct host_mutex *m)
{
	/* 2 tells the owner that somebody sleeps. */
	while (__atomic_exchange_n(&m->word, 2, __ATOMIC_ACQUIRE))
		futex_sleep(&m->word, 2, NULL);
}

/** host_mutex_wake() - the second half of an unlock that somebody waits for. */
void host_mutex_wake(struct host_mutex *m)
{
	futex_wake(&m->word, 1);
}

/* Take @s out of its queue; false if a waker was faster. Lock held. */
static bool unpark(struct bucket *b, struct sleeper *s)
{
	struct sleeper *prev = NULL, *pos = b->head;

	while (pos && pos != s) {
		prev = pos;
		pos = pos->next;
	}
	if (!pos)
		return false;
	if (prev)
		prev->next = s->next;
	else
		b->head = s->next;
	if (b->tail == s)
		b->tail = prev;
	return true;
}

/* Leave nr_running; false if @last_stays and nobody else is in it. */
static bool leave_running(bool last_stays)
{
	uint32_t nr = __atomic_load_n(&nr_running, __ATOMIC_SEQ_CST);

	do {
		if (last_stays && nr <= 1)
			return false;
	} while (!__atomic_compare_exchange_n(&nr_running, &nr, nr - 1, true,
					      __ATOMIC_SEQ_CST,
					      __ATOMIC_SEQ_CST));
	return true;
}

/* Queue up if *addr still is @expected. Return: 1 queued, 0 not, -1 last. */
static int park(struct bucket *b, struct sleeper *s, uint32_t *addr,
		uint32_t expected, bool counted, bool last_stays)
{
	int ret = 0;

	host_thread_attach();
	s->next = NULL;
	s->addr = addr;
	s->parked = 1;
	s->counted = counted;

	host_mutex_lock(&b->lock);
	if (__atomic_load_n(addr, __ATOMIC_SEQ_CST) != expected)
		goto out;
	ret = -1;
	if (counted && !leave_running(last_stays))
		goto out;
	if (b->tail)
		b->tail->next = s;
	else
		b->head = s;
	b->tail = s;
	ret = 1;
out:
	host_mutex_unlock(&b->lock);
	return ret;
}

static bool wait_common(uint32_t *addr, uint32_t expected, bool last_stays)
{
	struct bucket *b = bucket_of(addr);
	struct sleeper s;
	int ret = park(b, &s, addr, expected, true, last_stays);

	if (ret <= 0)
		return ret == 0;
	while (__atomic_load_n(&s.parked, __ATOMIC_ACQUIRE))
		futex_sleep(&s.parked, 1, NULL);
	return true;
}

/**
 * host_wait() - sleep while *@addr == @expected
 * @addr: a word that its waker changes before it calls host_wake()
 * @expected: value to sleep on
 *
 * Context: any thread that may sleep. May return early; callers loop.
 */
void host_wait(uint32_t *addr, uint32_t expected)
{
	wait_common(addr, expected, false);
}

/**
 * host_wait_unless_last() - host_wait(), if somebody is left to wake us
 * @addr: as in host_wait()
 * @expected: as in host_wait()
 *
 * Context: any thread that may sleep.
 * Return: false, without having slept, if every other attached thread sleeps.
 */
bool host_wait_unless_last(uint32_t *addr, uint32_t expected)
{
	return wait_common(addr, expected, true);
}

/**
 * host_wait_timeout() - host_wait() for at most @ns of the host's time
 * @addr: as in host_wait()
 * @expected: as in host_wait()
 * @ns: limit in nanoseconds
 *
 * Context: any thread that may sleep. The caller counts as running meanwhile.
 */
void host_wait_timeout(uint32_t *addr, uint32_t expected, uint64_t ns)
{
	struct timespec rel = { .tv_sec = ns / 1000000000u,
				.tv_nsec = ns % 1000000000u };
	struct bucket *b = bucket_of(addr);
	struct sleeper s;
	bool mine;

	if (park(b, &s, addr, expected, false, false) <= 0)
		return;
	if (__atomic_load_n(&s.parked, __ATOMIC_ACQUIRE))
		futex_sleep(&s.parked, 1, &rel);

	host_mutex_lock(&b->lock);
	mine = unpark(b, &s);
	host_mutex_unlock(&b->lock);
	if (mine)
		return;
	/* A waker has us in hand and will let go in a moment (I3). */
	while (__atomic_load_n(&s.parked, __ATOMIC_ACQUIRE))
		futex_sleep(&s.parked, 1, NULL);
}

/**
 * host_wake() - wake up to @nr threads that sleep on @addr, oldest first
 * @addr: as given to host_wait()
 * @nr: limit; INT_MAX for all
 *
 * Context: any thread; does not sleep for long.
 */
void host_wake(uint32_t *addr, int nr)
{
	struct sleeper *chosen = NULL, **end = &chosen, *s, *next;
	struct bucket *b = bucket_of(addr);

	host_mutex_lock(&b->lock);
	for (s = b->head; s && nr > 0; s = next) {
		next = s->next;
		if (s->addr != addr)
			continue;
		unpark(b, s);
		s->next = NULL;
		*end = s;
		end = &s->next;
		if (s->counted)
			__atomic_fetch_add(&nr_running, 1, __ATOMIC_SEQ_CST);
		nr--;
	}
	host_mutex_unlock(&b->lock);

	for (s = chosen; s; s = next) {
		/*
		 * The sleeper's stack frame is gone once parked is 0; waking an
		 * address that nobody sleeps on any more is harmless.
		 */
		next = s->next;
		__atomic_store_n(&s->parked, 0, __ATOMIC_RELEASE);
		futex_wake(&s->parked, 1);
	}
}

/**
 * host_threads_running() - attached threads that are not asleep
 *
 * Context: any thread; attaches it.
 * Return: the number, at least 1.
 */
unsigned int host_threads_running(void)
{
	host_thread_attach();
	return __atomic_load_n(&nr_running, __ATOMIC_SEQ_CST);
}

/** host_wait_count_attach() - thread.c: one more thread exists and runs. */
void host_wait_count_attach(void)
{
	__atomic_fetch_add(&nr_running, 1, __ATOMIC_SEQ_CST);
}

/** host_wait_count_detach() - thread.c: the caller ends. */
void host_wait_count_detach(void)
{
	__atomic_fetch_sub(&nr_running, 1, __ATOMIC_SEQ_CST);
}

/**
 * host_yield() - let another thread of this CPU of the host run
 *
 * Context: any thread.
 */
void host_yield(void)
{
	sched_yield();
}
