# SPDX-License-Identifier: MIT
#
# Public symbols are the ones that EXPORT_SYMBOL*() recorded in the note section
# .dmasim_export of the objects. As a script:
#
#   cmake -D READELF=<readelf> -D NM=<nm> -D ARCHIVE=<lib.a> -D OUT=<file>
#         [-D SHARED=<lib.so>] -P cmake/exports.cmake
#
# writes the version script OUT; with SHARED it checks that the library exports
# exactly these names, and prints how many.

execute_process(COMMAND ${READELF} -p .dmasim_export ${ARCHIVE}
	OUTPUT_VARIABLE text ERROR_QUIET)
# Brackets would group list elements.
string(REPLACE "[" "@" text "${text}")
string(REPLACE "]" "@" text "${text}")
# "@  offset@  name": offsets begin with a letter, too.
string(REGEX MATCHALL "@ *[0-9a-f]+@ +[A-Za-z_][A-Za-z0-9_]*" hits "${text}")
set(names "")
foreach(hit ${hits})
	string(REGEX REPLACE "^@ *[0-9a-f]+@ +" "" name ${hit})
	list(APPEND names ${name})
endforeach()
list(REMOVE_DUPLICATES names)
list(SORT names)
list(LENGTH names count)
if(count EQUAL 0)
	message(FATAL_ERROR "no exported symbol found in ${ARCHIVE}")
endif()

if(NOT SHARED)
	# A semicolon would separate list elements: put it in as a character.
	string(ASCII 59 semi)
	set(text "DMASIM_0.1 {\n\tglobal:\n")
	foreach(name ${names})
		string(APPEND text "\t\t${name}${semi}\n")
	endforeach()
	string(APPEND text "\tlocal:\n\t\t*${semi}\n}${semi}\n")
	file(WRITE ${OUT} "${text}")
	return()
endif()

execute_process(COMMAND ${NM} -D --defined-only ${SHARED} OUTPUT_VARIABLE text)
string(REGEX MATCHALL "[0-9a-f]+ [TDBRVW] [A-Za-z_][A-Za-z0-9_]*" hits "${text}")
set(got "")
foreach(hit ${hits})
	string(REGEX REPLACE "^[0-9a-f]+ [A-Z] " "" name ${hit})
	list(APPEND got ${name})
endforeach()
set(missing ${names})
list(REMOVE_ITEM missing ${got})
set(extra ${got})
list(REMOVE_ITEM extra ${names})
foreach(name ${missing})
	message("exported but not in the library: ${name}")
endforeach()
foreach(name ${extra})
	message("in the library but not exported: ${name}")
endforeach()
list(LENGTH missing nr_missing)
list(LENGTH extra nr_extra)
math(EXPR bad "${nr_missing} + ${nr_extra}")
message("exports: ${count} passed, ${bad} failed")
if(bad)
	message(FATAL_ERROR "exported symbols differ")
endif()
