#!/usr/bin/env bash
# clang-tidy over our units (checks and their exceptions: .clang-tidy). A unit that could not be
# analysed fails like a finding: one without a compile command, one that clang cannot parse, one at
# which clang-tidy itself ended badly. usage: check_tidy.sh BUILD_DIR [UNIT...]
set -euo pipefail
cd "$(dirname "$0")/.."
export RG_TIDY_BUILD=$1
shift
commands=$RG_TIDY_BUILD/compile_commands.json
[ -f "$commands" ] || { echo "tidy: $commands is missing; configure the build first" >&2; exit 1; }

units=("$@")
if [ ${#units[@]} -eq 0 ]; then
  mapfile -t units < <(git ls-files 'messages/*.cpp' 'actors/*.cpp' 'infra/*.cpp' 'backtests/*.cpp' 'app/*.cpp')
fi
[ ${#units[@]} -gt 0 ] || { echo "tidy: no unit to analyse" >&2; exit 1; }
mapfile -t units < <(realpath -- "${units[@]}")

# Without a command of its own clang-tidy guesses one from a neighbour.
unbuilt=$(comm -23 <(printf '%s\n' "${units[@]}" | sort) \
  <(grep -o '"file": *"[^"]*"' "$commands" | cut -d\" -f4 | xargs -d '\n' -r realpath -m -- | sort))
[ -z "$unbuilt" ] || printf '%s: not analysed, %s has no command for it\n' "$unbuilt" "$commands"

analyse() {
  local output status=0
  output=$(clang-tidy -p "$RG_TIDY_BUILD" --quiet --warnings-as-errors='*' "$1" 2>&1) || status=$?
  [ "$status" -ne 0 ] || return 0
  grep -vE '^[0-9]+ warnings?( and [0-9]+ errors?)? generated|^$' <<<"$output" || true
  [ "$status" -eq 1 ] || echo "$1: not analysed, clang-tidy ended with $status"
  return 1
}
export -f analyse
failed=0
printf '%s\n' "${units[@]}" | xargs -d '\n' -P "$(nproc)" -I{} bash -c 'analyse "$1"' analyse {} || failed=1
[ -z "$unbuilt" ] && [ "$failed" -eq 0 ] || exit 1
echo "tidy: clean, ${#units[@]} units"
