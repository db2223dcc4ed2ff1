#!/usr/bin/env bash
# ThreadSanitizer on the actors: builds libcaf_core from the distribution's source package, instrumented, and
# links our tests against it. Says so where the source cannot be had.
# usage: run_tsan_caf.sh JOBS
set -euo pipefail
jobs=$1
root=$PWD
caf=$root/build/caf-tsan
mkdir -p "$caf"
if [ ! -f "$caf/lib/libcaf_core.a" ]; then
  cd "$caf"
  if ! apt-get source --download-only actor-framework >source.log 2>&1; then
    echo "tsan-caf: the source package actor-framework cannot be had (no deb-src line in apt's sources, or no network):" >&2
    tail -n 2 source.log >&2
    echo "tsan-caf: not run" >&2
    exit 77
  fi
  rm -rf source && mkdir source
  tar -xf actor-framework_0.17.6*.orig.tar.* -C source --strip-components=1
  # -include limits stands in for the distribution's patch for newer compilers.
  cmake -S source -B build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_STANDARD=17 -DCAF_BUILD_STATIC_ONLY=ON \
    -DCAF_NO_UNIT_TESTS=ON -DCAF_NO_EXAMPLES=ON -DCAF_NO_TOOLS=ON -DCAF_NO_OPENSSL=ON -DCAF_NO_IO=ON -DCAF_NO_PYTHON=ON \
    -DCAF_NO_OPENCL=ON -DCMAKE_CXX_FLAGS="-include limits -fsanitize=thread -O1 -g1" >cmake.log
  cmake --build build -j "$jobs" --target libcaf_core_static
  mkdir -p lib include
  find build -name 'libcaf_core*.a' -exec cp {} lib/libcaf_core.a \;
  cp -r source/libcaf_core/caf include/
  find build -name build_config.hpp -exec cp {} include/caf/detail/ \;
  cd "$root"
fi
cmake --preset tsan -B build/tsan-caf -DRG_BUILD_TESTS=ON -DCAF_INCLUDE_DIR="$caf/include" \
  -DCAF_core_LIBRARY="$caf/lib/libcaf_core.a" >/dev/null
targets=(rg_actors_test rg_engine_test rg_settings_change_test)
cmake --build build/tsan-caf -j "$jobs" --target "${targets[@]}"
for target in "${targets[@]}"; do
  echo "tsan-caf: $target"
  TSAN_OPTIONS=halt_on_error=1 "build/tsan-caf/tests/bin/$target" >/dev/null
done
echo "tsan-caf: clean (${#targets[@]} programs)"
