# Finds LibTorch and defines the target `torch`. Two kinds:
#   Debian's (1.13, CPU), through its own TorchConfig.cmake;
#   a 2.x that CMAKE_PREFIX_PATH leads to: an unpacked archive, or the `torch` folder of a Python wheel, with or without CUDA.
# The TorchConfig.cmake of a CUDA build wants nvcc and the whole CUDA toolkit. This project compiles no CUDA code: the libraries
# are enough, so those builds are taken as they lie. CUDA's headers are used where they are found (PIXREC_CUDA).
# Sets LibTorch_FOUND, LibTorch_VERSION, LibTorch_ROOT_DIR (empty for Debian's), LibTorch_CUDA.

set(LibTorch_ROOT_DIR "")
set(_prefixes ${CMAKE_PREFIX_PATH} ${Torch_DIR})
if(DEFINED ENV{CMAKE_PREFIX_PATH})
  cmake_path(CONVERT "$ENV{CMAKE_PREFIX_PATH}" TO_CMAKE_PATH_LIST _from_environment)
  list(APPEND _prefixes ${_from_environment})
endif()
foreach(_prefix IN LISTS _prefixes)
  foreach(_below "" torch ../.. ../../..) # the folder itself, site-packages, share/cmake, share/cmake/Torch
    cmake_path(APPEND _prefix "${_below}" OUTPUT_VARIABLE _root)
    cmake_path(NORMAL_PATH _root)
    string(REGEX REPLACE "/$" "" _root "${_root}")
    if(NOT LibTorch_ROOT_DIR AND EXISTS ${_root}/lib/libtorch_cpu.so AND EXISTS ${_root}/include/ATen/ATen.h)
      set(LibTorch_ROOT_DIR ${_root})
    endif()
  endforeach()
endforeach()

if(NOT LibTorch_ROOT_DIR)
  find_package(Torch QUIET)
  set(LibTorch_VERSION ${Torch_VERSION})
  set(LibTorch_CUDA OFF)
else()
  foreach(_file torch/headeronly/version.h torch/version.h torch/csrc/api/include/torch/version.h)
    if(EXISTS ${LibTorch_ROOT_DIR}/include/${_file} AND NOT LibTorch_VERSION)
      file(STRINGS ${LibTorch_ROOT_DIR}/include/${_file} _lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
      string(REGEX REPLACE "[^0-9;]" "" _numbers "${_lines}")
      list(JOIN _numbers . LibTorch_VERSION)
    endif()
  endforeach()
  file(READ ${LibTorch_ROOT_DIR}/share/cmake/Torch/TorchConfig.cmake _config)
  if(_config MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
    message(FATAL_ERROR "LibTorch ${LibTorch_VERSION} in ${LibTorch_ROOT_DIR} is built with the old C++ string layout, which Qt, fmt "
                        "and SQLite do not have: take 2.7 or newer, or a \"cxx11-abi\" archive (packaging/setup-gpu.sh)")
  endif()

  add_library(torch INTERFACE IMPORTED)
  target_include_directories(torch SYSTEM INTERFACE
    ${LibTorch_ROOT_DIR}/include ${LibTorch_ROOT_DIR}/include/torch/csrc/api/include)
  set(_libraries torch torch_cpu c10)
  set(LibTorch_CUDA OFF)
  if(EXISTS ${LibTorch_ROOT_DIR}/lib/libtorch_cuda.so)
    set(LibTorch_CUDA ON)
    list(APPEND _libraries torch_cuda c10_cuda)
    # The GPU registers itself when its library is loaded: no symbol of it need be named.
    target_link_options(torch INTERFACE LINKER:--no-as-needed)
    file(GLOB _headers ${LibTorch_ROOT_DIR}/../nvidia/*/include) # a wheel's neighbours
    set(_cuda_headers)
    foreach(_header cuda_runtime_api.h cublas_v2.h cusparse.h cusolverDn.h)
      find_path(LibTorch_${_header} ${_header} HINTS ${_headers} ENV CUDA_HOME PATHS /usr/local/cuda PATH_SUFFIXES include)
      mark_as_advanced(LibTorch_${_header})
      list(APPEND _cuda_headers ${LibTorch_${_header}})
    endforeach()
    if(NOT _cuda_headers MATCHES "NOTFOUND")
      list(REMOVE_DUPLICATES _cuda_headers)
      target_include_directories(torch SYSTEM INTERFACE ${_cuda_headers})
      target_compile_definitions(torch INTERFACE PIXREC_CUDA)
    endif()
  endif()
  # Wheels export a copy of parts of libstdc++ (std::filesystem, std::chrono) that calls what they do not export, so a
  # program bound to it jumps to address 0 (pytorch/pytorch#133437): the real one comes first.
  target_link_libraries(torch INTERFACE stdc++)
  foreach(_library IN LISTS _libraries)
    target_link_libraries(torch INTERFACE ${LibTorch_ROOT_DIR}/lib/lib${_library}.so)
  endforeach()
  # 2.x brings headers of its fmt, which come first and have no library.
  if(EXISTS ${LibTorch_ROOT_DIR}/include/fmt)
    target_compile_definitions(torch INTERFACE FMT_HEADER_ONLY)
  endif()
endif()

include(FindPackageHandleStandardArgs)
if(TARGET torch)
  set(LibTorch_LIBRARY torch)
endif()
find_package_handle_standard_args(LibTorch REQUIRED_VARS LibTorch_LIBRARY VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "install libtorch-dev, or name a LibTorch 2.x in CMAKE_PREFIX_PATH (packaging/setup-gpu.sh)")
