# make interview   set up on the first run, then open the app
# make test        the same set-up with the test tools, then the suite (ten minutes at most)
# make test-all    the long versions too (an hour at most)
#
# PYTHON=path      the interpreter to set up with; one that has torch is used for the exercises
# TORCH=none       leave torch out: everything but the coding stage works
# VECTORS=none     leave word vectors out: the offline grader goes by words alone
PYTHON ?= python3
export TORCH VECTORS

.PHONY: interview test test-all benchmarks
interview: .venv/ready
	@exec .venv/bin/interviewer

test: .venv/ready-to-test
	@.venv/bin/python -m pytest -q -m "not long" -n 2 --dist loadgroup

test-all: .venv/ready-to-test
	@.venv/bin/python -m pytest -q

benchmarks: .venv/ready-to-test
	@.venv/bin/python -m benchmarks

.venv/ready: pyproject.toml constraints.txt tools/setup.py
	@$(PYTHON) tools/setup.py

.venv/ready-to-test: pyproject.toml constraints.txt tools/setup.py
	@$(PYTHON) tools/setup.py --test
