/* SPDX-License-Identifier: MIT */
/*
 * Wall 2: everything libdmasim asks of the operating system and of libc.
 *
 * Kernel-side seams (*_host.c), the hardware models and the sim folder include
 * this header; nothing else reaches the host. It uses freestanding headers
 * only, so both dialects can read it. Implemented by src/host/<topic>.c.
 *
 * H1  Every call that can fail returns a negative errno value or NULL; only
 *     host_panic() ends the process.
 * H2  Threads, sleeping waits, clocks and TLS exist nowhere else, so a seeded
 *     scheduler can take their place (design decision 8).
 * H3  Offsets into the RAM file are physical addresses: the linear map and
 *     every alias of a page are views of the same bytes.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#define HOST_PRINTF(f, a) __attribute__((format(printf, f, a)))

/* ---- memory.c: address space ------------------------------------------- */

/**
 * host_reserve() - reserve address space that faults on any access
 * @size: bytes, multiple of 4096
 * @align: power of two alignment of the result, at least 4096
 *
 * Return: the start, or NULL when the address space is exhausted.
 */
void *host_reserve(size_t size, size_t align);

/** host_release() - give back a range of host_reserve() or host_map_anon(). */
void host_release(void *start, size_t size);

/**
 * host_map_anon() - zeroed private memory that costs nothing until touched
 * Return: page-aligned start, or NULL.
 */
void *host_map_anon(size_t size);

/**
 * host_ram_open() - create the file that holds all simulated RAM
 * @span: bytes; valid offsets are [0, span)
 *
 * Nothing is populated. One RAM file exists at a time.
 * Return: 0, -EBUSY if one is open, or the errno of the operating system.
 */
int host_ram_open(uint64_t span);
void host_ram_close(void);

/**
 * host_ram_map() - map @len bytes of the RAM file at a reserved address
 * @va: page-aligned, inside a host_reserve() range; an old view is replaced
 * @offset: physical address, page aligned
 * Return: 0 or a negative errno.
 */
int host_ram_map(void *va, uint64_t offset, size_t len);

/** host_ram_unmap() - turn a view back into reserved, faulting space. */
void host_ram_unmap(void *va, size_t len);

/** host_ram_discard() - drop contents; the range reads as zeroes again. */
void host_ram_discard(uint64_t offset, size_t len);

/* ---- memory.c: bookkeeping heap of models (never simulated RAM) ---------- */

void *host_alloc(size_t size); /* zeroed; NULL when out of memory */
void host_free(void *p);

/** host_alloc_live() - blocks of host_alloc() not freed yet, for leak checks. */
unsigned long host_alloc_live(void);

/** enum host_place - what part of the process an address belongs to. */
enum host_place {
	HOST_PLACE_OTHER, /* heap, mappings, nothing at all */
	HOST_PLACE_STACK, /* stack of the calling thread */
	HOST_PLACE_CONSTANT, /* code or constants of a program or library */
	HOST_PLACE_DATA, /* their variables */
};

/** host_place_of() - place.c: where does @p point? Slow. */
enum host_place host_place_of(const void *p);

/* ---- env.c ------------------------------------------------------------------ */

/** host_env() - value of an environment variable, NULL if unset. */
const char *host_env(const char *name);

/** host_error() - an errno of the operating system, above 0, in words. */
const char *host_error(int err);

/* ---- file.c: files that the library writes ------------------------------------ */

struct host_file;

/**
 * host_file_create() - create or overwrite a file
 * Return: 0 or the negative errno of the operating system.
 */
int host_file_create(const char *path, struct host_file **file);

/** host_file_from_fd() - write to a duplicate of @fd. Returns the same. */
int host_file_from_fd(int fd, struct host_file **file);

/** host_file_write() - append, buffered; an error is kept for the close. */
void host_file_write(struct host_file *file, const void *data, size_t len);

/** host_file_close() - Return: 0 or the errno of the first write that failed. */
int host_file_close(struct host_file *file);

