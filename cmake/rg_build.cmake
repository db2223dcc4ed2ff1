# How RegimeGuard compiles: language level, warnings, determinism, sanitizers, and one-line helpers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_program(RG_CCACHE ccache)
if(RG_CCACHE)
  # Paths below the checkout are hashed relative to it, so that fresh clones share the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${CMAKE_SOURCE_DIR};${RG_CCACHE}")
endif()

# Warnings are errors on our own code. Decisions must be the same bits on every x86-64 machine:
# no fused multiply-add contraction, no -ffast-math, no -march=native.
add_library(rg_options INTERFACE)
target_compile_options(rg_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Woverloaded-virtual
  -Wnon-virtual-dtor -Werror -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(rg_options INTERFACE -Wno-unused-const-variable) # CAF_ADD_ATOM's name_v
endif()
target_include_directories(rg_options INTERFACE "${CMAKE_SOURCE_DIR}")

if(RG_SANITIZE)
  add_compile_options(-fsanitize=${RG_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${RG_SANITIZE})
  if(RG_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
  if(RG_SANITIZE MATCHES "thread")
    # Boost.Asio's fences, which ThreadSanitizer does not see; all else stays an error.
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(RG_COVERAGE)
  add_compile_options(--coverage -O0 -g)
  add_link_options(--coverage)
endif()

# rg_add_library(name SOURCES a.cpp b.cpp LINKS x y): one layer of the house.
# A library without sources becomes an interface library (headers only).
function(rg_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE rg_options ${ARG_PRIVATE_LINKS})
    target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_LINKS})
    target_include_directories(${name} INTERFACE "${CMAKE_SOURCE_DIR}")
  endif()
endfunction()

# rg_add_test(name LABEL unit SOURCES a_test.cpp LINKS x y [TIMEOUT 60]): a Catch2 program whose
# cases are ctest tests of their own. A forgotten actor hangs rather than fails, hence a time limit.
function(rg_add_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;LINKS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} rg_options rg_test_support)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/bin")
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>) # the code under test is at -O3
  # NoTests: a name that ctest cannot pass on whole (a semicolon in it) must fail, not run nothing.
  catch_discover_tests(${name} TEST_PREFIX "${name}: " EXTRA_ARGS --warn NoTests WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
                       PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
                                  ENVIRONMENT "RC_PARAMS=seed=20251122") # the soak draws its own
endfunction()
