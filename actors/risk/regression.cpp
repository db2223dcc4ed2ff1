#include "actors/risk/regression.hpp"

#include "messages/support/invariant.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <functional>

namespace rg {

namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

double dot(std::span<const double> row, const Vector& beta) {
  double sum = 0.0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    sum += row[i] * beta[static_cast<Eigen::Index>(i)];
  }
  return sum;
}

double logistic(double x) {
  return x >= 0.0 ? 1.0 / (1.0 + std::exp(-x)) : std::exp(x) / (1.0 + std::exp(x));
}

/// log(1 + e^x) without overflow.
double softplus(double x) {
  return x > 0.0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
}

/// Adds weight·row·rowᵀ to the lower triangle and gradient·row to the vector.
void accumulate(Matrix& hessian, Vector& gradient, std::span<const double> row, double curvature,
                double slope) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto a = static_cast<Eigen::Index>(i);
    gradient[a] += slope * row[i];
    const double scaled = curvature * row[i];
    for (std::size_t j = 0; j <= i; ++j) {
      hessian(a, static_cast<Eigen::Index>(j)) += scaled * row[j];
    }
  }
}

Vector solve(Matrix hessian, const Vector& gradient) {
  hessian = hessian.selfadjointView<Eigen::Lower>();
  const double trace = hessian.trace();
  hessian.diagonal().array() += 1e-12 * (trace > 0.0 ? trace : 1.0);
  return hessian.ldlt().solve(gradient);
}

std::vector<double> to_vector(const Vector& v) {
  return {v.data(), v.data() + v.size()};
}

/// A smooth convex loss for Newton: value at beta, and gradient and Hessian when asked.
struct Objective {
  std::function<double(const Vector&)> value;
  std::function<void(const Vector&, Matrix&, Vector&)> derivatives;
};

Vector newton(const Objective& objective, Vector beta, int iterations) {
  const Eigen::Index p = beta.size();
  double best = objective.value(beta);
  for (int k = 0; k < iterations; ++k) {
    Matrix hessian = Matrix::Zero(p, p);
    Vector gradient = Vector::Zero(p);
    objective.derivatives(beta, hessian, gradient);
    const Vector step = solve(hessian, gradient);
    double length = 1.0;
    double next = objective.value(beta - step);
    while (!(next <= best) && length > 1e-6) {
      length *= 0.5;
      next = objective.value(beta - length * step);
    }
    if (!(best - next > 1e-12 * std::max(1.0, std::fabs(best)))) {
      break;
    }
    beta -= length * step;
    best = next;
  }
  return beta;
}

DesignMatrix columns_of(const DesignMatrix& x, const std::vector<std::size_t>& kept) {
  DesignMatrix out;
  out.columns = kept.size();
  out.values.reserve(x.rows() * kept.size());
  for (std::size_t i = 0; i < x.rows(); ++i) {
    const auto row = x.row(i);
    for (const std::size_t c : kept) {
      out.values.push_back(row[c]);
    }
  }
  return out;
}

Objective smoothed_pinball(const DesignMatrix& x, std::span<const double> y, double level,
                           double width) {
  const auto rows = static_cast<double>(x.rows());
  Objective objective;
  objective.value = [&x, y, level, width, rows](const Vector& beta) {
    double sum = 0.0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double u = y[i] - dot(x.row(i), beta);
      sum += level * u + width * softplus(-u / width);
    }
    return sum / rows;
  };
  objective.derivatives = [&x, y, level, width, rows](const Vector& beta, Matrix& hessian,
                                                      Vector& gradient) {
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double below = logistic(-(y[i] - dot(x.row(i), beta)) / width);
      accumulate(hessian, gradient, x.row(i), below * (1.0 - below) / width / rows,
                 (below - level) / rows);
    }
  };
  return objective;
}

/// Residual spread for the bandwidth: mean absolute deviation from the mean.
double spread_of(std::span<const double> values) {
  double mean = 0.0;
  for (const double v : values) {
    mean += v;
  }
  mean /= static_cast<double>(values.size());
  double spread = 0.0;
  for (const double v : values) {
    spread += std::fabs(v - mean);
  }
  return spread / static_cast<double>(values.size());
}

} // namespace

