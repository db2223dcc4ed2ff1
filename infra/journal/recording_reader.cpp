#include "infra/journal/byte_codec.hpp"
#include "infra/journal/recording.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

namespace rg {

using journal::BadBytes;
using journal::ByteReader;

namespace {

/// Frames are some 256 KiB, more after a stalled disk; one that claims more than this was not
/// written by us.
constexpr unsigned long long kFrameLimit = 1ULL << 30U;
/// Records pack ten times; a frame that claims thousands of times its bytes, and much, was not
/// either: a few bytes must not make us fill a gigabyte.
constexpr unsigned long long kMostPacked = 1000, kUnsuspicious = 1ULL << 24U;

/// A file's bytes in memory, read-only.
class MappedFile {
public:
  static Result<MappedFile, InputError> open(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info {};
    if (fd < 0 || ::fstat(fd, &info) != 0) {
      const std::string reason = std::strerror(errno);
      if (fd >= 0) {
        ::close(fd);
      }
      return fail(InputError{path, 0, "cannot read the recording (" + reason + ")"});
    }
    MappedFile file;
    file.size_ = static_cast<std::size_t>(info.st_size);
    if (S_ISREG(info.st_mode) && file.size_ > 0) {
      file.data_ = ::mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    ::close(fd);
    if (file.data_ == MAP_FAILED) {
      return fail(InputError{path, 0, "is no recording, or cannot be mapped into memory"});
    }
    return file;
  }
  ~MappedFile() {
    if (data_ != MAP_FAILED) {
      ::munmap(data_, size_);
    }
  }
  MappedFile(MappedFile&& other) noexcept
      : data_(std::exchange(other.data_, MAP_FAILED)), size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&&) = delete;
  [[nodiscard]] std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

private:
  MappedFile() = default;
  void* data_ = MAP_FAILED;
  std::size_t size_ = 0;
};

bool only_zeros(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

/// A frame's first bytes, as far as they are there.
bool begins_frame(std::string_view bytes) {
  constexpr std::uint32_t kMagic = ZSTD_MAGICNUMBER;
  std::array<char, sizeof(kMagic)> magic{};
  std::memcpy(magic.data(), &kMagic, sizeof(kMagic));
  const std::size_t there = std::min(bytes.size(), magic.size());
  return bytes.substr(0, there) == std::string_view(magic.data(), there);
}

} // namespace

struct RecordingReader::State {
  State(std::string path_, MappedFile file_)
      : path(std::move(path_)), file(std::move(file_)), packed(file.bytes()) {}

  std::string path;
  MappedFile file;
  std::string_view packed; ///< frames still to unpack
  std::string unpacked;    ///< the current frame
  std::string_view rest;   ///< of it
  std::string run_id;
  std::uint64_t count = 0;
  bool complete = false, torn = false, ended = false;

  bool next_frame();
  void read_header();
  std::optional<RecordedInput> next_record();
  [[nodiscard]] InputError problem(const std::string& what) const;
};

InputError RecordingReader::State::problem(const std::string& what) const {
  const std::size_t offset = file.bytes().size() - packed.size();
  return {path, 0,
          "damaged recording before byte " + std::to_string(offset) + " (record " +
              std::to_string(count + 1) + "): " + what};
}

/// Unpacks the next frame; false at the end of the file or at a torn last frame. Throws BadBytes.
bool RecordingReader::State::next_frame() {
  if (packed.empty()) {
    return false;
  }
  const std::size_t length = ZSTD_findFrameCompressedSize(packed.data(), packed.size());
  if (ZSTD_isError(length) != 0U) {
    // Cut off inside the frame, or the zeros that a power failure leaves behind.
    const bool begins_well = begins_frame(packed);
    if (!begins_well && !only_zeros(packed)) {
      throw BadBytes("no frame begins here");
    }
    torn = true;
    return false;
  }
  const unsigned long long content = ZSTD_getFrameContentSize(packed.data(), packed.size());
  if (content > kFrameLimit || // the two error codes are the largest values
      (content > kUnsuspicious && content / kMostPacked > length)) {
    throw BadBytes("a frame of impossible size");
  }
  unpacked.resize(static_cast<std::size_t>(content));
  const std::size_t got = ZSTD_decompress(unpacked.data(), unpacked.size(), packed.data(), length);
  if (ZSTD_isError(got) != 0U || got != unpacked.size()) {
    if (only_zeros(packed.substr(length))) { // the last one: its bytes did not all reach the disk
      torn = true;
      return false;
    }
    throw BadBytes(ZSTD_getErrorName(got));
  }
  packed.remove_prefix(length);
  rest = unpacked;
  return true;
}

void RecordingReader::State::read_header() {
  if (!next_frame() || rest.substr(0, kRecordingMagic.size()) != kRecordingMagic) {
    throw BadBytes("is no RegimeGuard recording");
  }
  ByteReader reader(rest.substr(kRecordingMagic.size()));
  std::uint32_t version = 0;
  reader.number(version);
  if (version != kRecordingVersion) {
    throw BadBytes("has version " + std::to_string(version) + "; this program reads version " +
                   std::to_string(kRecordingVersion));
  }
  reader.text(run_id);
  rest = {};
}

std::optional<RecordedInput> RecordingReader::State::next_record() {
  while (rest.empty()) {
    if (ended || !next_frame()) {
      ended = true;
      return std::nullopt;
    }
  }
  ByteReader reader(rest);
  std::uint32_t length = 0;
  reader.number(length);
  if (length == 0) {
    std::uint64_t told = 0;
    reader.number(told);
    if (told != count || !reader.at_end() || !packed.empty()) {
      throw BadBytes("the trailer does not fit the records");
    }
    complete = true;
    ended = true;
    rest = {};
    return std::nullopt;
  }
  const std::string_view bytes = reader.take(length);
  Result<RecordedInput, std::string> record = decode_input(bytes);
  if (!record) {
    throw BadBytes(record.error());
  }
  rest.remove_prefix(sizeof(length) + length);
  ++count;
  return *std::move(record);
}

RecordingReader::RecordingReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordingReader::~RecordingReader() = default;
RecordingReader::RecordingReader(RecordingReader&&) noexcept = default;
RecordingReader& RecordingReader::operator=(RecordingReader&&) noexcept = default;

Result<RecordingReader, InputError> RecordingReader::open(const std::string& path) {
  Result<MappedFile, InputError> file = MappedFile::open(path);
  if (!file) {
    return fail(file.error());
  }
  auto state = std::make_unique<State>(path, *std::move(file));
  try {
    state->read_header();
  } catch (const BadBytes& bad) {
    return fail(InputError{path, 0, bad.what()});
  }
  return RecordingReader(std::move(state));
}

Result<std::optional<RecordedInput>, InputError> RecordingReader::next() {
  try {
    return state_->next_record();
  } catch (const BadBytes& bad) {
    state_->ended = true;
    return fail(state_->problem(bad.what()));
  }
}

const std::string& RecordingReader::run_id() const {
  return state_->run_id;
}
bool RecordingReader::complete() const {
  return state_->complete;
}
bool RecordingReader::torn() const {
  return state_->torn;
}

} // namespace rg
