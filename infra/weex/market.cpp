#include "infra/weex/market.hpp"

#include "infra/weex/depth_chain.hpp"
#include "infra/weex/rest_channel.hpp"
#include "infra/weex/stream_link.hpp"

#include <algorithm>
#include <chrono>

namespace rg::weex {

namespace {

using std::chrono::steady_clock;
constexpr std::size_t kBehind = std::size_t{256} * 1024; // bytes waiting in the socket: merge
constexpr std::size_t kCaughtUp = std::size_t{16} * 1024;
constexpr std::uint64_t kLookEvery = 32; // frames between looks at the socket
constexpr int kFlushEvery = 16;          // looks between hand-overs while behind
constexpr auto kErrorWindow = std::chrono::seconds(10);

ExchangeSettings public_part(ExchangeSettings settings) {
  settings.credentials.clear();
  return settings;
}

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

  net::IoLoop& loop;
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
  steady_clock::time_point last_data, error_window;
  std::uint32_t errors = 0;
  std::optional<Timer::Token> watch;

  Impl(net::IoLoop& l, const Clock& c, const ExchangeSettings& e, const WeexOptions& o)
      : loop(l), clock(c), exchange(public_part(e)), options(o), codec(make_codec(e.api)),
        rest(l, c, e.rest_url, {e.ca_file}, std::nullopt, with_share(o)) {}

  /// The gateway has the larger share of the address's weight.
  static WeexOptions with_share(WeexOptions o) {
    o.weight_per_ten_seconds = std::max(o.weight_per_ten_seconds / 5, 10);
    o.weight_for_changes = 0;
    o.connections = 1;
    return o;
  }

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

void WeexMarket::Impl::subscribe(const std::vector<Symbol>& symbols) {
  std::vector<std::string> channels;
  std::array<bool, Symbol::kCount> wanted{};
  for (const Symbol s : symbols) {
    wanted[s.id()] = true;
  }
  for (const Symbol s : Symbol::all()) { // canonical order, whatever the caller's
    Pair& pair = pairs[s.id()];
    if (wanted[s.id()]) {
      const auto names = codec->public_channels(s);
      channels.insert(channels.end(), names.begin(), names.end());
    } else {
      pair.book.reset();
      pair.has_pending = false;
      pair.pending_candles.clear();
    }
    pair.wanted = wanted[s.id()];
  }
  if (!stream) {
    const std::weak_ptr<Impl> weak = weak_from_this();
    StreamLink::Handlers handlers;
    handlers.headers = [] { return std::vector<net::Header>{{"User-Agent", "RegimeGuard/1.0"}}; };
    handlers.on_text = [weak](std::string_view text) {
      if (const auto self = weak.lock()) {
        self->on_text(text);
      }
    };
    handlers.on_up = [weak] {
      if (const auto self = weak.lock()) {
        self->last_data = steady_clock::now();
        self->silent = false;
        if (self->listener != nullptr) {
          self->listener->on_link({Link::public_stream, true, self->clock.now()});
        }
      }
    };
    handlers.on_down = [weak](const std::string&) {
      if (const auto self = weak.lock()) {
        self->flush();
        self->behind = false;
        if (self->listener != nullptr) {
          self->listener->on_link({Link::public_stream, false, self->clock.now()});
        }
        self->tell_gap(GapKind::link_lost);
        for (Pair& pair : self->pairs) {
          pair.book.reset();
        }
      }
    };
    handlers.on_unacknowledged = [weak](const std::string&) {
      const auto self = weak.lock();
      // One channel that the venue does not serve must not cost the others their connection.
      return !self || self->stats.frames == 0;
    };
    stream =
        std::make_unique<StreamLink>(loop, net::TlsTrust{exchange.ca_file}, exchange.ws_public_url,
                                     *codec, options, options.seed * 2, std::move(handlers));
    watch_silence();
  }
  stream->start(std::move(channels));
}

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
  const auto now = steady_clock::now();
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
  last_data = steady_clock::now();
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
    behind = waiting > kBehind;
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

void WeexMarket::Impl::tell_gap(GapKind kind) {
  for (const Symbol s : Symbol::all()) {
    if (pairs[s.id()].wanted) {
      tell_gap(s, kind);
    }
  }
}

void WeexMarket::Impl::tell_gap(Symbol symbol, GapKind kind) {
  if (listener != nullptr) {
    const Timestamp newest = pairs[symbol.id()].newest;
    listener->on_gap({symbol, kind, newest, newest});
  }
}

/// Looks a few times per allowed silence; a connection silent for three of them is cut.
void WeexMarket::Impl::watch_silence() {
  watch = loop.timer().after(options.silence / 4, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    const auto quiet = steady_clock::now() - self->last_data;
    if (self->stream->is_up() && quiet > self->options.silence) {
      if (!std::exchange(self->silent, true)) {
        self->tell_gap(GapKind::silence);
      }
      if (quiet > 3 * self->options.silence) {
        self->stream->reconnect("silence");
      }
    }
    self->watch_silence();
  });
}

WeexMarket::WeexMarket(net::IoLoop& loop, const Clock& clock, const ExchangeSettings& exchange,
                       const WeexOptions& options)
    : impl_(std::make_shared<Impl>(loop, clock, exchange, options)) {}

WeexMarket::~WeexMarket() {
  impl_->listener = nullptr;
  stop();
}

void WeexMarket::set_listener(MarketListener* listener) {
  impl_->listener = listener;
}
void WeexMarket::subscribe(const std::vector<Symbol>& symbols) {
  impl_->subscribe(symbols);
}

void WeexMarket::stop() {
  if (impl_->watch) {
    impl_->loop.timer().cancel(*impl_->watch);
  }
  if (impl_->stream) {
    impl_->stream->stop();
  }
}

void WeexMarket::candles(Symbol symbol, Duration interval, int limit,
                         std::function<void(CandleAnswer)> done) {
  const WireRequest request =
      impl_->codec->encode_candles(symbol, interval, std::clamp(limit, 1, 1000));
  impl_->rest.ask(request, [weak = std::weak_ptr(impl_), symbol, interval,
                            done = std::move(done)](const RestAnswer& answer) {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    CandleAnswer out;
    out.symbol = symbol;
    out.interval = interval;
    if (answer.http.failure != net::HttpFailure::none) {
      out.outcome = outcome_of_transport(answer.http.failure);
      out.message = answer.http.error;
      done(std::move(out));
      return;
    }
    VenueError error;
    const ParseError problem =
        self->codec->decode_candles(symbol, answer.http.body, out.rows, error);
    const Reaction reaction = reaction_to(error, answer.http.status);
    out.outcome = outcome_of_query(reaction);
    out.message = error.message;
    if (reaction == Reaction::back_off) {
      self->rest.back_off(retry_after(answer.http));
    } else if (reaction == Reaction::none) {
      self->rest.on_success();
      if (problem != ParseError::none) {
        out.outcome = RequestOutcome::unknown;
        out.message = std::string("answer not understood: ") + to_string(problem);
      }
    }
    done(std::move(out));
  });
}

MarketStats WeexMarket::stats() const {
  MarketStats stats = impl_->stats;
  stats.connects = impl_->stream ? impl_->stream->connects() : 0;
  return stats;
}

} // namespace rg::weex
