// The engine over either generation of the protocol, in one thread and virtual time: our codec
// writes the request's bytes, the exchange's own handlers answer them, our codec reads the answer
// and every pushed frame. Same market, same decisions, to the last bit.

#include "actors/engine.hpp"
#include "infra/config/config_file.hpp"
#include "infra/config/model_file.hpp"
#include "infra/exchange/rest_api.hpp"
#include "infra/exchange/streams.hpp"
#include "infra/journal/tables.hpp"
#include "infra/market/synthetic_market.hpp"
#include "infra/weex/codec.hpp"
#include "infra/weex/depth_chain.hpp"
#include "messages/support/number_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/virtual_time.hpp"

#include <caf/actor_system_config.hpp>

#include <deque>
#include <map>
#include <set>
#include <sstream>

using namespace rg;

namespace {

constexpr const char* kSecret = "rg-demo-secret-0123456789abcdef";
const Notional kDeposit = Notional::from_raw(10'000 * kFixedScale);

struct Socket final : net::WsSession {
  std::deque<std::string> sent;
  void send(std::string text) override { sent.push_back(std::move(text)); }
  void close(const std::string&) override {}
  void drop() override {}
  [[nodiscard]] std::size_t queued_bytes() const override { return 0; }
};

/// Decoders may read a little behind a text.
std::string padded(const std::string& text) {
  return text + std::string(weex::json::kPadding, '\0');
}

/// The exchange and the wire to it, both ends in this thread.
class Wire {
public:
  Wire(const std::string& api, std::uint64_t seed, VirtualTime& time)
      : codec_(weex::make_codec(api)), time_(time),
        core_(core_options(), market(seed), exchange::FaultPlan{}), rest_(core_, keys_, {}),
        streams_(core_, keys_, {}, [this] { return time_.now(); }) {
    exchange::ApiKey key;
    key.credentials = {"key", kSecret, "phrase"};
    key.account = core_.add_account(kDeposit);
    keys_.add(key);
    time_.set(core_.data_now());
  }

  [[nodiscard]] net::HttpResponse exchange_of(const weex::WireRequest& wire) {
    net::ServerRequest r = signed_request(wire.method, wire.target, wire.body);
    ++requests;
    return rest_.handle(r, time_.now());
  }
  void open_streams() {
    open(codec_->private_stream_path(), private_socket_, private_handler_);
    open(codec_->public_stream_path(), public_socket_, public_handler_);
    for (const std::string& channel : codec_->private_channels()) {
      private_handler_.on_text(codec_->subscribe(channel));
    }
  }
  void subscribe(Symbol symbol) {
    for (const std::string& channel : codec_->public_channels(symbol)) {
      public_handler_.on_text(codec_->subscribe(channel));
    }
  }
  void step() { REQUIRE(core_.step(time_.now())); }
  /// Takes the frames that are waiting to be read: private ones first.
  template <class OnPrivate, class OnPublic>
  bool take_frames(OnPrivate on_private, OnPublic on_public) {
    streams_.publish(core_.take_events(), time_.now());
    streams_.flush(time_.now());
    bool any = false;
    for (; !private_socket_->sent.empty(); any = true) {
      const std::string text = padded(take(*private_socket_));
      REQUIRE(codec_->decode(body_of(text), private_frame_) == weex::ParseError::none);
      if (private_frame_.kind == weex::FrameKind::ping) {
        private_handler_.on_text(codec_->pong(private_frame_.ping_time));
      }
      on_private(private_frame_);
    }
    for (; !public_socket_->sent.empty(); any = true) {
      const std::string text = padded(take(*public_socket_));
      REQUIRE(codec_->decode(body_of(text), public_frame_) == weex::ParseError::none);
      if (public_frame_.kind == weex::FrameKind::ping) {
        public_handler_.on_text(codec_->pong(public_frame_.ping_time));
      }
      on_public(public_frame_);
    }
    return any;
  }
  static std::string_view body_of(const std::string& text) {
    return {text.data(), text.size() - weex::json::kPadding};
  }
  [[nodiscard]] weex::Codec& codec() { return *codec_; }
  [[nodiscard]] Timestamp wall_now() const { return time_.now(); }
  [[nodiscard]] Timestamp data_now() const { return core_.data_now(); }
  [[nodiscard]] Duration step_length() const { return core_.options().step; }
  [[nodiscard]] Notional equity() const { return core_.equity(0); }
  [[nodiscard]] std::size_t fills() const { return core_.account(0).fills.size(); }
  std::uint64_t requests = 0;

private:
  static exchange::CoreOptions core_options() {
    exchange::CoreOptions options;
    options.step = std::chrono::seconds(5); // shorter than what the guard calls silence
    return options;
  }
  static std::unique_ptr<MarketProcess> market(std::uint64_t seed) {
    SyntheticOptions options;
    options.seed = seed;
    return std::make_unique<SyntheticMarket>(options);
  }
  static std::string take(Socket& socket) {
    std::string text = std::move(socket.sent.front());
    socket.sent.pop_front();
    return text;
  }
  [[nodiscard]] net::ServerRequest signed_request(const std::string& method,
                                                  const std::string& target,
                                                  const std::string& body) const {
    net::ServerRequest r;
    r.remote_address = "127.0.0.1";
    r.http.method = method;
    r.http.target = target;
    r.http.body = body;
    const std::string stamp = std::to_string(time_.now().ms());
    const bool handshake = target.find("/ws/") != std::string::npos;
    const std::string text = stamp + (handshake ? "" : method) + target + body;
    r.http.headers = {{"User-Agent", "test/1"},
                      {"ACCESS-KEY", "key"},
                      {"ACCESS-SIGN", exchange::sign(kSecret, text)},
                      {"ACCESS-TIMESTAMP", stamp},
                      {"ACCESS-PASSPHRASE", "phrase"},
                      {"Content-Type", "application/json"},
                      {"locale", "en-US"}};
    return r;
  }
  void open(std::string_view path, const std::shared_ptr<Socket>& socket, net::WsHandler& handler) {
    const auto refused =
        streams_.open(signed_request("GET", std::string(path), ""), socket, handler);
    REQUIRE(!refused);
  }

  std::unique_ptr<weex::Codec> codec_;
  VirtualTime& time_;
  exchange::KeyRing keys_;
  exchange::ExchangeCore core_;
  exchange::RestApi rest_;
  exchange::Streams streams_;
  std::shared_ptr<Socket> private_socket_ = std::make_shared<Socket>();
  std::shared_ptr<Socket> public_socket_ = std::make_shared<Socket>();
  net::WsHandler private_handler_, public_handler_;
  weex::PrivateFrame private_frame_;
  weex::PublicFrame public_frame_;
};

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
      }
    }
    engine_->process(JournalAck{++submissions_, true, {}});
    return submissions_;
  }
  std::vector<std::string> decisions, fills;

