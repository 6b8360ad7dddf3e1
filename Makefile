# `make help` lists the targets. Only Python >= 3.11 (with venv), make, git and a way to the package index are needed.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
UV_VERSION := 0.13.9
# Processes that pytest uses; the tests that start real process trees share one of them.
TEST_PROCESSES ?= 2
# The gate for upgrades of Celery is run by hand: DECISIONS.md 3.
BENCHMARKS := isolation start submit spine standstill model core mail redline slack surfaces insight knowledge answers grounds signals
# The first Python that is new enough and can make a virtual environment; `make PYTHON=...` names another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$name -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$name; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help sync check unit test faults demo up bench catalogues lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

sync: $(STAMP) ## create .venv and install what requirements.lock names, by hash

# pip's own index setting, if there is one, is handed on to uv, so that one mirror setting is enough.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv was found." \
		"Install one (on Debian and Ubuntu with python3-venv), or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null)}}"; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
	export VIRTUAL_ENV="$(CURDIR)/$(VENV)"; set -ex; \
	$(BIN)/uv pip sync --compile-bytecode --require-hashes requirements.lock; \
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

check: $(STAMP) ## lint, format, types, import directions, structure
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/test_structure.py tests/test_foreign_data.py

unit: $(STAMP) ## the quick tests that need nothing but their own process: no server, no model
	@$(MAKE) --no-print-directory --output-sync --jobs 2 unit-core unit-others

# Two processes, each with folders of its own: pytest-xdist would collect all tests in both.
.PHONY: unit-core unit-others
unit-core: FOLDERS = tests/core tests/worker --ignore tests/core/writing
unit-others: FOLDERS = tests/core/writing tests/integrations
unit-core unit-others:
	@$(BIN)/pytest -q --unit -r fE -n 0 --durations 3 --durations-min 1 $(FOLDERS)

test: check ## check, then the whole test suite
	@if [ "$$CI" = true ] && [ -f tests/office/install.sh ]; then sh tests/office/install.sh; fi
	$(BIN)/pytest -n $(TEST_PROCESSES) --dist loadgroup --durations 10 || { test $$? = 1 && \
		echo "Once more, by themselves: the tests that failed beside others." && $(BIN)/pytest -n 0 --last-failed --maxfail 1; }

faults: $(STAMP) ## workers, broker and database fail in any order: FAULT_ROUNDS, FAULT_EXAMPLES, FAULT_SEED
	FAULT_ROUNDS=$${FAULT_ROUNDS:-10} FAULT_EXAMPLES=$${FAULT_EXAMPLES:-500} $(BIN)/pytest -n 0 --timeout 0 -v tests/faults

demo: $(STAMP) ## the whole path on this machine with bundled samples
	PYTHONPATH="$(CURDIR)" $(BIN)/inlaid demo

up: $(STAMP) ## broker, local model, worker, scheduler and web, until Ctrl-C
	$(BIN)/inlaid up

bench: $(STAMP) ## the performance numbers that the README claims
	@status=0; for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || status=1; done; exit $$status

catalogues: $(STAMP) ## bring the catalogues of other languages in step with the texts of the sources
	$(BIN)/python -m tests.catalogue_sources $(LOCALE)

lock: $(STAMP) ## compile requirements.lock again from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --group weights --universal --generate-hashes \
		--python-version 3.11 --quiet --output-file requirements.lock
