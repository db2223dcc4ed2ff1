#include "infra/alerts/alert_sender.hpp"

#include "infra/alerts/run_command.hpp"
#include "infra/net/http_client.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>

namespace rg::alerts {

namespace {

constexpr std::size_t kMostWaiting = 256;
constexpr int kAttempts = 3;
constexpr Duration kFirstPause = std::chrono::milliseconds{500}; // doubles with each attempt
constexpr Duration kWebhookTimeout = std::chrono::seconds{4};
constexpr Duration kCommandTimeout = std::chrono::seconds{10};
constexpr Duration kFarewell = std::chrono::seconds{2};

/// "https://host/path" → "https://host" and "/path".
std::pair<std::string, std::string> split_address(const std::string& address) {
  const std::size_t scheme = address.find("://");
  const std::size_t slash = address.find('/', scheme == std::string::npos ? 0 : scheme + 3);
  return slash == std::string::npos ? std::pair(address, std::string("/"))
                                    : std::pair(address.substr(0, slash), address.substr(slash));
}

/// Half a sentence without any part of the address.
std::string post(const std::string& address, const std::string& body) {
  const auto [base, target] = split_address(address);
  net::HttpResult result;
  try {
    net::IoLoop loop;
    net::HttpClient client(loop, base, {}, 1);
    client.send({"POST", target, {{"Content-Type", "application/json"}}, body}, kWebhookTimeout,
                [&](net::HttpResult r) {
                  result = std::move(r);
                  loop.stop();
                });
    loop.run();
  } catch (const std::exception&) {
    return "the address cannot be used; write https://HOST/PATH";
  }
  if (result.failure == net::HttpFailure::not_sent) {
    return "no connection";
  }
  if (result.failure == net::HttpFailure::unknown) {
    return "no answer";
  }
  return result.status / 100 == 2 ? "" : "answered " + std::to_string(result.status);
}

} // namespace

Result<std::string, InputError> webhook_address(const AlertSettings& settings) {
  constexpr std::string_view kFromEnvironment = "env:";
  if (!settings.webhook.starts_with(kFromEnvironment)) {
    return settings.webhook;
  }
  const std::string name = settings.webhook.substr(kFromEnvironment.size());
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') {
    return fail(InputError{"[alerts] webhook", 0,
                           "the environment variable " + name +
                               " is not set; set it, or leave webhook empty"});
  }
  if (!std::string_view(value).starts_with("https://") &&
      !std::string_view(value).starts_with("http://127.0.0.1")) {
    return fail(InputError{"[alerts] webhook", 0,
                           "the environment variable " + name + " holds no https:// address"});
  }
  return std::string(value);
}

class AlertSender::Channel {
public:
  using Deliver = std::function<std::string(const std::string& json)>;

  Channel(std::string name, Deliver deliver, Log log)
      : name_(std::move(name)), deliver_(std::move(deliver)), log_(std::move(log)),
        thread_([this] { run(); }) {}
  ~Channel() {
    {
      std::unique_lock lock(mutex_);
      stopping_ = true;
      work_.notify_all();
      idle_.wait_for(lock, kFarewell, [this] { return queue_.empty() && !busy_; });
      queue_.clear();
    }
    work_.notify_all();
    thread_.join();
  }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void add(std::string json) {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= kMostWaiting) {
      queue_.pop_front();
      ++counts_.failed;
    }
    queue_.push_back(std::move(json));
    work_.notify_all();
  }
  [[nodiscard]] Counts counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

private:
  void run() {
    std::unique_lock lock(mutex_);
    while (true) {
      work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) {
        return;
      }
      const std::string json = std::move(queue_.front());
      queue_.pop_front();
      busy_ = true;
      lock.unlock();
      const std::string problem = attempt(json);
      say(problem);
      lock.lock();
      busy_ = false;
      ++(problem.empty() ? counts_.sent : counts_.failed);
      idle_.notify_all();
    }
  }
  std::string attempt(const std::string& json) {
    std::string problem;
    Duration pause = kFirstPause;
    for (int i = 0; i < kAttempts; ++i, pause *= 2) {
      problem = deliver_(json);
      std::unique_lock lock(mutex_);
      if (problem.empty() || stopping_ || i + 1 == kAttempts) {
        break;
      }
      work_.wait_for(lock, pause, [this] { return stopping_; });
    }
    return problem;
  }
  void say(const std::string& problem) {
    if (problem.empty() == failing_) {
      failing_ = !problem.empty();
      log_(failing_ ? "alerts: the " + name_ + " fails (" + problem + "); said once"
                    : "alerts: the " + name_ + " works again");
    }
  }

  const std::string name_;
  const Deliver deliver_;
  const Log log_;
  mutable std::mutex mutex_;
  std::condition_variable work_, idle_;
  std::deque<std::string> queue_;
  Counts counts_;
  bool stopping_ = false, busy_ = false;
  bool failing_ = false; ///< the thread's own
  std::thread thread_;   ///< last: it uses everything above
};

AlertSender::AlertSender(std::string webhook, std::string command, const Log& log) {
  if (!webhook.empty()) {
    webhook_ = std::make_unique<Channel>(
        "webhook",
        [address = std::move(webhook)](const std::string& json) { return post(address, json); },
        log);
  }
  if (!command.empty()) {
    command_ = std::make_unique<Channel>(
        "command",
        [text = std::move(command)](const std::string& json) {
          return run_command(text, json + "\n", kCommandTimeout);
        },
        log);
  }
}

AlertSender::~AlertSender() = default;

void AlertSender::send(const Alert& alert) {
  const std::string json = alert_json(alert);
  for (Channel* channel : {webhook_.get(), command_.get()}) {
    if (channel != nullptr) {
      channel->add(json);
    }
  }
}

AlertSender::Counts AlertSender::counts() const {
  Counts all;
  for (const Channel* channel : {webhook_.get(), command_.get()}) {
    if (channel != nullptr) {
      const Counts c = channel->counts();
      all.sent += c.sent;
      all.failed += c.failed;
    }
  }
  return all;
}

} // namespace rg::alerts
