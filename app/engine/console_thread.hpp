#pragma once

#include "app/engine/engine_host.hpp"

#include <memory>
#include <string>

namespace rg::app {

/// The engine's console and API on a thread of its own, and the endpoint file by which `status`,
/// `kill` and the others find it. Nothing the console does can hold the hot thread up.
class ConsoleThread {
public:
  /// @throws UsageError when the address is taken or the token file is no good.
  ConsoleThread(EngineHost& host, const ConsoleSettings& settings);
  ~ConsoleThread(); ///< stops serving and removes the endpoint file
  ConsoleThread(const ConsoleThread&) = delete;
  ConsoleThread& operator=(const ConsoleThread&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; } ///< empty = off

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string url_, endpoint_file_;
};

} // namespace rg::app
