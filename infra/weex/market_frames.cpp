// Frames of the public stream to ticks and candles, merged per pair while the loop is behind.

#include "infra/weex/market_impl.hpp"

#include <algorithm>

namespace rg::weex {

namespace {

constexpr std::size_t kCaughtUp = std::size_t{16} * 1024; // bytes waiting in the socket
constexpr std::uint64_t kLookEvery = 32;                  // frames between looks at the socket
constexpr int kFlushEvery = 16;                           // looks between hand-overs while behind
constexpr Duration kErrorWindow = std::chrono::seconds(10);

/// `later` on top of `earlier`: what a pair's listener needs when it missed the first.
void merge(Tick& earlier, const Tick& later) {
  const auto take = [](auto& into, const auto& from) {
    if (!from.is_zero()) {
      into = from;
    }
  };
  earlier.exchange_time = std::max(earlier.exchange_time, later.exchange_time);
  earlier.receive_time = later.receive_time;
  take(earlier.last, later.last);
  take(earlier.mark, later.mark);
  take(earlier.index, later.index);
  take(earlier.best_bid, later.best_bid);
  take(earlier.best_ask, later.best_ask);
  take(earlier.bid_depth, later.bid_depth);
  take(earlier.ask_depth, later.ask_depth);
  earlier.traded += later.traded;
}

} // namespace

void WeexMarket::Impl::on_text(std::string_view text) {
  ++stats.frames;
  const ParseError problem = codec->decode(text, frame);
  if (problem != ParseError::none) {
    ++stats.malformed;
    on_malformed();
    return;
  }
  switch (frame.kind) {
  case FrameKind::ping:
    stream->on_ping(frame.ping_time);
    return;
  case FrameKind::subscribed:
    stream->on_subscribed(frame.channel);
    return;
  case FrameKind::ticker:
  case FrameKind::candles:
  case FrameKind::trades:
  case FrameKind::depth:
    on_data();
    return;
  default:
    return;
  }
}

/// Refused at the door. A burst means that market data is missing.
void WeexMarket::Impl::on_malformed() {
  const Timestamp now = transport.steady_now();
  if (now - error_window > kErrorWindow) {
    error_window = now;
    errors = 0;
  }
  if (++errors == options.error_burst) {
    errors = 0;
    error_window = now;
    tell_gap(GapKind::burst_of_errors);
  }
}

void WeexMarket::Impl::on_data() {
  last_data = transport.steady_now();
  silent = false;
  stream->on_data(frame.channel);
  Pair& pair = pairs[frame.symbol.id()];
  if (!pair.wanted) {
    return; // unsubscribed a moment ago
  }
  switch (frame.kind) {
  case FrameKind::ticker:
    on_ticker(pair);
    break;
  case FrameKind::trades:
    on_trades(pair);
    break;
  case FrameKind::depth:
    on_depth(pair);
    break;
  default:
    on_candles(pair);
    break;
  }
  if (stats.frames % kLookEvery == 0) {
    look_at_socket();
  }
}

Tick WeexMarket::Impl::blank_tick(const Pair& pair) const {
  Tick tick;
  tick.symbol = frame.symbol;
  // A candle's open time serves only until something with a stamp of its own came: the row of a new
  // minute may arrive before the last trades of the old one.
  tick.exchange_time = pair.last_trade > Timestamp{} ? pair.last_trade : pair.newest;
  tick.receive_time = clock.now();
  return tick;
}

void WeexMarket::Impl::on_ticker(Pair& pair) {
  const TickerRow& row = frame.ticker;
  const bool stamped = row.stamp > Timestamp{};
  pair.newest = std::max(pair.newest, row.stamp);
  pair.last_trade = std::max(pair.last_trade, row.stamp);
  Tick tick = blank_tick(pair);
  tick.last = stamped ? row.last : Price{};
  tick.mark = row.mark;
  tick.index = row.index;
  give(pair, tick);
}

void WeexMarket::Impl::on_trades(Pair& pair) {
  for (std::size_t i = 0; i < frame.trades.size();) {
    const Timestamp time = frame.trades[i].time;
    Tick tick = blank_tick(pair);
    tick.exchange_time = time;
    for (; i < frame.trades.size() && frame.trades[i].time == time; ++i) {
      tick.last = frame.trades[i].price;
      tick.traded += frame.trades[i].size;
    }
    if (time < pair.last_trade || time < pair.last_tick) { // a first push may repeat the past
      ++stats.late_trades;
      continue;
    }
    pair.last_trade = time;
    pair.newest = std::max(pair.newest, time);
    give(pair, tick);
  }
}

void WeexMarket::Impl::on_depth(Pair& pair) {
  switch (pair.book.apply(frame.depth)) {
  case DepthChain::Result::applied: {
    Tick tick = blank_tick(pair);
    tick.best_bid = pair.book.best_bid();
    tick.best_ask = pair.book.best_ask();
    tick.bid_depth = pair.book.bid_depth();
    tick.ask_depth = pair.book.ask_depth();
    give(pair, tick);
    return;
  }
  case DepthChain::Result::broken:
    ++stats.depth_breaks;
    tell_gap(frame.symbol, GapKind::version_break);
    stream->resubscribe(codec->depth_channel(frame.symbol));
    return;
  case DepthChain::Result::stale:
  case DepthChain::Result::waiting:
    return;
  }
}

void WeexMarket::Impl::on_candles(Pair& pair) {
  auto& rows = frame.candles;
  const auto by_time = [](const CandleRow& a, const CandleRow& b) {
    return a.open_time < b.open_time;
  };
  if (!std::is_sorted(rows.begin(), rows.end(), by_time)) {
    std::stable_sort(rows.begin(), rows.end(), by_time);
  }
  for (const CandleRow& row : rows) {
    pair.newest = std::max(pair.newest, row.open_time);
    if (!behind) {
      ++stats.candles;
      if (listener != nullptr) {
        listener->on_candle(row);
      }
      continue;
    }
    const auto same =
        std::find_if(pair.pending_candles.begin(), pair.pending_candles.end(),
                     [&](const CandleRow& p) { return p.open_time == row.open_time; });
    if (same != pair.pending_candles.end()) {
      *same = row;
      ++stats.conflated;
    } else {
      pair.pending_candles.push_back(row);
    }
  }
}

void WeexMarket::Impl::give(Pair& pair, const Tick& tick) {
  if (tick.exchange_time == Timestamp{}) {
    return; // no data stamp is known yet: it could not be ordered
  }
  pair.last_tick = std::max(pair.last_tick, tick.exchange_time);
  if (behind) {
    if (std::exchange(pair.has_pending, true)) {
      merge(pair.pending, tick);
      ++stats.conflated;
    } else {
      pair.pending = tick;
    }
    return;
  }
  ++stats.ticks;
  if (listener != nullptr) {
    listener->on_tick(tick);
  }
}

void WeexMarket::Impl::look_at_socket() {
  const std::size_t waiting = stream->bytes_waiting();
  if (!behind) {
    behind = waiting > options.merge_behind;
    looks = 0;
  } else if (waiting < kCaughtUp) {
    behind = false;
    flush();
  } else if (++looks % kFlushEvery == 0) {
    flush(); // even when it never ends, the engine sees the market
  }
}

void WeexMarket::Impl::flush() {
  for (Pair& pair : pairs) {
    for (const CandleRow& row : pair.pending_candles) {
      ++stats.candles;
      if (listener != nullptr) {
        listener->on_candle(row);
      }
    }
    pair.pending_candles.clear();
    if (std::exchange(pair.has_pending, false)) {
      ++stats.ticks;
      if (listener != nullptr) {
        listener->on_tick(pair.pending);
      }
    }
  }
}

} // namespace rg::weex
