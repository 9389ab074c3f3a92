/* SPDX-License-Identifier: MIT */
/* Architecture part of struct device: this machine has none. Same: all. */
#ifndef _DMASIM_ASM_DEVICE_H
#define _DMASIM_ASM_DEVICE_H

struct dev_archdata {
};

struct pdev_archdata {
};

#endif
