#include "app/engine/paper_past.hpp"

#include "app/commands.hpp"
#include "app/engine/past.hpp"
#include "app/engine/run_record.hpp"
#include "infra/journal/journal_reader.hpp"

#include <filesystem>

namespace rg::app {

void check_journal_mode(const std::string& journal_path, RunMode mode) {
  std::error_code ignored;
  if (!std::filesystem::exists(journal_path, ignored)) {
    return;
  }
  const auto reader = JournalReader::open(journal_path);
  if (!reader) {
    return; // the journal's own opening says it better
  }
  const auto runs = reader->last<RunRecord>(1);
  if (runs.empty()) {
    return;
  }
  const std::string& settings = runs.back().record.settings_text;
  constexpr std::string_view kKey = "mode = \"";
  const std::size_t at = settings.find(kKey);
  if (at == std::string::npos) {
    return;
  }
  const std::size_t begin = at + kKey.size();
  const std::string before = settings.substr(begin, settings.find('"', begin) - begin);
  if (before != mode_word(mode)) {
    throw UsageError(journal_path + ": holds runs of mode \"" + before + "\", this one is \"" +
                     mode_word(mode) + "\"; give [journal] path a file of its own");
  }
}

PaperAccount paper_account(const std::string& journal_path, std::uint32_t instance,
                           Notional initial) {
  PaperAccount account{initial, {}};
  const auto reader = JournalReader::open(journal_path);
  if (!reader) {
    throw JournalFailure(reader.error().text());
  }
  std::uint64_t known_at = 0;
  if (const auto equity = reader->last<EquityRecord>(1); !equity.empty()) {
    account.wallet = equity.back().record.wallet_balance;
    known_at = equity.back().sequence;
  }
  for (const auto& fill : reader->after<Fill>(known_at)) {
    account.wallet += fill.record.realised_pnl - fill.record.fee;
  }
  for (const PortfolioState::OpenPosition& open :
       read_past(journal_path, instance, {}).portfolio_state(account.wallet).positions) {
    account.positions.push_back(open.position);
  }
  return account;
}

} // namespace rg::app
