#include "backtests/training/background_refit.hpp"

#include "messages/support/invariant.hpp"

#include <chrono>
#include <utility>

namespace rg {

RefitOffer run_refit(const RefitTask& task) {
  RG_ASSERT(task.last != nullptr && task.settings.until.has_value());
  RG_ASSERT(task.write != nullptr && task.read != nullptr);
  RefitOffer offer;
  const auto trained = train_model(task.folders, task.settings, [](const std::string&, double) {});
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
  if (busy()) {
    return false;
  }
  std::packaged_task<RefitOffer()> job(
      [task = std::move(task)] { return run_refit(task); }); // its exceptions reach take()
  result_ = job.get_future();
  worker_ = std::jthread(std::move(job));
  return true;
}

std::optional<RefitOffer> BackgroundRefit::take() {
  if (!busy() || result_.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
    return std::nullopt;
  }
  return result_.get();
}

} // namespace rg
