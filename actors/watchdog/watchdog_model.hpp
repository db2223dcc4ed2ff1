#pragma once
// The watchdog (design §5): an independent process judges the engine by its heartbeat and, when it
// is dead or blind, cancels its entries and protects or closes its positions. It may only cancel
// and reduce, has its own share of the rate limit, and lets go as soon as the engine lives again:
// every request leaves in the same tick in which the heartbeat was read and found dead.
//
// Pure: heartbeats, answers and wall time in; requests, questions and words out.

#include "actors/order/rate_budget.hpp"
#include "actors/watchdog/watchdog_plan.hpp"
#include "messages/venue/requests.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>

namespace rg {

struct WatchdogAsk {
  RequestId id = 0;
  Query query;
};
struct WatchdogSend {
  RequestId id = 0;
  ChangeRequest request; ///< made of a ProtectiveStep
};
/// One line for people and machines. `alert`: somebody should come.
struct WatchdogSay {
  std::string event; ///< stable word
  std::string detail;
  bool alert = false;
};
using WatchdogCommand = std::variant<WatchdogAsk, WatchdogSend, WatchdogSay>;

class WatchdogModel {
public:
  /// @param instance  of the engine: its restart must know our orders for its own.
  WatchdogModel(const WatchdogSettings& settings, std::uint32_t instance);

  /// Patience and action from the next tick on. @pre the same heartbeat and share of the rate
  /// limit.
  void set_settings(const WatchdogSettings& settings);

  /// Several times a second, with the heartbeat as it was read just now; empty = there is none.
  void on_tick(const std::optional<Heartbeat>& beat, Timestamp wall_now);
  void on_answer(const QueryAnswer& answer, Timestamp wall_now);
  void on_answer(const ChangeAnswer& answer, Timestamp wall_now);

  [[nodiscard]] std::vector<WatchdogCommand> take_commands() {
    return std::exchange(commands_, {});
  }
  [[nodiscard]] bool is_acting() const { return acting_; }

private:
  /// Why the engine does not count as alive; empty = it does, or there is nothing to watch.
  [[nodiscard]] std::string verdict(const std::optional<Heartbeat>& beat, Timestamp now);
  void say(std::string event, std::string detail, bool alert);
  void begin(const std::string& why);
  void let_go();
  void look(Timestamp now);
  void judge(Timestamp now);
  void send_what_may_go(Timestamp now);
  [[nodiscard]] ChangeRequest request_of(const ProtectiveStep& step, Timestamp now);

  WatchdogSettings settings_;
  std::uint32_t instance_;
  RateBudget budget_;
  std::vector<WatchdogCommand> commands_;
  RequestId next_id_ = 1;
  Heartbeat last_; ///< newest heartbeat ever read
  bool budget_started_ = false, acting_ = false, waiting_said_ = false, end_said_ = false;
  bool calm_ = false; ///< the last look found nothing left to do

  // One look: three questions, then the steps that follow from them.
  std::map<RequestId, QueryKind> open_;
  WatchdogLook look_;
  bool look_failed_ = false;
  Timestamp looked_, next_look_;
  std::deque<ProtectiveStep> steps_;
  struct Sent {
    Symbol symbol;
    bool stop = false;
    Timestamp when;
  };
  std::map<RequestId, Sent> on_the_way_;
  std::set<Symbol> refused_stops_;
  std::uint64_t looks_ = 0, failed_looks_ = 0;
};

} // namespace rg
