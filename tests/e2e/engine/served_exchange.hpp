#pragma once
// The embedded exchange inside the test's process, over TLS, with a hand on its core: what somebody
// else does on the account is done there.

#include "infra/clock/system_clock.hpp"
#include "infra/exchange/exchange_server.hpp"
#include "infra/market/synthetic_market.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace rg::test {

inline const Symbol kBtc = *Symbol::parse("BTC");
inline const Symbol kEth = *Symbol::parse("ETH");

class ServedExchange {
public:
  /// By default the market runs as fast as life, so a test sees at most a few steps of it.
  explicit ServedExchange(double speed = 1.0)
      : server_(options(speed), std::make_unique<SyntheticMarket>(SyntheticOptions{})) {}

  /// What `regimeguard exchange` would print.
  [[nodiscard]] nlohmann::json greeting() const {
    const exchange::Credentials& c = server_.credentials();
    return {{"rest_url", server_.rest_url()},
            {"ws_public_url", server_.ws_public_url()},
            {"ws_private_url", server_.ws_private_url()},
            {"ws_v3_public_url", server_.ws_v3_public_url()},
            {"ws_v3_private_url", server_.ws_v3_private_url()},
            {"ca_file", server_.ca_file()},
            {"credentials",
             {{"api_key", c.api_key}, {"secret_key", c.secret_key}, {"passphrase", c.passphrase}}}};
  }

  // ---- somebody else on the same account ----
  /// Buys at market; with a stop 5 % below, or without one.
  void buy(Symbol symbol, const std::string& size, bool with_stop) {
    place(symbol, size, true, with_stop, {});
  }
  /// A resting buy order 0.5 % below the market.
  void rest(Symbol symbol, const std::string& size, const std::string& client_oid = {}) {
    place(symbol, size, false, false, client_oid);
  }

  /// All waiting stops vanish.
  void drop_stops() {
    server_.with_core([&](exchange::ExchangeCore& core) {
      core.cancel_all(0, std::nullopt, true, SystemClock().now());
    });
  }

  // ---- the venue itself ----
  /// A change as `regimeguard exchange` takes it, such as {"maintenance": "begin"}.
  void change(const std::string& json) {
    auto read = exchange::parse_change(json, "change");
    INFO((read ? std::string() : read.error().text()));
    REQUIRE(read);
    server_.with_core([&](exchange::ExchangeCore& core) {
      const auto refusal = core.apply(*read);
      INFO((refusal ? refusal->message : std::string()));
      REQUIRE_FALSE(refusal);
    });
  }

  // ---- how things stand there ----
  /// Opening orders that clients placed on the pair so far.
  [[nodiscard]] std::size_t entries(Symbol symbol) {
    std::size_t n = 0;
    server_.with_core([&](exchange::ExchangeCore& core) {
      const exchange::Account& account = core.account(0);
      const auto count = [&](const exchange::Order& o) {
        n += o.opens && o.symbol == symbol ? 1 : 0;
      };
      std::for_each(account.done.begin(), account.done.end(), count);
      std::for_each(account.live.begin(), account.live.end(),
                    [&](const auto& entry) { count(entry.second); });
    });
    return n;
  }
  [[nodiscard]] Notional equity() { return server_.stats().equity.at(0); }
  [[nodiscard]] Quantity held(Symbol symbol) {
    Quantity sum;
    server_.with_core([&](exchange::ExchangeCore& core) {
      sum = core.account(0).ledger.position(symbol, PositionSide::long_side).size;
    });
    return sum;
  }
  [[nodiscard]] bool flat() {
    bool yes = false;
    server_.with_core([&](exchange::ExchangeCore& core) { yes = core.account(0).ledger.flat(); });
    return yes;
  }
  [[nodiscard]] std::size_t live_orders() {
    std::size_t n = 0;
    server_.with_core([&](exchange::ExchangeCore& core) { n = core.account(0).live.size(); });
    return n;
  }
  [[nodiscard]] std::uint64_t order_requests() { return server_.stats().order_requests; }

private:
  static exchange::ExchangeServerOptions options(double speed) {
    exchange::ExchangeServerOptions o;
    o.speed = speed;
    o.core.listing_lag = std::chrono::milliseconds(300);
    return o;
  }
  static exchange::SentNumber near(const exchange::ExchangeCore& core, Symbol symbol,
                                   double factor) {
    const Price tick = contract_defaults()[symbol.id()].tick_size;
    const Price price = Price::from_double(core.last(symbol).to_double() * factor, Rounding::down)
                            .to_step(tick, Rounding::down);
    return exchange::SentNumber::parse(price.text());
  }
  void place(Symbol symbol, const std::string& size, bool market, bool with_stop,
             const std::string& client_oid) {
    server_.with_core([&](exchange::ExchangeCore& core) {
      exchange::NewOrder order;
      order.client_oid = client_oid.empty() ? "by-hand-" + std::to_string(++placed_) : client_oid;
      order.symbol = symbol;
      order.market = market;
      order.size = exchange::SentNumber::parse(size);
      if (!market) {
        order.price = near(core, symbol, 0.995);
      }
      if (with_stop) {
        order.preset_stop_loss = near(core, symbol, 0.95);
      }
      const auto placed = core.place(0, order, Timestamp{});
      INFO((placed ? std::string() : placed.error().message));
      REQUIRE(placed);
    });
  }

  exchange::ExchangeServer server_;
  int placed_ = 0;
};

} // namespace rg::test
