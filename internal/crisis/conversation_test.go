package crisis_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/prompts"
)

// A talk is one person's conversation with a clock of its own.
type talk struct {
	state crisis.State
	now   time.Time
}

func newTalk() *talk { return &talk{now: noon} }

// says sends a message after a wait.
func (c *talk) says(wait time.Duration, text string) crisis.Verdict {
	return c.does(wait, chat.Said{Text: text})
}

func (c *talk) does(wait time.Duration, body chat.Body) crisis.Verdict {
	c.now = c.now.Add(wait)
	var v crisis.Verdict
	v, c.state = triage().Check(body, c.state, c.now)
	return v
}

func (c *talk) held(wait time.Duration) bool { return c.state.Held(c.now.Add(wait)) }

func TestFragments(t *testing.T) {
	for _, test := range []struct {
		name  string
		parts []string
		every time.Duration
		want  bool // somewhere a card shows
	}{
		{"a sentence in three pieces", []string{"i want to", "kill", "myself"}, 10 * time.Second, true},
		{"a word in two pieces", []string{"he just over", "dosed on pills"}, 10 * time.Second, true},
		{"five messages back to back", []string{"i", "just", "want", "to", "die"}, 5 * time.Second, true},
		{"pieces of another sentence", []string{"i want to", "ask about", "the cost"}, 10 * time.Second, false},
		{"pieces more than a minute apart", []string{"i have it", "in my hand"}, 61 * time.Second, false},
		{"pieces exactly a minute apart", []string{"i have it", "in my hand"}, time.Minute, false},
		{"pieces just under a minute apart", []string{"i have it", "in my hand"}, 59 * time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newTalk()
			shown := false
			var signals []string
			for _, part := range test.parts {
				v := c.says(test.every, part)
				shown = shown || v.Level.ShowsCard()
				signals = append(signals, v.Signals...)
			}
			if shown != test.want {
				t.Errorf("card: %v by %v, want %v", shown, signals, test.want)
			}
			if v := check(test.parts[0]); v.Level.ShowsCard() {
				t.Errorf("%q alone gets a card by %v: it proves nothing", test.parts[0], v.Signals)
			}
		})
	}
	t.Run("a question after a card is not read into it again", func(t *testing.T) {
		c := newTalk()
		c.says(0, "I want to die")
		if v := c.says(5*time.Second, "how long is a session?"); v.Level != crisis.None {
			t.Errorf("level %s by %v", v.Level, v.Signals)
		}
	})
	t.Run("a question about the subject does not soften what follows", func(t *testing.T) {
		c := newTalk()
		c.says(0, "does ketamine reduce suicidal thoughts?")
		if v := c.says(5*time.Second, "I want to die"); v.Level != crisis.Crisis {
			t.Errorf("level %s by %v", v.Level, v.Signals)
		}
	})
}

func TestReadingsThatAgreeNeedLess(t *testing.T) {
	for _, test := range []struct {
		chances []float64
		want    bool
	}{
		{nil, false},
		{[]float64{0.6}, false},
		{[]float64{0.7}, true},
		{[]float64{0.6, 0.3}, false},
		{[]float64{0.3, 0.7}, true},
		{[]float64{0.6, 0.3, 0.2}, false},
		{[]float64{0.2, 0.3, 0.6}, false},
		{[]float64{0.45, 0.45}, true},
		{[]float64{0.45, 0.1, 0.6}, true},
		{[]float64{0.6, 0.1, 0.45}, true},
		{[]float64{0.6, 0.45, 0.1}, true},
		{[]float64{0.35, 0.35, 0.35}, false},
	} {
		if chance, card := crisis.Weighed(test.chances...); card != test.want || len(test.chances) > 0 && chance != slices.Max(test.chances) {
			t.Errorf("%v: chance %v, card %v, want %v", test.chances, chance, card, test.want)
		}
	}
}

