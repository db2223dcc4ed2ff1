#!/usr/bin/env bash
# Each header compiles on its own.
set -u
cd "$(dirname "$0")/.."
check() {
  g++ -std=c++20 -I. -I/usr/include/eigen3 -fsyntax-only -x c++ "$1" 2>/tmp/header_$$.log ||
    { echo "$1 does not compile on its own:"; head -5 /tmp/header_$$.log; return 1; }
}
export -f check
git ls-files '*.hpp' | xargs -P "$(nproc)" -I{} bash -c 'check {}' && echo "headers: each compiles on its own"
