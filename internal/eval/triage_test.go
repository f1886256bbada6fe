package eval_test

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/eval"
)

// byWord shows the card for every text with the word "danger" in it, and on the
// second turn after "soon".
type byWord struct{ calls int }

func (c *byWord) Check(body chat.Body, s crisis.State, _ time.Time) (crisis.Verdict, crisis.State) {
	c.calls++
	text := strings.Join(body.Words(), " ")
	if strings.Contains(text, "danger") {
		return crisis.Verdict{Level: crisis.Crisis, Score: 0.9}, s
	}
	return crisis.Verdict{Level: crisis.None, Score: 0.1}, s
}

const labeled = `{"id":"a","level":"crisis","tag":"t","text":"danger"}
{"id":"b","level":"concern","tag":"t","text":"missed"}
{"id":"c","level":"none","tag":"u","text":"fine"}
{"id":"d","label":"not_crisis","tag":"u","text":"danger in a song"}
`

func read(t *testing.T, text string) []eval.Example {
	t.Helper()
	lines, err := eval.ReadLines(strings.NewReader(text), "file")
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestReadLines(t *testing.T) {
	for _, test := range []struct{ name, in, fault string }{
		{"no text", `{"id":"a","level":"none"}`, "file:1:"},
		{"no label", "{\"text\":\"x\",\"label\":\"crisis\"}\n{\"text\":\"secret words\"}", "file:2:"},
		{"an unknown level", `{"text":"secret words","level":"bad"}`, "file:1:"},
		{"no JSON", `secret words`, "file:1:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := eval.ReadLines(strings.NewReader(test.in), "file")
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("error %v, want one that says %q", err, test.fault)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("the error quotes the line: %v", err)
			}
		})
	}
}

func TestRelabeling(t *testing.T) {
	judged, err := eval.ReadRelabeling(strings.NewReader("{\"id\":\"d\",\"level\":\"crisis\"}\n{\"id\":\"a\",\"skip\":true}\n"), "labels")
	if err != nil {
		t.Fatal(err)
	}
	lines := read(t, labeled)
	if got := judged.Apply(lines[0]); !got.Skip {
		t.Error("a line that the reader could not decide is not skipped")
	}
	if got := judged.Apply(lines[2]); got.Card() || got.Skip {
		t.Error("a line that the reader did not judge has changed")
	}
	if got := judged.Apply(lines[3]); !got.Card() {
		t.Error("the reader's level does not stand before the file's label")
	}
	if _, err := eval.ReadRelabeling(strings.NewReader(`{"id":"a"}`), "labels"); err == nil {
		t.Error("a label without a level is no error")
	}
}

func TestHeldBackIsAboutAFifthAndKeepsPairsTogether(t *testing.T) {
	held := 0
	for i := range 2000 {
		l := eval.Example{ID: strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26)}
		if l.HeldBack() {
			held++
		}
	}
	if held < 300 || held > 500 {
		t.Errorf("%d of 2000 are held back", held)
	}
	rapid.Check(t, func(t *rapid.T) {
		pair := rapid.StringN(1, -1, -1).Draw(t, "pair")
		a, b := eval.Example{ID: "a", Pair: pair}, eval.Example{ID: "b", Pair: pair}
		if a.HeldBack() != b.HeldBack() {
			t.Errorf("the lines of pair %q are torn apart", pair)
		}
	})
}

func TestMeasureTriage(t *testing.T) {
	r := eval.MeasureTriage(&byWord{}, []eval.File{{Name: "file", Lines: read(t, labeled)}})
	total := r.Total()
	if total.Recall != (eval.Rate{Hits: 1, Of: 2}) || total.Alarms != (eval.Rate{Hits: 1, Of: 2}) {
		t.Errorf("recall %v, alarms %v, want 1 of 2 each", total.Recall, total.Alarms)
	}
	if len(r.Tags) != 2 || r.Tags[0].Name != "t" || r.Tags[0].Recall.Of != 2 || r.Tags[1].Alarms.Hits != 1 {
		t.Errorf("tags %+v %+v", r.Tags[0], r.Tags[1])
	}
	if len(r.Faults) != 2 || !r.Faults[0].Missed || r.Faults[0].Line.ID != "b" || r.Faults[1].Missed || r.Faults[1].Line.ID != "d" {
		t.Errorf("faults %+v", r.Faults)
	}
	var out bytes.Buffer
	r.Write(&out, true)
	if strings.Contains(out.String(), "song") {
		t.Error("the report quotes a line")
	}
}

