#include "infra/config/model/interval_text.hpp"
#include "infra/config/model_file.hpp"
#include "messages/support/number_text.hpp"

#include <concepts>
#include <nlohmann/json.hpp>
#include <string_view>

namespace rg {

namespace {

// The text is put together here rather than by the JSON library, so that a row of numbers stays on
// one line for readers and every double is its shortest text; the library quotes the strings.
class Writer {
public:
  void open_root() {
    out_ += '{';
    ++depth_;
    first_ = true;
  }
  void open(std::string_view key) {
    begin(key);
    open_root();
  }
  void close() {
    --depth_;
    out_ += '\n';
    indent();
    out_ += '}';
    first_ = false;
  }
  void count(std::string_view key, std::uint64_t n) {
    begin(key);
    out_ += std::to_string(n);
  }
  void number(std::string_view key, double x) {
    begin(key);
    append_double(out_, x);
  }
  void text(std::string_view key, const std::string& value) {
    begin(key);
    append(value);
  }
  template <class Numbers> void list(std::string_view key, const Numbers& values) {
    begin(key);
    append(values);
  }
  /// A list of lists, one of them a line.
  template <class Rows> void rows(std::string_view key, const Rows& matrix) {
    begin(key);
    out_ += '[';
    ++depth_;
    first_ = true;
    for (const auto& row : matrix) {
      next_line();
      append(row);
    }
    --depth_;
    out_ += '\n';
    indent();
    out_ += ']';
    first_ = false;
  }
  [[nodiscard]] std::string take() {
    out_ += '\n';
    return std::move(out_);
  }

private:
  void indent() { out_.append(2 * depth_, ' '); }
  void next_line() {
    if (!first_) {
      out_ += ',';
    }
    out_ += '\n';
    indent();
    first_ = false;
  }
  void begin(std::string_view key) {
    next_line();
    out_ += '"';
    out_ += key;
    out_ += "\": ";
  }
  void append(double x) { append_double(out_, x); }
  void append(const std::string& s) { out_ += nlohmann::json(s).dump(); }
  template <class List>
  requires(!std::convertible_to<List, std::string>) void append(const List& list) {
    out_ += '[';
    bool first = true;
    for (const auto& x : list) {
      if (!first) {
        out_ += ", ";
      }
      first = false;
      append(x);
    }
    out_ += ']';
  }

  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

void write_standardiser(Writer& w, std::string_view key, const Standardiser& s) {
  w.open(key);
  w.list("center", s.center);
  w.list("scale", s.scale);
  w.close();
}

void write_card(Writer& w, const ModelCard& card) {
  w.open("card");
  w.text("created", card.created);
  w.text("command", card.command);
  w.list("data_folders", card.data_folders);
  w.text("data_sha256", card.data_sha256);
  w.text("span_from", card.span_from);
  w.text("span_to", card.span_to);
  w.count("observations", card.observations);
  w.count("seed", card.seed);
  w.number("log_likelihood_per_bar", card.log_likelihood_per_bar);
  w.number("volatility_separation", card.volatility_separation);
  w.number("efficiency_separation", card.efficiency_separation);
  if (!card.text.empty()) {
    w.rows("text", card.text);
  }
  w.close();
}

void write_jump(Writer& w, const JumpParameters& jump) {
  w.open("jump");
  w.rows("centres", jump.centres);
  w.list("spread", jump.spread);
  w.number("penalty", jump.penalty);
  w.number("temperature", jump.temperature);
  w.number("plausibility_floor", jump.plausibility_floor);
  w.number("entropy_ceiling", jump.entropy_ceiling);
  w.number("loss_per_bar", jump.loss_per_bar);
  w.open("calibration");
  w.list("raw", jump.calibration.raw);
  w.list("calibrated", jump.calibration.calibrated);
  w.close();
  w.close();
}

void write_risk(Writer& w, const ModelParameters& model) {
  w.open("risk");
  w.open("har");
  w.list("beta", model.har.beta);
  w.number("residual_variance", model.har.residual_variance);
  w.close();
  w.open("expansion");
  w.list("weight", model.expansion.weight);
  w.close();
  w.open("tail");
  w.number("level", model.tail.level);
  w.list("weight", model.tail.weight);
  w.close();
  w.close();
}

} // namespace

std::string model_to_json(const ModelParameters& model) {
  std::vector<std::string> states, features;
  for (std::size_t k = 0; k < kRegimeCount; ++k) {
    states.emplace_back(to_string(static_cast<Regime>(k)));
  }
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    features.emplace_back(to_string(static_cast<Feature>(f)));
  }
  Writer w;
  w.open_root();
  w.count("format", model.format);
  w.text("interval", interval_text(model.interval));
  w.list("state_names", states);
  w.list("features", features);
  w.open("standardise");
  write_standardiser(w, "pooled", model.pooled);
  for (const Symbol s : Symbol::all()) {
    if (model.has_own_standardiser[s.id()]) {
      write_standardiser(w, s.name(), model.own_standardiser[s.id()]);
    }
  }
  w.close();
  w.open("hmm");
  w.list("initial", model.hmm.initial);
  w.rows("transition", model.hmm.transition);
  w.rows("means", model.hmm.means);
  w.rows("covariances", model.hmm.covariances);
  w.close();
  w.open("abstention");
  w.number("plausibility_floor", model.plausibility_floor);
  w.number("entropy_ceiling", model.entropy_ceiling);
  w.close();
  w.open("calibration");
  w.list("raw", model.calibration.raw);
  w.list("calibrated", model.calibration.calibrated);
  w.close();
  if (model.has_jump) {
    write_jump(w, model.jump);
  }
  write_risk(w, model);
  write_card(w, model.card);
  w.close();
  return w.take();
}

} // namespace rg
