#pragma once

#include "infra/ports/clock.hpp"

namespace rg {

/// The machine's wall clock (CLOCK_REALTIME). It may be stepped; whoever measures spans that matter
/// uses the Timer port, which runs on steady time.
class SystemClock final : public Clock {
public:
  [[nodiscard]] Timestamp now() const override;
};

} // namespace rg
