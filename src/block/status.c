/* SPDX-License-Identifier: MIT */
/*
 * Names and errno values of block status codes and operations.
 *
 * Models the tables of block/blk-core.c, 6.17.
 * Tests: tests/unit/block/test_request.c
 */
#include <linux/blkdev.h>
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>

struct status_row {
	int error;
	const char *name;
};

static const struct status_row status_table[] = {
	[BLK_STS_OK] = { 0, "" },
	[BLK_STS_NOTSUPP] = { -EOPNOTSUPP, "operation not supported" },
	[BLK_STS_TIMEOUT] = { -ETIMEDOUT, "timeout" },
	[BLK_STS_NOSPC] = { -ENOSPC, "critical space allocation" },
	[BLK_STS_TRANSPORT] = { -ENOLINK, "recoverable transport" },
	[BLK_STS_TARGET] = { -EREMOTEIO, "critical target" },
	[BLK_STS_RESV_CONFLICT] = { -EBADE, "reservation conflict" },
	[BLK_STS_MEDIUM] = { -ENODATA, "critical medium" },
	[BLK_STS_PROTECTION] = { -EILSEQ, "protection" },
	[BLK_STS_RESOURCE] = { -ENOMEM, "kernel resource" },
	[BLK_STS_IOERR] = { -EIO, "I/O" },
	[BLK_STS_DM_REQUEUE] = { -EREMCHG, "dm internal retry" },
	[BLK_STS_AGAIN] = { -EAGAIN, "nonblocking retry" },
	[BLK_STS_DEV_RESOURCE] = { -EBUSY, "device resource" },
	[BLK_STS_ZONE_OPEN_RESOURCE] = { -ETOOMANYREFS, "open zones exceeded" },
	[BLK_STS_ZONE_ACTIVE_RESOURCE] = { -EOVERFLOW,
					   "active zones exceeded" },
	[BLK_STS_OFFLINE] = { -ENODEV, "device offline" },
	[BLK_STS_DURATION_LIMIT] = { -ETIME, "duration limit exceeded" },
	[BLK_STS_INVAL] = { -EINVAL, "invalid" },
};

static const struct status_row *status_row(blk_status_t status)
{
	if (status >= ARRAY_SIZE(status_table) || !status_table[status].name)
		return NULL;
	return &status_table[status];
}

/**
 * blk_status_to_errno() - Return: 0 or a negative errno; -EIO with a warning
 * for a value that is no status.
 */
int blk_status_to_errno(blk_status_t status)
{
	const struct status_row *row = status_row(status);

	if (WARN_ON_ONCE(!row))
		return -EIO;
	return row->error;
}
EXPORT_SYMBOL_GPL(blk_status_to_errno);

/**
 * errno_to_blk_status() - the lowest status with this errno
 * Return: BLK_STS_IOERR where there is none.
 */
blk_status_t errno_to_blk_status(int error)
{
	blk_status_t status = 0;

	for (; status < ARRAY_SIZE(status_table); status++)
		if (status_row(status) && status_table[status].error == error)
			return status;
	return BLK_STS_IOERR;
}
EXPORT_SYMBOL_GPL(errno_to_blk_status);

/** blk_status_to_str() - words for a log line. */
const char *blk_status_to_str(blk_status_t status)
{
	const struct status_row *row = status_row(status);

	if (WARN_ON_ONCE(!row))
		return "<null>";
	return row->name;
}
EXPORT_SYMBOL_GPL(blk_status_to_str);

/** blk_op_str() - "READ", "WRITE", ... or "UNKNOWN". */
const char *blk_op_str(enum req_op op)
{
	switch (op) {
	case REQ_OP_READ:
		return "READ";
	case REQ_OP_WRITE:
		return "WRITE";
	case REQ_OP_FLUSH:
		return "FLUSH";
	case REQ_OP_DISCARD:
		return "DISCARD";
	case REQ_OP_SECURE_ERASE:
		return "SECURE_ERASE";
	case REQ_OP_ZONE_APPEND:
		return "ZONE_APPEND";
	case REQ_OP_WRITE_ZEROES:
		return "WRITE_ZEROES";
	case REQ_OP_ZONE_OPEN:
		return "ZONE_OPEN";
	case REQ_OP_ZONE_CLOSE:
		return "ZONE_CLOSE";
	case REQ_OP_ZONE_FINISH:
		return "ZONE_FINISH";
	case REQ_OP_ZONE_RESET:
		return "ZONE_RESET";
	case REQ_OP_ZONE_RESET_ALL:
		return "ZONE_RESET_ALL";
	case REQ_OP_DRV_IN:
		return "DRV_IN";
	case REQ_OP_DRV_OUT:
		return "DRV_OUT";
	default:
		return "UNKNOWN";
	}
}
EXPORT_SYMBOL_GPL(blk_op_str);
