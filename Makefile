# Everything a contributor or a newcomer types. Needs only Python's own venv and pip.
#
# Another Python: make test PYTHON=python3.13

PYTHON ?= python3
# Tests wait for Slack, for processes and for a browser: a few side by side are faster even on two cores.
WORKERS ?= 3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help rehearse test check pictures bench lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | \
		while IFS='|' read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

rehearse: $(INSTALLED) ## try the bot: a Slack in a box, on a page of its own; no account needed
	$(BIN)/presumptive rehearse

test: $(INSTALLED) ## run every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: $(INSTALLED) ## format, lint, types, and the house: imports, names, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_house.py

pictures: $(INSTALLED) ## draw docs/pictures again, from the rehearsal's page in Chromium
	$(BIN)/python -m tests.pictures

bench: $(INSTALLED) ## measure the bars of tests/bench; reports, never judges
	$(BIN)/python -m tests.bench

# Made on the oldest Python we support. pip's own configuration is left aside, so that the file
# names versions and hashes and nothing about the machine it was made on.
lock: $(INSTALLED) ## write requirements.lock again (UPGRADE=1: with the newest versions allowed)
	PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= \
	CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --extra dev --generate-hashes \
		--strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
		--no-emit-trusted-host $(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml

clean: ## remove what was built and installed; databases stay
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The virtual environment, and in it exactly what requirements.lock says. The project itself is
# installed in place (editable): it gives the command `presumptive`, and needs no network. setuptools
# warns each time that a folder may hide an installed one of its name; here they are the same.
$(INSTALLED): requirements.lock pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "Presumptive needs Python 3.11 or newer, and there is no '$(PYTHON)' here. Install Python, or say which one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Presumptive needs Python 3.11 or newer; '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1). Say which one to use: make PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "'$(PYTHON)' has no venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		"$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
