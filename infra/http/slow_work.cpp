#include "infra/http/slow_work.hpp"

#include "infra/http/access.hpp"

#include <exception>

namespace rg::http {

SlowWork::SlowWork(net::IoLoop& loop) : loop_(loop), thread_([this] { work(); }) {}

SlowWork::~SlowWork() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    waiting_.clear();
  }
  wake_.notify_one();
  thread_.join();
}

bool SlowWork::add(Make make, Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) {
      return false;
    }
    waiting_.emplace_back(std::move(make), std::move(reply));
  }
  wake_.notify_one();
  return true;
}

void SlowWork::work() {
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (ending_) {
      return;
    }
    auto [make, reply] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    net::HttpResponse response;
    try {
      response = make();
    } catch (const std::exception& e) {
      response = error_response(500, std::string("the answer could not be made: ") + e.what());
    }
    loop_.post([reply = std::move(reply), response = std::move(response)]() mutable {
      reply(std::move(response));
    });
  }
}

} // namespace rg::http
