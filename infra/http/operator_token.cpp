#include "infra/http/operator_token.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace rg::http {

namespace {

constexpr std::size_t kTokenBytes = 32;

InputError error_about(const std::string& path, const std::string& what) {
  return InputError{path, 0, what};
}

std::string random_hex() {
  std::array<unsigned char, kTokenBytes> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    return {};
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const unsigned char b : bytes) {
    text += kHex[b >> 4];
    text += kHex[b & 15U];
  }
  return text;
}

} // namespace

Result<std::string, InputError> load_token(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return fail(error_about(path, "no operator token there; start the engine once, it makes one"));
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(error_about(path, "others may read the operator token; run chmod 600 on it"));
  }
  std::ifstream in(path);
  std::string token;
  in >> token;
  if (token.size() < 2 * kTokenBytes) {
    return fail(
        error_about(path, "holds no operator token; delete it and the engine makes a new one"));
  }
  return token;
}

Result<std::string, InputError> load_or_create_token(const std::string& path) {
  if (std::filesystem::exists(path)) {
    return load_token(path);
  }
  std::error_code ignored;
  const auto parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) {
    std::filesystem::create_directories(parent, ignored);
  }
  const std::string token = random_hex();
  if (token.empty()) {
    return fail(error_about(path, "the operating system gave no randomness"));
  }
  // O_EXCL: two engines that start together must not end up with different tokens.
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) {
    return errno == EEXIST
               ? load_token(path)
               : fail(error_about(path, std::string("cannot be made: ") + std::strerror(errno)));
  }
  const std::string line = token + "\n";
  const bool written = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size());
  ::close(fd);
  if (!written) {
    return fail(error_about(path, "cannot be written"));
  }
  return token;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace rg::http
