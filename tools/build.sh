#!/usr/bin/env bash
# Configures a preset and builds it; prints what the build cost.
# usage: build.sh PRESET engine|tests|bench JOBS
set -euo pipefail
preset=$1 what=$2 jobs=$3
dir=build/$preset
case "$what" in
  engine) options=() ; targets=(--target regimeguard) ;;
  tests) options=(-DRG_BUILD_TESTS=ON) ; targets=() ;;
  bench) options=(-DRG_BUILD_BENCH=ON) ; targets=() ;;
  *) echo "build.sh: unknown '$what'" >&2; exit 2 ;;
esac
# The engine alone must build without the test packages.
if [ "$what" = engine ] && [ ! -f "$dir/CMakeCache.txt" ]; then
  options+=(-DRG_BUILD_TESTS=OFF -DRG_BUILD_BENCH=OFF)
fi
log=$(mktemp)
if ! cmake --preset "$preset" "${options[@]}" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
rm -f "$log"
TIMEFORMAT='Build: %R s on the wall, %U user + %S system CPU-seconds.'
time cmake --build "$dir" -j "$jobs" "${targets[@]}"
