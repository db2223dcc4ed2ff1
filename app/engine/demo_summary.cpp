#include "actors/journal/explanation.hpp"
#include "app/engine/demo.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kExplanationsShown = 4;

struct Totals {
  std::uint64_t bars = 0, decisions = 0, refusals = 0, orders = 0, fills = 0, trades = 0;
  Notional fees, pnl;
};

Totals totals_of(const EngineStatus& status) {
  Totals t;
  for (const PairStatus& pair : status.pairs) {
    t.bars += pair.bars;
    t.decisions += pair.decisions;
    t.refusals += pair.refusals;
    t.orders += pair.orders;
    t.fills += pair.fills;
    t.trades += pair.trades;
    t.fees += pair.fees;
    t.pnl += pair.pnl;
  }
  return t;
}

std::string position_text(const PairStatus& pair) {
  if (pair.position.is_flat()) {
    return "flat";
  }
  return fmt::format("{} {}", to_string(pair.position.side), pair.position.quantity.text());
}

void print_pairs(const EngineStatus& status) {
  fmt::print("  {:<13} {:<16} {:>10} {:>6} {:>8} {:>7} {:>6} {:>6} {:>11}  {}\n", "pair", "regime",
             "confidence", "bars", "signals", "refused", "orders", "fills", "pnl USDT", "position");
  for (const PairStatus& p : status.pairs) {
    fmt::print("  {:<13} {:<16} {:>9.0f}% {:>6} {:>8} {:>7} {:>6} {:>6} {:>11.2f}  {}\n",
               p.symbol.name(), to_string(p.regime.regime), 100.0 * p.regime.confidence, p.bars,
               p.decisions, p.refusals, p.orders, p.fills, p.pnl.to_double(), position_text(p));
  }
}

void print_refusals(const EngineStatus& status) {
  std::map<std::string, int> reasons;
  for (const Decision& d : status.last_decisions) {
    if (d.outcome == Outcome::refused) {
      ++reasons[describe(d.refusal)];
    }
  }
  if (reasons.empty()) {
    return;
  }
  fmt::print("\nWhy the last signals were refused\n");
  for (const auto& [reason, count] : reasons) {
    fmt::print("  {:>3} x {}\n", count, reason);
  }
}

void print_explanations(const EngineStatus& status) {
  fmt::print("\nThe last decisions, in its own words\n");
  const auto& all = status.last_decisions;
  const std::size_t from = all.size() > kExplanationsShown ? all.size() - kExplanationsShown : 0;
  for (std::size_t i = from; i < all.size(); ++i) {
    fmt::print("  {}  {}\n", all[i].id.text(), explanation_text(all[i]));
  }
}

} // namespace

void print_demo_summary(const DemoOptions& options, const DemoResult& r) {
  const EngineStatus& s = r.status;
  const Totals t = totals_of(s);
  fmt::print("\nRegimeGuard demo: {:.1f} hours of a synthetic market in {:g} s (seed {})\n\n",
             r.market_seconds / 3600.0, options.duration_s, options.seed);
  print_pairs(s);
  const double change = s.initial_equity.is_positive()
                            ? s.equity.to_double() / s.initial_equity.to_double() - 1.0
                            : 0.0;
  fmt::print("\nAccount\n  equity {:.2f} USDT ({:+.2f}%), fees {:.2f}, worst drawdown {:.2f}%, "
             "highest gross leverage {:.2f}\n",
             s.equity.to_double(), 100.0 * change, t.fees.to_double(), 100.0 * s.max_drawdown,
             s.max_gross_leverage);
  fmt::print("  {} closed trades, {} fills, {} decisions of which {} refused\n", t.trades, t.fills,
             t.decisions, t.refusals);
  print_refusals(s);
  print_explanations(s);
  fmt::print(
      "\nAs the exchange counted it\n  {} order requests, at most {} in any second (limit 10), "
      "{} refused for pace, {} bad signatures\n",
      r.exchange.order_requests, r.exchange.max_requests_per_second, r.exchange.rejected_429,
      r.exchange.signature_failures);
  fmt::print("\nJournal {}\n  {} records, hash chain {}\n", r.journal_path, r.journal.records,
             r.journal.problem ? "BROKEN" : "verified");
  fmt::print("  regimeguard explain --last 5 --journal {}\n  regimeguard replay --journal {}\n",
             r.journal_path, r.journal_path);
  if (s.restarts > 0) {
    fmt::print("\n{} restarts of actors; see the journal's supervision_events\n", s.restarts);
  }
  if (!r.failure.empty()) {
    fmt::print("\nThe engine stopped by itself: {}\n", r.failure);
  }
}

void print_demo_json(const DemoOptions& options, const DemoResult& r) {
  const EngineStatus& s = r.status;
  Json pairs = Json::object();
  for (const PairStatus& p : s.pairs) {
    pairs[std::string(p.symbol.name())] = {{"regime", to_string(p.regime.regime)},
                                           {"confidence", p.regime.confidence},
                                           {"bars", p.bars},
                                           {"decisions", p.decisions},
                                           {"refusals", p.refusals},
                                           {"orders", p.orders},
                                           {"fills", p.fills},
                                           {"pnl", p.pnl.to_double()}};
  }
  const Json document{
      {"run_id", r.run_id},
      {"seed", options.seed},
      {"duration_s", options.duration_s},
      {"market_seconds", r.market_seconds},
      {"pairs", pairs},
      {"exchange",
       {{"order_requests", r.exchange.order_requests},
        {"max_requests_per_second", r.exchange.max_requests_per_second},
        {"rejected_429", r.exchange.rejected_429},
        {"signature_failures", r.exchange.signature_failures}}},
      {"portfolio",
       {{"equity", s.equity.to_double()},
        {"max_gross_leverage", s.max_gross_leverage},
        {"max_drawdown", s.max_drawdown}}},
      {"journal", {{"records", r.journal.records}, {"verified", !r.journal.problem.has_value()}}},
      {"restarts", s.restarts},
      {"exit", r.failure.empty() && !r.journal.problem ? 0 : 1}};
  std::printf("%s\n", document.dump(2).c_str());
}

} // namespace rg::app
