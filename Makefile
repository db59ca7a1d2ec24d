# make run     the service with the samples, on http://127.0.0.1:8080      make test    everything that this machine can test
# make lint · make docs · make bench · make bench-large · make test-all · make coverage · make mutants · make lock · make wheel · make clean
#
# PYTHON=python3.12 chooses the interpreter (else the newest found, 3.11 or later); PYTEST="tests/xml -x" chooses tests, JOBS=4 how many
# processes share them (0: none but one).

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --retries 10
PYTHON ?=
PYTEST ?=
JOBS ?= 2
PART ?=
DEMO ?= demo

.DEFAULT_GOAL := help
.PHONY: help install assets run test test-all coverage mutants lock lint docs bench bench-large wheel clean
.NOTPARALLEL:
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# //p' Makefile

# One stamp for each set of packages; setup.cfg says what is in it.
$(VENV)/.installed: setup.cfg pyproject.toml scripts/prepare
	@scripts/prepare venv $(VENV) $(PYTHON)
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-%: $(VENV)/.installed
	$(PIP) --editable '.[$*]'
	@touch $@

install: $(VENV)/.installed

assets: $(VENV)/.installed
	@scripts/assets $(VENV)

# Token and login are kept beside what they open, for the next time; serve prints the address with them. A broken-off attempt is completed.
$(DEMO)/welcome.txt: | $(VENV)/.installed
	@umask 077 && mkdir -p build && $(BIN)/xmlsvc demo --instance $(DEMO) >build/welcome.txt && mv build/welcome.txt $@

run: $(VENV)/.installed assets $(DEMO)/welcome.txt
	@exec $(BIN)/xmlsvc serve --instance $(DEMO) --greeting $(DEMO)/welcome.txt

test: $(VENV)/.installed-test assets
	@scripts/prepare servers
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(PYTEST)

# Everything in full, and on each Python of three that is found: hours. PART="storage web" runs a part or two again; `tests/parts.py` says how.
test-all: $(VENV)/.installed-test $(VENV)/.installed-lint $(VENV)/.installed-docs assets
	@scripts/prepare servers
	@$(BIN)/python -m tests.parts $(PART)

# Adds to what was measured before (`make coverage PYTEST=tests/web`, then the next part); `rm -r build/coverage` begins anew.
coverage: export COVERAGE_FILE = $(CURDIR)/build/coverage/data
coverage: $(VENV)/.installed-test assets
	@scripts/prepare servers
	@mkdir -p build/coverage
	$(BIN)/python -m coverage run -m pytest $(PYTEST)
	$(BIN)/python -m coverage combine --quiet --append
	$(BIN)/python -m coverage report $(if $(PYTEST),,--fail-under=90)

# Half an hour: which tests come to which line, then a sample of mutants that meet them. What is known is kept (build/mutants), so that it goes
# on where it ended; `tests/mutants/__main__.py` says what else there is (some modules, another sample, processes side by side).
mutants: $(VENV)/.installed-test $(VENV)/.installed-mutants
	$(BIN)/python -m tests.mutants map
	$(BIN)/python -m tests.mutants run

lock: $(VENV)/.installed-lock
	$(BIN)/pip-compile --quiet --upgrade --allow-unsafe --generate-hashes --strip-extras --no-annotate --no-header --no-emit-index-url \
	    --no-emit-find-links --no-emit-trusted-host --output-file build/requirements.txt setup.cfg
	@{ sed -n '/^#/p' deploy/requirements.txt; cat build/requirements.txt; } >build/lock && mv build/lock deploy/requirements.txt

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build
	@echo "docs/_build/index.html"

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

bench-large: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks --large

wheel: $(VENV)/.installed assets
	rm -rf build/lib build/bdist.*
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@ls dist/*.whl

clean:
	rm -rf $(VENV) build dist *.egg-info docs/_build node_modules xmlsvc/web/static/vendor
	rm -rf .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
