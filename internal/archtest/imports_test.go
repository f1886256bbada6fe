package archtest_test

import (
	"slices"
	"strings"
	"testing"
)

// within says, for every package, which of our packages it may import. The
// first pattern that fits a folder counts. A folder that fits none fails, so
// that a new package is placed here before it is used.
var within = []struct {
	dir  string
	ours []string
}{
	{"internal/chat", nil},
	{"prompts", nil},
	{"prompts/grounded", nil},
	{"faq", nil},
	{"internal/archtest", nil},
	{"internal/encoder/weightfile", nil},
	{"internal/matrix", nil},
	{"internal/encoder/...", []string{"internal/encoder/...", "internal/matrix"}},
	{"internal/crisis/words/...", nil},
	{"internal/crisis/foreign", nil},
	{"internal/crisis/frames", []string{"internal/crisis/words"}},
	{"internal/crisis/classifier", []string{"internal/encoder", "internal/matrix", "internal/crisis/words", "internal/crisis/frames"}},
	{"internal/crisis", []string{"internal/chat", "internal/encoder", "prompts", "internal/crisis/words", "internal/crisis/foreign", "internal/crisis/frames", "internal/crisis/classifier"}},
	{"internal/faq/faqtest", []string{"internal/faq"}},
	{"internal/faq", nil},
	{"internal/search/intent", []string{"internal/encoder", "internal/matrix"}},
	{"internal/search", []string{"internal/faq", "internal/encoder", "internal/matrix", "internal/search/intent"}},
	{"internal/answer/check", []string{"internal/chat", "internal/crisis", "internal/encoder", "internal/faq"}},
	{"internal/llm", []string{"internal/crisis", "internal/faq", "internal/answer/check", "prompts/grounded"}},
	{"internal/answer", []string{"internal/chat", "internal/crisis", "internal/encoder", "internal/faq", "internal/search", "internal/llm", "internal/answer/check", "prompts"}},
	{"internal/desk/desktest", []string{"internal/desk", "internal/faq"}},
	{"internal/desk", []string{"internal/chat", "internal/faq", "internal/outage", "prompts"}},
	{"internal/desk/counter", []string{"internal/chat", "internal/desk", "internal/faq", "internal/responder", "prompts"}},
	{"internal/inbox/inboxtest", []string{"internal/chat", "internal/desk", "internal/inbox"}},
	{"internal/inbox", []string{"internal/chat", "internal/desk", "internal/encoder", "internal/faq", "internal/responder", "bots", "prompts"}},
	{"internal/rota/rotatest", []string{"internal/chat", "internal/rota"}},
	{"internal/rota", []string{"internal/chat", "internal/desk", "internal/outage", "internal/outbox", "internal/responder", "bots", "prompts"}},
	{"internal/lanes", nil},
	{"internal/outage", nil},
	{"internal/pace", nil},
	{"internal/outbox/outboxtest", []string{"internal/chat", "internal/outbox"}},
	{"internal/outbox", []string{"internal/chat", "internal/outage", "bots"}},
	{"internal/courier", []string{"internal/chat", "internal/lanes", "internal/outbox", "internal/responder", "bots"}},
	{"internal/platformtest/...", nil},
	{"internal/responder", []string{"internal/chat", "internal/crisis", "internal/answer", "internal/desk", "internal/outage", "internal/pace", "prompts"}},
	{"internal/store/storetest", []string{"internal/store"}},
	{"internal/store", []string{"internal/chat", "internal/faq", "internal/desk", "internal/inbox", "internal/outage", "internal/outbox", "internal/rota", "internal/tally", "internal/web/session"}},
	{"internal/web/session/...", []string{"internal/chat", "internal/web/session"}},
	{"internal/web/console/...", []string{"internal/chat", "internal/faq", "internal/desk", "internal/inbox", "internal/tally", "internal/web/session", "internal/web/console", "prompts/console"}},
	{"prompts/console", nil},
	{"internal/tally/...", []string{"internal/chat", "internal/outage", "internal/tally"}},
	{"internal/metrics", nil},
	{"internal/canary", []string{"internal/chat", "bots"}},
	{"internal/web", []string{"internal/chat", "internal/faq", "internal/desk"}},
	{"internal/config", []string{"internal/desk", "internal/vault"}},
	{"internal/eval/bench", []string{"faq", "internal/encoder", "internal/eval", "internal/faq", "internal/search"}},
	{"internal/vault", nil},
	{"internal/setup", nil},
	{"internal/eval", []string{"internal/chat", "internal/crisis", "internal/encoder", "internal/faq", "internal/search", "internal/answer/..."}},
	{"bots", []string{"internal/chat"}},
	{"bots/bottest", []string{"bots", "faq", "internal/...", "prompts/..."}},
	{"bots/terminal", []string{"bots", "internal/chat", "prompts"}},
	{"bots/discord", []string{"bots", "internal/chat", "internal/lanes", "prompts"}},
	{"bots/slack", []string{"bots", "internal/chat", "internal/lanes", "prompts"}},
	{"cmd/...", []string{"faq", "prompts/...", "bots/...", "internal/..."}},
}

