/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: a text is given to what reads configuration: numbers, a parameter
 * with several values, the price list of the cost model, the option of the
 * bounce buffers, patterns of trace events. The first byte says to which.
 *
 * What is taken and what is refused follows from a grammar that is checked here
 * by itself; what is refused changes nothing and, where the reader explains, says
 * why once.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/module.h>

#include <dmasim/cost.h>
#include <dmasim/machine.h>
#include <dmasim/trace.h>

#include "fuzz/fuzz.h"
#include "host/host.h"
#include "lib/lib.h"
#include "swiotlb/swiotlb.h"

#define MAX_TEXT 300
#define MAX_AREAS 64
#define MAX_NS 1000000000u

/* ---- a grammar ---- */

/* Value of @c as a digit of @base, -1 if it is none. */
static int digit(char c, unsigned int base)
{
	int value = c >= '0' && c <= '9' ?
			    c - '0' :
		    isxdigit((unsigned char)c) ?
			    tolower((unsigned char)c) - 'a' + 10 :
			    16;

	return value < (int)base ? value : -1;
}

/*
 * Digits in C's notation from @s on; returns their end, @s if there are none.
 * *@value is one beyond the largest number there is if it is even larger.
 */
static const char *number(const char *s, unsigned __int128 *value)
{
	unsigned int base = *s == '0' ? 8 : 10;

	if (*s == '0' && tolower((unsigned char)s[1]) == 'x' &&
	    digit(s[2], 16) >= 0) {
		base = 16;
		s += 2;
	}
	for (*value = 0; digit(*s, base) >= 0; s++) {
		*value = *value * base + (unsigned int)digit(*s, base);
		if (*value >> 64)
			*value = (unsigned __int128)1 << 64;
	}
	return s;
}

/* What a whole text is as a number of [-@low, @high]. */
static int expected_number(const char *s, unsigned __int128 low,
			   unsigned __int128 high, __int128 *result)
{
	bool negative = *s == '-' && low;
	const char *first = s + (negative || *s == '+'), *end;
	unsigned __int128 value;

	end = number(first, &value);
	if (end == first)
		return -EINVAL;
	if (value >> 64)
		return -ERANGE;
	if (*end == '\n')
		end++;
	if (*end)
		return -EINVAL;
	if (value > (negative ? low : high))
		return -ERANGE;
	*result = negative ? -(__int128)value : (__int128)value;
	return 0;
}

/* ---- numbers ---- */

#define CHECK_NUMBER(fn, type, low, high)                          \
	do {                                                       \
		type got = 77;                                     \
		__int128 want = 77;                                \
		int ret = expected_number(text, low, high, &want); \
                                                                   \
		FUZZ_CHECK(fn(text, 0, &got) == ret);              \
		FUZZ_CHECK((__int128)got == want);                 \
	} while (0)

static void check_numbers(const char *text)
{
	CHECK_NUMBER(kstrtoull, unsigned long long, 0, ULLONG_MAX);
	CHECK_NUMBER(kstrtoll, long long, 1ull << 63, LLONG_MAX);
	CHECK_NUMBER(kstrtouint, unsigned int, 0, UINT_MAX);
	CHECK_NUMBER(kstrtoint, int, 1ull << 31, INT_MAX);
	CHECK_NUMBER(kstrtou8, u8, 0, 255);
}

/* ---- a parameter with several values ---- */

static int several[4];
static unsigned int nr_several;
module_param_array(several, int, &nr_several, 0);

static void check_several(const char *text)
{
	int want[4], ret = 0;
	unsigned int n = 0, i;
	const char *at = text;

	memcpy(want, several, sizeof(several));
	for (;; at++) {
		size_t len = strcspn(at, ",");
		char word[MAX_TEXT + 1];
		__int128 value = 0;

		memcpy(word, at, len);
		word[len] = '\0';
		if (n == 4 || len >= 64)
			ret = -EINVAL;
		else
			ret = expected_number(word, 1ull << 31, INT_MAX,
					      &value);
		if (ret)
			break;
		want[n++] = (int)value;
		at += len;
		if (!*at)
			break;
	}
	FUZZ_CHECK(
		param_array_ops.set(
			text, &(struct kernel_param){
				      .arr = &dmasim_kparr_several }) == ret);
	if (!ret)
		FUZZ_CHECK(nr_several == n);
	/* Values before the bad one are in place already, as in the kernel. */
	for (i = 0; i < 4; i++)
		FUZZ_CHECK(several[i] == want[i]);
}

/* ---- the option of the bounce buffers ---- */

static bool is_option(const char *text)
{
	unsigned __int128 value;
	const char *end;

	if (isdigit((unsigned char)*text)) {
		text = number(text, &value);
		if (!value)
			return false;
		if (!*text)
			return true;
		if (*text++ != ',')
			return false;
		if (isdigit((unsigned char)*text)) {
			end = number(text, &value);
			if (!value || value > MAX_AREAS)
				return false;
			text = end;
			if (!*text)
				return true;
			if (*text++ != ',')
				return false;
		}
	}
	return !strcmp(text, "force") || !strcmp(text, "noforce");
}