func TestRiskBuildsAndFades(t *testing.T) {
	story := []string{"I lost my job", "I got divorced", "I got evicted last week", "I haven't slept in days"}
	tell := func(every time.Duration) crisis.Verdict {
		c := newTalk()
		var v crisis.Verdict
		for _, m := range story {
			v = c.says(every, m)
		}
		return v
	}
	for _, m := range story {
		if v := check(m); v.Level.ShowsCard() {
			t.Errorf("%q gets a card alone by %v: it proves nothing", m, v.Signals)
		}
	}
	t.Run("losses told in one go are a concern", func(t *testing.T) {
		if v := tell(2 * time.Minute); !v.Level.ShowsCard() {
			t.Errorf("level %s by %v", v.Level, v.Signals)
		}
	})
	t.Run("the same over days are not", func(t *testing.T) {
		if v := tell(20 * time.Hour); v.Level.ShowsCard() {
			t.Errorf("level %s by %v", v.Level, v.Signals)
		}
	})
	t.Run("a question about something else is answered all the same", func(t *testing.T) {
		c := newTalk()
		for _, m := range story {
			c.says(2*time.Minute, m)
		}
		if v := c.says(2*time.Minute, "how long is a session?"); v.Level != crisis.None {
			t.Errorf("level %s by %v", v.Level, v.Signals)
		}
	})
	t.Run("a clock set back raises no risk", func(t *testing.T) {
		c := newTalk()
		c.says(0, story[0])
		if v := c.says(-time.Hour, story[1]); v.Level.ShowsCard() {
			t.Errorf("level %s by %v", v.Level, v.Signals)
		}
	})
	t.Run("it is forgotten at last", func(t *testing.T) {
		c := newTalk()
		c.says(0, story[0])
		if c.state.Expired(c.now) {
			t.Error("forgotten at once")
		}
		if !c.state.Expired(c.now.Add(24 * time.Hour)) {
			t.Error("still remembered after a day")
		}
	})
}

func TestJustKiddingTakesNothingBack(t *testing.T) {
	for _, joke := range []string{"jk", "just kidding", "lol jk", "haha I'm joking", "never mind", "forget I said that"} {
		t.Run(joke, func(t *testing.T) {
			c := newTalk()
			c.says(0, "I'm going to kill myself tonight")
			v := c.says(10*time.Second, joke)
			if v.Safe {
				t.Error("it counts as safe")
			}
			if !c.held(0) {
				t.Error("it ended the hold")
			}
		})
		t.Run("an edit adds "+joke, func(t *testing.T) {
			c := newTalk()
			c.says(0, "I'm going to kill myself tonight")
			v := c.does(10*time.Second, chat.Edited{Said: chat.Said{Text: "I'm going to kill myself tonight " + joke}})
			if v.Level != crisis.Crisis {
				t.Errorf("level %s by %v", v.Level, v.Signals)
			}
		})
	}
}

func TestCardsOfAConversation(t *testing.T) {
	type turn struct {
		wait time.Duration
		says string
		card string // "" for no card
	}
	const (
		wish    = "I want to die"
		amount  = "what dose of ketamine is lethal" // a concern
		threat  = "I'm going to shoot my lieutenant"
		pills   = "took all my troches at once"
		refusal = "don't give me a hotline"
		ask     = "how long is a session?"
	)
	for _, test := range []struct {
		name  string
		turns []turn
	}{
		{"a short reminder within ten minutes", []turn{{0, wish, prompts.Crisis}, {9*time.Minute + 59*time.Second, wish, prompts.Reminder}}},
		{"the whole card after ten minutes", []turn{{0, wish, prompts.Crisis}, {10 * time.Minute, wish, prompts.Crisis}}},
		{"a reminder does not put the whole card off", []turn{
			{0, wish, prompts.Crisis}, {6 * time.Minute, wish, prompts.Reminder}, {5 * time.Minute, wish, prompts.Crisis},
		}},
		{"the card of a graver sign within ten minutes", []turn{{0, amount, prompts.Concern}, {time.Minute, wish, prompts.Crisis}}},
		{"a lesser sign is reminded", []turn{{0, wish, prompts.Crisis}, {2 * time.Minute, amount, prompts.Reminder}}},
		{"the danger card even within ten minutes", []turn{{0, wish, prompts.Crisis}, {time.Minute, threat, prompts.Danger}}},
		{"the overdose card even within ten minutes", []turn{{0, wish, prompts.Crisis}, {time.Minute, pills, prompts.Overdose}}},
		{"the overdose card after the danger card", []turn{{0, threat, prompts.Danger}, {time.Minute, pills, prompts.Overdose}}},
		{"the danger card itself is not shown twice", []turn{{0, threat, prompts.Danger}, {time.Minute, threat, prompts.Reminder}}},
		{"no card for a question between", []turn{{0, wish, prompts.Crisis}, {2 * time.Minute, ask, ""}, {2 * time.Minute, wish, prompts.Reminder}}},
		{"the doors for somebody who refuses the line", []turn{{0, refusal, prompts.Doors}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newTalk()
			for i, turn := range test.turns {
				v := c.says(turn.wait, turn.says)
				got := ""
				if v.Level.ShowsCard() {
					got = v.Card().Name
				}
				if got != turn.card {
					t.Errorf("message %d %q: card %q by %v, want %q", i+1, turn.says, got, v.Signals, turn.card)
				}
			}
		})
	}
}

