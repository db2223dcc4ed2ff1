#pragma once
// The whole engine over either generation of the protocol: its ports end in tests/parity/wire.hpp.

#include "actors/engine.hpp"
#include "infra/config/config_file.hpp"
#include "infra/config/model_file.hpp"
#include "infra/journal/tables.hpp"
#include "infra/weex/depth_chain.hpp"
#include "messages/support/number_text.hpp"
#include "tests/parity/wire.hpp"

#include <caf/actor_system_config.hpp>

#include <map>
#include <set>
#include <sstream>

namespace rg::test {

/// Both ports over the wire. Answers wait in a queue: the engine is not to be entered from within.
class Ports final : public Gateway, public MarketSource {
public:
  explicit Ports(Wire& wire) : wire_(wire) {}
  void set_engine(Engine* engine) { engine_ = engine; }

  void set_listener(GatewayListener*) override {}
  void set_listener(MarketListener*) override {}
  void prepare(RequestId, const ChangeRequest&) override {}
  void send(RequestId id, const ChangeRequest& request) override {
    queue_.push_back([this, id, request] { change(id, request); });
  }
  void ask(RequestId id, const Query& query) override {
    queue_.push_back([this, id, query] { engine_->process(answer(id, query)); });
  }
  void subscribe(const std::vector<Symbol>& symbols) override {
    for (const Symbol s : symbols) {
      if (subscribed_.insert(s).second) {
        wire_.subscribe(s);
      }
    }
  }
  void candles(Symbol symbol, Duration interval, int limit,
               std::function<void(CandleAnswer)> done) override {
    queue_.push_back([this, symbol, interval, limit, done = std::move(done)] {
      CandleAnswer out;
      out.symbol = symbol;
      out.interval = interval;
      const auto response =
          wire_.exchange_of(wire_.codec().encode_candles(symbol, interval, limit));
      weex::VenueError error;
      const std::string text = padded(response.body);
      REQUIRE(wire_.codec().decode_candles(symbol, Wire::body_of(text), out.rows, error) ==
              weex::ParseError::none);
      REQUIRE(error.code == 0);
      done(std::move(out));
    });
  }

  std::string last_refusal;
  std::size_t lost_fills = 0, lost_candles = 0; ///< pushed into a cut

  /// A stream that is cut: the engine is told, and what is pushed meanwhile is lost.
  void lose_private() { private_cut_ = true; } ///< dead, and nobody has noticed yet
  void cut_private(bool cut) {
    private_cut_ = cut;
    engine_->process(LinkEvent{Link::private_stream, !cut, wire_.wall_now()});
  }
  void cut_public(bool cut) {
    public_cut_ = cut;
    engine_->process(LinkEvent{Link::public_stream, !cut, wire_.wall_now()});
    for (const Symbol s : subscribed_) {
      if (cut) {
        engine_->process(FeedGap{s, GapKind::link_lost, newest_[s], newest_[s]});
      } else {
        books_[s].reset(); // the next snapshot is a minute's subscription away: bars do not need it
      }
    }
  }

  /// Until nothing is on its way any more.
  void settle() {
    for (bool busy = true; busy;) {
      busy = wire_.take_frames([this](weex::PrivateFrame& f) { on_private(f); },
                               [this](weex::PublicFrame& f) { on_public(f); });
      while (!queue_.empty()) {
        const auto next = std::move(queue_.front());
        queue_.pop_front();
        next();
        busy = true;
      }
    }
  }

private:
  void change(RequestId id, const ChangeRequest& request) {
    const auto response = wire_.exchange_of(wire_.codec().encode(request));
    const std::string text = padded(response.body);
    weex::ChangeResult result = wire_.codec().decode_change(request, Wire::body_of(text));
    INFO(response.body);
    REQUIRE((result.understood || result.error.code != 0));
    ChangeAnswer out;
    out.id = id;
    out.outcome = outcome_of_change(reaction_to(result.error, response.status));
    out.venue_id = result.venue_id;
    if (result.error.code != 0) {
      out.message = "refused"; // each generation has its own codes
      last_refusal = result.error.message;
    }
    const auto* placed = std::get_if<PlaceOrder>(&request);
    const auto* stop = std::get_if<PlaceStop>(&request);
    if (out.venue_id != 0 && (placed != nullptr || stop != nullptr)) {
      client_ids_[out.venue_id] = placed != nullptr ? placed->client_id : stop->client_id;
    }
    engine_->process(out);
  }

