// Package rotatest holds what every rota.Store has to pass.
package rotatest

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/rota"
)

var (
	ours   = chat.Community{Network: "net", Space: "ours"}
	theirs = chat.Community{Network: "net", Space: "theirs"}
	noon   = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) // a Wednesday
)

// Alert is an alert to test with; those of different numbers are of different people.
func Alert(n int) rota.Alert {
	return rota.Alert{
		ID: fmt.Sprint("alert", n), Of: ours, At: chat.Ref{Network: "net", Space: "ours", Channel: "c", Thread: "t", Message: fmt.Sprint(n)},
		Person: fmt.Sprint("person", n), Raised: noon, Due: noon,
	}
}

// Run tests a store, which open returns empty.
func Run(t *testing.T, open func(t *testing.T) rota.Store) {
	for _, test := range []struct {
		name string
		do   func(t *testing.T, s rota.Store)
	}{
		{"where alerts go", duties},
		{"who is on call, and who wants no alerts", people},
		{"an alert is raised once", once},
		{"a person in a conversation raises no second one soon", quiet},
		{"what is due is taken by one at a time", steps},
		{"of many who claim one is the first", claims},
		{"another community finds nothing", isolated},
		{"alerts are forgotten and counts stay", counts},
	} {
		t.Run(test.name, func(t *testing.T) { test.do(t, open(t)) })
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func raise(t *testing.T, s rota.Store, a rota.Alert, want bool) {
	t.Helper()
	if fresh, err := s.RaiseAlert(t.Context(), a); err != nil || fresh != want {
		t.Errorf("%s of %s: fresh %v, error %v; want %v", a.ID, a.Person, fresh, err, want)
	}
}

// same compares all that is in two values.
func same(a, b any) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

func duties(t *testing.T, s rota.Store) {
	a, b := rota.Duty{Of: ours, Channel: "one", Wait: time.Minute}, rota.Duty{Of: theirs, Channel: "x", Wait: time.Hour}
	must(t, s.SetDuty(t.Context(), a), s.SetDuty(t.Context(), b))
	a.Channel, a.Wait = "two", 2*time.Minute
	must(t, s.SetDuty(t.Context(), a))
	check := func(want ...rota.Duty) {
		t.Helper()
		if got, err := s.Duties(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	}
	check(a, b)
	must(t, s.DropDuty(t.Context(), ours), s.DropDuty(t.Context(), ours))
	check(b)
}

func people(t *testing.T, s rota.Store) {
	for _, p := range []string{"b", "a", "a", "c"} {
		must(t, s.SetPeer(t.Context(), ours, p, true))
	}
	must(t, s.SetPeer(t.Context(), ours, "b", false), s.SetPeer(t.Context(), theirs, "x", true))
	if got, err := s.Peers(t.Context(), ours); err != nil || !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("%q, %v", got, err)
	}
	out := func(of chat.Community, want bool) {
		t.Helper()
		if got, err := s.Out(t.Context(), of, "a"); err != nil || got != want {
			t.Errorf("out of %s: %v, %v", of.Space, got, err)
		}
	}
	out(ours, false)
	must(t, s.SetOut(t.Context(), ours, "a", true), s.SetOut(t.Context(), ours, "a", true))
	out(ours, true)
	out(theirs, false)
	must(t, s.SetOut(t.Context(), ours, "a", false))
	out(ours, false)
}

func once(t *testing.T, s rota.Store) {
	raise(t, s, Alert(1), true)
	again := Alert(1)
	again.Person, again.Raised = "somebody else", noon.Add(time.Hour)
	raise(t, s, again, false)
	got, ok, err := s.NextAlert(t.Context(), noon, noon.Add(time.Minute))
	want := Alert(1)
	want.Tries = 1
	if err != nil || !ok || !same(got, want) {
		t.Errorf("%+v, %v, %v; want %+v", got, ok, err, want)
	}
}

func quiet(t *testing.T, s rota.Store) {
	raise(t, s, Alert(1), true)
	raise(t, s, Alert(2), true)
	soon := Alert(1)
	soon.ID, soon.Raised = "soon", noon.Add(rota.Quiet-time.Second)
	raise(t, s, soon, false)
	asked := soon
	asked.ID, asked.Asked = "asked", true
	raise(t, s, asked, true)
	elsewhere := soon
	elsewhere.ID, elsewhere.At.Channel = "elsewhere", "d"
	raise(t, s, elsewhere, true)
	later := soon
	later.ID, later.Raised = "later", noon.Add(rota.Quiet)
	raise(t, s, later, true)
}

func steps(t *testing.T, s rota.Store) {
	raise(t, s, Alert(1), true)
	take := func(now time.Time, want string, tries int) rota.Alert {
		t.Helper()
		a, ok, err := s.NextAlert(t.Context(), now, now.Add(time.Minute))
		if err != nil || ok != (want != "") || a.ID != want || a.Tries != tries {
			t.Errorf("took %q (%v, tries %d), %v; want %q (%d)", a.ID, ok, a.Tries, err, want, tries)
		}
		return a
	}
	take(noon.Add(-time.Second), "", 0)
	take(noon, "alert1", 1)
	take(noon.Add(time.Second), "", 0)
	a := take(noon.Add(time.Minute), "alert1", 2) // whoever took it first has died
	a.Step, a.Due, a.Posts = 1, noon.Add(time.Hour), []chat.Ref{{Network: "net", Space: "s", Channel: "c", Thread: "t", Message: "m"}}
	kept, err := s.AdvanceAlert(t.Context(), a)
	a.Tries = 0
	if err != nil || !same(kept, a) {
		t.Errorf("kept %+v, %v; want %+v", kept, err, a)
	}
	take(noon.Add(30*time.Minute), "", 0)
	a = take(noon.Add(time.Hour), "alert1", 1)
	a.Due = time.Time{}
	if _, err := s.AdvanceAlert(t.Context(), a); err != nil {
		t.Error(err)
	}
	take(noon.Add(1000*time.Hour), "", 0)
}

func claims(t *testing.T, s rota.Store) {
	opened := func(since time.Time, want int) {
		t.Helper()
		if n, err := s.OpenAlerts(t.Context(), since); err != nil || n != want {
			t.Errorf("%d alerts are open, %v; want %d", n, err, want)
		}
	}
	opened(noon, 0)
	raise(t, s, Alert(1), true)
	opened(noon, 1)
	opened(noon.Add(time.Second), 0)
	var firsts atomic.Int32
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			me := fmt.Sprint("peer", i)
			a, ok, err := s.ClaimAlert(t.Context(), ours, "alert1", me, noon)
			if err != nil || !ok {
				t.Error(ok, err)
			}
			if a.By == me {
				firsts.Add(1)
			}
		})
	}
	all.Wait()
	if n := firsts.Load(); n != 1 {
		t.Errorf("%d took it", n)
	}
	opened(noon, 0)
	if _, ok, err := s.NextAlert(t.Context(), noon, noon); ok || err != nil {
		t.Errorf("it is still due: %v, %v", ok, err)
	}
	if w, err := s.AlertWeeks(t.Context(), ours, 9); err != nil || len(w) != 1 || w[0].Raised != 1 || w[0].Taken != 1 {
		t.Errorf("weeks %v, %v", w, err)
	}
}

