/* SPDX-License-Identifier: MIT */
/*
 * <asm/pgtable.h>: page protections and CPU page-table types.
 *
 * Same: names of the protections.
 * Reduced: protections are recorded, never enforced; a CPU page table does not
 *	exist yet, so pte_t and friends are types without operations.
 * Stub: nothing.
 */
#ifndef _DMASIM_ASM_PGTABLE_H
#define _DMASIM_ASM_PGTABLE_H

#include <asm/page.h>
#include <linux/types.h>

typedef struct {
	unsigned long pgprot;
} pgprot_t;

typedef struct {
	unsigned long pte;
} pte_t;

typedef struct {
	unsigned long pmd;
} pmd_t;

typedef struct {
	unsigned long pud;
} pud_t;

typedef struct {
	unsigned long p4d;
} p4d_t;

typedef struct {
	unsigned long pgd;
} pgd_t;

#define pgprot_val(x) ((x).pgprot)
#define __pgprot(x) ((pgprot_t){ (x) })
#define pte_val(x) ((x).pte)
#define __pte(x) ((pte_t){ (x) })

/* clang-format off */
#define _PAGE_PRESENT	(1ul << 0)
#define _PAGE_RW	(1ul << 1)
#define _PAGE_PWT	(1ul << 3)
#define _PAGE_PCD	(1ul << 4)
#define _PAGE_NX	(1ul << 63)
/* clang-format on */

#define PAGE_KERNEL __pgprot(_PAGE_PRESENT | _PAGE_RW | _PAGE_NX)
#define PAGE_KERNEL_RO __pgprot(_PAGE_PRESENT | _PAGE_NX)
#define PAGE_KERNEL_EXEC __pgprot(_PAGE_PRESENT | _PAGE_RW)
#define PAGE_KERNEL_NOCACHE \
	__pgprot(_PAGE_PRESENT | _PAGE_RW | _PAGE_NX | _PAGE_PCD | _PAGE_PWT)
#define PAGE_NONE __pgprot(0)

#define pgprot_noncached(prot) \
	__pgprot(pgprot_val(prot) | _PAGE_PCD | _PAGE_PWT)
#define pgprot_writecombine(prot) __pgprot(pgprot_val(prot) | _PAGE_PWT)
#define pgprot_dmacoherent(prot) pgprot_noncached(prot)
#define pgprot_decrypted(prot) (prot)
#define pgprot_encrypted(prot) (prot)

#define PTRS_PER_PTE (PAGE_SIZE / sizeof(pte_t))
#define PMD_SHIFT (PAGE_SHIFT + PAGE_SHIFT - 3)
#define PMD_SIZE (1ul << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))
#define PUD_SHIFT (PMD_SHIFT + PAGE_SHIFT - 3)
#define PUD_SIZE (1ul << PUD_SHIFT)
#define PUD_MASK (~(PUD_SIZE - 1))

#endif
