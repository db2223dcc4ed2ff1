#include "infra/exchange/exchange_server.hpp"

#include "infra/market/synthetic_market.hpp"
#include "infra/net/http_server.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace rg::exchange {

using namespace std::chrono_literals;

namespace {

constexpr Duration kLongestTick = 20ms; // pushes and pings are looked after at least this often
constexpr Duration kShortestTick = 2ms;
constexpr Duration kHoldUnanswered =
    120s; // injected time-outs: the connection stays open this long
constexpr std::uint64_t kStepsPerTick = 200; // catching up leaves room for requests in between

std::string random_text(std::size_t bytes) {
  std::vector<unsigned char> raw(bytes);
  if (RAND_bytes(raw.data(), static_cast<int>(bytes)) != 1) {
    throw std::runtime_error("no random numbers for the exchange's credentials");
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const unsigned char b : raw) {
    text += kHex[b >> 4];
    text += kHex[b & 15];
  }
  return text;
}

Credentials random_credentials() {
  return {"weex_" + random_text(16), random_text(32), random_text(8)};
}

/// Wall time that never jumps: the system's at the start, the steady clock's steps since.
class SteadyWall {
public:
  [[nodiscard]] Timestamp now() const {
    return base_ + std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - steady_);
  }

private:
  Timestamp base_ = Timestamp::from_ns(
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())
          .count());
  std::chrono::steady_clock::time_point steady_ = std::chrono::steady_clock::now();
};

/// The certificate of this run in a file for clients to trust.
class CertificateFile {
public:
  void write(const std::string& wanted, const std::string& pem) {
    path_ = wanted;
    temporary_ = wanted.empty();
    if (temporary_) {
      const char* dir = std::getenv("TMPDIR");
      path_ = std::string(dir != nullptr && *dir != '\0' ? dir : "/tmp") + "/rg-exchange-ca-XXXXXX";
      const int fd = ::mkstemp(path_.data());
      if (fd < 0) {
        throw std::runtime_error(path_ + ": cannot make a file for the certificate");
      }
      ::close(fd);
    }
    std::FILE* file = std::fopen(path_.c_str(), "wb");
    const bool written =
        file != nullptr && std::fwrite(pem.data(), 1, pem.size(), file) == pem.size();
    if (file == nullptr || std::fclose(file) != 0 || !written) {
      throw std::runtime_error(path_ + ": cannot write the certificate");
    }
  }
  ~CertificateFile() {
    if (temporary_ && !path_.empty()) {
      std::remove(path_.c_str());
    }
  }
  CertificateFile() = default;
  CertificateFile(const CertificateFile&) = delete;
  CertificateFile& operator=(const CertificateFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string path_;
  bool temporary_ = false;
};

} // namespace

struct ExchangeServer::Impl {
  Impl(ExchangeServerOptions o, std::unique_ptr<MarketProcess> market)
      : options(std::move(o)), synthetic(dynamic_cast<const SyntheticMarket*>(market.get())),
        core(options.core, std::move(market), options.faults), rest(core, keys, options.protocol),
        streams(core, keys, options.streams, [this] { return venue_now(); }) {
    rest.on_order_request(options.on_order_request);
    const std::size_t named = options.accounts.size();
    if (!(options.speed > 0.0)) {
      throw std::runtime_error("the exchange's speed must be greater than 0");
    }
    for (std::uint32_t a = 0; named == 0 && a < options.random_accounts; ++a) {
      options.accounts.push_back(random_credentials());
    }
    for (const Credentials& c : options.accounts) {
      ApiKey key;
      key.credentials = c;
      key.account = core.add_account(options.deposit);
      keys.add(std::move(key));
    }
    static_cast<void>(core.take_events()); // nobody listened yet
    start_data = core.data_now();
    listen();
    running = !options.paused;
    started = resumed = wall.now();
    tick_every =
        std::clamp<Duration>(Duration{static_cast<std::int64_t>(
                                 static_cast<double>(options.core.step.count()) / options.speed)},
                             kShortestTick, kLongestTick);
    loop.post([this] { tick(); });
    thread = std::thread([this] { loop.run(); });
  }

