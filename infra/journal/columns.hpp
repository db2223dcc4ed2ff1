#pragma once
// How the types of messages/ become columns. An archive (RowWriter, RowReader, ColumnList) offers
// integer(name, int64&), text(name, string&) and real(name, double&); everything else is made of
// these.
//
// Types are for people with a sqlite3 prompt: words for enumerations, exact decimal texts for money
// and quantities, nanoseconds UTC for instants, 0/1 for booleans, ids beyond 2^53 as text.

#include "infra/config/digest.hpp"
#include "infra/journal/enum_words.hpp"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace rg::journal {

/// A stored value that cannot be what this program wrote.
class BadColumn : public std::runtime_error {
public:
  BadColumn(const std::string& column, const std::string& what)
      : std::runtime_error("column " + column + ": " + what) {}
};

template <class T>
concept Enumeration = std::is_enum_v<std::remove_const_t<T>>;
template <class T>
concept FixedPointNumber = requires(const T& t) {
  { t.raw() } -> std::same_as<std::int64_t>;
  { t.text() } -> std::same_as<std::string>;
};

// In each function `value` is const when A writes.

template <class A, class T>
requires std::is_same_v<std::remove_const_t<T>, std::string>
void column(A& a, const char* name, T& value) {
  a.text(name, value);
}

template <class A, class T>
requires std::is_same_v < std::remove_const_t<T>,
double > void column(A& a, const char* name, T& value) {
  a.real(name, value);
}

template <class A, class T>
requires std::is_same_v < std::remove_const_t<T>,
bool > void column(A& a, const char* name, T& value) {
  std::int64_t number = 0;
  if constexpr (!A::kReading) {
    number = value ? 1 : 0;
  }
  a.integer(name, number);
  if constexpr (A::kReading) {
    if (number != 0 && number != 1) {
      throw BadColumn(name, "neither 0 nor 1");
    }
    value = number == 1;
  }
}

template <class A, class T>
requires std::is_same_v<std::remove_const_t<T>, Timestamp>
void column(A& a, const char* name, T& value) {
  std::int64_t ns = 0;
  if constexpr (!A::kReading) {
    ns = value.ns();
  }
  a.integer(name, ns);
  if constexpr (A::kReading) {
    value = Timestamp::from_ns(ns);
  }
}

/// Types that travel as text; `parse` gives an optional.
template <class A, class T, class Format, class Parse>
void text_column(A& a, const char* name, T& value, Format format, Parse parse) {
  std::string text;
  if constexpr (!A::kReading) {
    text = format(value);
  }
  a.text(name, text);
  if constexpr (A::kReading) {
    const auto parsed = parse(text);
    if (!parsed) {
      throw BadColumn(name, "\"" + text + "\" is no value of this column");
    }
    value = *parsed;
  }
}

template <class A, Enumeration T> void column(A& a, const char* name, T& value) {
  using E = std::remove_const_t<T>;
  text_column(
      a, name, value, [](E e) { return std::string(word_of(e)); }, from_word<E>);
}

template <class A, FixedPointNumber T> void column(A& a, const char* name, T& value) {
  using F = std::remove_const_t<T>;
  text_column(
      a, name, value, [](const F& f) { return f.text(); },
      [](const std::string& text) {
        const auto number = F::parse(text);
        return number ? std::optional<F>(*number) : std::nullopt;
      });
}

template <class A, class T>
requires std::is_same_v<std::remove_const_t<T>, Symbol>
void column(A& a, const char* name, T& value) {
  text_column(
      a, name, value, [](Symbol s) { return std::string(s.name()); },
      [](const std::string& text) {
        const auto symbol = Symbol::parse(text);
        return symbol && symbol->name() == text ? symbol : std::nullopt;
      });
}

template <class A, class T>
requires std::is_same_v<std::remove_const_t<T>, std::uint64_t>
void column(A& a, const char* name, T& value) {
  text_column(
      a, name, value, [](std::uint64_t id) { return std::to_string(id); },
      [](const std::string& text) -> std::optional<std::uint64_t> {
        std::uint64_t id = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
        const bool whole = error == std::errc{} && end == text.data() + text.size();
        return whole ? std::optional(id) : std::nullopt;
      });
}

template <class A, class T>
requires std::is_same_v<std::remove_const_t<T>, ClientOrderId>
void column(A& a, const char* name, T& value) {
  text_column(
      a, name, value, [](const ClientOrderId& id) { return std::string(id.text()); },
      [](const std::string& text) {
        return text.empty() ? std::optional(ClientOrderId{}) : ClientOrderId::parse(text);
      });
}

/// The leading bytes of a SHA-256, in hex.
template <class A, class T>
requires std::is_same_v<std::remove_const_t<T>, std::array<std::uint8_t, 8>>
void column(A& a, const char* name, T& value) {
  text_column(
      a, name, value, [](const auto& bytes) { return hex_text(bytes); },
      [](const std::string& text) {
        std::array<std::uint8_t, 8> bytes{};
        return parse_hex(text, bytes.data(), bytes.size()) ? std::optional(bytes) : std::nullopt;
      });
}

/// A zero-terminated note; what stands after the terminator is not kept.
template <class A, class T>
requires std::is_same_v<std::remove_const_t<T>, std::array<char, 96>>
void column(A& a, const char* name, T& value) {
  text_column(
      a, name, value,
      [](const std::array<char, 96>& note) {
        return std::string(note.begin(), std::find(note.begin(), note.end(), '\0'));
      },
      [](const std::string& text) {
        std::array<char, 96> note{};
        const bool fits = text.size() <= note.size();
        std::copy_n(text.begin(), fits ? text.size() : 0, note.begin());
        return fits ? std::optional(note) : std::nullopt;
      });
}

/// Two columns: the id people type, and the stamp's nanoseconds, which the id cuts to milliseconds.
template <class A, class T> void decision_id_columns(A& a, T& id) {
  text_column(
      a, "decision", id, [](const DecisionId& d) { return d.text(); },
      [](const std::string& text) { return DecisionId::parse(text); });
  if constexpr (A::kReading) {
    const std::int64_t ms = id.stamp.ms();
    column(a, "decision_stamp_ns", id.stamp);
    if (id.stamp.ms() != ms) {
      throw BadColumn("decision_stamp_ns", "does not belong to the decision's id");
    }
  } else {
    column(a, "decision_stamp_ns", id.stamp);
  }
}

} // namespace rg::journal
