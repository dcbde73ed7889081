# `make report` and `make test` set everything up by themselves in .venv; nothing is installed outside it.
PYTHON ?= python3
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
unexport PYTHONDONTWRITEBYTECODE

.PHONY: quality report test lint types mutants lab clean lock setup

report: setup
	$(BIN)/toptaak batch --example

# COVERAGE=1 measures branch coverage too and stops below the gate in pyproject.toml.
test: setup lint types
	$(BIN)/python -m pytest -n 2 --dist worksteal --doctest-modules --durations=25 $(if $(COVERAGE),--cov --cov-report=term:skip-covered) tests toptaak

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

# Takes long: a change of the code at a time, and the tests that should notice it.
mutants: setup
	$(BIN)/python -m tools.mutants

# Figures on quality, each with its command: docs/kwaliteit.md.
quality: setup
	$(BIN)/python -m tools.quality

lab: setup
	$(BIN)/toptaak lab

setup: .venv/ready

# uv where it is present, else uv from pip, else pip alone: all three install exactly what the lock names.
# pip refuses an editable install in hash mode, hence two calls.
.venv/ready: requirements.lock pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "toptaak needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11"; exit 1; }
	@if command -v uv >/dev/null; then uv venv --quiet --allow-existing --python $(PYTHON) .venv; \
		else $(PYTHON) -m venv .venv && { $(BIN)/python -m pip install --quiet uv || echo "no uv: going on with pip"; }; fi
	@uv=$$(command -v uv || command -v $(BIN)/uv || true); \
	if [ -n "$$uv" ]; then \
		VIRTUAL_ENV=$(CURDIR)/.venv $$uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock && \
		VIRTUAL_ENV=$(CURDIR)/.venv $$uv pip install --quiet --no-deps --no-build-isolation -e .; \
	else \
		$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .; \
	fi
	@$(BIN)/python -m compileall -q toptaak
	@touch .venv/ready

# The lock holds names, versions, markers and hashes, and no address of an index.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
