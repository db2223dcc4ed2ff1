#include "messages/settings/contract_rules.hpp"

namespace rg {

namespace {

struct Steps {
  std::int64_t tick, lot; // units of 1e-8
};

// In the order of Symbol ids: BTC ETH SOL BNB XRP ADA DOGE LTC.
constexpr std::array<Steps, Symbol::kCount> kSteps{{
    {10'000'000, 10'000},
    {1'000'000, 100'000},
    {1'000'000, 10'000'000},
    {1'000'000, 10'000'000},
    {10'000, 1'000'000'000},
    {10'000, 1'000'000'000},
    {1'000, 10'000'000'000},
    {1'000'000, 10'000'000},
}};

ContractRules rules_of(Symbol symbol) {
  const Steps& steps = kSteps[symbol.id()];
  ContractRules rules;
  rules.symbol = symbol;
  rules.tick_size = Price::from_raw(steps.tick);
  rules.lot_size = Quantity::from_raw(steps.lot);
  rules.min_quantity = rules.lot_size;
  rules.max_quantity = Quantity::from_raw(steps.lot * 12'000'000);
  rules.max_position = Quantity::from_raw(steps.lot * 50'000'000);
  rules.max_market_open = Quantity::from_raw(steps.lot * 1'000'000);
  rules.maker_fee = Ratio{0.0002};
  rules.taker_fee = Ratio{0.0008};
  rules.max_leverage = 400.0;
  rules.price_band = 0.01;
  return rules;
}

} // namespace

const ContractTable& contract_defaults() {
  static const ContractTable kTable = [] {
    ContractTable table;
    for (const Symbol s : Symbol::all()) {
      table[s.id()] = rules_of(s);
    }
    return table;
  }();
  return kTable;
}

} // namespace rg
