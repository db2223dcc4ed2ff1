#pragma once
// The checks that each entry passes right before it becomes an order (design §9). They repeat
// nothing of the caps: here it is about the order itself, the freshness of what it was decided on,
// and repetition.

#include "messages/orders/order_intent.hpp"
#include "messages/settings/settings.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace rg {

/// What the desk knows when the intent arrives.
struct DeskSituation {
  Timestamp data_now;
  Price mark;          ///< 0 = none yet
  Timestamp mark_time; ///< data time
  bool clock_uncertain = false;
  bool public_link_down = false;  ///< no market data
  bool private_link_down = false; ///< no news of orders, or no way to send them
  bool entry_live = false;        ///< an entry of the pair is on its way
  bool entry_unknown = false;     ///< ... and nobody knows whether it was executed
  /// Own resting orders of the pair on the other side: lowest sell, highest buy; 0 = none.
  Price own_best_ask, own_best_bid;
};

class PreTradeChecks {
public:
  explicit PreTradeChecks(const OrderSettings& settings) : settings_(settings) {}

  void set_settings(const OrderSettings& settings) { settings_ = settings; }

  /// `none`, or the first check that refuses the entry.
  [[nodiscard]] Refusal check(const OrderIntent& entry, const ContractRules& rules,
                              const DeskSituation& now) const;
  void accepted(const OrderIntent& entry, Timestamp data_now);
  /// An entry got its first fill: counts towards the repeated-execution throttle.
  void executed(Symbol symbol, Rule rule, Timestamp data_time);
  /// A decision of an earlier run: never again.
  void restore_decision(const DecisionId& decision);

  /// Same pair, side, quantity and price within this data time is the same order twice.
  static constexpr Duration kDuplicateWindow = 60s;

private:
  struct Content {
    Side side = Side::buy;
    Quantity quantity;
    Price limit;
    Timestamp at; ///< data time; zero = none
  };
  struct Execution {
    Rule rule = Rule::none;
    Timestamp at;
  };
  [[nodiscard]] Refusal freshness(const OrderIntent& entry, const DeskSituation& now) const;
  [[nodiscard]] Refusal form(const OrderIntent& entry, const ContractRules& rules) const;
  [[nodiscard]] Refusal repetition(const OrderIntent& entry, const DeskSituation& now) const;

  OrderSettings settings_;
  std::array<Content, Symbol::kCount> last_content_{};
  std::array<std::int64_t, Symbol::kCount> last_stamp_ms_{-1, -1, -1, -1, -1, -1, -1, -1};
  std::array<std::vector<Execution>, Symbol::kCount> executions_;
};

} // namespace rg
