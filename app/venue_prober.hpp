#pragma once
// A VenueProbe with a loop of its own: commands wait for each answer.

#include "infra/clock/system_clock.hpp"
#include "infra/net/io_loop.hpp"
#include "infra/weex/venue_probe.hpp"

#include <utility>

namespace rg::app {

class VenueProber {
public:
  VenueProber(const ExchangeSettings& exchange, const std::optional<weex::Credentials>& credentials)
      : probe_(loop_, clock_, exchange, credentials) {}

  /// @param offset  the venue's clock minus ours
  void set_clock_offset(Duration offset) {
    const Timestamp now = clock_.now();
    probe_.set_clock({now + offset, now, now});
  }
  /// Calls `ask(probe, done)` and waits until `done` was called.
  template <class Answer, class Ask> [[nodiscard]] Answer answer_to(const Ask& ask) {
    Answer answer;
    loop_.post([&] {
      ask(probe_, [&](Answer told) {
        answer = std::move(told);
        loop_.stop();
      });
    });
    loop_.run();
    return answer;
  }

private:
  SystemClock clock_;
  net::IoLoop loop_;
  weex::VenueProbe probe_;
};

} // namespace rg::app
