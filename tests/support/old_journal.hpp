#pragma once
// A journal as schema 1 wrote it: decisions without the inputs of their factors. Written here from
// what that schema was, not from what this program believes of it; the text of its decisions table
// is that of a file which the old program made.

#include "infra/journal/head_file.hpp"
#include "infra/journal/schema.hpp"

#include <string>
#include <vector>

namespace rg::testing {

/// CREATE TABLE of `decisions` in schema 1.
inline const std::string& decisions_of_schema_1() {
  static const std::string kSql = [] {
    std::string sql = "CREATE TABLE decisions (\n  seq INTEGER PRIMARY KEY";
    const auto add = [&](const char* type, std::initializer_list<const char*> names) {
      for (const char* name : names) {
        sql += std::string(",\n  ") + name + type;
      }
    };
    constexpr const char* kText = " TEXT NOT NULL";
    constexpr const char* kInteger = " INTEGER NOT NULL";
    constexpr const char* kDouble = " /* double */";
    add(kText, {"decision"});
    add(kInteger, {"decision_stamp_ns", "data_time_ns", "wall_time_ns"});
    add(kText, {"outcome", "refusal", "exit_reason", "symbol"});
    add(kInteger, {"signal_stamp_ns"});
    add(kText, {"side", "rule", "signal_regime"});
    add(kDouble, {"input_fast", "input_slow", "input_anchor", "input_score", "entry",
                  "invalidation", "target"});
    add(kText, {"regime_symbol"});
    add(kInteger, {"regime_stamp_ns"});
    add(kText, {"regime"});
    add(kDouble,
        {"confidence", "posterior_trending", "posterior_range_bound", "posterior_high_volatility"});
    add(kInteger, {"posterior_valid"});
    add(kDouble,
        {"feature_momentum_t", "feature_realised_vol", "feature_atr_ratio", "feature_volume_z",
         "feature_efficiency_ratio", "feature_variance_ratio", "log_likelihood"});
    add(kText, {"abstention", "guard_symbol"});
    add(kInteger, {"guard_stamp_ns"});
    add(kText, {"guard_level", "guard_cause"});
    add(kDouble, {"guard_evidence", "guard_threshold", "guard_exposure_factor", "factor_confidence",
                  "factor_volatility", "factor_drawdown", "factor_clustering", "factor_asset",
                  "factor_guard", "factor_correlation", "multiplier"});
    add(kInteger, {"forecast_valid"});
    add(kDouble,
        {"rv_forecast", "rv_ewma", "rv_baseline", "p_expansion", "tail_q95", "stop_distance"});
    add(kText, {"stop_adjustment", "risk_budget", "risk_quantity"});
    add(kInteger, {"cooldown_until_ns", "suspended"});
    add(kText, {"price", "stop_price", "quantity", "equity", "high_water_mark"});
    add(kDouble, {"drawdown", "gross_leverage"});
    add(kText, {"model_hash", "config_hash", "hash"});
    return sql + "\n)";
  }();
  return kSql;
}

/// Passes a record's columns on, but for those that schema 1 did not have.
class Schema1Row {
public:
  static constexpr bool kReading = false;
  explicit Schema1Row(journal::RowWriter& row) : row_(row) {}
  void integer(const char* name, std::int64_t value) { row_.integer(name, value); }
  void text(const char* name, std::string_view value) { row_.text(name, value); }
  void real(const char* name, double value) {
    const std::string_view column = name;
    for (const char* later : {"input_drawdown", "input_trade_intensity", "input_relative_spread",
                              "input_depth_ratio", "input_jump_share", "input_cluster_share"}) {
      if (column == later) {
        return;
      }
    }
    row_.real(name, value);
  }

private:
  journal::RowWriter& row_;
};

/// Writes `records` as the journal of schema 1 at `path`, with its signed head. @return the head.
inline journal::Head write_old_journal(const std::string& path, const std::string& key_path,
                                       const std::vector<JournalRecord>& records) {
  using namespace journal;
  Database old(path, Database::Mode::create);
  old.run("PRAGMA journal_mode = WAL");
  old.run("BEGIN; PRAGMA application_id = " + std::to_string(kApplicationId));
  for (const SchemaObject& object : schema_objects()) {
    old.run(object.name == "decisions" ? decisions_of_schema_1() : object.sql);
  }
  old.run("INSERT INTO journal_schema (version) VALUES (1)");
  Head head;
  ChainHasher hasher;
  RowWriter row;
  for (const JournalRecord& record : records) {
    const char* table = tables()[record.index()].name;
    row.start(table, head.count + 1);
    Schema1Row columns(row);
    std::visit([&]<class Record>(const Record& r) { Table<Record>::fields(columns, r); }, record);
    head = {head.count + 1, hasher.next(head.hash, row.canonical())};
    const auto places = static_cast<std::size_t>(
        old.one_integer(std::string("SELECT count(*) FROM pragma_table_info('") + table + "')"));
    std::string sql = std::string("INSERT INTO ") + table + " VALUES (?";
    for (std::size_t i = 1; i < places; ++i) {
      sql += ", ?";
    }
    Statement insert = old.prepare(sql + ")");
    row.bind(insert, head.hash);
    static_cast<void>(insert.step());
  }
  old.run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  write_head(head_path(path), head, JournalKey::load_or_make(key_path));
  return head;
}

} // namespace rg::testing
