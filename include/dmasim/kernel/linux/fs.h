/* SPDX-License-Identifier: MIT */
/*
 * <linux/fs.h>: the few names of the VFS that block drivers mention.
 *
 * Same: READ, WRITE, RWF-independent kiocb flags, write life hints.
 * Reduced: struct inode, struct file, struct kiocb and struct file_operations
 *	hold what drivers fill in or read; nothing here opens a file.
 * Stub: no_llseek is NULL.
 */
#ifndef _DMASIM_LINUX_FS_H
#define _DMASIM_LINUX_FS_H

#include <linux/types.h>

struct block_device;
struct cdev;
struct io_uring_cmd;
struct iov_iter;
struct module;
struct vm_area_struct;

#undef READ
#undef WRITE
#define READ 0
#define WRITE 1

enum rw_hint {
	WRITE_LIFE_NOT_SET = 0,
	WRITE_LIFE_NONE = 1,
	WRITE_LIFE_SHORT = 2,
	WRITE_LIFE_MEDIUM = 3,
	WRITE_LIFE_LONG = 4,
	WRITE_LIFE_EXTREME = 5,
};

struct inode {
	u32 i_rdev;
	union {
		struct cdev *i_cdev;
		struct block_device *i_bdev;
	};
	void *i_private;
};

struct file {
	unsigned int f_flags;
	loff_t f_pos;
	struct inode *f_inode;
	void *private_data;
};

static inline struct inode *file_inode(const struct file *f)
{
	return f->f_inode;
}

struct kiocb {
	struct file *ki_filp;
	loff_t ki_pos;
	void (*ki_complete)(struct kiocb *iocb, long ret);
	void *private;
	int ki_flags;
	u16 ki_ioprio;
};

struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *, loff_t, int);
	ssize_t (*read_iter)(struct kiocb *, struct iov_iter *);
	ssize_t (*write_iter)(struct kiocb *, struct iov_iter *);
	long (*unlocked_ioctl)(struct file *, unsigned int, unsigned long);
	long (*compat_ioctl)(struct file *, unsigned int, unsigned long);
	int (*mmap)(struct file *, struct vm_area_struct *);
	int (*open)(struct inode *, struct file *);
	int (*release)(struct inode *, struct file *);
	int (*uring_cmd)(struct io_uring_cmd *, unsigned int);
};

#define no_llseek NULL

#endif
