package lanes_test

import (
	"context"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"kapbot/internal/lanes"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestOneKeyRunsInOrder(t *testing.T) {
	l := lanes.New[string](1000)
	got := map[string]*[]int{"a": {}, "b": {}, "c": {}}
	for i := range 300 {
		for key, list := range got {
			if err := l.Go(t.Context(), key, func() { *list = append(*list, i) }); err != nil {
				t.Fatal(err)
			}
		}
	}
	l.Wait()
	for key, list := range got {
		if len(*list) != 300 || !slices.IsSorted(*list) {
			t.Errorf("lane %s ran %v", key, *list)
		}
	}
}

func TestKeysDoNotWaitForEachOther(t *testing.T) {
	l := lanes.New[string](10)
	free, done := make(chan struct{}), make(chan struct{})
	must(t, l.Go(t.Context(), "slow", func() { <-free }))
	must(t, l.Go(t.Context(), "quick", func() { close(done) }))
	<-done
	close(free)
	l.Wait()
}

func TestFullLanes(t *testing.T) {
	l := lanes.New[string](2)
	free := make(chan struct{})
	for range 2 {
		must(t, l.Go(t.Context(), "a", func() { <-free }))
	}
	if l.Try("b", func() { t.Error("ran though there was no room") }) {
		t.Error("there was room for a third")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Go(ctx, "b", func() { t.Error("ran though its context was over") }); err == nil {
		t.Error("no error")
	}
	close(free)
	l.Wait()
	ran := false
	if !l.Try("b", func() { ran = true }) {
		t.Error("no room in empty lanes")
	}
	if l.Wait(); !ran {
		t.Error("it did not run")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
