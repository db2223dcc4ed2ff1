# Finds the C++ Actor Framework as the distribution ships it (no CMake package, no .pc file).
# Targets: CAF::core, CAF::io, CAF::openssl.  Use: find_package(CAF 0.17.6 REQUIRED COMPONENTS core io)
include(FindPackageHandleStandardArgs)

find_path(CAF_INCLUDE_DIR NAMES caf/all.hpp)
if(CAF_INCLUDE_DIR AND EXISTS "${CAF_INCLUDE_DIR}/caf/config.hpp")
  file(STRINGS "${CAF_INCLUDE_DIR}/caf/config.hpp" _rg_line REGEX "#define CAF_VERSION[ \t]+[0-9]+")
  if(_rg_line MATCHES "CAF_VERSION[ \t]+([0-9]+)") # 1706 means 0.17.6
    math(EXPR _rg_major "${CMAKE_MATCH_1} / 10000")
    math(EXPR _rg_minor "(${CMAKE_MATCH_1} / 100) % 100")
    math(EXPR _rg_patch "${CMAKE_MATCH_1} % 100")
    set(CAF_VERSION "${_rg_major}.${_rg_minor}.${_rg_patch}")
  endif()
endif()

set(_rg_components core ${CAF_FIND_COMPONENTS})
list(REMOVE_DUPLICATES _rg_components)
foreach(_rg_c IN LISTS _rg_components)
  find_library(CAF_${_rg_c}_LIBRARY NAMES caf_${_rg_c})
  if(CAF_${_rg_c}_LIBRARY)
    set(CAF_${_rg_c}_FOUND TRUE)
  endif()
endforeach()

find_package_handle_standard_args(CAF REQUIRED_VARS CAF_INCLUDE_DIR CAF_core_LIBRARY
                                  VERSION_VAR CAF_VERSION HANDLE_COMPONENTS)

if(CAF_FOUND)
  find_package(Threads REQUIRED)
  foreach(_rg_c IN LISTS _rg_components)
    if(CAF_${_rg_c}_FOUND AND NOT TARGET CAF::${_rg_c})
      add_library(CAF::${_rg_c} UNKNOWN IMPORTED)
      set_target_properties(CAF::${_rg_c} PROPERTIES
        IMPORTED_LOCATION "${CAF_${_rg_c}_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}")
    endif()
  endforeach()
  set_property(TARGET CAF::core APPEND PROPERTY INTERFACE_LINK_LIBRARIES Threads::Threads)
  if(TARGET CAF::io)
    set_property(TARGET CAF::io APPEND PROPERTY INTERFACE_LINK_LIBRARIES CAF::core)
  endif()
  if(TARGET CAF::openssl)
    find_package(OpenSSL REQUIRED)
    set_property(TARGET CAF::openssl APPEND PROPERTY INTERFACE_LINK_LIBRARIES CAF::io OpenSSL::SSL)
  endif()
endif()
