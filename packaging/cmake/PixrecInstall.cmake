# What `cmake --install` puts where, and the Debian package that `cpack -G DEB` makes of it. The module and the checkpoints are
# found from the program's own place (core/engine/module.h), so the tree may be moved as a whole.
set(PIXREC_RELEASE_DATE 2026-11-21)
configure_file(packaging/desktop/org.pixrec.Studio.metainfo.xml.in org.pixrec.Studio.metainfo.xml @ONLY)

install(TARGETS pixrec RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS engine_torch LIBRARY DESTINATION lib/pixrec)
install(DIRECTORY data/models DESTINATION share/pixrec)
install(DIRECTORY resources/help DESTINATION share/doc/pixrec) # the program holds its own copy
install(FILES README.md CHANGELOG.md DESTINATION share/doc/pixrec)
install(FILES LICENSE DESTINATION share/doc/pixrec RENAME copyright)
install(FILES resources/icons/pixrec.svg DESTINATION share/icons/hicolor/scalable/apps RENAME org.pixrec.Studio.svg)
install(FILES packaging/desktop/org.pixrec.Studio.desktop DESTINATION share/applications)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/org.pixrec.Studio.metainfo.xml DESTINATION share/metainfo)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pixrec-studio)
set(CPACK_PACKAGE_CONTACT "The PixRec Studio developers <pixrec@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded at run time, so that no library names them: the fast BLAS, SVG icons, more picture formats.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libopenblas0-pthread, libqt6svg6, fonts-dejavu-core")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-image-formats-plugins")
include(CPack)
