#include "infra/journal/fault_disk.hpp"

#include "messages/support/invariant.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace rg::journal {

namespace {

constexpr int kSharedRegion = 32768; // SQLite maps its WAL index in these

/// SQLite's view of an open file; it allocates szOsFile bytes and hands them to open().
struct OpenFile {
  sqlite3_file base;
  FaultDisk* disk;
  std::string* path; ///< owned
};

OpenFile& of(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}
FaultDisk::File& content(sqlite3_file* file) {
  return of(file).disk->files()[*of(file).path];
}

int do_close(sqlite3_file* file) {
  delete of(file).path;
  of(file).path = nullptr;
  return SQLITE_OK;
}

int do_read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
  const std::string& bytes = content(file).seen;
  const auto from = static_cast<std::size_t>(offset);
  const auto wanted = static_cast<std::size_t>(size);
  const std::size_t there = from < bytes.size() ? std::min(wanted, bytes.size() - from) : 0;
  std::memcpy(into, bytes.data() + std::min(from, bytes.size()), there);
  if (there < wanted) {
    std::memset(static_cast<char*>(into) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
  }
  return SQLITE_OK;
}

int do_write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  return of(file).disk->write(content(file), static_cast<std::size_t>(offset),
                              static_cast<const char*>(from), static_cast<std::size_t>(size));
}
int do_truncate(sqlite3_file* file, sqlite3_int64 size) {
  return of(file).disk->truncate(content(file), static_cast<std::size_t>(size));
}
int do_sync(sqlite3_file* file, int) {
  return of(file).disk->sync(content(file));
}
int do_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(content(file).seen.size());
  return SQLITE_OK;
}
int do_lock(sqlite3_file*, int) {
  return SQLITE_OK;
}
int do_check_lock(sqlite3_file*, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int do_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int do_sector(sqlite3_file*) {
  return FaultDisk::kSector;
}
int do_characteristics(sqlite3_file*) {
  return 0; // no promise: a write may be torn, appended bytes may be garbage
}
int do_shm_map(sqlite3_file* file, int region, int size, int, void volatile** out) {
  RG_ASSERT(size == kSharedRegion);
  auto& regions = of(file).disk->shared_memory(*of(file).path);
  while (regions.size() <= static_cast<std::size_t>(region)) {
    regions.push_back(std::make_unique<char[]>(kSharedRegion));
  }
  *out = regions[static_cast<std::size_t>(region)].get();
  return SQLITE_OK;
}
int do_shm_lock(sqlite3_file*, int, int, int) {
  return SQLITE_OK;
}
void do_shm_barrier(sqlite3_file*) {}
int do_shm_unmap(sqlite3_file* file, int remove) {
  if (remove != 0) {
    of(file).disk->shared_memory(*of(file).path).clear();
  }
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods{2,
                                  do_close,
                                  do_read,
                                  do_write,
                                  do_truncate,
                                  do_sync,
                                  do_size,
                                  do_lock,
                                  do_lock,
                                  do_check_lock,
                                  do_control,
                                  do_sector,
                                  do_characteristics,
                                  do_shm_map,
                                  do_shm_lock,
                                  do_shm_barrier,
                                  do_shm_unmap,
                                  nullptr,
                                  nullptr};

FaultDisk& disk_of(sqlite3_vfs* vfs) {
  return *static_cast<FaultDisk*>(vfs->pAppData);
}

int do_open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out) {
  of(file).base.pMethods = nullptr;
  FaultDisk& disk = disk_of(vfs);
  if (disk.killed()) {
    return SQLITE_CANTOPEN;
  }
  const std::string name = path == nullptr ? "temporary" : path;
  if ((flags & SQLITE_OPEN_CREATE) == 0 && !disk.files().contains(name)) {
    return SQLITE_CANTOPEN;
  }
  disk.files()[name];
  of(file) = {{&kMethods}, &disk, new std::string(name)};
  if (out != nullptr) {
    *out = flags;
  }
  return SQLITE_OK;
}

int do_delete(sqlite3_vfs* vfs, const char* path, int) {
  if (disk_of(vfs).killed()) {
    return SQLITE_IOERR_DELETE;
  }
  disk_of(vfs).files().erase(path);
  return SQLITE_OK;
}
int do_access(sqlite3_vfs* vfs, const char* path, int, int* out) {
  const auto found = disk_of(vfs).files().find(path);
  *out = found != disk_of(vfs).files().end() ? 1 : 0;
  return SQLITE_OK;
}
int do_full_path(sqlite3_vfs*, const char* path, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", path);
  return SQLITE_OK;
}
int do_randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 0x5A, static_cast<std::size_t>(size)); // the same in every run
  return size;
}
int do_sleep(sqlite3_vfs*, int microseconds) {
  return microseconds;
}
int do_time(sqlite3_vfs*, double* out) {
  *out = 2'460'676.5; // 2025-01-01, Julian days
  return SQLITE_OK;
}
int do_last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

} // namespace

