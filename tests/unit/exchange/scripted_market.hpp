#pragma once
// A market whose every price the test writes down, and short ways to speak to the core.

#include "infra/exchange/exchange_core.hpp"
#include "tests/support/catch.hpp"

#include <deque>
#include <memory>

namespace rg::exchange::test {

using namespace std::chrono_literals;

inline Price price(const char* text) {
  return *Price::parse(text);
}
inline Quantity quantity(const char* text) {
  return *Quantity::parse(text);
}
inline Notional money(const char* text) {
  return *Notional::parse(text);
}
inline Symbol btc() {
  return *Symbol::parse("BTC");
}
inline Symbol doge() {
  return *Symbol::parse("DOGE");
}

/// BTC at 100,000.0 and DOGE at 0.30000 until told otherwise; bid = last, ask one tick above, mark
/// = index = last. A pushed step lists the path; pairs not named stay where they are.
class ScriptedMarket final : public MarketProcess {
public:
  explicit ScriptedMarket(Timestamp start = Timestamp::from_ms(1'735'689'600'000)) : now_(start) {
    quotes_[0] = make(btc(), price("100000"));
    quotes_[1] = make(doge(), price("0.3"));
  }
  static PairStep make(Symbol s, Price last) {
    PairStep step;
    step.trades = true;
    step.path.fill(last);
    step.bid = last;
    step.ask = last + PriceDelta::from_raw(contract_defaults()[s.id()].tick_size.raw());
    step.mark = step.index = last;
    step.volume = quantity("10000");
    step.level_size = s == btc() ? quantity("10") : quantity("1000000");
    return step;
  }
  void push_btc(std::array<const char*, 4> path, const char* volume = "10000") {
    PairStep step = make(btc(), price(path[3]));
    for (std::size_t k = 0; k < 4; ++k) {
      step.path[k] = price(path[k]);
    }
    step.volume = quantity(volume);
    script_.push_back(step);
  }
  void push_btc(const char* last) { push_btc({last, last, last, last}); }
  void push(PairStep step) { script_.push_back(step); }
  double rate = 0.0001;

  const std::vector<Symbol>& symbols() const override { return symbols_; }
  Timestamp now() const override { return now_; }
  const std::vector<Bar>& history(Symbol) const override { return history_; }
  PairStep opening(Symbol s) const override {
    PairStep step = quotes_[s == btc() ? 0 : 1];
    step.trades = false;
    return step;
  }
  bool advance(Duration length, MarketStep& out) override {
    if (!script_.empty()) {
      quotes_[0] = script_.front();
      script_.pop_front();
    } else {
      quotes_[0].path.fill(quotes_[0].path[3]);
    }
    out.begin = now_;
    out.end = now_ = now_ + length;
    out.pairs[btc().id()] = quotes_[0];
    out.pairs[doge().id()] = quotes_[1];
    return true;
  }
  double funding_rate(Symbol, Timestamp) const override { return rate; }

private:
  std::vector<Symbol> symbols_{btc(), doge()};
  std::vector<Bar> history_;
  std::array<PairStep, 2> quotes_;
  std::deque<PairStep> script_;
  Timestamp now_;
};

/// A core on a scripted market with one account of 10,000 USDT.
struct Venue {
  explicit Venue(CoreOptions options = {}, FaultPlan faults = FaultPlan{},
                 Timestamp start = Timestamp::from_ms(1'735'689'600'000),
                 const char* deposit = "10000") {
    auto owned = std::make_unique<ScriptedMarket>(start);
    market = owned.get();
    core = std::make_unique<ExchangeCore>(options, std::move(owned), std::move(faults));
    account = core->add_account(money(deposit));
  }
  ScriptedMarket* market = nullptr;
  std::unique_ptr<ExchangeCore> core;
  AccountIndex account = 0;
  Timestamp wall = Timestamp::from_ms(1'800'000'000'000);
  int next_client_id = 1;

  void step(const char* last) {
    market->push_btc(last);
    REQUIRE(core->step(wall));
  }
  NewOrder order(PositionSide side, bool opens, const char* size, const char* limit = nullptr,
                 TimeInForce tif = TimeInForce::gtc) {
    NewOrder o;
    o.client_oid = "test-" + std::to_string(next_client_id++);
    o.symbol = btc();
    o.position = side;
    o.opens = opens;
    o.size = SentNumber::parse(size);
    o.market = limit == nullptr;
    o.price = limit == nullptr ? SentNumber{} : SentNumber::parse(limit);
    o.tif = tif;
    return o;
  }
  Result<OrderId, Refusal> place(const NewOrder& o) { return core->place(account, o, wall); }
  OrderId must_place(const NewOrder& o) {
    const auto placed = place(o);
    if (!placed) {
      FAIL(placed.error().message);
    }
    return *placed;
  }
  NewTrigger stop(PositionSide side, const char* size, const char* trigger,
                  OrderOrigin origin = OrderOrigin::stop_loss) {
    NewTrigger t;
    t.client_oid = "trigger-" + std::to_string(next_client_id++);
    t.symbol = btc();
    t.position = side;
    t.size = SentNumber::parse(size);
    t.trigger_price = SentNumber::parse(trigger);
    t.origin = origin;
    return t;
  }
  const Account& acc() const { return core->account(account); }
  const PositionRow& position(PositionSide side) const {
    return acc().ledger.position(btc(), side);
  }
  const Order& find(OrderId id) const { return *acc().find(id); }
};

inline constexpr PositionSide kLong = PositionSide::long_side;
inline constexpr PositionSide kShort = PositionSide::short_side;

} // namespace rg::exchange::test
