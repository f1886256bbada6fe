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
