/* SPDX-License-Identifier: MIT */
/*
 * Actions at the end of a scope.
 *
 * Same:    __free, DEFINE_FREE, no_free_ptr, return_ptr, CLASS, guard,
 *          scoped_guard, scoped_cond_guard.
 * Reduced: ACQUIRE() forms are missing.
 * Stub:    none.
 */
#ifndef _DMASIM_LINUX_CLEANUP_H
#define _DMASIM_LINUX_CLEANUP_H

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/args.h>

/* _T is the value at the end of the scope */
#define DEFINE_FREE(_name, _type, _free)                    \
	static __always_inline void __free_##_name(void *p) \
	{                                                   \
		_type _T = *(_type *)p;                     \
		_free;                                      \
	}
#define __free(_name) __cleanup(__free_##_name)

#define __get_and_null(p, nullvalue)                \
	({                                          \
		__auto_type gan_ptr__ = &(p);       \
		__auto_type gan_val__ = *gan_ptr__; \
		*gan_ptr__ = nullvalue;             \
		gan_val__;                          \
	})

static __always_inline __must_check const volatile void *
__must_check_fn(const volatile void *val)
{
	return val;
}

#define no_free_ptr(p)                   \
	((__typeof__(p))__must_check_fn( \
		(__force const volatile void *)__get_and_null(p, NULL)))
#define return_ptr(p) return no_free_ptr(p)
#define retain_and_null_ptr(p) ((void)__get_and_null(p, NULL))

/* a class: a type with constructor and destructor; EXTEND adds constructors */
#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...)              \
	typedef _type class_##_name##_t;                                     \
	static __always_inline void class_##_name##_destructor(_type *p)     \
	{                                                                    \
		_type _T = *p;                                               \
		_exit;                                                       \
	}                                                                    \
	static __always_inline _type class_##_name##_constructor(_init_args) \
	{                                                                    \
		_type t = _init;                                             \
		return t;                                                    \
	}
#define EXTEND_CLASS(_name, ext, _init, _init_args...)               \
	typedef class_##_name##_t class_##_name##ext##_t;            \
	static __always_inline void class_##_name##ext##_destructor( \
		class_##_name##_t *p)                                \
	{                                                            \
		class_##_name##_destructor(p);                       \
	}                                                            \
	static __always_inline class_##_name##_t                     \
		class_##_name##ext##_constructor(_init_args)         \
	{                                                            \
		class_##_name##_t t = _init;                         \
		return t;                                            \
	}
#define CLASS(_name, var)                                           \
	class_##_name##_t var __cleanup(class_##_name##_destructor) \
		__maybe_unused = class_##_name##_constructor

/* a guard: a class whose object is held while it exists */
#define __is_cond_ptr(_name) class_##_name##_is_conditional
#define __guard_ptr(_name) class_##_name##_lock_ptr
#define DMASIM_GUARD_COND(_name, _is_cond)                                \
	static __maybe_unused const bool class_##_name##_is_conditional = \
		_is_cond;

#define DEFINE_GUARD(_name, _type, _lock, _unlock)                           \
	DMASIM_GUARD_COND(_name, false)                                      \
	DEFINE_CLASS(                                                        \
		_name, _type, if (!IS_ERR_OR_NULL((void *)_T)) { _unlock; }, \
		({                                                           \
			_lock;                                               \
			_T;                                                  \
		}),                                                          \
		_type _T)                                                    \
	static __always_inline void *class_##_name##_lock_ptr(               \
		class_##_name##_t *_T)                                       \
	{                                                                    \
		return (void *)(__force unsigned long)*_T;                   \
	}
