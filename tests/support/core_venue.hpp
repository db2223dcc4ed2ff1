#pragma once
// The embedded exchange's core as a venue in the test's own process: prices in the test's hand, the
// Gateway port in front, answers and news that come only when the test delivers them, and a passage
// for each request on which it can be lost.

#include "infra/exchange/exchange_core.hpp"
#include "infra/ports/gateway.hpp"
#include "tests/support/virtual_time.hpp"

#include <deque>
#include <functional>
#include <memory>

namespace rg::test {

/// All pairs stand still at their price until the test sets another; each step trades through the
/// old price to the new one.
class HandMarket final : public MarketProcess {
public:
  explicit HandMarket(Timestamp start) : now_(start) {
    for (const Symbol s : Symbol::all()) {
      symbols_.push_back(s);
      prices_[s.id()] = before_[s.id()] = Price::from_raw(1000 * kFixedScale);
    }
  }
  void set(Symbol s, Price price) { prices_[s.id()] = price; }
  /// Base coin a step trades of each pair.
  Quantity volume = Quantity::from_raw(1'000'000 * kFixedScale);

  [[nodiscard]] const std::vector<Symbol>& symbols() const override { return symbols_; }
  [[nodiscard]] Timestamp now() const override { return now_; }
  [[nodiscard]] const std::vector<Bar>& history(Symbol) const override { return none_; }
  [[nodiscard]] PairStep opening(Symbol s) const override {
    PairStep step = at(s, prices_[s.id()]);
    step.trades = false;
    return step;
  }
  [[nodiscard]] bool advance(Duration length, MarketStep& out) override {
    out.begin = now_;
    out.end = now_ = now_ + length;
    for (const Symbol s : symbols_) {
      PairStep& step = out.pairs[s.id()] = at(s, prices_[s.id()]);
      step.path[0] = before_[s.id()];
      before_[s.id()] = prices_[s.id()];
    }
    return true;
  }
  [[nodiscard]] double funding_rate(Symbol, Timestamp) const override { return 0.0; }

private:
  [[nodiscard]] PairStep at(Symbol s, Price price) const {
    const auto tick = PriceDelta::from_raw(contract_defaults()[s.id()].tick_size.raw());
    PairStep step;
    step.trades = true;
    step.path.fill(price);
    step.volume = volume;
    step.bid = price - tick;
    step.ask = price + tick;
    step.mark = step.index = price;
    step.level_size = Quantity::from_raw(1'000 * kFixedScale);
    return step;
  }

  Timestamp now_;
  std::vector<Symbol> symbols_;
  std::vector<Bar> none_;
  std::array<Price, Symbol::kCount> prices_, before_;
};

/// What happens to one request between engine and venue.
struct CorePassage {
  bool executed = true;                     ///< the venue got it
  RequestOutcome told = RequestOutcome::ok; ///< instead of the venue's answer, unless ok
  Duration retry_after{};                   ///< with rate_limited
  int code = 0;
  const char* message = "";
};

class CoreVenue final : public Gateway {
public:
  CoreVenue(exchange::ExchangeCore& core, const VirtualTime& time) : core_(core), time_(time) {}

  void set_listener(GatewayListener* listener) override { listener_ = listener; }
  void prepare(RequestId, const ChangeRequest&) override {}
  void send(RequestId id, const ChangeRequest& request) override {
    sent.push_back(request);
    const CorePassage way = passage ? passage(request) : CorePassage{};
    ChangeAnswer answer;
    if (way.executed) {
      answer = std::visit([this](const auto& r) { return execute(r); }, request);
    }
    if (way.told != RequestOutcome::ok) {
      answer = {};
      answer.outcome = way.told;
      answer.retry_after = way.retry_after;
      answer.code = way.code;
      answer.message = way.message;
    }
    answer.id = id;
    waiting_.push_back([this, answer] { listener_->on_answer(answer); });
  }
  void ask(RequestId id, const Query& query) override {
    waiting_.push_back([this, id, query] {
      if (before_answer) {
        before_answer(query);
      }
      QueryAnswer answer;
      answer.id = id;
      answer.query = query;
      if (down) {
        answer.outcome = RequestOutcome::not_sent;
        answer.message = "maintenance";
      } else {
        fill_in(answer);
      }
      listener_->on_answer(answer);
    });
  }

  /// One answer or one piece of news. False when nothing waits.
  bool deliver() {
    take_news();
    if (waiting_.empty()) {
      return false;
    }
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    next();
    return true;
  }
  /// What waits was for a process that is gone.
  void forget() {
    static_cast<void>(core_.take_events());
    waiting_.clear();
  }
  template <class Request> [[nodiscard]] std::size_t count() const {
    std::size_t n = 0;
    for (const ChangeRequest& request : sent) {
      n += std::holds_alternative<Request>(request) ? 1 : 0;
    }
    return n;
  }
  [[nodiscard]] std::size_t entries_sent() const {
    std::size_t n = 0;
    for (const ChangeRequest& request : sent) {
      const auto* place = std::get_if<PlaceOrder>(&request);
      n += place != nullptr && place->opens ? 1 : 0;
    }
    return n;
  }

