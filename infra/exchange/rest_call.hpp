#pragma once
// One REST call on its way through an endpoint, and what a generation of the protocol consists of.

#include "infra/exchange/json_writer.hpp"
#include "infra/exchange/parameters.hpp"
#include "infra/exchange/request_auth.hpp"

#include <span>

namespace rg::exchange {

/// Choices that the documents leave open (weex-api §15, §16).
struct ProtocolOptions {
  bool echo_client_oid = true;        ///< v2 acks name the client's id; else null, as documented
  bool candles_newest_first = true;   ///< v2; v3 is documented oldest first
  bool cancel_unknown_as_row = false; ///< a row that failed instead of an error
  bool live_style_plans = true;       ///< v2: "UNTRIGGERED"/"CLOSE_LONG" instead of digits
  bool batch_orders = true; ///< v3: POST batchOrders as documented; else -1150, as seen live
  bool bare_acks = false;   ///< v3: acks of settings leave `msg` empty, for clients that take any
                            ///< text there for an error
  std::uint32_t v3_weight_per_ten_seconds = 500; ///< the core's own limit stays the upper bound
  Notional demo_deposit = Notional::from_raw(50'000 * kFixedScale); ///< of v3's demo accounts
};

struct Call {
  ExchangeCore& core;
  const ProtocolOptions& options;
  const Parameters& in;
  JsonWriter& out;
  Timestamp wall;
  AccountIndex account = 0;        ///< private endpoints
  const KeyFlags* flags = nullptr; ///< private endpoints
  bool hide_client_oid = false;    ///< injected fault
  bool demo = false;               ///< v3's demo trading: `account` is the demo one

  [[nodiscard]] Account& acc() const { return core.account(account); }
  [[nodiscard]] bool echo() const { return options.echo_client_oid && !hide_client_oid; }
};

/// How an endpoint counts against the order limit.
enum class OrderItems : std::uint8_t { none, one, batch };

struct Route {
  std::string_view method, path; ///< the path behind the generation's prefix
  bool is_private;
  bool changes; ///< needs the trading permission
  OrderItems items;
  std::uint32_t ip_weight, uid_weight;
  void (*serve)(Call&);
  bool demo = false; ///< on the key's demo account
};

/// One generation of the REST protocol.
struct RestProtocol {
  std::string_view prefix; ///< "/capi/v2/"
  std::span<const Route> routes;
  const Spelling* spelling;
  const Spelling* demo_spelling;
  ApiError (*door)(DoorRefusal refusal, std::string_view method);
  ApiError (*auth)(AuthFailure failure);
  void (*write_error)(JsonWriter& out, const ApiError& error, std::string_view text,
                      Timestamp wall);
  bool lower_weight_limit; ///< ProtocolOptions::v3_weight_per_ten_seconds applies
};
namespace v2 {
[[nodiscard]] const RestProtocol& rest_protocol();
}
namespace v3 {
[[nodiscard]] const RestProtocol& rest_protocol();
}

} // namespace rg::exchange
