// regimeguard simulate: the whole engine under faults, many seeds, in virtual time.

#include "app/commands.hpp"
#include "app/progress_bar.hpp"
#include "app/simulation/search.hpp"

#include <CLI/Validators.hpp>
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

namespace rg::app {

namespace {

struct SimulateOptions {
  std::string seeds = "1..100", faults = "all", keep;
  double hours = 2.0;
  int tick = 15;
  unsigned workers = 0;
  bool json = false, records = false;
};

constexpr double kNsPerHour = 3.6e12;

std::uint64_t number_in(const std::string& text, const char* what) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw UsageError(fmt::format("{} '{}' is no whole number", what, text));
  }
  return value;
}

std::vector<std::uint64_t> seeds_in(const std::string& text) {
  const auto dots = text.find("..");
  const std::uint64_t first = number_in(text.substr(0, dots), "--seeds:");
  const std::uint64_t last =
      dots == std::string::npos ? first : number_in(text.substr(dots + 2), "--seeds:");
  if (last < first || last - first >= 10'000'000) {
    throw UsageError(
        fmt::format("--seeds {}: give A..B with A <= B and at most ten million", text));
  }
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t s = first; s <= last; ++s) {
    seeds.push_back(s);
  }
  return seeds;
}

sim::RunOptions run_options(const SimulateOptions& o) {
  sim::RunOptions run;
  const auto mask = sim::parse_fault_list(o.faults);
  if (!mask) {
    throw UsageError("--faults: " + mask.error());
  }
  run.faults = *mask;
  if (!(o.hours >= 0.05 && o.hours <= 72.0)) {
    throw UsageError(fmt::format("--hours {}: between 0.05 and 72", o.hours));
  }
  if (o.tick < 1 || o.tick > 30 || 60 % o.tick != 0) {
    throw UsageError(fmt::format("--tick {}: seconds that divide a minute, at most 30", o.tick));
  }
  run.length = Duration{static_cast<std::int64_t>(o.hours * kNsPerHour)};
  run.tick = std::chrono::seconds{o.tick};
  return run;
}

std::vector<std::size_t> indices_in(const std::string& text) {
  std::vector<std::size_t> out;
  for (std::size_t from = 0; text != "none" && from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    out.push_back(number_in(text.substr(from, comma - from), "--keep:"));
    from = comma + 1;
  }
  return out;
}

struct Failure {
  sim::RunResult result;
  std::vector<std::size_t> shrunk;
  sim::FaultList faults;
  std::string command;
};

Failure look_into(const SimulateOptions& o, const sim::RunOptions& base,
                  const sim::RunResult& result) {
  Failure f;
  f.result = result;
  sim::RunOptions run = base;
  run.seed = result.seed;
  f.shrunk = sim::shrink(run, result.violation->invariant);
  f.faults = sim::chosen(sim::plan_faults(run.seed, run.length, run.faults), f.shrunk);
  f.command = sim::reproduce_command(run, o.faults, &f.shrunk);
  return f;
}

nlohmann::ordered_json json_of(const sim::SearchTotals& t, const std::vector<Failure>& failures) {
  nlohmann::ordered_json out;
  out["seeds"] = t.seeds;
  out["violations"] = t.failures.size();
  out["events"] = t.events;
  out["simulated_hours"] = static_cast<double>(t.simulated.count()) / kNsPerHour;
  for (std::size_t i = 0; i < sim::kFaultCount; ++i) {
    auto& kind = out["faults"][std::string(to_string(static_cast<sim::Fault>(i)))];
    kind["injected"] = t.injected[i];
    kind["survived"] = t.survived[i];
  }
  out["restarts"] = t.process_restarts + t.actor_restarts;
  out["process_restarts"] = t.process_restarts;
  out["actor_restarts"] = t.actor_restarts;
  const sim::Activity& a = t.activity;
  out["activity"] = {{"entries", a.entries},
                     {"positions", a.opened},
                     {"stops_placed", a.stops_placed},
                     {"stops_fired", a.stops_fired},
                     {"exits", a.exits},
                     {"cancels", a.cancels},
                     {"fills", a.fills},
                     {"halts", a.halts}};
  out["journal_records"] = t.journal_records;
  out["checks_at_rest"] = t.quiet_checks;
  out["failures"] = nlohmann::ordered_json::array();
  for (const Failure& f : failures) {
    out["failures"].push_back(
        {{"seed", f.result.seed},
         {"invariant", to_string(f.result.violation->invariant)},
         {"at_seconds", static_cast<double>(f.result.violation->at.count()) / 1e9},
         {"what", f.result.violation->what},
         {"faults_needed", f.shrunk.size()},
         {"reproduce", f.command}});
  }
  out["wall_seconds"] = t.wall_seconds;
  return out;
}

