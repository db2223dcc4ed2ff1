#pragma once
// The whole engine with its real actors, gateway and market client on one loop, against the
// embedded exchange over TLS. The market stands still, so that every order is the test's own.

#include "actors/engine.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/config/model_file.hpp"
#include "infra/exchange/exchange_server.hpp"
#include "infra/market/synthetic_market.hpp"
#include "infra/weex/gateway.hpp"
#include "infra/weex/market.hpp"
#include "tests/support/trading_builders.hpp"
#include "tests/unit/net/net_test_support.hpp"

#include <caf/actor_system_config.hpp>

#include <array>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rg::test {

using namespace std::chrono_literals;

/// One request that counted against the order limit, as the exchange saw it.
struct SeenRequest {
  std::string path; ///< last part: placeOrder, cancelAllOrders, ...
  bool opens = false;
  int status = 0;
  Timestamp wall;
};

/// What the exchange was asked, in the order of arrival.
class RequestLog {
public:
  void add(const net::ServerRequest& request, int status, Timestamp wall) {
    SeenRequest seen;
    seen.path = request.http.target.substr(request.http.target.rfind('/') + 1);
    seen.status = status;
    seen.wall = wall;
    if (seen.path == "placeOrder") {
      const auto body = nlohmann::json::parse(request.http.body);
      const auto type = body.at("type").get<std::string>(); // 1, 2: opens; 3, 4: closes
      seen.opens = type == "1" || type == "2";
    }
    const std::lock_guard lock(mutex_);
    requests_.push_back(std::move(seen));
  }
  [[nodiscard]] std::vector<SeenRequest> all() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<SeenRequest> requests_;
};

/// Keeps records in memory; each submission is durable as soon as the loop turns again.
class MemoryJournal final : public JournalSink {
public:
  using Acknowledge = std::function<void(std::uint64_t)>;
  explicit MemoryJournal(Acknowledge acknowledge) : acknowledge_(std::move(acknowledge)) {}
  std::uint64_t submit(std::vector<JournalRecord> records) override {
    for (const JournalRecord& record : records) {
      if (const auto* event = std::get_if<OrderEvent>(&record)) {
        events.push_back(*event);
      } else if (const auto* decided = std::get_if<DecisionRecord>(&record)) {
        refused[to_string(decided->decision.refusal)] +=
            decided->decision.outcome == Outcome::refused ? 1 : 0;
      }
    }
    acknowledge_(++submissions_);
    return submissions_;
  }
  std::vector<OrderEvent> events;
  std::map<std::string, int> refused; ///< by reason

private:
  Acknowledge acknowledge_;
  std::uint64_t submissions_ = 0;
};

class LiveHouse {
public:
  LiveHouse() : server_(server_options(), std::make_unique<SyntheticMarket>(market_options())) {
    for (const Symbol symbol : Symbol::all()) {
      server_.with_core([&](exchange::ExchangeCore& core) {
        marks_[symbol.id()] = core.last(symbol);
        data_now_ = core.data_now();
      });
    }
    loop_.call([this] {
      build();
      return 0;
    });
  }
  ~LiveHouse() {
    loop_.call([this] {
      gateway_->stop();
      market_->stop();
      engine_.reset();
      market_.reset();
      gateway_.reset();
      system_.reset();
      return 0;
    });
  }

  /// Runs on the hot thread and gives back what it returns.
  template <class F> auto hot(F f) { return loop_.call(std::move(f)); }

