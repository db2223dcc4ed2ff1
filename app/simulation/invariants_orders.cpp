// Invariants on requests and orders: limit, allow-list, one entry, caps, halts, direction.

#include "app/simulation/invariants.hpp"

#include <algorithm>

namespace rg::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t kVenueLimit = 10; // a second
/// What may be asked to change anything, as each generation spells it, and the member that carries
/// our id where an order is placed.
struct Allowed {
  std::string_view method, path, id_member;
};
constexpr std::array<Allowed, 13> kAllowed{{
    {"POST", "/capi/v2/order/placeOrder", "client_oid"},
    {"POST", "/capi/v2/order/placeTpSlOrder", "clientOrderId"},
    {"POST", "/capi/v2/order/cancel_order", ""},
    {"POST", "/capi/v2/order/cancel_plan", ""},
    {"POST", "/capi/v2/order/cancelAllOrders", ""},
    {"POST", "/capi/v2/account/leverage", ""},
    {"POST", "/capi/v3/order", "newClientOrderId"},
    {"POST", "/capi/v3/placeTpSlOrder", "clientAlgoId"},
    {"DELETE", "/capi/v3/order", ""},
    {"DELETE", "/capi/v3/algoOrder", ""},
    {"DELETE", "/capi/v3/allOpenOrders", ""},
    {"DELETE", "/capi/v3/algoOpenOrders", ""},
    {"POST", "/capi/v3/account/leverage", ""},
}};
constexpr Duration kOutsideGrace = 75s; // two looks of the regular reconciliation

std::string_view member(std::string_view body, std::string_view name) {
  std::string key(1, '"');
  key.append(name).append("\":\"");
  const auto at = body.find(key);
  if (at == std::string_view::npos) {
    return {};
  }
  const auto begin = at + name.size() + 4;
  return body.substr(begin, body.find('"', begin) - begin);
}

std::optional<Symbol> contract_named(std::string_view name) {
  for (const Symbol s : Symbol::all()) {
    if (name == s.name() || name == s.compact()) {
      return s;
    }
  }
  return std::nullopt;
}

/// The contract that a request names in its body or in its query; empty = none.
std::string_view contract_of(const net::HttpRequest& http) {
  const std::string_view target = http.target;
  const auto at = target.find("symbol=");
  return at == std::string_view::npos ? member(http.body, "symbol")
                                      : target.substr(at + 7, target.find('&', at) - at - 7);
}

bool opens_risk(const exchange::Order& order) {
  return order.opens && order.status != exchange::OrderStatus::untriggered;
}

} // namespace

// ---- at the exchange ----

void Invariants::on_order_request(const net::ServerRequest& request, int, Timestamp) {
  const Timestamp now = agenda_.now();
  requests_.push_back(now);
  while (requests_.front() <= now - Duration{1s}) {
    requests_.pop_front();
  }
  if (requests_.size() > kVenueLimit) {
    violated(Invariant::order_limit,
             std::to_string(requests_.size()) + " order requests arrived within one second");
  }
  const net::HttpRequest& http = request.http;
  const std::string_view path = std::string_view(http.target).substr(0, http.target.find('?'));
  const auto* const allowed = std::find_if(kAllowed.begin(), kAllowed.end(), [&](const Allowed& a) {
    return a.method == http.method && a.path == path;
  });
  if (allowed == kAllowed.end()) {
    violated(Invariant::allow_list, "request to " + http.method + " " + http.target);
    return;
  }
  const std::string_view name = contract_of(http);
  const auto symbol = name.empty() ? std::nullopt : contract_named(name);
  if (!name.empty() && (!symbol || !settings_.pairs[symbol->id()].enabled)) {
    violated(Invariant::allow_list, "order request for " + std::string(name));
  }
  if (!allowed->id_member.empty()) {
    const std::string_view id = member(http.body, allowed->id_member);
    if (!is_engine_order_id(id)) {
      violated(Invariant::allow_list, "order under the id '" + std::string(id) + "'");
    }
  }
}

Price Invariants::mark_of(Symbol s, bool told) const {
  if (told && process_.feed != nullptr && process_.feed->told_mark(s).is_positive()) {
    return process_.feed->told_mark(s);
  }
  return venue_.core().marks()[s.id()];
}

/// Positions at mark, and opening orders at their worst price, over equity at mark.
double Invariants::gross_leverage(bool told, bool with_orders) const {
  const exchange::Account& account = venue_.account();
  double gross = 0.0;
  Notional equity = account.ledger.collateral();
  for (const Symbol s : venue_.core().symbols()) {
    const Price mark = mark_of(s, told);
    for (const PositionSide side : {PositionSide::long_side, PositionSide::short_side}) {
      const exchange::PositionRow& p = account.ledger.position(s, side);
      if (!p.size.is_zero()) {
        gross += exchange::Ledger::mark_value(p, mark).to_double();
        equity += exchange::Ledger::unrealised(p, mark);
      }
    }
  }
  if (with_orders) {
    for (const auto& [id, order] : account.live) {
      if (opens_risk(order)) {
        const Price price = order.market ? mark_of(order.symbol, told) : order.price;
        gross += multiply(price, order.remaining(), Rounding::up).to_double();
      }
    }
  }
  return gross / std::max(equity.to_double(), 1e-9);
}

