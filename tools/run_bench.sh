#!/usr/bin/env bash
# Runs every benchmark program of a build and prints their tables. usage: run_bench.sh BUILD_DIR
set -euo pipefail
shopt -s nullglob
for program in "$1"/*_bench; do
  echo "== $(basename "$program")"
  "$program" ${BENCH_ARGS:-}
done
