#!/usr/bin/env bash
# Builds the web console into console/dist; the next engine build compiles it into the binary.
# bun comes from npm when it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
bun=$(command -v bun || true)
if [ -z "$bun" ]; then
  bun=build/tools/node_modules/.bin/bun
  if [ ! -x "$bun" ]; then
    command -v npm >/dev/null 2>&1 || tools/install_packages.sh console
    mkdir -p build/tools
    npm install --no-audit --no-fund --prefix build/tools bun@1.4.5 >/dev/null
  fi
  bun=$PWD/$bun
fi
cd console
"$bun" install --frozen-lockfile
"$bun" run typecheck
"$bun" --bun run vite build
