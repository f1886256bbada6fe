package store_test

import (
	"slices"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/store/storetest"
)

func TestWhatReplicasTellEachOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		a, _ := join(t, where)
		b, _ := join(t, where)
		now := time.Now().UTC().Round(0)
		risk := chat.Risk{Value: 0.7, At: now, Card: "crisis", CardAt: now, Grave: 1, HeldUntil: now.Add(time.Hour), SafeAt: now.Add(-time.Minute), Ended: now.Add(-time.Second)}
		tell := func(conversation string, r chat.Risk, until time.Time) {
			t.Helper()
			if err := a.Tell(t.Context(), conversation, r, until); err != nil {
				t.Fatal(err)
			}
		}
		tell("one", chat.Risk{}, now.Add(time.Hour))
		tell("one", risk, now.Add(time.Hour))
		tell("over", risk, now.Add(-time.Second))
		if got, err := b.Heard(t.Context()); err != nil || len(got) != 1 || !slices.Equal(got["one"], []chat.Risk{risk}) {
			t.Errorf("b hears %+v, %v; want %+v", got, err, risk)
		}
		if got, err := a.Heard(t.Context()); err != nil || len(got) != 0 {
			t.Errorf("a hears itself: %v, %v", got, err)
		}
		execute(t, where, "UPDATE hold SET written = written - 10000000000")
		tell("two", risk, now.Add(time.Hour))
		if got, err := b.Heard(t.Context()); err != nil || len(got) != 1 || !slices.Equal(got["two"], []chat.Risk{risk}) {
			t.Errorf("then b hears %+v, %v", got, err)
		}
		execute(t, where, "INSERT INTO lease (name, holder, until) VALUES ('replica dead', 'dead', 0)")
		if err := a.Forget().Do(t.Context()); err != nil {
			t.Fatal(err)
		}
		execute(t, where, "INSERT INTO lease (name, holder, until) VALUES ('replica dead', 'dead', 0)") // there is none of that name any more
		safe := chat.Risk{SafeAt: now, Ended: now}
		if err := b.Tell(t.Context(), "two", safe, now.Add(time.Hour)); err != nil { // at the same time
			t.Fatal(err)
		}
		got, err := storetest.Open(t, where).Heard(t.Context())
		if err != nil || len(got) != 2 || len(got["two"]) != 2 || !slices.Contains(got["two"], risk) || !slices.Contains(got["two"], safe) {
			t.Errorf("a new replica hears %v, %v", got, err)
		}
	})
}
