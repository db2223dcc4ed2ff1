#pragma once

#include "messages/orders/order_intent.hpp"

namespace rg {

class PortfolioModel;

/// An intent that has passed every cap. Only the portfolio model can make one, and the order desk
/// takes nothing else: there is no second way to send an order.
class ApprovedIntent {
public:
  [[nodiscard]] const OrderIntent& intent() const { return intent_; }
  [[nodiscard]] const Decision& decision() const { return intent_.decision; }

private:
  friend class PortfolioModel;
  explicit ApprovedIntent(const OrderIntent& intent) : intent_(intent) {}
  OrderIntent intent_;
};

} // namespace rg
