#pragma once
// What runs beside a live engine for months, on a thread of its own: alerts, the disk, old
// recordings, the model's age and drift. It reads what the engine publishes and the journal's file;
// the engine hears from it through one input, when the disk's state changes.

#include "messages/units/timestamp.hpp"

#include <functional>
#include <memory>
#include <string>

namespace rg::app {

class EngineHost;

class UpkeepThread {
public:
  using Log = std::function<void(const std::string& line)>;

  /// @param log  told seldom, from this object's threads.
  /// @throws UsageError when the alert's webhook names a variable that is not set.
  UpkeepThread(EngineHost& host, Log log);
  ~UpkeepThread(); ///< says goodbye: what is queued is delivered for two seconds more
  UpkeepThread(const UpkeepThread&) = delete;
  UpkeepThread& operator=(const UpkeepThread&) = delete;

  /// Between two looks: with the delivery itself this keeps an alert well under five seconds.
  static constexpr Duration kLookEvery = std::chrono::milliseconds{500};
  static constexpr Duration kDiskEvery = std::chrono::seconds{5};
  static constexpr Duration kModelEvery = std::chrono::minutes{1};

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace rg::app
