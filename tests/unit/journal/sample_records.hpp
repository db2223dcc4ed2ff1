#pragma once
// Records with every field set to something a lazy store would lose: random bits in doubles
// (negative zero, infinities, denormals), 64-bit ids, odd texts. Seeded.

#include "infra/journal/enum_words.hpp"
#include "infra/journal/row.hpp"

#include <bit>
#include <cmath>
#include <random>

namespace rg::testing {

class SampleRecords {
public:
  explicit SampleRecords(std::uint64_t seed) : random_(seed) {}

  JournalRecord any() { return of_kind(below(journal::kTableCount)); }
  JournalRecord of_kind(std::size_t kind) {
    switch (kind) {
    case 0:
      return run();
    case 1:
      return decision_record();
    case 2:
      return order_event();
    case 3:
      return fill();
    case 4:
      return equity();
    case 5:
      return guard_record();
    case 6:
      return supervision();
    default:
      return ai_log();
    }
  }

  double number() {
    constexpr std::array<double, 6> kOdd{-0.0, 0.0, 1.0, 5e-324, HUGE_VAL, -HUGE_VAL};
    if (below(8) == 0) {
      return kOdd[below(kOdd.size())];
    }
    for (;;) {
      const double x = std::bit_cast<double>(random_());
      if (!std::isnan(x)) {
        return x;
      }
    }
  }
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  template <class E> E word() { return static_cast<E>(below(journal::kEnumCount<E>)); }
  Symbol symbol() { return Symbol::from_id(static_cast<std::uint8_t>(below(Symbol::kCount))); }
  Timestamp stamp() {
    return Timestamp::from_ns(static_cast<std::int64_t>(below(4'000'000'000'000'000'000ULL)));
  }
  bool coin() { return below(2) == 1; }
  template <class F> F fixed() { return F::from_raw(static_cast<std::int64_t>(random_()) / 2); }
  std::string text() {
    constexpr std::array<const char*, 6> kTexts{"",
                                                "plain",
                                                "two\nlines",
                                                "quote ' \" \\",
                                                "=3:trick\nseq=1:7\n",
                                                "\xce\xb1\xce\xb2 \xe2\x82\xac"};
    return kTexts[below(kTexts.size())] + std::to_string(below(1000));
  }
  DecisionId decision_id() {
    return {symbol(), stamp(), coin() ? DecisionKind::signal : DecisionKind::exit,
            static_cast<std::uint8_t>(below(256))};
  }
  ClientOrderId client_id() {
    return below(4) == 0
               ? ClientOrderId{}
               : derive_client_order_id(7,
                                        DecisionId{symbol(), Timestamp::from_ms(1735690500000),
                                                   DecisionKind::signal, 0},
                                        OrderRole::entry, static_cast<std::uint16_t>(below(9)));
  }

  GuardState guard() {
    return {symbol(), stamp(), word<GuardLevel>(), word<GuardCause>(), number(),
            number(), number()};
  }
  Decision decision() {
    Decision d;
    d.id = decision_id();
    d.outcome = word<Outcome>();
    d.refusal = word<Refusal>();
    d.exit_reason = word<ExitReason>();
    d.signal = {symbol(),     stamp(),        word<Side>(),
                word<Rule>(), word<Regime>(), {number(), number(), number(), number()},
                number(),     number(),       number()};
    d.regime.symbol = symbol();
    d.regime.stamp = stamp();
    d.regime.regime = word<Regime>();
    d.regime.confidence = number();
    fill_numbers(d.regime.posterior);
    d.regime.posterior_valid = coin();
    fill_numbers(d.regime.features);
    d.regime.log_likelihood = number();
    d.regime.abstention = word<Abstention>();
    d.guard = guard();
    fill_numbers(d.risk.factors.value);
    d.risk.forecast = {coin(), number(), number(), number(), number(), number()};
    d.risk.multiplier = number();
    d.risk.stop_distance = number();
    d.risk.stop_adjustment = word<StopAdjustment>();
    d.risk.risk_budget = fixed<Notional>();
    d.risk.quantity = fixed<Quantity>();
    d.risk.cooldown_until = stamp();
    d.risk.suspended = coin();
    d.risk.inputs = {number(), number(), number(), number(), number(), number()};
    d.price = fixed<Price>();
    d.stop_price = fixed<Price>();
    d.quantity = fixed<Quantity>();
    d.equity = fixed<Notional>();
    d.high_water_mark = fixed<Notional>();
    d.drawdown = number();
    d.gross_leverage = number();
    for (std::size_t i = 0; i < d.model_hash.size(); ++i) {
      d.model_hash[i] = static_cast<std::uint8_t>(below(256));
      d.config_hash[i] = static_cast<std::uint8_t>(below(256));
    }
    return d;
  }
  DecisionRecord decision_record() { return {decision(), stamp(), stamp()}; }
  RunRecord run() { return {text(), stamp(), text(), text(), text(), text(), text(), text()}; }
  OrderEvent order_event() {
    OrderEvent e;
    e.symbol = symbol();
    e.client_id = client_id();
    e.decision = decision_id();
    e.role = word<OrderRole>();
    e.from = word<OrderState>();
    e.to = word<OrderState>();
    e.data_time = stamp();
    e.wall_time = stamp();
    e.venue_id = random_();
    e.side = word<Side>();
    e.quantity = fixed<Quantity>();
    e.filled = fixed<Quantity>();
    e.price = fixed<Price>();
    const std::string note = text() + std::string(below(120), 'n');
    std::copy_n(note.begin(), std::min(note.size(), e.note.size()), e.note.begin());
    return e;
  }
  Fill fill() {
    Fill f;
    f.symbol = symbol();
    f.venue_fill_id = random_();
    f.venue_order_id = random_();
    f.client_id = client_id();
    f.position = word<PositionSide>();
    f.side = word<Side>();
    f.opens = coin();
    f.maker = coin();
    f.liquidation = coin();
    f.quantity = fixed<Quantity>();
    f.price = fixed<Price>();
    f.value = fixed<Notional>();
    f.fee = fixed<Notional>();
    f.realised_pnl = fixed<Notional>();
    f.exchange_time = stamp();
    return f;
  }
  EquityRecord equity() {
    return {stamp(),  fixed<Notional>(), fixed<Notional>(), fixed<Notional>(),
            number(), number(),          number()};
  }
  GuardRecord guard_record() { return {guard(), word<GuardLevel>()}; }
  SupervisionRecord supervision() { return {stamp(), stamp(), text(), text(), text()}; }
  AiLogRecord ai_log() { return {decision_id(), client_id(), random_(), stamp(), text(), text()}; }

  std::vector<JournalRecord> some(std::size_t count) {
    std::vector<JournalRecord> records;
    for (std::size_t i = 0; i < count; ++i) {
      records.push_back(any());
    }
    return records;
  }

private:
  template <std::size_t N> void fill_numbers(std::array<double, N>& numbers) {
    for (double& x : numbers) {
      x = number();
    }
  }
  std::mt19937_64 random_;
};

/// The record as bytes that differ when any bit of any column differs.
inline std::string bytes_of(const JournalRecord& record) {
  return std::visit(
      []<class Record>(const Record& r) {
        journal::RowWriter writer;
        writer.start(journal::Table<Record>::kName, 0);
        journal::Table<Record>::fields(writer, r);
        return writer.canonical();
      },
      record);
}

} // namespace rg::testing
