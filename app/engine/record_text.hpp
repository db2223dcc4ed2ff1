#pragma once
// A journal record as named texts, exactly as the journal stores them: two records are the same
// when these are.

#include "infra/journal/tables.hpp"
#include "messages/support/number_text.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace rg::app {

using RecordText = std::vector<std::pair<std::string, std::string>>;

struct TextArchive {
  static constexpr bool kReading = false;
  RecordText& out;
  void integer(const char* name, std::int64_t value) {
    out.emplace_back(name, std::to_string(value));
  }
  void text(const char* name, const std::string& value) { out.emplace_back(name, value); }
  void real(const char* name, double value) { out.emplace_back(name, double_text(value)); }
};

[[nodiscard]] inline RecordText text_of(const JournalRecord& record) {
  RecordText out;
  TextArchive archive{out};
  std::visit([&](const auto& r) { journal::Table<std::decay_t<decltype(r)>>::fields(archive, r); },
             record);
  return out;
}

} // namespace rg::app
