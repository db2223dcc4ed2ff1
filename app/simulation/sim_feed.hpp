#pragma once
// The engine's market data in a simulated run: ticks, candle rows and candle questions, with
// latency and faults. Public frames pass as messages, not as bytes: there are thousands of them,
// and their decoder has its own tests; a corrupted frame is one that the decoder refuses.

#include "app/simulation/sim_agenda.hpp"
#include "app/simulation/sim_faults.hpp"
#include "app/simulation/sim_venue.hpp"
#include "infra/ports/market_data.hpp"

#include <memory>

namespace rg::sim {

class SimFeed final : public MarketSource, public std::enable_shared_from_this<SimFeed> {
public:
  SimFeed(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults, std::uint64_t seed);

  void start();
  void stop();
  /// The venue made a step: its frames leave.
  void on_step();
  [[nodiscard]] bool link_up() const { return link_up_; }
  /// Wall time at which the newest frame of the pair reached the engine.
  [[nodiscard]] Timestamp last_frame(Symbol s) const { return last_frame_[s.id()]; }
  /// The mark that the engine was told last; 0 before the first.
  [[nodiscard]] Price told_mark(Symbol s) const { return told_mark_[s.id()]; }

  void set_listener(MarketListener* listener) override { listener_ = listener; }
  void subscribe(const std::vector<Symbol>& symbols) override { symbols_ = symbols; }
  void candles(Symbol symbol, Duration interval, int limit,
               std::function<void(CandleAnswer)> done) override;

private:
  struct Frame {
    Tick tick;
    std::vector<CandleRow> rows;
  };
  [[nodiscard]] Frame frame_of(Symbol s);
  [[nodiscard]] std::vector<CandleRow> rows_since(Symbol s, Timestamp from) const;
  [[nodiscard]] std::vector<CandleRow> latest_rows(Symbol s, int limit) const;
  void deliver(Timestamp when, Frame frame);
  void on_frame(const Frame& frame);
  void drop_link();
  void open_link(Duration delay);
  template <class Action> void at(Timestamp when, Action action) {
    agenda_.at(when, [weak = weak_from_this(), action = std::move(action)]() mutable {
      if (const auto self = weak.lock(); self && self->running_) {
        action(*self);
      }
    });
  }

  SimAgenda& agenda_;
  SimVenue& venue_;
  FaultInjector& faults_;
  RandomStream random_;
  MarketListener* listener_ = nullptr;
  std::vector<Symbol> symbols_;
  bool running_ = true, link_up_ = false;
  std::uint64_t generation_ = 0;                      ///< of the connection
  std::array<Timestamp, Symbol::kCount> sent_from_{}; ///< minute whose row is still to be told
  std::array<Timestamp, Symbol::kCount> last_frame_{};
  std::array<Price, Symbol::kCount> told_mark_{};
};

} // namespace rg::sim
