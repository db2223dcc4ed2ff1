#!/usr/bin/env bash
# clang-tidy over our units (checks and their exceptions: .clang-tidy). usage: check_tidy.sh BUILD_DIR
set -u
cd "$(dirname "$0")/.."
git ls-files 'messages/*.cpp' 'actors/*.cpp' 'infra/*.cpp' 'backtests/*.cpp' 'app/*.cpp' |
  xargs -P "$(nproc)" -n 4 clang-tidy -p "$1" --quiet --warnings-as-errors='*' 2>/dev/null | grep -E 'warning|error' && exit 1
echo "tidy: clean"