func isolated(t *testing.T, s rota.Store) {
	raise(t, s, Alert(1), true)
	must(t, s.SetPeer(t.Context(), ours, "a", true), s.SetOut(t.Context(), ours, "a", true))
	for _, of := range []chat.Community{theirs, {Network: "other", Space: "ours"}, {}} {
		if _, ok, err := s.ClaimAlert(t.Context(), of, "alert1", "me", noon); ok || err != nil {
			t.Errorf("%v claims it: %v", of, err)
		}
		peers, err := s.Peers(t.Context(), of)
		weeks, err2 := s.AlertWeeks(t.Context(), of, 9)
		out, err3 := s.Out(t.Context(), of, "a")
		must(t, err, err2, err3, s.SetPeer(t.Context(), of, "a", false), s.SetOut(t.Context(), of, "a", false), s.DropDuty(t.Context(), of))
		if len(peers) > 0 || len(weeks) > 0 || out {
			t.Errorf("%v sees %v %v %v", of, peers, weeks, out)
		}
	}
	if a, ok, err := s.NextAlert(t.Context(), noon, noon); !ok || err != nil || a.By != "" {
		t.Errorf("%+v, %v, %v", a, ok, err)
	}
	if out, err := s.Out(t.Context(), ours, "a"); !out || err != nil {
		t.Errorf("changed from outside: %v, %v", out, err)
	}
}

func counts(t *testing.T, s rota.Store) {
	for i := range 3 {
		a := Alert(i)
		a.Raised = noon.AddDate(0, 0, 3*i) // Wednesday, Saturday, Tuesday
		raise(t, s, a, true)
	}
	must(t, s.DropAlerts(t.Context(), noon.AddDate(0, 0, 4)))
	week := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	want := []rota.Week{{Begins: week.AddDate(0, 0, 7), Raised: 1}, {Begins: week, Raised: 2}}
	if got, err := s.AlertWeeks(t.Context(), ours, 9); err != nil || !same(got, want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
	if a, ok, err := s.NextAlert(t.Context(), noon.AddDate(1, 0, 0), noon); !ok || err != nil || a.ID != "alert2" {
		t.Errorf("left: %+v, %v, %v", a, ok, err)
	}
}
