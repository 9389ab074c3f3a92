/* SPDX-License-Identifier: MIT */
/*
 * The kernel log, WARN(), BUG() and events: everything that has a text.
 *
 * Models kernel/printk and kernel/panic.c. A log line is an event of kind LOG
 * whose id is the level's name; a WARN is an event "warn" with place and
 * backtrace. There is no other log: dmesg is the ring, rendered.
 *
 * Simplified: no consoles, no continuation lines, no loglevel filter.
 *
 * I1  A text never has a newline; one that has becomes several events.
 * I2  Texts are cut at LIB_TEXT - 1 characters, never refused.
 *
 * Tests: tests/unit/lib/test_event.c
 */
#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/errname.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "lib/internal.h"

#define LIB_TEXT 512

static const char *const level_names[] = {
	"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"
};

static const char *(*dev_name_fn)(const struct device *dev);
static const char *(*dev_driver_fn)(const struct device *dev);

/**
 * lib_set_dev_name() - the device layer says how devices are called
 * @name: of the device; NULL: all are called "(device)"
 * @driver: of its driver, or of its bus if it has none; may be NULL
 *
 * Context: while no other thread logs.
 */
void lib_set_dev_name(const char *(*name)(const struct device *dev),
		      const char *(*driver)(const struct device *dev))
{
	dev_name_fn = name;
	dev_driver_fn = driver;
}

/** lib_dev_name() - Return: the device's name; "" for NULL. */
const char *lib_dev_name(const struct device *dev)
{
	const char *name = NULL;

	if (!dev)
		return "";
	if (dev_name_fn)
		name = dev_name_fn(dev);
	return name ? name : "(device)";
}

static const char *dev_driver(const struct device *dev)
{
	const char *name = NULL;

	if (dev && dev_driver_fn)
		name = dev_driver_fn(dev);
	return name ? name : "";
}

/**
 * printk_get_level() - Return: the level's character if @buffer starts with
 * one ('0'..'7', 'c'), else 0.
 */
int printk_get_level(const char *buffer)
{
	if (buffer[0] != KERN_SOH_ASCII || !buffer[1])
		return 0;
	return strchr("01234567c", buffer[1]) ? buffer[1] : 0;
}

/** printk_skip_level() - Return: @buffer behind its level. */
const char *printk_skip_level(const char *buffer)
{
	return printk_get_level(buffer) ? buffer + 2 : buffer;
}

/* one event per line of text */
static void log_lines(int level, const char *dev, char *text)
{
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line)
			lib_event_put(LIB_EVENT_LOG, level_names[level], dev, 0,
				      0, line);
}

/**
 * vprintk() - log a text
 * @fmt: may start with a level, e.g. KERN_ERR; KERN_WARNING if it does not
 *
 * Context: any. Return: characters logged.
 */
int vprintk(const char *fmt, va_list args)
{
	int level = printk_get_level(fmt);
	char text[LIB_TEXT];
	int len;

	len = vscnprintf(text, sizeof(text), printk_skip_level(fmt), args);
	if (level >= '0' && level <= '7')
		level -= '0';
	else
		level = level == 'c' ? LOGLEVEL_INFO : LOGLEVEL_WARNING;
	log_lines(level, "", text);
	return len;
}
EXPORT_SYMBOL(vprintk);

