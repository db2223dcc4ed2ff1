#include "app/engine/heartbeat_thread.hpp"

#include "infra/heartbeat/heartbeat_file.hpp"

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <unistd.h>

namespace rg::app {

namespace {

Heartbeat heartbeat_of(const EngineStatus& status) {
  Heartbeat beat;
  beat.run_id = status.run_id;
  beat.pid = ::getpid();
  beat.wall = status.wall_time;
  beat.blind_since = status.blind_since;
  beat.starting = status.starting;
  beat.ended = status.ended;
  beat.end_reason = status.end_reason;
  beat.tier = status.tier;
  for (const PairStatus& pair : status.pairs) {
    if (pair.enabled || !pair.position.is_flat()) {
      beat.pairs.push_back(pair.symbol);
    }
    if (!pair.position.is_flat()) {
      beat.held.push_back(
          {pair.symbol, pair.position.side, pair.position.quantity, pair.stop_price});
    }
  }
  return beat;
}

} // namespace

HeartbeatThread::HeartbeatThread(const EngineHost& host, std::string path)
    : host_(host), path_(std::move(path)), thread_([this](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
          beat();
          wake.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
        }
      }) {}

HeartbeatThread::~HeartbeatThread() {
  thread_.request_stop();
  thread_.join();
  beat();
}

void HeartbeatThread::beat() {
  const EngineStatus status = host_.snapshot();
  if (status.wall_time == Timestamp{}) {
    return; // nothing has been published yet
  }
  const auto written = write_heartbeat(path_, heartbeat_of(status));
  if (!written && !failing_) { // once; the watchdog says the rest
    std::fprintf(stderr, "%s\n", written.error().text().c_str());
  }
  failing_ = !written;
}

} // namespace rg::app
