/* SPDX-License-Identifier: MIT */
/*
 * Threads, the per-thread record, CPU ownership and the heavy barrier.
 *
 * A thread is attached when it has a tid; the first thread is attached before
 * main(), the others by host_thread_create() or by their first wait. Any thread
 * may run as any simulated CPU, but at most one owns it: the owner updates the
 * CPU's data without atomics, all others pay for them.
 *
 * I1  cpu_taken[c] is true exactly while one thread has cpu == c and a stripe.
 * I2  A thread that ends owns nothing and is not counted as running.
 *
 * Locks: none.
 * Tests: tests/unit/host/test_thread.c
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "host/futex.h"

#if defined(__has_include)
#if __has_include(<linux/membarrier.h>)
#include <linux/membarrier.h>
#define HAVE_MEMBARRIER 1
#endif
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define HOST_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define HOST_SANITIZED 1
#endif

#define NR_CPUS_MAX 1024

__thread struct host_self host_self __attribute__((tls_model("initial-exec")));

struct host_thread {
	pthread_t id;
	void (*fn)(void *arg);
	void *arg;
	uint32_t done;
	char name[16];
};

static uint8_t cpu_taken[NR_CPUS_MAX];
static uint32_t last_tid;
static pthread_key_t exit_key;
static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;
static pthread_once_t barrier_once = PTHREAD_ONCE_INIT;
static bool barrier_works;
static void (*exit_hook)(void *task);

static void detach_self(void)
{
	void (*hook)(void *task);

	if (!host_self.tid)
		return;
	hook = __atomic_load_n(&exit_hook, __ATOMIC_ACQUIRE);
	if (hook && host_self.task)
		hook(host_self.task);
	host_self.task = NULL;
	host_cpu_unbind();
	host_self.tid = 0;
	host_wait_count_detach();
}

static void thread_exit(void *unused)
{
	(void)unused;
	detach_self();
}

static void make_exit_key(void)
{
	if (pthread_key_create(&exit_key, thread_exit))
		host_panic("host: no thread-specific key left");
}

static void become_attached(void)
{
	host_self.tid = __atomic_add_fetch(&last_tid, 1, __ATOMIC_RELAXED);
	pthread_once(&exit_key_once, make_exit_key);
	pthread_setspecific(exit_key, &host_self);
}

/**
 * host_thread_attach() - make the calling thread known; idempotent
 *
 * Context: any thread.
 */
void host_thread_attach(void)
{
	if (__builtin_expect(host_self.tid != 0, 1))
		return;
	become_attached();
	host_wait_count_attach();
}

__attribute__((constructor(101))) static void attach_first_thread(void)
{
	host_thread_attach();
}

/**
 * host_thread_set_exit_hook() - be told when an attached thread ends
 * @fn: called on the dying thread, still attached, with its host_self.task
 *	unless that is NULL; NULL: nobody
 *
 * Context: any thread.
 */
void host_thread_set_exit_hook(void (*fn)(void *task))
{
	__atomic_store_n(&exit_hook, fn, __ATOMIC_RELEASE);
}

static void *thread_main(void *arg)
{
	struct host_thread *t = arg;

	become_attached(); /* counted by the creator already */
	t->fn(t->arg);

	/*
	 * The joiner counts as running from the wake-up on, before this thread
	 * stops counting: there is always somebody.
	 */
	__atomic_store_n(&t->done, 1, __ATOMIC_SEQ_CST);
	host_wake(&t->done, INT_MAX);
	return NULL;
}

/**
 * host_thread_create() - start a thread
 * @fn: its function
 * @arg: passed to @fn
 * @name: shown by debuggers, cut to 15 characters
 *
 * Context: any thread.
 * Return: the thread, to be joined exactly once; NULL when out of resources.
 */
struct host_thread *host_thread_create(void (*fn)(void *arg), void *arg,
				       const char *name)
{
	struct host_thread *t = host_alloc(sizeof(*t));

	if (!t)
		return NULL;
	t->fn = fn;
	t->arg = arg;
	strncpy(t->name, name ? name : "dmasim", sizeof(t->name) - 1);

	/* Count it now: its creator may go to sleep waiting for it. */
	host_wait_count_attach();
	if (pthread_create(&t->id, NULL, thread_main, t)) {
		host_wait_count_detach();
		host_free(t);
		return NULL;
	}
	pthread_setname_np(t->id, t->name);
	return t;
}

/**
 * host_thread_join() - wait for the end of a thread and free it
 * @thread: of host_thread_create()
 *
 * Context: any other thread; sleeps.
 */
void host_thread_join(struct host_thread *thread)
{
	while (!__atomic_load_n(&thread->done, __ATOMIC_SEQ_CST))
		host_wait(&thread->done, 0);
	pthread_join(thread->id, NULL);
	host_free(thread);
}

/**
 * host_cpu_bind() - run the calling thread as simulated CPU @cpu
 * @cpu: 0..1023
 *
 * Gives up the CPU that the thread ran as before.
 * Context: any thread.
 * Return: 0; -EBUSY when another thread owns @cpu (the caller then runs on @cpu
 * without owning it); -EINVAL for a number out of range.
 */
int host_cpu_bind(uint32_t cpu)
{
	if (cpu >= NR_CPUS_MAX)
		return -EINVAL;
	host_thread_attach();
	if (host_self.stripe && host_self.cpu == cpu)
		return 0;
	host_cpu_unbind();
	host_self.cpu = cpu;
	if (__atomic_exchange_n(&cpu_taken[cpu], 1, __ATOMIC_ACQUIRE))
		return -EBUSY;
	host_self.stripe = HOST_STRIPE * (cpu + 1);
	return 0;
}

/**
 * host_cpu_unbind() - run as CPU 0 without owning it
 *
 * Context: any thread.
 */
void host_cpu_unbind(void)
{
	uint32_t cpu = host_self.cpu;
	bool owner = host_self.stripe;

	host_self.stripe = 0;
	host_self.cpu = 0;
	if (owner)
		__atomic_store_n(&cpu_taken[cpu], 0, __ATOMIC_RELEASE);
}

/*
 * valgrind runs one thread at a time and each in program order: there nothing
 * has to be done for the barrier to hold, and it may not know the system call.
 */
static void barrier_setup(void)
{
#if defined(HAVE_MEMBARRIER) && !defined(HOST_SANITIZED)
	if (RUNNING_ON_VALGRIND) {
		barrier_works = true;
		return;
	}
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
		    0, 0))
		return;
	barrier_works = true;
#endif
}

/**
 * host_heavy_barrier() - full memory barrier on every thread of this process
 *
 * Context: any thread; a system call.
 * Return: true if the other side of an asymmetric barrier may be a compiler
 * barrier; false if both sides must use full barriers. Never changes.
 */
bool host_heavy_barrier(void)
{
	static uint32_t meeting_point;

	pthread_once(&barrier_once, barrier_setup);
	/* Not a fence: TSan follows read-modify-writes only. */
	__atomic_fetch_add(&meeting_point, 1, __ATOMIC_SEQ_CST);
#ifdef HAVE_MEMBARRIER
	if (barrier_works && !RUNNING_ON_VALGRIND)
		syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#endif
	return barrier_works;
}
