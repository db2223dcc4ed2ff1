// The test trade of `api-test`: an entry of the smallest useful size, at market, with an attached
// stop, reviewed by the portfolio and checked by the order desk like every other. No model has a
// say in it, and an engine that was not started for it refuses.

#include "actors/engine.hpp"

#include <algorithm>
#include <cmath>

namespace rg {

namespace {

constexpr std::int64_t kTestNotional = 10 * kFixedScale; // USDT; competition rules ask for about 10
constexpr double kStopDistance = 0.02;                   // fraction of the price
// Data time, and in a replay that runs fast little wall time: a new desk holds its orders for a
// second of the wall, and `api-test` ends the engine when its own patience does.
constexpr Duration kTestLife = 1h;

/// The lots nearest to ten USDT, at least the contract's minimum.
Quantity test_quantity(Price price, const ContractRules& rules) {
  const double wanted = Notional::from_raw(kTestNotional).to_double() / price.to_double();
  const double lots = std::round(wanted / rules.lot_size.to_double());
  const auto rounded = Quantity::from_raw(static_cast<std::int64_t>(lots) * rules.lot_size.raw());
  return std::max(rounded, rules.min_quantity);
}

} // namespace

void Engine::test_trade(const OperatorCommand& command) {
  const Symbol symbol = command.symbol;
  const std::string pair(symbol.name());
  const Price mark = context_.pair(symbol).mark_price;
  if (!context_.options.test_trade || !started_ || stopping_ || mark.is_zero()) {
    context_.record_supervision(
        "test_trade_refused", pair,
        !context_.options.test_trade
            ? "this engine was not started for it"
            : "the engine is not ready: no price, or starting, or stopping");
    return;
  }
  const ContractRules& rules = context_.contracts[symbol.id()];
  OrderIntent intent;
  intent.kind = IntentKind::entry;
  intent.side = Side::buy;
  intent.quantity = test_quantity(mark, rules);
  intent.stop_price = Price::from_double(mark.to_double() * (1.0 - kStopDistance), Rounding::up)
                          .to_step(rules.tick_size, Rounding::up);
  intent.expires = context_.data_now + kTestLife;
  intent.post_only = false;
  Decision& d = intent.decision;
  d.id = {symbol, Timestamp::from_ms(context_.data_now.ms()), DecisionKind::signal, 0};
  d.signal.symbol = symbol;
  d.signal.stamp = d.id.stamp;
  d.signal.side = intent.side;
  d.signal.entry = mark.to_double();
  d.signal.invalidation = intent.stop_price.to_double();
  d.regime.symbol = symbol;
  d.guard.symbol = symbol;
  d.risk.stop_distance = kStopDistance;
  d.risk.quantity = intent.quantity;
  d.price = mark.to_step(rules.tick_size, Rounding::nearest);
  d.stop_price = intent.stop_price;
  context_.record_supervision("test_trade", pair,
                              "buys " + intent.quantity.text() + " at market: " + command.reason +
                                  " (" + command.origin + ")");
  context_.portfolio.send(TestTrade{intent});
}

} // namespace rg
