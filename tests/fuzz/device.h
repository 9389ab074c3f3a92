/* SPDX-License-Identifier: MIT */
/* For fuzz targets of the hardware: one machine for all inputs, one device. */
#ifndef TESTS_FUZZ_DEVICE_H
#define TESTS_FUZZ_DEVICE_H

#include "unit/hw/board.h"

#include "fuzz/fuzz.h"

#define RID 0x100

/* Power on, with a device that may read and no window that a peer could be in. */
static inline struct hw_dev *fuzz_device(const struct hw_config *cfg)
{
	static const struct hw_model reader = { .name = "reader",
						.vendor = 0x1d0f };
	struct hw_dev *dev;

	board_on(cfg);
	dev = hw_dev_plug(&reader, NULL, 0);
	FUZZ_CHECK(dev && hw_dev_rid(dev) == RID);
	hw_cfg_write(PORT_RID, 0x20, 4, 0x0000fff0);
	hw_cfg_write(PORT_RID, 0x24, 4, 0x0000fff0);
	hw_cfg_write(PORT_RID, 0x04, 2, 0x6);
	hw_cfg_write(RID, 0x04, 2, 0x6);
	return dev;
}

#endif
