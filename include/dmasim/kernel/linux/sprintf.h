/* SPDX-License-Identifier: MIT */
/*
 * Formatted text.
 *
 * Same:    kernel formats in kernel-dialect code.
 * Reduced: hosted code gets libc's snprintf(); scnprintf() knows the kernel's
 *          formats everywhere.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_SPRINTF_H
#define _DMASIM_LINUX_SPRINTF_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>
#include <stdarg.h>

#if __STDC_HOSTED__
#include <stdio.h>
/* what snprintf() and vsnprintf() are in kernel-dialect code */
int dmasim_snprintf(char *buf, size_t size, const char *fmt, ...)
	__printf(3, 4);
int dmasim_vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__printf(3, 0);
int dmasim_sscanf(const char *buf, const char *fmt, ...) __scanf(2, 3);
#else
/* other symbols than libc's: kernel code never reaches libc's by accident */
int sprintf(char *buf, const char *fmt, ...) __asm__("dmasim_sprintf")
	__printf(2, 3);
int vsprintf(char *buf, const char *fmt,
	     va_list args) __asm__("dmasim_vsprintf") __printf(2, 0);
int snprintf(char *buf, size_t size, const char *fmt,
	     ...) __asm__("dmasim_snprintf") __printf(3, 4);
int vsnprintf(char *buf, size_t size, const char *fmt,
	      va_list args) __asm__("dmasim_vsnprintf") __printf(3, 0);
int sscanf(const char *buf, const char *fmt, ...) __asm__("dmasim_sscanf")
	__scanf(2, 3);
int vsscanf(const char *buf, const char *fmt,
	    va_list args) __asm__("dmasim_vsscanf") __scanf(2, 0);
#endif

int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__printf(3, 0);

/* in the memory layer */
char *kasprintf(gfp_t gfp, const char *fmt, ...) __printf(2, 3) __malloc;
char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
	__printf(2, 0) __malloc;
const char *kvasprintf_const(gfp_t gfp, const char *fmt, va_list args)
	__printf(2, 0);

#endif
