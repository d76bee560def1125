# The three kinds of target that the project has.

add_library(project_warnings INTERFACE)
target_compile_options(project_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
  $<$<BOOL:${PIXREC_WERROR}>:-Werror>
  # Where files are compiled several at once, gcc takes a source's unnamed namespace for a header's.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${PIXREC_WERROR}>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-error=subobject-linkage>
  # And clang says that a parameter hides a constant of another source.
  $<$<AND:$<CXX_COMPILER_ID:Clang>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-shadow>)

# add_core_library(name SOURCES ... DEPENDS ... [PRIVATE_DEPENDS ...]): one folder of core/, one static library.
function(add_core_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS} project_warnings)
  # At -O2 alone gcc leaves loops whose length it does not know without vector instructions.
  target_compile_options(${name} PRIVATE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-fvect-cost-model=dynamic>)
endfunction()

# add_torch_library(...): the same for a folder that may include core/tensors/torch.h; shares its precompiled header.
# LibTorch's headers are system headers here, so that our warnings speak of our code only.
function(add_torch_library name)
  add_core_library(${name} ${ARGN})
  if(NOT name STREQUAL "core_tensors")
    target_link_libraries(${name} PUBLIC core_tensors)
    target_precompile_headers(${name} REUSE_FROM core_tensors)
  endif()
endfunction()