/** _printk() - see vprintk(). */
int _printk(const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vprintk(fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(_printk);

/* ---- lines about a device ------------------------------------------------ */

static void dev_log(int level, const struct device *dev, const char *fmt,
		    va_list args)
{
	char text[LIB_TEXT];
	size_t len;

	len = (size_t)scnprintf(text, sizeof(text), "%s %s: ", dev_driver(dev),
				dev ? lib_dev_name(dev) : "(NULL device *)");
	vscnprintf(text + len, sizeof(text) - len, fmt, args);
	log_lines(level, lib_dev_name(dev), strim(text));
}

/** _dev_printk() - log a line about @dev; @level is KERN_ERR or the like. */
void _dev_printk(const char *level, const struct device *dev, const char *fmt,
		 ...)
{
	int c = printk_get_level(level);
	va_list args;

	va_start(args, fmt);
	dev_log(c >= '0' && c <= '7' ? c - '0' : LOGLEVEL_WARNING, dev, fmt,
		args);
	va_end(args);
}
EXPORT_SYMBOL(_dev_printk);

/* _dev_err() and its like: a line about @dev at that level. */
#define DEV_LOG(name, level)                                      \
	void name(const struct device *dev, const char *fmt, ...) \
	{                                                         \
		va_list args;                                     \
                                                                  \
		va_start(args, fmt);                              \
		dev_log(level, dev, fmt, args);                   \
		va_end(args);                                     \
	}                                                         \
	EXPORT_SYMBOL(name)

DEV_LOG(_dev_emerg, LOGLEVEL_EMERG);
DEV_LOG(_dev_alert, LOGLEVEL_ALERT);
DEV_LOG(_dev_crit, LOGLEVEL_CRIT);
DEV_LOG(_dev_err, LOGLEVEL_ERR);
DEV_LOG(_dev_warn, LOGLEVEL_WARNING);
DEV_LOG(_dev_notice, LOGLEVEL_NOTICE);
DEV_LOG(_dev_info, LOGLEVEL_INFO);

static int probe_log(int level, const struct device *dev, int err,
		     const char *fmt, va_list args)
{
	char text[LIB_TEXT];
	size_t len;

	len = (size_t)scnprintf(text, sizeof(text),
				"%s %s: error %pe: ", dev_driver(dev),
				lib_dev_name(dev), ERR_PTR(err));
	vscnprintf(text + len, sizeof(text) - len, fmt, args);
	/* a probe that will be tried again is no error */
	if (err == -EPROBE_DEFER)
		level = LOGLEVEL_DEBUG;
	if (err != -ENOMEM)
		log_lines(level, lib_dev_name(dev), text);
	return err;
}

/**
 * dev_err_probe() - log why a probe fails
 *
 * Quiet for -ENOMEM; a debug line for -EPROBE_DEFER. Return: @err.
 */
int dev_err_probe(const struct device *dev, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	probe_log(LOGLEVEL_ERR, dev, err, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL(dev_err_probe);

/** dev_warn_probe() - dev_err_probe() as a warning. Return: @err. */
int dev_warn_probe(const struct device *dev, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	probe_log(LOGLEVEL_WARNING, dev, err, fmt, args);
	va_end(args);
	return err;
}
EXPORT_SYMBOL(dev_warn_probe);

/* ---- WARN, BUG, panic ---------------------------------------------------- */

/* the last two components: "dma/dma_iova.c" */
static const char *short_path(const char *file)
{
	const char *at = file + strlen(file);
	int slashes = 0;

	while (at > file) {
		if (at[-1] == '/' && ++slashes == 2)
			break;
		at--;
	}
	return at;
}

static void warn_at(const struct device *dev, const char *file, int line,
		    const char *func, const char *fmt, va_list args)
{
	char text[LIB_TEXT];
	size_t len;

	len = (size_t)scnprintf(text, sizeof(text), "%s:%d %s()",
				short_path(file), line, func);
	if (fmt) {
		len += (size_t)scnprintf(text + len, sizeof(text) - len, ": ");
		vscnprintf(text + len, sizeof(text) - len, fmt, args);
	}
	strreplace(strim(text), '\n', ' ');
	lib_event_put(LIB_EVENT_WARN, "warn", lib_dev_name(dev), 0, 0, text);
}

/**
 * dmasim_warn() - add a "warn" event: place, text, backtrace
 * @fmt: NULL for a bare WARN_ON()
 *
 * Context: any.
 */
void dmasim_warn(const char *file, int line, const char *func, const char *fmt,
		 ...)
{
	va_list args;

	va_start(args, fmt);
	warn_at(NULL, file, line, func, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL(dmasim_warn);

/** dmasim_dev_warn() - dmasim_warn() about a device. */
void dmasim_dev_warn(const struct device *dev, const char *file, int line,
		     const char *func, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	warn_at(dev, file, line, func, fmt, args);
	va_end(args);
}
EXPORT_SYMBOL(dmasim_dev_warn);

/** dmasim_bug() - BUG(): does not return. */
void dmasim_bug(const char *file, int line, const char *func)
{
	char text[LIB_TEXT];

	scnprintf(text, sizeof(text), "BUG at %s:%d %s()", short_path(file),
		  line, func);
	lib_panic(text);
}
EXPORT_SYMBOL(dmasim_bug);

/** panic() - the machine cannot go on. */
void panic(const char *fmt, ...)
{
	char text[LIB_TEXT];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	lib_panic(text);
}
EXPORT_SYMBOL(panic);

/** lib_unimplemented() - panic: @func is not part of the library yet. */
void lib_unimplemented(const char *func)
{
	panic("%s() is not implemented in this version of libdmasim", func);
}

/* ---- events -------------------------------------------------------------- */

/**
 * lib_event() - append to the event ring
 * @id: string with static lifetime; tests count these
 * @dev: the device concerned, or NULL
 * @addr: @id says which address this is; 0 if meaningless
 * @len: bytes, 0 if meaningless
 * @fmt: kernel format, one line without newline
 *
 * Context: any.
 */
void lib_event(enum lib_event_kind kind, const char *id, struct device *dev,
	       u64 addr, u64 len, const char *fmt, ...)
{
	char text[LIB_TEXT];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	lib_event_put(kind, id, lib_dev_name(dev), addr, len, text);
}

#define DUMP_FRAMES 16

/** dump_stack_lvl() - log the caller's backtrace at @log_lvl, e.g. KERN_ERR. */
void dump_stack_lvl(const char *log_lvl)
{
	int c = printk_get_level(log_lvl);
	int level = c >= '0' && c <= '7' ? c - '0' : LOGLEVEL_WARNING;
	void *frames[DUMP_FRAMES];
	unsigned int nr = lib_backtrace(frames, DUMP_FRAMES), i;
	char text[LIB_TEXT];

	for (i = 0; i < nr; i++) {
		scnprintf(text, sizeof(text), "#%u %pS", i, frames[i]);
		log_lines(level, "", text);
	}
}
EXPORT_SYMBOL(dump_stack_lvl);

/** dump_stack() - log the caller's backtrace. */
void dump_stack(void)
{
	dump_stack_lvl(KERN_DEFAULT);
}
EXPORT_SYMBOL(dump_stack);
