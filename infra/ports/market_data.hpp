#pragma once

#include "messages/market/bar.hpp"
#include "messages/market/tick.hpp"
#include "messages/venue/answers.hpp"

#include <functional>
#include <vector>

namespace rg {

/// Receives market data on the hot thread.
class MarketListener {
public:
  virtual ~MarketListener() = default;
  virtual void on_tick(const Tick& tick) = 0;
  virtual void on_candle(const CandleRow& row) = 0; ///< 1m row, forming until a later one exists
  virtual void on_gap(const FeedGap& gap) = 0;
  virtual void on_link(const LinkEvent& event) = 0;
};

/// The venue's market data: streams into the listener, history on request.
class MarketSource {
public:
  virtual ~MarketSource() = default;
  virtual void set_listener(MarketListener* listener) = 0;
  virtual void subscribe(const std::vector<Symbol>& symbols) = 0; ///< replaces the set
  /// The latest `limit` (at most 1000) candles; the answer comes on the hot thread.
  virtual void candles(Symbol symbol, Duration interval, int limit,
                       std::function<void(CandleAnswer)> done) = 0;
};

} // namespace rg
