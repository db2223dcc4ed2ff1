#include "actors/regime/baum_welch.hpp"

#include "messages/support/invariant.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rg {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLogTwoPi = 1.83787706640934548356;
constexpr Index kBlock = 512; ///< rows whose columns stay in the first-level cache together
constexpr int kMaxStates = 6;

/// L^-1 of one covariance, and what else its density needs.
struct Density {
  MatrixXd inverse_root;  // lower triangular
  VectorXd offset;        // inverse_root × mean
  double log_scale = 0.0; // −½ d ln 2π − ln det L
};

Density density_of(const GaussianHmm& hmm, Index k) {
  const Index d = hmm.dimension();
  const Eigen::LLT<MatrixXd> cholesky(hmm.covariances[static_cast<std::size_t>(k)]);
  RG_ASSERT(cholesky.info() == Eigen::Success);
  Density out;
  out.inverse_root = cholesky.matrixL().solve(MatrixXd::Identity(d, d));
  out.offset = out.inverse_root * hmm.means.row(k).transpose();
  out.log_scale = -0.5 * static_cast<double>(d) * kLogTwoPi -
                  cholesky.matrixLLT().diagonal().array().log().sum();
  return out;
}

} // namespace

// The recursions read a row's states side by side (K × N, column-major); the densities and moments
// work on whole columns of a block of rows, which the compiler turns into vector instructions.
struct BaumWelch::Workspace {
  explicit Workspace(const Observations& data)
      : n(data.rows.rows()), d(data.rows.cols()), log_scale(n), step_scale(n) {}

  Index n, d;
  MatrixXd likelihood; // K × N: density relative to the row's best state
  MatrixXd filtered;   // K × N: scaled forward variables, later the smoothed probabilities
  VectorXd log_scale;  // log density of the row's best state
  VectorXd step_scale; // scale of the forward variables per row

  MatrixXd transitions; // K × K expected counts
  VectorXd starts;      // K expected starts
  VectorXd weight;      // K expected rows
  MatrixXd first;       // K × d
  std::vector<MatrixXd> second;

  void set_states(Index k) {
    likelihood.resize(k, n);
    filtered.resize(k, n);
    transitions = MatrixXd::Zero(k, k);
    starts = VectorXd::Zero(k);
    weight = VectorXd::Zero(k);
    first = MatrixXd::Zero(k, d);
    second.assign(static_cast<std::size_t>(k), MatrixXd::Zero(d, d));
  }

  void densities(const GaussianHmm& hmm, const MatrixXd& rows);
  template <int K> void forward_backward(const GaussianHmm& hmm, const Observations& data);
  template <int K> void backward(const GaussianHmm& hmm, std::size_t begin, std::size_t end);
  void moments(const MatrixXd& rows);
};

void BaumWelch::Workspace::densities(const GaussianHmm& hmm, const MatrixXd& rows) {
  const Index states = hmm.states();
  std::vector<Density> density;
  for (Index k = 0; k < states; ++k) {
    density.push_back(density_of(hmm, k));
  }
  Eigen::ArrayXXd block(kBlock, states);
  Eigen::ArrayXd z(kBlock), best(kBlock);
  for (Index begin = 0; begin < n; begin += kBlock) {
    const Index m = std::min(kBlock, n - begin);
    for (Index k = 0; k < states; ++k) {
      const Density& p = density[static_cast<std::size_t>(k)];
      auto column = block.col(k).head(m);
      column.setConstant(p.log_scale);
      for (Index i = 0; i < d; ++i) {
        z.head(m).setConstant(-p.offset[i]);
        for (Index j = 0; j <= i; ++j) {
          z.head(m) += p.inverse_root(i, j) * rows.col(j).segment(begin, m).array();
        }
        column -= 0.5 * z.head(m).square();
      }
    }
    best.head(m) = block.topRows(m).rowwise().maxCoeff();
    log_scale.segment(begin, m) = best.head(m).matrix();
    for (Index k = 0; k < states; ++k) {
      likelihood.row(k).segment(begin, m) =
          (block.col(k).head(m) - best.head(m)).exp().matrix().transpose();
    }
  }
}

