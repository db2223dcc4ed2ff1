// The house around the orders: who may call, what a file may say, what is on record, who is told.

#include "actors/supervisor.hpp"
#include "app/controls/probe_kit.hpp"
#include "app/engine/model_watch.hpp"
#include "app/engine/reload.hpp"
#include "app/engine/run_record.hpp"
#include "infra/alerts/alert_rules.hpp"
#include "infra/config/config_file.hpp"
#include "infra/http/access.hpp"
#include "infra/journal/journal_verify.hpp"
#include "infra/journal/sqlite_journal.hpp"
#include "infra/retention/disk_watch.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>

namespace rg::app::probes {

namespace {

// ---- access ----

const std::string& token() {
  static const std::string kToken(64, 'a');
  return kToken;
}

Attempt asked(http::Access& access, std::vector<net::Header> headers, http::CallKind kind,
              Timestamp now = start_of_probe()) {
  const net::ServerRequest request{{"POST", "/api/v1/kill", std::move(headers), ""}, "127.0.0.1"};
  const auto refusal = access.refuse(request, kind, now);
  return refusal ? Attempt{false, std::to_string(refusal->status)} : Attempt{true, "served"};
}

std::vector<net::Header> headers(const std::string& bearer, const std::string& host = "127.0.0.1",
                                 const std::string& origin = {}) {
  std::vector<net::Header> all{{"Host", host}, {"Authorization", "Bearer " + bearer}};
  if (!origin.empty()) {
    all.emplace_back("Origin", origin);
  }
  return all;
}

// ---- the journal ----

/// A journal with a few records in a folder of its own.
class ScratchJournal {
public:
  ScratchJournal() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rg-assess-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("no temporary folder can be made for the journal's probes");
    }
    folder_ = pattern;
    SqliteJournal journal(path(), key());
    for (int i = 0; i < 3; ++i) {
      journal.append({SupervisionRecord{start_of_probe(), start_of_probe(), "paused", "cmt_btcusdt",
                                        "probe " + std::to_string(i)}});
    }
  }
  ~ScratchJournal() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  ScratchJournal(const ScratchJournal&) = delete;
  ScratchJournal& operator=(const ScratchJournal&) = delete;
  [[nodiscard]] std::string path() const { return folder_ + "/journal.db"; }
  [[nodiscard]] std::string key() const { return folder_ + "/journal.key"; }
  /// As a person with the file and sqlite3 would.
  void tamper() const {
    sqlite3* database = nullptr;
    sqlite3_open(path().c_str(), &database);
    sqlite3_exec(database,
                 "DROP TRIGGER supervision_events_no_delete;"
                 "DELETE FROM supervision_events WHERE seq = (SELECT max(seq) FROM "
                 "supervision_events);",
                 nullptr, nullptr, nullptr);
    sqlite3_close(database);
  }

private:
  std::string folder_;
};

Attempt verified(const ScratchJournal& journal) {
  const auto report = verify_journal(journal.path(), journal.key());
  return report && !report->problem ? Attempt{true, "verified"} : Attempt{false, "altered"};
}

} // namespace

ControlEvidence allow_list(const EngineSettings&) {
  const auto parsed = [](const char* name) {
    return Symbol::parse(name) ? Attempt{true, "known"} : Attempt{false, "unknown"};
  };
  return {parsed("cmt_btcusdt"), parsed("cmt_shibusdt")};
}

ControlEvidence operator_token(const EngineSettings&) {
  http::Access access("127.0.0.1", 8080, token());
  return {asked(access, headers(token()), http::CallKind::change),
          asked(access, headers("guess"), http::CallKind::change)};
}

ControlEvidence token_failures(const EngineSettings&) {
  http::Access access("127.0.0.1", 8080, token());
  ControlEvidence evidence;
  evidence.within = asked(access, headers(token()), http::CallKind::change);
  for (int i = 0; i < 5; ++i) {
    static_cast<void>(asked(access, headers("guess"), http::CallKind::change));
  }
  evidence.beyond = asked(access, headers(token()), http::CallKind::change); // even the right one
  return evidence;
}

ControlEvidence foreign_host(const EngineSettings&) {
  http::Access access("127.0.0.1", 8080, token());
  return {asked(access, headers(token()), http::CallKind::read),
          asked(access, headers(token(), "evil.example"), http::CallKind::read)};
}

ControlEvidence foreign_origin(const EngineSettings&) {
  http::Access access("127.0.0.1", 8080, token());
  return {
      asked(access, headers(token(), "127.0.0.1", "http://127.0.0.1:8080"), http::CallKind::change),
      asked(access, headers(token(), "127.0.0.1", "https://evil.example"), http::CallKind::change)};
}

