#pragma once
// Browsers that open the console's stream and then never read.

#include <cstddef>
#include <string>
#include <vector>

namespace rg::bench {

class SlowClients {
public:
  /// Opens so many streams at `url` ("http://127.0.0.1:8080") with small receive buffers and asks
  /// each for everything. Throws std::runtime_error when one cannot be opened.
  SlowClients(const std::string& url, std::size_t count);
  ~SlowClients();
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

  [[nodiscard]] std::size_t upgraded() const { return sockets_.size(); }
  [[nodiscard]] std::size_t unread_bytes() const; ///< in our sockets' buffers, all together

private:
  std::vector<int> sockets_;
};

} // namespace rg::bench
