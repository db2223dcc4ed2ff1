#!/usr/bin/env bash
# The long searches: fuzzers, then tests labelled soak, with sizes that `make test` does not afford.
set -euo pipefail
"$(dirname "$0")/run_fuzz.sh" 600 # ten minutes for each parser of outside bytes
cd "$1"
for program in tests/bin/*property_test; do # ctest's runs have a fixed seed, these draw theirs
  for round in 1 2 3 4 5; do "$program"; done
done
RG_SOAK=1 ctest --output-on-failure -L 'property|simulation|e2e' --timeout 3600