ControlEvidence restarts(const EngineSettings& s) {
  RestartPolicy policy(s.supervision, 1);
  ControlEvidence evidence{{true, "restarted"}, {true, "restarted"}};
  for (std::uint32_t i = 0; i < s.supervision.max_restarts; ++i) {
    evidence.within.allowed = evidence.within.allowed && !policy.on_crash(start_of_probe()).give_up;
  }
  if (policy.on_crash(start_of_probe()).give_up) {
    evidence.beyond = {false, "quarantined"};
  }
  return evidence;
}

ControlEvidence settings_while_running(const EngineSettings& s) {
  const auto tried = [&](bool harmless) {
    EngineSettings next = s;
    harmless ? next.portfolio.max_orders_per_day += 1 : next.instance += 1;
    const EngineSettings now = effective(s);
    return read_settings(canonical_config(effective(next)), now)
               ? Attempt{true, "taken"}
               : Attempt{false, "needs a restart"};
  };
  return {tried(true), tried(false)};
}

ControlEvidence config_ranges(const EngineSettings&) {
  const auto parsed = [](const char* value) {
    return parse_config(std::string("[portfolio]\nmax_gross_leverage = ") + value + "\n", "probe")
               ? Attempt{true, "accepted"}
               : Attempt{false, "out of range"};
  };
  return {parsed("20"), parsed("20.000001")};
}

ControlEvidence journal_chain(const EngineSettings&) {
  const ScratchJournal journal;
  ControlEvidence evidence;
  evidence.within = verified(journal);
  journal.tamper();
  evidence.beyond = verified(journal);
  return evidence;
}

ControlEvidence second_writer(const EngineSettings&) {
  const ScratchJournal scratch;
  ControlEvidence evidence;
  const SqliteJournal first(scratch.path(), scratch.key());
  evidence.within = {true, "opened"};
  try {
    const SqliteJournal second(scratch.path(), scratch.key());
    evidence.beyond = {true, "opened"};
  } catch (const JournalFailure&) {
    evidence.beyond = {false, "locked"};
  }
  return evidence;
}

ControlEvidence disk_floor(const EngineSettings& s) {
  const auto with_free = [&](double mb) {
    retention::DiskUse use;
    use.free_known = true;
    use.free = static_cast<std::uint64_t>(mb * 1e6);
    return retention::is_disk_low(use, s.retention, false)
               ? Attempt{false, to_string(Refusal::disk_low)}
               : Attempt{true, "room"};
  };
  return {with_free(s.retention.disk_free_min_mb + 1.0),
          with_free(s.retention.disk_free_min_mb - 1.0)};
}

namespace {

Attempt told(const EngineSettings& s, const EngineStatus& status,
             const std::vector<LimitStatus>& limits, const char* id) {
  alerts::AlertRules rules(s.alerts);
  for (const alerts::Alert& alert : rules.look({status.wall_time, status, limits, {}})) {
    if (alert.id == id) {
      return {false, "alert"};
    }
  }
  return {true, "quiet"};
}

EngineStatus calm_status() {
  EngineStatus status;
  status.wall_time = start_of_probe();
  status.public_link = status.private_link = status.reconciled = true;
  status.tier = "none";
  return status;
}

} // namespace

ControlEvidence alert_on_halt(const EngineSettings& s) {
  EngineStatus halted = calm_status();
  halted.tier = "latched";
  return {told(s, calm_status(), {}, "halt"), told(s, halted, {}, "halt")};
}

ControlEvidence alert_on_limit(const EngineSettings& s) {
  const auto at = [&](double share) {
    LimitStatus limit{"gross_leverage", "Gross leverage", "x", share, 1.0, {}};
    limit.warn_at = s.alerts.limit_warning;
    return told(s, calm_status(), {limit}, "limit");
  };
  return {at(0.99 * s.alerts.limit_warning), at(s.alerts.limit_warning)};
}

ControlEvidence model_age(const EngineSettings& s) {
  const auto aged = [&](Duration age) {
    ModelCard card;
    card.span_to = "2024-12-31"; // ends where the probe's time begins
    return model_age_warning(card, start_of_probe() + age, s.retention.model_max_age)
               ? Attempt{false, "warned"}
               : Attempt{true, "young"};
  };
  return {aged(s.retention.model_max_age), aged(s.retention.model_max_age + 24h)};
}

} // namespace rg::app::probes
