#pragma once
// The REST side of the exchange, free of transport: a request in, a response out. The path decides
// which generation of the protocol answers; checks, limits and faults are the same for both.

#include "infra/exchange/rest_call.hpp"
#include "infra/net/http_server.hpp"

#include <functional>
#include <map>
#include <string>

namespace rg::exchange {

class RestApi {
public:
  RestApi(ExchangeCore& core, const KeyRing& keys, const ProtocolOptions& options);

  /// Answers in the venue's order of checks (weex-api §15.1). `wall` is the venue's clock.
  [[nodiscard]] net::HttpResponse handle(const net::ServerRequest& request, Timestamp wall);

  /// The same with faults from the core's plan: what becomes of the answer.
  enum class Fate : std::uint8_t {
    answer,
    late,  ///< after `delay`
    never, ///< the client waits until it gives up
    cut,   ///< the connection breaks
  };
  struct Outcome {
    Fate fate = Fate::answer;
    Duration delay{};
    net::HttpResponse response;
  };
  [[nodiscard]] Outcome handle_with_faults(const net::ServerRequest& request, Timestamp wall);

  [[nodiscard]] std::uint64_t signature_failures() const { return signature_failures_; }
  [[nodiscard]] std::uint64_t requests() const { return requests_; }
  /// 429 answers of all kinds, weight budgets and injected ones included.
  [[nodiscard]] std::uint64_t too_many() const { return too_many_; }
  /// Told of each request that counts against the order limit, with the status it was answered.
  using OrderObserver =
      std::function<void(const net::ServerRequest& request, int status, Timestamp wall)>;
  void on_order_request(OrderObserver observer) { order_observer_ = std::move(observer); }

private:
  struct Target {
    std::string path;  ///< one leading slash
    std::string query; ///< without '?'
  };
  [[nodiscard]] static Target split(std::string_view target);
  [[nodiscard]] static const RestProtocol& protocol_of(std::string_view path);
  [[nodiscard]] static const Route* route_of(const RestProtocol& protocol, std::string_view path,
                                             std::string_view method);
  [[nodiscard]] net::HttpResponse respond(const net::ServerRequest& request, Timestamp wall);
  void answer(const net::ServerRequest& request, const Target& target, Timestamp wall,
              JsonWriter& out);
  [[nodiscard]] const ApiKey& authenticate(const net::ServerRequest& request, const Target& target,
                                           const RestProtocol& protocol, const Route& route,
                                           Timestamp wall);
  void charge(const net::ServerRequest& request, const RestProtocol& protocol, const Route& route,
              Timestamp wall);
  [[nodiscard]] AccountIndex demo_account(AccountIndex account);
  [[nodiscard]] net::HttpResponse failure(const ApiError& error, const RestProtocol& protocol,
                                          const net::ServerRequest& request, Timestamp wall) const;

  ExchangeCore& core_;
  const KeyRing& keys_;
  ProtocolOptions options_;
  simdjson::dom::parser parser_;
  JsonWriter writer_;
  std::map<std::string, WeightBudget> by_address_;
  std::map<AccountIndex, AccountIndex> demo_accounts_; ///< opened at the first demo call
  std::uint64_t signature_failures_ = 0, requests_ = 0, too_many_ = 0;
  OrderObserver order_observer_; ///< may be empty
  std::uint32_t burst_left_ = 0; ///< injected 429s still to give
  bool force_chinese_ = false, hide_client_oid_ = false;
};

} // namespace rg::exchange
