package slack

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestGroupsAreKeptUpToDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, failures := 0, 0
		members := map[string][]string{"UMOD": {"S1"}}
		var fault error
		g := newGroups(func(context.Context, string) (map[string][]string, error) {
			asked++
			return members, fault
		}, func(string, error) { failures++ })
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
		members = map[string][]string{}
		time.Sleep(groupsEvery + groupsEvery/4)
		in()
		members = map[string][]string{"UMOD": {"S1", "S2"}}
		time.Sleep(groupsEvery + groupsEvery/4)
		in("S1", "S2")
		fault = errors.New("no")
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
