# groma_library(NAME SOURCES a.cc … [TESTS a_test.cc …] [DEPENDS groma_base …])
#
# A static library NAME and, with GROMA_TESTS, a GoogleTest program NAME_test whose cases ctest knows by the
# label `unit`. DEPENDS are the folders it may include: the link graph is the layer graph.
function(groma_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;DEPENDS;TEST_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC groma_options ${ARG_DEPENDS})
  if(GROMA_TESTS AND ARG_TESTS)
    groma_test(${name}_test LABEL unit SOURCES ${ARG_TESTS} DEPENDS ${name} ${ARG_TEST_DEPENDS})
  endif()
endfunction()

# groma_test(NAME LABEL unit|golden|legion|fuzz|end_to_end SOURCES … DEPENDS …)
function(groma_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  if(NOT GROMA_TESTS)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE groma_options ${ARG_DEPENDS} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE GROMA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             GROMA_BINARY_DIR="${CMAKE_BINARY_DIR}")
  gtest_discover_tests(${name} TEST_PREFIX "${name}." NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()
