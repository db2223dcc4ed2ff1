#include "app/simulation/search.hpp"

#include <algorithm>
#include <sstream>

namespace rg::sim {

FaultList chosen(const FaultList& list, const std::vector<std::size_t>& indices) {
  FaultList out;
  for (const std::size_t i : indices) {
    if (i < list.size()) {
      out.push_back(list[i]);
    }
  }
  return out;
}

namespace {

class Shrinker {
public:
  Shrinker(const RunOptions& options, Invariant invariant, int runs)
      : options_(options), invariant_(invariant), runs_left_(runs),
        list_(plan_faults(options.seed, options.length, options.faults)) {
    for (std::size_t i = 0; i < list_.size(); ++i) {
      kept_.push_back(i);
    }
  }

  std::vector<std::size_t> run() {
    for (std::size_t kind = 0; kind < kFaultCount; ++kind) {
      attempt_without([&](std::size_t i) { return list_[i].kind == static_cast<Fault>(kind); });
    }
    for (std::size_t size = kept_.size() / 2; size > 0; size /= 2) {
      for (std::size_t from = 0; from < kept_.size();) {
        const std::vector<std::size_t> part(
            kept_.begin() + static_cast<std::ptrdiff_t>(from),
            kept_.begin() + static_cast<std::ptrdiff_t>(std::min(from + size, kept_.size())));
        const bool gone = attempt_without(
            [&](std::size_t i) { return std::find(part.begin(), part.end(), i) != part.end(); });
        from += gone ? 0 : size;
      }
    }
    return kept_;
  }

private:
  template <class Without> bool attempt_without(Without&& without) {
    std::vector<std::size_t> fewer;
    std::copy_if(kept_.begin(), kept_.end(), std::back_inserter(fewer),
                 [&](std::size_t i) { return !without(i); });
    if (fewer.size() == kept_.size() || runs_left_-- <= 0) {
      return false;
    }
    const RunResult result = run_simulation(options_, chosen(list_, fewer));
    if (!result.violation || result.violation->invariant != invariant_) {
      return false;
    }
    kept_ = std::move(fewer);
    return true;
  }

  const RunOptions options_;
  Invariant invariant_;
  int runs_left_;
  FaultList list_;
  std::vector<std::size_t> kept_;
};

} // namespace

std::vector<std::size_t> shrink(const RunOptions& options, Invariant invariant, int runs_max) {
  return Shrinker(options, invariant, runs_max).run();
}

std::string reproduce_command(const RunOptions& options, const std::string& faults,
                              const std::vector<std::size_t>* keep) {
  std::ostringstream out;
  out << "regimeguard simulate --seeds " << options.seed << ".." << options.seed << " --hours "
      << static_cast<double>(options.length.count()) / 3.6e12 << " --tick "
      << options.tick.count() / 1'000'000'000 << " --faults " << faults;
  if (keep != nullptr) {
    out << " --keep ";
    for (std::size_t i = 0; i < keep->size(); ++i) {
      out << (i > 0 ? "," : "") << (*keep)[i];
    }
    if (keep->empty()) {
      out << "none";
    }
  }
  return out.str();
}

} // namespace rg::sim
