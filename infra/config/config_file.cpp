#include "infra/config/config_file.hpp"

#include "infra/config/config_key.hpp"
#include "infra/config/digest.hpp"
#include "infra/config/near_name.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <sys/stat.h>

namespace rg {

namespace {

using config::ConfigKey;

std::uint64_t line_of(const toml::node& node) {
  return node.source().begin.line;
}
std::uint64_t line_of(const toml::key& key) {
  return key.source().begin.line;
}

/// One pass over a parsed file; stops at the first problem.
class Reader {
public:
  explicit Reader(std::string where) : where_(std::move(where)) {}

  std::optional<InputError> read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      const std::string name(key.str());
      std::optional<InputError> error;
      if (!node.is_table()) {
        error = read_key("", key, node);
      } else if (name == "pairs") {
        error = read_pairs(*node.as_table());
      } else {
        error = read_table(name, line_of(key), *node.as_table());
      }
      if (error) {
        return error;
      }
    }
    return check_as_a_whole();
  }

  [[nodiscard]] const EngineSettings& settings() const { return settings_; }

private:
  InputError problem(std::uint64_t line, const std::string& key, const std::string& what) const {
    return {where_, line, key + ": " + what};
  }

  std::optional<InputError> read_pairs(const toml::table& pairs) {
    std::set<Symbol> seen;
    for (const auto& [key, node] : pairs) {
      const std::string name(key.str());
      const std::optional<Symbol> symbol = Symbol::parse(name);
      if (!symbol) {
        return problem(
            line_of(key), "pairs." + name,
            "unknown symbol; only cmt_btcusdt, cmt_ethusdt, cmt_solusdt, cmt_bnbusdt, cmt_xrpusdt, "
            "cmt_adausdt, cmt_dogeusdt and cmt_ltcusdt may be traded (BTC and BTCUSDT name them "
            "too)");
      }
      if (!node.is_table()) {
        return problem(line_of(key), "pairs." + name,
                       "must be a table; write [pairs." + name + "] and enabled = true below");
      }
      if (!seen.insert(*symbol).second) {
        return problem(line_of(key), "pairs." + name,
                       "the pair is configured twice under different names; keep one");
      }
      if (auto error =
              read_table("pairs." + std::string(symbol->name()), line_of(key), *node.as_table())) {
        return error;
      }
    }
    return std::nullopt;
  }

  std::optional<InputError> read_table(const std::string& table, std::uint64_t line,
                                       const toml::table& content) {
    std::vector<std::string> tables{"pairs"};
    for (const ConfigKey& k : config::config_keys()) {
      if (!k.table.empty() && tables.back() != k.table) {
        tables.push_back(k.table);
      }
    }
    if (std::find(tables.begin(), tables.end(), table) == tables.end()) {
      return problem(line, "[" + table + "]", "unknown table" + did_you_mean(table, tables));
    }
    for (const auto& [key, node] : content) {
      if (auto error = read_key(table, key, node)) {
        return error;
      }
    }
    return std::nullopt;
  }

  std::optional<InputError> read_key(const std::string& table, const toml::key& key,
                                     const toml::node& node) {
    const std::string name(key.str());
    std::vector<std::string> known;
    for (const ConfigKey& k : config::config_keys()) {
      if (k.table != table) {
        continue;
      }
      if (k.name == name) {
        lines_[k.full_name()] = line_of(node);
        const auto wrong = k.set(settings_, node);
        return wrong ? std::optional(problem(line_of(node), k.full_name(), *wrong)) : std::nullopt;
      }
      known.push_back(k.name);
    }
    const std::string full = table.empty() ? name : table + "." + name;
    return problem(line_of(key), full, "unknown key" + did_you_mean(name, known));
  }

  std::optional<InputError> check_as_a_whole() {
    follow_lower_drawdown(settings_.portfolio);
    if (const auto wrong = config::check_together(settings_)) {
      const auto line = lines_.find(wrong->key);
      return problem(line == lines_.end() ? 0 : line->second, wrong->key, wrong->what);
    }
    return std::nullopt;
  }

  /// Whoever lowers max_drawdown alone has said enough: the warning rung, untouched, moves with it.
  static void follow_lower_drawdown(PortfolioSettings& p) {
    if (p.soft_drawdown == PortfolioSettings{}.soft_drawdown && p.max_drawdown <= p.soft_drawdown) {
      p.soft_drawdown = p.max_drawdown / 3.0;
    }
  }

  std::string where_;
  EngineSettings settings_;
  std::map<std::string, std::uint64_t> lines_; ///< of the keys that the file sets
};

/// Every key in order, the tables opened as they come; `comment` writes what stands above a key.
template <class Comment> std::string write_keys(const EngineSettings& settings, Comment comment) {
  std::string out;
  std::string table;
  for (const ConfigKey& k : config::config_keys()) {
    if (k.table != table) {
      table = k.table;
      out += '\n';
      comment(out, table, nullptr);
      out += '[' + table + "]\n";
    }
    comment(out, table, &k);
    out += k.name + " = " + k.text(settings) + '\n';
  }
  return out;
}

} // namespace

Result<EngineSettings, InputError> parse_config(std::string_view toml_text,
                                                const std::string& where) {
  Reader reader(where);
  try {
    const toml::table root = toml::parse(toml_text, where);
    if (auto error = reader.read(root)) {
      return fail(*std::move(error));
    }
  } catch (const toml::parse_error& e) {
    return fail(InputError{where, e.source().begin.line,
                           "not valid TOML: " + std::string(e.description()) +
                               "; write `key = value`, one a line"});
  }
  EngineSettings settings = reader.settings();
  settings.config_sha256 = sha256(canonical_config(settings));
  return settings;
}

Result<EngineSettings, InputError> load_config(const std::string& path) {
  struct stat info {};
  errno = 0;
  if (::stat(path.c_str(), &info) != 0) {
    return fail(InputError{path, 0,
                           "cannot read the config file (" + std::string(std::strerror(errno)) +
                               "); check the path given with --config"});
  }
  if (S_ISDIR(info.st_mode)) {
    return fail(InputError{path, 0, "is a folder; give the path of a TOML file"});
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || (!text && info.st_size > 0)) {
    return fail(InputError{path, 0, "cannot read the config file; check its permissions"});
  }
  return parse_config(text.str(), path);
}

std::string canonical_config(const EngineSettings& settings) {
  return write_keys(settings, [](std::string&, const std::string&, const ConfigKey*) {});
}

std::string documented_config() {
  const EngineSettings defaults;
  std::string head = "# RegimeGuard's settings: every key with its unit, range and default.\n"
                     "# Absent keys keep their default; anything unknown or out of range is "
                     "refused with its line.\n"
                     "# Durations are texts such as \"500ms\", \"10s\", \"15m\" or \"24h\".\n"
                     "# Check a file of your own: regimeguard check-config FILE\n\n";
  return head + write_keys(defaults, [&defaults](std::string& out, const std::string& table,
                                                 const ConfigKey* key) {
           if (key == nullptr) {
             out += "# " + config::table_help(table) + '\n';
             return;
           }
           out += "# " + key->help + '\n';
           out += "#   unit: " + key->unit + " · range: " + key->range +
                  " · default: " + key->text(defaults) + '\n';
         });
}

} // namespace rg