template <int K>
void BaumWelch::Workspace::forward_backward(const GaussianHmm& hmm, const Observations& data) {
  using State = Eigen::Matrix<double, K, 1>;
  const Eigen::Matrix<double, K, K> into = hmm.transition.transpose();
  const State initial = hmm.initial;
  for (std::size_t s = 0; s < data.starts.size(); ++s) {
    const auto [begin, end] = data.sequence(s);
    State predicted = initial;
    for (std::size_t i = begin; i < end; ++i) {
      const auto t = static_cast<Index>(i);
      State joint = predicted.cwiseProduct(likelihood.col(t).template head<K>());
      // An impossible row (all mass on states of zero prior) keeps the recursion alive.
      const double total = std::max(joint.sum(), 1e-300);
      joint *= 1.0 / total;
      step_scale[t] = total;
      filtered.col(t).template head<K>() = joint;
      predicted.noalias() = into * joint;
    }
    backward<K>(hmm, begin, end);
  }
}

/// From the scaled forward variables to smoothed probabilities, in place, counting transitions.
template <int K>
void BaumWelch::Workspace::backward(const GaussianHmm& hmm, std::size_t begin, std::size_t end) {
  using State = Eigen::Matrix<double, K, 1>;
  const Eigen::Matrix<double, K, K> from = hmm.transition;
  Eigen::Matrix<double, K, K> counts = Eigen::Matrix<double, K, K>::Zero();
  State beta = State::Ones();
  for (std::size_t i = end; i-- > begin + 1;) {
    const auto t = static_cast<Index>(i);
    const State ahead =
        likelihood.col(t).template head<K>().cwiseProduct(beta) * (1.0 / step_scale[t]);
    const State alpha = filtered.col(t - 1).template head<K>();
    counts.noalias() += alpha * ahead.transpose();
    beta.noalias() = from * ahead;
    filtered.col(t - 1).template head<K>() = alpha.cwiseProduct(beta);
  }
  transitions += counts.cwiseProduct(from);
  starts += filtered.col(static_cast<Index>(begin));
}

void BaumWelch::Workspace::moments(const MatrixXd& rows) {
  MatrixXd weighted(kBlock, d);
  VectorXd gamma(kBlock);
  for (Index begin = 0; begin < n; begin += kBlock) {
    const Index m = std::min(kBlock, n - begin);
    const auto x = rows.middleRows(begin, m);
    for (Index k = 0; k < filtered.rows(); ++k) {
      gamma.head(m) = filtered.row(k).segment(begin, m).transpose();
      weight[k] += gamma.head(m).sum();
      MatrixXd& second_k = second[static_cast<std::size_t>(k)];
      for (Index i = 0; i < d; ++i) {
        auto w = weighted.col(i).head(m);
        w = x.col(i).cwiseProduct(gamma.head(m));
        first(k, i) += w.sum();
        for (Index j = 0; j <= i; ++j) {
          second_k(i, j) += w.dot(x.col(j));
        }
      }
    }
  }
}

BaumWelch::BaumWelch(const Observations& data, const BaumWelchSettings& settings)
    : data_(data), settings_(settings), work_(std::make_unique<Workspace>(data)) {
  RG_ASSERT(data.size() > 0);
  RG_ASSERT(!data.starts.empty() && data.starts.front() == 0);
  RG_ASSERT(settings.shrinkage >= 0.0 && settings.shrinkage < 1.0);
}

BaumWelch::~BaumWelch() = default;

