#pragma once
// What must never happen (design: "What must never happen, and how it is searched for"), held
// against the truth at the exchange and on the disk, never against what the engine believes of
// itself alone. Everything is incremental: an event costs a comparison with the next deadline
// unless it changed something.

#include "app/simulation/sim_client.hpp"
#include "app/simulation/sim_feed.hpp"
#include "app/simulation/sim_journal.hpp"
#include "app/simulation/sim_venue.hpp"
#include "messages/engine/engine_status.hpp"
#include "messages/settings/settings.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace rg::sim {

enum class Invariant : std::uint8_t {
  order_limit = 1,
  leverage_cap,
  allow_list,
  one_live_entry,
  fills_in_journal,
  positions_agree,
  no_risk_while_halted,
  position_protected,
  direction_kept,
  chain_verifies,
  accounts_balance,
};
[[nodiscard]] const char* to_string(Invariant invariant);

struct Violation {
  Invariant invariant = Invariant::order_limit;
  Duration at{}; ///< since the run's start
  std::string what;
};

/// What the checks may know of the running process.
struct ProcessView {
  const EngineStatus* board = nullptr; ///< null while no process runs
  const PortfolioView* view = nullptr; ///< as last published
  const SimFeed* feed = nullptr;
  const SimClient* client = nullptr;
  const SimJournal* journal = nullptr;
  bool desk_idle = false;
};

class Invariants final : public VenueWatch, public RequestWatch, public JournalWatch {
public:
  Invariants(SimAgenda& agenda, SimVenue& venue, FaultInjector& faults,
             const EngineSettings& settings);

  // ---- the run tells ----
  void process_started(const ProcessView& view);
  void process_ended();
  void report_only(Invariant invariant) { only_ = invariant; }
  void operator_acted() { last_disturbance_ = agenda_.now(); }
  [[nodiscard]] bool take_kill() { return std::exchange(killed_, false); }
  /// After every entry of the agenda.
  void after_event(bool desk_idle);
  /// The disk as a new process finds it, read into what it will know of the past.
  void check_disk(SimDisk& disk, Ledger& past);
  /// At the end, after a while without faults: everything must have come to rest.
  void check_at_rest(SimDisk& disk);
  [[nodiscard]] bool able() const; ///< the engine can act: up, connected, nothing failing

  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
  [[nodiscard]] std::uint64_t quiet_checks() const { return quiet_checks_; }

  // ---- VenueWatch ----
  void on_order_request(const net::ServerRequest& request, int status, Timestamp wall) override;
  void on_events(const std::vector<exchange::CoreEvent>& events) override;
  void on_step() override;
  void on_outside() override;
  void on_transfer(double before, double after) override;
  // ---- RequestWatch ----
  void on_request(const ChangeRequest& request) override;
  void on_impaired(Timestamp until) override;
  // ---- JournalWatch ----
  void on_submitted(const std::vector<JournalRecord>& records) override;
  void on_durable(const std::vector<JournalRecord>& records) override;
  void on_process_killed() override { killed_ = true; }

private:
  void violated(Invariant invariant, std::string what);
  // invariants_orders.cpp
  void check_entry_sent(const PlaceOrder& order);
  void check_halted(const PlaceOrder& order);
  void on_venue_order(const exchange::Order& order);
  [[nodiscard]] double gross_leverage(bool told_marks, bool with_orders) const;
  [[nodiscard]] Price mark_of(Symbol s, bool told) const;
  // invariants_state.cpp
  void look_at_cover(Symbol s);
  void check_deadlines();
  void check_breach();
  void check_quiet();
  void compare_books(const char* when);
  void compare_marks(const char* when);
  void compare_fills(const char* when);
  [[nodiscard]] bool at_rest() const;
  [[nodiscard]] Timestamp able_since() const;

  SimAgenda& agenda_;
  SimVenue& venue_;
  FaultInjector& faults_;
  const EngineSettings& settings_;
  ProcessView process_;
  bool killed_ = false;
  std::optional<Violation> violation_;
  std::optional<Invariant> only_;
  Timestamp started_, impaired_until_, last_outside_, last_disturbance_, last_fill_;
  std::uint64_t quiet_checks_ = 0, steps_ = 0;

  std::deque<Timestamp> requests_; ///< of the last second
  std::map<ClientOrderId, double> leverage_when_sent_;
  struct Entry {
    std::set<exchange::OrderId> live;
    std::map<exchange::OrderId, Quantity> filled;
    Quantity largest;
  };
  std::map<DecisionId, Entry> entries_;
  std::map<DecisionId, Side> sides_; ///< of approved decisions
  std::set<ClientOrderId> durable_orders_;
  std::set<VenueFillId> journalled_fills_;
  struct Cover {
    Timestamp uncovered_since; ///< zero = covered
    Timestamp last_action;     ///< a stop or a close was sent
  };
  std::array<Cover, Symbol::kCount> cover_{};
  Timestamp next_deadline_; ///< zero = none
  Timestamp breach_since_, last_reduction_;
  double highest_equity_ = 0.0; ///< at the exchange, USDT; transfers move it in proportion
};

} // namespace rg::sim