  void listen() {
    net::ServerOptions server_options;
    server_options.port = options.port;
    if (!options.plain) {
      const net::Certificate certificate = net::make_certificate({"127.0.0.1", "localhost"});
      server_options.certificate_pem = certificate.certificate_pem;
      server_options.private_key_pem = certificate.private_key_pem;
      ca.write(options.ca_file, certificate.certificate_pem);
    }
    server.emplace(
        loop, server_options,
        [this](const net::ServerRequest& request, std::function<void(net::HttpResponse)> reply) {
          on_request(request, std::move(reply));
        },
        [this](const net::ServerRequest& request, std::shared_ptr<net::WsSession> session,
               net::WsHandler& handler) {
          return streams.open(request, std::move(session), handler);
        });
    const std::string host = "127.0.0.1:" + std::to_string(server->port());
    rest_url = (options.plain ? "http://" : "https://") + host;
    const std::string ws = (options.plain ? "ws://" : "wss://") + host;
    ws_public_url = ws + std::string(v2::stream_protocol().public_path());
    ws_private_url = ws + std::string(v2::stream_protocol().private_path());
    ws_v3_public_url = ws + std::string(v3::stream_protocol().public_path());
    ws_v3_private_url = ws + std::string(v3::stream_protocol().private_path());
  }

  /// The venue's clock: a skew fault moves it.
  [[nodiscard]] Timestamp venue_now() {
    const Timestamp now = wall.now();
    FaultPlan& faults = core.faults();
    faults.set_elapsed(now - started);
    return faults.active(FaultKind::clock_skew)
               ? now + std::chrono::milliseconds{faults.rule(FaultKind::clock_skew).delay_ms}
               : now;
  }

  void on_request(const net::ServerRequest& request, std::function<void(net::HttpResponse)> reply) {
    follow_schedule();
    RestApi::Outcome outcome = rest.handle_with_faults(request, wall.now());
    switch (outcome.fate) {
    case RestApi::Fate::answer:
      reply(std::move(outcome.response));
      break;
    case RestApi::Fate::late:
      loop.timer().after(outcome.delay, [reply = std::move(reply),
                                         response = std::move(outcome.response)]() mutable {
        reply(std::move(response));
      });
      break;
    case RestApi::Fate::never: // held, then dropped
      loop.timer().after(kHoldUnanswered, [held = std::move(reply)] { static_cast<void>(held); });
      break;
    case RestApi::Fate::cut:
      break; // dropping `reply` closes the connection
    }
    publish();
  }

  void follow_schedule() {
    core.faults().set_elapsed(wall.now() - started);
    changes_refused += core.apply_due_changes();
  }

  void publish() {
    if (auto events = core.take_events(); !events.empty()) {
      streams.publish(events, venue_now());
    }
  }

  void tick() {
    follow_schedule();
    if (running && !ended) {
      advance();
    }
    const Timestamp now = venue_now();
    publish();
    streams.flush(now);
    loop.timer().after(tick_every, [this] { tick(); });
  }

  void advance() {
    const double elapsed = std::chrono::duration<double>(wall.now() - resumed).count();
    const double step = std::chrono::duration<double>(options.core.step).count();
    const auto target =
        steps_at_resume + static_cast<std::uint64_t>(elapsed * options.speed / step);
    const double behind =
        static_cast<double>(target - std::min(target, core.steps())) * step / options.speed * 1e3;
    longest_stall_ms = std::max(longest_stall_ms, behind);
    for (std::uint64_t i = 0; i < kStepsPerTick && core.steps() < target; ++i) {
      follow_schedule();
      if (!core.step(wall.now())) {
        ended = true;
        break;
      }
      publish();
    }
  }