private:
  Engine* engine_ = nullptr;
  std::uint64_t submissions_ = 0;
};

struct Run {
  std::vector<std::string> decisions, fills;
  Notional equity;
  std::size_t venue_fills = 0;
  std::string refusals; ///< the last one's text
  std::uint64_t requests = 0;
};

Run run_over(const std::string& api, Duration length) {
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
    time.set(next);
    wire.step();
    ports.settle();
  }
  const EngineStatus status = engine.status();
  CHECK(status.restarts == 0);
  CHECK(status.reconciled);
  for (const PairStatus& pair : status.pairs) {
    CHECK(pair.warm);
  }
  return {notebook.decisions, notebook.fills,     wire.equity(),
          wire.fills(),       ports.last_refusal, wire.requests};
}

} // namespace

TEST_CASE("over v2 and over v3 the engine decides the same, bit for bit", "[parity]") {
  const Duration length = std::chrono::hours(14);
  const Run v2 = run_over("v2", length);
  const Run v3 = run_over("v3", length);
  INFO(v2.decisions.size() << " decisions, " << v2.fills.size() << " fills over v2; "
                           << v3.decisions.size() << ", " << v3.fills.size() << " over v3; "
                           << v2.requests << " and " << v3.requests << " requests");
  // A comparison of nothing would prove nothing.
  REQUIRE(v2.decisions.size() > 20);
  INFO("the last decision: " << v2.decisions.back() << "refused by the venue: " << v2.refusals);
  REQUIRE(v2.fills.size() > 10);
  CHECK(v2.fills.size() == v2.venue_fills);
  for (std::size_t i = 0; i < std::min(v2.decisions.size(), v3.decisions.size()); ++i) {
    INFO("decision " << i);
    REQUIRE(v2.decisions[i] == v3.decisions[i]);
  }
  CHECK(v2.decisions.size() == v3.decisions.size());
  CHECK(v2.fills == v3.fills);
  CHECK(v2.equity == v3.equity);
}
