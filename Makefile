# One command each; `make` alone lists them. Every target does the set-up it needs (bin/setup).
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup setup-demo demo run worker test faults lint check bench examples clean

VENV := .venv/bin/python
STACK ?= embedded
ARGS ?=
QUEUES := realtime,transcription,scoring,reports,outbound,webhooks,generation,conversation,speech

# What `check --deploy` is held against: the settings of a real site behind TLS.
PRODUCTION := env DEBUG=false SECRET_KEY=$$($(VENV) -c 'import secrets; print(secrets.token_urlsafe(50))') PUBLIC_URL=https://interviews.example.org \
	ALLOWED_HOSTS=interviews.example.org

help:
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Prepare .venv, packages and system libraries (every other target does it by itself)
	@bin/setup requirements-dev.txt

setup-demo:
	@bin/setup $(if $(filter full,$(STACK)),requirements-dev.txt,requirements.txt)

demo: setup-demo ## Hold one whole interview by a robot candidate, then serve (STACK=full, PORT=…, ARGS=--once)
	@$(VENV) manage.py demo --stack $(STACK) $(if $(PORT),--port $(PORT)) $(ARGS)

run: setup-demo ## Serve the site on http://localhost:4545/ (PORT=…)
	@$(VENV) manage.py migrate --verbosity 0
	@$(VENV) manage.py create_roles
	@$(VENV) manage.py runserver --noreload $(PORT) $(ARGS)

worker: setup-demo ## Run a Celery worker and beat: for the full stack, with DB_* and REDIS_* set
	@$(VENV) -m celery -A config worker --beat --queues $(QUEUES) --loglevel info $(ARGS)

test: setup ## Run the tests on both stacks (ARGS="-k turn" passes arguments to pytest)
	@bin/test $(ARGS)

faults: setup ## Run the slow tests that start real processes and break them
	@bin/test faults $(ARGS)

lint: setup ## Check style, types and who imports whom
	@$(VENV) -m ruff check
	@$(VENV) -m ruff format --check
	@$(VENV) -m mypy
	@.venv/bin/lint-imports

check: setup ## Check production settings and that no migration is missing
	@$(PRODUCTION) $(VENV) manage.py check --deploy --fail-level WARNING
	@$(VENV) manage.py makemigrations --check --dry-run

bench: setup ## Measure speed and size, and print them with this machine's name
	@$(VENV) -m benchmarks $(ARGS)

examples: setup ## Make the files of docs/examples again, from recorded answers of a test server
	@$(VENV) -m tests.make_examples

clean: ## Remove caches and the demo's data (keeps .venv and var/interviewbot.sqlite3)
	@rm -rf var/demo var/test .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
