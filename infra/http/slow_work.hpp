#pragma once
// Answers that take long (verifying a journal, exporting a table, reading a run's files) are made
// on a thread of their own, one after the other, so that stream and health go on meanwhile.

#include "infra/net/http_server.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace rg::http {

class SlowWork {
public:
  using Make = std::function<net::HttpResponse()>;
  using Reply = std::function<void(net::HttpResponse)>;

  explicit SlowWork(net::IoLoop& loop);
  ~SlowWork(); ///< waits for the answer being made; drops those that wait
  SlowWork(const SlowWork&) = delete;
  SlowWork& operator=(const SlowWork&) = delete;

  /// `make` runs on the worker, `reply` on the loop. False when too many wait already.
  [[nodiscard]] bool add(Make make, Reply reply);

private:
  static constexpr std::size_t kMostWaiting = 8;
  void work();

  net::IoLoop& loop_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::pair<Make, Reply>> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

} // namespace rg::http
