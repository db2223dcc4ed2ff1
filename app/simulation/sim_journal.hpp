#pragma once
// The journal of a simulated run: the door and the journal actor's rules (group commit, what failed
// goes again in order) in virtual time, above real SQLite on a disk that forgets what was not
// synced.

#include "actors/engine_context.hpp"
#include "actors/supervisor.hpp"
#include "app/simulation/sim_agenda.hpp"
#include "app/simulation/sim_faults.hpp"
#include "infra/journal/appender.hpp"
#include "infra/journal/fault_disk.hpp"
#include "infra/market/random_stream.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <set>

namespace rg::sim {

/// Hears what became durable, and of the death of the process.
class JournalWatch {
public:
  virtual ~JournalWatch() = default;
  virtual void on_submitted(const std::vector<JournalRecord>& records) = 0;
  virtual void on_durable(const std::vector<JournalRecord>& records) = 0;
  /// At the next turn of the agenda the process must be taken down.
  virtual void on_process_killed() = 0;
};

/// The disk and the journal file on it; outlives processes.
class SimDisk {
public:
  static constexpr const char* kPath = "journal.db";

  SimDisk();
  [[nodiscard]] journal::FaultDisk& disk() { return disk_; }
  /// All that the journal knows. All connections must be closed.
  void for_each(const std::function<void(const JournalRecord&)>& visit);
  /// The chain from the first record to the last: empty = it holds.
  [[nodiscard]] std::string verify();

private:
  journal::FaultDisk disk_;
};

class SimJournal final : public JournalSink, public std::enable_shared_from_this<SimJournal> {
public:
  using Post = std::function<void(JournalAck)>;

  SimJournal(SimAgenda& agenda, SimDisk& disk, FaultInjector& faults, std::uint64_t seed,
             const SupervisionSettings& supervision, JournalWatch& watch, Post post);
  ~SimJournal() override;

  std::uint64_t submit(std::vector<JournalRecord> records) override;
  /// The process ends; nothing more is written. Connections are closed.
  void stop();
  [[nodiscard]] bool quiet() const { return waiting_.empty(); }
  [[nodiscard]] const journal::Head& head() const { return appender_->head(); }

private:
  struct Submission {
    std::uint64_t number = 0;
    std::vector<JournalRecord> records;
  };
  void open();
  void close();
  void schedule_commit();
  void commit();
  void on_failure(const std::string& why);
  void maybe_arm_kill();

  SimAgenda& agenda_;
  SimDisk& disk_;
  FaultInjector& faults_;
  RandomStream random_;
  JournalWatch& watch_;
  Post post_;
  RestartPolicy policy_;
  Duration longest_pause_;
  std::unique_ptr<journal::Database> database_;
  std::optional<journal::Appender> appender_;
  std::deque<Submission> waiting_; ///< not durable yet
  std::uint64_t next_ = 1;
  bool running_ = true, commit_scheduled_ = false, failed_ = false;
};

} // namespace rg::sim
