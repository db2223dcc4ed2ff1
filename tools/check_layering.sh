#!/usr/bin/env bash
# Who may include whom (docs/architecture.md). Linking enforces the arrows between our libraries; this
# catches header-only shortcuts and third-party headers in the wrong room. Prints each offence.
set -u
cd "$(dirname "$0")/.."
offences=0

# forbid FILES-PATTERN(grep -E on the path) INCLUDE-PATTERN(grep -E) WHY
forbid() {
  local files found
  files=$(git ls-files --cached --others --exclude-standard '*.cpp' '*.hpp' | grep -E "$1" | grep -vE "${4:-^$}" || true)
  [ -n "$files" ] || return 0
  found=$(echo "$files" | xargs grep -nE "^#include [<\"]($2)" 2>/dev/null || true)
  if [ -n "$found" ]; then
    echo "$found" | sed "s|\$|    <- $3|"
    offences=$((offences + $(echo "$found" | wc -l)))
  fi
}

shells='_actor\.(cpp|hpp)$|inline_unit|supervisor|pair_group|message_types|^actors/(engine|slot|venue_gateway)|journal/ledger'
forbid '^messages/' 'actors/|infra/|app/|backtests/|caf/|boost/|Eigen/|openssl/|sqlite3|simdjson|fmt/|spdlog/|nlohmann/' \
  'messages depend on the standard library alone'
forbid '^actors/' 'infra/|app/|backtests/|caf/|boost/|openssl/|sqlite3|simdjson|nlohmann/' \
  'a model knows no CAF, no I/O, no infra' "$shells"
forbid '^actors/' 'infra/(net|weex|exchange|market|journal|config|http|clock)/|app/|backtests/|boost/|openssl/|sqlite3' \
  'a shell knows the ports, no implementation'
forbid '^infra/ports/' 'actors/|app/|backtests/|caf/|boost/|infra/(net|weex|exchange|market|journal|config|http|clock)/' \
  'ports are interfaces over messages'
forbid '^infra/' 'actors/|app/|backtests/|caf/' 'infra knows nothing of the actors'
forbid '^(infra|backtests|app|actors)/' 'boost/' 'Boost stays inside infra/net' '^infra/net/'
forbid '^infra/net/.*\.hpp$' 'boost/beast' 'Beast stays out of headers' '_impl\.hpp$|any_stream\.hpp$'
forbid '^backtests/' 'caf/|infra/(net|weex|exchange|http)/|app/' 'backtests know models, candle files, config'
forbid '^actors/numerics/' 'actors/(feed|guard|regime|strategy|risk|portfolio|order|journal)/' 'numerics stand below all models'
forbid '^actors/regime/' 'actors/(guard|strategy|risk|portfolio|order|journal)/' 'regime stands at the head of the flow' "$shells"
forbid '^actors/guard/' 'actors/(regime|strategy|risk|portfolio|order|journal)/' 'the guard is independent of the regime model' "$shells"
forbid '^actors/strategy/' 'actors/(guard|risk|portfolio|order|journal)/' 'strategy sizes nothing' "$shells"
forbid '^actors/order/' 'actors/(feed|guard|regime|strategy|risk|portfolio)/' 'the desk takes approved intents only' "$shells"

beast_units=$(git ls-files --cached --others --exclude-standard 'infra/*.cpp' 'app/*.cpp' | xargs grep -lE '^#include <boost/beast' 2>/dev/null | wc -l)
if [ "$beast_units" -gt 4 ]; then
  echo "Beast is included by $beast_units units; at most four may (build time)"
  offences=$((offences + 1))
fi

if [ "$offences" -gt 0 ]; then
  echo "layering: $offences offences"
  exit 1
fi
echo "layering: clean"
