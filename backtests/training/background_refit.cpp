#include "backtests/training/background_refit.hpp"

#include "actors/regime/fit_stopped.hpp"
#include "messages/support/invariant.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rg {

Timestamp hold_back(std::span<const CandleFolder> folders) {
  constexpr std::int64_t kHeldBackDays = 28;
  const std::int64_t day_ns = Duration{std::chrono::hours{24}}.count();
  std::int64_t last_ns = 0;
  for (const CandleFolder& folder : folders) {
    for (const CandleSeries& series : folder.series) {
      if (!series.bars.empty()) {
        last_ns = std::max(last_ns, series.bars.back().close_time().ns());
      }
    }
  }
  return Timestamp::from_ns((last_ns / day_ns - kHeldBackDays) * day_ns);
}

RefitOffer run_refit(const RefitTask& task, const std::stop_token& stop) {
  RG_ASSERT(task.last != nullptr && task.settings.until.has_value());
  RG_ASSERT(task.write != nullptr && task.read != nullptr);
  RefitOffer offer;
  TrainingSettings settings = task.settings;
  settings.stop = stop;
  const auto trained = train_model(task.folders, settings,
                                   [&stop](const std::string&, double) { throw_if_stopped(stop); });
  if (!trained) {
    offer.refused = trained.error().text();
    return offer;
  }
  offer.json = task.write(trained->model);
  auto again = task.read(offer.json, "refit");
  if (!again) {
    offer.refused = again.error().text();
    return offer;
  }
  auto candidate = std::make_shared<const ModelParameters>(std::move(again).value());
  throw_if_stopped(stop);
  offer.gates = judge_refit(task.folders, task.last, candidate, task.settings.regime,
                            task.settings.bars, *task.settings.until, task.gates);
  if (offer.gates.promoted()) {
    offer.model = std::move(candidate);
  } else {
    offer.refused = offer.gates.refusal();
  }
  return offer;
}

bool BackgroundRefit::start(RefitTask task) {
  return start([task = std::make_shared<const RefitTask>(std::move(task))](
                   const std::stop_token& stop) { return run_refit(*task, stop); });
}

bool BackgroundRefit::start(RefitJob job) {
  if (busy()) {
    return false;
  }
  std::packaged_task<RefitOffer(const std::stop_token&)> packaged(
      std::move(job)); // its exceptions reach take()
  result_ = packaged.get_future();
  worker_ = std::jthread(
      [work = std::move(packaged)](const std::stop_token& stop) mutable { work(stop); });
  return true;
}

std::optional<RefitOffer> BackgroundRefit::take() {
  if (!busy() || result_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
    return std::nullopt;
  }
  return result_.get();
}

} // namespace rg
