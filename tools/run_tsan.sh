#!/usr/bin/env bash
# ThreadSanitizer on what links no CAF: the distribution's libcaf is not instrumented, and its mailboxes would
# be reported by the thousand. With CAF: tools/run_tsan_caf.sh.
# usage: run_tsan.sh JOBS [TARGET...]
set -euo pipefail
jobs=$1
shift
if [ $# -gt 0 ]; then
  targets=("$@")
else
  targets=(rg_alerts_test rg_retention_test rg_net_test rg_http_test rg_journal_test rg_config_test rg_model_file_test
           rg_market_test rg_numerics_test rg_messages_test rg_feed_test rg_guard_test rg_regime_test rg_strategy_test
           rg_risk_test rg_portfolio_test rg_order_test rg_pipeline_test rg_exchange_core_test rg_exchange_v2_test
           rg_exchange_v3_test rg_weex_test rg_weex_v2_e2e_test rg_weex_v3_e2e_test)
fi
cmake --preset tsan -DRG_BUILD_TESTS=ON >build-tsan.log 2>&1 || { cat build-tsan.log >&2; exit 1; }
rm -f build-tsan.log
cmake --build build/tsan -j "$jobs" --target "${targets[@]}"
failed=0
for target in "${targets[@]}"; do
  echo "tsan: $target"
  TSAN_OPTIONS=halt_on_error=1 "build/tsan/tests/bin/$target" >"build/tsan/$target.log" 2>&1 ||
    { tail -n 60 "build/tsan/$target.log" >&2; failed=1; }
done
[ "$failed" -eq 0 ] && echo "tsan: clean (${#targets[@]} programs)"
exit "$failed"
