#include "infra/journal/head_file.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <simdjson.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace rg::journal {

namespace {

constexpr std::size_t kKeyBytes = 32;

/// A file descriptor that closes itself.
class Descriptor {
public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

private:
  int fd_;
};

[[noreturn]] void io_failure(const std::string& path, const char* doing) {
  throw JournalFailure(path + ": cannot " + doing + " (" + std::strerror(errno) + ")");
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

} // namespace

void make_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty() && !std::filesystem::create_directories(folder, error) && error) {
    throw JournalFailure(folder.string() + ": cannot make the folder (" + error.message() + ")");
  }
}

std::optional<std::string> read_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) {
      return std::nullopt;
    }
    io_failure(path, "open the file");
  }
  std::string content;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      io_failure(path, "read the file");
    }
    if (got == 0) {
      return content;
    }
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

namespace {

void write_synced(const std::string& path, std::string_view content, unsigned mode) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file.is_open()) {
    io_failure(path, "make the file");
  }
  if (!write_all(file.get(), content) || ::fdatasync(file.get()) != 0) {
    io_failure(path, "write the file");
  }
}

/// Leaves a file that another writer made first as it is: a key once used must never change.
void write_unless_there(const std::string& path, std::string_view content, unsigned mode) {
  static std::atomic<unsigned> drafts{0};
  const std::string draft =
      path + ".new" + std::to_string(::getpid()) + "-" + std::to_string(drafts++);
  write_synced(draft, content, mode);
  const bool made = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const int error = errno;
  ::unlink(draft.c_str());
  if (!made) {
    errno = error;
    io_failure(path, "make the file");
  }
}

} // namespace

void write_file_atomically(const std::string& path, std::string_view content, unsigned mode) {
  const std::string draft = path + ".new";
  write_synced(draft, content, mode);
  if (::rename(draft.c_str(), path.c_str()) != 0) {
    io_failure(path, "replace the file");
  }
}

JournalKey JournalKey::load_or_make(const std::string& path) {
  if (!read_file(path)) {
    make_folder_of(path);
    std::string bytes(kKeyBytes, '\0');
    if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                        static_cast<int>(bytes.size())) != 1) {
      throw JournalFailure(path +
                           ": the operating system gives no random bytes for the journal key");
    }
    write_unless_there(path, bytes, 0600);
  }
  Result<JournalKey, InputError> key = load(path);
  if (!key) {
    throw JournalFailure(key.error().text());
  }
  return *std::move(key);
}

Result<JournalKey, InputError> JournalKey::load(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return fail(InputError{
        path, 0,
        "the journal's key is missing; run from the folder where it was made, or give --key"});
  }
  if ((info.st_mode & 077U) != 0) {
    return fail(InputError{path, 0, "others may read the journal's key; run: chmod 600 " + path});
  }
  std::optional<std::string> bytes = read_file(path);
  if (!bytes || bytes->size() != kKeyBytes) {
    return fail(InputError{path, 0, "is no journal key (32 bytes); restore it from your backup"});
  }
  return JournalKey(*std::move(bytes));
}

std::string JournalKey::mac(const Head& head) const {
  std::string message = "regimeguard journal head 1\n";
  message += std::to_string(head.count);
  message += '\n';
  message += head.hash;
  return hex_text(hmac_sha256(bytes_, message));
}

std::string head_text(const Head& head, const JournalKey& key) {
  std::string text = "{\"format\":1,\"count\":";
  text += std::to_string(head.count);
  text += ",\"hash\":\"";
  text += head.hash;
  text += "\",\"mac\":\"";
  text += key.mac(head);
  text += "\"}\n";
  return text;
}

StoredHead read_head(const std::string& path, const JournalKey& key) {
  const std::optional<std::string> text = read_file(path);
  if (!text) {
    return {HeadState::missing, {}};
  }
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  StoredHead stored{HeadState::malformed, {}};
  std::int64_t format = 0;
  std::string_view hash;
  std::string_view mac;
  if (parser.parse(*text).get(document) != simdjson::SUCCESS ||
      document["format"].get(format) != simdjson::SUCCESS || format != 1 ||
      document["count"].get(stored.head.count) != simdjson::SUCCESS ||
      document["hash"].get(hash) != simdjson::SUCCESS ||
      document["mac"].get(mac) != simdjson::SUCCESS) {
    return stored;
  }
  stored.head.hash = ChainHash(hash);
  const std::string expected = key.mac(stored.head);
  const bool genuine =
      mac.size() == expected.size() && CRYPTO_memcmp(mac.data(), expected.data(), mac.size()) == 0;
  stored.state = genuine ? HeadState::good : HeadState::forged;
  return stored;
}

void write_head(const std::string& path, const Head& head, const JournalKey& key) {
  write_file_atomically(path, head_text(head, key), 0644);
}

} // namespace rg::journal
