package slack

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestGroupsAreKeptUpToDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var (
			mu              sync.Mutex
			asked, failures int
			members         = map[string][]string{"UMOD": {"S1"}}
			fault           error
		)
		g := newGroups(func(context.Context, string) (map[string][]string, error) {
			mu.Lock()
			defer mu.Unlock()
			asked++
			return members, fault
		}, func(string, error) { failures++ })
		now := func(m map[string][]string, err error) {
			mu.Lock()
			defer mu.Unlock()
			members, fault = m, err
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { g.keep(ctx); close(done) }()
		in := func(want ...string) {
			t.Helper()
			synctest.Wait()
			if got := g.of("T1", "UMOD", time.Now()); !slices.Equal(got, want) {
				t.Errorf("in %v, want %v", got, want)
			}
		}
		if got := g.of("T1", "UMOD", time.Now()); got != nil { // asked beside it
			t.Errorf("in %v before anybody was asked", got)
		}
		in("S1")
		for range 100 {
			in("S1")
		}
		if asked != 1 {
			t.Errorf("asked %d times within a minute", asked)
		}
		now(map[string][]string{}, nil)
		time.Sleep(groupsEvery + groupsEvery/4)
		in()
		now(map[string][]string{"UMOD": {"S1", "S2"}}, nil)
		time.Sleep(groupsEvery + groupsEvery/4)
		in("S1", "S2")
		now(nil, errors.New("no"))
		time.Sleep(2 * groupsEvery)
		in("S1", "S2") // for a while, the last answer counts
		time.Sleep(groupsFor)
		in()
		if failures != 1 {
			t.Errorf("%d warnings", failures)
		}
		time.Sleep(groupsIdle + groupsEvery)
		synctest.Wait()
		if n := len(g.teams); n != 0 {
			t.Errorf("%d workspaces are still asked about", n)
		}
		cancel()
		<-done
	})
}

// Whoever opens a page waits for Slack, once, and loses a group within a minute.
func TestGroupsOfThisMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		groupsOf, fault := map[string][]string{"UMOD": {"S1"}}, error(nil)
		g := newGroups(func(context.Context, string) (map[string][]string, error) {
			asked++
			time.Sleep(time.Second)
			return groupsOf, fault
		}, func(string, error) {})
		in := func(fails bool, want ...string) {
			t.Helper()
			if got, err := g.now(t.Context(), "T1", "UMOD"); !slices.Equal(got, want) || errors.Is(err, errGroups) != fails {
				t.Errorf("in %v, %v; want %v", got, err, want)
			}
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { in(false, "S1") })
		}
		all.Wait()
		if asked != 1 {
			t.Errorf("asked %d times for one page", asked)
		}
		groupsOf = nil
		time.Sleep(groupsEvery + time.Second)
		in(false)
		groupsOf, fault = map[string][]string{"UMOD": {"S1"}}, nil
		time.Sleep(groupsEvery + time.Second)
		in(false, "S1")
		fault = errors.New("down")
		time.Sleep(groupsEvery + time.Second)
		asked = 0
		in(false, "S1")
		in(false, "S1")
		if asked != 1 {
			t.Errorf("a Slack that is down is asked %d times at once", asked)
		}
		time.Sleep(groupsFor)
		in(true)
	})
}
