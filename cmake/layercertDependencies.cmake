# What the library is linked with; read by the build and by find_package(layercert).
find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(TBB REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(tomlplusplus 3 REQUIRED)
find_package(PNG 1.6 REQUIRED)

# Imported targets, whose headers CMake treats as SYSTEM.
function(layercert_import name library header)
  if(TARGET layercert_${name})
    return()
  endif()
  find_library(LAYERCERT_LIB_${name} ${library} REQUIRED)
  find_path(LAYERCERT_INCLUDE_${name} ${header} REQUIRED)
  add_library(layercert_${name} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(layercert_${name} PROPERTIES
    IMPORTED_LOCATION ${LAYERCERT_LIB_${name}}
    INTERFACE_INCLUDE_DIRECTORIES ${LAYERCERT_INCLUDE_${name}})
endfunction()
layercert_import(gmp gmp gmp.h)
layercert_import(gmpxx gmpxx gmpxx.h)
layercert_import(mpfr mpfr mpfr.h)
layercert_import(flint flint flint/flint.h)
layercert_import(arb flint-arb arb.h)
