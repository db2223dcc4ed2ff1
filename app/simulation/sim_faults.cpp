#include "app/simulation/sim_faults.hpp"

#include "infra/market/random_stream.hpp"

#include <algorithm>

namespace rg::sim {

namespace {

struct Facts {
  std::string_view name;
  double per_hour; ///< at intensity 1
};
constexpr std::array<Facts, kFaultCount> kFacts{{
    {"frame_lost", 8.0},      {"frame_delayed", 8.0},   {"frame_duplicated", 6.0},
    {"frame_reordered", 8.0}, {"frame_corrupted", 4.0}, {"stream_dropped", 3.0},
    {"timeout_before", 6.0},  {"timeout_after", 6.0},   {"rate_limited", 2.0},
    {"server_error", 4.0},    {"executed_502", 4.0},    {"address_refused_521", 1.5},
    {"partial_fill", 8.0},    {"cancel_race", 6.0},     {"clock_skew", 0.5},
    {"candle_gap", 1.0},      {"crossed_book", 4.0},    {"price_gap", 2.0},
    {"stop_vanishes", 3.0},   {"outside_order", 1.0},   {"outside_close", 2.0},
    {"liquidation", 0.5},     {"actor_crash", 6.0},     {"process_kill", 2.0},
    {"torn_page", 1.0},       {"disk_full", 0.7},       {"transfer", 1.0},
}};

constexpr std::uint64_t kPlanStream = 31;
constexpr double kShareOfKinds = 0.5; ///< of the allowed kinds take part in one seed

} // namespace

std::string_view to_string(Fault fault) {
  return kFacts[static_cast<std::size_t>(fault)].name;
}

std::optional<Fault> parse_fault(std::string_view name) {
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    if (kFacts[i].name == name) {
      return static_cast<Fault>(i);
    }
  }
  return std::nullopt;
}

Result<FaultMask, std::string> parse_fault_list(std::string_view text) {
  FaultMask mask;
  if (text == "all") {
    return mask.set();
  }
  if (text == "none") {
    return mask;
  }
  while (true) {
    const auto comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    const auto fault = parse_fault(name);
    if (!fault) {
      std::string error(name);
      error += " is no fault; give all, none, or names separated by commas";
      return fail(std::move(error));
    }
    mask.set(static_cast<std::size_t>(*fault));
    if (comma == std::string_view::npos) {
      return mask;
    }
    text.remove_prefix(comma + 1);
  }
}

FaultList plan_faults(std::uint64_t seed, Duration length, const FaultMask& allowed) {
  RandomStream random(seed, kPlanStream);
  const double hours = static_cast<double>(length.count()) /
                       static_cast<double>(Duration{3'600'000'000'000}.count());
  // Every eighth seed has all kinds at once; the others a subset.
  const bool everything = random.below(8) == 0;
  const double intensity = 0.4 + 1.6 * random.uniform();
  FaultList list;
  for (std::size_t i = 0; i < kFaultCount; ++i) {
    const bool takes_part = random.chance(kShareOfKinds) || everything;
    RandomStream own(seed, 1000 + i);
    if (!takes_part || !allowed.test(i)) {
      continue;
    }
    double at = 0.0; // hours: a Poisson process
    while ((at += own.exponential() / (kFacts[i].per_hour * intensity)) < hours) {
      list.push_back(
          {static_cast<Fault>(i), Duration{static_cast<std::int64_t>(at * 3.6e12)}, own.bits()});
    }
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const PlannedFault& a, const PlannedFault& b) { return a.at < b.at; });
  return list;
}

FaultInjector::FaultInjector(const FaultList& list, Duration end) : end_(end) {
  for (const PlannedFault& fault : list) {
    waiting_[static_cast<std::size_t>(fault.kind)][fault.draw & 1U].push_back(fault);
  }
}

const FaultInjector::Queue* FaultInjector::due_queue(Fault kind, Channel channel) const {
  const auto& queues = waiting_[static_cast<std::size_t>(kind)];
  const auto is_due = [&](const Queue& q) {
    return !q.empty() && q.front().at <= elapsed_ && elapsed_ < end_;
  };
  if (channel != Channel::second && is_due(queues[0])) {
    return &queues[0];
  }
  if (channel != Channel::first && is_due(queues[1])) {
    return &queues[1];
  }
  return nullptr;
}

bool FaultInjector::due(Fault kind, Channel channel) const {
  return due_queue(kind, channel) != nullptr;
}

std::optional<PlannedFault> FaultInjector::take(Fault kind, Channel channel) {
  const Queue* found = due_queue(kind, channel);
  if (found == nullptr) {
    return std::nullopt;
  }
  auto& queue = waiting_[static_cast<std::size_t>(kind)][found->front().draw & 1U];
  const PlannedFault fault = queue.front();
  queue.pop_front();
  ++injected_[static_cast<std::size_t>(kind)];
  last_injected_ = elapsed_;
  any_ = true;
  return fault;
}

void FaultInjector::put_back(const PlannedFault& fault) {
  waiting_[static_cast<std::size_t>(fault.kind)][fault.draw & 1U].push_front(fault);
  --injected_[static_cast<std::size_t>(fault.kind)];
}

} // namespace rg::sim
