/* SPDX-License-Identifier: MIT */
/*
 * A case of the gallery is named like its quirk. It shows the library being
 * right, turns the quirk on, and shows what then is lost.
 *
 * docs/gallery.md tells the stories; cmake/check_gallery.cmake compares names.
 */
#ifndef TESTS_GALLERY_GALLERY_H
#define TESTS_GALLERY_GALLERY_H

#include <dmasim/quirk.h>

#include "api/api.h"

/* RAM that nobody else uses, not at the start of a page's block. */
#define RAM 0x123456000ull

/** quirk_on() / quirk_off() - from here on the other behaviour is shown. */
static inline void quirk_on(const char *name)
{
	assert_false(dmasim_quirk_enabled(name));
	if (dmasim_quirk_enable(name))
		fail_msg("%s", dmasim_refusal());
	assert_true(dmasim_quirk_enabled(name));
}

static inline void quirk_off(const char *name)
{
	assert_true(dmasim_quirk_enabled(name));
	if (dmasim_quirk_disable(name))
		fail_msg("%s", dmasim_refusal());
	assert_false(dmasim_quirk_enabled(name));
}

#endif
