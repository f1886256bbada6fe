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
