# From a bare checkout: `make serve` or `make test`. Everything is installed into .venv.

PORT ?= 8000
# Not `?=`: some shells export HOST as the name of the machine, which would open the API to its network.
HOST = 127.0.0.1
WORKERS ?= 3

BIN := .venv/bin
CLIENT := tests/client
EXPLORER := app/web/static/explorer
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
LOCK := $(BIN)/uv pip compile --quiet --no-config --system-certs --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve test test-long bench screenshots check format contract lock sbom clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

serve: .venv/.runtime-stamp ## migrate, seed and serve; PORT=8000 HOST=127.0.0.1 DATABASE_URL=sqlite:///...
	@if [ -n "$$DATABASE_URL" ]; then export PARLEY_DATABASE_URL="$$DATABASE_URL"; fi; \
	exec $(BIN)/parley serve --prepare --host "$(HOST)" --port "$(PORT)"

test: .venv/.dev-stamp ## run the tests, except the slow ones; WORKERS=3 PYTEST_ARGS= CHROMIUM= NODE=
	@$(BIN)/python -m tests.programs
	@$(BIN)/pytest -n $(WORKERS) --dist loadscope $(PYTEST_ARGS)

test-long: .venv/.dev-stamp ## run the tests marked slow, among them a soak for PARLEY_TEST_SOAK_SECONDS=240
	@$(BIN)/pytest -m "slow and not alone" -n 2 --dist loadscope $(PYTEST_ARGS)
	@$(BIN)/pytest -m alone

bench: .venv/.dev-stamp .bench/datasette/.stamp ## measure how fast it is, beside others; SIZE=10k, 100k or 1m for one size only
	@$(BIN)/python -m tests.benchmarks $(if $(SIZE),--size $(SIZE))

screenshots: .venv/.dev-stamp ## draw the pictures of the README anew
	@$(BIN)/python -m tests.programs
	@$(BIN)/python -m tests.web.screenshots

check: .venv/.dev-stamp ## check format, lint, types, import contracts, secrets, vulnerabilities and, with Node, JavaScript and a client in TypeScript
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m tests.supply secrets .
	@$(BIN)/python -m tests.supply audit .
	@if command -v npm >/dev/null; then $(MAKE) --silent $(CLIENT)/.check-stamp; \
	else echo "Without Node and npm, $(EXPLORER) and the client in $(CLIENT) are not checked." >&2; fi

format: .venv/.dev-stamp ## format the code and mend what the linter can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

contract: .venv/.dev-stamp ## write openapi.json anew, with the answers to its examples
	@$(BIN)/python -m tests.contract

lock: .venv/.runtime-stamp ## write the lock files anew; UPGRADE=1 for newer versions
	@$(PIP) install uv
	@$(LOCK) pyproject.toml --group build --output-file requirements.lock >/dev/null
	@$(LOCK) pyproject.toml --group build --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock >/dev/null
	@$(LOCK) tests/benchmarks/datasette.in --output-file tests/benchmarks/datasette.lock >/dev/null

sbom: .venv/.dev-stamp ## list what is locked to run in sbom.json, with versions, hashes and licences (CycloneDX)
	@$(BIN)/python -m tests.supply sbom sbom.json

clean: ## remove .venv and what the tools leave
	@rm -rf .venv .bench .hypothesis .import_linter_cache .mypy_cache .pip_audit_cache .pytest_cache .ruff_cache build *.egg-info
	@rm -f app/web/static/vega.js sbom.json
	@cd $(CLIENT) && rm -rf node_modules schema.d.ts .check-stamp
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The last file that `python -m venv` writes, so that an interrupted one is made anew.
.venv/bin/pip:
	@for python in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Parley needs Python 3.11 or newer, which is not here. If it is elsewhere: make PYTHON=path/to/python3" >&2; exit 1; \
	elif ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	fi; \
	"$$python" -m venv --clear .venv

# A stamp says that what the lock file names is installed; `make` installs again when the file is newer.
.venv/.runtime-stamp: requirements.lock pyproject.toml app/web/bundle.py | .venv/bin/pip
	@echo "Installing into .venv what requirements.lock names ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev-stamp: requirements-dev.lock .venv/.runtime-stamp
	@echo "Installing into .venv what requirements-dev.lock names ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# What Parley is measured beside has an environment of its own.
.bench/datasette/.stamp: tests/benchmarks/datasette.lock | .venv/bin/pip
	@echo "Installing into .bench/datasette what $< names ..."
	@$(BIN)/python -m venv --clear .bench/datasette
	@.bench/datasette/bin/$(PIP:$(BIN)/%=%) install --require-hashes -r $<
	@touch $@

$(CLIENT)/node_modules/.stamp: $(CLIENT)/package-lock.json
	@echo "Installing into $(CLIENT)/node_modules what $< names ..."
	@cd $(CLIENT) && npm ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@

# The folder is newer once a module is gone.
$(CLIENT)/.check-stamp: openapi.json $(EXPLORER) $(wildcard $(EXPLORER)/*.js) $(addprefix $(CLIENT)/, \
		explorer.d.ts package.json tsconfig.explorer.json tsconfig.json use.ts node_modules/.stamp)
	@cd $(CLIENT) && npm run --silent check
	@touch $@
