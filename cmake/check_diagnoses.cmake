# SPDX-License-Identifier: MIT
#
# docs/diagnoses.md lists every event that the library can add, with its kind,
# and no other, and shows an example that the sources can print. A test names
# each of them: it has been provoked. docs/checker.md shows each id of the
# checker, and a test compares its lines with what is printed.
#
#   cmake -P cmake/check_diagnoses.cmake
#
# An event is a call of lib_event(), host_event_add(), host_event_put() or
# host_event_put_from() with a literal id, or of one of the wrappers below. An
# example must have the literal parts of the format string at such a call, in order.
# Prints "diagnoses: <n> passed, <m> failed"; fails if m > 0 or n = 0.
cmake_minimum_required(VERSION 3.25)

get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)

# Functions whose second argument is the id, and the kind they give it.
set(wrappers mm_leaks_report=leak dma_pool_misuse=misuse dma_debug_misuse=misuse)
# Files that pass on an id which they got: the wrappers, and the way to the ring.
set(pass_on src/mm/owner.c src/dma/dmapool.c src/dma/debug_report.c
	src/dma/debug_entry.h src/lib/printk.c
	src/lib/log_host.c src/lib/internal.h src/lib/lib.h src/host/log.c
	src/host/host.h)

set(errors 0)
set(known "")
file(GLOB_RECURSE files RELATIVE ${root} ${root}/src/*.[ch])
foreach(f ${files})
	file(READ ${root}/${f} text)
	string(REGEX REPLACE "[ \t\n]+" " " text "${text}")
	string(REGEX MATCHALL "(LIB|HOST)_EVENT_[A-Z]+, \"[a-z0-9-]+\"" hits
		"${text}")
	foreach(hit ${hits})
		string(REGEX MATCH "EVENT_([A-Z]+), \"([a-z0-9-]+)\"" _ "${hit}")
		string(TOLOWER ${CMAKE_MATCH_1} kind)
		list(APPEND known "${CMAKE_MATCH_2}=${kind}")
	endforeach()
	foreach(wrapper ${wrappers})
		string(REGEX MATCH "(.*)=(.*)" _ ${wrapper})
		set(kind ${CMAKE_MATCH_2})
		string(REGEX MATCHALL
			"${CMAKE_MATCH_1}\\([^,()]+, \"[a-z0-9-]+\"" hits "${text}")
		foreach(hit ${hits})
			string(REGEX MATCH "\"([a-z0-9-]+)\"" _ "${hit}")
			list(APPEND known "${CMAKE_MATCH_1}=${kind}")
		endforeach()
	endforeach()
	string(REGEX MATCHALL "(lib_event|host_event_add|host_event_put|host_event_put_from)\\( ?[A-Za-z_]+, [A-Za-z_]"
		hits "${text}")
	if(hits AND NOT f IN_LIST pass_on)
		math(EXPR errors "${errors} + 1")
		message("${f}: an event whose id is not a literal")
	endif()
endforeach()
list(REMOVE_DUPLICATES known)

file(READ ${root}/docs/diagnoses.md text)
set(text_of_page "${text}")
string(REGEX MATCHALL "\n\\| `[a-z0-9-]+` \\| [a-z]+ \\|" rows "${text}")
set(listed "")
foreach(row ${rows})
	string(REGEX MATCH "`([a-z0-9-]+)` . ([a-z]+)" _ "${row}")
	# Log levels are ids, too, but no diagnoses.
	if(NOT CMAKE_MATCH_2 STREQUAL "log")
		list(APPEND listed "${CMAKE_MATCH_1}=${CMAKE_MATCH_2}")
	endif()
endforeach()

set(passed 0)
foreach(event ${known})
	if(event IN_LIST listed)
		math(EXPR passed "${passed} + 1")
	else()
		math(EXPR errors "${errors} + 1")
		message("not in docs/diagnoses.md: ${event}")
	endif()
endforeach()
foreach(event ${listed})
	if(NOT event IN_LIST known)
		math(EXPR errors "${errors} + 1")
		message("in docs/diagnoses.md, but nowhere in src: ${event}")
	endif()
endforeach()

# ---- tests

file(GLOB_RECURSE tests ${root}/tests/*.[ch] ${root}/tests/*.cmake)
set(text_of_tests "")
foreach(f ${tests})
	file(READ ${f} text)
	string(APPEND text_of_tests "${text}")
endforeach()
foreach(event ${listed})
	string(REGEX REPLACE "=.*" "" id ${event})
	string(FIND "${text_of_tests}" "\"${id}\"" at)
	if(at EQUAL -1)
		math(EXPR errors "${errors} + 1")
		message("no test provokes ${id}")
	else()
		math(EXPR passed "${passed} + 1")
	endif()
endforeach()

# ---- docs/checker.md: each id with lines that a test compares with what is printed

file(READ ${root}/docs/checker.md page)
foreach(event ${known})
	string(REGEX REPLACE "=.*" "" id ${event})
	if(NOT id MATCHES "^checker-")
		continue()
	endif()
	if(NOT page MATCHES "\n### `${id}`\n[^#]*\n    ${id}: ")
		math(EXPR errors "${errors} + 1")
		message("docs/checker.md has no example of ${id}")
	elseif(NOT text_of_tests MATCHES
	       "diagnosed\\((DMASIM_EVENT_[A-Z]+,[ \t\n]+)?\"${id}\"")
		math(EXPR errors "${errors} + 1")
		message("no test compares docs/checker.md with ${id}")
	else()
		math(EXPR passed "${passed} + 1")
	endif()
endforeach()

# ---- examples: id, what stands in front of the format string

# Ids whose text is made elsewhere than at the call that has the id.
set(elsewhere "nvme-rule=hw_nvme_violation(" "nvme-fatal=hw_nvme_dead("
	"page-leak=LIB_EVENT_LEAK, id," "vmalloc-leak=LIB_EVENT_LEAK, id,"
	"checker-leak=scnprintf(line, sizeof(line),"
	"checker-pending-mapping=scnprintf(buf, size,"
	"warn=len = (size_t)scnprintf(text, sizeof(text),"
	"iommu-freed-iova=snprintf( text, sizeof(text),"
	"iova-bad-free=what =" "refused=sim_refuse(")

# Lists of CMake know neither semicolons nor brackets inside an item.
function(plain text result)
	string(REPLACE ";" "@" text "${text}")
	string(REPLACE "[" "<" text "${text}")
	string(REPLACE "]" ">" text "${text}")
	set(${result} "${text}" PARENT_SCOPE)
endfunction()

# Does @example consist of the literal parts of @format, and what is between?
function(fits format example result)
	set(${result} FALSE PARENT_SCOPE)
	string(REPLACE "\\\"" "\"" format "${format}")
	string(REGEX REPLACE "%[-#0-9.*]*(ll|l|z|h)*(p[a-zA-Z]*|[a-zA-Z])" "@@"
		format "${format}")
	# "%s" alone says nothing.
	if(format MATCHES "^(@@| )*$")
		return()
	endif()
	while(NOT format STREQUAL "")
		string(FIND "${format}" "@@" at)
		string(SUBSTRING "${format}" 0 ${at} part)
		string(FIND "${example}" "${part}" found)
		if(found LESS 0)
			return()
		endif()
		string(LENGTH "${part}" len)
		math(EXPR from "${found} + ${len}")
		string(SUBSTRING "${example}" ${from} -1 example)
		if(at LESS 0)
			break()
		endif()
		math(EXPR from "${at} + 2")
		string(SUBSTRING "${format}" ${from} -1 format)
	endwhile()
	set(${result} TRUE PARENT_SCOPE)
endfunction()

set(source "")
foreach(f ${files})
	file(READ ${root}/${f} text)
	string(REGEX REPLACE "[ \t\n]+" " " text "${text}")
	string(REPLACE "\" \"" "" text "${text}")
	plain("${text}" text)
	string(APPEND source "${text}")
endforeach()

set(examples 0)
plain("${text_of_page}" page)
string(REGEX MATCHALL "\n\\| `[a-z0-9-]+` \\| [^\n]* \\|" rows "${page}")
foreach(row ${rows})
	string(REGEX MATCH "`([a-z0-9-]+)` . ([a-z]+) .* \\| ([^|]+) \\|$" _
		"${row}")
	set(id ${CMAKE_MATCH_1})
	set(example "${CMAKE_MATCH_3}")
	set(anchors "\"${id}\",")
	foreach(pair ${elsewhere})
		if(pair MATCHES "^${id}=(.*)")
			list(APPEND anchors "${CMAKE_MATCH_1}")
		endif()
	endforeach()
	set(shown FALSE)
	foreach(anchor ${anchors})
		string(REGEX REPLACE "([()*.+?])" "\\\\\\1" anchor "${anchor}")
		string(REGEX MATCHALL
			"${anchor}[^@\"]*(\"([^\"\\]|\\\\.)*\"[^@\"]*)?(\"([^\"\\]|\\\\.)*\")?"
			calls "${source}")
		foreach(call ${calls})
			string(REGEX REPLACE "^\"${id}\"" "" call "${call}")
			string(REGEX MATCHALL "\"([^\"\\]|\\\\.)*\"" formats "${call}")
			foreach(format ${formats})
				string(REGEX REPLACE "^\"(.*)\"$" "\\1" format "${format}")
				fits("${format}" "${example}" ok)
				if(ok)
					set(shown TRUE)
				endif()
			endforeach()
		endforeach()
	endforeach()
	math(EXPR examples "${examples} + 1")
	if(shown)
		math(EXPR passed "${passed} + 1")
	else()
		math(EXPR errors "${errors} + 1")
		message("example of ${id}: no call prints \"${example}\"")
	endif()
endforeach()
if(examples EQUAL 0)
	math(EXPR errors "${errors} + 1")
	message("docs/diagnoses.md: no examples")
endif()

message("diagnoses: ${passed} passed, ${errors} failed")
if(errors OR passed EQUAL 0)
	message(FATAL_ERROR "docs/diagnoses.md and the sources disagree")
endif()
