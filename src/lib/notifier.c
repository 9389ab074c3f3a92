/* SPDX-License-Identifier: MIT */
/*
 * Notifier chains: singly linked lists in descending priority.
 *
 * The four kinds differ in what protects a walk: RCU (atomic), a rw_semaphore
 * (blocking), SRCU, or the caller (raw). The list code is shared.
 *
 * I1  Blocks of one priority are called in the order of registration.
 * I2  After unregistering from an atomic or SRCU chain no call is under way.
 *
 * Locks: see above.
 * Tests: tests/unit/lib/test_notifier.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>

/* ---- the list ----------------------------------------------------------- */

static int link_in(struct notifier_block **head, struct notifier_block *nb,
		   bool unique)
{
	struct notifier_block **at = head, *pos;

	for (pos = *at; pos && pos->priority >= nb->priority;
	     at = &pos->next, pos = *at) {
		if (WARN(pos == nb, "notifier callback %p already registered",
			 (void *)nb->notifier_call))
			return -EEXIST;
		if (unique && pos->priority == nb->priority)
			return -EBUSY;
	}
	nb->next = pos;
	rcu_assign_pointer(*at, nb);
	return 0;
}

static int link_out(struct notifier_block **head, struct notifier_block *nb)
{
	struct notifier_block **at = head;

	while (*at && *at != nb)
		at = &(*at)->next;
	if (!*at)
		return -ENOENT;
	rcu_assign_pointer(*at, nb->next);
	return 0;
}

/* Call at most *@budget blocks (negative: all) and count those called. */
static int call_all(struct notifier_block **head, unsigned long val, void *v,
		    int *budget)
{
	struct notifier_block *nb = rcu_dereference_raw(*head), *next;
	int ret = NOTIFY_DONE;

	for (; nb && *budget; nb = next) {
		next = rcu_dereference_raw(nb->next);
		ret = nb->notifier_call(nb, val, v);
		--*budget;
		if (ret & NOTIFY_STOP_MASK)
			break;
	}
	return ret;
}

#define EVERYBODY (-1)

/* ---- atomic ------------------------------------------------------------- */

static int chain_add_atomic(struct atomic_notifier_head *nh,
			    struct notifier_block *nb, bool unique)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = link_in(&nh->head, nb, unique);
	spin_unlock_irqrestore(&nh->lock, flags);
	return ret;
}

/** atomic_notifier_chain_register() - Return: 0, -EEXIST. Context: any. */
int atomic_notifier_chain_register(struct atomic_notifier_head *nh,
				   struct notifier_block *nb)
{
	return chain_add_atomic(nh, nb, false);
}
EXPORT_SYMBOL(atomic_notifier_chain_register);

/** ..._unique_prio() - Return: 0, -EEXIST, -EBUSY if the priority is taken. */
int atomic_notifier_chain_register_unique_prio(struct atomic_notifier_head *nh,
					       struct notifier_block *nb)
{
	return chain_add_atomic(nh, nb, true);
}
EXPORT_SYMBOL(atomic_notifier_chain_register_unique_prio);

/** atomic_notifier_chain_unregister() - Return: 0, -ENOENT. May sleep. */
int atomic_notifier_chain_unregister(struct atomic_notifier_head *nh,
				     struct notifier_block *nb)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(&nh->lock, flags);
	ret = link_out(&nh->head, nb);
	spin_unlock_irqrestore(&nh->lock, flags);
	synchronize_rcu();
	return ret;
}
EXPORT_SYMBOL(atomic_notifier_chain_unregister);

/** atomic_notifier_call_chain() - Return: last answer. Context: any. */
int atomic_notifier_call_chain(struct atomic_notifier_head *nh,
			       unsigned long val, void *v)
{
	int budget = EVERYBODY, ret;

	rcu_read_lock();
	ret = call_all(&nh->head, val, v, &budget);
	rcu_read_unlock();
	return ret;
}
EXPORT_SYMBOL(atomic_notifier_call_chain);

/** atomic_notifier_call_chain_is_empty() - is nobody registered? */
bool atomic_notifier_call_chain_is_empty(struct atomic_notifier_head *nh)
{
	return !rcu_access_pointer(nh->head);
}

/* ---- blocking ----------------------------------------------------------- */

static int chain_add_blocking(struct blocking_notifier_head *nh,
			      struct notifier_block *nb, bool unique)
{
	int ret;

	down_write(&nh->rwsem);
	ret = link_in(&nh->head, nb, unique);
	up_write(&nh->rwsem);
	return ret;
}

/** blocking_notifier_chain_register() - Return: 0, -EEXIST. May sleep. */
int blocking_notifier_chain_register(struct blocking_notifier_head *nh,
				     struct notifier_block *nb)
{
	return chain_add_blocking(nh, nb, false);
}
EXPORT_SYMBOL(blocking_notifier_chain_register);

/** ..._unique_prio() - Return: 0, -EEXIST, -EBUSY if the priority is taken. */
int blocking_notifier_chain_register_unique_prio(
	struct blocking_notifier_head *nh, struct notifier_block *nb)
{
	return chain_add_blocking(nh, nb, true);
}
EXPORT_SYMBOL(blocking_notifier_chain_register_unique_prio);

