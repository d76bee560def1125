# embed_migrations(target folder): NNN_name.sql files of `folder` as C++ in `target`, which defines
# core::workspaceMigrations(). A new or changed file is seen by the next build.
function(embed_migrations target folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  list(SORT files)
  set(rows "")
  foreach(file IN LISTS files)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    cmake_path(GET file STEM stem)
    if(NOT stem MATCHES "^([0-9][0-9][0-9])_([a-z0-9_]+)$")
      message(FATAL_ERROR "${file}: a migration is named NNN_name.sql")
    endif()
    math(EXPR number "1${CMAKE_MATCH_1} - 1000")
    file(READ ${file} sql)
    string(APPEND rows "    {${number}, \"${CMAKE_MATCH_2}\", R\"sql(${sql})sql\"},\n")
  endforeach()
  set(output ${CMAKE_CURRENT_BINARY_DIR}/migrations.cpp)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
#include "core/storage/database.h"
namespace core {
namespace {
constexpr Migration migrations[] = {
@rows@};
}
std::span<const Migration> workspaceMigrations() { return migrations; }
} // namespace core
]])
  target_sources(${target} PRIVATE ${output})
endfunction()
