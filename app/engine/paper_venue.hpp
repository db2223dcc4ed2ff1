#pragma once
// Paper trading: live market data, and fills of the backtest's own venue in this process. It stands
// where the gateway stands, so that engine, journal and recording notice no difference; to the real
// venue it puts public questions alone (contracts, clock) and has no key to do more.
//
// The market's ticks become short bars, and every rule of docs/simulation.md holds on them: a
// market order fills at the next trade, moved by half a spread and its impact; a limit fills when
// the price trades through it; a stop that is touched fills at its trigger or worse.

#include "backtests/fill_model.hpp"
#include "infra/ports/gateway.hpp"
#include "infra/ports/market_data.hpp"

#include <array>
#include <deque>
#include <optional>
#include <vector>

namespace rg::app {

/// The paper account as the journal remembers it.
struct PaperAccount {
  Notional wallet;
  std::vector<Position> positions;
};

class PaperVenue final : public Gateway, public MarketListener, private GatewayListener {
public:
  /// @param first_id  ids of orders and fills count up from here; above all that the journal knows.
  /// @param public_venue  asked for contracts and clock only.
  PaperVenue(const PaperAccount& account, std::uint64_t first_id, Gateway& public_venue);

  /// The engine's two ears. The venue hears of the market first: fills come before the tick that
  /// made them.
  void set_listeners(GatewayListener* account, MarketListener* market);
  void start(Timestamp wall_now); ///< tells that the account's link is up

  // ---- Gateway ----
  void set_listener(GatewayListener* listener) override { listener_ = listener; }
  void prepare(RequestId, const ChangeRequest&) override {} // there are no bytes to build
  void send(RequestId id, const ChangeRequest& request) override;
  void ask(RequestId id, const Query& query) override;

  // ---- MarketListener ----
  void on_tick(const Tick& tick) override;
  void on_candle(const CandleRow& row) override { market_->on_candle(row); }
  void on_gap(const FeedGap& gap) override { market_->on_gap(gap); }
  void on_link(const LinkEvent& event) override;

  [[nodiscard]] const FillModel& venue() const { return venue_; }

private:
  /// One pair's trades since the last short bar.
  struct Forming {
    bool traded = false;
    Bar bar;
    Price newest; ///< last trade or, before any, mark
    struct Volume {
      Timestamp at;
      Quantity traded;
    };
    std::deque<Volume> minute; ///< of data time: what impact is measured against
    Quantity volume;           ///< sum of `minute`
  };

  // what the real venue answers to public questions
  void on_answer(const ChangeAnswer&) override {}
  void on_answer(const QueryAnswer& answer) override;
  void on_order(const VenueOrderUpdate&) override {}
  void on_fill(const Fill&) override {}
  void on_account(const AccountSnapshot&) override {}
  void on_position(const Position&) override {}
  void on_cash_flow(const CashFlow&) override {}

  void take(Forming& pair, const Tick& tick);
  void close_bars(Timestamp stamp);
  void tell_events();

  FillModel venue_;
  Gateway& public_venue_;
  GatewayListener* listener_ = nullptr;
  MarketListener* market_ = nullptr;
  std::array<Forming, Symbol::kCount> pairs_;
  Timestamp bars_until_; ///< data time; stamp of the last short bars
  Timestamp wall_now_;   ///< as last told by a tick
};

} // namespace rg::app
