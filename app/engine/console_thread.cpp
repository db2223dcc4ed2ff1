#include "app/engine/console_thread.hpp"

#include "app/commands.hpp"
#include "app/engine/thread_priority.hpp"
#include "infra/clock/system_clock.hpp"
#include "infra/http/console_server.hpp"
#include "infra/http/endpoint_file.hpp"
#include "infra/http/operator_token.hpp"
#include "infra/net/io_loop.hpp"

#include <thread>
#include <unistd.h>

namespace rg::app {

struct ConsoleThread::Impl {
  explicit Impl(EngineHost& host) : source(host) {}
  net::IoLoop loop;
  SystemClock clock;
  HostConsole source;
  std::unique_ptr<http::ConsoleServer> server;
  std::thread thread;
};

ConsoleThread::ConsoleThread(EngineHost& host, const ConsoleSettings& settings)
    : endpoint_file_(http::endpoint_path(settings.token_file)) {
  if (settings.enabled) {
    auto token = http::load_or_create_token(settings.token_file);
    if (!token) {
      throw UsageError(token.error().text());
    }
    impl_ = std::make_unique<Impl>(host);
    try {
      impl_->server = std::make_unique<http::ConsoleServer>(impl_->loop, settings, *token,
                                                            impl_->clock, impl_->source);
    } catch (const std::runtime_error& e) {
      throw UsageError(std::string("[console] listen: ") + e.what());
    }
    url_ = impl_->server->url();
    impl_->thread = std::thread([loop = &impl_->loop] {
      yield_to_trading();
      loop->run();
    });
  }
  try {
    http::write_endpoint(endpoint_file_, {url_, static_cast<int>(::getpid())});
  } catch (const std::runtime_error& e) {
    throw UsageError(e.what());
  }
}

ConsoleThread::~ConsoleThread() {
  http::remove_endpoint(endpoint_file_);
  if (impl_) {
    impl_->loop.stop();
    impl_->thread.join();
    impl_->server.reset();
  }
}

} // namespace rg::app
