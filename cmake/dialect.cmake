# SPDX-License-Identifier: MIT
#
# The three dialects of this source tree as compiler flags, and
# dmasim_sources(), with which each folder of src/ names its files.
#
#   KERNEL    freestanding C over include/dmasim/kernel; no libc header exists
#   HARDWARE  plain C11 with stdint types; no <linux/...> header exists
#   HOST      libc, pthread, jemalloc, libbsd
#   HOSTED    tests, tools, users: kernel headers first, then the system's

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
	execute_process(COMMAND ${CMAKE_C_COMPILER} -print-resource-dir
		OUTPUT_VARIABLE _dir OUTPUT_STRIP_TRAILING_WHITESPACE)
	set(DMASIM_COMPILER_INCLUDE ${_dir}/include)
else()
	execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=include
		OUTPUT_VARIABLE DMASIM_COMPILER_INCLUDE
		OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()

set(DMASIM_WARNINGS -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes
	-Wshadow -Wvla -Wno-unused-parameter -Wno-sign-compare
	-Wno-missing-field-initializers)
if(CMAKE_C_COMPILER_ID STREQUAL "Clang")
	list(APPEND DMASIM_WARNINGS -Wno-gnu-variable-sized-type-not-at-end
		-Wno-initializer-overrides)
else()
	list(APPEND DMASIM_WARNINGS -Wno-override-init)
endif()
if(DMASIM_WERROR)
	list(APPEND DMASIM_WARNINGS -Werror)
endif()

set(DMASIM_COMMON -fno-strict-aliasing -fno-semantic-interposition
	-fasynchronous-unwind-tables)
# What a short function costs must not hang on what happens to stand before it.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
	list(APPEND DMASIM_COMMON -falign-functions=64)
endif()
if(DMASIM_SANITIZE)
	list(APPEND DMASIM_COMMON -fsanitize=${DMASIM_SANITIZE}
		-fno-sanitize-recover=undefined)
	add_link_options(-fsanitize=${DMASIM_SANITIZE})
endif()
if(DMASIM_DEBUG)
	list(APPEND DMASIM_COMMON -DDMASIM_DEBUG=1 -fno-omit-frame-pointer)
endif()

set(DMASIM_KERNEL_INCLUDE ${PROJECT_SOURCE_DIR}/include/dmasim/kernel)

# Everything that compiles our headers gets these through this target.
add_library(dmasim_flags INTERFACE)
target_compile_options(dmasim_flags INTERFACE ${DMASIM_COMMON}
	${DMASIM_WARNINGS})

# dmasim_dialect(<target> <dialect>)
function(dmasim_dialect target dialect)
	target_link_libraries(${target} PRIVATE dmasim_flags)
	if(dialect STREQUAL "KERNEL")
		target_compile_options(${target} PRIVATE -ffreestanding -nostdinc
			"SHELL:-isystem ${DMASIM_COMPILER_INCLUDE}"
			"SHELL:-include linux/kconfig.h")
		target_compile_definitions(${target} PRIVATE __KERNEL__
			DMASIM_PAGE_SHIFT=${DMASIM_PAGE_SHIFT})
		target_include_directories(${target} BEFORE PRIVATE
			${DMASIM_KERNEL_INCLUDE})
	elseif(dialect STREQUAL "HOSTED")
		target_compile_options(${target} PRIVATE
			"SHELL:-include linux/kconfig.h")
		target_compile_definitions(${target} PRIVATE _GNU_SOURCE
			DMASIM_PAGE_SHIFT=${DMASIM_PAGE_SHIFT})
		target_include_directories(${target} BEFORE PRIVATE
			${DMASIM_KERNEL_INCLUDE})
	elseif(dialect STREQUAL "HARDWARE" OR dialect STREQUAL "HOST")
		target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
	else()
		message(FATAL_ERROR "no such dialect: ${dialect}")
	endif()
	target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src
		${PROJECT_SOURCE_DIR}/include)
endfunction()

# dmasim_sources(<dialect> [INTO dmasim|consumers] <file>...)
# Add files of the calling folder to the library.
function(dmasim_sources dialect)
	cmake_parse_arguments(arg "" "INTO" "" ${ARGN})
	if(NOT arg_INTO)
		set(arg_INTO dmasim)
	endif()
	file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR}/src
		${CMAKE_CURRENT_SOURCE_DIR})
	string(REPLACE "/" "_" name ${name})
	string(TOLOWER ${dialect} suffix)
	set(target obj_${name}_${suffix})
	add_library(${target} OBJECT ${arg_UNPARSED_ARGUMENTS})
	dmasim_dialect(${target} ${dialect})
	set_property(GLOBAL APPEND PROPERTY DMASIM_OBJECTS_${arg_INTO} ${target})
endfunction()
