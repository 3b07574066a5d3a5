# Every command of the project. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run test coverage mutants drills lint audit format docs bench screenshots lock

PYTHON ?= python3
BOOTSTRAP := $(PYTHON) tools/bootstrap.py

help: ## This list
	@echo "Peerwork: learn peer support, and earn a certificate that can be checked."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make run PORT=8001      uses another port"
	@echo "  make test ARGS=\"...\"    hands its words to pytest, for a part of the suite"

run: ## Start the site with its demonstration, at http://127.0.0.1:8000
	@exec $(BOOTSTRAP) run

test: ## The whole test suite: on SQLite, on PostgreSQL, then in a browser
	@exec $(BOOTSTRAP) test $(ARGS)

coverage: ## How many branches the suite takes on SQLite, against the floor
	@exec $(BOOTSTRAP) test --branches

mutants: ## Put known faults into a copy of the tree, and see that a test notices each
	@$(BOOTSTRAP) dev
	@.venv/bin/python tools/mutants.py $(ARGS)

drills: ## What takes long: a worker and an erasure, each killed 100 times, and all drills
	@$(BOOTSTRAP) dev
	@.venv/bin/python -m pytest -q -n 0 --kills 100 tests/site/test_killed_worker.py tests/site/test_killed_erasure.py $(ARGS)
	@exec $(BOOTSTRAP) test --drills

lint: ## Everything that a machine can judge without running the tests
	@exec $(BOOTSTRAP) lint

audit: ## Ask for published vulnerabilities; fails, too, where nobody answers
	@$(BOOTSTRAP) dev
	@.venv/bin/python tools/audit.py --must-answer

format: ## Put code and templates in their usual form
	@$(BOOTSTRAP) dev
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/djade --target-version 5.2 $$(git ls-files '*.html') >/dev/null || true

docs: ## Build the pages in docs/ into site/
	@$(BOOTSTRAP) dev
	@.venv/bin/mkdocs build --strict

bench: ## Measure the speed of the site, and print a table
	@exec $(BOOTSTRAP) bench $(ARGS)

screenshots: ## Photograph every screen, at the width of a phone and of a desk
	@exec $(BOOTSTRAP) screenshots $(ARGS)

lock: ## Work out requirements/*.txt again from pyproject.toml
	@exec $(BOOTSTRAP) lock
