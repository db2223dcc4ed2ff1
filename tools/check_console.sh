#!/usr/bin/env bash
# One check of the console. Exit code 77 = skipped, because bun or Chromium cannot be had here.
# usage: check_console.sh lint | typecheck | unit | (api | browser | report) BINARY ARTEFACTS
set -euo pipefail
cd "$(dirname "$0")/.."
kind=$1
if ! bun=$(tools/build_console.sh --bun 2>&1); then
  echo "skipped: $bun"
  exit 77
fi
bun=$(tail -n 1 <<<"$bun")
cd console
case "$kind" in
  lint) exec "$bun" --bun run lint ;;
  typecheck) exec "$bun" --bun run typecheck ;;
  unit) exec "$bun" test src ;;
  api | browser | report) ;;
  *) echo "check_console.sh: unknown '$kind'" >&2; exit 2 ;;
esac
export RG_BINARY=$2 RG_ARTEFACTS=$3
if [ ! -f dist/console.stamp ]; then
  echo "skipped: the console is not built, so this engine has none"
  exit 77
fi
if [ "$kind" != api ]; then
  RG_CHROMIUM=$(command -v chromium || true)
  if [ -z "$RG_CHROMIUM" ]; then
    echo "skipped: chromium is not installed (make deps-test)"
    exit 77
  fi
  export RG_CHROMIUM
fi
[ "$kind" = browser ] && kind=console
exec "$bun" test "./tests/$kind.e2e.ts"