  // ---- how things stand there, without asking ----
  [[nodiscard]] exchange::Account& account() { return core_.account(0); }
  [[nodiscard]] std::vector<Position> positions() const {
    std::vector<Position> out;
    for (const Symbol s : Symbol::all()) {
      for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
        const exchange::PositionRow& row = core_.account(0).ledger.position(s, side);
        if (row.size.is_positive()) {
          out.push_back({s, side, row.size, row.open_value, row.created});
        }
      }
    }
    return out;
  }
  [[nodiscard]] std::vector<VenueOrder> orders(bool triggers) const {
    std::vector<VenueOrder> out;
    for (const auto& [id, order] : core_.account(0).live) {
      if ((order.status == exchange::OrderStatus::untriggered) == triggers &&
          order.listed_from_wall <= time_.now()) {
        out.push_back(listed(order));
      }
    }
    return out;
  }

  std::vector<ChangeRequest> sent;
  std::function<CorePassage(const ChangeRequest&)> passage;
  /// What happens at the venue before it answers a question.
  std::function<void(const Query&)> before_answer;
  bool news = true;  ///< false: the private stream loses everything
  bool down = false; ///< true: no question is answered
  ContractTable contracts = contract_defaults();

private:
  static exchange::SentNumber number(const std::string& text) {
    return exchange::SentNumber::parse(text);
  }
  static ChangeAnswer told(const Result<exchange::OrderId, exchange::Refusal>& result) {
    ChangeAnswer answer;
    if (result) {
      answer.venue_id = *result;
    } else {
      answer.outcome = RequestOutcome::rejected;
      answer.message = result.error().message;
    }
    return answer;
  }
  ChangeAnswer execute(const PlaceOrder& r) {
    exchange::NewOrder o;
    o.client_oid = std::string(r.client_id.text());
    o.symbol = r.symbol;
    o.position = r.position;
    o.opens = r.opens;
    o.market = r.limit.is_zero();
    o.tif = r.post_only ? exchange::TimeInForce::post_only : exchange::TimeInForce::gtc;
    o.size = number(r.quantity.text());
    if (!o.market) {
      o.price = number(r.limit.text());
    }
    if (!r.preset_stop.is_zero()) {
      o.preset_stop_loss = number(r.preset_stop.text());
    }
    return told(core_.place(0, o, time_.now()));
  }
  ChangeAnswer execute(const PlaceStop& r) {
    exchange::NewTrigger t;
    t.client_oid = std::string(r.client_id.text());
    t.symbol = r.symbol;
    t.position = r.position;
    t.size = number(r.quantity.text());
    t.trigger_price = number(r.trigger.text());
    t.origin = exchange::OrderOrigin::stop_loss;
    return told(core_.place_trigger(0, t, time_.now()));
  }
  ChangeAnswer execute(const CancelOrder& r) {
    return told(core_.cancel(0, r.venue_id, false, time_.now()));
  }
  ChangeAnswer execute(const CancelStop& r) {
    return told(core_.cancel(0, r.venue_id, true, time_.now()));
  }
  ChangeAnswer execute(const CancelAll& r) {
    core_.cancel_all(0, r.all_symbols ? std::nullopt : std::optional(r.symbol), r.triggers,
                     time_.now());
    return {};
  }
  ChangeAnswer execute(const SetLeverage& r) {
    const std::int64_t units = r.leverage * kFixedScale;
    ChangeAnswer answer;
    if (const auto refusal =
            core_.set_leverage(0, r.symbol, exchange::MarginMode::cross, units, units)) {
      answer.outcome = RequestOutcome::rejected;
      answer.message = refusal->message;
    }
    return answer;
  }

