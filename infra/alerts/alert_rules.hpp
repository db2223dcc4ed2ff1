#pragma once
// Which states and journal records are worth telling, and how often. Pure: time passed in.
//
// Two kinds. A condition stands or does not (a halt, a link that is down, a limit at four fifths):
// it is told when it has stood for its patience, again after `repeat_after` while it stands, and
// once when it has ended. An event happened (a restart, a correction): it is told once per record.
// The same warning is not told again within `repeat_after`, however often it comes and goes;
// critical ones always are.

#include "infra/alerts/alert.hpp"
#include "messages/engine/console_views.hpp"
#include "messages/engine/engine_status.hpp"
#include "messages/settings/operations.hpp"

#include <map>
#include <string>
#include <vector>

namespace rg::alerts {

/// One look at the engine.
struct AlertView {
  Timestamp wall_now; ///< of the looking thread
  const EngineStatus& status;
  const std::vector<LimitStatus>& limits;
  const std::vector<JournalEvent>& events; ///< since the last look, oldest first
};

class AlertRules {
public:
  explicit AlertRules(const AlertSettings& settings) : settings_(settings) {}

  /// What is to be told now, in the order in which it was found.
  [[nodiscard]] std::vector<Alert> look(const AlertView& view);
  void set_settings(const AlertSettings& settings) { settings_ = settings; }

  /// A snapshot older than this means that the engine's thread stands still.
  static constexpr Duration kStalledAfter = std::chrono::seconds{3};
  /// Links and books may be away for a moment without anybody having to know.
  static constexpr Duration kLinkPatience = std::chrono::seconds{3};
  /// At the start everything is away until it has come once.
  static constexpr Duration kStartPatience = std::chrono::seconds{60};

private:
  struct Condition {
    Alert alert; ///< as last told, or as it would be
    Timestamp since;
    bool seen = false; ///< in the present look
    bool told = false;
  };
  void stand(const AlertView& view, Severity severity, const char* id, const std::string& subject,
             std::string text, Duration patience = {});
  void look_at_engine(const AlertView& view);
  void look_at_pairs(const AlertView& view);
  void look_at_limits(const AlertView& view);
  void tell_event(const AlertView& view, const JournalEvent& event);
  void tell(Alert alert);
  [[nodiscard]] bool may_tell(const std::string& key, Severity severity, Timestamp now) const;
  [[nodiscard]] Duration patience(bool& was_up, bool up) const;

  AlertSettings settings_;
  std::map<std::string, Condition> conditions_;
  std::map<std::string, Timestamp> last_told_; ///< by id and subject
  std::vector<Alert> out_;
  bool public_was_up_ = false, private_was_up_ = false, was_reconciled_ = false;
};

} // namespace rg::alerts
