#pragma once
// What goes wrong at the embedded exchange, and how often: seeded rates, one generator per kind of
// fault, so that switching one kind on leaves the others where they were.

#include "infra/exchange/venue_changes.hpp"
#include "infra/market/random_stream.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"
#include "messages/units/timestamp.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rg::exchange {

enum class FaultKind : std::uint8_t {
  // One draw per REST request.
  rate_limit_burst,   ///< `length` requests in a row are answered 429
  server_error,       ///< 500 with the error envelope; not executed
  bad_gateway,        ///< 502 with a body that is no JSON; not executed
  executed_502,       ///< the same, but after execution
  ip_refused,         ///< 521
  timeout_before,     ///< never executed, never answered
  timeout_after,      ///< executed, never answered
  drop_before,        ///< connection cut before execution
  drop_after,         ///< executed, connection cut
  slow_answer,        ///< executed, answered after `delay_ms`
  client_oid_null,    ///< acks hide the client id
  chinese_message,    ///< errors speak Chinese
  extra_fields,       ///< unknown members in objects
  numbers_as_strings, ///< ids change their JSON type
  // One draw per websocket message.
  ws_drop,       ///< connection cut
  ws_lose,       ///< message lost
  ws_duplicate,  ///< message sent twice
  ws_delay,      ///< message `delay_ms` late, later ones overtake it
  ws_corrupt,    ///< message garbled
  ws_mute,       ///< no message at all for `delay_ms`
  depth_skip,    ///< a depth version is left out
  depth_crossed, ///< a depth message crosses bid and ask
  // One draw per pair and market step.
  candle_gap, ///< no trades for `length` minutes
  price_gap,  ///< the price jumps by ± `size` for good
  // One draw per account and market step.
  stop_vanishes, ///< one waiting stop disappears
  outside_close, ///< somebody closes one position by hand
  outside_order, ///< somebody places an order by hand
  // One draw per cancel.
  cancel_race, ///< the order fills first
  // No draw: on while its rule is active.
  clock_skew, ///< the venue's clock is `delay_ms` ahead (negative: behind)
};
inline constexpr std::size_t kFaultKindCount = static_cast<std::size_t>(FaultKind::clock_skew) + 1;
[[nodiscard]] std::string_view to_string(FaultKind kind);
[[nodiscard]] std::optional<FaultKind> parse_fault_kind(std::string_view name);

struct FaultRule {
  double rate = 0.0;            ///< probability per draw, [0, 1]
  std::uint32_t length = 5;     ///< requests or minutes
  std::int64_t delay_ms = 1000; ///< wall
  double size = 0.02;           ///< fraction of the price
  std::string only;             ///< strikes only subjects (paths, channels) that contain this text
  double from_s = 0.0;          ///< wall seconds since the start at which the rule begins …
  double to_s = std::numeric_limits<double>::infinity();         ///< … and ends
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max(); ///< injections in all
};

class FaultPlan {
public:
  explicit FaultPlan(std::uint64_t seed = 0);

  /// {"seed": 7, "faults": {"timeout_after": {"rate": 0.01, "only": "placeOrder"}, …},
  /// "changes": [{"at_s": 30, "maintenance": "begin"}, …]}. Unknown kinds and keys, and values out
  /// of range, are refused with the key's name.
  [[nodiscard]] static Result<FaultPlan, InputError> parse(std::string_view json,
                                                           const std::string& where);
  [[nodiscard]] static Result<FaultPlan, InputError> load(const std::string& path);

  void set(FaultKind kind, const FaultRule& rule);
  [[nodiscard]] const FaultRule& rule(FaultKind kind) const { return rules_[index(kind)]; }
  /// Wall time since the exchange started; rules have windows of it.
  void set_elapsed(Duration elapsed) { elapsed_ = elapsed; }

  void set_changes(std::vector<TimedChange> changes) { changes_ = std::move(changes); }
  /// The next scheduled change whose time has come, each once.
  [[nodiscard]] std::optional<VenueChange> take_due_change();

  /// Draws: does this fault strike now? Counted when it does. No rule, no draw, no cost.
  [[nodiscard]] bool strikes(FaultKind kind, std::string_view subject = {});
  /// For faults without a draw.
  [[nodiscard]] bool active(FaultKind kind) const;
  /// A number for choosing among victims, from the stream of that kind.
  [[nodiscard]] std::uint64_t pick(FaultKind kind, std::uint64_t n);

  [[nodiscard]] std::uint64_t injected(FaultKind kind) const { return injected_[index(kind)]; }
  [[nodiscard]] bool any() const { return any_; }

private:
  [[nodiscard]] static std::size_t index(FaultKind k) { return static_cast<std::size_t>(k); }

  std::uint64_t seed_;
  std::array<FaultRule, kFaultKindCount> rules_{};
  std::vector<RandomStream> streams_;
  std::array<std::uint64_t, kFaultKindCount> injected_{};
  std::vector<TimedChange> changes_; ///< by time
  std::size_t changes_done_ = 0;
  Duration elapsed_{};
  bool any_ = false;
};

} // namespace rg::exchange
