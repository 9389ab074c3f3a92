/* SPDX-License-Identifier: MIT */
/*
 * USDT probes: dmasim:<event>, a nop whose address and arguments lie in the note
 * section, for bpftrace, perf and gdb. Compiled with the system's headers,
 * because sys/sdt.h is one of them; fires only for events that some trace has
 * enabled.
 *
 * Tests: tests/unit/trace/test_usdt.sh
 */
#include <linux/args.h>
#include <linux/types.h>

#include <sys/sdt.h>

#include "trace/internal.h"
#include "trace/table.h"

/* A union: an address or a number, the bits are the same. */
#define A(i) f[i].u64
#define FIRE_1(n) DTRACE_PROBE1(dmasim, n, A(0))
#define FIRE_2(n) DTRACE_PROBE2(dmasim, n, A(0), A(1))
#define FIRE_3(n) DTRACE_PROBE3(dmasim, n, A(0), A(1), A(2))
#define FIRE_4(n) DTRACE_PROBE4(dmasim, n, A(0), A(1), A(2), A(3))
#define FIRE_5(n) DTRACE_PROBE5(dmasim, n, A(0), A(1), A(2), A(3), A(4))
#define FIRE_6(n) DTRACE_PROBE6(dmasim, n, A(0), A(1), A(2), A(3), A(4), A(5))
#define FIRE_7(n) \
	DTRACE_PROBE7(dmasim, n, A(0), A(1), A(2), A(3), A(4), A(5), A(6))
#define FIRE_8(n) \
	DTRACE_PROBE8(dmasim, n, A(0), A(1), A(2), A(3), A(4), A(5), A(6), A(7))
#define FIRE_9(n)                                                          \
	DTRACE_PROBE9(dmasim, n, A(0), A(1), A(2), A(3), A(4), A(5), A(6), \
		      A(7), A(8))

/* Only counted here. */
#define TF_DEV(n, v) 0
#define TF_NAMED_DEV(n, v) 0
#define TF_DEVNAME(n, v) 0
#define TF_DRIVER(n, v) 0
#define TF_STR(n, v) 0
#define TF_HEX(n, v) 0
#define TF_UINT(n, v) 0
#define TF_INT(n, v) 0
#define TF_BOOL(n, v) 0
#define TF_FORCE(n, v) 0
#define TF_DIR(n, v) 0
#define TF_ATTRS(n, v) 0
#define TF_GFP(n, v) 0
#define TF_AS(t, n, label, v) 0
#define TF_PHYS_ARRAY(n, label, sgl, nents) 0
#define TF_DMA_ARRAY(n, sgl, nents) 0
#define TF_LEN_ARRAY(n, label, sgl, nents) 0

#undef DMASIM_EVENT
#undef DMASIM_HW_EVENT
#define FIRE(count, name) CONCATENATE(FIRE_, count)(name)
#define DMASIM_EVENT(name, proto, args, fields, words)              \
	static void usdt_##name(const struct dmasim_trace_field *f) \
	{                                                           \
		FIRE(COUNT_ARGS(fields), name);                     \
	}
#define DMASIM_HW_EVENT DMASIM_EVENT
#include "trace/table_again.h"

#undef DMASIM_EVENT
#define DMASIM_EVENT(name, proto, args, fields, words) usdt_##name,
void (*const trace_usdt_probes[])(const struct dmasim_trace_field *f) = {
#include "trace/table_again.h"
};