/* ---- huge.c: runs of pages of the host, huge ones where it has them ------- */

struct host_huge;
#define HOST_HUGE_MAX (16 * 4096ul)

struct host_huge *host_huge_create(void);
void host_huge_destroy(struct host_huge *huge);
void *host_huge_alloc(struct host_huge *huge, size_t size);
void host_huge_free(struct host_huge *huge, void *start, size_t size);

/* ---- arena.c: jemalloc arenas whose extents the caller supplies ----------- */

struct host_arena;

/**
 * struct host_extent_ops - where an arena gets its memory
 * @alloc: return @size bytes aligned to @align (both multiples of 4096, @align
 *         a power of two), or NULL. May be called from any thread that
 *         allocates.
 * @free: take such a range back.
 */
struct host_extent_ops {
	void *(*alloc)(void *ctx, size_t size, size_t align);
	void (*free)(void *ctx, void *start, size_t size);
};

struct host_arena *host_arena_create(const struct host_extent_ops *ops,
				     void *ctx);
void host_arena_destroy(struct host_arena *arena);
void *host_arena_alloc(struct host_arena *arena, size_t size, size_t align);
void host_arena_free(struct host_arena *arena, void *p);

/** host_arena_usable() - bytes usable at @p, at least what was asked for. */
size_t host_arena_usable(struct host_arena *arena, void *p);

/** host_arena_room() - the same from what was asked for, looking at no object. */
size_t host_arena_room(size_t size, size_t align);

/** host_arena_free_sized() - free with @room of host_arena_room(): faster. */
void host_arena_free_sized(struct host_arena *arena, void *p, size_t room);

/* ---- thread.c: threads, CPU binding, futex-style waits -------------------- */

/* Bytes of a cache line. */
#define HOST_STRIPE 64

/**
 * struct host_self - what every thread of this process carries
 * @cpu: simulated CPU this thread runs on, 0 unless host_cpu_bind() was called
 * @stripe: HOST_STRIPE * (@cpu + 1) while no other thread is bound to @cpu
 *	(host_cpu_bind() succeeded), else 0, which all share: the place of this
 *	thread where each CPU's owner has a cache line
 * @tid: small unique number, never 0 for a thread that was attached
 * @preempt: kernel side's nesting counter of preemption disabling
 * @irq_off: kernel side's nesting counter of interrupt disabling
 * @in_irq: nesting of hard interrupt handlers
 * @in_softirq: nesting of soft interrupt handlers
 * @task: kernel side's struct task_struct, NULL until first asked for
 * @locks: kernel side's lock tracking (debug builds)
 *
 * The kernel-side fields live here so that one TLS lookup serves them all;
 * the host never reads them.
 */
struct host_self {
	uint32_t cpu;
	uint32_t stripe;
	uint32_t tid;
	uint32_t preempt;
	uint32_t irq_off;
	uint32_t in_irq;
	uint32_t in_softirq;
	void *task;
	void *locks;
};

extern __thread struct host_self host_self
	__attribute__((tls_model("initial-exec")));

struct host_thread;

/**
 * host_thread_attach() - make the calling thread known (idempotent)
 *
 * The first thread and those of host_thread_create() are attached already;
 * host_wait() and host_cpu_bind() attach their caller. A thread is detached
 * when it ends.
 */
void host_thread_attach(void);

/**
 * host_thread_set_exit_hook() - be told when an attached thread ends
 * @fn: called on the dying thread with its host_self.task, if that is not
 *	NULL, before the thread is detached; NULL: nobody
 */
void host_thread_set_exit_hook(void (*fn)(void *task));

struct host_thread *host_thread_create(void (*fn)(void *arg), void *arg,
				       const char *name);
void host_thread_join(struct host_thread *thread);
void host_yield(void);

