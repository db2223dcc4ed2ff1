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
# The console is built beside the engine (fetching it mostly waits for the network) and embedded when
# both are done. RG_CONSOLE=off leaves it out.
console_pid=
if [ "$what" != bench ] && [ "${RG_CONSOLE:-on}" != off ]; then
  console_log=$(mktemp)
  tools/build_console.sh --optional >"$console_log" 2>&1 &
  console_pid=$!
  # Nothing to do is the common case: then one build suffices.
  for _ in 1 2 3 4 5; do
    kill -0 "$console_pid" 2>/dev/null || break
    sleep 0.1
  done
fi
log=$(mktemp)
if ! cmake --preset "$preset" "${options[@]}" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
rm -f "$log"
TIMEFORMAT='Build: %R s on the wall, %U user + %S system CPU-seconds.'
time cmake --build "$dir" -j "$jobs" "${targets[@]}"

if [ -n "$console_pid" ]; then
  patience=${RG_CONSOLE_PATIENCE:-90} # seconds that an engine that is ready waits for its console
  waited=0
  while kill -0 "$console_pid" 2>/dev/null; do
    [ "$waited" -eq 0 ] && echo "Waiting for the console (at most $patience s)."
    if [ "$waited" -ge "$patience" ]; then
      kill "$console_pid" 2>/dev/null || true
      echo "Console left out: fetching it took too long. To add it later: make console build" >&2
      break
    fi
    sleep 1
    waited=$((waited + 1))
  done
  wait "$console_pid" || true
  cat "$console_log"
  rm -f "$console_log"
  cmake --build "$dir" -j "$jobs" "${targets[@]}" >"$dir/embed.log" 2>&1 || { cat "$dir/embed.log" >&2; exit 1; }
fi
