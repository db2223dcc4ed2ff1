// What the portfolio's shell puts on record and shows.

#include "actors/portfolio/portfolio_actor.hpp"

#include <algorithm>

namespace rg {

namespace {

constexpr std::size_t kLastDecisions = 50; // shown by status and console

} // namespace

void PortfolioActor::record_decision(const Decision& decision) {
  context_.record({DecisionRecord{decision, context_.data_now, context_.clock.now()}});
  PairStatus& pair = context_.pair(decision.id.symbol);
  ++pair.decisions;
  pair.refusals += decision.outcome == Outcome::refused ? 1 : 0;
  auto& last = context_.board.last_decisions;
  last.push_back(decision);
  if (last.size() > kLastDecisions) {
    last.erase(last.begin());
  }
}

/// What the engine itself looks at: kept up to date with every fill.
void PortfolioActor::refresh_book(Symbol symbol) {
  PairStatus& pair = context_.pair(symbol);
  pair.position = model_.position(symbol);
  pair.opposite = model_.opposite(symbol);
  pair.stop_price = pair.position.is_flat() ? Price::zero() : last_update_[symbol.id()].stop_price;
  context_.board.wallet_balance = model_.cash();
  const std::uint32_t bit = 1U << symbol.id();
  context_.held_fills =
      model_.has_held_fills(symbol) ? context_.held_fills | bit : context_.held_fills & ~bit;
}

void PortfolioActor::refresh_pair(Symbol symbol) {
  PairStatus& pair = context_.pair(symbol);
  const PairAccount account = model_.pair_account(symbol);
  refresh_book(symbol);
  pair.fills = account.fills;
  pair.trades = account.trades;
  pair.fees = account.fees;
  pair.pnl = account.realised - account.fees - account.funding + account.unrealised;
  pair.not_trading_because.clear();
  for (const Refusal r : model_.blocked_by(symbol, context_.data_now)) {
    pair.not_trading_because.emplace_back(to_string(r));
  }
  if (pair.enabled) {
    add_market_reasons(pair);
  }
}

/// What the pair's own stages would refuse a signal for, as things stand.
void PortfolioActor::add_market_reasons(PairStatus& pair) const {
  const auto add = [&](Refusal r) {
    auto& because = pair.not_trading_because;
    if (std::find(because.begin(), because.end(), to_string(r)) == because.end()) {
      because.emplace_back(to_string(r));
    }
  };
  if (!context_.board.public_link) {
    add(Refusal::stale_data);
  }
  if (!pair.warm) {
    return; // that is the reason; the rest follows from it
  }
  if (pair.guard.level >= GuardLevel::halt) {
    add(Refusal::guard_not_normal);
  }
  if (pair.regime.regime == Regime::unknown) {
    add(Refusal::regime_unknown);
  } else if (pair.regime.confidence < context_.settings.risk.min_confidence) {
    add(Refusal::low_confidence);
  }
  if (!pair.forecast.valid) {
    add(Refusal::no_forecast);
  }
  if (pair.cooldown_until > context_.data_now) {
    add(Refusal::cooldown);
  }
}

void PortfolioActor::refresh_status() {
  EngineStatus& board = context_.board;
  const PortfolioView& view = model_.view();
  board.data_time = context_.data_now;
  board.equity = view.equity;
  board.high_water_mark = view.high_water_mark;
  board.wallet_balance = model_.cash();
  board.drawdown = view.drawdown;
  board.gross_leverage = view.gross_leverage;
  board.net_leverage = model_.net_leverage();
  board.day_opening_equity = context_.ledger.day_opening_equity();
  board.orders_today = context_.ledger.orders_today();
  board.limits.clear();
  for (const LimitUse& use : model_.limits()) {
    board.limits.push_back({use.name, use.used, use.limit});
  }
  for (const Symbol symbol : Symbol::all()) {
    refresh_pair(symbol);
  }
}

} // namespace rg