std::vector<double> least_squares(const DesignMatrix& x, std::span<const double> y, double ridge) {
  RG_ASSERT(x.columns >= 1 && x.rows() == y.size() && y.size() >= x.columns);
  const auto p = static_cast<Eigen::Index>(x.columns);
  Matrix hessian = Matrix::Zero(p, p);
  Vector gradient = Vector::Zero(p);
  for (std::size_t i = 0; i < y.size(); ++i) {
    accumulate(hessian, gradient, x.row(i), 1.0, y[i]);
  }
  for (Eigen::Index i = 1; i < p; ++i) {
    hessian(i, i) += ridge * static_cast<double>(x.rows());
  }
  return to_vector(solve(hessian, gradient));
}

std::vector<double> logistic_regression(const DesignMatrix& x, std::span<const double> labels,
                                        double ridge) {
  RG_ASSERT(x.columns >= 1 && x.rows() == labels.size() && !labels.empty());
  const auto rows = static_cast<double>(x.rows());
  const auto penalty = [ridge](const Vector& beta) {
    return 0.5 * ridge * (beta.squaredNorm() - beta[0] * beta[0]);
  };
  Objective objective;
  objective.value = [&](const Vector& beta) {
    double sum = 0.0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double logit = dot(x.row(i), beta);
      sum += softplus(logit) - labels[i] * logit;
    }
    return sum / rows + penalty(beta);
  };
  objective.derivatives = [&](const Vector& beta, Matrix& hessian, Vector& gradient) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const double p = logistic(dot(x.row(i), beta));
      accumulate(hessian, gradient, x.row(i), p * (1.0 - p) / rows, (p - labels[i]) / rows);
    }
    for (Eigen::Index i = 1; i < beta.size(); ++i) {
      hessian(i, i) += ridge;
      gradient[i] += ridge * beta[i];
    }
  };
  return to_vector(newton(objective, Vector::Zero(static_cast<Eigen::Index>(x.columns)), 50));
}

std::vector<double> quantile_regression(const DesignMatrix& x, std::span<const double> y,
                                        double level) {
  RG_ASSERT(x.columns >= 1 && x.rows() == y.size() && y.size() > x.columns);
  RG_ASSERT(level > 0.0 && level < 1.0);
  std::vector<std::size_t> kept(x.columns);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    kept[i] = i;
  }
  std::vector<double> beta(x.columns, 0.0);
  for (;;) {
    const DesignMatrix part = columns_of(x, kept);
    const std::vector<double> start = least_squares(part, y, 0.0);
    Vector b = Eigen::Map<const Vector>(start.data(), static_cast<Eigen::Index>(start.size()));
    std::vector<double> residuals(y.size());
    for (std::size_t i = 0; i < y.size(); ++i) {
      residuals[i] = y[i] - dot(part.row(i), b);
    }
    const double spread = std::max(spread_of(residuals), 1e-9);
    for (const double share : {0.5, 0.2, 0.05, 0.02}) {
      b = newton(smoothed_pinball(part, y, level, share * spread), b, 30);
    }
    std::fill(beta.begin(), beta.end(), 0.0);
    std::size_t worst = 0; // index into kept of the most negative weight; the bias is free
    for (std::size_t i = 0; i < kept.size(); ++i) {
      beta[kept[i]] = b[static_cast<Eigen::Index>(i)];
      if (kept[i] != 0 && beta[kept[i]] < 0.0 &&
          (worst == 0 || beta[kept[i]] < beta[kept[worst]])) {
        worst = i;
      }
    }
    if (worst == 0) {
      break;
    }
    kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(worst));
  }
  // Exact share of exceedances on the data at hand.
  const Vector full = Eigen::Map<const Vector>(beta.data(), static_cast<Eigen::Index>(beta.size()));
  std::vector<double> residuals(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    residuals[i] = y[i] - dot(x.row(i), full);
  }
  const auto rank = static_cast<std::ptrdiff_t>(level * static_cast<double>(y.size()));
  std::nth_element(residuals.begin(), residuals.begin() + rank, residuals.end());
  beta[0] += residuals[static_cast<std::size_t>(rank)];
  return beta;
}

} // namespace rg
