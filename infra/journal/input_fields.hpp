#pragma once
// Every alternative of EngineInput, field by field, for ByteWriter and ByteReader. The order is the
// recording's format: it changes only together with kRecordingVersion.

#include "infra/journal/byte_codec.hpp"
#include "infra/journal/enum_words.hpp"
#include "messages/engine/engine_input.hpp"

#include <concepts>
#include <utility>

namespace rg::journal {

template <> inline constexpr std::size_t kEnumCount<GapKind> = 5;
template <> inline constexpr std::size_t kEnumCount<Link> = 3;
template <> inline constexpr std::size_t kEnumCount<RequestOutcome> = 5;
template <> inline constexpr std::size_t kEnumCount<QueryKind> = 10;
template <> inline constexpr std::size_t kEnumCount<CashFlowKind> = 4;
template <> inline constexpr std::size_t kEnumCount<DecisionKind> = 2;
template <> inline constexpr std::size_t kEnumCount<OperatorAction> = 11;
template <> inline constexpr std::size_t kEnumCount<RefitOutcome> = 3;

template <class T, class U>
concept Either = std::same_as<std::remove_const_t<T>, U>;

// ---- building blocks ----

template <class A, class T>
requires std::is_arithmetic_v<std::remove_const_t<T>> &&
    (!Either<T, bool>)void field(A& a, T& value) {
  a.number(value);
}

/// Small numbers with a bound: booleans, enumerators, alternatives.
template <class A>
std::uint8_t small(A& a, std::uint8_t value, std::size_t limit, const char* what) {
  a.number(value);
  if (value >= limit) {
    throw BadBytes(std::string("no such ") + what);
  }
  return value;
}

template <class A, Either<bool> T> void field(A& a, T& value) {
  const std::uint8_t byte =
      small(a, A::kReading ? std::uint8_t{0} : static_cast<std::uint8_t>(value), 2, "boolean");
  if constexpr (A::kReading) {
    value = byte == 1;
  }
}

template <class A, class T>
requires std::is_enum_v<std::remove_const_t<T>>
void field(A& a, T& value) {
  using E = std::remove_const_t<T>;
  static_assert(kEnumCount<E> > 0);
  const std::uint8_t byte =
      small(a, A::kReading ? std::uint8_t{0} : static_cast<std::uint8_t>(value), kEnumCount<E>,
            "enumerator");
  if constexpr (A::kReading) {
    value = static_cast<E>(byte);
  }
}

template <class A, Either<Symbol> T> void field(A& a, T& value) {
  const std::uint8_t id =
      small(a, A::kReading ? std::uint8_t{0} : value.id(), Symbol::kCount, "symbol");
  if constexpr (A::kReading) {
    value = Symbol::from_id(id);
  }
}

template <class A, Either<Timestamp> T> void field(A& a, T& value) {
  std::int64_t ns = value.ns();
  a.number(ns);
  if constexpr (A::kReading) {
    value = Timestamp::from_ns(ns);
  }
}

template <class A, Either<Duration> T> void field(A& a, T& value) {
  std::int64_t ns = value.count();
  a.number(ns);
  if constexpr (A::kReading) {
    value = Duration{ns};
  }
}

template <class A, class T>
requires requires(const T& t) {
  { t.raw() } -> std::same_as<std::int64_t>;
}
void field(A& a, T& value) {
  std::int64_t units = value.raw();
  a.number(units);
  if constexpr (A::kReading) {
    value = T::from_raw(units);
  }
}

template <class A, Either<Ratio> T> void field(A& a, T& value) {
  double number = value.value();
  a.number(number);
  if constexpr (A::kReading) {
    if (!(number - number == 0.0)) {
      throw BadBytes("a ratio is not finite");
    }
    value = Ratio(number);
  }
}

template <class A, Either<std::string> T> void field(A& a, T& value) {
  a.text(value);
}

template <class A, Either<ClientOrderId> T> void field(A& a, T& value) {
  if constexpr (A::kReading) {
    std::string text;
    a.text(text);
    const auto id = text.empty() ? std::optional(ClientOrderId{}) : ClientOrderId::parse(text);
    if (!id) {
      throw BadBytes("no client order id");
    }
    value = *id;
  } else {
    a.text(value.text());
  }
}

template <class A, class... T> void fields(A& a, T&... values) {
  (field(a, values), ...);
}

template <class A, class T> void list_field(A& a, T& list) {
  auto count = static_cast<std::uint32_t>(list.size());
  a.number(count);
  if constexpr (A::kReading) {
    a.check_count(count);
    list.resize(count);
  }
  for (auto& element : list) {
    field(a, element);
  }
}
template <class A, class T>
requires requires(std::remove_const_t<T>& t) {
  t.push_back(*t.begin());
} &&(!Either<T, std::string>)void field(A& a, T& list) {
  list_field(a, list);
}

// ---- messages ----

template <class A, Either<Tick> T> void field(A& a, T& t) {
  fields(a, t.symbol, t.exchange_time, t.receive_time, t.last, t.mark, t.index, t.best_bid,
         t.best_ask, t.bid_depth, t.ask_depth, t.traded);
}
template <class A, Either<CandleRow> T> void field(A& a, T& r) {
  fields(a, r.symbol, r.open_time, r.open, r.high, r.low, r.close, r.volume);
}
template <class A, Either<FeedGap> T> void field(A& a, T& g) {
  fields(a, g.symbol, g.kind, g.from, g.to);
}
template <class A, Either<LinkEvent> T> void field(A& a, T& e) {
  fields(a, e.link, e.up, e.wall_time);
}
template <class A, Either<ChangeAnswer> T> void field(A& a, T& c) {
  fields(a, c.id, c.outcome, c.venue_id, c.code, c.message, c.retry_after);
}
template <class A, Either<ContractRules> T> void field(A& a, T& c) {
  fields(a, c.symbol, c.tick_size, c.lot_size, c.min_quantity, c.max_quantity, c.max_position,
         c.max_market_open, c.maker_fee, c.taker_fee, c.max_leverage, c.price_band, c.tradable);
}
template <class A, Either<AccountSnapshot> T> void field(A& a, T& s) {
  fields(a, s.wall_time, s.wallet_balance, s.available, s.unrealised_pnl, s.frozen);
}
template <class A, Either<Position> T> void field(A& a, T& p) {
  fields(a, p.symbol, p.side, p.quantity, p.open_value, p.opened);
}
template <class A, Either<VenueOrder> T> void field(A& a, T& o) {
  fields(a, o.symbol, o.venue_id, o.client_id, o.position, o.opens, o.trigger, o.state, o.quantity,
         o.filled, o.price, o.trigger_price, o.created);
}
template <class A, Either<Fill> T> void field(A& a, T& f) {
  fields(a, f.symbol, f.venue_fill_id, f.venue_order_id, f.client_id, f.position, f.side, f.opens,
         f.maker, f.liquidation, f.quantity, f.price, f.value, f.fee, f.realised_pnl,
         f.exchange_time);
}
template <class A, Either<LeverageSetting> T> void field(A& a, T& l) {
  fields(a, l.symbol, l.long_leverage, l.short_leverage);
}
template <class A, Either<CashFlow> T> void field(A& a, T& c) {
  fields(a, c.kind, c.symbol, c.amount, c.exchange_time, c.venue_bill_id);
}
template <class A, Either<ServerTime> T> void field(A& a, T& s) {
  fields(a, s.server, s.sent, s.received);
}
template <class A, Either<Query> T> void field(A& a, T& q) {
  fields(a, q.kind, q.all_symbols, q.symbol, q.since);
}
template <class A, Either<std::monostate> T> void field(A&, T&) {}

/// One byte says which alternative follows.
template <class A, class V> void variant_field(A& a, V& value);
template <class A, class T>
requires requires(const T& t) {
  { t.valueless_by_exception() } -> std::same_as<bool>;
}
void field(A& a, T& value) {
  variant_field(a, value);
}

template <class A, Either<QueryAnswer> T> void field(A& a, T& q) {
  fields(a, q.id, q.query, q.outcome, q.message, q.payload);
}
template <class A, Either<VenueOrderUpdate> T> void field(A& a, T& u) {
  fields(a, u.order);
}
template <class A, Either<CandleAnswer> T> void field(A& a, T& c) {
  fields(a, c.symbol, c.interval, c.outcome, c.message, c.rows);
}
template <class A, Either<TimerFired> T> void field(A& a, T& t) {
  fields(a, t.token);
}
template <class A, Either<JournalAck> T> void field(A& a, T& j) {
  fields(a, j.submission, j.durable, j.error);
}
template <class A, Either<OperatorCommand> T> void field(A& a, T& c) {
  fields(a, c.action, c.symbol, c.reason, c.origin);
}
template <class A, Either<GroupRestart> T> void field(A& a, T& g) {
  fields(a, g.symbol, g.generation);
}
template <class A, Either<RefitNews> T> void field(A& a, T& r) {
  fields(a, r.outcome, r.detail);
}
template <class A, Either<DecisionId> T> void field(A& a, T& d) {
  fields(a, d.symbol, d.stamp, d.kind, d.ordinal);
}
template <class A, Either<AiLogNews> T> void field(A& a, T& n) {
  fields(a, n.decision, n.client_id, n.venue_id, n.head_hash, n.status);
}

template <class A, Either<SettingsChange> T> void field(A& a, T& s) {
  fields(a, s.settings_text, s.origin, s.refused);
}
template <class A, Either<ConditionNews> T> void field(A& a, T& c) {
  fields(a, c.condition, c.stands, c.detail);
}

template <class A, class V> void variant_field(A& a, V& value) {
  using Plain = std::remove_const_t<V>;
  constexpr std::size_t kCount = std::variant_size_v<Plain>;
  const std::uint8_t index =
      small(a, A::kReading ? std::uint8_t{0} : static_cast<std::uint8_t>(value.index()), kCount,
            "alternative");
  if constexpr (A::kReading) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      static_cast<void>(((I == index && (field(a, value.template emplace<I>()), true)) || ...));
    }
    (std::make_index_sequence<kCount>{});
  } else {
    std::visit([&a](const auto& alternative) { field(a, alternative); }, value);
  }
}

template <class A, Either<RecordedInput> T> void field(A& a, T& r) {
  fields(a, r.sequence, r.wall_time, r.input);
}

} // namespace rg::journal
