#include "infra/journal/head_file.hpp"
#include "infra/journal/input_fields.hpp"
#include "infra/journal/recording.hpp"
#include "infra/ports/journal_store.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <zstd.h>

namespace rg {

using journal::ByteBuffer;
using journal::ByteReader;
using journal::ByteWriter;

namespace {

constexpr std::size_t kFrameBytes =
    std::size_t{256} * 1024; ///< unpacked bytes that wake the background thread
constexpr std::chrono::milliseconds kFlushEvery{250};
constexpr int kLevel = 3;

void encode(ByteBuffer& out, const RecordedInput& record) {
  const std::size_t start = out.size();
  ByteWriter writer(out);
  writer.number(std::uint32_t{0}); // the length, known at the end
  journal::field(writer, record);
  const auto length = static_cast<std::uint32_t>(out.size() - start - sizeof(std::uint32_t));
  std::memcpy(out.data() + start, &length, sizeof(length));
}

} // namespace

void encode_input(std::string& out, const RecordedInput& record) {
  ByteBuffer bytes;
  encode(bytes, record);
  out += bytes.view();
}

Result<RecordedInput, std::string> decode_input(std::string_view bytes) {
  ByteReader reader(bytes);
  RecordedInput record;
  try {
    journal::field(reader, record);
  } catch (const journal::BadBytes& bad) {
    return fail(std::string(bad.what()));
  }
  if (!reader.at_end()) {
    return fail(std::string("a record is longer than its content"));
  }
  return record;
}

struct RecordingWriter::State {
  std::string path;
  int file = -1;
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};

  std::mutex mutex;
  std::condition_variable work; ///< for the background thread
  std::condition_variable done; ///< for flush()
  ByteBuffer filling;           ///< guarded by mutex: appended, not yet taken
  std::uint64_t flush_wanted = 0, flush_done = 0;
  bool stop = false;
  std::string failure_text;
  std::atomic<bool> failed{false};
  std::atomic<std::uint64_t> count{0}, bytes{0};

  ByteBuffer writing; ///< the background thread's own
  std::string packed;
  std::thread thread;

  ~State() {
    if (file >= 0) {
      ::close(file);
    }
  }

  void run();
  void write_frame();
  void write_bytes(std::string_view bytes_left);
};

/// Compresses `writing` into one frame and writes it.
void RecordingWriter::State::write_frame() {
  if (writing.empty()) {
    return;
  }
  packed.resize(ZSTD_compressBound(writing.size()));
  const std::size_t size =
      ZSTD_compress2(context.get(), packed.data(), packed.size(), writing.data(), writing.size());
  if (ZSTD_isError(size) != 0U) {
    throw JournalFailure(path + ": cannot compress the recording (" + ZSTD_getErrorName(size) +
                         ")");
  }
  write_bytes(std::string_view(packed).substr(0, size));
  bytes += size;
  writing.clear();
}

void RecordingWriter::State::write_bytes(std::string_view left) {
  while (!left.empty()) {
    const ssize_t written = ::write(file, left.data(), left.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      throw JournalFailure(path + ": cannot write the recording (" + std::strerror(errno) + ")");
    }
    left.remove_prefix(static_cast<std::size_t>(written));
  }
}

void RecordingWriter::State::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    work.wait_for(lock, kFlushEvery, [this] {
      return stop || flush_wanted > flush_done || filling.size() >= kFrameBytes;
    });
    const bool last = stop;
    const std::uint64_t wanted = flush_wanted;
    std::swap(filling, writing);
    lock.unlock();
    try {
      if (!failed) {
        write_frame();
        if (wanted > flush_done && ::fdatasync(file) != 0) {
          throw JournalFailure(path + ": cannot sync the recording (" + std::strerror(errno) + ")");
        }
      }
      lock.lock();
    } catch (const std::exception& problem) {
      lock.lock();
      failure_text = problem.what();
      failed = true;
    }
    writing.clear();
    flush_done = wanted;
    done.notify_all();
    if (last && filling.empty()) {
      return;
    }
  }
}

RecordingWriter::RecordingWriter(const std::string& path, const std::string& run_id)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  journal::make_folder_of(path);
  s.path = path;
  s.file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (s.file < 0) {
    throw JournalFailure(path + ": cannot make the recording (" + std::strerror(errno) + ")");
  }
  RG_ASSERT(s.context != nullptr);
  ZSTD_CCtx_setParameter(s.context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(s.context.get(), ZSTD_c_checksumFlag, 1);
  s.filling.reserve(2 * kFrameBytes);
  s.writing.reserve(2 * kFrameBytes);
  ByteWriter header(s.writing);
  for (const char c : kRecordingMagic) {
    header.number(c);
  }
  header.number(kRecordingVersion);
  header.text(run_id);
  s.write_frame();
  s.thread = std::thread([&s] { s.run(); });
}

RecordingWriter::~RecordingWriter() {
  State& s = *state_;
  {
    const std::lock_guard lock(s.mutex);
    if (!s.failed) {
      ByteWriter trailer(s.filling);
      trailer.number(std::uint32_t{0});
      trailer.number(s.count.load());
    }
    s.stop = true;
    ++s.flush_wanted;
  }
  s.work.notify_one();
  s.thread.join();
}

void RecordingWriter::append(const RecordedInput& record) {
  State& s = *state_;
  if (s.failed.load(std::memory_order_relaxed)) {
    return;
  }
  bool full = false;
  {
    // Uncontended but for the moment in which the background thread swaps two strings.
    const std::lock_guard lock(s.mutex);
    const std::size_t before = s.filling.size();
    encode(s.filling, record);
    full = before < kFrameBytes && s.filling.size() >= kFrameBytes;
    s.count.store(s.count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  if (full) {
    s.work.notify_one();
  }
}

void RecordingWriter::flush() {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  const std::uint64_t wanted = ++s.flush_wanted;
  s.work.notify_one();
  s.done.wait(lock, [&] { return s.flush_done >= wanted; });
  if (s.failed) {
    throw JournalFailure(s.failure_text);
  }
}

bool RecordingWriter::failed() const {
  return state_->failed;
}
std::string RecordingWriter::failure() const {
  const std::lock_guard lock(state_->mutex);
  return state_->failure_text;
}
std::uint64_t RecordingWriter::count() const {
  return state_->count;
}
std::uint64_t RecordingWriter::bytes_written() const {
  return state_->bytes;
}

} // namespace rg
