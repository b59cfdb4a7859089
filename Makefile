# Two commands: `make demo` and `make test`. Both do all the set-up they need, and do it again only when
# pyproject.toml or js/package-lock.json has changed. A recipe asks for Python >= 3.11; `test` also for Node >= 20.
# The stages of `test` are targets of their own, for whoever works on one part; tests/stages.py runs them side by side.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Three processes on the two cores that the machines of CI have: each waits for kernels, pages and files a third of its
# time. Tests of one xdist_group share one of them.
SPREAD := --numprocesses 3 --dist loadgroup
PYTEST = $(PY) -m pytest $(SPREAD)
UNIT := not browser and not packaging

.DEFAULT_GOAL := help
.PHONY: help demo test lint js unit checkout wheel packaging browser chromium lowest build bench docs fuzz soak clean picture notebooks models
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Where this is set, each kernel, server and worker would compile every module anew: half of a second for this package.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make demo      open JupyterLab on the demo notebooks, against the built-in simulator: no key, no Node"
	@echo "make test      everything that follows up to browser, side by side; each is a stage with a result and a time"
	@echo "make lint      ruff and mypy"
	@echo "make js        the front end: tsc, Biome, its tests"
	@echo "make wheel     the Python tests without a browser against the built wheel, and how much of it they reach"
	@echo "make checkout  those of them that are about the files of this checkout"
	@echo "make packaging what is in the wheel and the sdist, and whether they install"
	@echo "make browser   the tests in JupyterLab and the other hosts"
	@echo "make unit      both of them against the checkout: not part of test, and quicker to debug"
	@echo "make lowest    the unit tests with the oldest packages that pyproject.toml allows"
	@echo "make build     the front end again, into runway_widget/static"
	@echo "make docs      the documentation's site, into build/docs"
	@echo "make picture   the README's pictures again; make notebooks: the outputs of notebooks/"
	@echo "make models    the tables of models again, from the types of Runway's SDK"
	@echo "make bench     the benchmarks, beside what one would use otherwise: one table, in about 8 minutes"
	@echo "make fuzz      a million hostile inputs, in parallel; INPUTS=5000 SEED=7 for fewer, and the same again"
	@echo "make soak      ten minutes of every trouble at once, and what held; DURATION=60 for a minute"
	@echo "make clean     throw away all that the above made, but for your copies in .demo"
	@echo "PYTHON=python3.12 chooses the Python; CHROMIUM=/path/to/chrome the browser."

demo: $(VENV)/demo.done
	$(PY) -m runway_widget demo --dir .demo

test: $(VENV)/dev.done js/node_modules/done
	@MAKE=$(MAKE) $(PY) -m tests.stages

lint: $(VENV)/dev.done
	@for tool in "ruff check ." "ruff format --check ." mypy; do \
	  echo "$$tool"; $(PY) -m $$tool || failed=1; \
	done; test -z "$$failed"

js: js/node_modules/done
	cd js && npm run --silent check && npm run --silent test

unit: $(VENV)/dev.done
	$(PYTEST) -m "$(UNIT)" --cov

# Only the files that have such a mark are read.
checkout: $(VENV)/dev.done
	$(PYTEST) -m "checkout and $(UNIT)" $$(grep -rlE "mark\.(checkout|hosts)" --include="test_*.py" --exclude-dir=browser tests)

wheel: $(VENV)/dev.done
	$(PY) -m tests.wheel $(SPREAD) --cov

packaging: $(VENV)/dev.done
	$(PY) -m pytest -m packaging tests/test_packaging.py

browser: $(VENV)/dev.done js/node_modules/done chromium
	$(PYTEST) -m browser tests/browser

# Of what the package itself needs; the tests' own tools are as new as these allow.
lowest: $(VENV)/dev.done
	$(PY) -m tests.lowest $(SPREAD)

chromium: $(VENV)/dev.done
	$(PY) -m tests.browser.chromium

build: js/node_modules/done
	cd js && npm run --silent build

docs: $(VENV)/dev.done
	$(PY) -m tests.docs

picture: $(VENV)/dev.done chromium
	TAKE_PICTURE=1 $(PY) -m pytest tests/browser/test_readme_picture.py tests/browser/test_readme_moving_picture.py

notebooks: $(VENV)/dev.done
	$(PY) -m tests.render_notebooks

# From the SDK that is installed: `pip install --upgrade runwayml` first, to go with the times.
models: $(VENV)/dev.done
	$(PY) -m tests.service_models

# One table, and a JSON file and a picture in .cache/benchmarks. PUBLISH=1 also writes those of the README.
bench: $(VENV)/dev.done chromium
	@$(PY) -m tests.benchmarks $(if $(PUBLISH),--publish)

INPUTS ?= 1000000
SEED ?= $(shell date +%s)
fuzz: $(VENV)/dev.done
	$(PY) -m tests.fuzz --inputs $(INPUTS) --seed $(SEED)

# Each fault comes at least once, however short it is. FAULTS=dns,stall takes some of them.
DURATION ?= 600
soak: $(VENV)/dev.done
	@mkdir -p .cache
	$(PY) -m tests.soak --seconds $(DURATION) --faults "$(FAULTS)" --json .cache/soak.json

clean:
	rm -rf $(VENV) .cache .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist js/node_modules tests/browser/vscode/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv installs in seconds what takes pip a minute. Where it does not run, or does not see the registry that pip is
# configured for, pip does it.
define install
	$(PY) -m pip install --quiet "uv>=0.5" && $(VENV)/bin/uv pip install --quiet --python $(PY) --editable "$(1)" \
	  || $(PY) -m pip install --quiet --editable "$(1)"
	@touch $@
endef

$(VENV)/created.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not. Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/demo.done: pyproject.toml $(VENV)/created.done
	$(call install,.[demo])

$(VENV)/dev.done: pyproject.toml $(VENV)/created.done
	$(call install,.[dev])

js/node_modules/done: js/package.json js/package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' || { \
	  echo "The front end's tests need Node 20 or newer, with npm." >&2; exit 1; }
	cd js && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
