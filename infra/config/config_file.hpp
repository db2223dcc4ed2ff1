#pragma once

#include "messages/settings/settings.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <string>
#include <string_view>

namespace rg {

/// Settings from TOML, validated as a whole: unknown keys and tables, wrong types, numbers out of
/// range and symbols outside the eight are refused with file, key and line. Absent keys keep their
/// documented defaults. Fills config_sha256.
[[nodiscard]] Result<EngineSettings, InputError> load_config(const std::string& path);
[[nodiscard]] Result<EngineSettings, InputError> parse_config(std::string_view toml,
                                                              const std::string& where);
/// Canonical TOML of the effective settings, every key, without secrets; parse_config(this) gives
/// them back.
[[nodiscard]] std::string canonical_config(const EngineSettings& settings);
/// The text of config/regimeguard.toml: every key with help, unit, range and default, made from the
/// same list as the parser (`regimeguard check-config --defaults` prints it).
[[nodiscard]] std::string documented_config();
/// True when the URL's host is this machine: 127.0.0.0/8, ::1 or localhost.
[[nodiscard]] bool is_loopback_url(std::string_view url);
/// config/regimeguard.toml, compiled into the binary.
[[nodiscard]] std::string_view builtin_config_toml();
/// config/demo.toml, compiled into the binary: the few keys in which the demo differs.
[[nodiscard]] std::string_view demo_config_toml();

} // namespace rg
