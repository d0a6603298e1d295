# Everything a developer does starts here; `make help` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.ONESHELL:

# Extra arguments for the program or the test runner: `make run ARGS='--listen 127.0.0.1:8080'`, `make test ARGS=booking`.
ARGS ?=
# The cargo profile of `make run`: dev builds fastest, release runs fastest.
PROFILE ?= dev
# The nextest profile of `make test` (.config/nextest.toml).
TEST_PROFILE ?= default

# One version of each tool for everybody; scripts/tool installs a missing one outside the system's paths.
NEXTEST_VERSION := 0.9.143
DENY_VERSION := 0.20.2

KALENDS := cargo run --package kalends-server --bin kalends

.PHONY: help run dev test lint fmt openapi bench soak

help: ## Say what can be made
	@echo 'make TARGET [ARGS=…]'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 10

run: ## Build Kalends and start the demo clinic
	@scripts/need rust cc node
	@echo 'Building Kalends (a first build takes some minutes; later ones take seconds) …' >&2
	@$(KALENDS) --profile $(PROFILE) -- demo $(ARGS)

dev: ## Start the demo clinic; rebuild and restart it when a file changes
	@scripts/need rust cc node
	@scripts/dev $(ARGS)

test: ## Run every test: both databases, the API, the browser
	@scripts/need rust cc node postgres chromium fonts
	@scripts/node-modules e2e
	@nextest=$$(scripts/tool cargo-nextest $(NEXTEST_VERSION) --no-default-features --features default-no-update)
	@scripts/with-postgres "$$nextest" nextest run --workspace --profile $(TEST_PROFILE) $(ARGS)

lint: ## Check format, lints, types, licences and layers
	@scripts/need rust cc node
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@deny=$$(scripts/tool cargo-deny $(DENY_VERSION))
	@"$$deny" --log-level warn check bans licenses sources
	@scripts/check-scripts

fmt: ## Format the Rust code
	cargo fmt --all

openapi: ## Write openapi.json anew from the code
	@touch openapi.json
	KALENDS_WRITE_OPENAPI=1 cargo test --quiet --package kalends-server --test api the_document_is_the_one

bench: ## Measure speed against pgbench and a bare server; see bench/README.md
	@scripts/need rust cc node postgres
	@KALENDS_PG_DURABLE=1 scripts/with-postgres bench/run $(ARGS)

soak: ## Run the tests at full length: thousands of races, crashes and restarts (takes hours)
	@scripts/need rust cc node postgres chromium fonts
	@scripts/node-modules e2e
	@nextest=$$(scripts/tool cargo-nextest $(NEXTEST_VERSION) --no-default-features --features default-no-update)
	@KALENDS_SOAK=1 KALENDS_PG_DURABLE=1 scripts/with-postgres "$$nextest" nextest run --workspace --profile soak $(ARGS)