void print(const sim::SearchTotals& t, const std::vector<Failure>& failures) {
  const double hours = static_cast<double>(t.simulated.count()) / kNsPerHour;
  const sim::Activity& a = t.activity;
  fmt::print("{} seeds, {:.1f} simulated hours in {:.1f} s ({:.0f} hours a minute), {} events, {} "
             "violations\n",
             t.seeds, hours, t.wall_seconds, hours / t.wall_seconds * 60.0, t.events,
             t.failures.size());
  fmt::print("per simulated hour: {:.1f} entries, {:.1f} positions, {:.1f} stops placed, {:.1f} "
             "stops fired, {:.1f} exits, {:.2f} halts, {:.2f} process and {:.2f} actor restarts\n",
             static_cast<double>(a.entries) / hours, static_cast<double>(a.opened) / hours,
             static_cast<double>(a.stops_placed) / hours,
             static_cast<double>(a.stops_fired) / hours, static_cast<double>(a.exits) / hours,
             static_cast<double>(a.halts) / hours, static_cast<double>(t.process_restarts) / hours,
             static_cast<double>(t.actor_restarts) / hours);
  for (std::size_t i = 0; i < sim::kFaultCount; ++i) {
    if (t.injected[i] > 0) {
      fmt::print("  {:<22} {:>8} injected {:>8} survived\n", to_string(static_cast<sim::Fault>(i)),
                 t.injected[i], t.survived[i]);
    }
  }
  for (const Failure& f : failures) {
    const sim::Violation& v = *f.result.violation;
    fmt::print("seed {}: invariant {} ({}) broken after {:.1f} s: {}\n", f.result.seed,
               static_cast<int>(v.invariant), to_string(v.invariant),
               static_cast<double>(v.at.count()) / 1e9, v.what);
    for (const sim::PlannedFault& fault : f.faults) {
      fmt::print("    {} from {:.1f} s on\n", to_string(fault.kind),
                 static_cast<double>(fault.at.count()) / 1e9);
    }
    fmt::print("    reproduce: {}\n", f.command);
  }
}

/// What the journal of a run tells about orders and incidents, for people who look into a failure.
void print_record(const JournalRecord& record) {
  if (const auto* s = std::get_if<SupervisionRecord>(&record)) {
    fmt::print("{} {} {}: {}\n", s->wall_time.ms(), s->kind, s->subject, s->detail);
  } else if (const auto* o = std::get_if<OrderEvent>(&record)) {
    fmt::print("{} {} {} -> {} {} of {} at {} {}\n", o->wall_time.ms(), o->client_id.text(),
               to_string(o->from), to_string(o->to), o->filled.text(), o->quantity.text(),
               o->price.text(), o->note.data());
  } else if (const auto* f = std::get_if<Fill>(&record)) {
    fmt::print("{} fill {} {} {} {} at {} for {}\n", f->exchange_time.ms(), f->venue_fill_id,
               f->symbol.name(), f->opens ? "opens" : "closes", f->quantity.text(), f->price.text(),
               f->client_id.text());
  } else if (const auto* d = std::get_if<DecisionRecord>(&record)) {
    fmt::print("{} decision {} {} {}\n", d->wall_time.ms(), d->decision.id.text(),
               to_string(d->decision.outcome), to_string(d->decision.refusal));
  }
}

/// One seed with a chosen part of its faults: what a failure's command does.
int run_kept(const SimulateOptions& o, sim::RunOptions run,
             const std::vector<std::uint64_t>& seeds) {
  if (seeds.size() != 1) {
    throw UsageError("--keep names faults of one seed; give --seeds N..N");
  }
  run.seed = seeds.front();
  if (o.records) {
    run.on_record = print_record;
  }
  const sim::FaultList list = sim::plan_faults(run.seed, run.length, run.faults);
  const sim::RunResult result =
      sim::run_simulation(run, o.keep == "all" ? list : sim::chosen(list, indices_in(o.keep)));
  if (!result.violation) {
    fmt::print("seed {}: nothing broken, event hash {:016x}\n", run.seed, result.hash);
    return 0;
  }
  fmt::print("seed {}: invariant {} ({}) broken after {:.1f} s: {}\n", run.seed,
             static_cast<int>(result.violation->invariant), to_string(result.violation->invariant),
             static_cast<double>(result.violation->at.count()) / 1e9, result.violation->what);
  return 1;
}

int simulate(const SimulateOptions& o) {
  const sim::RunOptions run = run_options(o);
  sim::SearchOptions options;
  options.seeds = seeds_in(o.seeds);
  if (!o.keep.empty()) {
    return run_kept(o, run, options.seeds);
  }
  if (o.records) {
    throw UsageError("--records tells of one run; add --keep all, or --keep with its faults");
  }
  options.run = run;
  options.workers = o.workers;
  ProgressBar bar("simulating", options.seeds.size());
  options.progress = [&bar](std::size_t done) { bar.show(done); };
  const sim::SearchTotals totals = sim::search(options);
  std::vector<Failure> failures;
  constexpr std::size_t kShrunk = 5; // each costs up to 150 runs
  for (const sim::RunResult& result : totals.failures) {
    if (failures.size() < kShrunk) {
      failures.push_back(look_into(o, run, result));
    } else {
      sim::RunOptions one = run;
      one.seed = result.seed;
      failures.push_back({result, {}, {}, sim::reproduce_command(one, o.faults, nullptr)});
    }
  }
  if (o.json) {
    fmt::print("{}\n", json_of(totals, failures).dump(2));
  } else {
    print(totals, failures);
  }
  return totals.failures.empty() ? 0 : 1;
}

} // namespace

void add_simulate(CLI::App& root, Chosen& chosen) {
  auto options = std::make_shared<SimulateOptions>();
  CLI::App* command = root.add_subcommand(
      "simulate", "Search for orders of faults that break a promise, in virtual time");
  command->add_option("--seeds", options->seeds, "A..B, one run each")->capture_default_str();
  command->add_option("--hours", options->hours, "Data time of each run")->capture_default_str();
  command->add_option("--tick", options->tick, "Seconds of data time between market steps")
      ->capture_default_str();
  command->add_option("--faults", options->faults, "all, none, or kinds separated by commas")
      ->capture_default_str();
  command->add_option("--keep", options->keep,
                      "Of one seed's faults only these, by place in its list; none, or all");
  command->add_flag("--records", options->records,
                    "With --keep: what the run's journal tells of orders and incidents");
  command->add_option("--workers", options->workers, "Processes; 0 = one per core")
      ->capture_default_str();
  command->add_flag("--json", options->json, "One JSON document on standard output");
  command->callback([options, &chosen] { chosen = [options] { return simulate(*options); }; });
}

} // namespace rg::app