namespace {

/// Rows of expected transitions → probabilities; with a stationary start, the fixed point of
/// A(i,j) ∝ counts(i,j) + A(i,j) g(i,j), g = Σ_s starts(s) ∂ ln pi(s) / ∂A(i,j).
MatrixXd transition_update(const MatrixXd& counts, const VectorXd& starts, InitialKind kind) {
  MatrixXd a = counts;
  for (Index i = 0; i < a.rows(); ++i) {
    a.row(i) /= a.row(i).sum();
  }
  if (kind == InitialKind::free) {
    return a;
  }
  constexpr int kRounds = 6; // contracts by about 1 / rows per round
  const Index k = a.rows();
  for (int round = 0; round < kRounds; ++round) {
    const VectorXd pi = stationary_distribution(a).cwiseMax(1e-12);
    const MatrixXd z =
        (MatrixXd::Identity(k, k) - a + VectorXd::Ones(k) * pi.transpose()).inverse();
    const VectorXd pull = z * starts.cwiseQuotient(pi); // d ln pi along each target state
    for (Index i = 0; i < k; ++i) {
      const Eigen::RowVectorXd g = pi[i] * (pull.array() - pull.minCoeff()).matrix().transpose();
      a.row(i) = counts.row(i) + a.row(i).cwiseProduct(g);
      a.row(i) /= a.row(i).sum();
    }
  }
  return a;
}

void regularise(MatrixXd& covariance, const BaumWelchSettings& settings) {
  const VectorXd diagonal = covariance.diagonal().cwiseMax(settings.min_variance);
  covariance *= 1.0 - settings.shrinkage;
  covariance.diagonal() = diagonal;
}

} // namespace

double BaumWelch::iterate(GaussianHmm& hmm) {
  Workspace& w = *work_;
  const Index states = hmm.states();
  RG_ASSERT(states >= 2 && states <= kMaxStates);
  RG_ASSERT(hmm.dimension() == w.d);
  w.set_states(states);
  w.densities(hmm, data_.rows);
  using Pass = void (Workspace::*)(const GaussianHmm&, const Observations&);
  constexpr std::array<Pass, kMaxStates - 1> kPasses{
      &Workspace::forward_backward<2>, &Workspace::forward_backward<3>,
      &Workspace::forward_backward<4>, &Workspace::forward_backward<5>,
      &Workspace::forward_backward<6>};
  (w.*kPasses[static_cast<std::size_t>(states - 2)])(hmm, data_);
  w.moments(data_.rows);
  const double log_likelihood = w.log_scale.sum() + w.step_scale.array().log().sum();

  MatrixXd counts = w.transitions;
  counts.diagonal().array() += settings_.sticky_transitions;
  counts.array() += 1e-10; // a state that was left never keeps a row that sums to 1
  hmm.transition = transition_update(counts, w.starts, settings_.initial);
  hmm.initial = settings_.initial == InitialKind::stationary
                    ? stationary_distribution(hmm.transition)
                    : VectorXd(w.starts / w.starts.sum());
  MatrixXd common = MatrixXd::Zero(w.d, w.d);
  for (Index k = 0; k < states; ++k) {
    const double n_k = std::max(w.weight[k], 1e-6);
    const VectorXd mean = w.first.row(k).transpose() / n_k;
    MatrixXd second = w.second[static_cast<std::size_t>(k)].selfadjointView<Eigen::Lower>();
    MatrixXd covariance = second / n_k - mean * mean.transpose();
    hmm.means.row(k) = mean.transpose();
    common += covariance * (n_k / static_cast<double>(w.n));
    regularise(covariance, settings_);
    hmm.covariances[static_cast<std::size_t>(k)] = covariance;
  }
  if (settings_.covariance == CovarianceKind::common) {
    regularise(common, settings_);
    std::fill(hmm.covariances.begin(), hmm.covariances.end(), common);
  }
  return log_likelihood;
}

BaumWelch::Run BaumWelch::run(GaussianHmm& hmm, int max_iterations) {
  Run out;
  GaussianHmm before = hmm;
  for (out.iterations = 0; out.iterations < max_iterations;) {
    throw_if_stopped(settings_.stop);
    before = hmm;
    const double now = iterate(hmm);
    const double gain = (now - out.log_likelihood) / static_cast<double>(data_.size());
    const bool first = out.iterations++ == 0;
    out.log_likelihood = now;
    if (!first && std::fabs(gain) < settings_.tolerance) {
      out.converged = true;
      break;
    }
  }
  hmm = before; // the model that log_likelihood belongs to
  return out;
}

} // namespace rg
