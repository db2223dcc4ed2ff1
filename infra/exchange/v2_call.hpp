#pragma once
// One REST call on its way through the v2 endpoints: parameters in, JSON out.

#include "infra/exchange/exchange_core.hpp"
#include "infra/exchange/json_writer.hpp"
#include "infra/exchange/v2_words.hpp"

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rg::exchange::v2 {

/// Choices that the documents leave open (weex-api §15).
struct Options {
  bool echo_client_oid = true; ///< acks name the client's id; else null, as documented
  bool candles_newest_first = true;
  bool cancel_unknown_as_row = false; ///< result:false rows instead of 50005
  bool live_style_plans = true;       ///< "UNTRIGGERED"/"CLOSE_LONG" instead of digits
};

/// Parameters, whether from the query string or a JSON body.
class Parameters {
public:
  Parameters() = default;
  static Parameters from_query(std::string_view query);
  /// Throws 40017 when the text is no JSON object.
  static Parameters from_body(std::string_view body, simdjson::dom::parser& parser);
  static Parameters from_object(simdjson::dom::object object);

  /// Text of a string, number or bool; nothing when absent, null or empty.
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::string required(std::string_view name) const; ///< else 40019
  /// A whole number in [low, high]; else 40020.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name, std::int64_t low,
                                                    std::int64_t high) const;
  [[nodiscard]] std::optional<OrderId> id(std::string_view name) const;
  [[nodiscard]] std::optional<Timestamp> stamp(std::string_view name) const; ///< ms
  [[nodiscard]] std::optional<bool> boolean(std::string_view name) const;
  [[nodiscard]] SentNumber number(std::string_view name) const; ///< absent() when absent
  [[nodiscard]] std::optional<simdjson::dom::element> element(std::string_view name) const;
  /// A contract that this market lists. Absent: nothing. Unknown: 40020.
  [[nodiscard]] std::optional<Symbol> symbol(const ExchangeCore& core) const;
  [[nodiscard]] Symbol required_symbol(const ExchangeCore& core) const;
  /// For trading: other contracts of the venue are 50003, nonsense is 40020.
  [[nodiscard]] Symbol trading_symbol(const ExchangeCore& core) const;

private:
  std::vector<std::pair<std::string, std::string>> query_;
  std::optional<simdjson::dom::object> body_;
};

struct Call {
  ExchangeCore& core;
  const Options& options;
  const Parameters& in;
  JsonWriter& out;
  Timestamp wall;
  AccountIndex account = 0;        ///< private endpoints
  const KeyFlags* flags = nullptr; ///< private endpoints
  bool hide_client_oid = false;    ///< injected fault

  [[nodiscard]] Account& acc() const { return core.account(account); }
  [[nodiscard]] bool echo() const { return options.echo_client_oid && !hide_client_oid; }
};

/// Acks of weex-api §6, shapes 2 and 3.
void write_ack_200(Call& call);
void write_ack_00000(Call& call, std::string_view data);

// Market data (v2_market.cpp).
void get_time(Call& call);
void get_contracts(Call& call);
void get_ticker(Call& call);
void get_tickers(Call& call);
void get_depth(Call& call);
void get_trades(Call& call);
void get_candles(Call& call);
void get_history_candles(Call& call);
void get_index(Call& call);
void get_open_interest(Call& call);
void get_current_fund_rate(Call& call);
void get_funding_time(Call& call);
void get_history_fund_rate(Call& call);

// Account (v2_account.cpp).
void get_assets(Call& call);
void get_accounts(Call& call);
void get_account(Call& call);
void post_bills(Call& call);
void get_settings(Call& call);
void post_leverage(Call& call);
void post_adjust_margin(Call& call);
void post_auto_append(Call& call);
void get_all_positions(Call& call);
void get_single_position(Call& call);
void post_change_hold_model(Call& call);

// Orders (v2_orders.cpp).
void post_place_order(Call& call);
void post_batch_orders(Call& call);
void post_cancel_order(Call& call);
void post_cancel_batch(Call& call);
void post_cancel_all(Call& call);
void get_detail(Call& call);
void get_current(Call& call);
void get_history(Call& call);
void get_fills(Call& call);
void post_close_positions(Call& call);
void post_upload_ai_log(Call& call);

// Trigger orders (v2_triggers.cpp).
void post_plan_order(Call& call);
void post_cancel_plan(Call& call);
void get_current_plan(Call& call);
void get_history_plan(Call& call);
void post_place_tpsl(Call& call);
void post_modify_tpsl(Call& call);

/// A row of detail, current, history (v2_orders.cpp).
void write_order_row(JsonWriter& out, const Order& o);
/// A collateral row (v2_account.cpp), REST spelling.
void write_collateral(JsonWriter& out, const ExchangeCore& core, AccountIndex a);

} // namespace rg::exchange::v2
