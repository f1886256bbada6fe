.DEFAULT_GOAL := help
fuzztime ?= 20s

.PHONY: help run test lint eval bench bench-encoder fuzz

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## talk with the bot here in the terminal
	go run ./cmd/kapbot chat

test: ## run all tests, with the race detector
	go test -race ./...

lint: ## run all checks that are no tests
	./.ci/run format vet lint vuln

eval: ## check every FAQ entry against the editorial rules
	go run ./cmd/kapbot faq lint

bench: ## run the Go benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-encoder: ## measure the sentence encoder beside the original, where Node is installed
	./internal/encoder/bench/bench.sh

fuzz: ## fuzz every target, each for 20 seconds (fuzztime=1m for longer)
	@grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file target; do \
		go test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(fuzztime) "$$(dirname "$$file")" || exit 1; \
	done
