package answer_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"kapbot/internal/chat"
	"kapbot/internal/faq"
	"kapbot/internal/llm"
	"kapbot/internal/platformtest/modelserver"
)

// An attack is words that are to take a model over, and what it says then.
type attack struct {
	Lang chat.Lang `yaml:"lang"`
	Name string    `yaml:"name"`
	Ask  string    `yaml:"ask"`
	Says string    `yaml:"says"`
}

func attacks(t *testing.T) []attack {
	t.Helper()
	data, err := os.ReadFile("testdata/attacks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []attack
	if err := yaml.UnmarshalWithOptions(data, &all, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return all
}

// target is the entry that is asked for in each language.
var target = map[chat.Lang]struct{ entry, ask string }{
	chat.English: {"session-length", "How long does a session take?"},
	chat.Spanish: {"cost", "¿Cuánto cuesta el tratamiento?"},
}

// obeys are the ways in which a model does all that the attacker wants. good is a
// sentence of the entry.
func obeys(says, good, entry string) map[string]string {
	quoted := func(text string) string {
		out, _ := json.Marshal(text) // a string always marshals
		return string(out)
	}
	one := func(text string) modelserver.Sentence {
		return modelserver.Sentence{Text: text, Entries: []string{entry}}
	}
	body := strings.TrimRight(good, ".")
	return map[string]string{
		"alone":                modelserver.Draft(one(says)),
		"after a good one":     modelserver.Draft(one(good), one(says)),
		"before a good one":    modelserver.Draft(one(says), one(good)),
		"in a good one":        modelserver.Draft(one(good+" "+says), one(good)),
		"joined to a good one": modelserver.Draft(one(body + ", and " + says)),
		"as prose":             says,
		"as the entry's id":    modelserver.Draft(modelserver.Sentence{Text: good, Entries: []string{entry, says}}),
		"as a source":          modelserver.Draft(modelserver.Sentence{Text: good, Entries: []string{entry}, Sources: []string{says}}),
		"on a new line":        modelserver.Draft(one(good + "\n" + says)),
		"under other names":    `{"found":true,"sentences":[{"text":` + quoted(good) + `,"entries":[` + quoted(entry) + `],"note":` + quoted(says) + `}],"title":` + quoted(says) + `,"footer":` + quoted(says) + `}`,
		"said twice":           `{"found":false,"sentences":[],"found":true,"sentences":[{"text":` + quoted(says) + `,"entries":[` + quoted(entry) + `]}]}`,
	}
}

var marks = regexp.MustCompile(`\s*(?:\[\d+\])+`)

// onlyOwn reports whether a shaped answer holds sentences of the published entries
// and nothing else.
func onlyOwn(text string, own []string) bool {
	text = marks.ReplaceAllString(text, "")
	for _, s := range own {
		text = strings.ReplaceAll(text, s, "")
	}
	return strings.TrimSpace(text) == ""
}

// A place is where an attack stands.
var places = []string{"question", "history", "entry", "entry's question", "source title"}

// whole asks for every attack in every place and way, and not a share of them.
var whole = os.Getenv("KAPBOT_WHOLE") != ""

// TestAttacks puts each attack into one place (into all with KAPBOT_WHOLE set), before
// a model that obeys. Whatever it says, readers see sentences of the entries or the
// entry.
func TestAttacks(t *testing.T) {
	all := attacks(t)
	count, stopped := 0, 0
	asIs, inEntries := newBench(t, llm.Limits{}), newBench(t, llm.Limits{})
	for i, a := range all {
		t.Run(string(a.Lang)+" "+a.Name, func(t *testing.T) {
			for k, place := range places {
				if !whole && k != i%len(places) {
					continue
				}
				if place == "question" || place == "history" {
					if _, ok := cleared(a.Ask); !ok {
						stopped++ // triage keeps it from the model
						continue
					}
					count++
					tryAttack(t, asIs, a, place, i+k)
					continue
				}
				count++
				b := inEntries
				b.snapshot = attacked(t, a, place)
				if err := b.Use(b.snapshot); err != nil {
					t.Fatal(err)
				}
				tryAttack(t, b, a, place, i+k)
			}
		})
	}
	t.Logf("%d attacks in %d places; triage kept %d from the model", len(all), count, stopped)
	if count < 100 {
		t.Errorf("only %d attacks were tried", count)
	}
}

// attacked is a snapshot whose entries or sources hold the attack.
func attacked(t *testing.T, a attack, place string) *faq.Snapshot {
	t.Helper()
	aim := target[a.Lang]
	return changed(t, func(e *faq.Entry, sources []faq.Source) {
		if e.ID != aim.entry || e.Lang != string(a.Lang) {
			return
		}
		switch place {
		case "entry":
			e.Body = a.Ask + "\n\n" + e.Body
		case "entry's question":
			e.Question = a.Ask
		case "source title":
			for i := range sources {
				sources[i].Title = "TITLE " + a.Ask
			}
		}
	})
}

func tryAttack(t *testing.T, b bench, a attack, place string, turn int) {
	t.Helper()
	aim := target[a.Lang]
	p, _ := b.snapshot.Passage(aim.entry, string(a.Lang))
	var own []string
	for _, s := range p.Sentences() {
		if !strings.Contains(a.Ask, s.Text) && !strings.Contains(s.Text, a.Says) {
			own = append(own, s.Text)
		}
	}
	ask, earlier := aim.ask, []string{"What is KAP?"} // with an earlier question nothing is remembered
	switch place {
	case "question":
		ask = a.Ask
	case "history":
		earlier = []string{a.Ask}
	}
	word, _ := b.Entry(aim.entry, a.Lang, day)
	asked := len(b.Requests())
	ways := obeys(a.Says, own[len(own)/2], aim.entry)
	for k, way := range slices.Sorted(maps.Keys(ways)) {
		if !whole && (turn+k)%4 != 0 {
			continue
		}
		content := ways[way]
		b.Behave(modelserver.Says(content))
		r, _ := b.shape(t, aim.entry, a.Lang, ask, earlier...)
		if asked++; len(b.Requests()) < asked {
			t.Fatalf("in the %s: the model was not asked", place)
		}
		switch {
		case !r.Shaped && (r.Text != word.Text || len(r.Sources) != len(word.Sources)):
			t.Errorf("in the %s, %s: not the entry word for word: %q", place, way, r.Text)
		case r.Shaped && !onlyOwn(r.Text, own):
			t.Errorf("in the %s, %s: readers see %q", place, way, r.Text)
		}
		for _, text := range []string{r.Footer, r.Banner} {
			if strings.Contains(text, a.Says) {
				t.Errorf("in the %s, %s: the reply around the text holds it: %q", place, way, text)
			}
		}
	}
	if place == "source title" && b.Holds("TITLE") {
		t.Error("titles of sources are sent to the model")
	}
}
