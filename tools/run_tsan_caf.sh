#!/usr/bin/env bash
# ThreadSanitizer on the actors: builds libcaf_core from the distribution's source package, instrumented, and
# links our tests against it. The source comes through a configuration of apt's of our own, so the machine needs
# no deb-src line and no root; apt checks it against the signed index. Exit code 77 = the source cannot be had.
# usage: run_tsan_caf.sh JOBS [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=$1
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(rg_actors_test rg_engine_test rg_recovery_test rg_settings_change_test rg_app_test)
root=$PWD
caf=$root/build/caf-tsan

give_up() { # what cannot be had
  echo "tsan-caf: the source package actor-framework cannot be had: $1" >&2
  echo "tsan-caf: not run" >&2
  exit 77
}

# The distribution's own archive, as this machine knows it, with deb-src in front.
source_lines() {
  # shellcheck disable=SC1091
  . /etc/os-release
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite="$VERSION_CODENAME" '$2 == suite && $3 == "main" && !seen[$0]++ {
      print "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $1 " " $2 " " $3 }'
}

fetch_source() {
  local apt=$caf/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  source_lines >"$apt/sources.list"
  [ -s "$apt/sources.list" ] || give_up "apt knows no archive of this distribution"
  local own=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
  apt-get "${own[@]}" -qq update >"$apt/log" 2>&1 || give_up "$(tail -n 1 "$apt/log")"
  # The upstream archive is all we need: of the distribution's changes, one include (below) matters here.
  (cd "$caf" && apt-get "${own[@]}" source --download-only --tar-only actor-framework) >"$apt/log" 2>&1 ||
    give_up "$(tail -n 1 "$apt/log")"
}

if [ ! -f "$caf/lib/libcaf_core.a" ]; then
  mkdir -p "$caf"
  compgen -G "$caf/actor-framework_0.17.6*.orig.tar.*" >/dev/null || fetch_source
  cd "$caf"
  rm -rf source && mkdir source
  tar -xf actor-framework_0.17.6*.orig.tar.* -C source --strip-components=1
  # -include limits stands in for the distribution's patch for newer compilers.
  cmake -S source -B build -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_STANDARD=17 -DCAF_BUILD_STATIC_ONLY=ON \
    -DCAF_NO_UNIT_TESTS=ON -DCAF_NO_EXAMPLES=ON -DCAF_NO_TOOLS=ON -DCAF_NO_OPENSSL=ON -DCAF_NO_IO=ON -DCAF_NO_PYTHON=ON \
    -DCAF_NO_OPENCL=ON -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)" \
    -DCMAKE_CXX_FLAGS="-include limits -fsanitize=thread -O1 -g1" >cmake.log 2>&1 || { tail -n 20 cmake.log >&2; exit 1; }
  cmake --build build -j "$jobs" --target libcaf_core_static
  mkdir -p lib include
  cp -r source/libcaf_core/caf include/
  find build -name build_config.hpp -exec cp {} include/caf/detail/ \;
  find build -name 'libcaf_core*.a' -exec cp {} lib/libcaf_core.a \; # last: its being there says that all is
  cd "$root"
fi
cmake --preset tsan -B build/tsan-caf -DRG_BUILD_TESTS=ON -DCAF_INCLUDE_DIR="$caf/include" \
  -DCAF_core_LIBRARY="$caf/lib/libcaf_core.a" >"$caf/cmake-ours.log" 2>&1 || { tail -n 20 "$caf/cmake-ours.log" >&2; exit 1; }
cmake --build build/tsan-caf -j "$jobs" --target "${targets[@]}"
failed=0
for target in "${targets[@]}"; do
  echo "tsan-caf: $target"
  TSAN_OPTIONS=halt_on_error=1 RC_PARAMS=seed=20251122 "build/tsan-caf/tests/bin/$target" >"build/tsan-caf/$target.log" 2>&1 ||
    { tail -n 60 "build/tsan-caf/$target.log" >&2; failed=1; }
done
[ "$failed" -eq 0 ] && echo "tsan-caf: clean (${#targets[@]} programs)"
exit "$failed"
