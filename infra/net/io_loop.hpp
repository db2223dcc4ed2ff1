#pragma once
// One thread's event loop. Wraps asio so that nothing else needs its headers.

#include "infra/ports/clock.hpp"

#include <functional>
#include <memory>

namespace rg::net {

class IoLoop {
public:
  IoLoop();
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  void run();                              ///< until stop(); runs handlers on the calling thread
  void stop();                             ///< from any thread
  void post(std::function<void()> action); ///< from any thread; runs on the loop's thread
  [[nodiscard]] Timer& timer();            ///< the Timer port on this loop (steady time)
  [[nodiscard]] bool on_loop_thread() const;

  struct Impl; ///< asio::io_context; only infra/net sees inside
  [[nodiscard]] Impl& impl() { return *impl_; }

private:
  std::unique_ptr<Impl> impl_;
};

} // namespace rg::net
