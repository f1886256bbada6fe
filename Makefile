.DEFAULT_GOAL := help
fuzztime ?= 20s

.PHONY: help run test lint eval eval-corpus eval-requests train bench bench-start bench-encoder fuzz

corpus := $(filter-out %/conversations.jsonl,$(wildcard internal/crisis/testdata/corpus/*.jsonl))

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## talk with the bot here in the terminal
	go run ./cmd/kapbot chat

test: ## run all tests, with the race detector
	go test -race ./...

lint: ## run all checks that are no tests
	./.ci/run format vet lint vuln

eval: ## check every FAQ entry, and search on the questions held out
	go run ./cmd/kapbot faq lint
	go test ./internal/search -run QuestionsHeldOut -v -count 1

eval-corpus: ## count how often the card shows on the corpus, by whether it should
	@go build -o bin/kapbot ./cmd/kapbot
	@for want in 'crisis|concern' 'mention|none'; do \
		grep -hE "\"level\": \"($$want)\"" $(corpus) | bin/kapbot triage | \
		awk -v want="$$want" '/"level":"(crisis|concern)"/ { n++ } END { printf "%s: card on %d of %d\n", want, n, NR }'; done

eval-requests: ## count the cards shown on JSON lines that need none (REQUESTS=file)
	@go run ./cmd/kapbot triage < $(REQUESTS) | grep -cE '"level":"(crisis|concern)"' || true

train: ## train the crisis classifier on the corpus (model.bin; takes minutes)
	go run ./cmd/kapbot train --out model.bin $(corpus)

bench: ## run the Go benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-start: ## time five starts with one question
	@go build -o bin/kapbot ./cmd/kapbot
	@for i in 1 2 3 4 5; do bash -c 'TIMEFORMAT="%R s"; time bin/kapbot ask "What is KAP?" > /dev/null'; done

bench-encoder: ## measure the sentence encoder beside the original, where Node is installed
	./internal/encoder/bench/bench.sh

fuzz: ## fuzz every target, each for 20 seconds (fuzztime=1m for longer)
	@grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file target; do \
		go test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(fuzztime) "$$(dirname "$$file")" || exit 1; \
	done
