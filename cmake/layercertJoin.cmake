# Joins the sources of a target, some files of one folder at a time (CMake's unity builds): the same headers are then read
# once for all of them. A first build takes about half as long. A name in an anonymous namespace has to be the only one of
# its folder for that, which the test "joined" looks at, folder by folder.
option(LAYERCERT_JOIN "compile several sources of a folder at once: a first build is faster, a change compiles more" ON)
set(LAYERCERT_JOINED_FILES 8) # in one: more, and the two cores of a small machine end at different times

function(layercert_join target)
  if(NOT LAYERCERT_JOIN)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  list(SORT sources)
  set(last "")
  foreach(source IN LISTS sources)
    get_filename_component(folder ${source} DIRECTORY)
    get_filename_component(folder ${folder} NAME)
    if(folder STREQUAL "numeric") # MPFR's and Arb's names beside each other
      set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      continue()
    endif()
    if(NOT folder STREQUAL last)
      set(last ${folder})
      set(count 0)
    endif()
    math(EXPR group "${count} / ${LAYERCERT_JOINED_FILES}")
    math(EXPR count "${count} + 1")
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # A class whose member stands in the same file's anonymous namespace is no fault where that file is included once.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()