func TestPrecisionAtOnePercent(t *testing.T) {
	g := eval.Group{Recall: eval.Rate{Hits: 90, Of: 100}, Alarms: eval.Rate{Hits: 10, Of: 1000}}
	mean, lo, hi := g.Precision()
	if want := 0.009 / (0.009 + 0.0099); mean < want-1e-9 || mean > want+1e-9 {
		t.Errorf("precision %v, want %v", mean, want)
	}
	if lo >= mean || hi <= mean || lo < 0 || hi > 1 {
		t.Errorf("bounds %v and %v around %v", lo, hi, mean)
	}
}

func TestMeasureConversations(t *testing.T) {
	due := func(i int) *int { return &i }
	r := eval.MeasureConversations(&byWord{}, []eval.Conversation{
		{ID: "in time", Turns: []string{"x", "danger", "y"}, ShownBy: due(1)},
		{ID: "late", Turns: []string{"x", "y", "danger"}, ShownBy: due(1)},
		{ID: "never", Turns: []string{"x"}, ShownBy: due(0)},
		{ID: "alarm", Turns: []string{"danger"}},
		{ID: "quiet", Turns: []string{"x"}},
	}, eval.TurnEvery)
	if r.InTime != (eval.Rate{Hits: 1, Of: 3}) || r.Ever != (eval.Rate{Hits: 2, Of: 3}) || r.Alarms != (eval.Rate{Hits: 1, Of: 2}) {
		t.Errorf("%+v", r)
	}
	if got := strings.Join(r.Faults, " "); got != "late never alarm" {
		t.Errorf("faults %q", got)
	}
}

// byPause shows the card for a message less than a minute after the one before.
type byPause struct{ last time.Time }

func (c *byPause) Check(_ chat.Body, s crisis.State, now time.Time) (crisis.Verdict, crisis.State) {
	v := crisis.Verdict{Level: crisis.None}
	if now.Sub(c.last) < time.Minute {
		v.Level = crisis.Crisis
	}
	c.last = now
	return v, s
}

func TestConversationsMayBeSlow(t *testing.T) {
	for every, want := range map[time.Duration]int{time.Second: 1, time.Hour: 0} {
		r := eval.MeasureConversations(&byPause{}, []eval.Conversation{{ID: "two turns", Turns: []string{"x", "y"}}}, every)
		if r.Alarms.Hits != want {
			t.Errorf("turns every %v: %d cards, want %d", every, r.Alarms.Hits, want)
		}
	}
}

func TestDisguises(t *testing.T) {
	list := eval.Disguises()
	if len(list) != 14 {
		t.Fatalf("%d disguises, want 14", len(list))
	}
	for i, d := range list {
		t.Run(d.Name, func(t *testing.T) {
			dice := func() *rand.Rand { return rand.New(rand.NewPCG(1, uint64(i))) }
			const text = "I can't stop thinking about suicide, I want to die"
			got := d.Of(dice(), text)
			if got == text {
				t.Error("nothing is disguised")
			}
			if again := d.Of(dice(), text); got != again {
				t.Error("the same dice give another disguise")
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		for i, d := range list {
			d.Of(rand.New(rand.NewPCG(7, uint64(i))), text) // any text can be disguised
		}
	})
}

func TestMeasureDisguises(t *testing.T) {
	groups := eval.MeasureDisguises(&byWord{}, read(t, labeled), 1)
	if len(groups) != 15 || groups[0].Recall != (eval.Rate{Hits: 1, Of: 2}) {
		t.Fatalf("%d groups, the first %+v", len(groups), groups[0])
	}
	for _, g := range groups {
		if g.Name == "all capitals" && g.Recall.Hits != 0 {
			t.Error("a checker that knows small letters only was not fooled by capitals")
		}
	}
}
