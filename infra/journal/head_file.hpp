#pragma once
// The journal's head: how many records there are and the last one's hash, with a MAC whose key lies
// outside the journal. Without the key nobody can remove a tail or rewrite the file and make it
// fit.

#include "infra/journal/row.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <optional>
#include <string>

namespace rg::journal {

struct Head {
  std::uint64_t count = 0;
  ChainHash hash = genesis_hash();
  friend bool operator==(const Head&, const Head&) = default;
};

/// 32 random bytes in a file of mode 0600.
class JournalKey {
public:
  /// Reads the key, or makes it from the operating system's randomness when the file does not
  /// exist.
  /// @throws JournalFailure when it can be neither read nor made, or others may read it.
  [[nodiscard]] static JournalKey load_or_make(const std::string& path);
  [[nodiscard]] static Result<JournalKey, InputError> load(const std::string& path);
  [[nodiscard]] std::string mac(const Head& head) const; ///< 64 hex digits
private:
  explicit JournalKey(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
};

[[nodiscard]] inline std::string head_path(const std::string& journal) {
  return journal + ".head";
}

/// One line of JSON: {"format":1,"count":…,"hash":"…","mac":"…"}.
[[nodiscard]] std::string head_text(const Head& head, const JournalKey& key);

enum class HeadState { good, missing, malformed, forged };
struct StoredHead {
  HeadState state = HeadState::missing;
  Head head; ///< valid when good
};
[[nodiscard]] StoredHead read_head(const std::string& path, const JournalKey& key);
/// Atomic: a reader or a crash sees the old head or the new one. Throws JournalFailure.
void write_head(const std::string& path, const Head& head, const JournalKey& key);

/// Writes a file so that it is there as a whole or not at all, and synced. Throws JournalFailure.
void write_file_atomically(const std::string& path, std::string_view content, unsigned mode);
/// The whole file, or nothing when it does not exist. Throws JournalFailure when it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path);
/// The folder of a path, made when missing. Throws JournalFailure.
void make_folder_of(const std::string& path);

} // namespace rg::journal