#define DEFINE_GUARD_COND(_name, _ext, _condlock)                    \
	DMASIM_GUARD_COND(_name##_ext, true)                         \
	EXTEND_CLASS(_name, _ext, ({                                 \
			     void *_t = _T;                          \
			     if (_T && !(_condlock))                 \
				     _t = NULL;                      \
			     _t;                                     \
		     }),                                             \
		     class_##_name##_t _T)                           \
	static __always_inline void *class_##_name##_ext##_lock_ptr( \
		class_##_name##_t *_T)                               \
	{                                                            \
		return class_##_name##_lock_ptr(_T);                 \
	}

#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))

#define scoped_guard(_name, args...)                                        \
	dmasim_scoped_guard(_name, __UNIQUE_ID(scope_), __UNIQUE_ID(done_), \
			    args)
#define dmasim_scoped_guard(_name, scope, done, args...)                     \
	for (CLASS(_name, scope)(args), *done = NULL;                        \
	     !done && (__guard_ptr(_name)(&scope) || !__is_cond_ptr(_name)); \
	     done = (void *)1)
#define scoped_cond_guard(_name, _fail, args...)                    \
	dmasim_scoped_cond_guard(_name, _fail, __UNIQUE_ID(scope_), \
				 __UNIQUE_ID(done_), args)
#define dmasim_scoped_cond_guard(_name, _fail, scope, done, args...)           \
	for (CLASS(_name, scope)(args), *done = NULL; !done; done = (void *)1) \
		if (!__guard_ptr(_name)(&scope)) {                             \
			_fail;                                                 \
		} else

/*
 * A guard of a lock that is not the whole object: the lock pointer and
 * optional members.
 */
#define __DEFINE_UNLOCK_GUARD(_name, _type, _unlock, ...)       \
	typedef struct {                                        \
		_type *lock;                                    \
		__VA_ARGS__;                                    \
	} class_##_name##_t;                                    \
	static __always_inline void class_##_name##_destructor( \
		class_##_name##_t *_T)                          \
	{                                                       \
		if (_T->lock) {                                 \
			_unlock;                                \
		}                                               \
	}                                                       \
	static __always_inline void *class_##_name##_lock_ptr(  \
		class_##_name##_t *_T)                          \
	{                                                       \
		return (void *)(__force unsigned long)_T->lock; \
	}
#define __DEFINE_LOCK_GUARD_1(_name, _type, _lock)                            \
	static __always_inline class_##_name##_t class_##_name##_constructor( \
		_type *l)                                                     \
	{                                                                     \
		class_##_name##_t _t = { .lock = l }, *_T = &_t;              \
		_lock;                                                        \
		return _t;                                                    \
	}
#define __DEFINE_LOCK_GUARD_0(_name, _lock)                                   \
	static __always_inline class_##_name##_t class_##_name##_constructor( \
		void)                                                         \
	{                                                                     \
		class_##_name##_t _t = { .lock = (void *)1 },                 \
				  *_T __maybe_unused = &_t;                   \
		_lock;                                                        \
		return _t;                                                    \
	}
#define DEFINE_LOCK_GUARD_1(_name, _type, _lock, _unlock, ...)    \
	DMASIM_GUARD_COND(_name, false)                           \
	__DEFINE_UNLOCK_GUARD(_name, _type, _unlock, __VA_ARGS__) \
	__DEFINE_LOCK_GUARD_1(_name, _type, _lock)
#define DEFINE_LOCK_GUARD_0(_name, _lock, _unlock, ...)          \
	DMASIM_GUARD_COND(_name, false)                          \
	__DEFINE_UNLOCK_GUARD(_name, void, _unlock, __VA_ARGS__) \
	__DEFINE_LOCK_GUARD_0(_name, _lock)
#define DEFINE_LOCK_GUARD_1_COND(_name, _ext, _condlock)                      \
	DMASIM_GUARD_COND(_name##_ext, true)                                  \
	EXTEND_CLASS(_name, _ext, ({                                          \
			     class_##_name##_t _t = { .lock = l }, *_T = &_t; \
			     if (_T->lock && !(_condlock))                    \
				     _T->lock = NULL;                         \
			     _t;                                              \
		     }),                                                      \
		     __typeof__(((class_##_name##_t *)0)->lock) l)            \
	static __always_inline void *class_##_name##_ext##_lock_ptr(          \
		class_##_name##_t *_T)                                        \
	{                                                                     \
		return class_##_name##_lock_ptr(_T);                          \
	}

#endif
