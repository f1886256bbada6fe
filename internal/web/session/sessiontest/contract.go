package sessiontest

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/web/session"
)

// Run holds a store to the contract. Each case opens a store of its own.
func Run(t *testing.T, open func(t *testing.T) session.Store) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	pass := session.Pass{
		Network: "discord", Space: "guild", Until: now.Add(time.Minute),
		Person: chat.Person{ID: "7", Name: "Sam \"S\" Ñ", Roles: []string{"a,b", "c"}},
	}
	for _, test := range []struct {
		name string
		run  func(t *testing.T, s session.Store)
	}{
		{"a link is taken once", func(t *testing.T, s session.Store) { takenOnce(t, s, pass, now) }},
		{"a link that has ended is not taken", func(t *testing.T, s session.Store) {
			must(t, s.AddLink(t.Context(), "h", pass))
			if _, ok, err := s.TakeLink(t.Context(), "h", pass.Until); ok || err != nil {
				t.Errorf("taken %t, %v", ok, err)
			}
		}},
		{"of many at once, one takes a link", func(t *testing.T, s session.Store) { oneTakes(t, s, pass, now) }},
		{"links are counted for one person of one community", func(t *testing.T, s session.Store) { counted(t, s, pass, now) }},
		{"a session lasts until its end", func(t *testing.T, s session.Store) { lasts(t, s, pass, now) }},
		{"a link is no session, and a session no link", func(t *testing.T, s session.Store) {
			must(t, s.AddLink(t.Context(), "link", pass))
			must(t, s.AddSession(t.Context(), "session", pass))
			if _, ok, _ := s.Session(t.Context(), "link", now); ok {
				t.Error("a link opened a page")
			}
			if _, ok, _ := s.TakeLink(t.Context(), "session", now); ok {
				t.Error("a session was taken as a link")
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

func takenOnce(t *testing.T, s session.Store, pass session.Pass, now time.Time) {
	must(t, s.AddLink(t.Context(), "h", pass))
	got, ok, err := s.TakeLink(t.Context(), "h", now)
	if err != nil || !ok || !same(got, pass) {
		t.Fatalf("took %+v, %t, %v; want %+v", got, ok, err, pass)
	}
	if _, ok, err := s.TakeLink(t.Context(), "h", now); ok || err != nil {
		t.Errorf("taken twice (%t, %v)", ok, err)
	}
	if _, ok, err := s.TakeLink(t.Context(), "other", now); ok || err != nil {
		t.Errorf("a link that was never made was taken (%t, %v)", ok, err)
	}
}

func oneTakes(t *testing.T, s session.Store, pass session.Pass, now time.Time) {
	must(t, s.AddLink(t.Context(), "h", pass))
	var took atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, ok, _ := s.TakeLink(t.Context(), "h", now); ok {
				took.Add(1)
			}
		})
	}
	all.Wait()
	if took.Load() != 1 {
		t.Errorf("%d took it", took.Load())
	}
}

func counted(t *testing.T, s session.Store, pass session.Pass, now time.Time) {
	elsewhere, somebody, ended := pass, pass, pass
	elsewhere.Space = "other"
	somebody.Person.ID = "8"
	ended.Until = now
	for hash, p := range map[string]session.Pass{"1": pass, "2": pass, "3": elsewhere, "4": somebody, "5": ended} {
		must(t, s.AddLink(t.Context(), hash, p))
	}
	if _, _, err := s.TakeLink(t.Context(), "1", now); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountLinks(t.Context(), pass, now); n != 2 || err != nil {
		t.Errorf("counted %d, %v; want 2, the used one among them", n, err)
	}
}

func lasts(t *testing.T, s session.Store, pass session.Pass, now time.Time) {
	must(t, s.AddSession(t.Context(), "h", pass))
	if got, ok, err := s.Session(t.Context(), "h", now); err != nil || !ok || !same(got, pass) {
		t.Errorf("session %+v, %t, %v; want %+v", got, ok, err, pass)
	}
	if _, ok, err := s.Session(t.Context(), "h", pass.Until); ok || err != nil {
		t.Errorf("it goes on (%t, %v)", ok, err)
	}
	must(t, s.EndSession(t.Context(), "h"))
	if _, ok, err := s.Session(t.Context(), "h", now); ok || err != nil {
		t.Errorf("it was ended and goes on (%t, %v)", ok, err)
	}
}

func same(a, b session.Pass) bool {
	return a.Network == b.Network && a.Space == b.Space && a.Until.Equal(b.Until) &&
		a.Person.ID == b.Person.ID && a.Person.Name == b.Person.Name && slices.Equal(a.Person.Roles, b.Person.Roles)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