  QueryAnswer answer(RequestId id, const Query& query) {
    QueryAnswer out;
    out.id = id;
    out.query = query;
    weex::PageState page;
    do {
      const auto response = wire_.exchange_of(wire_.codec().encode(query, page));
      const std::string text = padded(response.body);
      weex::VenueError error;
      INFO(response.body);
      REQUIRE(wire_.codec().decode_page(query, Wire::body_of(text), page, out.payload, error) ==
              weex::ParseError::none);
      REQUIRE(error.code == 0);
    } while (page.more);
    if (auto* fills = std::get_if<std::vector<Fill>>(&out.payload)) {
      name(*fills);
    }
    if (auto* told = std::get_if<ServerTime>(&out.payload)) {
      told->sent = told->received = wire_.wall_now();
    }
    if (auto* account = std::get_if<AccountSnapshot>(&out.payload)) {
      account->wall_time = wire_.wall_now();
    }
    return out;
  }
  void name(std::vector<Fill>& fills) const {
    for (Fill& fill : fills) {
      if (const auto known = client_ids_.find(fill.venue_order_id); known != client_ids_.end()) {
        fill.client_id = known->second;
      }
    }
  }

  void on_private(weex::PrivateFrame& frame) {
    if (private_cut_) {
      lost_fills += frame.fills.size();
      return;
    }
    for (const VenueOrder& order : frame.orders) {
      if (const auto id = ClientOrderId::parse(order.client_id)) {
        client_ids_[order.venue_id] = *id;
      }
      engine_->process(VenueOrderUpdate{order});
    }
    name(frame.fills);
    for (const Fill& fill : frame.fills) {
      engine_->process(fill);
    }
    for (const Position& position : frame.positions) {
      engine_->process(position);
    }
    if (frame.kind == weex::FrameKind::account) {
      Query balance;
      const QueryAnswer told = answer(0, balance);
      engine_->process(std::get<AccountSnapshot>(told.payload));
    }
  }

  void on_public(const weex::PublicFrame& frame) {
    if (public_cut_) {
      lost_candles += frame.candles.size();
      return;
    }
    for (const CandleRow& row : frame.candles) {
      engine_->process(row);
    }
    Tick tick;
    tick.symbol = frame.symbol;
    Timestamp& newest = newest_[frame.symbol];
    for (const weex::TradeRow& trade : frame.trades) {
      if (trade.time >= newest) {
        newest = tick.exchange_time = trade.time;
        tick.last = trade.price;
        tick.traded = trade.size;
        engine_->process(tick);
      }
    }
    tick = Tick{};
    tick.symbol = frame.symbol;
    tick.exchange_time = newest;
    if (newest == Timestamp{}) {
      return;
    }
    if (frame.kind == weex::FrameKind::ticker) {
      tick.mark = frame.ticker.mark; // v3 tells the index too: left out, to compare like with like
      engine_->process(tick);
    }
    weex::DepthChain& book = books_[frame.symbol];
    if (frame.kind == weex::FrameKind::depth &&
        book.apply(frame.depth) == weex::DepthChain::Result::applied) {
      tick.best_bid = book.best_bid();
      tick.best_ask = book.best_ask();
      tick.bid_depth = book.bid_depth();
      tick.ask_depth = book.ask_depth();
      engine_->process(tick);
    }
  }

