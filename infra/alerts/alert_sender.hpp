#pragma once
// Brings alerts to their webhook and command without making anybody wait: a bounded queue and a
// thread per channel.

#include "infra/alerts/alert.hpp"
#include "messages/settings/operations.hpp"
#include "messages/support/input_error.hpp"
#include "messages/support/result.hpp"

#include <functional>
#include <memory>
#include <string>

namespace rg::alerts {

/// The webhook's address, read from the environment where the settings say env:NAME; empty = none.
/// The error names the variable, never a value.
[[nodiscard]] Result<std::string, InputError> webhook_address(const AlertSettings& settings);

class AlertSender {
public:
  using Log = std::function<void(const std::string& line)>;

  /// @param webhook  as from webhook_address().  @param command  run by /bin/sh with the alert's
  ///   JSON on its standard input, without the variables that hold credentials; 10 s, then killed.
  /// @param log  one line when a channel begins to fail and one when it works again, on the
  ///   channel's thread; addresses are never in it.
  AlertSender(std::string webhook, std::string command, const Log& log);
  /// Delivers what is queued for at most two seconds more.
  ~AlertSender();
  AlertSender(const AlertSender&) = delete;
  AlertSender& operator=(const AlertSender&) = delete;

  /// Returns at once. Beyond 256 that wait the oldest is dropped and counted as failed.
  void send(const Alert& alert);

  struct Counts {
    std::uint64_t sent = 0, failed = 0; ///< over all channels
  };
  [[nodiscard]] Counts counts() const;

private:
  class Channel;
  std::unique_ptr<Channel> webhook_, command_; ///< null = not configured
};

} // namespace rg::alerts
