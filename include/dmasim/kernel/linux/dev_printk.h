/* SPDX-License-Identifier: MIT */
/*
 * Log lines about a device.
 *
 * Same:    dev_* with once and rate-limited forms, dev_WARN, dev_err_probe.
 * Reduced: none.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_DEV_PRINTK_H
#define _DMASIM_LINUX_DEV_PRINTK_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/printk.h>
#include <linux/ratelimit_types.h>
#include <linux/types.h>

struct device;

#ifndef dev_fmt
#define dev_fmt(fmt) fmt
#endif

void _dev_printk(const char *level, const struct device *dev, const char *fmt,
		 ...) __printf(3, 4) __cold;
void _dev_emerg(const struct device *dev, const char *fmt, ...)
	__printf(2, 3) __cold;
void _dev_alert(const struct device *dev, const char *fmt, ...)
	__printf(2, 3) __cold;
void _dev_crit(const struct device *dev, const char *fmt, ...)
	__printf(2, 3) __cold;
void _dev_err(const struct device *dev, const char *fmt, ...)
	__printf(2, 3) __cold;
void _dev_warn(const struct device *dev, const char *fmt, ...)
	__printf(2, 3) __cold;
void _dev_notice(const struct device *dev, const char *fmt, ...)
	__printf(2, 3) __cold;
void _dev_info(const struct device *dev, const char *fmt, ...)
	__printf(2, 3) __cold;
void dmasim_dev_warn(const struct device *dev, const char *file, int line,
		     const char *func, const char *fmt, ...)
	__printf(5, 6) __cold;
int dev_err_probe(const struct device *dev, int err, const char *fmt, ...)
	__printf(3, 4) __cold;
int dev_warn_probe(const struct device *dev, int err, const char *fmt, ...)
	__printf(3, 4) __cold;

#define dev_printk(level, dev, fmt, ...) \
	_dev_printk(level, dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_no_printk(level, dev, fmt, ...)                                   \
	({                                                                    \
		if (0)                                                        \
			_dev_printk(level, dev, dev_fmt(fmt), ##__VA_ARGS__); \
	})
#define dev_emerg(dev, fmt, ...) _dev_emerg(dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_alert(dev, fmt, ...) _dev_alert(dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_crit(dev, fmt, ...) _dev_crit(dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_err(dev, fmt, ...) _dev_err(dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_warn(dev, fmt, ...) _dev_warn(dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_notice(dev, fmt, ...) _dev_notice(dev, dev_fmt(fmt), ##__VA_ARGS__)
#define dev_info(dev, fmt, ...) _dev_info(dev, dev_fmt(fmt), ##__VA_ARGS__)
#ifdef DEBUG
#define dev_dbg(dev, fmt, ...) dev_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__)
#else
#define dev_dbg(dev, fmt, ...) \
	dev_no_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__)
#endif
#define dev_vdbg(dev, fmt, ...) \
	dev_no_printk(KERN_DEBUG, dev, fmt, ##__VA_ARGS__)

#define dev_level_once(dev_level, dev, fmt, ...)            \
	do {                                                \
		static unsigned int dev_seen__;             \
		if (dmasim_once(&dev_seen__))               \
			dev_level(dev, fmt, ##__VA_ARGS__); \
	} while (0)
#define dev_emerg_once(dev, fmt, ...) \
	dev_level_once(dev_emerg, dev, fmt, ##__VA_ARGS__)
#define dev_crit_once(dev, fmt, ...) \
	dev_level_once(dev_crit, dev, fmt, ##__VA_ARGS__)
#define dev_err_once(dev, fmt, ...) \
	dev_level_once(dev_err, dev, fmt, ##__VA_ARGS__)
#define dev_warn_once(dev, fmt, ...) \
	dev_level_once(dev_warn, dev, fmt, ##__VA_ARGS__)
#define dev_notice_once(dev, fmt, ...) \
	dev_level_once(dev_notice, dev, fmt, ##__VA_ARGS__)
#define dev_info_once(dev, fmt, ...) \
	dev_level_once(dev_info, dev, fmt, ##__VA_ARGS__)
#define dev_dbg_once(dev, fmt, ...) dev_dbg(dev, fmt, ##__VA_ARGS__)

#define dev_level_ratelimited(dev_level, dev, fmt, ...)                   \
	do {                                                              \
		static DEFINE_RATELIMIT_STATE(rs__,                       \
					      DEFAULT_RATELIMIT_INTERVAL, \
					      DEFAULT_RATELIMIT_BURST);   \
		if (__ratelimit(&rs__))                                   \
			dev_level(dev, fmt, ##__VA_ARGS__);               \
	} while (0)
#define dev_emerg_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_emerg, dev, fmt, ##__VA_ARGS__)
#define dev_crit_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_crit, dev, fmt, ##__VA_ARGS__)
#define dev_err_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_err, dev, fmt, ##__VA_ARGS__)
#define dev_warn_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_warn, dev, fmt, ##__VA_ARGS__)
#define dev_notice_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_notice, dev, fmt, ##__VA_ARGS__)
#define dev_info_ratelimited(dev, fmt, ...) \
	dev_level_ratelimited(dev_info, dev, fmt, ##__VA_ARGS__)
#define dev_dbg_ratelimited(dev, fmt, ...) dev_dbg(dev, fmt, ##__VA_ARGS__)

#define dev_WARN(dev, fmt, ...) \
	dmasim_dev_warn(dev, __FILE__, __LINE__, __func__, fmt, ##__VA_ARGS__)
#define dev_WARN_ONCE(dev, condition, fmt, ...)                       \
	({                                                            \
		static unsigned int warn_seen__;                      \
		bool warn_on__ = !!(condition);                       \
		if (unlikely(warn_on__) && dmasim_once(&warn_seen__)) \
			dev_WARN(dev, fmt, ##__VA_ARGS__);            \
		unlikely(warn_on__);                                  \
	})
#define dev_err_ptr_probe(dev, err, fmt, ...) \
	ERR_PTR(dev_err_probe(dev, err, fmt, ##__VA_ARGS__))

#endif
