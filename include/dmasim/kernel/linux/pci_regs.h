/* SPDX-License-Identifier: MIT */
/* PCI register layout. Same: see <uapi/linux/pci_regs.h>. */
#ifndef _DMASIM_LINUX_PCI_REGS_H
#define _DMASIM_LINUX_PCI_REGS_H

#include <uapi/linux/pci_regs.h>

#endif
