## Everything here needs Python 3.11 or newer and make; the first run installs the rest into .venv.
##
##   make run      try the product: school system, state service, mail server and sidecar, made up
##                 (ports 8000 to 8004; PORT_BASE=9000 make run moves all five)
##   make test     lint, types and every test (BROWSER=0 make test leaves the browser out)
##   make plugin   build the archive that PowerSchool installs: make plugin SIDECAR_URL=https://…
##   make soak     the long counts that make test only samples
##   make bench    measure how fast the sidecar is, into docs/performance.md (five minutes, wants an idle machine)
##   make translations
##                 bring the catalogues up to the texts in the code (docs/translations.md)
##   make access-matrix
##                 write docs/access-matrix.md anew, after a route or who may open it changed
##   make lock     pin the dependencies again after pyproject.toml changed
##                 (make lock UPGRADE=--upgrade takes the newest of each)
##   make clean    remove what these commands made, the sandbox's keys and database too
##
## PYTHON=python3.12 make … chooses the Python that .venv is made with.

PYTHON ?= python3
python := .venv/bin/python
uv     := $(shell uv --version >/dev/null 2>&1 && echo uv)

# A shell's habits must not change what is installed or tested.
unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONOPTIMIZE PYTHONPATH PYTHONSAFEPATH PYTHONWARNINGS VIRTUAL_ENV
export UV_COMPILE_BYTECODE := 1
# uv trusts what the machine trusts, as pip does: a district's network may check TLS with its own authority.
export UV_NATIVE_TLS := 1
export UV_SYSTEM_CERTS := 1

.PHONY: help run test lint pytest plugin soak bench translations access-matrix lock clean chromium postgresql
.DELETE_ON_ERROR:

help:
	@sed -n 's/^## \{0,1\}//p' Makefile

run: .venv/run
	@exec $(python) -m sandbox

plugin: .venv/run
	@exec $(python) -m plugin.package

no_browser := $(filter 0,$(BROWSER))
not_python := postgresql $(if $(no_browser),,chromium)
but        := $(if $(no_browser), and not browser)

# At once, since tests that wait leave the processors idle: types take half a minute.
test: $(not_python) .venv/test
	@$(MAKE) --no-print-directory --jobs=2 lint pytest
	$(if $(no_browser),@echo "The browser tests were left out: BROWSER=0 asked for that.")

lint: .venv/test
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	.venv/bin/lint-imports --no-logo
	$(python) -m mypy

pytest: .venv/test
	$(python) -m pytest -n auto --dist worksteal -m "not soak$(but)"

soak: $(not_python) .venv/test
	$(python) -m pytest -n auto --dist worksteal -m "soak$(but)"

bench: postgresql .venv/run
	@exec $(python) -m bench

# Both locks hold for every Python from 3.11 on, and name no registry: pip and uv ask the one they are set up for.
compile = $(or $(uv),.venv/bin/uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
          --no-header --no-emit-index-url $(UPGRADE) pyproject.toml

lock: .venv/made
	@$(if $(uv),,[ -x .venv/bin/uv ] || $(python) -m pip install -qq --disable-pip-version-check uv)
	$(compile) --extra sandbox --output-file requirements.lock
	$(compile) --extra sandbox --extra test --constraint requirements.lock --output-file requirements-test.lock

# Only the catalogues are kept; the list of texts is made anew. No translation is guessed: a new text is an empty one.
catalogues := plugin/translations
found      := .venv/families.pot

translations: .venv/run
	@.venv/bin/pybabel --quiet extract --mapping $(catalogues)/mapping.toml --keyword lazy_gettext \
	          --add-location file --sort-by-file --no-wrap --output $(found) plugin
	@.venv/bin/pybabel --quiet update --input-file $(found) --output-dir $(catalogues) \
	          --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@.venv/bin/pybabel --quiet compile --directory $(catalogues)

access-matrix: .venv/run
	@$(python) -m tests.access.matrix

clean:
	rm -rf .venv var dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# The environment. Files in .venv say that it was made to its end and which lock was installed; they go when it goes.

install = $(if $(uv),uv pip install --python $(python),$(python) -m pip install --disable-pip-version-check) \
          -qq --require-hashes --requirement

.venv/run: requirements.lock .venv/made
	@echo "Installing what the product needs into .venv (once)."
	@$(install) $<
	@touch $@

.venv/test: requirements-test.lock .venv/run
	@echo "Installing what the tests need into .venv (once)."
	@$(install) $<
	@touch $@

too_old := Python 3.11 or newer is needed; $(PYTHON) is %d.%d. Name another one: PYTHON=python3.12 make …
no_venv := This Python lacks venv. Type: sudo apt-get install python%d.%d-venv

.venv/made:
	@[ "$$($(PYTHON) -c 'print(1)' 2>/dev/null)" = 1 ] \
	  || { echo "Python 3.11 or newer is needed; '$(PYTHON)' is none." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; v < (3, 11) and sys.exit("$(too_old)" % v)'
ifeq ($(uv),)
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || $(PYTHON) -c 'import sys; sys.exit("$(no_venv)" % sys.version_info[:2])'
endif
	@rm -rf .venv
	@$(if $(uv),uv venv --quiet --python "$$(command -v $(PYTHON))",$(PYTHON) -m venv) .venv
	@touch $@

# What is not a Python package: root on Debian gets it installed, anybody else is told what to type.

debian = { [ "$$(id -u)" = 0 ] && command -v apt-get && apt-get update && \
           DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $(1); } >/dev/null \
         || { echo "$(2) is missing. Type: sudo apt-get install $(1)$(3)" >&2; exit 1; }

chromium:
	@command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null \
	  || $(call debian,chromium-headless-shell,Chromium,   (or leave the browser out: BROWSER=0 make test))

postgresql:
	@ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || command -v pg_ctl >/dev/null \
	  || $(call debian,postgresql,The PostgreSQL server)
