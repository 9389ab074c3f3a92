/* SPDX-License-Identifier: MIT */
/*
 * Integer functions that are not inline.
 *
 * Tests: tests/unit/lib/test_math.c
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/math.h>

#include "lib/internal.h"

/** gcd() - greatest common divisor; the other number if one is 0. */
unsigned long gcd(unsigned long a, unsigned long b)
{
	while (b) {
		unsigned long rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}
EXPORT_SYMBOL(gcd);

/** lcm() - least common multiple; 0 if one is 0. */
unsigned long lcm(unsigned long a, unsigned long b)
{
	return a && b ? a / gcd(a, b) * b : 0;
}
EXPORT_SYMBOL(lcm);

/** lcm_not_zero() - lcm(), but the other number if one is 0. */
unsigned long lcm_not_zero(unsigned long a, unsigned long b)
{
	return a && b ? lcm(a, b) : a | b;
}
EXPORT_SYMBOL(lcm_not_zero);

/** int_sqrt() - largest integer whose square is not above @x. */
unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0;
	int bit;

	for (bit = 31; bit >= 0; bit--) {
		unsigned long more = root | 1ul << bit;

		if (more * more <= x)
			root = more;
	}
	return root;
}
EXPORT_SYMBOL(int_sqrt);
