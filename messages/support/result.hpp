#pragma once
// A value or an error, for failures that callers are expected to handle (bad input, refusals).
// Member names follow std::expected so that the later move to it is a search and replace.

#include <type_traits>
#include <utility>
#include <variant>

namespace rg {

template <class E> struct Failure { E error; };
template <class E> Failure(E) -> Failure<E>;

/// Wraps an error for return from a function that gives a Result.
template <class E> [[nodiscard]] constexpr Failure<std::decay_t<E>> fail(E&& error) {
  return {std::forward<E>(error)};
}

template <class T, class E> class [[nodiscard]] Result {
public:
  constexpr Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class G>
  constexpr Result(Failure<G> f) : state_(std::in_place_index<1>, std::move(f.error)) {}

  [[nodiscard]] constexpr bool has_value() const noexcept { return state_.index() == 0; }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  // Accessing the wrong alternative throws std::bad_variant_access: it is a bug in the caller.
  [[nodiscard]] constexpr const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] constexpr T& value() & { return std::get<0>(state_); }
  [[nodiscard]] constexpr T&& value() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] constexpr const E& error() const& { return std::get<1>(state_); }
  [[nodiscard]] constexpr E&& error() && { return std::get<1>(std::move(state_)); }

  [[nodiscard]] constexpr const T& operator*() const& { return value(); }
  [[nodiscard]] constexpr T& operator*() & { return value(); }
  [[nodiscard]] constexpr T&& operator*() && { return std::move(*this).value(); }
  [[nodiscard]] constexpr const T* operator->() const { return &value(); }
  [[nodiscard]] constexpr T* operator->() { return &value(); }
  [[nodiscard]] constexpr T value_or(T fallback) const { return has_value() ? value() : fallback; }

private:
  std::variant<T, E> state_;
};

} // namespace rg
