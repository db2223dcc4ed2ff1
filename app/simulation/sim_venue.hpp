#pragma once
// The exchange of a simulated run: the same matching core, and the same REST protocol, as the
// embedded exchange serves over sockets; here in virtual time, with a clock that may be wrong and
// an account that others touch.

#include "app/simulation/sim_agenda.hpp"
#include "app/simulation/sim_faults.hpp"
#include "app/simulation/sim_world.hpp"
#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/rest_api.hpp"
#include "infra/exchange/streams.hpp"
#include "infra/market/random_stream.hpp"

#include <string>
#include <vector>

namespace rg::sim {

/// Hears what happens at the exchange, at the moment at which it happens there.
class VenueWatch {
public:
  virtual ~VenueWatch() = default;
  /// A request that counts against the order limit was answered.
  virtual void on_order_request(const net::ServerRequest& request, int status, Timestamp wall) = 0;
  virtual void on_events(const std::vector<exchange::CoreEvent>& events) = 0;
  virtual void on_step() = 0;
  /// Somebody else is about to trade on the account, or to take money out of it.
  virtual void on_outside() = 0;
  /// The owner's transfer changed the account's equity.
  virtual void on_transfer(double before, double after) = 0;
};

struct SimCredentials {
  static constexpr const char* kKey = "simulated-key";
  static constexpr const char* kSecret = "simulated-secret";
  static constexpr const char* kPassphrase = "simulated";
};

class SimVenue {
public:
  static constexpr exchange::AccountIndex kAccount = 0;

  SimVenue(SimAgenda& agenda, FaultInjector& faults, const SimMarketOptions& market,
           Notional deposit);

  void set_watch(VenueWatch* watch) { watch_ = watch; }

  /// Hears of the same events; may be empty.
  void set_counter(std::function<void(const std::vector<exchange::CoreEvent>&)> counter) {
    counter_ = std::move(counter);
  }

  /// A request arrives now. Its private events go out before it is answered.
  [[nodiscard]] net::HttpResponse handle(const net::HttpRequest& request);
  /// A websocket handshake arrives now; an answer refuses it.
  [[nodiscard]] std::optional<net::HttpResponse>
  open_stream(const net::HttpRequest& request, std::shared_ptr<net::WsSession> session,
              net::WsHandler& handler);
  /// Sends what is due on the websockets, now and when something comes to be due later.
  void flush_streams();
  /// One market step of this length with what strikes venue and account in it.
  void step(Duration length);
  /// Wall time as the venue's clock shows it.
  [[nodiscard]] Timestamp clock() const { return agenda_.now() + skew_; }

  [[nodiscard]] exchange::ExchangeCore& core() { return core_; }
  [[nodiscard]] const exchange::ExchangeCore& core() const { return core_; }
  [[nodiscard]] const exchange::Account& account() const { return core_.account(kAccount); }
  [[nodiscard]] const exchange::PositionRow& position(Symbol s, PositionSide side) const {
    return account().ledger.position(s, side);
  }
  [[nodiscard]] bool skewed() const { return skew_ != Duration{}; }

private:
  void publish();
  void strike_market();
  void strike_account();
  void strike_transfer();
  void strike_liquidation();
  [[nodiscard]] std::vector<Symbol> held() const;
  [[nodiscard]] bool waits(exchange::OrderOrigin origin) const;
  [[nodiscard]] Symbol victim(std::uint64_t draw, bool prefer_held) const;
  void force(exchange::FaultKind kind, Symbol symbol, double size);

  SimAgenda& agenda_;
  FaultInjector& faults_;
  SimMarket* market_; ///< owned by the core
  exchange::ExchangeCore core_;
  exchange::KeyRing keys_;
  exchange::RestApi rest_;
  VenueWatch* watch_ = nullptr;
  std::function<void(const std::vector<exchange::CoreEvent>&)> counter_;
  exchange::Streams streams_;
  Timestamp flush_at_; ///< wall; the agenda wakes the websockets then
  Duration skew_{};
  Notional give_back_; ///< taken out for a liquidation
};

} // namespace rg::sim
