#pragma once
// A disk in memory for SQLite that behaves as badly as disks may: what was not synced when the
// power goes may be there, be gone, or be there in part. Simulation and tests only; nothing of it
// is reachable from a configuration.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct sqlite3_vfs;

namespace rg::journal {

/// One disk, one SQLite VFS of its own name. Files live as long as the disk. For one thread and one
/// connection at a time: locks are granted to everybody.
class FaultDisk {
public:
  FaultDisk();
  ~FaultDisk();
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;

  [[nodiscard]] const char* vfs_name() const { return name_.c_str(); }
  /// Files as another disk has them durably.
  void copy_from(const FaultDisk& other);

  // ---- what may happen to it ----
  /// Every write fails as on a full disk while this is set.
  void set_full(bool full) { full_ = full; }
  /// The file system has gone read-only under the open files, as after a disk error: every write
  /// and sync fails while this is set.
  void set_read_only(bool read_only) { read_only_ = read_only; }
  /// The process dies at the n-th write or sync from now (1 = the next): that one does not happen,
  /// and nothing after it. Torn: half of its bytes still reach the disk.
  void kill_at_write(std::uint64_t n, bool torn);
  [[nodiscard]] bool killed() const { return killed_; }
  /// Power comes back: each write that was not synced is kept or lost as `keep` says, sector by
  /// sector. All connections must be closed.
  void restart(const std::function<bool()>& keep);
  [[nodiscard]] std::uint64_t writes() const { return writes_; }
  [[nodiscard]] std::uint64_t bytes_unsynced_lost() const { return lost_; }

  static constexpr std::size_t kSector = 512;

  // ---- for the VFS ----
  struct Write {
    std::size_t offset = 0;
    std::string bytes;
  };
  struct File {
    std::string seen;            ///< what the process reads
    std::string durable;         ///< what a power cut leaves for certain
    std::vector<Write> unsynced; ///< since the last sync, in order
  };
  [[nodiscard]] std::map<std::string, File>& files() { return files_; }
  [[nodiscard]] int write(File& file, std::size_t offset, const char* bytes, std::size_t size);
  [[nodiscard]] int sync(File& file);
  [[nodiscard]] int truncate(File& file, std::size_t size);
  [[nodiscard]] std::vector<std::unique_ptr<char[]>>& shared_memory(const std::string& path) {
    return shared_[path];
  }

private:
  [[nodiscard]] bool dies_now();

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, File> files_;
  std::map<std::string, std::vector<std::unique_ptr<char[]>>> shared_;
  bool full_ = false, read_only_ = false, killed_ = false, torn_ = false;
  std::uint64_t writes_ = 0, kill_at_ = 0, lost_ = 0;
};

} // namespace rg::journal
