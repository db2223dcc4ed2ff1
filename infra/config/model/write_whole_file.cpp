#include "infra/config/model/write_whole_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace rg {

namespace {

/// All of it, or errno.
int write_and_sync(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) {
      return errno;
    }
    bytes.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

} // namespace

Result<bool, InputError> write_whole_file(const std::string& path, std::string_view bytes) {
  const auto refused = [&](int error) {
    return fail(InputError{path, 0, std::string("cannot write the file: ") + std::strerror(error)});
  };
  if (std::filesystem::is_directory(path)) {
    return refused(EISDIR);
  }
  const std::string beside = path + ".tmp" + std::to_string(::getpid());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) {
    return refused(errno);
  }
  int error = write_and_sync(file, bytes);
  if (::close(file) != 0 && error == 0) {
    error = errno;
  }
  if (error == 0 && std::rename(beside.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(beside.c_str());
    return refused(error);
  }
  return true;
}

} // namespace rg
