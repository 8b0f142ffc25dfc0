# make chat   installs what is needed, reads the starter corpus and opens the page
# make test   installs what the tests need as well, and runs every test
#
# TORCH_INDEX=URL points the one install of torch at another package index, such as PyTorch's own one of CPU-only builds.
PYTHON ?= python3
TORCH ?= torch==2.13.0
TORCH_INDEX ?=
PORT ?= 7860

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
export HF_HUB_OFFLINE ?= 1

.PHONY: chat test install dev chromium clean
.DEFAULT_GOAL := chat

chat: $(VENV)/.installed
	@$(BIN)/longhaul ingest seeds
	@$(BIN)/longhaul serve --port $(PORT) --open

test: $(VENV)/.dev chromium
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

install: $(VENV)/.installed
dev: $(VENV)/.dev

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Longhaul needs Python 3.11 or newer; name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call may_install,python3-venv) || { echo "Python's venv module is missing."; echo "Install it: sudo apt-get install python3-venv"; exit 1; }; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.torch: $(VENV)/.made
	$(PIP) install "$(TORCH)" $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml constraints.txt
	$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

# The tests of the page drive a real Chromium. Where none stands and none may be installed, they say so and are skipped.
chromium: $(VENV)/.dev
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || test -n "$$LONGHAUL_CHROMIUM" || \
	  { $(call may_install,chromium) && command -v chromium >/dev/null; } || \
	  $(BIN)/playwright install chromium || echo "No Chromium, and none may be installed here: the tests of the page will be skipped."

clean:
	rm -rf $(VENV) .longhaul build *.egg-info .pytest_cache .ruff_cache .import_linter_cache

# Installs a Debian package as root, or through sudo where that asks no password.
may_install = { command -v apt-get >/dev/null && { if [ "$$(id -u)" = 0 ]; then as=; else sudo -n true 2>/dev/null && as="sudo -n"; fi; } && \
	export DEBIAN_FRONTEND=noninteractive && { $$as apt-get install -y -q $(1) || { $$as apt-get update -q && $$as apt-get install -y -q $(1); }; } >/dev/null; }
