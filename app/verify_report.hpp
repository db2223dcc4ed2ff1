#pragma once
// What verification found, for people and for machines.

#include "infra/journal/journal_verify.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace rg::app {

[[nodiscard]] nlohmann::ordered_json report_json(const std::string& path,
                                                 const VerifyReport& report);
/// Prints it; the exit code is 0 for an intact journal, 1 for tampering.
int print_report(const std::string& path, const VerifyReport& report, bool json);

} // namespace rg::app