  static VenueOrder listed(const exchange::Order& o) {
    VenueOrder v;
    v.symbol = o.symbol;
    v.venue_id = o.id;
    v.client_id = o.client_oid;
    v.position = o.position;
    v.opens = o.opens;
    v.trigger = o.conditional && o.trigger_time == Timestamp{};
    v.state = o.status == exchange::OrderStatus::canceled ? OrderState::cancelled
              : o.status == exchange::OrderStatus::filled ? OrderState::filled
              : o.filled.is_positive()                    ? OrderState::partially_filled
                                                          : OrderState::acked;
    v.quantity = o.size;
    v.filled = o.filled;
    v.price = o.price;
    v.trigger_price = o.trigger_price;
    v.created = o.created;
    return v;
  }
  static Fill told(const exchange::FillRow& row) {
    Fill f;
    f.symbol = row.symbol;
    f.venue_fill_id = row.id;
    f.venue_order_id = row.order_id;
    f.client_id = ClientOrderId::parse(row.client_oid).value_or(ClientOrderId{});
    f.position = row.position;
    f.side = row.side();
    f.opens = row.opens;
    f.maker = row.maker;
    f.liquidation = row.liquidation;
    f.quantity = row.size;
    f.price = row.price;
    f.value = row.value;
    f.fee = row.fee + row.liquidation_fee;
    f.realised_pnl = row.realised;
    f.exchange_time = row.time;
    return f;
  }
  static std::optional<CashFlow> flow_of(const exchange::Bill& bill) {
    using exchange::BillKind;
    CashFlow flow;
    flow.amount = bill.amount;
    flow.exchange_time = bill.time;
    flow.venue_bill_id = bill.id;
    flow.symbol = bill.symbol;
    switch (bill.kind) {
    case BillKind::transfer_in:
      flow.kind = CashFlowKind::deposit;
      return flow;
    case BillKind::transfer_out:
      flow.kind = CashFlowKind::withdrawal;
      return flow;
    case BillKind::funding:
      flow.kind = CashFlowKind::funding;
      return flow;
    default:
      return std::nullopt;
    }
  }

  void fill_in(QueryAnswer& answer) {
    const Query& q = answer.query;
    const exchange::Account& acc = core_.account(0);
    const auto wanted = [&q](Symbol s) { return q.all_symbols || s == q.symbol; };
    switch (q.kind) {
    case QueryKind::contracts:
      answer.payload = std::vector<ContractRules>(contracts.begin(), contracts.end());
      return;
    case QueryKind::account:
      answer.payload = AccountSnapshot{time_.now(), acc.ledger.collateral(), core_.available(0),
                                       acc.ledger.unrealised(core_.marks()), acc.frozen};
      return;
    case QueryKind::positions: {
      auto rows = positions();
      std::erase_if(rows, [&](const Position& p) { return !wanted(p.symbol); });
      answer.payload = rows;
      return;
    }
    case QueryKind::open_orders:
    case QueryKind::trigger_orders: {
      auto rows = orders(q.kind == QueryKind::trigger_orders);
      std::erase_if(rows, [&](const VenueOrder& o) { return !wanted(o.symbol); });
      answer.payload = rows;
      return;
    }
    case QueryKind::order_history: {
      std::vector<VenueOrder> rows;
      for (const exchange::Order& o : acc.done) {
        if (wanted(o.symbol) && !o.conditional && o.created >= q.since) {
          rows.push_back(listed(o));
        }
      }
      answer.payload = rows;
      return;
    }
    case QueryKind::fills: {
      std::vector<Fill> rows;
      for (const exchange::FillRow& row : acc.fills) {
        if (wanted(row.symbol) && row.time >= q.since) {
          rows.push_back(told(row));
        }
      }
      answer.payload = rows;
      return;
    }
    case QueryKind::leverage: {
      std::vector<LeverageSetting> rows;
      for (const Symbol s : Symbol::all()) {
        const auto x = static_cast<int>(acc.ledger.leverage(s).cross / kFixedScale);
        rows.push_back({s, x, x});
      }
      answer.payload = rows;
      return;
    }
    case QueryKind::bills: {
      std::vector<CashFlow> rows;
      for (const exchange::Bill& bill : acc.bills) {
        if (const auto flow = flow_of(bill); flow && bill.time >= q.since) {
          rows.push_back(*flow);
        }
      }
      answer.payload = rows;
      return;
    }
    case QueryKind::server_time:
      answer.payload = ServerTime{time_.now(), time_.now(), time_.now()};
      return;
    }
  }

  void take_news() {
    for (const exchange::CoreEvent& event : core_.take_events()) {
      if (!news) {
        continue;
      }
      if (const auto* order = std::get_if<exchange::Order>(&event.what)) {
        waiting_.push_back([this, o = listed(*order)] { listener_->on_order({o}); });
      } else if (const auto* fill = std::get_if<exchange::FillRow>(&event.what)) {
        waiting_.push_back([this, f = told(*fill)] { listener_->on_fill(f); });
      } else if (const auto* row = std::get_if<exchange::PositionRow>(&event.what)) {
        const Position p{row->symbol, row->side, row->size, row->open_value, row->created};
        waiting_.push_back([this, p] { listener_->on_position(p); });
      } else if (event.cause != exchange::CoreEvent::Cause::order) {
        if (const auto flow = flow_of(core_.account(0).bills.back())) {
          waiting_.push_back([this, f = *flow] { listener_->on_cash_flow(f); });
        }
      }
    }
  }

  exchange::ExchangeCore& core_;
  const VirtualTime& time_;
  GatewayListener* listener_ = nullptr;
  std::deque<std::function<void()>> waiting_;
};

} // namespace rg::test
