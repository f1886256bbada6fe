package crisis_test

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/encoder"
	"kapbot/prompts"
)

var triage = sync.OnceValue(func() *crisis.Triage {
	e, err := encoder.Load()
	if err != nil {
		panic(err)
	}
	t, err := crisis.New(e)
	if err != nil {
		panic(err)
	}
	return t
})

// noon is when every test conversation begins.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// check triages one message that begins a conversation.
func check(text string) crisis.Verdict {
	v, _ := triage().Check(chat.Said{Text: text}, crisis.State{}, noon)
	return v
}

// an example is one line of the policy table.
type example struct {
	line     int
	want     string // "+", "-" or a level
	card     string // or ""
	messages []string
}

func TestPolicy(t *testing.T) {
	for _, section := range policy(t) {
		t.Run(section.name, func(t *testing.T) {
			for _, e := range section.examples {
				t.Run(strings.Join(e.messages, " → "), func(t *testing.T) {
					var v crisis.Verdict
					var s crisis.State
					for i, m := range e.messages {
						v, s = triage().Check(chat.Said{Text: m}, s, noon.Add(time.Duration(i)*15*time.Second))
						if floor := lexical(m); v.Level > floor.Level {
							t.Errorf("policy.txt:%d: level %s, lowered from %s", e.line, v.Level, floor.Level)
						}
					}
					if !e.allows(v.Level) {
						t.Errorf("policy.txt:%d: level %s by %v, want %s", e.line, v.Level, v.Signals, e.want)
					}
					if e.card != "" && v.Card().Name != e.card {
						t.Errorf("policy.txt:%d: card %s by %v, want %s", e.line, v.Card().Name, v.Signals, e.card)
					}
				})
			}
		})
	}
}

func (e example) allows(l crisis.Level) bool {
	switch e.want {
	case "+":
		return l.ShowsCard()
	case "-":
		return !l.ShowsCard()
	}
	return l.String() == e.want
}

type section struct {
	name     string
	examples []example
}