static void check_option(const char *text)
{
	bool taken = swiotlb_option_valid(text);
	unsigned __int128 value;
	const char *p;

	/* Numbers that do not fit wrap, as in the kernel: no opinion. */
	for (p = text; *p; p++)
		if (isdigit((unsigned char)*p)) {
			const char *end = number(p, &value);

			if (value >> 64)
				return;
			p = end - 1;
		}
	FUZZ_CHECK(taken == is_option(text));
}

/* ---- prices ---- */

/* Decimal, up to three decimals, at most a second. */
static bool is_price(const char *s, size_t len)
{
	unsigned long long value = 0, unit = 1000;
	size_t i, dot = len;

	for (i = 0; i < len; i++) {
		if (s[i] == '.' && dot == len) {
			dot = i;
			continue;
		}
		if (s[i] < '0' || s[i] > '9')
			return false;
		value = value * 10 + (unsigned int)(s[i] - '0');
		if (dot < len)
			unit /= 10;
		if (!unit || value > MAX_NS * 1000ull)
			return false;
	}
	return len && dot && dot != len - 1 && value * unit <= MAX_NS * 1000ull;
}

/* Is [@s, @s + @len) one of the words that the model itself lists? */
static bool is_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(word, s, len);
}

static bool is_step(const char *s, size_t len)
{
	unsigned int i;

	for (i = 0; i < DMASIM_NR_COSTS; i++)
		if (is_word(s, len, dmasim_cost_name(i)))
			return true;
	return false;
}

static bool is_preset(const char *s, size_t len)
{
	unsigned int i;

	for (i = 0; dmasim_cost_preset(i); i++)
		if (is_word(s, len, dmasim_cost_preset(i)->name))
			return true;
	return false;
}

static bool is_cost(const char *text)
{
	unsigned int n;

	if (strlen(text) > 255)
		return false;
	for (n = 0;; n++) {
		size_t len = strcspn(text, ",");
		const char *equals = memchr(text, '=', len);

		if (equals) {
			size_t name = (size_t)(equals - text);

			if (!is_step(text, name) ||
			    !is_price(equals + 1, len - name - 1))
				return false;
		} else if (n || !is_preset(text, len)) {
			return false;
		}
		text += len;
		if (!*text++)
			return true;
	}
}

static void check_cost(const char *text)
{
	int ret;

	host_event_reset();
	ret = dmasim_cost_check(text);
	FUZZ_CHECK(ret == (is_cost(text) ? 0 : -EINVAL));
	FUZZ_CHECK(host_event_count(HOST_EVENT_REFUSAL, NULL) == !!ret);
}

/* ---- patterns of trace events ---- */

static bool is_wanted(const char *text, const char *event)
{
	const char *colon = strchr(event, ':');
	char pattern[MAX_TEXT + 1];
	size_t len;

	for (;; text += len + 1) {
		len = strcspn(text, ",");
		memcpy(pattern, text, len);
		pattern[len] = '\0';
		if (!fnmatch(pattern, strchr(pattern, ':') ? event : colon + 1,
			     FNM_NOESCAPE))
			return true;
		if (!text[len])
			return false;
	}
}

static void ignore_event(void *ctx, const struct dmasim_trace_event *ev)
{
}

static struct dmasim_machine *machine;
static struct dmasim_trace *trace;

static void destroy_machine(void)
{
	dmasim_trace_close(trace);
	dmasim_machine_destroy(machine);
}

static void check_globs(const char *text)
{
	int wanted = 0, i;

	/* No sets of characters here. */
	if (strchr(text, '['))
		return;
	if (!trace) {
		struct dmasim_machine_config cfg = DMASIM_MACHINE_CONFIG_INIT;

		FUZZ_CHECK(!dmasim_machine_create(&cfg, &machine));
		FUZZ_CHECK(!dmasim_trace_open_callback(ignore_event, NULL,
						       &trace));
		FUZZ_CHECK(!atexit(destroy_machine));
	}
	for (i = 0; dmasim_trace_name(i); i++)
		wanted += is_wanted(text, dmasim_trace_name(i));
	host_event_reset();
	FUZZ_CHECK(dmasim_trace_enable(trace, text) == (wanted ?: -ENOENT));
	FUZZ_CHECK(dmasim_trace_disable(trace, text) == (wanted ?: -ENOENT));
	FUZZ_CHECK(host_event_count(HOST_EVENT_REFUSAL, NULL) ==
		   (wanted ? 0 : 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const char *text) = {
		check_numbers, check_several, check_option,
		check_cost,    check_globs,
	};
	char text[MAX_TEXT + 1];
	size_t len = size ? size - 1 : 0;

	if (!size)
		return 0;
	if (len > MAX_TEXT)
		len = MAX_TEXT;
	memcpy(text, data + 1, len);
	text[len] = '\0';
	readers[data[0] % 5](text);
	return 0;
}
