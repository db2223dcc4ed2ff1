#pragma once
// The questions of `doctor`: each gives one line that holds, or says how it is mended.

#include "infra/weex/codec.hpp"
#include "infra/weex/credentials.hpp"
#include "messages/settings/contract_rules.hpp"
#include "messages/settings/settings.hpp"
#include "messages/venue/answers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rg::app {

enum class Finding : std::uint8_t {
  ok,
  note,    ///< holds, but worth knowing
  broken,  ///< does not hold: `mend` says what to do
  skipped, ///< could not be asked because an earlier one is broken
};
[[nodiscard]] const char* to_string(Finding f);

struct CheckLine {
  std::string id, what; ///< stable word; for people
  Finding finding = Finding::ok;
  std::string found, mend;
};

/// Asks everything; takes some seconds.
/// @param credentials  empty when they could not be loaded; `credentials_error` then says why.
[[nodiscard]] std::vector<CheckLine>
venue_checkup(const EngineSettings& settings, const std::optional<weex::Credentials>& credentials,
              const std::string& credentials_error);

// ---- the judgements, pure ----

/// The venue's rules against ours: pairs that are absent or not tradable are broken, other numbers
/// than ours are a note (the live ones count).
[[nodiscard]] CheckLine judge_contracts(const std::vector<ContractRules>& live);
[[nodiscard]] CheckLine judge_leverage(const std::vector<LeverageSetting>& live,
                                       const EngineSettings& settings);
[[nodiscard]] CheckLine judge_clock(Duration offset, Duration uncertainty,
                                    const VenueClockSettings& limits);
/// Cross margin; combined positions, long and short side by side.
[[nodiscard]] CheckLine judge_margin_modes(const std::vector<weex::PairModes>& modes);
[[nodiscard]] CheckLine judge_position_modes(const std::vector<weex::PairModes>& modes);
/// @param served  which of v2, v3 answered.
[[nodiscard]] CheckLine judge_generation(bool v2, bool v3, const std::string& configured);

} // namespace rg::app
