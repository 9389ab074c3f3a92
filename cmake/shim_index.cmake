# SPDX-License-Identifier: MIT
#
# docs/shim.md is the sum of the head blocks of the kernel headers.
#
#   cmake -P cmake/shim_index.cmake             write docs/shim.md
#   cmake -D CHECK=ON -P cmake/shim_index.cmake  is it current?
#
# A head block is the first comment after the SPDX line: a sentence, then the
# lists "Same:", "Reduced:", "Stub:", "Newer:" in any order and case, each up to
# the next list or a blank line. A header without any list is an error.
# Prints "shim index: <n> passed, <m> failed"; fails if m > 0 or n = 0.
cmake_minimum_required(VERSION 3.25)

get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
set(base ${root}/include/dmasim/kernel)
set(out ${root}/docs/shim.md)

# Characters that no comment contains: end of paragraph, start of a list.
string(ASCII 1 para)
string(ASCII 2 list)

# head(<result> <file>): the head block as one line, paragraphs marked.
function(head result file)
	set(${result} "" PARENT_SCOPE)
	file(READ ${file} text)
	string(FIND "${text}" "\n/*" at)
	if(at EQUAL -1)
		return()
	endif()
	math(EXPR at "${at} + 3")
	string(SUBSTRING "${text}" ${at} -1 text)
	string(FIND "${text}" "*/" at)
	string(SUBSTRING "${text}" 0 ${at} text)
	string(REGEX REPLACE "\n[ \t]*\\*" "\n" text "${text}")
	string(REGEX REPLACE "\n[ \t]*\n" "${para}" text "${text}")
	string(REGEX REPLACE "[ \t\n]+" " " text "${text}")
	string(REGEX REPLACE " *${para} *" "${para}" text "${text}")
	string(STRIP "${text}" text)
	string(REGEX REPLACE "(^|[ ${para}])[Ss]ame: *" "${list}S" text "${text}")
	string(REGEX REPLACE "(^|[ ${para}])[Rr]educed: *" "${list}R" text
		"${text}")
	string(REGEX REPLACE "(^|[ ${para}])[Ss]tub: *" "${list}T" text "${text}")
	string(REGEX REPLACE "(^|[ ${para}])[Nn]ewer: *" "${list}N" text
		"${text}")
	set(${result} "${text}" PARENT_SCOPE)
endfunction()

# cell(<result> <text>): a table cell; "nothing" in any of its spellings is "".
function(cell result text)
	string(REGEX REPLACE "${para}.*" "" text "${text}")
	string(STRIP "${text}" text)
	string(REGEX REPLACE "\\.$" "" text "${text}")
	if(text MATCHES "^(-|[Nn]one|[Nn]othing)$")
		set(text "")
	endif()
	string(REPLACE "|" "\\|" text "${text}")
	string(REPLACE "*" "\\*" text "${text}")
	string(REPLACE "<" "\\<" text "${text}")
	set(${result} "${text}" PARENT_SCOPE)
endfunction()

# part(<result> <head> <letter>): one list of a head block.
function(part result text letter)
	set(found "")
	if(text MATCHES "${list}${letter}([^${list}]*)")
		set(found "${CMAKE_MATCH_1}")
	endif()
	cell(found "${found}")
	set(${result} "${found}" PARENT_SCOPE)
endfunction()

file(GLOB_RECURSE headers RELATIVE ${base} ${base}/*.h)
list(SORT headers)
set(passed 0)
set(failed 0)
set(exact 0)
set(rows "")
set(folder "")
foreach(header ${headers})
	head(text ${base}/${header})
	if(NOT text MATCHES "${list}[SRTN]")
		math(EXPR failed "${failed} + 1")
		message("no same/reduced/stub list: include/dmasim/kernel/${header}")
		continue()
	endif()
	math(EXPR passed "${passed} + 1")

	get_filename_component(dir ${header} DIRECTORY)
	if(NOT dir STREQUAL folder)
		set(folder ${dir})
		string(APPEND rows "\n## ${dir}\n\n"
			"| header | what | same | reduced | stub |\n"
			"|---|---|---|---|---|\n")
	endif()
	string(REGEX REPLACE "${list}.*" "" what "${text}")
	# "<linux/x.h>: ..." repeats the first column.
	string(REGEX REPLACE "^<[^>]*>: " "" what "${what}")
	cell(what "${what}")
	part(same "${text}" S)
	part(reduced "${text}" R)
	part(stub "${text}" T)
	part(newer "${text}" N)
	if(NOT reduced AND NOT stub)
		math(EXPR exact "${exact} + 1")
	endif()
	if(newer)
		string(APPEND same ". Newer than 6.17: ${newer}")
	endif()
	string(APPEND rows
		"| `${header}` | ${what} | ${same} | ${reduced} | ${stub} |\n")
endforeach()

set(text "# Kernel headers

Generated from the head comments of `include/dmasim/kernel` by
`cmake/shim_index.cmake`; a test compares. Change the header, not this file.

| column | meaning |
|---|---|
| same | the contract of Linux 6.17 |
| reduced | exists, and this is missing or simpler |
| stub | never models anything: it has no effect, or it gives the answer of a kernel built without the feature, or it panics with its name |

An empty cell means nothing of that kind. Of ${passed} headers ${exact} have
nothing reduced and no stub. `docs/differences.md` has what concerns more than
one header.
${rows}")

if(CHECK)
	set(old "")
	if(EXISTS ${out})
		file(READ ${out} old)
	endif()
	if(NOT old STREQUAL text)
		math(EXPR failed "${failed} + 1")
		message("docs/shim.md is not current: "
			"cmake -P cmake/shim_index.cmake")
	endif()
else()
	file(WRITE ${out} "${text}")
endif()

message("shim index: ${passed} passed, ${failed} failed")
if(failed OR passed EQUAL 0)
	message(FATAL_ERROR "head blocks and docs/shim.md disagree")
endif()