func policy(t *testing.T) []section {
	t.Helper()
	f, err := os.Open("testdata/policy.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []section
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if name, ok := strings.CutPrefix(line, "== "); ok {
			all = append(all, section{name: name})
			continue
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		want, text, _ := strings.Cut(line, " ")
		want, card, _ := strings.Cut(want, "/")
		if !slices.Contains([]string{"+", "-", "crisis", "concern", "mention", "none"}, want) || text == "" {
			t.Fatalf("policy.txt:%d: %q is no example", n, line)
		}
		if strings.Contains(text, `\`) {
			if text, err = strconv.Unquote(`"` + text + `"`); err != nil {
				t.Fatalf("policy.txt:%d: %v", n, err)
			}
		}
		last := &all[len(all)-1]
		last.examples = append(last.examples, example{n, want, card, strings.Split(text, " → ")})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("policy.txt has %d sections, want the whole policy", len(all))
	}
	return all
}

func TestNoWayOfWritingSlipsPast(t *testing.T) {
	const plea = "I want to kill myself"
	story := strings.Repeat("We drove out to the range and had a good day with the crew. ", 80)
	for _, test := range []struct {
		name string
		body chat.Body
	}{
		{"a message", chat.Said{Text: plea}},
		{"an edited message", chat.Edited{Said: chat.Said{Text: plea}}},
		{"a quoted message", chat.Said{Text: "this", Quoted: []string{"first", plea}}},
		{"an edited quotation", chat.Edited{Said: chat.Said{Quoted: []string{plea}}}},
		{"the name of a file", chat.Said{Files: []string{"I want to kill myself.txt"}}},
		{"the name of a file without spaces", chat.Said{Text: "look", Files: []string{"a.png", "I_want_to_kill_myself.jpg"}}},
		{"an argument of a command", chat.Command{Name: "ask", Args: []chat.Field{{Name: "question", Value: plea}}}},
		{"a later argument", chat.Command{Name: "ask", Args: []chat.Field{{Name: "a", Value: "hi"}, {Name: "b", Value: plea}}}},
		{"a field of a form", chat.Filled{Form: "entry", Fields: []chat.Field{{Name: "title", Value: "hi"}, {Name: "body", Value: plea}}}},
		{"the middle of a long post", chat.Said{Text: story + plea + ". " + story}},
		{"the end of a long post", chat.Said{Text: story + story + plea}},
		{"the beginning of a long post", chat.Said{Text: plea + ". " + story + story}},
		{"a paragraph of its own", chat.Said{Text: story + "\n\n" + plea + "\n\n" + story}},
		{"a code block in a post", chat.Said{Text: story + "\n```\n" + plea + "\n```\n" + story}},
		{"a spoiler in a post", chat.Said{Text: story + "||" + plea + "|| " + story}},
		{"a quoted line in a post", chat.Said{Text: story + "\n> " + plea + "\n" + story}},
		{"with a question", chat.Said{Text: "Is KAP covered by the VA? " + plea}},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, _ := triage().Check(test.body, crisis.State{}, noon)
			if v.Level != crisis.Crisis {
				t.Errorf("level %s by %v", v.Level, v.Signals)
			}
		})
	}
}

func TestNothingSaidIsNothingWrong(t *testing.T) {
	for name, body := range map[string]chat.Body{
		"no words":           chat.Said{},
		"white space":        chat.Said{Text: " \n\t\u00a0"},
		"a deleted message":  chat.Deleted{},
		"a pressed button":   chat.Pressed{Action: "show", Value: "kill-myself"},
		"signs and pictures": chat.Said{Text: "!!! 😀 …"},
		"an empty form":      chat.Filled{Form: "entry"},
	} {
		t.Run(name, func(t *testing.T) {
			v, _ := triage().Check(body, crisis.State{}, noon)
			if v.Level != crisis.None || len(v.Signals) > 0 {
				t.Errorf("level %s by %v", v.Level, v.Signals)
			}
		})
	}
}

func TestSignalsNameRulesAndNoWords(t *testing.T) {
	v := check("I want to die, Zebulon. I have my gun in my hand.")
	if len(v.Signals) == 0 {
		t.Fatal("no signals")
	}
	for _, s := range v.Signals {
		if strings.Contains(strings.ToLower(s), "zebulon") || strings.ContainsAny(s, " \n") {
			t.Errorf("signal %q is no name of a rule", s)
		}
	}
}

func TestScoreFollowsTheLevel(t *testing.T) {
	last := 1.0
	for _, text := range []string{"I want to die", "what dose of ketamine is lethal", "does ketamine reduce suicidal thoughts?", "how long is a session?"} {
		v := check(text)
		if v.Score <= 0 || v.Score >= last {
			t.Errorf("%q (%s) scores %v, want less than %v", text, v.Level, v.Score, last)
		}
		last = v.Score
	}
}

func TestLanguageOfTheCard(t *testing.T) {
	for text, want := range map[string]chat.Lang{
		"I want to die":                     chat.English,
		"ya no quiero vivir":                chat.Spanish,
		"me quiero quitar la vida":          chat.Spanish,
		"voy a matar a mi vecino":           chat.Spanish,
		"¿cuánto cuesta la terapia?":        chat.Spanish,
		"how much is a session in Spanish?": chat.English,
	} {
		t.Run(text, func(t *testing.T) {
			v := check(text)
			if v.Lang != want {
				t.Errorf("language %q, want %q", v.Lang, want)
			}
			if v.Level.ShowsCard() && v.Card().Text != prompts.Card(v.Card().Name, string(want)) {
				t.Errorf("the card is not in %q: %s", want, v.Card().Text)
			}
		})
	}
}

// wordless is a body whose words cannot be read.
type wordless struct{}

func (wordless) Words() []string { panic("a bug in a body") }

func TestWhatTriageCouldNotFinishIsACrisis(t *testing.T) {
	for name, body := range map[string]chat.Body{"no body": nil, "a body that panics": wordless{}} {
		t.Run(name, func(t *testing.T) {
			c := newTalk()
			c.says(0, "what dose of ketamine is lethal")
			v := c.does(time.Minute, body)
			if v.Level != crisis.Crisis || v.Card().Name != prompts.Crisis {
				t.Errorf("level %s, card %s", v.Level, v.Card().Name)
			}
			if _, ok := v.Cleared(crisis.Free); ok {
				t.Error("it is cleared")
			}
			if !c.held(0) {
				t.Error("the hold from before is lost")
			}
		})
	}
}
