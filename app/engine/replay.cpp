#include "app/engine/replay.hpp"

#include "actors/engine.hpp"
#include "app/engine/past.hpp"
#include "app/engine/record_text.hpp"
#include "app/engine/reload.hpp"
#include "app/engine/run_record.hpp"
#include "infra/config/config_file.hpp"
#include "infra/config/model_file.hpp"
#include "infra/journal/journal_reader.hpp"
#include "infra/journal/recording.hpp"

#include <caf/actor_system_config.hpp>

#include <deque>
#include <set>

namespace rg::app {

namespace {

class SilentGateway final : public Gateway {
public:
  void set_listener(GatewayListener*) override {}
  void prepare(RequestId, const ChangeRequest&) override {}
  void send(RequestId, const ChangeRequest&) override {} // the answers are in the recording
  void ask(RequestId, const Query&) override {}
};

class SilentMarket final : public MarketSource {
public:
  void set_listener(MarketListener*) override {}
  void subscribe(const std::vector<Symbol>&) override {}
  void candles(Symbol, Duration, int, std::function<void(CandleAnswer)>) override {}
};

class RecordedClock final : public Clock {
public:
  [[nodiscard]] Timestamp now() const override { return now_; }
  void set(Timestamp t) { now_ = t; }

private:
  Timestamp now_;
};

std::string describe(const JournalRecord& record) {
  return std::visit(
      [](const auto& r) -> std::string {
        using Record = std::decay_t<decltype(r)>;
        if constexpr (std::is_same_v<Record, DecisionRecord>) {
          return "decision " + r.decision.id.text();
        } else if constexpr (std::is_same_v<Record, OrderEvent>) {
          return "order event of " + std::string(r.client_id.text());
        } else if constexpr (std::is_same_v<Record, Fill>) {
          return "fill " + std::to_string(r.venue_fill_id);
        } else if constexpr (std::is_same_v<Record, EquityRecord>) {
          return "equity at " + std::to_string(r.data_time.ms());
        } else if constexpr (std::is_same_v<Record, GuardRecord>) {
          return "guard of " + std::string(r.state.symbol.name());
        } else if constexpr (std::is_same_v<Record, SupervisionRecord>) {
          return "supervision \"" + r.kind + "\" of " + r.subject;
        } else {
          return "record";
        }
      },
      record);
}

/// Takes what the engine would write and holds it against what it wrote.
class Comparison final : public JournalSink {
public:
  /// @param absent  columns ("table.column") that the run's own schema did not have.
  Comparison(std::deque<JournalRecord> journalled, std::set<std::string> absent,
             ReplayReport& report)
      : journalled_(std::move(journalled)), absent_(std::move(absent)), report_(report) {}

  std::uint64_t submit(std::vector<JournalRecord> records) override {
    for (const JournalRecord& record : records) {
      compare(record);
    }
    return ++submissions_;
  }
  void finish() { report_.beyond_recording = journalled_.size(); }

private:
  void compare(const JournalRecord& recomputed) {
    if (!report_.identical) {
      return;
    }
    if (journalled_.empty()) {
      ++report_.beyond_journal;
      return;
    }
    const JournalRecord journalled = std::move(journalled_.front());
    journalled_.pop_front();
    if (journalled.index() != recomputed.index()) {
      differ(describe(journalled), "kind of record", describe(journalled), describe(recomputed));
      return;
    }
    const RecordText before = text_of(journalled);
    const RecordText now = text_of(recomputed);
    const std::string table = journal::tables()[journalled.index()].name;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i] != now[i]) {
        if (absent_.contains(table + "." + before[i].first)) {
          ++report_.not_recorded;
          continue;
        }
        differ(describe(journalled), before[i].first, before[i].second, now[i].second);
        return;
      }
    }
    ++report_.records;
    report_.decisions += std::holds_alternative<DecisionRecord>(journalled) ? 1 : 0;
    report_.order_events += std::holds_alternative<OrderEvent>(journalled) ? 1 : 0;
    report_.fills += std::holds_alternative<Fill>(journalled) ? 1 : 0;
  }
  void differ(std::string where, std::string field, std::string before, std::string now) {
    report_.identical = false;
    report_.where = std::move(where);
    report_.field = std::move(field);
    report_.journalled = std::move(before);
    report_.recomputed = std::move(now);
  }

  std::deque<JournalRecord> journalled_;
  std::set<std::string> absent_;
  ReplayReport& report_;
  std::uint64_t submissions_ = 0;
};

