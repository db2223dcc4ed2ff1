#include "infra/net/detail/stream.hpp"

#include "infra/net/detail/url.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace rg::net {

namespace ssl = asio::ssl;

class TlsContext {
public:
  ssl::context context{ssl::context::tls};
};

namespace {

void close_socket(Socket& socket) {
  error_code ignored;
  socket.shutdown(Socket::shutdown_both, ignored);
  socket.close(ignored);
}

std::size_t unread(const Socket& socket) {
  error_code ec;
  const std::size_t bytes = socket.available(ec);
  return ec ? 0 : bytes;
}

class PlainStream final : public Stream, public std::enable_shared_from_this<PlainStream> {
public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  void read_some(asio::mutable_buffer into, IoFunction done) override {
    socket_.async_read_some(into, [self = shared_from_this(), f = std::move(done)](
                                      error_code ec, std::size_t n) mutable { f(ec, n); });
  }
  void write_some(std::span<const asio::const_buffer> from, IoFunction done) override {
    socket_.async_write_some(from, [self = shared_from_this(), f = std::move(done)](
                                       error_code ec, std::size_t n) mutable { f(ec, n); });
  }
  void handshake(bool /*as_server*/, IoFunction done) override { succeed(std::move(done)); }
  void shutdown(IoFunction done) override {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    succeed(std::move(done));
  }
  void close() override { close_socket(socket_); }
  [[nodiscard]] std::size_t bytes_waiting() const override { return unread(socket_); }
  Executor executor() override { return socket_.get_executor(); }

private:
  void succeed(IoFunction done) {
    asio::post(socket_.get_executor(),
               [f = std::move(done)]() mutable { f(error_code{}, std::size_t{0}); });
  }
  Socket socket_;
};

class TlsStream final : public Stream, public std::enable_shared_from_this<TlsStream> {
public:
  TlsStream(Socket socket, std::shared_ptr<TlsContext> context)
      : context_(std::move(context)), stream_(std::move(socket), context_->context) {}

  void read_some(asio::mutable_buffer into, IoFunction done) override {
    stream_.async_read_some(into, [self = shared_from_this(), f = std::move(done)](
                                      error_code ec, std::size_t n) mutable { f(ec, n); });
  }
  void write_some(std::span<const asio::const_buffer> from, IoFunction done) override {
    stream_.async_write_some(joined(from), [self = shared_from_this(), f = std::move(done)](
                                               error_code ec, std::size_t n) mutable { f(ec, n); });
  }
  void handshake(bool as_server, IoFunction done) override {
    stream_.async_handshake(as_server ? ssl::stream_base::server : ssl::stream_base::client,
                            [self = shared_from_this(), f = std::move(done)](
                                error_code ec) mutable { f(ec, std::size_t{0}); });
  }
  void shutdown(IoFunction done) override {
    stream_.async_shutdown([self = shared_from_this(), f = std::move(done)](error_code ec) mutable {
      f(ec, std::size_t{0});
    });
  }
  void close() override { close_socket(stream_.next_layer()); }
  [[nodiscard]] std::size_t bytes_waiting() const override { return unread(stream_.next_layer()); }
  Executor executor() override { return stream_.next_layer().get_executor(); }
  [[nodiscard]] SSL* handle() { return stream_.native_handle(); }

private:
  /// Several small pieces (websocket header and payload) leave as one TLS record.
  asio::const_buffer joined(std::span<const asio::const_buffer> from) {
    if (from.empty()) {
      return {};
    }
    if (from.size() == 1 || from[0].size() >= kRecord) {
      return from[0];
    }
    std::size_t used = 0;
    for (const asio::const_buffer& piece : from) {
      const std::size_t n = std::min(piece.size(), kRecord - used);
      std::memcpy(join_.data() + used, piece.data(), n);
      used += n;
    }
    return {join_.data(), used};
  }
  static constexpr std::size_t kRecord = 16384; // largest TLS record
  std::shared_ptr<TlsContext> context_;
  ssl::stream<Socket> stream_;
  std::array<char, kRecord> join_{};
};

/// The peer must show this name or address, whatever else its certificate says.
void require_name(SSL* handle, const std::string& name) {
  X509_VERIFY_PARAM* const param = SSL_get0_param(handle);
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const bool ok =
      is_ip_address(name)
          ? X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) == 1
          : X509_VERIFY_PARAM_set1_host(param, name.c_str(), name.size()) == 1 &&
                SSL_ctrl(handle, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                         const_cast<char*>(name.c_str())) == 1; // OpenSSL copies it
  if (!ok) {
    throw std::runtime_error("TLS: cannot require the peer's name '" + name + "'");
  }
}

void set_common(ssl::context& context) {
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                      ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                      ssl::context::no_compression);
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
}

} // namespace

std::shared_ptr<TlsContext> client_tls(const TlsTrust& trust) {
  auto made = std::make_shared<TlsContext>();
  set_common(made->context);
  made->context.set_verify_mode(ssl::verify_peer);
  error_code ec;
  if (trust.ca_file.empty()) {
    made->context.set_default_verify_paths(ec);
  } else {
    made->context.load_verify_file(trust.ca_file, ec);
  }
  if (ec) {
    throw std::runtime_error("certificate authorities '" +
                             (trust.ca_file.empty() ? std::string("system") : trust.ca_file) +
                             "': " + ec.message());
  }
  return made;
}

std::shared_ptr<TlsContext> server_tls(const std::string& certificate_pem,
                                       const std::string& private_key_pem) {
  auto made = std::make_shared<TlsContext>();
  set_common(made->context);
  error_code ec;
  made->context.use_certificate_chain(asio::buffer(certificate_pem), ec);
  if (!ec) {
    made->context.use_private_key(asio::buffer(private_key_pem), ssl::context::pem, ec);
  }
  if (ec) {
    throw std::runtime_error("server certificate: " + ec.message());
  }
  return made;
}

std::shared_ptr<Stream> make_stream(Socket socket, std::shared_ptr<TlsContext> tls,
                                    const std::string& verify_name) {
  error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  if (!tls) {
    return std::make_shared<PlainStream>(std::move(socket));
  }
  auto stream = std::make_shared<TlsStream>(std::move(socket), std::move(tls));
  if (!verify_name.empty()) {
    require_name(stream->handle(), verify_name);
  }
  return stream;
}

void Stream::write_all(const std::shared_ptr<Stream>& stream, std::string_view bytes,
                       IoFunction done) {
  struct Rest {
    std::shared_ptr<Stream> stream;
    std::string_view bytes;
    std::size_t written = 0;
    IoFunction done;
    void step(std::unique_ptr<Rest> self) {
      const asio::const_buffer rest(bytes.data() + written, bytes.size() - written);
      stream->write_some({&rest, 1},
                         IoFunction([s = std::move(self)](error_code ec, std::size_t n) mutable {
                           s->written += n;
                           if (ec || s->written == s->bytes.size()) {
                             s->done(ec, s->written);
                           } else {
                             Rest& rest_of = *s;
                             rest_of.step(std::move(s));
                           }
                         }));
    }
  };
  auto rest = std::make_unique<Rest>(Rest{stream, bytes, 0, std::move(done)});
  Rest& first = *rest;
  first.step(std::move(rest));
}

} // namespace rg::net
