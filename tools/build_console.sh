#!/usr/bin/env bash
# Builds the web console into console/dist; the next engine build compiles it into the binary. Does
# nothing when what it is built from has not changed. bun comes from npm when it is missing.
# usage: build_console.sh [--optional | --bun]
#   --optional  a machine that cannot build it (no npm, no registry) is told so, and that is no error
#   --bun       only make sure that bun and the console's packages are there, and print bun's path
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-}
bun_version=1.4.5
log=build/console.log
mkdir -p build/tools

give_up() { # what went wrong
  echo "Console left out: $1." >&2
  [ "$mode" = --optional ] || exit 1
  echo "The engine and its API work without it. To add it later: make console build" >&2
  exit 0
}

# Two builds at once (release and asan, say) must not write the same files.
exec 9>build/tools/console.lock
flock 9

stamp() {
  { git ls-files -co --exclude-standard console 2>/dev/null || find console -type f -not -path '*/node_modules/*' -not -path '*/dist/*'; } |
    LC_ALL=C sort | xargs -d '\n' sha256sum 2>/dev/null | sha256sum | cut -d' ' -f1
}
wanted=$(stamp)
if [ "$mode" != --bun ] && [ -f console/dist/console.stamp ] && [ "$(cat console/dist/console.stamp)" = "$wanted" ]; then
  exit 0
fi

bun=$(command -v bun || true)
if [ -z "$bun" ]; then
  bun=$PWD/build/tools/node_modules/.bin/bun
  if [ ! -x "$bun" ]; then
    command -v npm >/dev/null 2>&1 || tools/install_packages.sh console >"$log" 2>&1 || give_up "npm cannot be installed (see $log)"
    npm install --no-audit --no-fund --prefix build/tools "bun@$bun_version" >"$log" 2>&1 ||
      give_up "bun cannot be fetched from the npm registry (see $log)"
    # npm may hold back install scripts; bun's own puts the program in its place.
    "$bun" --version >/dev/null 2>&1 || node build/tools/node_modules/bun/install.js >>"$log" 2>&1 || true
    "$bun" --version >/dev/null 2>&1 || give_up "bun does not run on this machine (see $log)"
  fi
fi
cd console
"$bun" install --frozen-lockfile >"../$log" 2>&1 || give_up "the console's packages cannot be fetched (see $log)"
if [ "$mode" = --bun ]; then
  echo "$bun"
  exit 0
fi
rm -rf dist.new
{ "$bun" --bun run vite build --outDir dist.new --logLevel warn &&
  "$bun" --bun run vite build --config vite.report.config.ts --outDir dist.new --logLevel warn; } >"../$log" 2>&1 ||
  { cat "../$log" >&2; give_up "its build failed"; }
echo "$wanted" >dist.new/console.stamp
rm -rf dist
mv dist.new dist