/**
 * host_cpu_bind() - run the calling thread as simulated CPU @cpu
 * Return: 0; -EBUSY when another thread owns @cpu (the caller then runs on
 * @cpu without owning it).
 */
int host_cpu_bind(uint32_t cpu);
void host_cpu_unbind(void);

/**
 * host_wait() - sleep while *@addr == @expected
 *
 * May return early; callers loop. The only sleeping primitive.
 */
void host_wait(uint32_t *addr, uint32_t expected);

/**
 * host_wait_unless_last() - host_wait(), if somebody is left to wake us
 *
 * Return: false, without sleeping, if every other attached thread sleeps in
 * host_wait(): nobody could end this wait. The check and the transition to
 * sleeping are one step, so two threads cannot both believe in the other.
 */
bool host_wait_unless_last(uint32_t *addr, uint32_t expected);

/**
 * host_wait_timeout() - host_wait() for at most @ns of the host's time
 *
 * The caller comes back by itself, so it counts as running meanwhile.
 */
void host_wait_timeout(uint32_t *addr, uint32_t expected, uint64_t ns);

/** host_wake() - wake up to @nr threads that sleep on @addr. */
void host_wake(uint32_t *addr, int nr);

/**
 * host_threads_running() - attached threads that are not asleep
 *
 * A thread counts from the moment host_wake() chose it, not from the moment it
 * runs again; sleeping means host_wait() or host_thread_join().
 */
unsigned int host_threads_running(void);

/**
 * host_heavy_barrier() - full memory barrier on every thread of this process
 *
 * The expensive half of an asymmetric barrier (membarrier(2) where it exists).
 * Return: true if the cheap half may be a compiler barrier; false if the
 * process must use full barriers on both sides (sanitized builds, no system
 * support). The answer never changes during a process.
 */
bool host_heavy_barrier(void);

/* zero is unlocked, 1 taken, 2 taken and perhaps waited for; not recursive */
struct host_mutex {
	uint32_t word;
};

void host_mutex_lock_slow(struct host_mutex *m);
void host_mutex_wake(struct host_mutex *m);

/**
 * host_mutex_trylock() - take a mutex if nobody has it
 * @m: the mutex
 *
 * Context: any thread.
 * Return: false if it is taken, perhaps by the caller.
 */