func TestHold(t *testing.T) {
	t.Run("lasts thirty minutes from the card", func(t *testing.T) {
		c := newTalk()
		c.says(0, "I want to die")
		for wait, want := range map[time.Duration]bool{0: true, 29*time.Minute + 59*time.Second: true, 30 * time.Minute: false} {
			if got := c.held(wait); got != want {
				t.Errorf("held after %v: %v, want %v", wait, got, want)
			}
		}
	})
	t.Run("a concern holds too", func(t *testing.T) {
		c := newTalk()
		c.says(0, "what dose of ketamine is lethal")
		if !c.held(29 * time.Minute) {
			t.Error("not held")
		}
	})
	t.Run("a reminder begins it again", func(t *testing.T) {
		c := newTalk()
		c.says(0, "I want to die")
		c.says(9*time.Minute, "I want to die")
		if !c.held(29 * time.Minute) {
			t.Error("not held 38 minutes after the first card and 29 after the reminder")
		}
	})
	t.Run("questions do not end it", func(t *testing.T) {
		c := newTalk()
		c.says(0, "I want to die")
		c.says(5*time.Minute, "how long is a session?")
		c.says(5*time.Minute, "is it covered by the VA?")
		if !c.held(0) {
			t.Error("not held")
		}
	})
	t.Run("a deleted message does not end it", func(t *testing.T) {
		c := newTalk()
		c.says(0, "I want to die")
		c.does(time.Minute, chat.Deleted{})
		if !c.held(0) {
			t.Error("not held")
		}
	})
	t.Run("a new conversation and a mention hold nothing", func(t *testing.T) {
		c := newTalk()
		c.says(0, "does ketamine reduce suicidal thoughts?")
		if c.held(0) || (crisis.State{}).Held(noon) {
			t.Error("held")
		}
	})
}

func TestSafe(t *testing.T) {
	for _, test := range []struct {
		says string
		want bool
	}{
		{"I'm safe", true}, {"I'm safe now", true}, {"I am safe, thank you", true}, {"im ok now", true}, {"estoy a salvo", true},
		{"I'm not safe", false}, {"I don't feel safe", false}, {"am I safe?", false}, {"is it safe?", false},
		{"I'm safe but I still want to die", false}, {"how safe is ketamine?", false}, {"I wish I was safe", false},
		{"tell my wife I'm safe, it will be over soon", false}, {"ok thanks", false}, {"ok", false}, {"thanks", false},
	} {
		t.Run(test.says, func(t *testing.T) {
			c := newTalk()
			c.says(0, "I want to die")
			v := c.says(2*time.Minute, test.says)
			if v.Safe != test.want {
				t.Errorf("safe: %v by %v, want %v", v.Safe, v.Signals, test.want)
			}
			if got := c.held(0); got == test.want {
				t.Errorf("held: %v after safe: %v", got, v.Safe)
			}
		})
	}
	t.Run("without a card before it says nothing", func(t *testing.T) {
		if v := check("I'm safe"); v.Safe || v.Level != crisis.None {
			t.Errorf("safe: %v, level %s", v.Safe, v.Level)
		}
	})
	t.Run("a new sign after it brings the whole card", func(t *testing.T) {
		c := newTalk()
		c.says(0, "I want to die")
		c.says(time.Minute, "I'm safe")
		if v := c.says(time.Minute, "I want to die"); v.Level != crisis.Crisis || v.Card().Name != prompts.Crisis {
			t.Errorf("level %s, card %s", v.Level, v.Card().Name)
		}
	})
}

