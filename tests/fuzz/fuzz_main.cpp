// One libFuzzer program for all targets: the environment names the one to run, because one program
// links once.

#include "tests/fuzz/targets.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const rg::fuzz::Target& chosen() {
  const char* name = std::getenv("RG_FUZZ_TARGET");
  for (const rg::fuzz::Target& target : rg::fuzz::targets()) {
    if (name != nullptr && std::strcmp(name, target.name) == 0) {
      return target;
    }
  }
  std::fprintf(stderr, "RG_FUZZ_TARGET names none of:");
  for (const rg::fuzz::Target& target : rg::fuzz::targets()) {
    std::fprintf(stderr, " %s", target.name);
  }
  std::fprintf(stderr, "\n");
  std::exit(2);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const rg::fuzz::Target& target = chosen();
  target.run({reinterpret_cast<const char*>(data), size});
  return 0;
}
