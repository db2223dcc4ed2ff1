#pragma once
// One thread's event loop. Wraps asio so that nothing else needs its headers.

#include "infra/net/transport.hpp"

#include <functional>
#include <memory>

namespace rg::net {

class IoLoop final : public Transport {
public:
  IoLoop();
  ~IoLoop() override;
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  void run();                              ///< until stop(); runs handlers on the calling thread
  void stop();                             ///< from any thread
  void post(std::function<void()> action); ///< from any thread; runs on the loop's thread
  [[nodiscard]] Timer& timer() override;   ///< the Timer port on this loop (steady time)
  [[nodiscard]] Timestamp steady_now() const override;
  [[nodiscard]] std::unique_ptr<HttpLink> http(const std::string& base_url, const TlsTrust& trust,
                                               int connections) override;
  [[nodiscard]] std::unique_ptr<WsLink> websocket(const TlsTrust& trust) override;
  [[nodiscard]] bool on_loop_thread() const;

  struct Impl; ///< asio::io_context; only infra/net sees inside
  [[nodiscard]] Impl& impl() { return *impl_; }

private:
  std::unique_ptr<Impl> impl_;
};

} // namespace rg::net
