#!/usr/bin/env bash
# The long searches: tests labelled soak, with sizes that `make test` does not afford.
set -euo pipefail
cd "$1"
RG_SOAK=1 ctest --output-on-failure -L 'property|simulation|e2e' --timeout 3600
