#pragma once
// What entered the engine, in the order in which it was processed: the file beside the journal from
// which `replay` recomputes every decision.
//
// The file is a series of zstd frames with checksums (`zstd -dc` unpacks it). Unpacked:
//   header   "RGRECORD", version (u32), run id (u32 length, bytes)
//   records  u32 length, then sequence (u64), wall time (i64 ns), alternative (u8), its fields
//   trailer  u32 0, then the number of records (u64); absent after a crash
// Numbers are little-endian. A frame holds whole records, so a torn tail loses whole records only.

#include "messages/engine/engine_input.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rg {

inline constexpr std::uint32_t kRecordingVersion = 1;
inline constexpr std::string_view kRecordingMagic = "RGRECORD";

/// Appends the record's bytes, its length first.
void encode_input(std::string& out, const RecordedInput& record);
/// From the bytes after the length; all of them must be used. The error is half a sentence.
[[nodiscard]] Result<RecordedInput, std::string> decode_input(std::string_view bytes);

/// One thread appends; compression and the disk are a background thread's. What was appended is in
/// the file within 250 ms, or sooner when there is much of it.
class RecordingWriter {
public:
  /// @throws JournalFailure when the file exists already or cannot be made.
  RecordingWriter(const std::string& path, const std::string& run_id);
  /// Writes what is left, and the trailer.
  ~RecordingWriter();
  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;

  /// @cost about 100 ns for a tick; no system call. After a failure it does nothing.
  void append(const RecordedInput& record);
  /// Returns when everything appended so far is in the file and synced. @throws JournalFailure.
  void flush();

  [[nodiscard]] bool failed() const; ///< the disk took no more; the engine must halt new risk
  [[nodiscard]] std::string failure() const;
  [[nodiscard]] std::uint64_t count() const;         ///< records appended
  [[nodiscard]] std::uint64_t bytes_written() const; ///< compressed, on disk

private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads a recording front to back. Memory: the file is mapped, one frame is unpacked at a time.
class RecordingReader {
public:
  [[nodiscard]] static Result<RecordingReader, InputError> open(const std::string& path);
  ~RecordingReader();
  RecordingReader(RecordingReader&&) noexcept;
  RecordingReader& operator=(RecordingReader&&) noexcept;

  /// The next record; nothing at the end, which may be a torn tail (see below). InputError for
  /// bytes that no writer makes, with their place.
  [[nodiscard]] Result<std::optional<RecordedInput>, InputError> next();

  [[nodiscard]] const std::string& run_id() const;
  [[nodiscard]] bool complete() const; ///< at the end: the trailer was there and its count is right
  [[nodiscard]] bool torn() const;     ///< at the end: the last frame was cut off, as a crash does

private:
  struct State;
  explicit RecordingReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

} // namespace rg
