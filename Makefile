# The few words you need. Each target does its own set-up in .venv from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help demo chat drive drive-all screenshots words test check run bench storm lock clean

help: ## what there is to do
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "chargebot needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Setting up in $(VENV) (once)..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt
	@echo "Adding the tools of the workshop..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

words: $(VENV)/ready-dev ## bring the catalogues up to date with the sentences in the code
	@$(BIN)/pybabel --quiet extract --mapping-file=babel.cfg --no-default-keywords --keywords="words msg self many:1,2" \
		--add-location=file --sort-by-file --output-file=$(VENV)/words.pot handlers
	@for language in fr de es it nl; do \
		$(BIN)/pybabel --quiet update --input-file=$(VENV)/words.pot --locale=$$language --output-file=handlers/locales/$$language.po \
			--init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=100; done

lock: ## write the lock files anew from pyproject.toml
	@test -x $(VENV)/lock/bin/pip-compile || { $(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet --disable-pip-version-check pip-tools; }
	@env -u PIP_FIND_LINKS CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --extra setup -o requirements.txt pyproject.toml
	@env -u PIP_FIND_LINKS CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/lock/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --extra setup --extra dev --constraint requirements.txt -o requirements-dev.txt pyproject.toml
	@! grep -nE 'https?://|file://' requirements.txt requirements-dev.txt

demo: $(VENV)/ready ## charge a pretend car on a page: a chat and a street
	@$(BIN)/python -m sandbox

chat: $(VENV)/ready ## the same by chatting in this terminal
	@$(BIN)/python -m sandbox --chat

screenshots: $(VENV)/ready-dev ## take the README's pictures anew (needs Chromium)
	@$(BIN)/python -m sandbox.street.screenshots

drive: $(VENV)/ready ## watch a scripted driver go the whole road
	@$(BIN)/python -m sandbox.drive $(ARGS)

drive-all: $(VENV)/ready ## the whole road in every version, through a hub, in every dialect
	@$(BIN)/python -m sandbox.drive --all

run: $(VENV)/ready ## serve real drivers (settings: docs/running.md)
	@$(BIN)/chargebot run

test: $(VENV)/ready-dev ## everything that must hold (a few minutes)
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal

check: $(VENV)/ready-dev ## style, types, and who may import whom
	@$(BIN)/ruff format --check --quiet . || { echo "Some files are not formatted: .venv/bin/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@said=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; exit 1; }

bench: $(VENV)/ready-dev ## how fast it is, beside what it is compared with
	@$(BIN)/python -m tests.bench.updates
	@$(BIN)/python -m tests.bench.start
	@$(BIN)/python -m tests.bench.pushes
	@$(BIN)/python -m tests.bench.ingest
	@$(BIN)/python -m tests.bench.search
	@$(BIN)/python -m tests.bench.live

storm: $(VENV)/ready-dev ## the slow storms: more kills and longer random walks
	@HYPOTHESIS_PROFILE=storm STORM=long $(BIN)/python -m pytest -q -m storm

clean: ## forget the set-up
	@rm -rf $(VENV) build *.egg-info
