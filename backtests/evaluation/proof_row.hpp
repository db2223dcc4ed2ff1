#pragma once
// One line of the proof that `validate` prints: what was asked, the figure reached, whether it
// holds, on which spans, and what the parameters were chosen on.

#include <optional>
#include <string>
#include <vector>

namespace rg {

struct ProofFigure {
  std::string name;
  std::optional<double> value; ///< empty = undefined on these data
  std::string bar;             ///< the requirement in words, e.g. "<= 0.90"; empty = reported only
  std::optional<bool> holds;   ///< empty when reported only
  std::string detail;          ///< what the figure is over, per-pair values and the like
};

/// A picture for the page. Lines share x; bars stand in groups by category, one colour per series.
struct ProofPlot {
  struct Series {
    std::string name;
    std::vector<double> x, y; ///< bars: y per category, x unused; NaN = none
  };
  std::string title, x_label, y_label;
  std::vector<Series> series;
  std::vector<std::string> categories; ///< not empty = bars
  std::optional<double> reference;     ///< a dashed line at this y
  bool x_is_day = false;               ///< x counts UTC days since 1970
};

struct ProofRow {
  std::string id;    ///< the word for --only
  std::string title; ///< for people
  std::vector<ProofFigure> figures;
  std::vector<std::string> spans;
  std::string chosen_on; ///< what the parameters behind the figures were fitted or chosen on
  std::vector<std::string> notes;
  std::vector<ProofPlot> plots;
  /// Why there is no figure (data absent, span too short); the row then does not hold.
  std::optional<std::string> not_measured;

  /// Every figure with a bar holds, and there is one.
  [[nodiscard]] bool holds() const {
    bool any = false;
    for (const ProofFigure& f : figures) {
      if (f.holds) {
        any = true;
        if (!*f.holds) {
          return false;
        }
      }
    }
    return any && !not_measured;
  }
};

/// A figure against an upper bar; an undefined one does not hold.
[[nodiscard]] ProofFigure at_most(std::string name, std::optional<double> value, double bar);
[[nodiscard]] ProofFigure below(std::string name, std::optional<double> value, double bar);
[[nodiscard]] ProofFigure at_least(std::string name, std::optional<double> value, double bar);
[[nodiscard]] ProofFigure reported(std::string name, std::optional<double> value);

/// Four significant digits; "n/a" for none.
[[nodiscard]] std::string figure_text(const std::optional<double>& value);

} // namespace rg
