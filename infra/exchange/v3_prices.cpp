// Tickers, mark and index prices, open interest and funding of v3 (weex-api §16).

#include "infra/exchange/market_figures.hpp"
#include "infra/exchange/rest_pieces.hpp"
#include "infra/exchange/v3_endpoints.hpp"

#include <chrono>

namespace rg::exchange::v3 {

using namespace std::chrono_literals;

namespace {

/// One row per listed symbol, or of the one that is asked for.
template <class Write> void for_symbols(Call& call, Write&& write) {
  const auto only = call.in.symbol(call.core);
  call.out.begin_array();
  for (const Symbol s : call.core.symbols()) {
    if (!only || *only == s) {
      write(s);
    }
  }
  call.out.end_array();
}

} // namespace

void get_day_tickers(Call& call) {
  for_symbols(call, [&](Symbol s) {
    const DayStats& day = call.core.candles(s).day();
    const int places = price_places(s);
    call.out.begin_object().text("symbol", s.compact());
    call.out.key("priceChange").decimal((call.core.last(s) - day.open).raw(), places);
    call.out.key("priceChangePercent").decimal(day_change(call.core, s), 6);
    call.out.decimal("lastPrice", call.core.last(s), places)
        .decimal("openPrice", day.open, places)
        .decimal("highPrice", day.high, places)
        .decimal("lowPrice", day.low, places)
        .decimal("volume", day.volume)
        .decimal("quoteVolume", day.turnover)
        .decimal("markPrice", call.core.quote(s).mark, places)
        .decimal("indexPrice", call.core.quote(s).index)
        .integer("openTime", (call.core.data_now() - 24h).ms())
        .integer("closeTime", call.core.data_now().ms())
        .end_object();
  });
}

void get_book_tickers(Call& call) {
  for_symbols(call, [&](Symbol s) {
    const auto asks = call.core.depth(s, Side::sell, 1), bids = call.core.depth(s, Side::buy, 1);
    const BookLevel none{};
    const BookLevel& bid = bids.empty() ? none : bids[0];
    const BookLevel& ask = asks.empty() ? none : asks[0];
    call.out.begin_object()
        .text("symbol", s.compact())
        .decimal("bidPrice", bid.price, price_places(s))
        .decimal("bidQty", bid.size, size_places(s))
        .decimal("askPrice", ask.price, price_places(s))
        .decimal("askQty", ask.size, size_places(s))
        .integer("time", call.core.data_now().ms())
        .end_object();
  });
}

void get_symbol_price(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  call.out.begin_object()
      .text("symbol", s.compact())
      .decimal("price", index_or_mark(call, s))
      .integer("time", call.core.data_now().ms())
      .end_object();
}

void get_open_interest(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  call.out.begin_object()
      .text("symbol", s.compact())
      .decimal("openInterest", open_interest(call.core, s))
      .integer("time", call.core.data_now().ms())
      .end_object();
}

void get_premium_index(Call& call) {
  constexpr std::int64_t kInterestUnits = 10'000; // 0.0001 a cycle, of the rate's usual formula
  for_symbols(call, [&](Symbol s) {
    const Timestamp next = call.core.next_funding();
    const PairStep& q = call.core.quote(s);
    call.out.begin_object()
        .text("symbol", s.compact())
        .decimal("markPrice", q.mark, price_places(s))
        .decimal("indexPrice", q.index);
    call.out.key("lastFundingRate").decimal(funding_units(call.core, s, next - 8h));
    call.out.key("forecastFundingRate").decimal(funding_units(call.core, s, next));
    call.out.key("interestRate").decimal(kInterestUnits);
    call.out.integer("nextFundingTime", next.ms())
        .integer("time", call.core.data_now().ms())
        .integer("collectCycle", kFundingCycleMinutes)
        .end_object();
  });
}

/// Newest first. The mark price is the close of the mark candle that ended at the settlement.
void get_funding_rates(Call& call) {
  const Symbol s = call.in.required_symbol(call.core);
  const auto start = call.in.stamp("startTime"), end = call.in.stamp("endTime");
  if (start && end && *start > *end) {
    throw start_after_end();
  }
  const std::int64_t limit = call.in.integer("limit", 1, 1000).value_or(100);
  const CandleStore& candles = call.core.candles(s);
  const Timestamp oldest =
      candles.minutes().empty() ? call.core.data_now() : candles.minutes().front().open_time;
  Timestamp at = call.core.next_funding() - 8h;
  if (end && *end < at) {
    at = end->slot_start(8h);
  }
  call.out.begin_array();
  for (std::int64_t i = 0; i < limit && at > oldest && (!start || at >= *start);
       ++i, at = at - 8h) {
    const auto mark = candles.rows(CandleInterval::m1, CandlePrice::mark, 1, {}, at - 1min);
    call.out.begin_object().text("symbol", s.compact());
    call.out.key("fundingRate").decimal(funding_units(call.core, s, at));
    call.out.integer("fundingTime", at.ms())
        .decimal("markPrice", mark.empty() ? Price{} : mark.back().close, price_places(s))
        .end_object();
  }
  call.out.end_array();
}

} // namespace rg::exchange::v3
