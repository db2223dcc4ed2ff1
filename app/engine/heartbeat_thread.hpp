#pragma once

#include "app/engine/engine_host.hpp"

#include <string>
#include <thread>

namespace rg::app {

/// Writes the engine's heartbeat every second, beside the hot thread: the beat carries the time at
/// which that thread last published its state, so one that stands still shows.
class HeartbeatThread {
public:
  HeartbeatThread(const EngineHost& host, std::string path);
  ~HeartbeatThread(); ///< with a last beat
  HeartbeatThread(const HeartbeatThread&) = delete;
  HeartbeatThread& operator=(const HeartbeatThread&) = delete;

private:
  void beat();

  const EngineHost& host_;
  const std::string path_;
  bool failing_ = false;
  std::jthread thread_; ///< last: it ends before what it uses
};

} // namespace rg::app
