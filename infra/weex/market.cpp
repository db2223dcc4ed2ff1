#include "infra/weex/market.hpp"

#include "infra/weex/candle_answer.hpp"
#include "infra/weex/market_impl.hpp"

#include <algorithm>

namespace rg::weex {

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
        self->last_data = self->transport.steady_now();
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
    stream = std::make_unique<StreamLink>(
        transport, net::TlsTrust{exchange.ca_file},
        stream_url(exchange.ws_public_url, codec->public_stream_path()), *codec, options,
        options.seed * 2, std::move(handlers));
    watch_silence();
  }
  stream->start(std::move(channels));
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
  watch = transport.timer().after(options.silence / 4, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) {
      return;
    }
    const auto quiet = self->transport.steady_now() - self->last_data;
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

WeexMarket::WeexMarket(net::Transport& transport, const Clock& clock,
                       const ExchangeSettings& exchange, const WeexOptions& options)
    : impl_(std::make_shared<Impl>(transport, clock, exchange, options)) {}

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
    impl_->transport.timer().cancel(*impl_->watch);
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
    if (const auto self = weak.lock()) {
      done(read_candles(*self->codec, self->rest, answer, symbol, interval));
    }
  });
}

MarketStats WeexMarket::stats() const {
  MarketStats stats = impl_->stats;
  stats.connects = impl_->stream ? impl_->stream->connects() : 0;
  return stats;
}

} // namespace rg::weex
