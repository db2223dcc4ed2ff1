#include "app/engine/past.hpp"

#include "infra/journal/journal_reader.hpp"

namespace rg::app {

Ledger read_past(const std::string& journal_path, std::uint32_t instance,
                 const std::optional<std::string>& before_run) {
  Ledger ledger(instance);
  auto reader = JournalReader::open(journal_path);
  if (!reader) {
    throw JournalFailure(reader.error().text());
  }
  bool reached = false;
  reader->for_each([&](std::uint64_t, const JournalRecord& record) {
    const auto* run = std::get_if<RunRecord>(&record);
    reached = reached || (run != nullptr && before_run && run->run_id == *before_run);
    if (!reached) {
      ledger.apply(record);
    }
  });
  return ledger;
}

} // namespace rg::app