// whole says all that the packages of the crisis path may import from
// elsewhere: a list of names, in which there is no network, no file, no
// database and no context.
var whole = map[string][]string{
	"internal/chat":           {"time"},
	"prompts":                 {"embed", "fmt", "strings", "github.com/goccy/go-yaml"},
	"internal/crisis":         {"errors", "fmt", "math", "runtime", "slices", "strings", "time"},
	"internal/crisis/foreign": {"embed", "fmt", "strings", "unicode", "unicode/utf8", "golang.org/x/text/unicode/norm", "github.com/goccy/go-yaml"},
	"internal/crisis/words":   {"bufio", "bytes", "compress/gzip", "embed", "errors", "fmt", "maps", "regexp", "slices", "strings", "unicode", "unicode/utf8", "golang.org/x/text/unicode/norm", "github.com/goccy/go-yaml"},
	"internal/crisis/frames":  {"embed", "errors", "fmt", "io/fs", "maps", "math", "math/bits", "path", "slices", "strconv", "strings", "github.com/goccy/go-yaml"},
}

// only says which packages may import something at all. A path ending in
// "/..." stands for all below it.
var only = []struct {
	imported string
	by       []string
	why      string
}{
	{"github.com/sashabaranov/go-openai/...", []string{"internal/llm"}, "a model is called in one place, with a Cleared"},
	{"github.com/bwmarrin/discordgo/...", []string{"bots/discord"}, "a platform stays in its adapter"},
	{"github.com/slack-go/slack/...", []string{"bots/slack"}, "a platform stays in its adapter"},
	{"github.com/yuin/goldmark/...", []string{"bots/...", "internal/web/..."}, "Markdown is rendered at the edge"},
	{"github.com/blevesearch/bleve/v2/...", []string{"internal/search", "internal/eval/bench"}, "search is in one place"},
	{"gonum.org/v1/plot/...", []string{"internal/eval"}, "pictures are for those who measure"},
	{"github.com/alecthomas/kong/...", []string{"cmd/..."}, "the command line is read in cmd"},
	{"golang.org/x/term", []string{"cmd/...", "bots/terminal"}, "a terminal is known at the edge"},
	{"database/sql/...", []string{"internal/store/..."}, "the database is in one place"},
	{"modernc.org/sqlite/...", []string{"internal/store"}, "the database is in one place"},
	{"github.com/jackc/pgx/v5/...", []string{"internal/store"}, "the database is in one place"},
	{"github.com/prometheus/client_golang/...", []string{"internal/metrics"}, "what is counted is named in one place"},
	{"net/...", []string{"internal/llm", "internal/metrics", "internal/web/...", "internal/store", "bots/discord", "bots/slack", "internal/platformtest/...", "cmd/..."}, "the network is used at the edge"},
	{"net/url", []string{"internal/store/...", "internal/platformtest/...", "internal/faq", "internal/web/...", "internal/llm", "internal/config", "bots/discord", "bots/slack", "cmd/..."}, "an address is read, not opened"},
	{"os", []string{"cmd/...", "internal/encoder/convert", "internal/encoder/bench", "internal/crisis/words/count", "internal/eval/...", "internal/config", "internal/store/...", "bots/bottest", "internal/platformtest/internet", "internal/platformtest/hosts"}, "files and the environment are read at the edge"},
	{"os/exec", []string{"internal/store/storetest", "internal/platformtest/hosts"}, "nothing is run, but what tests need"},
	{"unsafe", nil, "a Cleared cannot be forged"},
	{"reflect", nil, "a Cleared cannot be forged"},
	{"plugin", nil, "one binary"},
	{"C", nil, "one binary, without CGO"},
	{module + "/internal/crisis", []string{"internal/responder", "internal/answer", "internal/answer/check", "internal/llm", "internal/eval", "bots/bottest", "cmd/kapbot"}, "whoever knows triage could launder words; the checks let it read what a model wrote, and mint nothing"},
	{module + "/internal/crisis/words", []string{"internal/crisis/...", "internal/eval", "cmd/..."}, "triage has one door"},
	{module + "/internal/crisis/frames", []string{"internal/crisis/...", "internal/eval", "cmd/..."}, "triage has one door"},
	{module + "/internal/crisis/foreign", []string{"internal/crisis"}, "triage has one door"},
	{module + "/internal/crisis/classifier", []string{"internal/crisis", "internal/eval", "cmd/..."}, "triage has one door"},
	{module + "/internal/llm", []string{"internal/answer", "internal/eval", "bots/bottest", "cmd/kapbot"}, "a draft is asked for in one place"},
	{module + "/faq", []string{"cmd/...", "internal/eval/...", "bots/bottest"}, "the seed is one of the ways to fill a snapshot"},
}

