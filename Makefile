# Everything the project can be asked to do. `make` alone prints this list.
# Only Go is needed; `make check` also wants git.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Extra words for the program behind a target, for example
# make run ARGS="--clock 2026-06-06T02:00:00+09:00"
ARGS ?=

# The packages with benchmarks of their own.
BENCHED := ./internal/calendar ./internal/support ./internal/store ./internal/desk ./internal/api ./internal/message

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# From here to a demo that answers is what make run tells.
BEGAN := $(shell date +%s)

.PHONY: run
run: assets bin/madoguchi ## seed the demo, serve it at http://127.0.0.1:8421 and say how to act as each person
	@MADOGUCHI_DEMO_BEGAN=$(BEGAN) exec ./bin/madoguchi demo $(ARGS)

# What pages load. npm fetches the packages of the lock file and runs none of
# their scripts; the bundle is made of them by Go.
ASSETS := internal/web/assets

.PHONY: assets
assets: $(ASSETS)/dist/manifest.json ## bundle the style sheets and scripts of the pages (npm)

$(ASSETS)/dist/manifest.json: $(ASSETS)/node_modules/.package-lock.json $(shell find $(ASSETS)/src internal/web/bundle -type f)
	@go run ./internal/web/bundle

$(ASSETS)/node_modules/.package-lock.json: $(ASSETS)/package-lock.json
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or later (apt-get install nodejs npm), or go without the looks: make bin/madoguchi'; exit 1; }
	@cd $(ASSETS) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# An OpenID provider for the tests of signing in; no part of the program.
PROVIDER := internal/web/testdata/provider

.PHONY: provider
provider: $(PROVIDER)/node_modules/.package-lock.json ## fetch the OpenID provider of the tests (npm)

$(PROVIDER)/node_modules/.package-lock.json: $(PROVIDER)/package-lock.json
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or later (apt-get install nodejs npm)'; exit 1; }
	@cd $(PROVIDER) && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Go's own cache decides what has to be compiled again.
.PHONY: bin/madoguchi
bin/madoguchi:
	@go build -o $@ ./cmd/madoguchi

.PHONY: build
build: assets bin/madoguchi ## build bin/madoguchi

# The packages whose tests look at the clock, or measure: nothing else runs beside them.
# They build the program, of which go does not know when it keeps what they said.
WATCHING := /internal/(bench|browser|torture)$$

.PHONY: test
test: assets provider ## run all tests, including style, import and documentation rules
	go test -timeout 14m $(ARGS) $$(go list ./... | grep -vE '$(WATCHING)')
	go test -timeout 14m -count 1 -p 1 $(ARGS) $$(go list ./... | grep -E '$(WATCHING)')

.PHONY: test-postgresql
test-postgresql: ## run the tests of desk, API, simulation and scenarios on PostgreSQL, which has to be installed
	MADOGUCHI_TEST_POSTGRES=1 MADOGUCHI_TEST_ENGINE=postgresql go test -timeout 9m $(ARGS) ./internal/auth ./internal/desk ./internal/api ./internal/sim
	MADOGUCHI_TEST_POSTGRES=1 MADOGUCHI_TEST_ENGINE=postgresql go test -timeout 9m -run 'Scenario|MoveIn' $(ARGS) ./cmd/madoguchi

.PHONY: race
race: ## run all tests under the race detector, those of desk and API also on PostgreSQL (long; a C compiler)
	CGO_ENABLED=1 go test -race -short -timeout 30m $(ARGS) ./...
	MADOGUCHI_TEST_POSTGRES=1 MADOGUCHI_TEST_ENGINE=postgresql CGO_ENABLED=1 go test -race -short -timeout 30m $(ARGS) ./internal/auth ./internal/desk ./internal/api

.PHONY: check
check: format vet staticcheck generated test ## all that a change must pass: format, vet, staticcheck, drift, tests

.PHONY: format
format: ## name files that gofmt would change
	@files=$$(find . -name '*.go' -not -path './data/*' -not -path './.git/*' -print0 | xargs -0 gofmt -l); \
	if [[ -n $$files ]]; then printf 'not in gofmt form, run gofmt -w on:\n%s\n' "$$files"; exit 1; fi

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: staticcheck
staticcheck: ## staticcheck, at the version in go.mod
	go tool staticcheck ./...

# The schema dump is compared by a test of internal/store, so that it also
# holds where this target is not run.
.PHONY: generated
generated: ## write generated pages again; fails when the committed ones differ
	@if [[ -z $$(find internal -name '*.templ' -print -quit) ]]; then exit 0; fi; \
	sum() { find internal -name '*_templ.go' -print0 | sort -z | xargs -0 -r sha256sum; }; \
	before=$$(sum); go tool templ generate -path internal; after=$$(sum); \
	if [[ $$before != "$$after" ]]; then \
		diff <(echo "$$before") <(echo "$$after") || true; \
		echo 'generated files were stale; they are right now: commit them'; exit 1; fi

.PHONY: oracle
oracle: ## compare the calendar with a naive one in a million random cases (long)
	go run ./internal/oracle -n 1000000 $(ARGS)

.PHONY: mutants
mutants: ## break the code as docs/guide.md says, ten rules at random: each test must turn red
	go run ./internal/mutants $(ARGS)

.PHONY: sim
sim: ## simulate the whole desk with crashes until a seed fails
	MADOGUCHI_SIM_FOR=forever go test -count=1 -timeout 0 -run TestFreshSeeds -v $(ARGS) ./internal/sim

.PHONY: sim-mutants
sim-mutants: ## plant thirteen bugs, one at a time: ten seeds of the simulation must find each
	go run ./internal/sim/mutants $(ARGS)

.PHONY: torture
torture: ## hurt the program in full length: 200 kills, every write and sync failing in turn (long; root, strace)
	MADOGUCHI_TORTURE=long MADOGUCHI_TEST_POSTGRES=1 go test -count=1 -timeout 0 -parallel 2 -v $(ARGS) ./internal/torture

# Every page in both languages, both themes, wide and on a phone. With SCREENS
# only those whose name has it in: make pictures SCREENS=request
SCREENS ?=

.PHONY: pictures
pictures: assets ## write pictures of every screen into data/pictures, to look at (Chromium)
	MADOGUCHI_TEST_BROWSER=1 MADOGUCHI_PICTURES=$(CURDIR)/data/pictures MADOGUCHI_SCREENS=$(SCREENS) go test -count=1 -timeout 30m -run TestPictures $(ARGS) ./internal/browser
	@echo data/pictures

.PHONY: bench
bench: ## measure a running desk over HTTP with 100,000 requests and with 1,000; fails when a bar does not hold
	go run ./internal/bench $(ARGS)

# What is kept is of one machine: measure it there before a change.
.PHONY: bench-baseline
bench-baseline: ## measure the packages and keep that as what bench-compare compares with
	@mkdir -p data/bench
	go test -run '^$$' -bench . -benchmem -count 6 $(ARGS) $(BENCHED) >data/bench/baseline.txt

.PHONY: bench-compare
bench-compare: ## measure the packages again and compare with what bench-baseline has kept
	@[[ -f data/bench/baseline.txt ]] || { echo 'nothing is kept: run make bench-baseline on the code before your change'; exit 1; }
	go test -run '^$$' -bench . -benchmem -count 6 $(ARGS) $(BENCHED) >data/bench/now.txt
	go tool benchstat data/bench/baseline.txt data/bench/now.txt

.PHONY: clean
clean: ## remove bin/ and the demo's data
	rm -rf bin data/demo