  Wire& wire_;
  Engine* engine_ = nullptr;
  std::deque<std::function<void()>> queue_;
  std::set<Symbol> subscribed_;
  std::map<VenueOrderId, ClientOrderId> client_ids_;
  std::map<Symbol, Timestamp> newest_;
  std::map<Symbol, weex::DepthChain> books_;
  bool private_cut_ = false, public_cut_ = false;
};

/// One record as the journal would store it: names and exact texts.
struct TextArchive {
  static constexpr bool kReading = false;
  std::string& out;
  void integer(const char* name, std::int64_t value) { add(name, std::to_string(value)); }
  void text(const char* name, const std::string& value) { add(name, value); }
  void real(const char* name, double value) { add(name, double_text(value)); }
  void add(const char* name, const std::string& value) {
    out += std::string(name) + "=" + value + "\n";
  }
};
template <class Record> std::string text_of(const Record& record) {
  std::string out;
  TextArchive archive{out};
  journal::Table<Record>::fields(archive, record);
  return out;
}

/// Durable at once.
class Notebook final : public JournalSink {
public:
  void set_engine(Engine* engine) { engine_ = engine; }
  std::uint64_t submit(std::vector<JournalRecord> records) override {
    for (const JournalRecord& record : records) {
      if (const auto* decision = std::get_if<DecisionRecord>(&record)) {
        decisions.push_back(text_of(*decision));
      } else if (const auto* fill = std::get_if<Fill>(&record)) {
        fills.push_back(text_of(*fill));
        fill_ids.push_back(fill->venue_fill_id);
      }
    }
    engine_->process(JournalAck{++submissions_, true, {}});
    return submissions_;
  }
  std::vector<std::string> decisions, fills;
  std::vector<VenueFillId> fill_ids;

private:
  Engine* engine_ = nullptr;
  std::uint64_t submissions_ = 0;
};

/// How often each stream is cut, and for how long; zero = never. Data time.
struct Cuts {
  Duration private_every{}, public_every{}, length{};
};

struct Run {
  std::vector<std::string> decisions, fills;
  Notional equity;
  std::size_t venue_fills = 0;
  std::string refusals;              ///< the last one's text
  std::vector<std::uint64_t> bars;   ///< per pair
  std::vector<VenueFillId> fill_ids; ///< in the order of the journal
  std::size_t lost_fills = 0, lost_candles = 0;
  std::uint64_t requests = 0;
};

inline Run run_over(const std::string& api, Duration length, const Cuts& cuts = {}) {
  struct Config : caf::actor_system_config {
    Config() { set("scheduler.max-threads", std::size_t{1}); }
  } config;
  caf::actor_system system{config};
  VirtualTime time;
  Wire wire(api, 22, time);
  Ports ports(wire);
  Notebook notebook;
  const auto settings = parse_config(demo_config_toml(), "demo");
  REQUIRE(settings);
  const auto model = model_for("");
  REQUIRE(model);
  Engine engine(system, *settings, *model, EngineOptions{},
                {ports, ports, notebook, time, time.arm(), {}, nullptr}, Ledger(1));
  ports.set_engine(&engine);
  notebook.set_engine(&engine);
  wire.open_streams();
  engine.start();
  const auto all = Symbol::all();
  ports.subscribe({all.begin(), all.end()});
  for (const Link link : {Link::rest, Link::private_stream, Link::public_stream}) {
    engine.process(LinkEvent{link, true, time.now()});
  }
  ports.settle();
  const Timestamp end = wire.data_now() + length;
  while (wire.data_now() < end) {
    const Timestamp next = wire.data_now() + wire.step_length();
    while (const auto token = time.next_before(next)) {
      engine.process(TimerFired{*token});
      ports.settle();
    }
    // The private stream dies at full minutes, when decisions are made; the public one rarely, for
    // the guard pauses a pair after each silence.
    const auto at = [&](Duration every, Duration when) {
      const Duration into{next.ns() % std::max(every, Duration{1}).count()};
      return every > Duration::zero() && into >= when && into < when + wire.step_length();
    };
    if (at(cuts.private_every, Duration::zero())) {
      ports.lose_private(); // ten seconds until it is noticed
    }
    time.set(next);
    wire.step();
    ports.settle();
    for (const bool begins : {true, false}) {
      const Duration shift = begins ? Duration::zero() : cuts.length;
      if (at(cuts.private_every, std::chrono::seconds(10) + shift)) {
        ports.cut_private(begins);
      }
      if (at(cuts.public_every, std::chrono::minutes(40) + shift)) {
        ports.cut_public(begins);
      }
    }
    ports.settle();
  }
  const EngineStatus status = engine.status();
  CHECK(status.restarts == 0);
  CHECK(status.reconciled);
  for (const PairStatus& pair : status.pairs) {
    CHECK(pair.warm);
  }
  Run run{notebook.decisions, notebook.fills,     wire.equity(),
          wire.fills(),       ports.last_refusal, {},
          notebook.fill_ids,  ports.lost_fills,   ports.lost_candles,
          wire.requests};
  for (const PairStatus& pair : status.pairs) {
    run.bars.push_back(pair.bars);
  }
  return run;
}

} // namespace rg::test
