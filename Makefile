# The verbs that people, CI and pre-commit share. `make demo` and `make test` need Python 3.11 or newer and make alone.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench fuzz format assets lock audit
.DELETE_ON_ERROR:
MAKEFLAGS += --jobs=2
# What one process has compiled the next one reads: a run of the tests starts some hundred of them.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --progress-bar off --require-hashes
# Its cache is ours too: the machine's user may have no home to write to.
WITH_NODE := npm_config_cache="$(CURDIR)/.venv/npm" PATH="$$($(BIN)/python .ci/node_path.py):$$PATH"
STYLES := $(shell find static/scss static/js -type f 2>/dev/null)
# What `check --deploy` and the schema look at: production's settings, and nothing that is served.
AS_PRODUCTION := WMCA_MODE=production ALLOWED_HOSTS=tracker.example TRUSTED_PROXIES=1 \
	SECRET_KEY=only-for-the-check-of-the-settings-and-never-for-a-process-that-serves \
	DATABASE_URL=postgresql://wmca@127.0.0.1:1/wmca REDIS_URL=redis://127.0.0.1:1/0

help:
	@echo "make demo    the tracker with demonstration data on this machine (PORT=8000)"
	@echo "make test    all tests, on real services and in a real browser"
	@echo "make check   lint, types, layers, templates, settings, migrations, known vulnerabilities"
	@echo "make bench   the benchmarks, each as a ratio against a limit"
	@echo "make fuzz    the API asked 50,000 times in four names for what it does not promise (ARGS=500000)"
	@echo "make format  put the code into the house's form"
	@echo "make assets  build the styles and scripts"
	@echo "make lock    write requirements*.txt anew from pyproject.toml"

demo: .venv/runtime.stamp static/build/.stamp
	@.ci/pango || true
	@exec $(BIN)/python manage.py up --demo

test: .venv/dev.stamp static/build/.stamp
	@.ci/pango
	@.ci/chromium
	@$(BIN)/pytest --numprocesses 2 --dist worksteal $(ARGS)

check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(AS_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python .ci/audit.py

bench: .venv/dev.stamp static/build/.stamp
	@.ci/pango
	@$(BIN)/python -m tests.bench $(ARGS)

fuzz: .venv/dev.stamp static/build/.stamp
	@$(BIN)/python -m tests.fuzz $(ARGS)

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

assets: static/build/.stamp

lock: .venv/dev.stamp
	.ci/lock

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: set PYTHON to one." >&2; exit 2; }
	@echo "environment  .venv"
	@$(PYTHON) -m venv .venv
	@# The environment knows the project's folder, so that pytest finds its plugin from anywhere.
	@echo ../../../.. > "$$($@ -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/wmca_tracker.pth"

.venv/runtime.stamp: requirements.txt | .venv/bin/python
	@echo "packages     Python, from requirements.txt (half a minute)"
	@$(PIP) --requirement requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt | .venv/bin/python
	@echo "packages     Python, from requirements-dev.txt (a minute)"
	@$(PIP) --requirement requirements-dev.txt
	@touch $@ .venv/runtime.stamp

.venv/node.stamp: requirements-node.txt | .venv/bin/python
	@$(BIN)/python .ci/node_path.py --found || \
		{ echo "packages     Node, which this machine lacks" && $(PIP) --requirement requirements-node.txt; }
	@touch $@

node_modules/.stamp: package-lock.json .venv/node.stamp
	@echo "packages     styles and scripts, from package-lock.json"
	@$(WITH_NODE) npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

static/build/.stamp: node_modules/.stamp package.json $(STYLES)
	@echo "assets       built into static/build"
	@$(WITH_NODE) npm run --silent --no-update-notifier build
	@touch $@
