# The same verbs for people and for CI. Each works as the first and only command in a fresh clone: it needs
# Python 3.11 or newer, make, and a package index to install from.

PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/stamp

SOURCES := sdk reference_server conformance tools tests $(wildcard benchmarks) examples/place.py
GENERATORS := $(addprefix tools.,machines diagrams records registries requirements examples vectors schemas schema_cases openapi registries_page cli_page needs) conformance.tools.requirements

.DEFAULT_GOAL := help
.PHONY: help demo examples test check self-test bench soak interop docs format lock venv clean

help: ## show these verbs
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

demo: $(STAMP) ## trade a real file between two companies, and verify the evidence
	$(BIN)/lading demo --out demo

examples: $(STAMP) ## run every script of examples/, each against an exchange of its own
	@for script in $(filter-out examples/place.py,$(sort $(wildcard examples/*.py))); do \
	  echo "$(BIN)/python $$script"; $(BIN)/python $$script || exit 1; echo; done

test: $(STAMP) ## run all tests but the long ones
	$(BIN)/pytest -n $(JOBS)

check: $(STAMP) ## format, lint, types, imports, sizes, generated files, bare install, ablation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/python -m tools.shape
	@for name in $(GENERATORS); do echo "$(BIN)/python -m $$name --check"; \
	  $(BIN)/python -m $$name --check || exit 1; done
	$(BIN)/python -m tools.bare_install
	$(BIN)/python -m tools.ablation

self-test: $(STAMP) ## try the conformance suite on itself: every mutant of the reference server (about an hour)
	$(BIN)/lading-conformance self-test --jobs $(JOBS) --report self-test

bench: $(STAMP) ## run every benchmark
	@for name in $(basename $(notdir $(sort $(wildcard benchmarks/bench_*.py)))); do \
	  echo "$(BIN)/python -m benchmarks.$$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

soak: $(STAMP) ## run the long, seeded tests, and fuzz (LADING_FUZZ_SECONDS for each target: 60)
	$(BIN)/pytest -m soak
	$(BIN)/python -m tests.fuzz.soak

interop: $(STAMP) ## verify our proofs with an independent implementation, in Go
	$(BIN)/python tests/interop/check.py

docs: $(STAMP) ## build the site into site/
	$(BIN)/mkdocs build --strict --site-dir site

format: $(STAMP) ## rewrite the Python files in the one format
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: ## pin requirements.txt anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --upgrade --quiet \
	  --output-file requirements.txt

venv: $(STAMP) ## set up .venv (every verb does it when it must)

clean: ## remove what make made
	rm -rf $(VENV) tests/interop/.go fuzz-crashes site demo self-test build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Lading needs Python 3.11 or newer, and '$(PYTHON)' is not one." >&2; \
	  echo "If you have one under another name: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments." >&2; \
	  echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)
