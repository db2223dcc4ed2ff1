#!/usr/bin/env bash
# Every libFuzzer target for SECONDS each, from the kept corpora; what is new and worth keeping goes
# to build/fuzz/found, never to the repository by itself. Stops at the first finding.
# usage: run_fuzz.sh SECONDS [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
shift
log=$(mktemp)
cmake --preset fuzz >"$log" 2>&1 && cmake --build build/fuzz --target rg_fuzz -j "$(nproc)" >>"$log" 2>&1 ||
  { tail -n 40 "$log" >&2; echo "Building the fuzzers failed." >&2; exit 1; }
rm -f "$log"
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  mapfile -t targets < <(ls tests/fuzz/corpus)
fi
for target in "${targets[@]}"; do
  found=build/fuzz/found/$target
  mkdir -p "$found"
  out=$found.log
  if ! RG_FUZZ_TARGET=$target build/fuzz/rg_fuzz "$found" "tests/fuzz/corpus/$target" \
      -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
      -artifact_prefix="build/fuzz/$target-" -print_final_stats=1 >"$out" 2>&1; then
    tail -n 40 "$out" >&2
    echo "fuzz: a finding in $target; its input stands beside build/fuzz/$target-*" >&2
    exit 1
  fi
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out")
  printf 'fuzz %-15s %s s, %s inputs, no finding\n' "$target" "$seconds" "${runs:-?}"
done
