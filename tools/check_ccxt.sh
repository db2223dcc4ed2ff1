#!/usr/bin/env bash
# ccxt (another party's client, pinned by tests/e2e/ccxt/package-lock.json) against the embedded exchange.
# Exit code 77 = skipped: ccxt is not here and cannot be fetched.
# usage: check_ccxt.sh BINARY [--table]
set -euo pipefail
binary=$(realpath "$1")
shift
cd "$(dirname "$0")/../tests/e2e/ccxt"
if [ ! -f node_modules/ccxt/package.json ] || ! cmp -s package-lock.json node_modules/.fetched-lock.json; then
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  if ! { command -v npm >/dev/null 2>&1 || ../../../tools/install_packages.sh console; } >"$log" 2>&1; then
    echo "skipped: ccxt is not installed, and npm cannot be had to fetch it: $(tail -n 1 "$log")"
    exit 77
  fi
  # Install scripts build speed-ups of the websocket library; nothing here needs them.
  if ! npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=30000 >"$log" 2>&1; then
    echo "skipped: ccxt is not installed, and the npm registry does not give it: $(grep -m 1 'npm error' "$log" || tail -n 1 "$log")"
    exit 77
  fi
  cp package-lock.json node_modules/.fetched-lock.json
fi
exec node run.mjs "$binary" "$@"
