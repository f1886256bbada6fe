.DEFAULT_GOAL := help
fuzztime ?= 20s
seed ?= 12

# What is built is stripped of what only a debugger reads.
build := go build -trimpath -ldflags "-s -w" -o bin/kapbot ./cmd/kapbot

.PHONY: help run build test lint eval eval-triage eval-disguises eval-answers law-one attacks bench-answers train train-search words vectors bench bench-start bench-encoder bench-matrix bench-live bench-desk bench-console screenshots bench-search bench-triage bench-platform soak bench-rest soak-day soak-replicas kill measure-clusters bench-scale licenses release-check deploy-check fuzz

triage := internal/crisis/testdata
corpus := $(wildcard $(triage)/corpus/*.jsonl)

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## talk with the bot here in the terminal
	go run ./cmd/kapbot chat

build: ## build bin/kapbot
	$(build)

test: ## run all tests, with the race detector
	go test -race ./...

lint: ## run all checks that are no tests
	./.ci/run format vet lint vuln

eval: ## check every FAQ entry, and search on the questions held out
	go run ./cmd/kapbot faq lint
	go run ./cmd/kapbot eval search --split test internal/search/testdata/*.jsonl

eval-triage: ## measure triage: the held-back fifth, two sets by strangers, conversations (DATA=folder for posts)
	@$(build)
	@echo '== the fifth of the corpus that is not trained on'
	@bin/kapbot eval triage --held-back --tags $(corpus) --conversations $(triage)/conversations/first.jsonl --conversations $(triage)/conversations/second.jsonl
	@echo '== written by somebody who had not seen the corpus; thresholds were chosen on it'
	@bin/kapbot eval triage $(triage)/unseen/*.jsonl --conversations $(triage)/conversations/third.jsonl
	@echo '== the same by somebody else; nothing was chosen on it'
	@bin/kapbot eval triage $(triage)/exam/*.jsonl --conversations $(triage)/conversations/exam.jsonl
	@if [ -n "$(DATA)" ]; then echo '== public posts, the held-back fifth, as read by us' && \
		bin/kapbot eval triage --held-back --labels $(triage)/labels.jsonl $(DATA)/*.jsonl; fi

eval-disguises: ## measure triage on the held-back fifth in fourteen disguises (takes minutes)
	@$(build)
	@bin/kapbot eval triage --held-back --disguises $(corpus) | sed -n '/^disguise/,/^buried/p'

eval-answers: ## plant faults in sentences of the entries and count what the checks of shaped answers let through
	@go run ./cmd/kapbot eval answers --paraphrases internal/eval/testdata/paraphrases.jsonl --questions internal/search/testdata/answerable.jsonl --seed $(seed)

law-one: ## try the whole corpus: nothing of a crisis may reach a language model (takes minutes)
	KAPBOT_WHOLE=1 go test ./internal/responder -run NothingOfTheCorpus -count 1 -v -timeout 2h

attacks: ## try every attack on a language model in every place and every way
	KAPBOT_WHOLE=1 go test ./internal/answer -run 'Attacks|Misbehave' -count 1 -v -timeout 1h | grep -v -e '=== ' -e '--- PASS'

bench-answers: ## time answers with a language model that is down, and the checks
	go test ./internal/answer -run 'WithTheModelDown|WithAModelThat' -count 1 -v
	go test ./internal/answer/check -run '^$$' -bench Check -benchtime 200x

train: ## train the crisis classifier on the corpus (takes half an hour; DATA=folder adds posts)
	@$(build)
	bin/kapbot train --out internal/crisis/classifier/model.bin $(addprefix --calibrate ,$(wildcard $(triage)/unseen/*.jsonl)) --labels $(triage)/labels.jsonl --conversations $(triage)/conversations/first.jsonl --conversations $(triage)/conversations/second.jsonl $(corpus) $(if $(DATA),$(wildcard $(DATA)/*.jsonl))

words: ## count the words that slips of the pen are mended to (after a change to the corpus)
	cat $(corpus) | go run ./internal/crisis/words/count | gzip -9n > internal/crisis/words/common.new
	mv internal/crisis/words/common.new internal/crisis/words/common.txt.gz

vectors: ## encode the wordings that are new (after a change to faq/ or asked.tsv)
	go run ./cmd/kapbot train-search --vectors internal/search/vectors.new
	mv internal/search/vectors.new internal/search/vectors.bin

train-search: vectors ## train search on the wordings and the development questions (takes minutes)
	go run ./cmd/kapbot train-search --out internal/search/model.new internal/search/testdata/*.jsonl
	mv internal/search/model.new internal/search/model.bin

bench: ## run the Go benchmarks
	go test -run '^$$' -bench . -benchmem ./...

bench-triage: ## time triage of a 300-letter message on one core, median and 99 %
	GOMAXPROCS=1 go test -run '^$$' -bench Triage300 -benchtime 1000x ./internal/crisis

measure-clusters: ## show which questions would lie together in the moderators' inbox, by likeness
	KAPBOT_WHOLE=1 go test -count=1 -v -run 'TestHardlyAnyOtherQuestionLiesInACluster|TestWhatAsksTheSameIsOftenShown' ./internal/inbox

bench-start: ## time five starts with one question
	@$(build)
	@for i in 1 2 3 4 5; do bash -c 'TIMEFORMAT="%R s"; time bin/kapbot ask "What is KAP?" > /dev/null'; done

bench-encoder: ## measure the sentence encoder beside the original, where Node is installed
	./internal/encoder/bench/bench.sh

bench-matrix: ## time matrix products beside those of gonum
	GOMAXPROCS=1 go test -run '^$$' -bench Products -benchtime 200x ./internal/matrix

bench-live: ## time how soon an entry answers after it was published, on both networks
	go test -run TestAnEntryIsCorrected -count 1 -v ./cmd/kapbot | grep -e live -e FAIL -e '^ok'

bench-desk: ## time what moderators wait for and how fast a change answers, with 1,000 entries and 100,000 revisions
	go test -run '^$$' -bench Desk -benchtime 500x ./internal/store
	go test -run '^$$' -bench Use -benchtime 10x ./internal/answer

bench-search: ## ask bleve alone, node-nlp (where Node is installed) and this the same questions
	./internal/eval/bench/bench.sh

bench-platform: ## measure how fast a card is sent on Discord and Slack
	go test -run '^$$' -bench Cards -benchtime 1x -timeout 10m ./bots/...

soak: ## let each network's adapter read 10,000 messages
	SOAK=10000 go test -run Soak -v -count 1 -timeout 20m ./bots/...

soak-replicas: ## share a PostgreSQL, a Discord and a Slack among three processes, and kill, pause and cut them off for ten minutes
	REPLICAS=10m go test -exec $(CURDIR)/.ci/apart -run 'Replicas$$' -v -count 1 -timeout 30m ./cmd/kapbot

kill: ## kill a bot at 20 points and start it again
	KILLS=20 go test -run Kill -v -count 1 -timeout 20m ./bots/...

bench-rest: ## measure the resident memory of the whole bot after a minute, where Linux tells
	@$(build)
	@dir=$$(mktemp -d); cd $$dir && HTTPS_PROXY=http://127.0.0.1:1 DISCORD_TOKEN=OTAwMDAwMDAwMDAwMDAwMDAx.test.token \
		$(CURDIR)/bin/kapbot run 2> log & sleep 60; grep -E 'VmRSS|RssAnon|RssFile' /proc/$$!/status; kill $$!; wait $$!

soak-day: ## let the program live through an imagined day of 24,000 messages (takes minutes)
	DAY=24 go test ./cmd/kapbot -run ADay -v -count 1 -timeout 1h

bench-scale: ## measure growth with communities, messages a second and entries, and draw docs/scale.png (takes minutes; SCALE_SMALL=1 only tries it)
	SCALE=$(CURDIR)/docs/scale.png go test ./cmd/kapbot -run Scale -v -count 1 -timeout 1h

licenses: ## list what others wrote in the program, and write their licenses to bin/licenses.txt
	@./.ci/licenses

release-check: ## build all six binaries of a release twice and compare them (takes minutes)
	./.ci/release-check

deploy-check: ## check the files in deploy/ with the tools of those who read them, and say which are not here
	./.ci/deploy-check

bench-console: ## time the pages of the console with 1,000 entries and 100,000 revisions (takes minutes)
	go test ./cmd/kapbot -run '^$$' -bench Console -benchtime 100x -timeout 20m

screenshots: ## take the pictures of the console again (needs Node and Chromium)
	SHOTS=$(CURDIR)/docs/screenshots go test ./cmd/kapbot -run Browser -count 1 -timeout 10m

fuzz: ## fuzz every target, each for 20 seconds (fuzztime=1m for longer)
	@grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file target; do \
		go test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(fuzztime) "$$(dirname "$$file")" || exit 1; \
	done
