# SPDX-License-Identifier: MIT
#
# The libraries from the object libraries that the folders made, their
# installation, and the files by which CMake and pkg-config find them.

set(DMASIM_SOVERSION 0)
set(DMASIM_LINK_LIBS Threads::Threads ${CMAKE_DL_LIBS})

# dmasim_objects(<target> <list name>): add the objects of a list of folders.
function(dmasim_objects target list)
	get_property(objects GLOBAL PROPERTY DMASIM_OBJECTS_${list})
	foreach(object ${objects})
		target_sources(${target} PRIVATE $<TARGET_OBJECTS:${object}>)
	endforeach()
	get_property(extra GLOBAL PROPERTY DMASIM_EXTRA_OBJECTS_${list})
	target_sources(${target} PRIVATE ${extra})
	set_source_files_properties(${extra} PROPERTIES EXTERNAL_OBJECT ON
		GENERATED ON)
	set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
endfunction()

set(_includes
	$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
	$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

# ---- libdmasim ------------------------------------------------------------------

add_library(dmasim STATIC)
add_library(dmasim::dmasim ALIAS dmasim)
dmasim_objects(dmasim dmasim)
set_target_properties(dmasim PROPERTIES EXPORT_NAME static)
target_include_directories(dmasim INTERFACE ${_includes})
target_link_libraries(dmasim PUBLIC ${DMASIM_LINK_LIBS})

if(DMASIM_SHARED)
	# What EXPORT_SYMBOL*() recorded becomes the version script.
	set(_script ${PROJECT_BINARY_DIR}/dmasim.map)
	add_custom_command(OUTPUT ${_script}
		COMMAND ${CMAKE_COMMAND} -D READELF=${CMAKE_READELF}
			-D ARCHIVE=$<TARGET_FILE:dmasim> -D OUT=${_script}
			-P ${PROJECT_SOURCE_DIR}/cmake/exports.cmake
		DEPENDS dmasim ${PROJECT_SOURCE_DIR}/cmake/exports.cmake
		VERBATIM)
	add_custom_target(dmasim_map DEPENDS ${_script})
	add_library(dmasim_shared SHARED)
	add_dependencies(dmasim_shared dmasim_map)
	dmasim_objects(dmasim_shared dmasim)
	set_target_properties(dmasim_shared PROPERTIES OUTPUT_NAME dmasim
		EXPORT_NAME shared VERSION ${PROJECT_VERSION}
		SOVERSION ${DMASIM_SOVERSION} LINK_DEPENDS ${_script})
	target_link_options(dmasim_shared PRIVATE
		"LINKER:--version-script=${_script}" "LINKER:-Bsymbolic-functions"
		"LINKER:-z,defs")
	target_include_directories(dmasim_shared INTERFACE ${_includes})
	target_link_libraries(dmasim_shared PRIVATE ${DMASIM_LINK_LIBS})
endif()

# ---- opt-in kernel headers ----------------------------------------------------------

add_library(dmasim_kernel INTERFACE)
add_library(dmasim::kernel ALIAS dmasim_kernel)
set_target_properties(dmasim_kernel PROPERTIES EXPORT_NAME kernel)
target_include_directories(dmasim_kernel BEFORE INTERFACE
	$<BUILD_INTERFACE:${DMASIM_KERNEL_INCLUDE}>
	$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/dmasim/kernel>)
# Whoever compiles our headers has the pages that the library was built for.
target_compile_definitions(dmasim_kernel INTERFACE
	DMASIM_PAGE_SHIFT=${DMASIM_PAGE_SHIFT})
target_compile_options(dmasim_kernel INTERFACE
	"SHELL:-include linux/kconfig.h" -fno-strict-aliasing)

# ---- ported drivers --------------------------------------------------------------------

# Drivers register themselves: the linker must take all of the archive.
get_property(_objects GLOBAL PROPERTY DMASIM_OBJECTS_consumers)
if(_objects)
	add_library(dmasim_consumers STATIC)
	dmasim_objects(dmasim_consumers consumers)
	set_target_properties(dmasim_consumers PROPERTIES
		EXPORT_NAME consumers_archive)
	add_library(dmasim_drivers INTERFACE)
	add_library(dmasim::consumers ALIAS dmasim_drivers)
	set_target_properties(dmasim_drivers PROPERTIES EXPORT_NAME consumers)
	# In-tree the order has to be said; outside, the user names one library.
	target_link_libraries(dmasim_consumers PUBLIC $<BUILD_INTERFACE:dmasim>)
	target_link_libraries(dmasim_drivers INTERFACE
		$<LINK_LIBRARY:WHOLE_ARCHIVE,dmasim_consumers>)
endif()

# ---- installation -------------------------------------------------------------------------

include(CMakePackageConfigHelpers)
set(_package ${CMAKE_INSTALL_LIBDIR}/cmake/dmasim)
set(_targets dmasim dmasim_kernel)
if(DMASIM_SHARED)
	list(APPEND _targets dmasim_shared)
endif()
if(_objects)
	list(APPEND _targets dmasim_consumers dmasim_drivers)
endif()
install(TARGETS ${_targets} EXPORT dmasim
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
	LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT dmasim NAMESPACE dmasim:: DESTINATION ${_package}
	FILE dmasimTargets.cmake)
install(DIRECTORY include/dmasim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
	FILES_MATCHING PATTERN "*.h")
configure_package_config_file(cmake/dmasimConfig.cmake.in
	${PROJECT_BINARY_DIR}/dmasimConfig.cmake INSTALL_DESTINATION ${_package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dmasimConfigVersion.cmake
	COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dmasimConfig.cmake
	${PROJECT_BINARY_DIR}/dmasimConfigVersion.cmake DESTINATION ${_package})
# Relocatable: the prefix is named from where the .pc file lies.
file(RELATIVE_PATH DMASIM_PC_PREFIX
	/${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" DMASIM_PC_PREFIX "${DMASIM_PC_PREFIX}")
set(DMASIM_PC_PREFIX "\${pcfiledir}/${DMASIM_PC_PREFIX}")
foreach(pc libdmasim dmasim-kernel dmasim-consumers)
	configure_file(cmake/${pc}.pc.in ${PROJECT_BINARY_DIR}/${pc}.pc @ONLY)
	install(FILES ${PROJECT_BINARY_DIR}/${pc}.pc
		DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
