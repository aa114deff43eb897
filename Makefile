# Roadstead. `make` alone lists what may be asked.
.DEFAULT_GOAL := help
.PHONY: help run install install-tests check test test-clients conformance bench docs messages screenshots pictures lock

PYTHON := .venv/bin/python
# Python under the settings of the tests, which leave no data folder here.
TESTED := DJANGO_SETTINGS_MODULE=tests.settings $(PYTHON)
LOCK := --quiet --no-header --generate-hashes --python-version 3.11
ARGS :=

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## Install what is missing, then serve on 127.0.0.1:8080
	@exec $(PYTHON) manage.py serve

install:
	@deploy/install.sh

install-tests:
	@deploy/install.sh tests

check: install-tests ## Check format, lint, types, imports, migrations, sizes and documents
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo --cache-dir .cache/imports
	$(TESTED) manage.py makemigrations --check --dry-run
	$(PYTHON) -m pytest -q tests/architecture
	@$(PYTHON) -m tests.architecture.sizes

test: install-tests ## Run the tests on SQLite and PostgreSQL (ARGS="-k name" narrows them)
	@$(PYTHON) -m tests $(ARGS)

test-clients: install-tests ## Run the long tests: every other client, processes killed, big images
	@$(PYTHON) -m tests tests/clients tests/faults $(ARGS)

conformance: install-tests ## Run the OCI conformance program (PROGRAM=path, or built with Go)
	@$(PYTHON) -m tests.conformance $(ARGS)

bench: install-tests ## Measure against Docker's own registry
	@$(PYTHON) -m bench $(ARGS)

docs: install ## Write the documents that are made from the code
	@$(TESTED) manage.py print_settings > docs/settings.md
	@$(TESTED) manage.py print_configuration > docs/configuration.md

messages: install-tests ## Gather the console's texts for translation, and compile what is translated
	@$(PYTHON) -m tests.architecture.messages

screenshots: install-tests ## Take pictures of all pages, into screenshots/
	@$(PYTHON) -m tests.browser.screenshots $(ARGS)

pictures: install-tests ## Take the pictures of docs/console.md anew
	@$(PYTHON) -m tests.browser.pictures

lock: install-tests ## Pin the requirements anew, with hashes
	@.venv/bin/uv pip compile $(LOCK) pyproject.toml -o requirements.txt
	@.venv/bin/uv pip compile $(LOCK) --group dev -c requirements.txt -o tests/requirements.txt
	@sed -i '1i # What Roadstead runs on. Why each group is here stands in pyproject.toml. Written by: make lock' requirements.txt
	@sed -i '1i # What its tests and checks need besides. Why stands in pyproject.toml. Written by: make lock' tests/requirements.txt
