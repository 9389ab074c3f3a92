/* SPDX-License-Identifier: MIT */
/*
 * One row of the layout table. Plain C only: every mode reads it.
 */
#ifndef TESTS_SHIM_LAYOUT_H
#define TESTS_SHIM_LAYOUT_H

/**
 * struct layout_row - size of a type, or offset of a member
 * @what: "struct bio" or "struct bio.bi_iter"
 * @value: bytes
 */
struct layout_row {
	const char *what;
	unsigned long value;
};

extern const struct layout_row layout_kernel[], layout_kernel_other[],
	layout_hosted[], layout_hosted_other[];
extern const unsigned int layout_kernel_rows, layout_kernel_other_rows,
	layout_hosted_rows, layout_hosted_other_rows;

#endif
