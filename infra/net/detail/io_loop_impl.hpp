#pragma once
// Inside of IoLoop, for the .cpp files of infra/net only: the one place that names asio's types.

#include "infra/net/io_loop.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace rg::net {

namespace asio = boost::asio;
using boost::system::error_code;

// Concrete executors instead of any_io_executor: one thread runs the loop, so nothing needs a
// strand.
using Executor = asio::io_context::executor_type;
using Tcp = asio::ip::tcp;
using Socket = asio::basic_stream_socket<Tcp, Executor>;
using Acceptor = asio::basic_socket_acceptor<Tcp, Executor>;
using SteadyTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// The Timer port: one asio timer per pending action, found again by its token.
class LoopTimer final : public Timer {
public:
  explicit LoopTimer(asio::io_context& context) : context_(context) {}
  Token after(Duration delay, std::function<void()> action) override;
  void cancel(Token token) override;

private:
  struct Pending {
    SteadyTimer timer;
    std::function<void()> action;
  };
  asio::io_context& context_;
  std::unordered_map<Token, Pending> pending_; // never iterated
  Token last_ = 0;
};

struct IoLoop::Impl {
  asio::io_context context{1};
  asio::executor_work_guard<Executor> work{context.get_executor()};
  LoopTimer timer{context};

  std::atomic<std::thread::id> thread{};
  std::mutex mutex;
  std::condition_variable ended;
  bool running = false; // guarded by mutex

  [[nodiscard]] bool on_loop_thread() const { return thread.load() == std::this_thread::get_id(); }
  /// Runs `action` on the loop's thread and returns when it is done. Runs it here when this is that
  /// thread, or when nobody runs the loop.
  void run_and_wait(const std::function<void()>& action);
};

} // namespace rg::net
