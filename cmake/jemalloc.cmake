# SPDX-License-Identifier: MIT
#
# jemalloc as one object with a handful of renamed symbols.
#
# libdmasim allocates from jemalloc arenas but must never become the malloc of
# the process it is linked into. So the needed members of libjemalloc_pic.a are
# linked into one relocatable object, every symbol of which is made local except
# the non-standard entry points; those get the prefix dmasim_je_. The object
# becomes part of libdmasim (static and shared), which then needs libm.

find_library(DMASIM_JEMALLOC_ARCHIVE NAMES libjemalloc_pic.a)
if(NOT DMASIM_JEMALLOC_ARCHIVE)
	message(FATAL_ERROR
		"libjemalloc_pic.a is missing: install the Debian package libjemalloc-dev")
endif()
mark_as_advanced(DMASIM_JEMALLOC_ARCHIVE)

set(DMASIM_JEMALLOC_OBJECT ${PROJECT_BINARY_DIR}/dmasim_jemalloc.o)

# dmasim_extract_jemalloc(): make DMASIM_JEMALLOC_OBJECT, once per build tree.
function(dmasim_extract_jemalloc)
	set(_raw ${PROJECT_BINARY_DIR}/dmasim_jemalloc_raw.o)
	foreach(symbol mallocx dallocx sdallocx sallocx nallocx mallctl
			malloc_conf_2_conf_harder)
		list(APPEND _wanted -Wl,-u,${symbol})
		list(APPEND _kept --keep-global-symbol=dmasim_je_${symbol})
		list(APPEND _renamed
			--redefine-sym ${symbol}=dmasim_je_${symbol})
	endforeach()
	# Two runs of objcopy: within one, localising comes before renaming.
	execute_process(
		COMMAND ${CMAKE_C_COMPILER} -r -nostdlib ${_wanted}
			${DMASIM_JEMALLOC_ARCHIVE} -o ${_raw}
		COMMAND_ERROR_IS_FATAL ANY)
	execute_process(
		COMMAND ${CMAKE_OBJCOPY} ${_renamed} ${_raw}
		COMMAND_ERROR_IS_FATAL ANY)
	execute_process(
		COMMAND ${CMAKE_OBJCOPY} ${_kept} ${_raw}
			${DMASIM_JEMALLOC_OBJECT}
		COMMAND_ERROR_IS_FATAL ANY)
	file(REMOVE ${_raw})
endfunction()

if(NOT EXISTS ${DMASIM_JEMALLOC_OBJECT} OR
   ${DMASIM_JEMALLOC_ARCHIVE} IS_NEWER_THAN ${DMASIM_JEMALLOC_OBJECT} OR
   ${CMAKE_CURRENT_LIST_FILE} IS_NEWER_THAN ${DMASIM_JEMALLOC_OBJECT})
	dmasim_extract_jemalloc()
endif()

# dmasim_attach_jemalloc(): give the object to every library made of src/host.
function(dmasim_attach_jemalloc)
	foreach(library dmasim dmasim_shared)
		if(TARGET ${library})
			target_sources(${library} PRIVATE
				${PROJECT_BINARY_DIR}/dmasim_jemalloc.o)
			target_link_libraries(${library} PUBLIC m)
		endif()
	endforeach()
endfunction()

# The libraries exist when the top folder is done (in whose scope this runs).
cmake_language(DEFER DIRECTORY ${PROJECT_SOURCE_DIR}
	CALL dmasim_attach_jemalloc)
