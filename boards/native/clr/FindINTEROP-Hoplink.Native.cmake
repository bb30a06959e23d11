# Tells nanoFramework's build of the interpreter what belongs to Hoplink.Native. It looks in InteropAssemblies/Hoplink.Native for the
# folders core and clr.
set(HOPLINK_NATIVE_BASE ${PROJECT_SOURCE_DIR}/InteropAssemblies/Hoplink.Native)

list(APPEND Hoplink.Native_INCLUDE_DIRS
    ${PROJECT_SOURCE_DIR}/src/CLR/Core
    ${PROJECT_SOURCE_DIR}/src/CLR/Include
    ${PROJECT_SOURCE_DIR}/src/HAL/Include
    ${PROJECT_SOURCE_DIR}/src/PAL/Include
    ${HOPLINK_NATIVE_BASE}/core
    ${HOPLINK_NATIVE_BASE}/clr)

set(Hoplink.Native_SRCS
    clr/Hoplink_Native.cpp
    clr/Hoplink_Native_Hoplink_Native_MbedTls.cpp
    clr/hoplink_random_esp32.c
    core/hoplink_hash.c
    core/hoplink_p256.c
    core/hoplink_aes.c)

foreach(SOURCE ${Hoplink.Native_SRCS})
    if(NOT EXISTS ${HOPLINK_NATIVE_BASE}/${SOURCE})
        message(FATAL_ERROR "Hoplink.Native: no ${HOPLINK_NATIVE_BASE}/${SOURCE}")
    endif()

    list(APPEND Hoplink.Native_SOURCES ${HOPLINK_NATIVE_BASE}/${SOURCE})
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(INTEROP-Hoplink.Native DEFAULT_MSG Hoplink.Native_INCLUDE_DIRS Hoplink.Native_SOURCES)