func TestWordsAreForgotten(t *testing.T) {
	holds := func(s crisis.State, words string) bool { return strings.Contains(fmt.Sprintf("%+v", s), words) }
	t.Run("after a minute, when told to", func(t *testing.T) {
		c := newTalk()
		c.says(0, "zebra crossing")
		if !holds(c.state, "zebra") {
			t.Fatal("it is not remembered: the test proves nothing")
		}
		if want := c.now.Add(time.Minute); !c.state.Words().Equal(want) {
			t.Errorf("to be forgotten at %v, want %v", c.state.Words(), want)
		}
		if s := c.state.Forget(c.now.Add(time.Minute)); holds(s, "zebra") || !s.Words().IsZero() {
			t.Errorf("still there: %+v", s)
		}
	})
	t.Run("without words the hold and the risk stay", func(t *testing.T) {
		c := newTalk()
		c.says(0, "I want to die")
		c.state = c.state.Forget(c.now.Add(time.Minute))
		if !c.held(0) || c.state.Expired(c.now) {
			t.Error("the hold is gone")
		}
	})
	t.Run("no more than five messages", func(t *testing.T) {
		c := newTalk()
		for i := range 9 {
			c.says(time.Second, fmt.Sprintf("zebra%d", i))
		}
		if holds(c.state, "zebra3") || !holds(c.state, "zebra4") {
			t.Errorf("state %+v", c.state)
		}
	})
	t.Run("old words go when new ones come", func(t *testing.T) {
		c := newTalk()
		c.says(0, "zebra crossing")
		c.says(61*time.Second, "next")
		if holds(c.state, "zebra") {
			t.Errorf("state %+v", c.state)
		}
	})
	t.Run("a state is a value", func(t *testing.T) {
		c := newTalk()
		c.says(0, "first")
		before := c.state
		text := fmt.Sprintf("%+v", before)
		for i := range 6 {
			c.says(time.Second, fmt.Sprintf("more %d", i))
		}
		if got := fmt.Sprintf("%+v", before); got != text {
			t.Errorf("an old state changed from %s to %s", text, got)
		}
	})
	t.Run("two ways on from one state share nothing", func(t *testing.T) {
		c := newTalk()
		for range 3 {
			c.says(time.Second, "before")
		}
		left, right := *c, *c
		left.says(time.Second, "zebra")
		right.says(time.Second, "walrus")
		if !holds(left.state, "zebra") || holds(left.state, "walrus") {
			t.Errorf("state %+v", left.state)
		}
	})
	t.Run("the state of an earlier message is not needed to triage the same words", func(t *testing.T) {
		a, _ := triage().Check(chat.Said{Text: "I want to die"}, crisis.State{}, noon)
		b, _ := triage().Check(chat.Said{Text: "I want to die"}, crisis.State{}, noon)
		if a.Level != b.Level || !slices.Equal(a.Signals, b.Signals) {
			t.Errorf("%v and %v", a, b)
		}
	})
}

func TestWhatWasAnsweredIsNotAnsweredAgain(t *testing.T) {
	c := newTalk()
	if v := c.says(0, "gave my dog to my ex, paid off the truck, I feel calm for once"); !v.Level.ShowsCard() {
		t.Fatalf("level %s by %v", v.Level, v.Signals)
	}
	for _, text := range []string{"will the VA pay", "how long is a session"} {
		if v := c.says(15*time.Second, text); v.Level.ShowsCard() {
			t.Errorf("%q: level %s by %v", text, v.Level, v.Signals)
		}
	}
}
