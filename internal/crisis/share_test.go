package crisis_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

func TestWhatAnotherReplicaKnowsOnlyMakesGraver(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	risks := rapid.Custom(func(t *rapid.T) chat.Risk {
		ago := func(label string) time.Time {
			return now.Add(-time.Duration(rapid.IntRange(0, 90).Draw(t, label)) * time.Minute)
		}
		return chat.Risk{
			Value: rapid.Float64Range(0.01, 3).Draw(t, "risk"), At: ago("at"), Card: rapid.SampledFrom([]string{"", "crisis", "danger"}).Draw(t, "card"),
			CardAt: ago("card at"), Grave: rapid.Uint8Range(0, 1).Draw(t, "grave"), HeldUntil: ago("held").Add(time.Hour),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := risks.Draw(t, "a"), risks.Draw(t, "b")
		mine, other := crisis.State{}.With(a), crisis.State{}.With(b)
		if mine.Risk() != a {
			t.Fatalf("%+v comes back as %+v", a, mine.Risk())
		}
		both := mine.With(other.Risk())
		if both.Held(now) != (mine.Held(now) || other.Held(now)) {
			t.Fatal("a hold is lost or made up")
		}
		for _, at := range []time.Time{now, now.Add(time.Hour), now.Add(2 * time.Hour)} {
			if both.Expired(at) && (!mine.Expired(at) || !other.Expired(at)) {
				t.Fatal("what matters is forgotten")
			}
			if at.After(both.Until()) && !both.Expired(at) {
				t.Fatal("it matters longer than it is told")
			}
		}
		if again := both.With(b).With(a); again.Risk() != both.Risk() {
			t.Fatalf("heard again it changes from %+v to %+v", both.Risk(), again.Risk())
		}
	})
}

// What replicas hear of each other comes in any order and more than once, and each of
// three says what it has seen: a card, or that the person is safe.
func TestWhatThePersonHasEndedStaysSo(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		var all [3]crisis.State
		var clocks [3]time.Duration // which differ
		for i := range clocks {
			clocks[i] = time.Duration(rapid.IntRange(-20, 20).Draw(t, "clock")) * time.Second
		}
		hear := func(a, b int) { all[a] = all[a].With(all[b].Risk()) }
		grave, at := false, now
		for range rapid.IntRange(1, 8).Draw(t, "messages") {
			i := rapid.IntRange(0, 2).Draw(t, "replica")
			at = at.Add(time.Minute)
			for j := range all { // all is heard between two messages of a person
				hear(i, j)
			}
			grave = rapid.Bool().Draw(t, "grave")
			all[i] = crisis.Noted(all[i], grave, at.Add(clocks[i]))
		}
		for range 20 {
			hear(rapid.IntRange(0, 2).Draw(t, "to"), rapid.IntRange(0, 2).Draw(t, "from"))
		}
		for i := range all {
			for j := range all {
				hear(i, j)
			}
			if got := all[i].Held(at.Add(time.Minute)); got != grave {
				t.Fatalf("replica %d holds: %v; the last message was grave: %v; %+v", i, got, grave, all[i].Risk())
			}
		}
		if again := all[0].With(all[1].Risk()).With(all[2].Risk()); again.Risk() != all[0].Risk() {
			t.Fatalf("heard again it changes from %+v to %+v", all[0].Risk(), again.Risk())
		}
	})
}
