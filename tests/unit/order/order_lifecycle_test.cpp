#include "actors/order/order_lifecycle.hpp"
#include "tests/support/trading_builders.hpp"

#include <set>

using namespace rg;
using enum rg::OrderState;

namespace {

constexpr std::array kAll{intended, journalled, queued,   sent,    acked,   partially_filled,
                          filled,   cancelled,  rejected, expired, unknown, written_off};

} // namespace

TEST_CASE("the life of an order is this table and nothing else", "[unit][order]") {
  const std::set<std::pair<OrderState, OrderState>> allowed{
      {intended, journalled},
      {intended, queued},
      {intended, cancelled},
      {intended, expired},
      {intended, unknown},
      {journalled, queued},
      {journalled, cancelled},
      {journalled, expired},
      {journalled, unknown},
      {queued, sent},
      {queued, cancelled},
      {queued, expired},
      {queued, unknown},
      {queued, acked},
      {queued, partially_filled},
      {queued, filled},
      {sent, queued},
      {sent, acked},
      {sent, partially_filled},
      {sent, filled},
      {sent, cancelled},
      {sent, rejected},
      {sent, expired},
      {sent, unknown},
      {acked, partially_filled},
      {acked, filled},
      {acked, cancelled},
      {acked, rejected},
      {acked, expired},
      {acked, unknown},
      {partially_filled, partially_filled},
      {partially_filled, filled},
      {partially_filled, cancelled},
      {partially_filled, expired},
      {partially_filled, unknown},
      {unknown, acked},
      {unknown, partially_filled},
      {unknown, filled},
      {unknown, cancelled},
      {unknown, rejected},
      {unknown, expired},
      {unknown, written_off},
  };
  for (const OrderState from : kAll) {
    for (const OrderState to : kAll) {
      INFO(to_string(from) << " -> " << to_string(to));
      REQUIRE(may_move(from, to) == allowed.contains({from, to}));
    }
  }
}

TEST_CASE("a finished order stays finished, and only searching ends in written off",
          "[unit][order]") {
  for (const OrderState from : kAll) {
    for (const OrderState to : kAll) {
      REQUIRE_FALSE((is_terminal(from) && may_move(from, to)));
    }
    REQUIRE(may_move(from, written_off) == (from == unknown));
  }
}

TEST_CASE("an event carries the order, and its note is cut to fit", "[unit][order]") {
  Order o;
  o.decision = {Symbol::from_id(6), test::at(0s), DecisionKind::signal, 0};
  o.id = derive_client_order_id(1, o.decision, OrderRole::entry, 3);
  o.quantity = test::qty("2");
  o.filled = test::qty("1");
  const OrderEvent e =
      make_event(o, sent, partially_filled, test::at(1s), test::at(2s), std::string(500, 'x'));
  REQUIRE(e.from == sent);
  REQUIRE(e.to == partially_filled);
  REQUIRE(e.filled == test::qty("1"));
  REQUIRE(e.note.back() == '\0');
  REQUIRE(std::string(e.note.data()).size() == e.note.size() - 1);
  REQUIRE(attempt_of(o.id) == 3);
  REQUIRE(attempt_of(ClientOrderId{}) == 0);
}
