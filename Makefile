# Two commands on a fresh machine: `make demo` and `make test`. Only Python 3.11 or later is needed.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
DEMO := build/demo
# Debian makes and starts a server of its own with PostgreSQL, unless it is told here not to.
CLUSTERS := /etc/postgresql-common/createcluster.d
KIT := KIT_HOME=$(DEMO)/home KIT_KEY_FILE=$(DEMO)/home/key $(BIN)/kit

.PHONY: help demo test lint types tests bench prove clinic mutants fuzz examples clean

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: .venv/kit ## The main job on examples/, as a rehearsal: it sends nothing
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	$(KIT) import examples/*.vcf || test $$? = 3
	$(KIT) contacts --merged
	$(KIT) contacts --suggested
	$(KIT) contacts --services
	$(KIT) choose --emergency 妈妈 --emergency 爸爸 --emergency 姐姐 --nobody 周经理 --everyone-else
	$(KIT) plan --via outbox --from 小明 --from-latin "Li Ming" --price-per-segment 0.1
	$(KIT) preview 妈妈
	$(KIT) preview 王小芳
	$(KIT) send --to $(DEMO)/rehearsal --yes $$($(KIT) status --json 2>/dev/null | wc -l)
	$(KIT) send --to-me 13800000999 </dev/null
	$(KIT) guide --to $(DEMO)/guide || test $$? = 3
	$(KIT) evidence add --kind call --at 2026-01-05T22:30+08:00 --from "138 0000 0123" \
		--to 妈妈 --said "让她替我还钱" --disclosed --refused
	$(KIT) evidence verify
	$(KIT) evidence export $(DEMO)/evidence
	$(KIT) letter facts --set name=李明 --set "phone=138 0000 0001" \
		--set lender=示例消费金融有限公司 --set lender_kind=consumer_finance
	$(KIT) letter stop --to $(DEMO)/stop.html
	$(KIT) complaint 12378 --to $(DEMO)/12378.html
	$(KIT) complaint next
	@echo
	@echo "短信都在这里，一人一个文件（演练，没有发给任何人）／ the messages, one file each: $(DEMO)/rehearsal"
	@echo "给亲友的指引／ the guide for those who are rung: $(DEMO)/guide"
	@echo "证据的一份复制件／ a copy of the evidence: $(DEMO)/evidence"
	@echo "一封信和一份投诉／ a letter and a complaint: $(DEMO)/stop.html $(DEMO)/12378.html"

test: lint types tests ## Lint, types and tests

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/mypy

tests: .venv/dev
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term

bench: .venv/bench ## Speed, memory and people told, against baselines in the same run
	PYTHONPATH=tests $(BIN)/python -m benchmarks.bench

prove: .venv/dev ## 10,000 messages, a failing provider, 200 kills: nobody lost, nobody doubled (12 min)
	$(BIN)/python tests/benchmarks/prove.py

clinic: .venv/dev ## 20,000 messages of 200 cases, workers killed, the database restarted: the same (12 min)
	$(BIN)/python tests/benchmarks/clinic.py --cases 200 --people 100 --threads 16 \
		--faults --kill-every 20 --restart --longest 3000

mutants: .venv/mutants ## Change one thing at a time in phone, sms, hours and plan: does a test notice? (20 min)
	rm -rf mutants
	$(BIN)/mutmut run --max-children 2
	$(BIN)/python tests/benchmarks/mutants.py

fuzz: .venv/dev ## 1,000,000 damaged and hostile inputs over every reader: no crash, no hang (20 min)
	$(BIN)/python tests/fuzz/long.py

examples: .venv/dev ## Write examples/guide anew, after its words or facts have changed
	$(KIT) guide --to examples/guide --language zh-Hans

clean: ## Remove what was built
	rm -rf build dist mutants .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage*

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { test "$$(id -u)" = 0 \
		&& apt-get update -q && apt-get install -qy python3-venv; } \
		|| { echo "Python's venv is needed: install python3-venv."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/kit: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev: .venv/kit
	@command -v chromium >/dev/null && command -v gnome-keyring-daemon >/dev/null \
		&& fc-list 2>/dev/null | grep -q "Noto Sans CJK" \
		&& { command -v pg_ctl || ls /usr/lib/postgresql/*/bin/pg_ctl; } >/dev/null 2>&1 \
		|| { test "$$(id -u)" = 0 && apt-get update -q \
			&& mkdir -p $(CLUSTERS) && echo "create_main_cluster = false" >$(CLUSTERS)/tests.conf \
			&& apt-get install -qy --no-install-recommends \
				chromium fontconfig fonts-noto-cjk gnome-keyring dbus postgresql; } \
		|| echo "Without chromium, gnome-keyring, a Chinese font or PostgreSQL the tests that need it are skipped."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

.venv/bench: .venv/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	@touch $@

.venv/mutants: .venv/dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group mutants
	@touch $@
