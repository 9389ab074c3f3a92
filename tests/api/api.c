/* SPDX-License-Identifier: MIT */
/*
 * Shared by the suites of tests/api, see api.h.
 */
#include "api/api.h"

const struct variant variants_lazy[2] = {
	{ "vtdss,lazy", DMASIM_IOMMU_LAZY, "vtdss", true, true },
	{ "amdv1,lazy", DMASIM_IOMMU_LAZY, "amdv1", true, true },
};

const struct variant variants_untranslated[2] = {
	{ "direct", DMASIM_IOMMU_OFF, NULL, false, false },
	{ "identity", DMASIM_IOMMU_IDENTITY, "vtdss", false, false },
};

jmp_buf api_panic;

void api_on_panic(const char *text)
{
	longjmp(api_panic, 1);
}
