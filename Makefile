# The front door. Each target installs what it needs from the distribution's packages, asks nothing,
# and may be called again at any time.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PRESET ?= release
BUILD := build/$(PRESET)
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 30
BINARY := build/release/regimeguard

.PHONY: help deps deps-test build console demo test bench soak fuzz check format asan tsan tsan-caf coverage clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

deps: ## install what the engine is built from
	@tools/install_packages.sh build

deps-test: ## ... and what its tests and checks need
	@tools/install_packages.sh build test

build: deps ## the engine: build/release/regimeguard
	@tools/build.sh release engine $(JOBS)

console: ## the web console; the next build compiles it into the engine
	@tools/build_console.sh

demo: build ## eight pairs on the embedded exchange for a minute
	@$(BINARY) demo $(DEMO_ARGS)

test: deps-test ## all tests that a change must pass
	@tools/build.sh $(PRESET) tests $(JOBS)
	@cd $(BUILD) && ctest --output-on-failure -j$(JOBS) $(CTEST_ARGS)

bench: deps-test ## one table: rates and latencies beside their references
	@tools/build.sh release bench $(JOBS)
	@tools/run_bench.sh build/release

soak: deps-test ## the long searches
	@tools/build.sh release tests $(JOBS)
	@tools/run_soak.sh build/release

fuzz: deps-test ## every parser of outside bytes under libFuzzer, 30 s each
	@tools/run_fuzz.sh $(FUZZ_SECONDS)

asan: deps-test ## the tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory test PRESET=asan

tsan: deps-test ## the tests of what links no CAF under ThreadSanitizer
	@tools/run_tsan.sh $(JOBS)

tsan-caf: deps-test ## the actors under ThreadSanitizer, with CAF built from the distribution's source
	@tools/run_tsan_caf.sh $(JOBS) || [ $$? -eq 77 ]

coverage: deps-test ## line coverage of the tests
	@$(MAKE) --no-print-directory test PRESET=coverage

check: deps-test ## tests, format, layering, self-contained headers, static analysis, fuzzers
	@tools/check_format.sh
	@tools/check_layering.sh
	@tools/check_headers.sh
	@$(MAKE) --no-print-directory test
	@tools/check_tidy.sh build/release
	@$(MAKE) --no-print-directory fuzz

format: deps-test ## clang-format on all our files
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

clean: ## remove what was built
	rm -rf build
