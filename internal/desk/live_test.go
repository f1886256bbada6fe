package desk_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/desk/desktest"
	"kapbot/internal/faq"
)

// flaky is a store that can be out of reach.
type flaky struct {
	*desktest.Memory
	mu   sync.Mutex
	down error
}

func (f *flaky) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = err
}

func (f *flaky) Mark(ctx context.Context) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down != nil {
		return 0, f.down
	}
	return f.Memory.Mark(ctx)
}

// Two replicas look at one store: what is published at one answers at both within two
// seconds, and while the store is away both go on with what they have.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, memory := newDesk(t, desk.Rules{}, entry("Old."))
		store := &flaky{Memory: memory}
		linter, first := record(t)
		there := desk.New(store, first, linter, desk.Rules{}, time.Now)
		var told bytes.Buffer
		log := slog.New(slog.NewTextHandler(&told, nil))
		ctx, stop := context.WithCancel(t.Context())
		used := map[*desk.Desk]string{}
		var running sync.WaitGroup
		var mu sync.Mutex
		for _, d := range []*desk.Desk{here, there} {
			running.Go(func() {
				d.Watch(ctx, time.Second, func(s *faq.Snapshot) error {
					e, _ := s.Entry(key.ID, key.Lang)
					mu.Lock()
					defer mu.Unlock()
					used[d] = e.Body
					return nil
				}, log)
			})
		}
		answers := func(d *desk.Desk) string {
			mu.Lock()
			defer mu.Unlock()
			return strings.TrimSuffix(used[d], " [gk]")
		}
		publish := func(body string, base int) {
			r := proposed(t, here, ann, base, entry(body))
			if _, err := here.Publish(t.Context(), bo, key, r.N); err != nil {
				t.Fatal(err)
			}
		}
		publish("New.", 1)
		synctest.Wait()
		if answers(here) != "New." {
			t.Error("where it was published it does not answer at once")
		}
		time.Sleep(2 * time.Second)
		if answers(there) != "New." {
			t.Error("another replica does not answer with it after two seconds")
		}
		store.set(errors.New("no route"))
		publish("Next.", 2)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if answers(there) != "New." || strings.Count(told.String(), "cannot be read") != 1 {
			t.Errorf("while the store is away %q answers; told:\n%s", answers(there), told.String())
		}
		store.set(nil)
		time.Sleep(2 * time.Second)
		if answers(there) != "Next." {
			t.Errorf("%q answers when it is back", answers(there))
		}
		stop()
		running.Wait()
	})
}
