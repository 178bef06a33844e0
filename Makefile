# Everything a newcomer needs: Python 3.11 or later, and make.
#   make run    the site, with the demonstration on its first start
#   make test   all tests; what cannot run here is named, with the reason
# Then: make check (style, types, imports, docs, tests), make bench, make bench-lake, make bench-long, make messages, make lock.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
UV := $(BIN)/uv

.PHONY: run test test-postgres check lint bench bench-lake bench-long coverage messages lock clean

run: .venv/ready
	@$(BIN)/entregent run --demo --port $(PORT)

test: .venv/ready-dev
	$(BIN)/python -m pytest -q -n 2 --dist worksteal $(ARGS)

# What touches the working set, once more on PostgreSQL: a server of its own, gone afterwards.
test-postgres: .venv/ready-dev
	$(BIN)/python -m tests.cluster $(BIN)/python -m pytest -q -n 2 --dist worksteal -m database $(ARGS)

check: lint test

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src
	$(BIN)/codespell

bench: .venv/ready-dev
	$(BIN)/python -m bench

# Hours on two cores; cut off, it goes on where it stood. Writes docs/benchmarks/measurement.md, beside
# what a user would pick instead (the extra « bench »).
bench-long: .venv/ready-dev
	$(UV) pip install --quiet --python $(BIN)/python --editable '.[bench]'
	$(BIN)/python -m bench long

# A lake of SIZE invented activities, with roll-ups, beside plain DuckDB (and PostgreSQL at 10 million);
# cut off, it goes on where it stood. Writes docs/benchmarks/lake.md.
SIZE ?= 1000000
bench-lake: .venv/ready-dev
	$(BIN)/python -m bench lake --size $(SIZE)

coverage: .venv/ready-dev
	$(BIN)/python -m coverage run -m pytest -q $(ARGS)
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report --skip-covered

# Compiled translations are committed: a newcomer needs no gettext.
messages:
	for language in fr en; do \
	  msgfmt --check -o src/entregent/locale/$$language/LC_MESSAGES/django.mo \
	    src/entregent/locale/$$language/LC_MESSAGES/django.po; done

lock: .venv/ready-dev
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 \
	  pyproject.toml -o requirements.lock
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 \
	  pyproject.toml --group dev -o requirements-dev.lock

clean:
	rm -rf .venv

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Entregent needs Python 3.11 or later; name one: make run PYTHON=python3.12")'
	@echo "Making .venv with $$($(PYTHON) --version)…"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/ready: $(UV) requirements.lock pyproject.toml
	@echo "Installing what requirements.lock names…"
	@$(UV) pip install --quiet --compile-bytecode --require-hashes --python $(BIN)/python -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@echo "Installing what requirements-dev.lock names…"
	@$(UV) pip install --quiet --compile-bytecode --require-hashes --python $(BIN)/python -r requirements-dev.lock
	@touch $@