func TestEveryPackageImportsWhatItMay(t *testing.T) {
	for _, s := range sources(t) {
		i := slices.IndexFunc(within, func(w struct {
			dir  string
			ours []string
		}) bool {
			return under(s.dir(), []string{w.dir})
		})
		if i < 0 {
			t.Errorf("%s: the package %q is in no row of the table within", s.path, s.dir())
			continue
		}
		for _, imported := range s.imports {
			if dir, ours := own(imported); ours && !under(dir, within[i].ours) {
				t.Errorf("%s imports %s, which %s may not", s.path, imported, within[i].dir)
			}
		}
	}
}

func TestTheCrisisPathImportsNothingThatCouldFail(t *testing.T) {
	for _, s := range sources(t) {
		allowed, ok := whole[s.dir()]
		if !ok {
			continue
		}
		for _, imported := range s.imports {
			if _, ours := own(imported); !ours && !slices.Contains(allowed, imported) {
				t.Errorf("%s imports %s, which is not in the list of %s", s.path, imported, s.dir())
			}
		}
	}
}

func TestOnlyTheRightPackagesImport(t *testing.T) {
	for _, s := range sources(t) {
		for _, imported := range s.imports {
			for _, rule := range rules(imported) {
				if !under(s.dir(), rule.by) {
					t.Errorf("%s imports %s: %s", s.path, imported, rule.why)
				}
			}
		}
	}
}

// rules returns what only says of an import: its own row, else the row of the
// tree it stands in.
func rules(imported string) (out []struct {
	imported string
	by       []string
	why      string
}) {
	for _, r := range only {
		if r.imported == imported {
			return append(out[:0], r)
		}
		if strings.HasSuffix(r.imported, "/...") && under(imported, []string{r.imported}) {
			out = append(out, r)
		}
	}
	return out
}

func TestTheTablesNameWhatIsThere(t *testing.T) {
	dirs := map[string]bool{}
	for _, s := range sources(t) {
		dirs[s.dir()] = true
	}
	for dir := range whole {
		if !dirs[dir] {
			t.Errorf("the table whole names %s, which is not there", dir)
		}
	}
	for _, must := range []string{"internal/chat", "internal/crisis", "internal/responder", "internal/answer", "bots/terminal", "cmd/kapbot"} {
		if !dirs[must] {
			t.Errorf("%s was not read", must)
		}
	}
}
