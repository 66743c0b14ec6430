# Two doors: `make demo` (install, build the sample company, open its map) and `make test` (everything).
# Both need Python 3.11+, git and make; they do the rest themselves, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Nothing is installed that the lock does not name with its hash, also not to build something.
LOCKED := $(PIP) install --quiet --require-hashes --no-build-isolation --requirement
PORT ?= 8765

.PHONY: help demo test lint types imports web-test bench docs screenshots browser java lock release clean

help:  ## What can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

$(VENV)/pip: locks/build.txt
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed, this is " + sys.version'
	$(PYTHON) -m venv $(VENV)
	$(LOCKED) locks/build.txt
	@touch $@

$(VENV)/installed: $(VENV)/pip pyproject.toml locks/run.txt hatch_build.py
	@echo "Installing spendmap and building its pages (a minute or two the first time)"
	$(LOCKED) locks/run.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed locks/dev.txt
	$(LOCKED) locks/dev.txt
	@touch $@

demo: $(VENV)/installed  ## Build the sample company and open its map in the browser
	$(BIN)/spendmap demo --port $(PORT) --open

test: $(VENV)/tested browser java  ## Lint, types, import direction, web tests, Python tests
	@$(MAKE) --no-print-directory -j 2 lint types imports web-test  # none of them uses two processors for long
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/tested
	$(BIN)/ruff check src tests bench scripts hatch_build.py
	$(BIN)/ruff format --check src tests bench scripts hatch_build.py

types: $(VENV)/tested
	$(BIN)/mypy

imports: $(VENV)/tested
	$(BIN)/lint-imports --no-cache

web-test: $(VENV)/tested
	$(BIN)/python scripts/web.py test

browser:  # Chromium, for tests only, from the system's packages when there is none
	@$(PYTHON) scripts/system_packages.py chromium

java:  # a Java runtime for the local Spark of the tests, from the system's packages when there is none
	@$(PYTHON) scripts/system_packages.py java

bench: $(VENV)/tested  ## Speed, as ratios inside one run
	$(BIN)/python bench/run.py

lock: $(VENV)/released  ## Work out locks/*.txt anew (UPGRADE=--upgrade takes newer versions)
	$(BIN)/python scripts/lock.py $(UPGRADE)

$(VENV)/released: $(VENV)/tested locks/release.txt
	$(LOCKED) locks/release.txt
	@touch $@

release: $(VENV)/released  ## Wheel, sdist, SBOM, licences and hashes, in dist/
	$(BIN)/python scripts/release.py

docs: $(VENV)/tested  ## The generated reference
	$(BIN)/python scripts/reference.py

screenshots: $(VENV)/tested browser  ## Pictures for the documentation
	$(BIN)/python scripts/screenshots.py

clean:  ## Remove what these commands made
	rm -rf $(VENV) demo web/node_modules src/spendmap/api/static
