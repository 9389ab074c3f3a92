# SPDX-License-Identifier: MIT
#
# The scheduler's half of src/lib: locks, time, deferred work, interrupts, RCU,
# arrays of pointers, register access.

list(APPEND LIBB_SOURCES
	idr.c
	interval_tree.c
	io_hw.c
	irq_hw.c
	kthread.c
	lock.c
	notifier.c
	rcu.c
	sched.c
	softirq.c
	srcu.c
	task.c
	thread_host.c
	timer.c
	tracepoint.c
	wait.c
	workqueue.c
	xarray.c)
