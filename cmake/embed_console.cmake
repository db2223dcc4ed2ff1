# Compiles console/dist into the binary: one .S file with .incbin (no size limit, no generated
# megabytes of C++) and a table. Without a built console the table is empty and the engine says so.
#
# The files are copied and packed while building, not while configuring, so that a console that is
# built anew meanwhile cannot vanish under the assembler. console/dist/console.stamp is written last by
# tools/build_console.sh; a build that finds another one than last time embeds anew.

set(_RG_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_DIR}/embed_console_files.cmake")

# rg_embed_console(OUT_SOURCES)
function(rg_embed_console out_sources)
  set(dist "${CMAKE_SOURCE_DIR}/console/dist")
  set(out "${CMAKE_BINARY_DIR}/console")
  file(GLOB stamp CONFIGURE_DEPENDS "${dist}/console.stamp")
  if(stamp)
    message(STATUS "Console: embedded from console/dist")
  else()
    message(STATUS "Console: left out (not built; tools/build_console.sh builds it)")
  endif()
  find_program(RG_GZIP gzip)
  # One output directory for each state: a console that comes or goes changes the command.
  add_custom_command(
    OUTPUT "${out}/console_files.S" "${out}/console_files.cpp"
    COMMAND ${CMAKE_COMMAND} -DRG_DIST=${dist} -DRG_STAMP=${stamp} -DRG_OUT=${out} -DRG_GZIP=${RG_GZIP}
            -P "${_RG_EMBED_SCRIPT}"
    DEPENDS ${stamp} "${_RG_EMBED_SCRIPT}"
    COMMENT "Embedding the console"
    VERBATIM)
  set_source_files_properties("${out}/console_files.S" PROPERTIES OBJECT_DEPENDS "${out}/console_files.cpp")
  set(${out_sources} "${out}/console_files.S" "${out}/console_files.cpp" PARENT_SCOPE)
endfunction()
