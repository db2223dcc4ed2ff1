#pragma once
// What the engine keeps on disk, how much of the budget it uses, and which recordings are past
// their time. The journal is never cut: retention touches recordings alone.

#include "messages/settings/operations.hpp"
#include "messages/units/timestamp.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rg::retention {

/// Where the engine writes.
struct KeptFiles {
  std::string journal;       ///< with its log, head and lock beside it, and its recordings
  std::string models_folder; ///< empty = none
  std::string outbox;        ///< empty = none
  std::string running;       ///< file name of the recording being written: never deleted
};

struct Recording {
  std::string path;
  std::uint64_t bytes = 0;
  Timestamp written; ///< wall time of its last write
};

struct DiskUse {
  std::uint64_t journal = 0, recordings = 0, models = 0, outbox = 0; ///< bytes
  std::uint64_t free = 0;                                            ///< bytes, beside the journal
  bool free_known = false; ///< false: the file system did not say
  std::vector<Recording> files;

  [[nodiscard]] double used_mb() const {
    return static_cast<double>(journal + recordings + models + outbox) / 1e6;
  }
  [[nodiscard]] double free_mb() const { return static_cast<double>(free) / 1e6; }
};

/// Looks at the disk. What is missing counts as nothing.
[[nodiscard]] DiskUse disk_use(const KeptFiles& kept);

/// Recordings of this journal whose last write lies farther back than `keep`, oldest first; none
/// when `keep` is zero, and never the running one. Pure.
[[nodiscard]] std::vector<Recording> expired(const std::vector<Recording>& recordings,
                                             const KeptFiles& kept, Duration keep,
                                             Timestamp wall_now);
/// @return how many are gone.
std::size_t remove(const std::vector<Recording>& recordings);

/// Is there too little room for new risk? Once low, it stays so until a tenth more than the floor
/// is free, so that a disk at the edge does not flicker. Pure.
[[nodiscard]] bool is_disk_low(const DiskUse& use, const RetentionSettings& settings, bool was_low);

/// "the budget of 20000 MB is used to 83 %: …" from the warning share on. Pure.
[[nodiscard]] std::optional<std::string> budget_warning(const DiskUse& use,
                                                        const RetentionSettings& settings);

} // namespace rg::retention
