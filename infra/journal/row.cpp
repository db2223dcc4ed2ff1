#include "infra/journal/row.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace rg::journal {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

void append_number(std::string& out, std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  static_cast<void>(error); // 24 characters hold every 64-bit integer
  out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

[[noreturn]] void wrong_type(std::string_view name, const char* wanted) {
  throw BadColumn(std::string(name), std::string("holds no ") + wanted);
}

} // namespace

void CanonicalBytes::start(std::string_view table) {
  bytes_.assign(table);
  bytes_ += '\n';
}

void CanonicalBytes::open(std::string_view name, std::size_t length) {
  bytes_ += name;
  bytes_ += '=';
  append_number(bytes_, static_cast<std::int64_t>(length));
  bytes_ += ':';
}

void CanonicalBytes::integer(std::string_view name, std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  static_cast<void>(error);
  static_cast<void>(text(name, {buffer.data(), static_cast<std::size_t>(end - buffer.data())}));
}

void CanonicalBytes::real(std::string_view name, double value) {
  if (std::isnan(value)) {
    null(name);
    return;
  }
  open(name, 16);
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (int shift = 60; shift >= 0; shift -= 4) {
    bytes_ += kHexDigits[(bits >> static_cast<unsigned>(shift)) & 0xFU];
  }
  bytes_ += '\n';
}

std::size_t CanonicalBytes::text(std::string_view name, std::string_view value) {
  open(name, value.size());
  const std::size_t offset = bytes_.size();
  bytes_ += value;
  bytes_ += '\n';
  return offset;
}

void CanonicalBytes::null(std::string_view name) {
  open(name, 0);
  bytes_ += '\n';
}

const ChainHash& genesis_hash() {
  static const ChainHash kZeros(64, '0');
  return kZeros;
}

ChainHash ChainHasher::next(const ChainHash& previous, std::string_view canonical) {
  stream_.update(previous);
  stream_.update("\n");
  stream_.update(canonical);
  return hex_text(stream_.finish());
}

void RowWriter::start(std::string_view table, std::uint64_t sequence) {
  canonical_.start(table);
  cells_.clear();
  integer("seq", static_cast<std::int64_t>(sequence));
}

void RowWriter::integer(const char* name, std::int64_t value) {
  canonical_.integer(name, value);
  cells_.push_back({ColumnKind::integer, value, 0.0, 0, 0});
}

void RowWriter::real(const char* name, double value) {
  canonical_.real(name, value);
  cells_.push_back({ColumnKind::real, 0, value, 0, 0});
}

void RowWriter::text(const char* name, std::string_view value) {
  const std::size_t offset = canonical_.text(name, value);
  cells_.push_back({ColumnKind::text, 0, 0.0, offset, value.size()});
}

void RowWriter::bind(Statement& insert, const ChainHash& hash) const {
  int index = 1;
  for (const Cell& cell : cells_) {
    switch (cell.kind) {
    case ColumnKind::integer:
      insert.bind(index, cell.integer);
      break;
    case ColumnKind::real:
      insert.bind(index, cell.real); // SQLite stores a NaN as NULL
      break;
    case ColumnKind::text:
      insert.bind(index, std::string_view(canonical()).substr(cell.offset, cell.length));
      break;
    }
    ++index;
  }
  insert.bind(index, std::string_view(hash));
}

void RowReader::integer(const char* name, std::int64_t& value) {
  if (row_.type(next_) != StoredType::integer) {
    wrong_type(name, "integer");
  }
  value = row_.integer(next_++);
}

void RowReader::real(const char* name, double& value) {
  const StoredType type = row_.type(next_);
  if (type != StoredType::real && type != StoredType::null) {
    wrong_type(name, "real number");
  }
  value = type == StoredType::null ? std::numeric_limits<double>::quiet_NaN() : row_.real(next_);
  ++next_;
}

void RowReader::text(const char* name, std::string& value) {
  if (row_.type(next_) != StoredType::text) {
    wrong_type(name, "text");
  }
  value = std::string(row_.text(next_++));
}

RawRow read_raw(const Statement& row, const char* table, const std::vector<ColumnInfo>& columns,
                CanonicalBytes& canonical) {
  return read_raw_as(row, table, columns, static_cast<std::uint64_t>(row.integer(0)), canonical);
}

RawRow read_raw_as(const Statement& row, const char* table, const std::vector<ColumnInfo>& columns,
                   std::uint64_t sequence, CanonicalBytes& canonical) {
  canonical.start(table);
  canonical.integer("seq", static_cast<std::int64_t>(sequence));
  int index = 1;
  for (const ColumnInfo& column : columns) {
    const StoredType type = row.type(index);
    switch (column.kind) {
    case ColumnKind::integer:
      if (type != StoredType::integer) {
        wrong_type(column.name, "integer");
      }
      canonical.integer(column.name, row.integer(index));
      break;
    case ColumnKind::real:
      if (type == StoredType::null) {
        canonical.null(column.name);
      } else if (type == StoredType::real) {
        canonical.real(column.name, row.real(index));
      } else {
        wrong_type(column.name, "real number");
      }
      break;
    case ColumnKind::text:
      if (type != StoredType::text) {
        wrong_type(column.name, "text");
      }
      static_cast<void>(canonical.text(column.name, row.text(index)));
      break;
    }
    ++index;
  }
  if (row.type(index) != StoredType::text) {
    wrong_type("hash", "text");
  }
  return {sequence, ChainHash(row.text(index))};
}

} // namespace rg::journal
