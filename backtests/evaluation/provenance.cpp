#include "backtests/evaluation/provenance.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>

namespace rg {

std::string model_provenance(const ModelCard& card) {
  std::string folders;
  for (const std::string& f : card.data_folders) {
    folders += (folders.empty() ? "" : ", ") + f;
  }
  return fmt::format("models fitted on {} ({} to {})", folders.empty() ? "unnamed data" : folders,
                     card.span_from, card.span_to);
}

std::string settings_provenance() {
  return "rules and risk settings chosen on spans up to 2023-10-02 (docs/strategy_rules.md)";
}

std::string guard_provenance() {
  return "thresholds chosen while looking at one-minute data of 2020, 2021, 2023 and 2025: "
         "in-sample "
         "(docs/risk_framework.md)";
}

std::optional<Timestamp> fitted_until(const ModelCard& card) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (std::sscanf(card.span_to.c_str(), "%4d-%2u-%2u", &year, &month, &day) != 3) {
    return std::nullopt;
  }
  const std::chrono::year_month_day ymd{std::chrono::year{year}, std::chrono::month{month},
                                        std::chrono::day{day}};
  if (!ymd.ok()) {
    return std::nullopt;
  }
  const auto next = std::chrono::sys_days{ymd} + std::chrono::days{1};
  return Timestamp::from_ns(std::chrono::nanoseconds{next.time_since_epoch()}.count());
}

void state_provenance(ProofRow& row, const ModelCard& card, std::span<const JudgedSpan> spans,
                      bool settings_matter) {
  row.chosen_on = model_provenance(card);
  if (settings_matter) {
    row.chosen_on += "; " + settings_provenance();
  }
  const auto until = fitted_until(card);
  std::string seen;
  double later = 0.0;
  for (const JudgedSpan& s : spans) {
    if (until && s.from >= *until) {
      later += 1.0;
    } else {
      seen += " " + s.name;
    }
  }
  if (!seen.empty()) {
    ProofFigure f;
    f.name = "spans that begin after the models' last day";
    f.value = later;
    f.bar = fmt::format("all {}", spans.size());
    f.holds = false;
    f.detail = "not unseen:" + seen;
    row.figures.push_back(std::move(f));
  }
}

} // namespace rg
