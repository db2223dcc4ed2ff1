#include "backtests/evaluation/proof_text.hpp"

#include <fmt/core.h>

#include <cmath>

namespace rg {

namespace {

using Json = nlohmann::ordered_json;

/// A word of eight columns.
std::string verdict(const std::optional<bool>& holds, bool colour) {
  const char* word = !holds ? "reported" : (*holds ? "holds" : "FAILS");
  const char* tint = !holds ? "" : (*holds ? "\x1b[32m" : "\x1b[31m");
  return colour ? fmt::format("{}{:<8}\x1b[0m", tint, word) : fmt::format("{:<8}", word);
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) {
    out += (out.empty() ? "" : ", ") + p;
  }
  return out;
}

} // namespace

std::string proof_row_text(const ProofRow& row, bool colour) {
  std::string out = fmt::format("{}  [{}]  {}\n", row.title, row.id, verdict(row.holds(), colour));
  if (row.not_measured) {
    out += "    not measured: " + *row.not_measured + "\n";
  }
  for (const ProofFigure& f : row.figures) {
    out += fmt::format("    {} {:<62} {:>10}  {}\n", verdict(f.holds, colour), f.name,
                       figure_text(f.value), f.bar);
    if (!f.detail.empty()) {
      out += "             " + f.detail + "\n";
    }
  }
  if (!row.spans.empty()) {
    out += "    spans: " + joined(row.spans) + "\n";
  }
  if (!row.chosen_on.empty()) {
    out += "    chosen on: " + row.chosen_on + "\n";
  }
  for (const std::string& note : row.notes) {
    out += "    note: " + note + "\n";
  }
  return out;
}

Json proof_row_json(const ProofRow& row) {
  Json j;
  j["id"] = row.id;
  j["title"] = row.title;
  j["holds"] = row.holds();
  j["figures"] = Json::array();
  for (const ProofFigure& f : row.figures) {
    Json figure;
    figure["name"] = f.name;
    figure["value"] = f.value && std::isfinite(*f.value) ? Json(*f.value) : Json(nullptr);
    figure["bar"] = f.bar.empty() ? Json(nullptr) : Json(f.bar);
    figure["holds"] = f.holds ? Json(*f.holds) : Json(nullptr);
    figure["detail"] = f.detail;
    j["figures"].push_back(std::move(figure));
  }
  j["spans"] = row.spans;
  j["chosen_on"] = row.chosen_on;
  j["notes"] = row.notes;
  j["not_measured"] = row.not_measured ? Json(*row.not_measured) : Json(nullptr);
  return j;
}

} // namespace rg
