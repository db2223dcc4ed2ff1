#!/usr/bin/env bash
# tools/check_tidy.sh calls clean what was analysed, and nothing else.
set -euo pipefail
check=$(realpath "$(dirname "$0")/../../tools/check_tidy.sh")
command -v clang-tidy >/dev/null || { echo "skipped: no clang-tidy here"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$(dirname "$check")/../.clang-tidy" "$scratch/"

add_unit() { # NAME CODE
  printf '%s\n' "$2" >"$scratch/$1.cpp"
  entries+=("$(printf '{"directory": "%s", "command": "c++ -std=c++20 -c %s.cpp",\n "file": "%s"}' "$scratch" "$1" "$scratch/$1.cpp")")
}
entries=()
add_unit good 'int twice(int x) { return 2 * x; }'
add_unit finding 'int nearest(double x) { return static_cast<int>(x + 0.5); }'
add_unit broken 'int half( { return'
add_unit absent ''
rm "$scratch/absent.cpp"
(IFS=,; printf '[\n%s\n]\n' "${entries[*]}") >"$scratch/compile_commands.json"
echo 'int stranger();' >"$scratch/stranger.cpp"

failures=0
expect() { # STATUS TEXT UNIT...
  local wanted=$1 text=$2 status=0 output
  shift 2
  output=$("$check" "$scratch" "${@/#/$scratch/}" 2>&1) || status=$?
  if [ "$status" -ne "$wanted" ] || ! grep -qF -- "$text" <<<"$output"; then
    printf 'check_tidy.sh %s: wanted exit %s and "%s", got exit %s and:\n%s\n' "$*" "$wanted" "$text" "$status" "$output"
    failures=$((failures + 1))
  fi
}
expect 0 'tidy: clean, 1 units' good.cpp
expect 1 'bugprone-incorrect-roundings' good.cpp finding.cpp
expect 1 'clang-diagnostic-error' broken.cpp
expect 1 'absent.cpp' absent.cpp
expect 1 'stranger.cpp: not analysed' good.cpp stranger.cpp

mkdir "$scratch/bin"
printf '#!/bin/sh\nkill -SEGV $$\n' >"$scratch/bin/clang-tidy" # as when it crashes
chmod +x "$scratch/bin/clang-tidy"
PATH=$scratch/bin:$PATH expect 1 'good.cpp: not analysed' good.cpp
mv "$scratch/compile_commands.json" "$scratch/gone.json"
expect 1 'compile_commands.json is missing' good.cpp
exit $((failures > 0))
