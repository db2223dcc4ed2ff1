#include "infra/net/ws_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/net/net_test_support.hpp"

namespace rg::net::test {

namespace {

struct TlsServer {
  LoopThread t;
  Certificate certificate;
  TemporaryFile ca_file;
  HttpServer server;

  explicit TlsServer(const std::vector<std::string>& names)
      : certificate(make_certificate(names)), ca_file(certificate.certificate_pem),
        server(
            t.loop, options(certificate),
            [](const ServerRequest& r, const std::function<void(HttpResponse)>& reply) {
              reply({200, {}, r.http.body});
            },
            [](const ServerRequest&, const std::shared_ptr<WsSession>& session,
               WsHandler& handler) {
              handler.on_text = [weak = std::weak_ptr(session)](std::string_view text) {
                if (const auto s = weak.lock()) {
                  s->send(std::string(text));
                }
              };
              return std::optional<HttpResponse>();
            }) {}
  static ServerOptions options(const Certificate& c) {
    ServerOptions o;
    o.certificate_pem = c.certificate_pem;
    o.private_key_pem = c.private_key_pem;
    return o;
  }
  [[nodiscard]] TlsTrust trust() const { return {ca_file.path()}; }
};

} // namespace

TEST_CASE("HTTPS with an own authority: name and address are both verified", "[unit][net]") {
  TlsServer s({"localhost", "127.0.0.1"});
  for (const char* host : {"127.0.0.1", "localhost"}) {
    HttpClient client(s.t.loop, base_url(s.server, "https", host), s.trust(), 1);
    for (int i = 0; i < 3; ++i) {
      const HttpResult r = ask(s.t, client, post("/", std::string(40'000, 'b')));
      INFO(r.error);
      CHECK(r.status == 200);
      CHECK(r.body.size() == 40'000);
    }
  }
}

TEST_CASE("a certificate for another host or address is refused before anything is sent",
          "[unit][net]") {
  TlsServer name_only({"localhost", "other.example"});
  HttpClient by_address(name_only.t.loop, base_url(name_only.server, "https"), name_only.trust());
  const HttpResult wrong_address = ask(name_only.t, by_address, get("/"));
  CHECK(wrong_address.failure == HttpFailure::not_sent);

  TlsServer address_only({"127.0.0.1"});
  HttpClient by_name(address_only.t.loop, base_url(address_only.server, "https", "localhost"),
                     address_only.trust());
  CHECK(ask(address_only.t, by_name, get("/")).failure == HttpFailure::not_sent);
}

TEST_CASE("a certificate of an unknown authority is refused", "[unit][net]") {
  TlsServer s({"127.0.0.1"});
  const TemporaryFile other(make_certificate({"127.0.0.1"}).certificate_pem);
  HttpClient wrong(s.t.loop, base_url(s.server, "https"), {other.path()});
  const HttpResult r = ask(s.t, wrong, get("/"));
  CHECK(r.failure == HttpFailure::not_sent);
  CHECK(r.error.find("verify") != std::string::npos);
  HttpClient system(s.t.loop, base_url(s.server, "https"), {});
  CHECK(ask(s.t, system, get("/")).failure == HttpFailure::not_sent);
}

TEST_CASE("two servers' certificates stand in one authority file, in either order", "[unit][net]") {
  TlsServer first({"127.0.0.1", "localhost"}), second({"127.0.0.1", "localhost"});
  const std::string& a = first.certificate.certificate_pem;
  const std::string& b = second.certificate.certificate_pem;
  for (const std::string& both : {a + b, b + a}) {
    const TemporaryFile file(both);
    for (TlsServer* server : {&first, &second}) {
      HttpClient client(server->t.loop, base_url(server->server, "https"), {file.path()});
      const HttpResult r = ask(server->t, client, post("/", "x"));
      INFO(r.error);
      CHECK(r.status == 200);
    }
  }
}

TEST_CASE("a missing or broken authority file is told when the client is made", "[unit][net]") {
  LoopThread t;
  CHECK_THROWS_WITH(HttpClient(t.loop, "https://127.0.0.1:1", {"/nonexistent/ca.pem"}),
                    Catch::Contains("/nonexistent/ca.pem"));
  const TemporaryFile junk("no certificate");
  CHECK_THROWS(HttpClient(t.loop, "https://127.0.0.1:1", {junk.path()}));
}

TEST_CASE("TLS to a server that speaks none is not_sent", "[unit][net]") {
  RawServer server([](RawSocket s, int) {
    s.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    static_cast<void>(s.ends());
  });
  LoopThread t;
  HttpClient client(t.loop, "https://127.0.0.1:" + std::to_string(server.port()), {}, 1);
  CHECK(ask(t, client, get("/")).failure == HttpFailure::not_sent);
}

TEST_CASE("a TLS server drops a client that never shakes hands", "[unit][net]") {
  LoopThread t;
  const Certificate c = make_certificate({"127.0.0.1"});
  ServerOptions options = TlsServer::options(c);
  options.header_timeout = 100ms;
  HttpServer server(
      t.loop, options,
      [](const ServerRequest&, const std::function<void(HttpResponse)>& reply) { reply({}); },
      nullptr);
  RawSocket silent = RawSocket::connect_to(server.port());
  CHECK(silent.ends());
  RawSocket plain = RawSocket::connect_to(server.port());
  plain.send("GET / HTTP/1.1\r\n\r\n");
  CHECK(plain.ends());
}

TEST_CASE("secure websockets echo, and refuse a wrong authority", "[unit][net]") {
  TlsServer s({"127.0.0.1"});
  const std::string url = base_url(s.server, "wss") + "/ws";
  WsClient client(s.t.loop, s.trust());
  std::promise<std::string> answer;
  auto future = answer.get_future();
  s.t.loop.post([&] {
    client.connect(url, {},
                   {[&] { client.send("hello"); },
                    [&](std::string_view text) { answer.set_value(std::string(text)); },
                    {}});
  });
  CHECK(wait_for(future, "echo") == "hello");

  const TemporaryFile other(make_certificate({"127.0.0.1"}).certificate_pem);
  WsClient wrong(s.t.loop, {other.path()});
  std::promise<std::string> closed;
  auto reason = closed.get_future();
  s.t.loop.post([&] {
    wrong.connect(url, {}, {{}, {}, [&](const std::string& why) { closed.set_value(why); }});
  });
  CHECK(wait_for(reason, "refusal").find("verify") != std::string::npos);
}

TEST_CASE("certificates differ from one another and refuse bad names", "[unit][net]") {
  const Certificate a = make_certificate({"localhost", "127.0.0.1", "::1"});
  const Certificate b = make_certificate({"localhost"});
  CHECK(a.certificate_pem.find("BEGIN CERTIFICATE") != std::string::npos);
  CHECK(a.private_key_pem.find("PRIVATE KEY") != std::string::npos);
  CHECK(a.private_key_pem != b.private_key_pem);
  CHECK_THROWS(make_certificate({}));
  CHECK_THROWS(make_certificate({"a,DNS:evil"}));
}

} // namespace rg::net::test