  // ---- on the hot thread ----
  Engine& engine() { return *engine_; }
  [[nodiscard]] const std::vector<OrderEvent>& events() const { return journal_->events; }
  /// Each pair's newest entry, as last heard of; empty = none was given yet.
  [[nodiscard]] std::optional<OrderState> entry_state(Symbol symbol) const {
    for (auto e = events().rbegin(); e != events().rend(); ++e) {
      if (e->symbol == symbol && e->role == OrderRole::entry) {
        return e->to;
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] std::size_t entries_in(OrderState state) const {
    std::size_t n = 0;
    for (const Symbol symbol : Symbol::all()) {
      n += entry_state(symbol) == state ? 1 : 0;
    }
    return n;
  }
  /// Positions and unfinished orders, for the text of a failure.
  [[nodiscard]] std::string description() const {
    std::string out = engine_->context().desk_idle ? "idle" : "not idle";
    for (const PairStatus& pair : engine_->status().pairs) {
      if (!pair.position.is_flat()) {
        out += "\n" + std::string(pair.symbol.name()) + " " + pair.position.quantity.text();
      }
    }
    for (const auto& [reason, n] : journal_->refused) {
      out += "\nrefused: " + reason + " " + std::to_string(n);
    }
    std::map<std::string, const OrderEvent*> last;
    for (const OrderEvent& e : events()) {
      last[std::string(e.client_id.text())] = &e;
    }
    for (const auto& [id, e] : last) {
      if (!is_terminal(e->to)) {
        out += "\n" + id + " " + to_string(e->to) + " " + e->note.data();
      }
    }
    return out;
  }
  /// How many entries ever came into this state.
  [[nodiscard]] std::size_t entries_that_were(OrderState state) const {
    std::size_t n = 0;
    for (const OrderEvent& e : events()) {
      n += e.role == OrderRole::entry && e.to == state ? 1 : 0;
    }
    return n;
  }
  /// Gives the order desk an approved market entry with its stop. The caps are not the matter here:
  /// a portfolio of the test's own approves.
  /// @return whether the desk took it; it refuses e.g. while links are down.
  bool give_entry(Symbol symbol) {
    const ContractRules& rules = contract_defaults()[symbol.id()];
    const std::uint64_t n = ++given_[symbol.id()];
    OrderIntent intent;
    intent.kind = IntentKind::entry;
    intent.side = Side::buy;
    // Two sizes in turn: the same order twice within a minute would be refused as a duplicate.
    intent.quantity = Quantity::from_raw(rules.min_quantity.raw() * (n % 2 == 0 ? 2 : 1));
    intent.stop_price = Price::from_double(marks_[symbol.id()].to_double() * 0.9, Rounding::down)
                            .to_step(rules.tick_size, Rounding::down);
    intent.post_only = false;
    intent.expires = data_now_ + 1h;
    const Timestamp stamp = data_now_ - 60s + 1ms * static_cast<std::int64_t>(n);
    intent.decision.id = {symbol, stamp, DecisionKind::signal, 0};
    intent.decision.signal.symbol = symbol;
    intent.decision.signal.stamp = stamp;
    intent.decision.signal.side = Side::buy;
    intent.decision.signal.rule = Rule::trend;
    const Verdict verdict = approver_.review(intent, data_now_);
    RG_ASSERT(is_approved(verdict));
    approver_.on_desk_refusal(intent.decision); // its books stay empty
    const std::size_t orders = entries_that_were(OrderState::intended);
    engine_->context().order.send(std::get<ApprovedIntent>(verdict));
    engine_->context().unit.run();
    engine_->context().flush_records();
    return entries_that_were(OrderState::intended) > orders;
  }

  // ---- from the test's thread ----
  exchange::ExchangeServer& server() { return server_; }
  [[nodiscard]] const RequestLog& log() const { return log_; }
  /// Looks until `done` holds on the hot thread; false when it did not come.
  template <class F> bool wait(F done, std::chrono::seconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      if (hot(done)) {
        return true;
      }
      std::this_thread::sleep_for(2ms); // between two looks, nothing else
    }
    return hot(done);
  }

private:
  struct CafConfig : caf::actor_system_config {
    CafConfig() { set("scheduler.max-threads", std::size_t{1}); }
  };

  exchange::ExchangeServerOptions server_options() {
    exchange::ExchangeServerOptions options;
    options.paused = true; // until the test resumes it
    options.speed = 60.0;
    // A position that grows all the time never has its stop; here it is listed with the fill.
    options.core.listing_lag = 0ms;
    options.deposit = usd("1000000");
    options.on_order_request = [this](const net::ServerRequest& request, int status,
                                      Timestamp wall) { log_.add(request, status, wall); };
    return options;
  }
  static SyntheticOptions market_options() {
    SyntheticOptions options;
    options.history_minutes = 1'000 * 15 + 60;
    return options;
  }
  static PortfolioSettings wide_caps() {
    PortfolioSettings s;
    s.max_gross_leverage = s.max_net_leverage = s.max_pair_leverage = s.max_cluster_leverage = 19.0;
    s.leverage = 20.0;
    s.max_orders_per_day = 1'000'000;
    s.max_drawdown = s.max_daily_loss = 0.99;
    return s;
  }

  void build() {
    EngineSettings settings;
    settings.portfolio = wide_caps();
    settings.order.repeated_executions = 1'000'000;
    settings.guard.silence_halt = 24h; // the market stands still on purpose
    settings.exchange.rest_url = server_.rest_url();
    settings.exchange.ws_public_url = server_.ws_public_url();
    settings.exchange.ws_private_url = server_.ws_private_url();
    settings.exchange.ca_file = server_.ca_file();
    const exchange::Credentials& keys = server_.credentials();
    const weex::Credentials credentials{weex::Secret(keys.api_key), weex::Secret(keys.secret_key),
                                        weex::Secret(keys.passphrase)};
    for (const Symbol symbol : Symbol::all()) {
      approver_.on_mark(symbol, marks_[symbol.id()], data_now_);
    }
    system_ = std::make_unique<caf::actor_system>(config_);
    gateway_ =
        std::make_unique<weex::WeexGateway>(loop_.loop, clock_, settings.exchange, credentials);
    market_ = std::make_unique<weex::WeexMarket>(loop_.loop, clock_, settings.exchange);
    journal_ = std::make_unique<MemoryJournal>([this](std::uint64_t number) {
      loop_.loop.post([this, number] {
        if (engine_) {
          engine_->process(JournalAck{number, true, {}});
        }
      });
    });
    EngineOptions options;
    options.initial_equity = usd("1000000");
    EnginePorts ports{*gateway_,
                      *market_,
                      *journal_,
                      clock_,
                      [this](Timer::Token token, Duration delay) {
                        loop_.loop.timer().after(delay, [this, token] {
                          if (engine_) {
                            engine_->process(TimerFired{token});
                          }
                        });
                      },
                      {},
                      nullptr};
    engine_ = std::make_unique<Engine>(*system_, settings, model_for("").value(), options,
                                       std::move(ports), Ledger(1));
    gateway_->set_listener(engine_.get());
    market_->set_listener(engine_.get());
    engine_->start();
    gateway_->start();
    const auto all = Symbol::all();
    market_->subscribe({all.begin(), all.end()});
  }

  RequestLog log_;
  exchange::ExchangeServer server_;
  std::array<Price, Symbol::kCount> marks_{};
  std::array<std::uint64_t, Symbol::kCount> given_{};
  Timestamp data_now_;
  PortfolioModel approver_ = ready_portfolio(wide_caps(), usd("1000000"));
  SystemClock clock_;
  CafConfig config_;
  net::test::LoopThread loop_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<weex::WeexGateway> gateway_;
  std::unique_ptr<weex::WeexMarket> market_;
  std::unique_ptr<MemoryJournal> journal_;
  std::unique_ptr<Engine> engine_;
};

} // namespace rg::test
