#include "backtests/evaluation/svg_plot.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>

namespace rg {

namespace {

constexpr double kWidth = 640.0, kHeight = 260.0;
constexpr double kLeft = 62.0, kRight = 12.0, kTop = 30.0, kBottom = 42.0;
constexpr std::array<const char*, 6> kColours{"#2563eb", "#d97706", "#059669",
                                              "#dc2626", "#7c3aed", "#64748b"};

/// From data to the drawing.
struct Axis {
  double low = 0.0, high = 1.0, from = 0.0, to = 1.0;
  [[nodiscard]] double at(double v) const { return from + (v - low) / (high - low) * (to - from); }
};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void add(double v) {
    if (std::isfinite(v)) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
  }
  /// Never empty, never a point.
  void widen(double share) {
    if (low > high) {
      low = 0.0;
      high = 1.0;
    }
    const double room = high > low ? (high - low) * share : std::max(std::fabs(high), 1.0) * 0.05;
    low -= room;
    high += room;
  }
};

/// 1, 2 or 5 times a power of ten that gives about five steps.
double tick_step(double low, double high) {
  const double rough = (high - low) / 5.0;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double m : {1.0, 2.0, 5.0}) {
    if (m * power >= rough) {
      return m * power;
    }
  }
  return 10.0 * power;
}

std::string day_label(double day) {
  const std::chrono::year_month_day ymd{
      std::chrono::sys_days{std::chrono::days{static_cast<std::int64_t>(day)}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     html_text(text));
}

std::string line(double x1, double y1, double x2, double y2, const char* style) {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n", x1, y1,
                     x2, y2, style);
}

constexpr const char* kGrid = "stroke=\"currentColor\" stroke-opacity=\"0.15\"";
constexpr const char* kReference =
    "stroke=\"currentColor\" stroke-opacity=\"0.7\" stroke-dasharray=\"5 4\"";

Axis y_axis(const ProofPlot& plot) {
  Range range;
  for (const ProofPlot::Series& s : plot.series) {
    for (const double v : s.y) {
      range.add(v);
    }
  }
  if (plot.reference) {
    range.add(*plot.reference);
  }
  if (!plot.categories.empty()) {
    range.add(0.0);
  }
  range.widen(0.06);
  return {range.low, range.high, kHeight - kBottom, kTop};
}

std::string y_ticks(const Axis& y) {
  std::string out;
  const double step = tick_step(y.low, y.high);
  for (double v = std::ceil(y.low / step) * step; v <= y.high; v += step) {
    const double shown = std::fabs(v) < 1e-12 * step ? 0.0 : v;
    out += line(kLeft, y.at(v), kWidth - kRight, y.at(v), kGrid);
    out += label(kLeft - 6.0, y.at(v) + 4.0, "end", fmt::format("{:.4g}", shown));
  }
  return out;
}

std::string draw_lines(const ProofPlot& plot, const Axis& y) {
  Range range;
  for (const ProofPlot::Series& s : plot.series) {
    for (const double v : s.x) {
      range.add(v);
    }
  }
  range.widen(0.0);
  const Axis x{range.low, range.high, kLeft, kWidth - kRight};
  std::string out;
  for (int i = 0; i <= 4; ++i) {
    const double v = x.low + (x.high - x.low) * i / 4.0;
    const char* anchor = i == 0 ? "start" : (i == 4 ? "end" : "middle");
    out += label(x.at(v), kHeight - kBottom + 16.0, anchor,
                 plot.x_is_day ? day_label(v) : fmt::format("{:.3g}", v));
  }
  std::size_t colour = 0;
  for (const ProofPlot::Series& s : plot.series) {
    std::string points;
    for (std::size_t i = 0; i < std::min(s.x.size(), s.y.size()); ++i) {
      if (std::isfinite(s.y[i])) {
        points += fmt::format("{:.1f},{:.1f} ", x.at(s.x[i]), y.at(s.y[i]));
      }
    }
    out +=
        fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\" points=\"{}\"/>\n",
                    kColours[colour++ % kColours.size()], points);
  }
  return out;
}

std::string draw_bars(const ProofPlot& plot, const Axis& y) {
  std::string out;
  const auto groups = static_cast<double>(plot.categories.size());
  const double group_width = (kWidth - kLeft - kRight) / groups;
  const double bar_width =
      0.8 * group_width / std::max(1.0, static_cast<double>(plot.series.size()));
  const double zero = y.at(0.0);
  // Names under narrow groups would run into one another: every other one is left out.
  const std::size_t every = static_cast<std::size_t>(std::ceil(46.0 / group_width));
  for (std::size_t g = 0; g < plot.categories.size(); ++g) {
    const double left = kLeft + group_width * static_cast<double>(g) + 0.1 * group_width;
    for (std::size_t k = 0; k < plot.series.size(); ++k) {
      const double v = g < plot.series[k].y.size() ? plot.series[k].y[g]
                                                   : std::numeric_limits<double>::quiet_NaN();
      if (std::isfinite(v)) {
        const double top = std::min(y.at(v), zero);
        out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
                           "fill=\"{}\"><title>{}: {:.4g}</title></rect>\n",
                           left + bar_width * static_cast<double>(k), top, bar_width * 0.92,
                           std::fabs(y.at(v) - zero), kColours[k % kColours.size()],
                           html_text(plot.categories[g]), v);
      }
    }
    if (g % std::max<std::size_t>(every, 1) == 0) {
      out +=
          label(left + 0.4 * group_width, kHeight - kBottom + 16.0, "middle", plot.categories[g]);
    }
  }
  return out;
}

std::string legend(const ProofPlot& plot) {
  std::string out;
  double x = kLeft;
  std::size_t colour = 0;
  for (const ProofPlot::Series& s : plot.series) {
    out += fmt::format("<rect x=\"{:.1f}\" y=\"20\" width=\"10\" height=\"4\" fill=\"{}\"/>\n", x,
                       kColours[colour++ % kColours.size()]);
    out += label(x + 14.0, 26.0, "start", s.name);
    x += 30.0 + 6.2 * static_cast<double>(s.name.size());
  }
  return out;
}

} // namespace

std::string html_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    default:
      out += c;
    }
  }
  return out;
}

std::string svg_plot(const ProofPlot& plot) {
  const Axis y = y_axis(plot);
  std::string out = fmt::format("<svg viewBox=\"0 0 {:g} {:g}\" role=\"img\" aria-label=\"{}\" "
                                "font-size=\"11\" fill=\"currentColor\">\n",
                                kWidth, kHeight, html_text(plot.title));
  out += fmt::format("<text x=\"{:g}\" y=\"12\" font-weight=\"600\">{}</text>\n", kLeft,
                     html_text(plot.title));
  out += legend(plot);
  out += y_ticks(y);
  if (plot.reference) {
    out += line(kLeft, y.at(*plot.reference), kWidth - kRight, y.at(*plot.reference), kReference);
  }
  out += plot.categories.empty() ? draw_lines(plot, y) : draw_bars(plot, y);
  out += label(0.5 * (kLeft + kWidth), kHeight - 8.0, "middle", plot.x_label);
  out += fmt::format("<text transform=\"translate(12 {:.1f}) rotate(-90)\" "
                     "text-anchor=\"middle\">{}</text>\n",
                     0.5 * (kTop + kHeight - kBottom), html_text(plot.y_label));
  return out + "</svg>\n";
}

} // namespace rg
