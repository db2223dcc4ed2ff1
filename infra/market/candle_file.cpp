#include "infra/market/candle_file.hpp"

#include "infra/market/candle_text.hpp"
#include "infra/market/stored_file.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>

namespace rg {

namespace {

namespace fs = std::filesystem;

struct BarLength {
  std::string_view text;
  Duration length;
};
constexpr BarLength kBarLengths[] = {{"1m", std::chrono::minutes{1}},
                                     {"5m", std::chrono::minutes{5}},
                                     {"15m", std::chrono::minutes{15}},
                                     {"1h", std::chrono::hours{1}}};

bool is_day(std::string_view text) {
  return text.size() == 8 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The parts of "<A>-<B>-<C>-<D>.csv[.gz]"; empty when the name has another shape.
std::vector<std::string_view> name_parts(std::string_view name) {
  for (const std::string_view suffix : {std::string_view{".gz"}, std::string_view{".csv"}}) {
    if (name.size() > suffix.size() && name.substr(name.size() - suffix.size()) == suffix) {
      name.remove_suffix(suffix.size());
    } else if (suffix == ".csv") {
      return {};
    }
  }
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t dash = name.find('-');
    parts.push_back(name.substr(0, dash));
    if (dash == std::string_view::npos) {
      break;
    }
    name.remove_prefix(dash + 1);
  }
  if (parts.size() != 4 || !is_day(parts[2]) || !is_day(parts[3])) {
    return {};
  }
  return parts;
}

struct CandleName {
  Symbol symbol;
  Duration interval{};
};

/// What the file's name promises; empty for other files.
std::optional<CandleName> parse_candle_name(const std::string& name) {
  const auto parts = name_parts(name);
  if (parts.empty()) {
    return std::nullopt;
  }
  const auto symbol = Symbol::parse(parts[0]);
  const auto* length = std::find_if(std::begin(kBarLengths), std::end(kBarLengths),
                                    [&](const BarLength& b) { return b.text == parts[1]; });
  if (!symbol || length == std::end(kBarLengths)) {
    return std::nullopt;
  }
  return CandleName{*symbol, length->length};
}

std::string file_name(const std::string& path) {
  return fs::path(path).filename().string();
}

/// "dir/name/" and "dir/name" are the same folder and have the same name.
std::string folder_name(const std::string& dir) {
  fs::path p = fs::path(dir).lexically_normal();
  if (p.filename().empty()) {
    p = p.parent_path();
  }
  if (p.filename() == "." || p.filename() == "..") {
    std::error_code ignored;
    p = fs::weakly_canonical(p, ignored);
  }
  return p.filename().string();
}

/// File names of a folder, sorted, so that nothing depends on the disk's order.
Result<std::vector<std::string>, InputError> list_folder(const std::string& dir) {
  std::error_code failure;
  fs::directory_iterator it(dir, failure);
  if (failure) {
    return fail(InputError{dir, 0, "is not a folder that can be read: " + failure.message()});
  }
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : it) {
    if (!entry.is_directory(failure)) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace

Result<CandleSeries, InputError> load_candles(const std::string& path) {
  const auto name = parse_candle_name(file_name(path));
  if (!name) {
    return fail(
        InputError{path, 0,
                   "a candle file is named <PAIR>-<bar>-<first>-<last>.csv[.gz], one of the eight "
                   "pairs, bar 1m, 5m, 15m or 1h, days as YYYYMMDD"});
  }
  auto bytes = read_stored_file(path);
  if (!bytes) {
    return fail(bytes.error());
  }
  CandleSeries series;
  series.symbol = name->symbol;
  series.interval = name->interval;
  series.path = path;
  series.sha256 = sha256_hex(*bytes);
  const auto text = stored_text(*bytes, path);
  if (!text) {
    return fail(text.error());
  }
  auto bars = parse_candles(*text, series.symbol, series.interval, path);
  if (!bars) {
    return fail(bars.error());
  }
  series.bars = std::move(*bars);
  return series;
}

namespace {

/// Appends a later file of the same pair: one span may come in pieces, the hole between them is a
/// gap.
std::optional<InputError> append(CandleSeries& series, CandleSeries&& later) {
  if (later.interval != series.interval) {
    return InputError{later.path, 0,
                      "has another bar length than " + series.path +
                          "; a folder holds one per pair"};
  }
  if (later.bars.front().open_time <= series.bars.back().open_time) {
    return InputError{later.path, 2,
                      "overlaps " + series.path + "; rows of one pair must not repeat"};
  }
  series.bars.insert(series.bars.end(), later.bars.begin(), later.bars.end());
  series.sha256 = sha256_hex(series.sha256 + later.sha256);
  return std::nullopt;
}

Result<CandleSeries, InputError> load_pieces(const std::string& dir,
                                             const std::vector<std::string>& names) {
  auto series = load_candles((fs::path(dir) / names.front()).string());
  for (std::size_t i = 1; series && i < names.size(); ++i) {
    auto later = load_candles((fs::path(dir) / names[i]).string());
    if (!later) {
      return later;
    }
    if (auto error = append(*series, std::move(*later))) {
      return fail(std::move(*error));
    }
  }
  return series;
}

bool wanted(const std::vector<Symbol>& only, Symbol symbol) {
  return only.empty() || std::find(only.begin(), only.end(), symbol) != only.end();
}

} // namespace

Result<CandleFolder, InputError> load_candle_folder(const std::string& dir,
                                                    const std::vector<Symbol>& only) {
  const auto names = list_folder(dir);
  if (!names) {
    return fail(names.error());
  }
  CandleFolder folder;
  folder.path = dir;
  folder.name = folder_name(dir);
  std::map<Symbol, std::vector<std::string>> files;
  for (const std::string& name : *names) {
    if (const auto parsed = parse_candle_name(name)) {
      files[parsed->symbol].push_back(name); // sorted names are in time order
    } else {
      folder.notes.push_back("ignored " + name + ": not a candle file of the eight pairs");
    }
  }
  if (files.empty()) {
    return fail(InputError{dir, 0, "holds no candle file (<PAIR>-<bar>-<first>-<last>.csv[.gz])"});
  }
  for (const Symbol symbol : Symbol::all()) {
    if (!wanted(only, symbol)) {
      continue;
    }
    const auto found = files.find(symbol);
    if (found == files.end()) {
      folder.notes.push_back(std::string(symbol.name()) + " is left out: no file in " +
                             folder.name);
      continue;
    }
    auto series = load_pieces(dir, found->second);
    if (!series) {
      return fail(series.error());
    }
    folder.series.push_back(std::move(*series));
  }
  if (folder.series.empty()) {
    return fail(InputError{dir, 0, "holds none of the pairs asked for"});
  }
  return folder;
}

Result<std::vector<FundingPoint>, InputError> load_funding(const std::string& dir, Symbol symbol) {
  const auto names = list_folder(dir);
  if (!names) {
    return fail(names.error());
  }
  std::vector<FundingPoint> all;
  for (const std::string& name : *names) {
    const auto parts = name_parts(name);
    if (parts.empty() || parts[1] != "funding" || Symbol::parse(parts[0]) != symbol) {
      continue;
    }
    const std::string path = (fs::path(dir) / name).string();
    const auto bytes = read_stored_file(path);
    if (!bytes) {
      return fail(bytes.error());
    }
    const auto text = stored_text(*bytes, path);
    if (!text) {
      return fail(text.error());
    }
    const auto points = parse_funding(*text, path);
    if (!points) {
      return fail(points.error());
    }
    if (!all.empty() && !points->empty() && points->front().time <= all.back().time) {
      return fail(InputError{path, 2, "overlaps an earlier funding file of the same pair"});
    }
    all.insert(all.end(), points->begin(), points->end());
  }
  return all;
}

} // namespace rg
