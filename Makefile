# make run: the app on the demo account. make test: everything CI runs. make check: the fast part, for every save.

PYTHON ?= python3.11
PORT ?= 8501
TARGET ?= dev
VENV := .venv
LONGER := workspace databricks identity notifications ledger/test_refresh.py statements/test_cost.py files/test_cloud_bills.py \
  genie/test_with_account.py warehouse/test_concurrency.py warehouse/test_refresh_log.py \
  cli/test_commands.py cli/test_more_commands.py cli/test_alerts.py cli/test_clusters.py clusters/test_on_demo.py \
  alerting/test_messages.py reporting/test_rounds.py reporting/test_lists.py \
  pages/test_filters.py pages/test_clusters.py pages/test_background.py pages/test_watch.py pages/test_notes.py
# what `make test` runs and `make check` leaves out to stay under two minutes: served workspaces, many ledgers, many pages,
# rounds of alerts and reports over a whole account
BIN := $(VENV)/bin
APT := $(if $(filter 0,$(shell id -u)),apt-get,sudo apt-get)

.PHONY: run demo test check test-fast test-spark test-spark-beside test-browser test-browser-after lint types contracts format bench lock docs test-all apt-browser apt-java apt-postgres stamp deploy

run: $(VENV)/.runtime  ## Install, make the demo account if there is none, open the app
	$(BIN)/python -m lib demo --if-missing --soon
	LAKELEDGER_SOURCE=demo nice $(BIN)/python -m lib refresh >/dev/null 2>&1 &
	WEBSOCKETS_MAX_LINE_LENGTH=65536 $(BIN)/streamlit run lib/server.py --server.port $(PORT) --browser.serverAddress localhost

demo: $(VENV)/.runtime
	$(BIN)/python -m lib demo --if-missing

test: $(VENV)/.spark apt-java apt-browser apt-postgres  ## Everything; Spark takes what the others, who wait a lot, leave of two cores
	$(MAKE) -j3 --output-sync=target test-all test-browser-after test-spark-beside types contracts lint

check: $(VENV)/.dev  ## The fast part: nothing slow, no Spark, no browser
	$(MAKE) -j2 --output-sync=target test-fast types contracts lint

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

test-fast: $(VENV)/.dev
	$(BIN)/pytest -n 2 --dist loadscope $(addprefix --ignore=tests/,$(LONGER))

test-all: $(VENV)/.dev apt-postgres
	$(BIN)/pytest -n 2 --dist loadscope -m 'not spark and not browser'

test-spark: $(VENV)/.spark apt-java
	$(BIN)/pytest -m spark tests/spark

test-spark-beside: $(VENV)/.spark apt-java
	nice -n 10 $(BIN)/pytest --timeout 1200 -m spark tests/spark

test-browser-after: test-all
	$(MAKE) test-browser

test-browser: $(VENV)/.dev apt-browser apt-postgres
	$(BIN)/pytest -n 2 --dist loadscope -m browser tests/browser

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## Ratios against the naive way, printed as a table
	$(BIN)/python -m bench

docs: $(VENV)/.dev  ## Write the parts of the README that the code knows
	$(BIN)/python -m docs.generate

stamp:  ## Write which sources a deployment is made of; the Settings page shows it
	echo "$$(git rev-parse --short=9 HEAD)$$(git diff --quiet HEAD || echo +) $$(date -u '+%Y-%m-%d %H:%M UTC')" > build.txt

deploy: stamp  ## To the workspace of the Databricks CLI's profile: make deploy TARGET=prod
	databricks bundle validate -t $(TARGET)
	databricks bundle deploy -t $(TARGET)
	databricks bundle run lakeledger -t $(TARGET)

lock:  ## requirements.txt from requirements.in, in a fresh environment
	rm -rf .lock && $(PYTHON) -m venv .lock && .lock/bin/pip install -q -r requirements.in
	(echo "# What the app runs on, pinned exactly: Databricks Apps installs this file. Made by \`make lock\` from requirements.in."; \
	  .lock/bin/pip freeze) > requirements.txt
	rm -rf .lock

$(VENV)/.runtime: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.txt
	touch $@

$(VENV)/.spark: requirements-spark.txt $(VENV)/.dev
	$(BIN)/pip install -q --disable-pip-version-check -r requirements-spark.txt
	touch $@

apt-browser:
	command -v chromium >/dev/null || ($(APT) update -qq && DEBIAN_FRONTEND=noninteractive $(APT) install -y -qq --no-install-recommends chromium fonts-dejavu-core)

apt-postgres:
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || ($(APT) update -qq && DEBIAN_FRONTEND=noninteractive $(APT) install -y -qq --no-install-recommends postgresql)

apt-java:
	command -v java >/dev/null || ($(APT) update -qq && DEBIAN_FRONTEND=noninteractive $(APT) install -y -qq --no-install-recommends openjdk-17-jre-headless)
