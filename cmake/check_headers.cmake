# SPDX-License-Identifier: MIT
#
# Does each header compile alone? For every header below include/dmasim/kernel
# a file with this one #include is compiled, syntax only, in the mode asked
# for. MODE "public" takes the headers of include/dmasim instead, as ISO C11
# and, where CXX is given, as C++11.
#
#   cmake -DROOT=<source tree> -DWORK=<scratch> -DCOMPILER=gcc
#         -DMODE=freestanding|hosted|public [-DCXX=g++] -P check_headers.cmake
#
# Prints "<n> passed, <m> failed"; fails if m > 0 or n = 0.
cmake_minimum_required(VERSION 3.25)

set(warnings -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-Wvla -Wno-unused-parameter -Wno-sign-compare
	-Wno-missing-field-initializers -Werror)
get_filename_component(compiler_name ${COMPILER} NAME)
if(compiler_name MATCHES "clang")
	execute_process(COMMAND ${COMPILER} -print-resource-dir
		OUTPUT_VARIABLE dir OUTPUT_STRIP_TRAILING_WHITESPACE)
	set(own_include ${dir}/include)
	list(APPEND warnings -Wno-gnu-variable-sized-type-not-at-end
		-Wno-initializer-overrides)
else()
	execute_process(COMMAND ${COMPILER} -print-file-name=include
		OUTPUT_VARIABLE own_include OUTPUT_STRIP_TRAILING_WHITESPACE)
	list(APPEND warnings -Wno-override-init)
endif()

set(kernel ${ROOT}/include/dmasim/kernel)
if(MODE STREQUAL "public")
	set(base ${ROOT}/include)
	file(GLOB headers RELATIVE ${base} ${base}/dmasim/*.h)
	set(flags -std=c11 -pedantic ${warnings} -I${base})
else()
	set(base ${kernel})
	file(GLOB_RECURSE headers RELATIVE ${base} ${base}/*.h)
	set(flags -std=gnu11 -fno-strict-aliasing ${warnings} -I${kernel}
		-include linux/kconfig.h)
	if(MODE STREQUAL "freestanding")
		list(APPEND flags -ffreestanding -nostdinc -D__KERNEL__
			-isystem ${own_include})
	elseif(MODE STREQUAL "hosted")
		list(APPEND flags -D_GNU_SOURCE)
	else()
		message(FATAL_ERROR "MODE is freestanding, hosted or public")
	endif()
endif()

# check(<compiler> <suffix> <flag>...): one file a header, all in one call;
# only if that fails, one call a header to find the culprits.
set(passed 0)
set(failed 0)
function(check compiler suffix)
	file(REMOVE_RECURSE ${WORK})
	set(files)
	foreach(header ${headers})
		string(REPLACE "/" "_" file ${header})
		set(file ${WORK}/${file}.${suffix})
		file(WRITE ${file} "#include <${header}>\n")
		list(APPEND files ${file})
	endforeach()
	list(LENGTH files count)
	execute_process(COMMAND ${compiler} -fsyntax-only ${ARGN} ${files}
		RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
	if(result EQUAL 0)
		math(EXPR passed "${passed} + ${count}")
	else()
		foreach(file ${files})
			execute_process(COMMAND ${compiler} -fsyntax-only
				${ARGN} ${file}
				RESULT_VARIABLE result ERROR_VARIABLE text)
			if(result EQUAL 0)
				math(EXPR passed "${passed} + 1")
			else()
				math(EXPR failed "${failed} + 1")
				message("${file}:\n${text}")
			endif()
		endforeach()
	endif()
	file(REMOVE_RECURSE ${WORK})
	set(passed ${passed} PARENT_SCOPE)
	set(failed ${failed} PARENT_SCOPE)
endfunction()

check(${COMPILER} c ${flags})
if(MODE STREQUAL "public" AND CXX)
	check(${CXX} cc -std=c++11 -Wall -Wextra -pedantic -Wno-long-long -Werror
		-I${base})
endif()

message("${COMPILER} ${MODE}: ${passed} passed, ${failed} failed")
if(failed GREATER 0 OR passed EQUAL 0)
	message(FATAL_ERROR "headers that do not stand alone")
endif()