/** blocking_notifier_chain_unregister() - Return: 0, -ENOENT. May sleep. */
int blocking_notifier_chain_unregister(struct blocking_notifier_head *nh,
				       struct notifier_block *nb)
{
	int ret;

	down_write(&nh->rwsem);
	ret = link_out(&nh->head, nb);
	up_write(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL(blocking_notifier_chain_unregister);

/** blocking_notifier_call_chain() - Return: last answer. May sleep. */
int blocking_notifier_call_chain(struct blocking_notifier_head *nh,
				 unsigned long val, void *v)
{
	int budget = EVERYBODY, ret = NOTIFY_DONE;

	if (!rcu_access_pointer(nh->head))
		return ret;
	down_read(&nh->rwsem);
	ret = call_all(&nh->head, val, v, &budget);
	up_read(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL(blocking_notifier_call_chain);

/**
 * blocking_notifier_call_chain_robust() - call, and take back on refusal
 * @nh: the chain
 * @val_up: told to all
 * @val_down: told to those that had agreed when one stops the walk
 * @v: passed to all
 *
 * Context: process, may sleep. Return: last answer to @val_up.
 */
int blocking_notifier_call_chain_robust(struct blocking_notifier_head *nh,
					unsigned long val_up,
					unsigned long val_down, void *v)
{
	int budget = EVERYBODY, ret, agreed;

	down_read(&nh->rwsem);
	ret = call_all(&nh->head, val_up, v, &budget);
	if (ret & NOTIFY_STOP_MASK) {
		agreed = EVERYBODY - budget - 1;
		call_all(&nh->head, val_down, v, &agreed);
	}
	up_read(&nh->rwsem);
	return ret;
}
EXPORT_SYMBOL(blocking_notifier_call_chain_robust);

/* ---- raw ---------------------------------------------------------------- */

/** raw_notifier_chain_register() - the caller locks. Return: 0, -EEXIST. */
int raw_notifier_chain_register(struct raw_notifier_head *nh,
				struct notifier_block *nb)
{
	return link_in(&nh->head, nb, false);
}
EXPORT_SYMBOL(raw_notifier_chain_register);

/** raw_notifier_chain_unregister() - the caller locks. Return: 0, -ENOENT. */
int raw_notifier_chain_unregister(struct raw_notifier_head *nh,
				  struct notifier_block *nb)
{
	return link_out(&nh->head, nb);
}
EXPORT_SYMBOL(raw_notifier_chain_unregister);

/** raw_notifier_call_chain() - the caller locks. Return: last answer. */
int raw_notifier_call_chain(struct raw_notifier_head *nh, unsigned long val,
			    void *v)
{
	int budget = EVERYBODY;

	return call_all(&nh->head, val, v, &budget);
}
EXPORT_SYMBOL(raw_notifier_call_chain);

/* ---- srcu --------------------------------------------------------------- */

/** srcu_init_notifier_head() - initialise. */
void srcu_init_notifier_head(struct srcu_notifier_head *nh)
{
	nh->head = NULL;
	mutex_init(&nh->mutex);
	init_srcu_struct(&nh->srcu);
}
EXPORT_SYMBOL(srcu_init_notifier_head);

/** srcu_cleanup_notifier_head() - the chain goes. May sleep. */
void srcu_cleanup_notifier_head(struct srcu_notifier_head *nh)
{
	cleanup_srcu_struct(&nh->srcu);
}
EXPORT_SYMBOL(srcu_cleanup_notifier_head);

/** srcu_notifier_chain_register() - Return: 0, -EEXIST. May sleep. */
int srcu_notifier_chain_register(struct srcu_notifier_head *nh,
				 struct notifier_block *nb)
{
	int ret;

	mutex_lock(&nh->mutex);
	ret = link_in(&nh->head, nb, false);
	mutex_unlock(&nh->mutex);
	return ret;
}
EXPORT_SYMBOL(srcu_notifier_chain_register);

/** srcu_notifier_chain_unregister() - Return: 0, -ENOENT. May sleep. */
int srcu_notifier_chain_unregister(struct srcu_notifier_head *nh,
				   struct notifier_block *nb)
{
	int ret;

	mutex_lock(&nh->mutex);
	ret = link_out(&nh->head, nb);
	mutex_unlock(&nh->mutex);
	synchronize_srcu(&nh->srcu);
	return ret;
}
EXPORT_SYMBOL(srcu_notifier_chain_unregister);

/** srcu_notifier_call_chain() - Return: last answer. May sleep. */
int srcu_notifier_call_chain(struct srcu_notifier_head *nh, unsigned long val,
			     void *v)
{
	int budget = EVERYBODY, ret, idx;

	idx = srcu_read_lock(&nh->srcu);
	ret = call_all(&nh->head, val, v, &budget);
	srcu_read_unlock(&nh->srcu, idx);
	return ret;
}
EXPORT_SYMBOL(srcu_notifier_call_chain);
