#include "infra/net/io_loop.hpp"

#include "infra/net/detail/io_loop_impl.hpp"
#include "infra/net/http_client.hpp"
#include "infra/net/ws_client.hpp"
#include "messages/support/invariant.hpp"

#include <boost/asio/post.hpp>

#include <chrono>

namespace rg::net {

Timer::Token LoopTimer::after(Duration delay, std::function<void()> action) {
  const Token token = ++last_;
  const auto [it, inserted] =
      pending_.emplace(token, Pending{SteadyTimer(context_.get_executor()), std::move(action)});
  RG_ASSERT(inserted);
  it->second.timer.expires_after(delay < Duration::zero() ? Duration::zero() : delay);
  it->second.timer.async_wait([this, token](error_code ec) {
    const auto found = pending_.find(token);
    if (ec || found == pending_.end()) {
      return; // cancelled
    }
    const std::function<void()> run = std::move(found->second.action);
    pending_.erase(found); // before the action: it may set timers of its own
    run();
  });
  return token;
}

void LoopTimer::cancel(Token token) {
  pending_.erase(token);
} // destroying the timer cancels it

void IoLoop::Impl::run_and_wait(const std::function<void()>& action) {
  struct Shared {
    bool claimed = false, done = false; // guarded by Impl::mutex
  };
  if (on_loop_thread()) {
    action();
    return;
  }
  const auto shared = std::make_shared<Shared>();
  std::unique_lock lock(mutex);
  if (running) {
    asio::post(context, [this, shared, action] {
      {
        const std::lock_guard guard(mutex);
        if (shared->claimed) {
          return;
        }
        shared->claimed = true;
      }
      action();
      {
        const std::lock_guard guard(mutex);
        shared->done = true;
      }
      ended.notify_all();
    });
    // Either the loop does it, or the loop ends without having begun it and we do it ourselves.
    ended.wait(lock, [&] { return shared->done || (!running && !shared->claimed); });
    if (shared->done) {
      return;
    }
  }
  shared->claimed = true;
  lock.unlock();
  action();
}

IoLoop::IoLoop() : impl_(std::make_unique<Impl>()) {}
IoLoop::~IoLoop() = default;

void IoLoop::run() {
  Impl& impl = *impl_;
  {
    const std::lock_guard guard(impl.mutex);
    RG_ASSERT(!impl.running);
    impl.running = true;
    impl.thread.store(std::this_thread::get_id());
  }
  // Also on an exception: what waits in run_and_wait must learn that nobody runs the loop.
  struct AtEnd {
    Impl& impl;
    ~AtEnd() {
      {
        const std::lock_guard guard(impl.mutex);
        impl.running = false;
        impl.thread.store(std::thread::id{});
      }
      impl.ended.notify_all();
    }
  } const at_end{impl};
  impl.context.run(); // a stop() that came before run() ends it at once
  impl.context.restart();
}

void IoLoop::stop() {
  impl_->context.stop();
}

void IoLoop::post(std::function<void()> action) {
  asio::post(impl_->context, std::move(action));
}

Timer& IoLoop::timer() {
  return impl_->timer;
}

Timestamp IoLoop::steady_now() const {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return Timestamp::from_ns(std::chrono::duration_cast<Duration>(since).count());
}

std::unique_ptr<HttpLink> IoLoop::http(const std::string& base_url, const TlsTrust& trust,
                                       int connections) {
  return std::make_unique<HttpClient>(*this, base_url, trust, connections);
}

std::unique_ptr<WsLink> IoLoop::websocket(const TlsTrust& trust) {
  return std::make_unique<WsClient>(*this, trust);
}

bool IoLoop::on_loop_thread() const {
  return impl_->on_loop_thread();
}

} // namespace rg::net