static inline bool host_mutex_trylock(struct host_mutex *m)
{
	uint32_t old = 0;

	return __atomic_compare_exchange_n(&m->word, &old, 1, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/**
 * host_mutex_lock() - take a mutex, sleeping if needed
 * @m: the mutex; not recursive
 *
 * Context: any thread. Waiting here does not count as sleeping, because the
 * owner is running.
 */
static inline void host_mutex_lock(struct host_mutex *m)
{
	if (__builtin_expect(!host_mutex_trylock(m), 0))
		host_mutex_lock_slow(m);
}

/**
 * host_mutex_unlock() - release a mutex
 * @m: held by the caller
 *
 * Context: the thread that took it.
 */
static inline void host_mutex_unlock(struct host_mutex *m)
{
	if (__builtin_expect(
		    __atomic_exchange_n(&m->word, 0, __ATOMIC_RELEASE) == 2, 0))
		host_mutex_wake(m);
}

/* ---- clock.c -------------------------------------------------------------- */

enum host_clock_mode { HOST_CLOCK_VIRTUAL, HOST_CLOCK_REAL };

void host_clock_set_mode(enum host_clock_mode mode); /* restarts at 0 */
enum host_clock_mode host_clock_get_mode(void);
uint64_t host_clock_now(void); /* ns since host_clock_set_mode() */
void host_clock_advance(uint64_t ns); /* virtual mode only */
uint64_t host_clock_real(void); /* monotonic ns, for measuring */

/* ---- log.c: the event ring and the rendered log ---------------------------- */

enum host_event_kind {
	HOST_EVENT_LOG, /* a log line; id is its level */
	HOST_EVENT_WARN, /* a WARN of kernel-side code */
	HOST_EVENT_FAULT, /* a DMA or MMIO access that was refused */
	HOST_EVENT_MISUSE, /* an API used against its contract */
	HOST_EVENT_REFUSAL, /* a request turned down, with the reason */
	HOST_EVENT_LEAK, /* something left over */
	HOST_EVENT_NOTE, /* worth counting, not wrong */
};

#define HOST_EVENT_TEXT 232
#define HOST_EVENT_FRAMES 24

/**
 * struct host_event - one entry of the ring
 * @seq: position since the machine was created, from 1
 * @kind: see above
 * @id: stable identifier, a string with static lifetime ("warn",
 *      "iommu-fault", "iova-leak", ...); tests count these
 * @dev: device name, empty if none
 * @addr: the address the event is about; its meaning depends on @id
 * @len: bytes, 0 if meaningless
 * @text: one line, no newline
 * @frames: return addresses, innermost first
 * @origin: a second call path, of what the event is about: where a misused
 *      mapping was made; @nr_origin is 0 if there is none
 */
struct host_event {
	uint64_t seq;
	enum host_event_kind kind;
	const char *id;
	char dev[32];
	uint64_t addr;
	uint64_t len;
	char text[HOST_EVENT_TEXT];
	unsigned int nr_frames;
	void *frames[HOST_EVENT_FRAMES];
	unsigned int nr_origin;
	void *origin[HOST_EVENT_FRAMES];
};

/** host_event_add() - append; @fmt is libc's format, the text is cut to fit. */
void host_event_add(enum host_event_kind kind, const char *id, const char *dev,
		    uint64_t addr, uint64_t len, const char *fmt, ...)
	HOST_PRINTF(6, 7);

/** host_event_put() - append an event whose text is ready. Takes a copy. */
void host_event_put(enum host_event_kind kind, const char *id, const char *dev,
		    uint64_t addr, uint64_t len, const char *text);

/** host_event_put_from() - the same with @nr frames of @origin. */
void host_event_put_from(enum host_event_kind kind, const char *id,
			 const char *dev, uint64_t addr, uint64_t len,
			 const char *text, void *const *origin,
			 unsigned int nr);

/** host_event_get() - copy event @seq; false if it is gone or not there yet. */
bool host_event_get(uint64_t seq, struct host_event *ev);
uint64_t host_event_last(void); /* newest seq, 0 if none */
uint64_t host_event_count(enum host_event_kind kind, const char *id);
/* id NULL: all of the kind */
void host_event_reset(void);

/** host_event_dump() - print the ring's events of these kinds to stderr. */
void host_event_dump(unsigned int kinds);

/** host_print() - a line on stderr, with its newline, for whoever debugs. */
void host_print(const char *line);

/** host_event_echo() - also print events of these kinds (bit mask) to stderr. */
void host_event_echo(unsigned int kinds);

/* ---- panic.c -------------------------------------------------------------- */

/**
 * host_panic() - the library cannot go on
 *
 * Prints the text and a backtrace and aborts, unless a hook leaves by
 * longjmp(): tests use that to show that a BUG() is reached.
 */
void host_panic(const char *fmt, ...) HOST_PRINTF(1, 2)
	__attribute__((noreturn));
void host_panic_set_hook(void (*hook)(const char *text));

unsigned int host_backtrace(void **frames, unsigned int max);

/** struct host_path - a call path, innermost return address first */
struct host_path {
	unsigned int nr;
	void *frame[HOST_EVENT_FRAMES];
};

/**
 * host_call_path() - host_backtrace() for a place that asks again and again
 *
 * Remembers the paths that it has unwound and where each return address lay on
 * the stack; a path is taken from memory only if all of them still lie there.
 */
const struct host_path *host_call_path(void);

/**
 * host_symbolize() - name of the function around @pc, "symbol+0x12" or hex
 * Return: @buf.
 */
const char *host_symbolize(const void *pc, char *buf, size_t size);

#endif
