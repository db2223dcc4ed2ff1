#include "infra/config/model/model_versions.hpp"

#include "infra/config/model/write_whole_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

namespace rg {

namespace {

namespace fs = std::filesystem;

constexpr unsigned kMostVersions = 100'000;

bool holds(const std::string& path, std::string_view text) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()) ==
         text;
}

/// Something of this name that must stay.
bool is_taken(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error) && fs::file_size(path, error) > 0;
}

} // namespace

std::string version_path(const std::string& path, unsigned version) {
  if (version <= 1) {
    return path;
  }
  const fs::path whole(path);
  const std::string name =
      whole.stem().string() + "-v" + std::to_string(version) + whole.extension().string();
  return (whole.parent_path() / name).string();
}

Result<WrittenModel, InputError> write_model_version(const std::string& path,
                                                     std::string_view text) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) {
    return fail(InputError{path, 0, "cannot write the file: it is no regular file"});
  }
  unsigned version = 1;
  while (version < kMostVersions && is_taken(version_path(path, version))) {
    ++version;
  }
  if (version > 1 && holds(version_path(path, version - 1), text)) {
    return WrittenModel{version_path(path, version - 1), true};
  }
  if (version == 1 && fs::exists(path, error)) { // an empty file (mktemp) holds no model
    if (const auto written = write_whole_file(path, text); !written) {
      return fail(written.error());
    }
    return WrittenModel{path, false};
  }
  // Written whole under a name of its own, then linked: linking fails where a file exists, so a
  // writer that was faster keeps its version.
  const std::string beside = path + ".new" + std::to_string(::getpid());
  if (const auto written = write_whole_file(beside, text); !written) {
    return fail(InputError{path, 0, written.error().what});
  }
  for (; version < kMostVersions; ++version) {
    const std::string target = version_path(path, version);
    if (::link(beside.c_str(), target.c_str()) == 0) {
      ::unlink(beside.c_str());
      return WrittenModel{target, false};
    }
    if (errno != EEXIST) {
      break;
    }
  }
  const int failed = errno;
  ::unlink(beside.c_str());
  return fail(InputError{path, 0, std::string("cannot write the file: ") + std::strerror(failed)});
}

} // namespace rg
