# SPDX-License-Identifier: MIT
#
# Link a user of the kernel headers with the library, compiled for pages of
# 2^12, 2^14 and 2^16 bytes: only the library's own SHIFT links, for the others
# the linker names what is missing.
cmake_minimum_required(VERSION 3.25)

file(MAKE_DIRECTORY ${WORK})
file(WRITE ${WORK}/user.c "#include <linux/dma-mapping.h>
int main(void) { return PAGE_SIZE == 0; }
")
if(SANITIZE)
	set(sanitize -fsanitize=${SANITIZE})
endif()
set(symbol_12 dmasim_pages_of_4_kib)
set(symbol_14 dmasim_pages_of_16_kib)
set(symbol_16 dmasim_pages_of_64_kib)
foreach(shift 12 14 16)
	execute_process(COMMAND ${COMPILER} -D_GNU_SOURCE ${sanitize}
		-DDMASIM_PAGE_SHIFT=${shift} -I${ROOT}/include/dmasim/kernel
		-include linux/kconfig.h -fno-strict-aliasing ${WORK}/user.c
		${ARCHIVE} -ldl -lm -pthread -o ${WORK}/user
		RESULT_VARIABLE result ERROR_VARIABLE text)
	if(shift EQUAL SHIFT)
		if(NOT result EQUAL 0)
			message(FATAL_ERROR "pages fit and do not link: ${text}")
		endif()
	elseif(result EQUAL 0)
		message(FATAL_ERROR "2^${shift} links to a library of 2^${SHIFT}")
	elseif(NOT text MATCHES "undefined reference to .${symbol_${shift}}")
		message(FATAL_ERROR "the linker does not say why: ${text}")
	endif()
endforeach()
message("3 passed, 0 failed")
