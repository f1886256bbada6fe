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
				d.Watch(ctx, time.Second, d.Published().Revision(), func(s *faq.Snapshot) error {
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

// An edit whose indexing fails must not stay invisible until the next edit.
func TestWhatCannotBeUsedIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, _ := newDesk(t, desk.Rules{}, entry("Old."))
		var told bytes.Buffer
		log := slog.New(slog.NewTextHandler(&told, nil))
		ctx, stop := context.WithCancel(t.Context())
		var mu sync.Mutex
		var full error // of the place for indexes
		tries, answers := 0, ""
		set := func(err error) {
			mu.Lock()
			defer mu.Unlock()
			full = err
		}
		state := func() (int, string) {
			mu.Lock()
			defer mu.Unlock()
			return tries, strings.TrimSuffix(answers, " [gk]")
		}
		var running sync.WaitGroup
		running.Go(func() {
			d.Watch(ctx, time.Second, d.Published().Revision(), func(s *faq.Snapshot) error {
				e, _ := s.Entry(key.ID, key.Lang)
				mu.Lock()
				defer mu.Unlock()
				tries++
				if full == nil {
					answers = e.Body
				}
				return full
			}, log)
		})
		publish := func(body string, base int) {
			r := proposed(t, d, ann, base, entry(body))
			if _, err := d.Publish(t.Context(), bo, key, r.N); err != nil {
				t.Fatal(err)
			}
		}
		set(errors.New("no space left"))
		publish("New.", 1)
		time.Sleep(10 * time.Minute)
		if n, said := state(); n < 5 || n > 30 || said != "" {
			t.Errorf("in ten minutes it was tried %d times; %q answers", n, said)
		}
		before, _ := state()
		publish("Next.", 2)
		synctest.Wait()
		if n, _ := state(); n != before+1 {
			t.Error("a newer one waits for the pause of the one before")
		}
		set(nil)
		time.Sleep(3 * time.Second)
		if _, said := state(); said != "Next." {
			t.Errorf("%q answers once there is space again", said)
		}
		n, _ := state()
		time.Sleep(10 * time.Minute)
		if after, _ := state(); after != n {
			t.Errorf("what is in use was given %d times more", after-n)
		}
		stop()
		running.Wait()
		if got := strings.Count(told.String(), "cannot be indexed"); got != 1 {
			t.Errorf("it is said %d times:\n%s", got, told.String())
		}
		if !strings.Contains(told.String(), "can be indexed again") {
			t.Errorf("the end is not said:\n%s", told.String())
		}
	})
}

// What a start could not index is used as soon as it can be.
func TestWhatAStartCouldNotUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, _ := newDesk(t, desk.Rules{}, entry("Old."))
		ctx, stop := context.WithCancel(t.Context())
		used := make(chan string, 1)
		var running sync.WaitGroup
		running.Go(func() {
			d.Watch(ctx, time.Second, "the embedded one", func(s *faq.Snapshot) error {
				used <- s.Revision()
				return nil
			}, slog.New(slog.DiscardHandler))
		})
		if got := <-used; got != d.Published().Revision() {
			t.Errorf("%q is used", got)
		}
		stop()
		running.Wait()
	})
}