  [[nodiscard]] ExchangeStats read_stats() {
    ExchangeStats s;
    s.requests = rest.requests();
    s.too_many = rest.too_many();
    s.private_calls = keys.private_calls();
    s.signature_failures = rest.signature_failures() + streams.signature_failures();
    for (AccountIndex a = 0; a < core.account_count(); ++a) {
      const Account& acc = core.account(a);
      if (acc.demo) {
        continue;
      }
      s.order_requests += acc.order_limit.total();
      s.max_requests_per_second =
          std::max(s.max_requests_per_second, acc.order_limit.max_in_second());
      s.rejected_429 += acc.order_limit.rejected();
      s.repeated_client_oids += acc.repeated_client_oids;
      s.orders += acc.live.size() + acc.done.size();
      s.fills += acc.fills.size();
      s.ai_logs += acc.ai_logs.size();
      s.equity.push_back(core.equity(a));
    }
    s.steps = core.steps();
    s.messages_sent = streams.messages_sent();
    s.sessions = streams.session_count();
    s.data_time = core.data_now();
    s.market_seconds = std::chrono::duration<double>(core.data_now() - start_data).count();
    s.longest_stall_ms = longest_stall_ms;
    s.market_ended = ended;
    s.changes_refused = changes_refused;
    return s;
  }

  /// On the loop's thread while it runs, else here.
  void run(const std::function<void()>& action) {
    if (!thread.joinable() || loop.on_loop_thread()) {
      action();
      return;
    }
    std::promise<void> done;
    loop.post([&] {
      try {
        action();
        done.set_value();
      } catch (...) {
        done.set_exception(std::current_exception());
      }
    });
    done.get_future().get();
  }

  void stop() {
    if (!thread.joinable()) {
      return;
    }
    run([this] { server.reset(); });
    loop.stop();
    thread.join();
  }

  ExchangeServerOptions options;
  net::IoLoop loop;
  KeyRing keys;
  const SyntheticMarket* synthetic;
  ExchangeCore core;
  RestApi rest;
  Streams streams;
  SteadyWall wall;
  CertificateFile ca;
  std::optional<net::HttpServer> server;
  std::string rest_url, ws_public_url, ws_private_url, ws_v3_public_url, ws_v3_private_url;
  std::thread thread;
  Timestamp started, resumed; // wall
  Timestamp start_data;
  Duration tick_every{};
  std::uint64_t steps_at_resume = 0, changes_refused = 0;
  double longest_stall_ms = 0.0;
  bool running = true, ended = false;
};

ExchangeServer::ExchangeServer(ExchangeServerOptions options, std::unique_ptr<MarketProcess> market)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(market))) {}
ExchangeServer::~ExchangeServer() {
  stop();
}

const std::string& ExchangeServer::rest_url() const {
  return impl_->rest_url;
}
const std::string& ExchangeServer::ws_public_url() const {
  return impl_->ws_public_url;
}
const std::string& ExchangeServer::ws_private_url() const {
  return impl_->ws_private_url;
}
const std::string& ExchangeServer::ws_v3_public_url() const {
  return impl_->ws_v3_public_url;
}
const std::string& ExchangeServer::ws_v3_private_url() const {
  return impl_->ws_v3_private_url;
}
const std::string& ExchangeServer::ca_file() const {
  return impl_->ca.path();
}
const Credentials& ExchangeServer::credentials(std::size_t account) const {
  return impl_->options.accounts.at(account);
}

void ExchangeServer::resume() {
  impl_->run([this] {
    if (!impl_->running) {
      impl_->running = true;
      impl_->resumed = impl_->wall.now();
      impl_->steps_at_resume = impl_->core.steps();
    }
  });
}

void ExchangeServer::stop() {
  impl_->stop();
}

ExchangeStats ExchangeServer::stats() {
  ExchangeStats s;
  impl_->run([&] { s = impl_->read_stats(); });
  return s;
}

std::vector<RegimeSwitch> ExchangeServer::truth() {
  std::vector<RegimeSwitch> switches;
  impl_->run([&] {
    if (impl_->synthetic != nullptr) {
      switches = impl_->synthetic->switches();
    }
  });
  return switches;
}

std::optional<std::string> ExchangeServer::apply(const VenueChange& change) {
  std::optional<std::string> refused;
  with_core([&](ExchangeCore& core) {
    if (const auto refusal = core.apply(change)) {
      refused = refusal->message;
    }
  });
  return refused;
}

void ExchangeServer::with_core(const std::function<void(ExchangeCore&)>& action) {
  impl_->run([&] {
    action(impl_->core);
    impl_->publish();
  });
}

} // namespace rg::exchange
