/* SPDX-License-Identifier: MIT */
/*
 * A device that doubles 32-bit numbers: registers, and the driver's one call.
 */
#ifndef DOUBLER_H
#define DOUBLER_H

#define DOUBLER_VENDOR 0x1d0f
#define DOUBLER_DEVICE 0xd0b1

#define DOUBLER_SRC 0x00 /* 64 bits: device address of the input */
#define DOUBLER_DST 0x08 /* 64 bits: device address of the output */
#define DOUBLER_COUNT 0x10 /* numbers; writing starts the work */
#define DOUBLER_STATUS 0x14 /* 0: done, 1: an access was refused */

struct device;

/* 0; -ENOMEM if a buffer cannot be mapped; -EIO if the device was refused. */
int doubler_run(struct device *dev, unsigned int *in, unsigned int *out,
		unsigned int count);

#endif
