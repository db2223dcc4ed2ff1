#include "infra/weex/credentials.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sys/stat.h>

namespace rg::weex {

Secret::~Secret() {
  OPENSSL_cleanse(text_.data(), text_.capacity());
}

namespace {

struct Part {
  const char* name;
  Secret Credentials::*member;
};
constexpr std::array<Part, 3> kParts{{{"API_KEY", &Credentials::api_key},
                                      {"SECRET_KEY", &Credentials::secret_key},
                                      {"PASSPHRASE", &Credentials::passphrase}}};

/// Values travel in HTTP headers: printable ASCII without spaces.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

Result<Credentials, InputError> check(Credentials credentials, const std::string& where,
                                      const std::string& prefix) {
  for (const Part& part : kParts) {
    const Secret& value = credentials.*part.member;
    if (value.empty()) {
      return fail(InputError{where, 0, fmt::format("{}{} is missing", prefix, part.name)});
    }
    if (!is_plain(value.reveal())) {
      return fail(InputError{
          where, 0, fmt::format("{}{} holds a space or a control character", prefix, part.name)});
    }
  }
  return credentials;
}

Result<Credentials, InputError> from_environment(const std::string& prefix) {
  if (prefix.empty()) {
    return fail(InputError{"exchange.credentials", 0, "env: needs a prefix, e.g. env:WEEX"});
  }
  Credentials credentials;
  for (const Part& part : kParts) {
    std::string variable = prefix;
    variable.append("_").append(part.name);
    const char* const value = std::getenv(variable.c_str());
    credentials.*part.member = Secret(value == nullptr ? "" : value);
  }
  return check(std::move(credentials), "environment", prefix + "_");
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  const auto end = text.find_last_not_of(" \t\r");
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin, end - begin + 1);
}

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

Result<Credentials, InputError> from_file(const std::string& path) {
  std::ifstream file(path); // opened before the check: both look at what is being read
  struct stat status {};
  if (!file || stat(path.c_str(), &status) != 0) {
    return fail(InputError{path, 0, "cannot be read"});
  }
  if (!S_ISREG(status.st_mode) || (status.st_mode & 077) != 0) {
    return fail(InputError{path, 0, "must be a file that only its owner can read: chmod 600 it"});
  }
  Credentials credentials;
  std::string line;
  for (std::uint64_t number = 1; std::getline(file, line); ++number) {
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#') {
      continue;
    }
    const std::size_t equals = text.find('=');
    const std::string key = upper(trimmed(text.substr(0, equals)));
    const auto part = std::find_if(kParts.begin(), kParts.end(), [&](const Part& p) {
      const std::string_view name = p.name;
      return key == name || (key.ends_with(name) && key[key.size() - name.size() - 1] == '_');
    });
    if (equals == std::string_view::npos || part == kParts.end()) {
      return fail(InputError{path, number, "expected API_KEY=…, SECRET_KEY=… or PASSPHRASE=…"});
    }
    std::string_view value = trimmed(text.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    credentials.*(part->member) = Secret(std::string(value));
    OPENSSL_cleanse(line.data(), line.size());
  }
  return check(std::move(credentials), path, "");
}

} // namespace

Result<Credentials, InputError> load_credentials(const std::string& source) {
  if (source.starts_with("env:")) {
    return from_environment(source.substr(4));
  }
  if (source.starts_with("file:")) {
    return from_file(source.substr(5));
  }
  return fail(InputError{"exchange.credentials", 0, "must be env:PREFIX or file:PATH"});
}

} // namespace rg::weex
