# What can be done here. Only Go is needed; everything else is fetched by it, pinned.

GOLANGCI_LINT = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

# gremlins copies the module and runs go test for each mutant. internal/mutants/go tells it which do not compile; without
# -count=1 the tests may be cached when it measures how long they take.
GREMLINS = github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
UNLEASH = REAL_GO=$$(command -v go) GOFLAGS='-vet=off -count=1' go run -exec "env PATH=$(CURDIR)/internal/mutants:$$PATH" $(GREMLINS) unleash ./server

# Where goroutines are ours: these are tested with -race, and not a second time without it.
RACED = ./server ./steps ./internal/wire ./internal/intermediary ./internal/process ./internal/conversation

# Their tests in which programs of others race, or none does, and that take long with -race: tested without it.
UNRACED = Through|JSONPatchBomb

.DEFAULT_GOAL := help

help: ## print this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check: ## grade the reference server over a socket
	@go run ./cmd/restlab grade

check-layers: ## grade the reference through nginx and varnish
	go test ./internal/intermediary -run Through -v -count 1

grade: ## grade your server: make grade URL=http://localhost:8080
	@test -n "$(URL)" || { echo 'make: error: no URL'; echo 'make: hint: make grade URL=http://localhost:8080'; exit 2; }
	@go run ./cmd/restlab grade $(URL)

serve: ## serve the reference at 127.0.0.1:5000 and 127.0.0.1:5001
	@go run ./cmd/restlab serve

build: ## build the program ./restlab, which needs nothing else, not even a libc
	CGO_ENABLED=0 go build -trimpath -o restlab ./cmd/restlab

# Vetted once, and built without optimisation for systems on which it is not run here: both halve what compiling takes. Four tests
# at once, since many wait for programs of others more than they work. Of what takes long with -race a part is repeated with it:
# recordings of a few clients, and a grading with eight scenarios at once.
test: ## vet, format, builds for other systems, feature lint, unit and CLI tests, once each; with -race where goroutines are ours
	go vet ./...
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted (make fmt): $$unformatted"; exit 1; }
	for system in darwin windows; do GOOS=$$system go build -gcflags='all=-N -l' -o /dev/null ./cmd/restlab || exit; done
	go test -vet=off -race -skip '$(UNRACED)' $(RACED)
	go test -vet=off -race -short ./internal/history
	go test -vet=off -race -run 'ReferencePasses$$/8_at_once' ./internal/grade
	go test -vet=off -run '$(UNRACED)' ./server ./internal/intermediary
	go test -vet=off -parallel 4 $$(go list ./... | grep -vxF "$$(go list $(RACED))")

lint: prose ## run the linters
	go run $(GOLANGCI_LINT) run ./...

prose: ## check words, sentences and links of what people read
	go test ./internal/prose -count 1 -v

fmt: ## format the code
	gofmt -w .

docs: ## write again what is generated from the features, the vocabulary and the faults
	go run ./cmd/restlab rules --markdown > docs/contract.md
	go run ./cmd/restlab steps --markdown > features/SENTENCES.md
	go run ./cmd/restlab steps --glue > .vscode/sentences.js
	go run ./cmd/restlab prove --markdown > docs/proof.md
	for feature in $$(cd features && ls *.feature client/*.feature); do \
		go run ./cmd/restlab walk $${feature%.feature} --plain > docs/walkthroughs/$$(echo $${feature%.feature} | tr / -).md || exit; \
	done

prove: ## prove that the grader is right: make prove SEEDS=9
	@go run ./cmd/restlab prove --seeds $(or $(SEEDS),3)

mutants: ## change the reference one operator at a time: do the features notice? (half an hour)
	@mkdir -p mutants
	$(UNLEASH) --output $(CURDIR)/mutants/features.json
	$(UNLEASH) --tags '' --output $(CURDIR)/mutants/tests.json
	MUTANTS=$(CURDIR)/mutants go test ./internal/proof -run 'TestMutants$$' -count 1

bench: ## what a grading costs beside its bare requests; how fast the reference is beside a plain server (wrk, Linux)
	go test ./cmd/restlab -run '^$$' -bench . -benchtime 10x
	go run ./bench throughput

load: ## the reference under load: make load SECONDS_EACH=30 (wrk, Linux)
	go run ./bench load -seconds $(or $(SECONDS_EACH),30)

watch: ## how long restlab learn watch takes from a save to a verdict (Linux)
	go run ./bench watch

.PHONY: help check check-layers grade serve build test lint prose fmt docs prove mutants bench load watch
