/* SPDX-License-Identifier: MIT */
/*
 * User addresses: ranges that a driver's mmap operation fills with memory.
 *
 *	vma = dmasim_vma_create(2 * 4096, 0);
 *	dma_mmap_coherent(dev, vma, cpu_addr, dma_addr, 2 * 4096);
 *	p = (char *)vma->vm_start;	the buffer, as the program sees it
 *
 * Needs struct vm_area_struct of <linux/mm_types.h> to look into it. What was
 * not filled faults (SIGSEGV).
 */
#ifndef DMASIM_USER_H
#define DMASIM_USER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vm_area_struct; /* the kernel's */

/**
 * dmasim_vma_create() - a range of user addresses, empty
 * @len: bytes, a multiple of the page size, not 0
 * @pgoff: offset that the program asked for, in pages
 *
 * Return: the range; NULL if there is no machine, @len is not whole pages, or
 * the host has no addresses; dmasim_refusal() says why.
 */
struct vm_area_struct *dmasim_vma_create(size_t len, uint64_t pgoff);

/**
 * dmasim_vma_destroy() - munmap(): the addresses fault, references are dropped
 *
 * NULL does nothing. At the latest before the machine goes (event "vma-leak").
 */
void dmasim_vma_destroy(struct vm_area_struct *vma);

#ifdef __cplusplus
}
#endif

#endif
