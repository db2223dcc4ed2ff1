#!/usr/bin/env bash
# Formatting as clang-format wants it.
set -u
cd "$(dirname "$0")/.."
git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror 2>&1 | grep -E 'error|warning' | head -20
if git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror >/dev/null 2>&1; then
  echo "format: clean"
else
  echo "format: run 'make format'"
  exit 1
fi
