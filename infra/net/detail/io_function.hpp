#pragma once
// A move-only callable for completions, with room inside for the handlers that Beast makes, so that
// a read or write of a warm connection does not allocate.

#include <boost/system/error_code.hpp>

#include <concepts>
#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace rg::net {

class IoFunction {
public:
  static constexpr std::size_t kInside = 256;

  IoFunction() = default;
  template <class F>
  requires(!std::same_as<std::decay_t<F>, IoFunction>)
      // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): the line above keeps moves out
      explicit IoFunction(F&& f) {
    using Held = std::decay_t<F>;
    if constexpr (sizeof(Held) <= kInside && alignof(Held) <= alignof(std::max_align_t) &&
                  std::is_nothrow_move_constructible_v<Held>) {
      new (&storage_) Held(std::forward<F>(f));
      table_ = &kInsideTable<Held>;
    } else {
      new (&storage_) Held*(new Held(std::forward<F>(f)));
      table_ = &kOutsideTable<Held>;
    }
  }
  IoFunction(IoFunction&& other) noexcept { take(other); }
  IoFunction& operator=(IoFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  IoFunction(const IoFunction&) = delete;
  IoFunction& operator=(const IoFunction&) = delete;
  ~IoFunction() { reset(); }

  explicit operator bool() const { return table_ != nullptr; }
  /// Callable once: the callable is gone when it returns, so it may start the next operation.
  void operator()(boost::system::error_code ec, std::size_t bytes) {
    IoFunction self(std::move(*this));
    self.table_->call(&self.storage_, ec, bytes);
  }

private:
  struct Table {
    void (*call)(void*, boost::system::error_code, std::size_t);
    void (*move)(void* from, void* to) noexcept;
    void (*destroy)(void*) noexcept;
  };
  template <class Held> static Held& inside(void* p) {
    return *std::launder(static_cast<Held*>(p));
  }
  template <class Held> static Held*& outside(void* p) {
    return *std::launder(static_cast<Held**>(p));
  }
  template <class Held>
  static constexpr Table kInsideTable{
      [](void* p, boost::system::error_code ec, std::size_t n) { inside<Held>(p)(ec, n); },
      [](void* from, void* to) noexcept {
        new (to) Held(std::move(inside<Held>(from)));
        inside<Held>(from).~Held();
      },
      [](void* p) noexcept { inside<Held>(p).~Held(); }};
  template <class Held>
  static constexpr Table kOutsideTable{
      [](void* p, boost::system::error_code ec, std::size_t n) { (*outside<Held>(p))(ec, n); },
      [](void* from, void* to) noexcept { new (to) Held*(outside<Held>(from)); },
      [](void* p) noexcept { delete outside<Held>(p); }};

  void take(IoFunction& other) noexcept {
    if (other.table_ != nullptr) {
      other.table_->move(&other.storage_, &storage_);
      table_ = std::exchange(other.table_, nullptr);
    }
  }
  void reset() noexcept {
    if (table_ != nullptr) {
      std::exchange(table_, nullptr)->destroy(&storage_);
    }
  }

  const Table* table_ = nullptr;
  /// Left as it is until a callable is put there: a completion need not clear 256 bytes.
  struct Storage {
    Storage() noexcept {} // NOLINT(cppcoreguidelines-pro-type-member-init): raw on purpose
    alignas(std::max_align_t) std::byte bytes[kInside];
  };
  Storage storage_;
};

} // namespace rg::net
