#include "infra/market/stored_file.hpp"

#include "messages/support/invariant.hpp"

#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

namespace rg {

namespace {

struct FileCloser {
  void operator()(std::FILE* f) const { std::fclose(f); }
};

constexpr std::size_t kChunk = std::size_t{1} << 20;

} // namespace

Result<std::string, InputError> read_stored_file(const std::string& path) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    return fail(InputError{path, 0, std::string("cannot be opened: ") + std::strerror(errno)});
  }
  std::string bytes;
  std::size_t got = 0;
  do {
    const std::size_t before = bytes.size();
    bytes.resize(before + kChunk);
    got = std::fread(bytes.data() + before, 1, kChunk, file.get());
    bytes.resize(before + got);
  } while (got == kChunk);
  if (std::ferror(file.get()) != 0) {
    return fail(InputError{path, 0, std::string("cannot be read: ") + std::strerror(errno)});
  }
  return bytes;
}

std::string sha256_hex(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const int ok =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  RG_ASSERT(ok == 1 && length == 32);
  constexpr const char* kHex = "0123456789abcdef";
  std::string hex;
  hex.reserve(64);
  for (unsigned int i = 0; i < length; ++i) {
    hex += kHex[digest[i] >> 4U];
    hex += kHex[digest[i] & 15U];
  }
  return hex;
}

namespace {

/// Ends the inflate state whatever happens.
class Inflater {
public:
  Inflater() { ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK; }
  ~Inflater() {
    if (ready_) {
      inflateEnd(&stream_);
    }
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] z_stream& stream() { return stream_; }

private:
  z_stream stream_{};
  bool ready_ = false;
};

/// The last four bytes of a gzip hold the text's length modulo 2^32: a good first guess.
std::size_t expected_length(const std::string& bytes) {
  if (bytes.size() < 18) {
    return kChunk;
  }
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[bytes.size() - 4 + i]))
              << (8 * i);
  }
  // Deflate cannot do better than about 1030:1; a larger claim is a damaged trailer.
  return length / 1100 > bytes.size() ? kChunk : length + std::size_t{64};
}

} // namespace

Result<std::string, InputError> gunzip(const std::string& bytes, const std::string& where) {
  Inflater inflater;
  RG_ASSERT(inflater.ready());
  z_stream& z = inflater.stream();
  std::string text(expected_length(bytes), '\0');
  std::size_t written = 0;
  // zlib takes the input as non-const though it never writes to it.
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  while (true) {
    if (written == text.size()) {
      text.resize(text.size() * 2);
    }
    z.next_out = reinterpret_cast<Bytef*>(text.data() + written);
    z.avail_out = static_cast<uInt>(text.size() - written);
    const int status = inflate(&z, Z_NO_FLUSH);
    written = text.size() - z.avail_out;
    if (status == Z_STREAM_END) {
      if (z.avail_in == 0) {
        break;
      }
      inflateReset(&z); // a further member follows
      continue;
    }
    if (status == Z_BUF_ERROR || (status == Z_OK && z.avail_in == 0 && z.avail_out > 0)) {
      return fail(
          InputError{where, 0, "the gzip ends too early; the file is truncated, fetch it again"});
    }
    if (status != Z_OK) {
      return fail(InputError{where, 0, "is no valid gzip; the file is damaged, fetch it again"});
    }
  }
  text.resize(written);
  return text;
}

Result<std::string, InputError> stored_text(const std::string& bytes, const std::string& path) {
  if (path.size() > 3 && path.compare(path.size() - 3, 3, ".gz") == 0) {
    return gunzip(bytes, path);
  }
  return bytes;
}

} // namespace rg
