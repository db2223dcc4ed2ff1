#include "app/verify_report.hpp"

#include <fmt/core.h>

namespace rg::app {

nlohmann::ordered_json report_json(const std::string& path, const VerifyReport& report) {
  nlohmann::ordered_json tables = nlohmann::ordered_json::object();
  std::size_t index = 0;
  for (const journal::TableInfo& table : journal::tables()) {
    tables[table.name] = report.per_table[index++];
  }
  nlohmann::ordered_json document{{"journal", path},
                                  {"ok", !report.problem.has_value()},
                                  {"records", report.records},
                                  {"tables", tables},
                                  {"head_count", report.head.count},
                                  {"beyond_head", report.beyond_head},
                                  {"last_hash", report.last_hash},
                                  {"schema_version", report.schema_version},
                                  {"origin", nullptr},
                                  {"problem", nullptr}};
  if (report.origin) {
    document["origin"] = {{"file", report.origin->file_name},
                          {"schema_version", report.origin->version},
                          {"records", report.origin->head.count},
                          {"head_hash", report.origin->head.hash}};
  }
  if (report.problem) {
    const journal::ChainProblem& p = *report.problem;
    document["problem"] = {
        {"kind", journal::to_string(p.kind)},
        {"table", p.table.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(p.table)},
        {"sequence",
         p.sequence == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(p.sequence)},
        {"detail", p.detail},
        {"text", p.text()}};
    // With a broken chain nothing was counted to the end.
    for (const char* name : {"records", "tables", "beyond_head", "last_hash"}) {
      document[name] = nullptr;
    }
  }
  return document;
}

int print_report(const std::string& path, const VerifyReport& report, bool json) {
  if (json) {
    fmt::print("{}\n", report_json(path, report)
                           .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  } else if (report.problem) {
    fmt::print("TAMPERED  {}\n  {}\n", path, report.problem->text());
  } else {
    fmt::print("OK  {}\n  {} records, chain and signed head hold; last hash {}\n", path,
               report.records, report.last_hash);
    if (report.schema_version != journal::kSchemaVersion) {
      fmt::print("  of schema {}; this program writes {}: carry it over with regimeguard migrate\n",
                 report.schema_version, journal::kSchemaVersion);
    }
    if (report.origin) {
      fmt::print("  {} of them carried over from {} (schema {}), whose last hash they still give: "
                 "{}\n",
                 report.origin->head.count, report.origin->file_name, report.origin->version,
                 report.origin->head.hash);
    }
    if (report.beyond_head > 0) {
      fmt::print("  the last {} are chained but not yet signed (a running engine, or a crash; the "
                 "next start "
                 "signs them)\n",
                 report.beyond_head);
    }
  }
  return report.problem ? 1 : 0;
}

} // namespace rg::app
