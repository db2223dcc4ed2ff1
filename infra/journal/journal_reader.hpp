#pragma once
// Reading a journal beside its writer: for explanations, recovery, replay, the console.

#include "infra/journal/origin.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rg {

/// A record with its place in the chain.
template <class Record> struct Stored {
  std::uint64_t sequence = 0;
  std::string hash;
  Record record;
};

/// All calls throw JournalFailure when the file cannot be read on or holds what no engine wrote.
/// Not for several threads at once; any number of readers may be open.
class JournalReader {
public:
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] static Result<JournalReader, InputError> open(const std::string& path);
  /// On a database that the caller has opened.
  [[nodiscard]] static JournalReader on(std::unique_ptr<journal::Database> database) {
    return JournalReader(std::move(database));
  }

  /// The latest `count` records of one kind, oldest first. Record is an alternative of
  /// JournalRecord.
  template <class Record>
  [[nodiscard]] std::vector<Stored<Record>> last(std::size_t count = kAll) const;
  /// Records of one kind with a sequence above `after`, oldest first, at most `limit`: for
  /// followers.
  template <class Record>
  [[nodiscard]] std::vector<Stored<Record>> after(std::uint64_t after,
                                                  std::size_t limit = kAll) const;

  [[nodiscard]] std::optional<Stored<DecisionRecord>> decision(const DecisionId& id) const;
  [[nodiscard]] std::vector<Stored<OrderEvent>> order_events(const DecisionId& id) const;
  [[nodiscard]] std::optional<Stored<RunRecord>> run(const std::string& run_id) const;

  /// Every record of every kind in the order in which it was written: what recovery replays.
  void
  for_each(const std::function<void(std::uint64_t sequence, const JournalRecord& record)>& visit,
           std::uint64_t after = 0) const;

  [[nodiscard]] std::uint64_t count() const;
  /// Where the first records were carried over from; nothing for a journal of this schema alone.
  [[nodiscard]] std::optional<journal::Origin> origin() const {
    return journal::origin_of(*database_);
  }

private:
  explicit JournalReader(std::unique_ptr<journal::Database> database)
      : database_(std::move(database)) {}
  template <class Record>
  [[nodiscard]] std::vector<Stored<Record>> select(const std::string& condition,
                                                   const std::string& text_parameter) const;

  std::unique_ptr<journal::Database> database_;
};

extern template std::vector<Stored<RunRecord>> JournalReader::last(std::size_t) const;
extern template std::vector<Stored<DecisionRecord>> JournalReader::last(std::size_t) const;
extern template std::vector<Stored<OrderEvent>> JournalReader::last(std::size_t) const;
extern template std::vector<Stored<Fill>> JournalReader::last(std::size_t) const;
extern template std::vector<Stored<EquityRecord>> JournalReader::last(std::size_t) const;
extern template std::vector<Stored<GuardRecord>> JournalReader::last(std::size_t) const;
extern template std::vector<Stored<SupervisionRecord>> JournalReader::last(std::size_t) const;
extern template std::vector<Stored<AiLogRecord>> JournalReader::last(std::size_t) const;
extern template std::vector<Stored<RunRecord>> JournalReader::after(std::uint64_t,
                                                                    std::size_t) const;
extern template std::vector<Stored<DecisionRecord>> JournalReader::after(std::uint64_t,
                                                                         std::size_t) const;
extern template std::vector<Stored<OrderEvent>> JournalReader::after(std::uint64_t,
                                                                     std::size_t) const;
extern template std::vector<Stored<Fill>> JournalReader::after(std::uint64_t, std::size_t) const;
extern template std::vector<Stored<EquityRecord>> JournalReader::after(std::uint64_t,
                                                                       std::size_t) const;
extern template std::vector<Stored<GuardRecord>> JournalReader::after(std::uint64_t,
                                                                      std::size_t) const;
extern template std::vector<Stored<SupervisionRecord>> JournalReader::after(std::uint64_t,
                                                                            std::size_t) const;
extern template std::vector<Stored<AiLogRecord>> JournalReader::after(std::uint64_t,
                                                                      std::size_t) const;

} // namespace rg
