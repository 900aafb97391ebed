# `make help` lists what there is. Everything is built inside the clone; nothing is taken from outside but the
# toolchains (Python 3.11+, Rust by rustup, Node 20+) and the Debian packages of scripts/debian-packages.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
# Files that decide whether a step has to run again.
RUST := $(shell find crates -name '*.rs' -o -name Cargo.toml 2>/dev/null) Cargo.toml Cargo.lock
CONSOLE := $(shell find console/src console/public -type f 2>/dev/null) console/index.html console/package-lock.json
FUZZ_SECONDS ?= 600
CONTENT := $(shell find content -type f 2>/dev/null)

.PHONY: help setup demo test test-rust test-python test-console test-browser interop check check-rust check-python \
	check-console check-repository fuzz fuzz-changed schema docs bench requirements package clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

$(STAMPS):
	mkdir -p $@

$(STAMPS)/venv: requirements/dev.txt | $(STAMPS)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	touch $@

# `npm ci` of npm 11 refuses a lock file without download addresses when it names packages of other systems; install
# keeps to the same locked versions and hashes, and --no-save leaves the lock file alone.
$(STAMPS)/npm: console/package-lock.json | $(STAMPS)
	cd console && npm install --no-save --no-audit --no-fund --ignore-scripts
	touch ../$@

$(STAMPS)/console: $(STAMPS)/npm $(CONSOLE)
	cd console && npm run build
	cd ..
	rm -rf python/sightglass/_console
	cp -r console/dist python/sightglass/_console
	touch $@

$(STAMPS)/engine: $(STAMPS)/venv $(RUST) pyproject.toml
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop --quiet --release --locked
	touch $@

# An editable install is not compiled to bytecode as pip does with others; where the interpreter is told to write none,
# each start would compile the sources anew.
setup: $(STAMPS)/venv $(STAMPS)/engine $(STAMPS)/console ## Install the product, engine and console into .venv
	$(BIN)/python -m compileall -q python/sightglass

demo: setup ## Write the lab plant, analyze it and open the console (DEMO_SERVE=0: stop after the summary)
	scripts/demo

test: test-rust test-python interop test-console test-browser ## Run all tests

test-rust: ## Test the engine's crates
	cargo test --locked --quiet

test-python: setup ## Test the product
	$(BIN)/python -m pytest --ignore=tests/interop

$(STAMPS)/interop: requirements/interop.txt $(STAMPS)/venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/interop.txt
	touch $@

interop: setup $(STAMPS)/interop ## Test against independent implementations, over loopback
	$(BIN)/python -m pytest tests/interop

test-console: $(STAMPS)/npm ## Test the console's components
	cd console && npm test

test-browser: setup ## Test the console in Debian's Chromium
	scripts/browser-test

fuzz: ## Fuzz every target for ten minutes (FUZZ_SECONDS) and keep corpus and log under fuzz/
	$(PYTHON) tools/fuzz.py --seconds $(FUZZ_SECONDS)

fuzz-changed: ## Fuzz what changed since the log was written, five seconds each
	$(PYTHON) tools/fuzz.py --changed --seconds 5

check: check-repository check-rust check-python check-console ## Formatters, linters, types, import rules, drift

check-rust:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets --quiet -- -D warnings

check-python: $(STAMPS)/engine
	$(BIN)/ruff format --check python tests bench tools examples
	$(BIN)/ruff check python tests bench tools examples
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/schema.py --check
	$(BIN)/python tools/docs.py --check

check-console: $(STAMPS)/npm
	cd console && npm run check

check-repository: ## Rules of the repository: no foreign names, no addresses in lock files, licences
	$(PYTHON) tools/check_repository.py

schema: $(STAMPS)/engine ## Write schema/ and the console's API client anew
	$(BIN)/python tools/schema.py
	cd console && npm run generate

docs: $(STAMPS)/engine ## Write the generated pages under docs/ anew
	$(BIN)/python tools/docs.py

bench: setup ## Measure speed and memory (BENCH_PEERS=DIR: beside the peers installed there)
	$(BIN)/python -m bench

requirements: ## Pin the Python requirements anew, with hashes (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --quiet --output-file requirements/runtime.txt
	uv pip compile pyproject.toml requirements/dev.in --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --output-file requirements/dev.txt
	uv pip compile requirements/interop.in --constraint requirements/dev.txt --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements/interop.txt

package: $(STAMPS)/venv $(STAMPS)/console ## Build the wheel with console and content into dist/
	rm -rf python/sightglass/_content
	cp -r content python/sightglass/_content
	$(BIN)/maturin build --quiet --release --locked --out dist
	rm -rf python/sightglass/_content

clean: ## Remove everything that was built
	rm -rf $(STAMPS) $(VENV) target dist demo console/node_modules console/dist python/sightglass/_console \
		python/sightglass/_content python/sightglass/*.so