FaultDisk::FaultDisk() {
  static std::atomic<std::uint64_t> next{1};
  name_ = "rg-fault-disk-" + std::to_string(next++);
  sqlite3_initialize();
  vfs_ = std::make_unique<sqlite3_vfs>();
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(OpenFile);
  vfs_->mxPathname = 512;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = do_open;
  vfs_->xDelete = do_delete;
  vfs_->xAccess = do_access;
  vfs_->xFullPathname = do_full_path;
  vfs_->xRandomness = do_randomness;
  vfs_->xSleep = do_sleep;
  vfs_->xCurrentTime = do_time;
  vfs_->xGetLastError = do_last_error;
  RG_ASSERT(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

FaultDisk::~FaultDisk() {
  sqlite3_vfs_unregister(vfs_.get());
}

void FaultDisk::copy_from(const FaultDisk& other) {
  files_.clear();
  shared_.clear();
  for (const auto& [path, file] : other.files_) {
    files_[path] = {file.durable, file.durable, {}};
  }
}

void FaultDisk::kill_at_write(std::uint64_t n, bool torn) {
  RG_ASSERT(n > 0);
  kill_at_ = writes_ + n;
  torn_ = torn;
}

bool FaultDisk::dies_now() {
  ++writes_;
  if (kill_at_ != 0 && writes_ >= kill_at_) {
    killed_ = true;
  }
  return killed_;
}

int FaultDisk::write(File& file, std::size_t offset, const char* bytes, std::size_t size) {
  const bool was_dead = killed_;
  if (dies_now()) {
    if (!was_dead && torn_ && size > 1) {
      file.unsynced.push_back({offset, std::string(bytes, size / 2)});
    }
    return SQLITE_IOERR_WRITE;
  }
  if (read_only_) {
    return SQLITE_IOERR_WRITE;
  }
  if (full_) {
    return SQLITE_FULL;
  }
  if (file.seen.size() < offset + size) {
    file.seen.resize(offset + size);
  }
  std::memcpy(file.seen.data() + offset, bytes, size);
  file.unsynced.push_back({offset, std::string(bytes, size)});
  return SQLITE_OK;
}

int FaultDisk::sync(File& file) {
  if (dies_now()) {
    return SQLITE_IOERR_FSYNC;
  }
  if (read_only_) {
    return SQLITE_IOERR_FSYNC;
  }
  for (const Write& w : file.unsynced) {
    if (file.durable.size() < w.offset + w.bytes.size()) {
      file.durable.resize(w.offset + w.bytes.size());
    }
    std::memcpy(file.durable.data() + w.offset, w.bytes.data(), w.bytes.size());
  }
  file.unsynced.clear();
  file.durable.resize(std::min(file.durable.size(), file.seen.size()));
  return SQLITE_OK;
}

int FaultDisk::truncate(File& file, std::size_t size) {
  if (dies_now()) {
    return SQLITE_IOERR_TRUNCATE;
  }
  if (read_only_) {
    return SQLITE_IOERR_TRUNCATE;
  }
  file.seen.resize(std::min(file.seen.size(), size)); // durable with the next sync
  return SQLITE_OK;
}

void FaultDisk::restart(const std::function<bool()>& keep) {
  for (auto& [path, file] : files_) {
    for (const Write& w : file.unsynced) {
      for (std::size_t from = 0; from < w.bytes.size(); from += kSector) {
        const std::size_t size = std::min(kSector, w.bytes.size() - from);
        if (!keep()) {
          lost_ += size;
          continue;
        }
        const std::size_t at = w.offset + from;
        if (file.durable.size() < at + size) {
          file.durable.resize(at + size);
        }
        std::memcpy(file.durable.data() + at, w.bytes.data() + from, size);
      }
    }
    file.unsynced.clear();
    file.seen = file.durable;
  }
  shared_.clear();
  killed_ = false;
  full_ = read_only_ = false;
  kill_at_ = 0;
}

} // namespace rg::journal
