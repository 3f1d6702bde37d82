# Everything a developer needs: Python 3.11 or later, make, and a package index.
#
#   make run      the register with its demonstration office, on http://127.0.0.1:8000
#   make test     all tests
#   make check    what CI runs: style, types, import rules, tests
#   make cases    request and answer cases against a fresh server (CASES=FILE POPULATION=FILE)
#   make fuzz     schemathesis against a fresh server, with all its checks (some minutes)
#
# PYTHON chooses the interpreter:  make run PYTHON=python3.13

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	if $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then \
	echo $$name; break; fi; done)
UV := $(shell command -v uv 2>/dev/null)
WORKERS ?= auto

# Stamps: what is set up is not set up again. Each install records the lock file that it followed.
PYTHON_READY := $(VENV)/.python-ready
RUNTIME_READY := $(VENV)/.runtime-ready
DEVELOPMENT_READY := $(VENV)/.development-ready
BENCH_READY := $(VENV)/.bench-ready
FUZZ_READY := $(VENV)/.fuzz-ready

ifdef UV
install = $(UV) pip install --quiet --python $(BIN)/python
else
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: help run setup test check check-long lint types imports house cases fuzz bench bench-matching states lock format clean

help:
	@sed -n '3,9s/^# *//p' Makefile

run: $(RUNTIME_READY)
	@$(BIN)/registry run

setup: $(RUNTIME_READY)
	@echo "ready: $(BIN)/registry"

test: $(DEVELOPMENT_READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: lint types imports test

# Thousands more random acts, drawn anew: some minutes.
check-long: check
	REGISTRY_LONG=1 $(BIN)/python -m pytest tests/invariants $(ARGS)

lint: $(DEVELOPMENT_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEVELOPMENT_READY)
	$(BIN)/pyright

imports: $(DEVELOPMENT_READY)
	$(BIN)/lint-imports

house: $(DEVELOPMENT_READY)
	$(BIN)/python -m pytest -q tests/house $(ARGS)

# Cases of requests to /FHIR/R4 and what must be answered; without names, those of the shared folder.
cases: $(DEVELOPMENT_READY)
	@$(BIN)/python -m tests.conformance.fhir_cases \
		$(if $(CASES),--cases $(CASES)) $(if $(POPULATION),--population $(POPULATION)) $(ARGS)

# At least 2,000 requests that the description lets be made or forbids; exceptions are in tests/conformance/fuzz.toml.
fuzz: $(FUZZ_READY)
	@$(BIN)/python -m tests.conformance.fuzz --max-examples 20 $(ARGS)

bench: $(BENCH_READY)
	$(BIN)/python -m benchmarks $(ARGS)
	$(BIN)/python -m benchmarks.fhir
	$(BIN)/python -m benchmarks.matching --queries 10000

# The matcher beside Splink, with what is chosen: make bench-matching ARGS="--people 1000000 --seed 7"
bench-matching: $(BENCH_READY)
	$(BIN)/python -m benchmarks.matching $(ARGS)

# The drawings of docs/states, from the machines in the code.
states: $(RUNTIME_READY)
	$(BIN)/python -m registry.transactions.draw_states docs/states

format: $(DEVELOPMENT_READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The lock files hold hashes and name no host, so that any index will do.
lock:
	@test -n "$(UV)" || { echo "make lock needs uv"; exit 1; }
	$(UV) pip compile pyproject.toml --group build $(LOCK_OPTIONS) --output-file requirements.lock
	$(UV) pip compile pyproject.toml --group build --group dev $(LOCK_OPTIONS) \
		--constraint requirements.lock --output-file requirements-dev.lock
	$(UV) pip compile pyproject.toml --group build --group dev --group bench $(LOCK_OPTIONS) \
		--constraint requirements-dev.lock --output-file requirements-bench.lock
	$(UV) pip compile pyproject.toml --group build --group dev --group fuzz $(LOCK_OPTIONS) \
		--constraint requirements-dev.lock --output-file requirements-fuzz.lock

LOCK_OPTIONS := --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(PYTHON_READY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed and none was found. Name one: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || \
		{ echo "Python 3.11 to 3.14 is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12"; exit 1; }
ifdef UV
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) $(VENV)
else
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make environments; on Debian: apt-get install python3-venv"; exit 1; }
endif
	@touch $@

$(RUNTIME_READY): $(PYTHON_READY) requirements.lock pyproject.toml
	@echo "installing what the register needs into $(VENV) …"
	@$(install) --require-hashes -r requirements.lock
	@$(install) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT_READY): $(RUNTIME_READY) requirements-dev.lock
	@echo "installing what the tests need into $(VENV) …"
	@$(install) --require-hashes -r requirements-dev.lock
	@touch $@

$(BENCH_READY): $(DEVELOPMENT_READY) requirements-bench.lock
	@echo "installing what the benchmarks need into $(VENV) …"
	@$(install) --require-hashes -r requirements-bench.lock
	@touch $@

$(FUZZ_READY): $(DEVELOPMENT_READY) requirements-fuzz.lock
	@echo "installing what the fuzzing needs into $(VENV) …"
	@$(install) --require-hashes -r requirements-fuzz.lock
	@touch $@
