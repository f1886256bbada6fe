package crisis_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/prompts"
)

var levels = []crisis.Level{crisis.Crisis, crisis.Concern, crisis.Mention, crisis.None}

func TestAForgottenVerdictAsksForTheCard(t *testing.T) {
	var v crisis.Verdict
	if !v.Level.ShowsCard() {
		t.Error("the zero verdict shows no card")
	}
	if card := v.Card(); card.Name != prompts.Crisis || card.Text != prompts.Card(prompts.Crisis, "en") {
		t.Errorf("its card is %s: %s", card.Name, card.Text)
	}
	if c, ok := v.Cleared(crisis.Free); ok || c.Text() != "" {
		t.Error("it clears a text")
	}
	if v.Safe || v.Repeat {
		t.Error("it says safe or seen before")
	}
}

func TestALevelNobodyKnowsIsACrisis(t *testing.T) {
	if got := crisis.Level(200).String(); got != "crisis" {
		t.Errorf("its name is %q", got)
	}
}

func TestFallbackCardIsTheWholeCard(t *testing.T) {
	card := crisis.FallbackCard()
	if card.Name != prompts.Crisis || card.Text != prompts.Card(prompts.Crisis, "en") {
		t.Errorf("card %s: %s", card.Name, card.Text)
	}
}

func TestOnlyNoneInAFreeConversationIsCleared(t *testing.T) {
	for _, example := range []struct {
		text  string
		level crisis.Level
	}{
		{"I want to die", crisis.Crisis},
		{"what dose of ketamine is lethal", crisis.Concern},
		{"does ketamine reduce suicidal thoughts?", crisis.Mention},
		{"How long is a session?", crisis.None},
	} {
		v := check(example.text)
		if v.Level != example.level {
			t.Fatalf("%q is %s: it proves nothing", example.text, v.Level)
		}
		for hold, name := range map[crisis.Hold]string{crisis.Unknown: "unknown", crisis.Held: "held", crisis.Free: "free", crisis.Hold(9): "no hold at all"} {
			t.Run(v.Level.String()+" and "+name, func(t *testing.T) {
				c, ok := v.Cleared(hold)
				want := v.Level == crisis.None && hold == crisis.Free
				if ok != want {
					t.Errorf("cleared: %v, want %v", ok, want)
				}
				if want && c.Text() != example.text || !want && c.Text() != "" {
					t.Errorf("it carries %q", c.Text())
				}
			})
		}
	}
	t.Run("a hold that nobody filled in clears nothing", func(t *testing.T) {
		var h crisis.Hold
		if _, ok := check("How long is a session?").Cleared(h); ok || h != crisis.Unknown {
			t.Error("it clears")
		}
	})
	t.Run("it carries every word that was checked", func(t *testing.T) {
		v, _ := triage().Check(chat.Said{Text: "How long?", Quoted: []string{"a session"}, Files: []string{"form.pdf"}}, crisis.State{}, noon)
		if c, ok := v.Cleared(crisis.Free); !ok || c.Text() != "How long?\na session\nform.pdf" {
			t.Errorf("cleared %v: %q", ok, c.Text())
		}
	})
	t.Run("a level lowered by hand clears no words", func(t *testing.T) {
		if c, _ := (crisis.Verdict{Level: crisis.None}).Cleared(crisis.Free); c.Text() != "" {
			t.Errorf("it carries %q", c.Text())
		}
	})
	t.Run("a verdict whose level was raised clears nothing", func(t *testing.T) {
		v := check("How long is a session?")
		v.Level = crisis.Mention
		if _, ok := v.Cleared(crisis.Free); ok {
			t.Error("it clears")
		}
	})
}

func TestNoDecoderFillsACleared(t *testing.T) {
	const words = "I want to die"
	t.Run("JSON", func(t *testing.T) {
		for _, data := range []string{`{"text":"` + words + `"}`, `{"Text":"` + words + `"}`, `{"TEXT":"` + words + `"}`} {
			var c crisis.Cleared
			//nolint:staticcheck // SA9005: that nothing can be filled is what is tested
			if err := json.Unmarshal([]byte(data), &c); err == nil && c.Text() != "" {
				t.Errorf("%s gives %q", data, c.Text())
			}
		}
	})
	t.Run("JSON into a verdict", func(t *testing.T) {
		var v crisis.Verdict
		if err := json.Unmarshal([]byte(`{"Level":"none","text":"`+words+`","Text":"`+words+`"}`), &v); err != nil {
			t.Fatal(err)
		}
		if c, _ := v.Cleared(crisis.Free); c.Text() != "" {
			t.Errorf("it carries %q", c.Text())
		}
	})
	t.Run("gob", func(t *testing.T) {
		var data bytes.Buffer
		if err := gob.NewEncoder(&data).Encode(struct{ Text string }{words}); err != nil {
			t.Fatal(err)
		}
		var c crisis.Cleared
		if err := gob.NewDecoder(&data).Decode(&c); err == nil || c.Text() != "" {
			t.Errorf("it gives %q, error %v", c.Text(), err)
		}
	})
	t.Run("and JSON shows no words of it", func(t *testing.T) {
		v := check("How long is a session?")
		c, _ := v.Cleared(crisis.Free)
		for _, value := range []any{c, v} {
			data, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), "session") {
				t.Errorf("it writes %s", data)
			}
		}
	})
}

func TestLevelsInJSON(t *testing.T) {
	data, err := json.Marshal(levels)
	if err != nil || string(data) != `["crisis","concern","mention","none"]` {
		t.Fatalf("written as %s, %v", data, err)
	}
	var read []crisis.Level
	if err := json.Unmarshal(data, &read); err != nil || !slices.Equal(read, levels) {
		t.Errorf("read as %v, %v", read, err)
	}
	for _, bad := range []string{`"grave"`, `""`, `"None"`} {
		l := crisis.Crisis
		if err := json.Unmarshal([]byte(bad), &l); err == nil || l != crisis.Crisis {
			t.Errorf("%s is read as %s, %v", bad, l, err)
		}
	}
}

func TestWhichLevelsShowACard(t *testing.T) {
	for level, want := range map[crisis.Level]bool{crisis.Crisis: true, crisis.Concern: true, crisis.Mention: false, crisis.None: false} {
		if got := level.ShowsCard(); got != want {
			t.Errorf("%s shows a card: %v, want %v", level, got, want)
		}
	}
}

func TestCardOfAVerdict(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a crisis", "I want to die", prompts.Crisis},
		{"a concern", "what dose of ketamine is lethal", prompts.Concern},
		{"somebody else", "my buddy wants to kill himself", prompts.Other},
		{"harm to others", "I'm going to shoot my lieutenant", prompts.Danger},
		{"an overdose", "took all my troches at once", prompts.Overdose},
		{"a refusal", "don't give me a hotline", prompts.Doors},
		{"danger comes before the usual card", "I want to die and I'm going to shoot my lieutenant first", prompts.Danger},
		{"danger comes before the usual card in any order", "I'm going to shoot my lieutenant. Then I want to die", prompts.Danger},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := check(test.text)
			card := v.Card()
			if card.Name != test.want || card.Text != prompts.Card(test.want, "en") {
				t.Errorf("card %s by %v, want %s", card.Name, v.Signals, test.want)
			}
		})
	}
}