void Invariants::on_events(const std::vector<exchange::CoreEvent>& events) {
  for (const exchange::CoreEvent& event : events) {
    if (event.cause != exchange::CoreEvent::Cause::order) {
      last_fill_ = agenda_.now(); // money moved; the engine is told in a moment
    }
    if (const auto* order = std::get_if<exchange::Order>(&event.what)) {
      on_venue_order(*order);
      look_at_cover(order->symbol);
    } else if (const auto* fill = std::get_if<exchange::FillRow>(&event.what)) {
      last_fill_ = agenda_.now();
      look_at_cover(fill->symbol);
    }
  }
}

void Invariants::on_venue_order(const exchange::Order& order) {
  if (!order.opens || order.origin != exchange::OrderOrigin::client) {
    return;
  }
  const auto id = ClientOrderId::parse(order.client_oid);
  const auto decision = id ? decision_of(*id, settings_.instance) : std::nullopt;
  if (!decision) {
    return; // the allow-list has spoken already
  }
  Entry& entry = entries_[*decision];
  const bool is_new = !entry.filled.contains(order.id);
  exchange::is_final(order.status) ? static_cast<void>(entry.live.erase(order.id))
                                   : static_cast<void>(entry.live.insert(order.id));
  entry.filled[order.id] = order.filled;
  entry.largest = std::max(entry.largest, order.size);
  Quantity filled;
  for (const auto& [each, quantity] : entry.filled) {
    filled += quantity;
  }
  if (entry.live.size() > 1 || filled > entry.largest) {
    violated(Invariant::one_live_entry, decision->text() + ": " +
                                            std::to_string(entry.live.size()) + " live entries, " +
                                            filled.text() + " filled of " + entry.largest.text());
  }
  if (!is_new) {
    return;
  }
  const double cap = settings_.portfolio.max_gross_leverage * 1.000001;
  const auto when_sent = leverage_when_sent_.find(*id);
  if (gross_leverage(false, true) > cap && gross_leverage(true, true) > cap &&
      (when_sent == leverage_when_sent_.end() || when_sent->second > cap) &&
      agenda_.now() - last_outside_ > kOutsideGrace) {
    violated(Invariant::leverage_cap, decision->text() + " brings gross leverage to " +
                                          std::to_string(gross_leverage(false, true)));
  }
}

// ---- as the engine sends it ----

void Invariants::on_request(const ChangeRequest& request) {
  const Timestamp now = agenda_.now();
  if (const auto* place = std::get_if<PlaceOrder>(&request)) {
    if (place->opens) {
      check_entry_sent(*place);
    } else {
      last_reduction_ = now;
      cover_[place->symbol.id()].last_action = now;
    }
  } else if (const auto* stop = std::get_if<PlaceStop>(&request)) {
    cover_[stop->symbol.id()].last_action = now;
  }
}

void Invariants::check_entry_sent(const PlaceOrder& order) {
  check_halted(order);
  const auto decision = decision_of(order.client_id, settings_.instance);
  const auto side = decision ? sides_.find(*decision) : sides_.end();
  if (side == sides_.end() || side->second != entry_side(order.position)) {
    violated(Invariant::direction_kept,
             std::string(order.client_id.text()) + " opens " + to_string(order.position) +
                 (side == sides_.end()
                      ? " without an approved decision"
                      : std::string(" but the signal said ") + to_string(side->second)));
  }
  if (!durable_orders_.contains(order.client_id)) {
    violated(Invariant::fills_in_journal,
             std::string(order.client_id.text()) + " was sent before its intent was durable");
  }
  if (order.preset_stop.is_zero()) {
    violated(Invariant::position_protected,
             std::string(order.client_id.text()) + " was sent without a stop");
  }
  const Price price = order.limit.is_zero() ? mark_of(order.symbol, true) : order.limit;
  const double equity = std::max(venue_.core().equity(SimVenue::kAccount).to_double(), 1e-9);
  leverage_when_sent_[order.client_id] =
      gross_leverage(true, true) +
      multiply(price, order.quantity, Rounding::up).to_double() / equity;
}

void Invariants::check_halted(const PlaceOrder& order) {
  const EngineStatus& board = *process_.board;
  const PairStatus& pair = board.pairs[order.symbol.id()];
  const Duration silent = agenda_.now() - process_.feed->last_frame(order.symbol);
  const char* why = nullptr;
  if (!board.reconciled) {
    why = "unreconciled";
  } else if (board.tier != "none" && board.tier != "warn") {
    why = "halted";
  } else if (!pair.warm) {
    why = "unwarmed";
  } else if (pair.paused || pair.quarantined || pair.winding_down || !pair.enabled) {
    why = "paused, disabled or quarantined";
  } else if (pair.guard.level == GuardLevel::halt || pair.guard.level == GuardLevel::kill) {
    why = "stopped by the guard";
  } else if (!process_.client->stream_up()) {
    why = "without its private stream";
  } else if (silent > settings_.guard.silence_halt + Duration{2s}) {
    why = "stale";
  }
  if (why != nullptr) {
    violated(Invariant::no_risk_while_halted,
             std::string(order.client_id.text()) + " was sent while " + why);
  }
}

} // namespace rg::sim
