# Konferens. `make` lists the targets.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
FRONT_END := $(shell find static/css static/js -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help run test check format assets messages migration bench screenshots clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.run static/dist/manifest.json ## install what is missing, load the demo into an empty database, serve on PORT (8000)
	@PORT=$(PORT) $(BIN)/konferens migrate
	@PORT=$(PORT) $(BIN)/konferens demo --if-empty
	@PORT=$(PORT) $(BIN)/konferens serve

test: $(VENV)/.test static/dist/manifest.json ## the whole test suite
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder --durations=25 $(ARGS)

check: $(VENV)/.test ## lint, format, types, architecture; writes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

assets: static/dist/manifest.json ## build the front end into static/dist/

messages: $(VENV)/.test ## bring the English catalogue up to date with the texts in code and templates
	@mkdir -p build
	$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k _l -k lazy_pgettext:1c,2 -c "TRANSLATORS:" --no-location --omit-header -o build/konferens.pot .
	$(BIN)/pybabel -q update -D konferens -d konferens/locales -l en -i build/konferens.pot --no-fuzzy-matching --ignore-obsolete --omit-header --width=120

migration: $(VENV)/.test ## write a migration for what has changed in konferens/tables/: NAME="what it does"
	@test -n "$(NAME)" || { echo 'make migration NAME="what it does"' >&2; exit 2; }
	@$(BIN)/python -c "import sys; from konferens.database.schema import write_migration; print(write_migration(sys.argv[1]) or 'nothing has changed')" "$(NAME)"

bench: $(VENV)/.test static/dist/manifest.json ## requests/s and p99 against yardsticks of the same run
	$(BIN)/python -m bench $(ARGS)

screenshots: $(VENV)/.test static/dist/manifest.json ## pictures of the main pages into screenshots/, and the README's into docs/
	$(BIN)/pytest tests/journeys/test_screenshots.py $(ARGS)
	cp screenshots/konferens.webp docs/

clean: ## remove everything that is built; var/ with the data stays
	rm -rf $(VENV) node_modules static/dist build .mypy_cache .ruff_cache .pytest_cache

# A stamp tells what is installed; it is older than pyproject.toml when that has changed.
$(VENV)/.run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,dev]'
	@touch $@ $(VENV)/.run

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

static/dist/manifest.json: node_modules/.installed build.mjs $(FRONT_END)
	npm run --silent build
