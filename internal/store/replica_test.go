package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/internal/outbox/outboxtest"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

// join opens a store as that of a replica, which lives until stop.
func join(t *testing.T, where string) (s *store.Store, stop func()) {
	t.Helper()
	s = storetest.Open(t, where)
	if err := s.Join(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var attending sync.WaitGroup
	attending.Go(func() { s.Attend(ctx, slog.New(slog.DiscardHandler)) })
	stop = func() { cancel(); attending.Wait() }
	t.Cleanup(stop)
	return s, stop
}

func TestCardsOfAReplicaThatEndedAreTakenOver(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		a, stop := join(t, where)
		b, _ := join(t, where)
		c, _ := join(t, where)
		want := outboxtest.Card(1)
		if fresh, err := a.Intend(t.Context(), want); err != nil || !fresh {
			t.Fatal(fresh, err)
		}
		for _, s := range []*store.Store{a, b} {
			if cards, err := s.Pending(t.Context()); err != nil || len(cards) != 0 {
				t.Errorf("while its replica lives: %v, %v", cards, err)
			}
		}
		execute(t, where, "UPDATE lease SET until = 0 WHERE holder = (SELECT holder FROM card)") // as while the database was away for long
		if cards, err := a.Pending(t.Context()); err != nil || len(cards) != 0 {
			t.Errorf("its own, which it is sending: %v, %v", cards, err)
		}
		stop()
		var all sync.WaitGroup
		var taken atomic.Int64
		for _, s := range []*store.Store{b, c} {
			all.Go(func() {
				cards, err := s.Pending(t.Context())
				if err != nil || len(cards) > 0 && cards[0] != want {
					t.Error(cards, err)
				}
				taken.Add(int64(len(cards)))
			})
		}
		all.Wait()
		if n := taken.Load(); n != 1 {
			t.Errorf("taken over %d times", n)
		}
	})
}

func TestOneHoldsALease(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		var holders, most, changes atomic.Int64
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		var stops []func()
		for range 3 {
			s, _ := join(t, where)
			ctx, stop := context.WithCancel(ctx)
			held := make(chan struct{}, 1)
			stops = append(stops, func() { // whoever holds it ends
				select {
				case <-held:
					stop()
				default:
				}
			})
			all.Go(func() {
				err := s.Hold(ctx, slog.New(slog.DiscardHandler), "shard", func(ctx context.Context) error {
					most.Store(max(most.Load(), holders.Add(1)))
					changes.Add(1)
					held <- struct{}{}
					<-ctx.Done()
					holders.Add(-1)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		for want := range int64(2) {
			await(t, fmt.Sprint("holder ", want+1), func() bool { return changes.Load() == want+1 })
			for _, stop := range stops {
				stop()
			}
		}
		await(t, "the last holder", func() bool { return changes.Load() == 3 })
		cancel()
		all.Wait()
		if n := most.Load(); n != 1 {
			t.Errorf("%d held it at once", n)
		}
	})
}

// await waits until something is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("this does not come: ", what)
		}
	}
}

func TestALeaseThatIsTakenEndsTheWork(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		s, _ := join(t, where)
		ctx, cancel := context.WithCancel(t.Context())
		var began, ended atomic.Int64
		var all sync.WaitGroup
		all.Go(func() {
			_ = s.Hold(ctx, slog.New(slog.DiscardHandler), "shard", func(ctx context.Context) error {
				began.Add(1)
				<-ctx.Done()
				ended.Add(1)
				return nil
			})
		})
		await(t, "the work", func() bool { return began.Load() == 1 })
		// As if it had been asleep for long, and somebody else had come.
		execute(t, where, "UPDATE lease SET holder = 'other', until = 9000000000000000000 WHERE name = 'shard'")
		await(t, "the end of the work", func() bool { return ended.Load() == 1 })
		cancel()
		all.Wait()
		if began.Load() != 1 {
			t.Error("it began again though somebody else holds the lease")
		}
	})
}

func TestAJobIsDoneOnceInItsInterval(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		var done, failed atomic.Int64
		ctx, cancel := context.WithCancel(t.Context())
		jobs := []store.Job{
			{Name: "hourly", Every: time.Hour, Do: func(context.Context) error { done.Add(1); return nil }},
			{Name: "failing", Every: time.Hour, Do: func(context.Context) error { failed.Add(1); return errors.New("no") }},
		}
		replicas := []*store.Store{storetest.Open(t, where), storetest.Open(t, where), storetest.Open(t, where)}
		work := func() {
			var all sync.WaitGroup
			for _, s := range replicas {
				all.Go(func() { s.Work(ctx, slog.New(slog.DiscardHandler), jobs...) })
			}
			await(t, "both jobs", func() bool { return done.Load() > 0 && failed.Load() > 0 })
			time.Sleep(20 * time.Millisecond)
			cancel()
			all.Wait()
		}
		work()
		ctx, cancel = context.WithCancel(t.Context())
		work() // as after a start
		if done.Load() != 1 || failed.Load() != 1 {
			t.Fatalf("done %d times, failed %d times", done.Load(), failed.Load())
		}
		execute(t, where, "UPDATE job SET due = 0") // an hour later
		ctx, cancel = context.WithCancel(t.Context())
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() { replicas[0].Work(ctx, slog.New(slog.DiscardHandler), jobs...) })
		await(t, "both jobs again", func() bool { return done.Load() == 2 && failed.Load() == 2 })
		cancel()
		all.Wait()
	})
}

// away returns a store that answers no question.
func away(t *testing.T, file string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhileTheStoreIsAwayNobodyWaitsForALease(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kapbot.db")
	synctest.Test(t, func(t *testing.T) {
		s := away(t, file)
		ctx, cancel := context.WithCancel(context.Background())
		began := time.Now()
		var after time.Duration
		var all sync.WaitGroup
		all.Go(func() {
			_ = s.Hold(ctx, slog.New(slog.DiscardHandler), "shard", func(ctx context.Context) error {
				after = time.Since(began)
				<-ctx.Done()
				return nil
			})
		})
		time.Sleep(time.Minute)
		cancel()
		all.Wait()
		if after < 10*time.Second || after > 20*time.Second {
			t.Errorf("it went on alone after %v", after)
		}
	})
}
