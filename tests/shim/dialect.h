/* SPDX-License-Identifier: MIT */
/*
 * A named check of driver dialect. Plain C only: every mode reads it.
 */
#ifndef TESTS_SHIM_DIALECT_H
#define TESTS_SHIM_DIALECT_H

/**
 * struct dialect_check - a check
 * @run: returns the line that failed, or 0
 */
struct dialect_check {
	const char *name;
	int (*run)(void);
};

extern const struct dialect_check dialect_kernel[], dialect_hosted[];

#define DIALECT_PASTE_(a, b) a##_##b
#define DIALECT_PASTE(a, b) DIALECT_PASTE_(a, b)

#endif
