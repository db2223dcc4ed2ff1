#include "infra/retention/disk_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace rg::retention {

namespace {

namespace fs = std::filesystem;

struct FileFacts {
  std::uint64_t bytes = 0;
  Timestamp written;
};

std::optional<FileFacts> facts_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return std::nullopt;
  }
  return FileFacts{
      static_cast<std::uint64_t>(info.st_size),
      Timestamp::from_ns(info.st_mtim.tv_sec * 1'000'000'000LL + info.st_mtim.tv_nsec)};
}

std::uint64_t bytes_under(const std::string& folder) {
  std::uint64_t sum = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator
           it(folder, fs::directory_options::skip_permission_denied, error),
       end;
       !error && it != end; it.increment(error)) {
    if (const auto facts = facts_of(it->path().string())) {
      sum += facts->bytes;
    }
  }
  return sum;
}

std::string folder_of(const std::string& file) {
  const std::string folder = fs::path(file).parent_path().string();
  return folder.empty() ? "." : folder;
}

} // namespace

DiskUse disk_use(const KeptFiles& kept) {
  DiskUse use;
  const std::string name = fs::path(kept.journal).filename().string();
  std::error_code error;
  for (fs::directory_iterator it(folder_of(kept.journal), error), end; !error && it != end;
       it.increment(error)) {
    const std::string file = it->path().filename().string();
    const auto facts = facts_of(it->path().string());
    if (!facts || !file.starts_with(name)) {
      continue;
    }
    if (file.starts_with(name + '.') && file.ends_with(".rec")) {
      use.files.push_back({it->path().string(), facts->bytes, facts->written});
      use.recordings += facts->bytes;
    } else {
      use.journal += facts->bytes; // the file, its log, its head
    }
  }
  // Folders give their entries in no order; ours is the oldest first.
  std::sort(use.files.begin(), use.files.end(), [](const Recording& a, const Recording& b) {
    return std::tie(a.written, a.path) < std::tie(b.written, b.path);
  });
  use.models = kept.models_folder.empty() ? 0 : bytes_under(kept.models_folder);
  for (const char* end : {"", "-wal", "-shm"}) {
    if (const auto facts = facts_of(kept.outbox + end); facts && !kept.outbox.empty()) {
      use.outbox += facts->bytes;
    }
  }
  struct statvfs room {};
  if (::statvfs(folder_of(kept.journal).c_str(), &room) == 0) {
    use.free = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
    use.free_known = true;
  }
  return use;
}

std::vector<Recording> expired(const std::vector<Recording>& recordings, const KeptFiles& kept,
                               Duration keep, Timestamp wall_now) {
  std::vector<Recording> old;
  if (keep <= Duration{}) {
    return old;
  }
  for (const Recording& r : recordings) {
    const bool running =
        !kept.running.empty() && fs::path(r.path).filename().string() == kept.running;
    if (!running && wall_now - r.written > keep) {
      old.push_back(r);
    }
  }
  return old;
}

std::size_t remove(const std::vector<Recording>& recordings) {
  std::size_t gone = 0;
  for (const Recording& r : recordings) {
    std::error_code error;
    gone += fs::remove(r.path, error) && !error ? 1 : 0;
  }
  return gone;
}

bool is_disk_low(const DiskUse& use, const RetentionSettings& settings, bool was_low) {
  if (!use.free_known) {
    return was_low; // nothing new is known
  }
  constexpr double kMargin = 1.1;
  return use.free_mb() < settings.disk_free_min_mb * (was_low ? kMargin : 1.0);
}

std::optional<std::string> budget_warning(const DiskUse& use, const RetentionSettings& settings) {
  const double share = use.used_mb() / settings.disk_budget_mb;
  if (share < settings.disk_warning) {
    return std::nullopt;
  }
  return fmt::format("{:.0f} MB of the budget of {:.0f} MB are used ({:.0f} %): journal {:.0f}, "
                     "recordings {:.0f}, models {:.0f}, outbox {:.0f} MB; shorten [retention] "
                     "keep_recordings, or raise disk_budget_mb",
                     use.used_mb(), settings.disk_budget_mb, 100.0 * share,
                     static_cast<double>(use.journal) / 1e6,
                     static_cast<double>(use.recordings) / 1e6,
                     static_cast<double>(use.models) / 1e6, static_cast<double>(use.outbox) / 1e6);
}

} // namespace rg::retention
