#pragma once
// Inside of WeexMarket, split over market.cpp (port, subscriptions, gaps) and market_frames.cpp
// (frames to ticks and candles).

#include "infra/weex/depth_chain.hpp"
#include "infra/weex/market.hpp"
#include "infra/weex/rest_channel.hpp"
#include "infra/weex/stream_link.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace rg::weex {

struct WeexMarket::Impl : std::enable_shared_from_this<WeexMarket::Impl> {
  struct Pair {
    bool wanted = false;
    DepthChain book;
    Timestamp newest;     // data time, of any channel
    Timestamp last_trade; // data time, also of stamped tickers
    Timestamp last_tick;  // data time; ticks of a pair never go back
    bool has_pending = false;
    Tick pending;
    std::vector<CandleRow> pending_candles; // at most one per open time
  };

  net::Transport& transport;
  const Clock& clock;
  ExchangeSettings exchange;
  WeexOptions options;
  std::unique_ptr<Codec> codec;
  RestChannel rest;
  std::unique_ptr<StreamLink> stream;
  MarketListener* listener = nullptr;
  std::array<Pair, Symbol::kCount> pairs;
  PublicFrame frame;
  MarketStats stats;
  bool behind = false, silent = false;
  int looks = 0;
  Timestamp last_data, error_window; // steady time
  std::uint32_t errors = 0;
  std::optional<Timer::Token> watch;

  Impl(net::Transport& t, const Clock& c, const ExchangeSettings& e, const WeexOptions& o)
      : transport(t), clock(c), exchange(e), options(o), codec(make_codec(e.api)),
        rest(t, c, e.rest_url, {e.ca_file}, std::nullopt, market_share(o)) {}

  void subscribe(const std::vector<Symbol>& symbols);
  void on_text(std::string_view text);
  void on_malformed();
  void on_data();
  void on_ticker(Pair& pair);
  void on_trades(Pair& pair);
  void on_depth(Pair& pair);
  void on_candles(Pair& pair);
  void give(Pair& pair, const Tick& tick);
  void look_at_socket();
  void flush();
  void tell_gap(GapKind kind);
  void tell_gap(Symbol symbol, GapKind kind);
  void watch_silence();
  [[nodiscard]] Tick blank_tick(const Pair& pair) const;
};

} // namespace rg::weex