/// The run's own records, without the one that introduces it.
std::deque<JournalRecord> records_of(const JournalReader& reader, const std::string& run_id) {
  std::deque<JournalRecord> records;
  bool inside = false;
  reader.for_each([&](std::uint64_t, const JournalRecord& record) {
    if (const auto* run = std::get_if<RunRecord>(&record)) {
      inside = run->run_id == run_id;
    } else if (inside) {
      records.push_back(record);
    }
  });
  return records;
}

/// What the run's records cannot hold, because they were carried over from an older schema.
std::set<std::string> absent_columns(const JournalReader& reader, std::uint64_t run_sequence) {
  const auto origin = reader.origin();
  if (!origin || run_sequence > origin->head.count + 1) {
    return {};
  }
  const std::vector<std::string> names = journal::columns_since(origin->version);
  return {names.begin(), names.end()};
}

struct Source {
  RunRecord run;
  std::uint64_t sequence = 0; ///< of the run's record
  EngineSettings settings;
  std::shared_ptr<const ModelParameters> model;
};

Result<Source, InputError> source_of(const JournalReader& reader, const std::string& journal,
                                     const std::string& run_id) {
  Source source;
  if (run_id.empty()) {
    const auto runs = reader.last<RunRecord>(1);
    if (runs.empty()) {
      return fail(InputError{journal, 0, "holds no run to replay"});
    }
    source.run = runs.back().record;
    source.sequence = runs.back().sequence;
  } else if (const auto found = reader.run(run_id)) {
    source.run = found->record;
    source.sequence = found->sequence;
  } else {
    return fail(InputError{journal, 0, "holds no run " + run_id});
  }
  if (source.run.recording.empty()) {
    return fail(InputError{journal, 0,
                           "run " + source.run.run_id +
                               " was not recorded ([journal] record_market was off)"});
  }
  auto settings = parse_config(source.run.settings_text, "settings of run " + source.run.run_id);
  if (!settings) {
    return fail(settings.error());
  }
  source.settings = *std::move(settings);
  auto model = parse_model(source.run.model_json, "model of run " + source.run.run_id);
  if (!model) {
    return fail(model.error());
  }
  source.model = std::make_shared<const ModelParameters>(*std::move(model));
  return source;
}

} // namespace

Result<ReplayReport, InputError> replay_run(const std::string& journal_path,
                                            const std::string& run_id) {
  auto reader = JournalReader::open(journal_path);
  if (!reader) {
    return fail(reader.error());
  }
  auto source = source_of(*reader, journal_path, run_id);
  if (!source) {
    return fail(source.error());
  }
  auto recording = RecordingReader::open(recording_path(journal_path, source->run));
  if (!recording) {
    return fail(recording.error());
  }
  ReplayReport report;
  report.run_id = source->run.run_id;
  Comparison comparison(records_of(*reader, report.run_id),
                        absent_columns(*reader, source->sequence), report);

  caf::actor_system_config config;
  config.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{config};
  SilentGateway gateway;
  SilentMarket market;
  RecordedClock clock;
  {
    Engine engine(system, source->settings, source->model,
                  live_options(source->settings, source->run),
                  {gateway,
                   market,
                   comparison,
                   clock,
                   [](Timer::Token, Duration) {},
                   {},
                   nullptr,
                   read_settings},
                  read_past(journal_path, source->settings.instance, report.run_id));
    bool started = false;
    while (report.identical) {
      auto next = recording->next();
      if (!next) {
        return fail(next.error());
      }
      if (!*next) {
        break;
      }
      const RecordedInput& input = **next;
      clock.set(input.wall_time);
      if (!std::exchange(started, true)) {
        engine.start();
      }
      engine.process_at(input.input, input.wall_time);
      ++report.inputs;
    }
    report.clean_end = recording->complete();
  }
  comparison.finish();
  if (report.identical && report.clean_end && report.beyond_recording + report.beyond_journal > 0) {
    report.identical = false;
    report.where = "end of the run";
    report.field = "number of records";
    report.journalled = std::to_string(report.records + report.beyond_recording);
    report.recomputed = std::to_string(report.records + report.beyond_journal);
  }
  return report;
}

} // namespace rg::app
