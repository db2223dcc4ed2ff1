#include "app/simulation/invariants.hpp"

namespace rg::sim {

using namespace std::chrono_literals;

const char* to_string(Invariant invariant) {
  static constexpr std::array<const char*, 12> kNames{"none",
                                                      "order_limit",
                                                      "leverage_cap",
                                                      "allow_list",
                                                      "one_live_entry",
                                                      "fills_in_journal",
                                                      "positions_agree",
                                                      "no_risk_while_halted",
                                                      "position_protected",
                                                      "direction_kept",
                                                      "chain_verifies",
                                                      "accounts_balance"};
  return kNames[static_cast<std::size_t>(invariant)];
}

Invariants::Invariants(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults,
                       const EngineSettings& settings)
    : agenda_(agenda), venue_(venue), faults_(faults), settings_(settings) {}

void Invariants::violated(Invariant invariant, std::string what) {
  if (!violation_ && (!only_ || *only_ == invariant)) {
    violation_ = Violation{invariant, agenda_.elapsed(), std::move(what)};
  }
}

void Invariants::process_started(const ProcessView& view) {
  process_ = view;
  started_ = agenda_.now();
}

void Invariants::process_ended() {
  process_ = {};
}

void Invariants::on_outside() {
  last_outside_ = agenda_.now();
}

void Invariants::on_impaired(Timestamp until) {
  impaired_until_ = std::max(impaired_until_, until);
}

bool Invariants::able() const {
  return process_.board != nullptr && process_.board->reconciled && process_.client->stream_up() &&
         process_.feed->link_up() && agenda_.now() >= impaired_until_ && !venue_.skewed();
}

void Invariants::on_submitted(const std::vector<JournalRecord>& records) {
  for (const JournalRecord& record : records) {
    if (const auto* decision = std::get_if<DecisionRecord>(&record);
        decision != nullptr && decision->decision.outcome == Outcome::approved) {
      sides_[decision->decision.id] = decision->decision.signal.side;
    }
  }
}

void Invariants::on_durable(const std::vector<JournalRecord>& records) {
  for (const JournalRecord& record : records) {
    if (const auto* order = std::get_if<OrderEvent>(&record)) {
      durable_orders_.insert(order->client_id);
    } else if (const auto* fill = std::get_if<Fill>(&record)) {
      if (!journalled_fills_.insert(fill->venue_fill_id).second) {
        violated(Invariant::fills_in_journal,
                 "fill " + std::to_string(fill->venue_fill_id) + " is in the journal twice");
      }
    }
  }
}

void Invariants::check_disk(SimDisk& disk, Ledger& past) {
  if (const std::string problem = disk.verify(); !problem.empty()) {
    violated(Invariant::chain_verifies, problem);
  }
  std::set<VenueFillId> found;
  std::set<ClientOrderId> orders;
  disk.for_each([&](const JournalRecord& record) {
    past.apply(record);
    if (const auto* order = std::get_if<OrderEvent>(&record)) {
      orders.insert(order->client_id);
    } else if (const auto* fill = std::get_if<Fill>(&record);
               fill != nullptr && !found.insert(fill->venue_fill_id).second) {
      violated(Invariant::fills_in_journal,
               "fill " + std::to_string(fill->venue_fill_id) + " is on the disk twice");
    }
  });
  for (const VenueFillId id : journalled_fills_) {
    if (!found.contains(id)) {
      violated(Invariant::fills_in_journal,
               "fill " + std::to_string(id) + " was acknowledged and is gone");
    }
  }
  journalled_fills_ = std::move(found);
  durable_orders_ = std::move(orders);
}

void Invariants::after_event(bool desk_idle) {
  process_.desk_idle = desk_idle;
  if (next_deadline_ != Timestamp{} && agenda_.now() > next_deadline_) {
    check_deadlines();
  }
  if (breach_since_ != Timestamp{}) {
    check_breach();
  }
}

void Invariants::on_transfer(double before, double after) {
  highest_equity_ = std::max(after, highest_equity_ * after / before);
}

void Invariants::on_step() {
  highest_equity_ = std::max(highest_equity_, venue_.core().equity(SimVenue::kAccount).to_double());
  if (++steps_ % 64 == 0) {
    venue_.core().check();
  }
  const double gross = gross_leverage(true, false);
  if (gross <= settings_.portfolio.max_gross_leverage * 1.000001) {
    breach_since_ = Timestamp{};
  } else if (breach_since_ == Timestamp{}) {
    breach_since_ = agenda_.now();
  }
  for (const Symbol s : venue_.core().symbols()) {
    look_at_cover(s);
  }
  check_quiet();
}

} // namespace rg::sim
