package outbox_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/outbox"
)

var (
	errBroken = errors.New("connection reset")
	reply     = chat.Reply{Card: &chat.Card{Name: "crisis", Text: "zebra"}}
)

func TestWaysOfACard(t *testing.T) {
	refused := errors.Join(errBroken, bots.ErrRefused)
	for _, test := range []struct {
		name string
		room bots.Sender
		end  outbox.End
		last string // the last thing that was done
	}{
		{"it arrives", &room{}, outbox.Shown, "send"},
		{"it arrives in the end", &room{send: func(n int) error {
			if n < 8 {
				return errBroken
			}
			return nil
		}}, outbox.Shown, "send"},
		{"it goes alone where the room is closed", friendly{&room{send: always(refused)}}, outbox.ShownAlone, "alone"},
		{"it goes alone when ten minutes are over", friendly{&room{send: always(errBroken)}}, outbox.ShownAlone, "alone"},
		{"moderators are called when nothing works", friendly{&room{send: always(refused), alone: always(refused)}}, outbox.Undelivered, "alert"},
		{"moderators are called where nobody can be reached alone", &room{send: always(refused)}, outbox.Undelivered, "alert"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if end := sent(t, newMemory(), test.room, io.Discard, send); end != test.end {
				t.Errorf("end %d, want %d", end, test.end)
			}
			r, ok := test.room.(*room)
			if !ok {
				r = test.room.(friendly).room
			}
			if got := r.log[len(r.log)-1]; got != test.last {
				t.Errorf("the last thing was %q, want %q: %q", got, test.last, r.log)
			}
			for _, p := range r.posts {
				if !strings.HasPrefix(p.Key, "key1") {
					t.Errorf("a post with the key %q", p.Key)
				}
			}
			if test.last == "alert" && r.posts[len(r.posts)-1].Reply.Text != "alert https://example.org/1" {
				t.Errorf("alert %+v", r.posts[len(r.posts)-1])
			}
		})
	}
}

func TestTimesOfAttempts(t *testing.T) {
	t.Run("pauses grow, and the place is tried for ten minutes", func(t *testing.T) {
		r := &room{send: always(&bots.WaitError{Err: errBroken})}
		r.send = always(errBroken)
		sent(t, newMemory(), r, io.Discard, send)
		last := r.at[len(r.at)-2] // the last one is the alert
		if last < 9*time.Minute || last > 11*time.Minute {
			t.Errorf("the last attempt came after %v", last)
		}
		if r.at[1] > time.Second || len(r.at) > 100 || len(r.at) < 30 {
			t.Errorf("%d attempts, the second after %v", len(r.at), r.at[1])
		}
	})
	t.Run("a pause that the network asks for is kept", func(t *testing.T) {
		r := &room{send: func(n int) error {
			if n == 1 {
				return &bots.WaitError{For: 40 * time.Second, Err: errBroken}
			}
			return nil
		}}
		sent(t, newMemory(), r, io.Discard, send)
		if r.at[1] < 40*time.Second || r.at[1] > 70*time.Second {
			t.Errorf("the second attempt came after %v", r.at[1])
		}
	})
}

func TestInDoubtItLooksFirst(t *testing.T) {
	found := func(n int) func(int) ([]chat.Ref, error) {
		return func(i int) ([]chat.Ref, error) {
			if i < n {
				return nil, errBroken
			}
			return []chat.Ref{{Message: "card"}}, nil
		}
	}
	for _, test := range []struct {
		name string
		room *room
		want string
	}{
		{"after an attempt that broke off", &room{send: always(errBroken), find: found(1)}, "send find"},
		{"and looks again when looking fails", &room{send: always(errBroken), find: found(2)}, "send find find"},
		{"but does not look for ever", &room{send: func(n int) error {
			if n == 1 {
				return errBroken
			}
			return nil
		}, find: found(9)}, "send find find send"},
		{"not where the network said no", &room{send: func(n int) error {
			if n == 1 {
				return &bots.WaitError{Err: errBroken}
			}
			return nil
		}}, "send send"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if end := sent(t, newMemory(), friendly{test.room}, io.Discard, send); end != outbox.Shown {
				t.Errorf("end %d", end)
			}
			if got := strings.Join(test.room.log, " "); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestAReplicaThatSleptLooksFirst(t *testing.T) {
	for name, found := range map[string][]chat.Ref{"find": {{Message: "card"}}, "find send": nil} {
		r := &room{find: func(int) ([]chat.Ref, error) { return found, nil }}
		end := sent(t, newMemory(), friendly{r}, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
			c.At = c.At.Add(-2 * time.Second)
			o.Send(n, c, reply)
		})
		if got := strings.Join(r.log, " "); got != name || end != outbox.Shown {
			t.Errorf("%q, end %d; want %q", got, end, name)
		}
	}
}

func TestACardForALateEventIsLookedForFirst(t *testing.T) {
	for late, want := range map[bool]string{true: "find", false: "send"} {
		r := &room{find: func(int) ([]chat.Ref, error) { return []chat.Ref{{Message: "card"}}, nil }}
		end := sent(t, newMemory(), friendly{r}, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
			c.Late = late
			o.Send(n, c, reply)
		})
		if got := strings.Join(r.log, " "); got != want || end != outbox.Shown {
			t.Errorf("late: %v; %q, end %d; want %q", late, got, end, want)
		}
	}
}

func TestACardForALateEventWaitsForItsNote(t *testing.T) {
	for late, want := range map[bool]string{true: "", false: "send"} {
		s := newMemory()
		r := &room{}
		sent(t, s, r, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
			if _, err := s.Intend(context.Background(), c); err != nil { // by another replica
				t.Error(err)
			}
			s.delay = 500 * time.Millisecond
			c.Late = late
			o.Send(n, c, reply)
		})
		if got := strings.Join(r.log, " "); got != want {
			t.Errorf("late: %v; %q, want %q", late, got, want)
		}
	}
}

func TestSendReturnsWhenTheCardIsSafe(t *testing.T) {
	for name, test := range map[string]struct {
		store, network time.Duration
		err            error
		want           time.Duration
	}{
		"both are quick":                 {0, 0, nil, 0},
		"it is noted late":               {500 * time.Millisecond, time.Minute, nil, 500 * time.Millisecond},
		"it is sent before it is noted":  {time.Second, 100 * time.Millisecond, nil, 115 * time.Millisecond},
		"it cannot be noted, but sent":   {0, time.Second, errors.New("disk full"), time.Second},
		"neither, as far as anyone sees": {time.Minute, time.Minute, nil, 1515 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMemory()
			s.delay, s.err = test.store, test.err
			r := &room{send: func(int) error { time.Sleep(test.network); return nil }}
			sent(t, s, r, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
				began := time.Now()
				o.Send(n, c, reply)
				if took := time.Since(began); took != test.want {
					t.Errorf("it took %v, want %v", took, test.want)
				}
			})
		})
	}
}

func TestACardThatANetworkTakesLateIsNotSentAgain(t *testing.T) {
	var began time.Time
	r := &room{
		find: func(int) ([]chat.Ref, error) {
			if time.Since(began) < 6*time.Second {
				return nil, nil
			}
			return []chat.Ref{{Message: "card"}}, nil
		},
		send: func(int) error { time.Sleep(5 * time.Second); return context.DeadlineExceeded },
	}
	end := sent(t, newMemory(), friendly{r}, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
		began = time.Now()
		o.Send(n, c, reply)
	})
	if got := strings.Join(r.log, " "); got != "send find" || end != outbox.Shown {
		t.Errorf("%q, end %d", got, end)
	}
}

func TestACardIsSentWhereLookingWouldTakeTooLong(t *testing.T) {
	for wait, want := range map[time.Duration]string{time.Minute: "find send", time.Second: "find find send"} {
		r := &room{find: func(n int) ([]chat.Ref, error) {
			if n == 1 {
				return nil, &bots.WaitError{For: wait, Err: errors.New("too many")}
			}
			return nil, nil
		}}
		end := sent(t, newMemory(), friendly{r}, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
			c.Late = true
			o.Send(n, c, reply)
		})
		if got := strings.Join(r.log, " "); got != want || end != outbox.Shown {
			t.Errorf("wait %v: %q, end %d; want %q", wait, got, end, want)
		}
	}
}

func TestACardThatAnotherReplicaLeftIsFoundInTime(t *testing.T) {
	r := &room{}
	s := newMemory()
	end := sent(t, s, friendly{r}, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
		ctx, cancel := context.WithCancel(context.Background())
		var watching sync.WaitGroup
		watching.Go(func() { o.Watch(ctx, []outbox.Network{n}, nil) })
		time.Sleep(time.Minute)
		if _, err := s.Intend(ctx, c); err != nil {
			t.Error(err)
		}
		time.Sleep(3 * time.Second)
		cancel()
		watching.Wait()
	})
	if got := strings.Join(r.log, " "); got != "find send" || end != outbox.Shown {
		t.Errorf("%q, end %d", got, end)
	}
}

func TestACardThatWasNotedIsNotSentAgain(t *testing.T) {
	r := &room{}
	sent(t, newMemory(), r, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
		for range 3 {
			o.Send(n, c, reply)
		}
	})
	if len(r.log) != 1 {
		t.Errorf("sent %d times", len(r.log))
	}
}

func TestTheNoteComesFirst(t *testing.T) {
	s := newMemory()
	s.delay = 5 * time.Millisecond
	r := &room{send: func(int) error {
		if len(s.cards) != 1 {
			t.Error("it is sent before it is noted")
		}
		return nil
	}}
	if end := sent(t, s, r, io.Discard, send); end != outbox.Shown {
		t.Errorf("end %d", end)
	}
}

func TestABrokenStoreHoldsNothingUp(t *testing.T) {
	for name, s := range map[string]*memory{
		"slow": {delay: 8 * time.Second}, "broken": {err: errBroken}, "slow and broken": {delay: 8 * time.Second, err: errBroken},
	} {
		t.Run(name, func(t *testing.T) {
			s.cards, s.ends = map[string]outbox.Card{}, map[string]outbox.End{}
			r := &room{}
			var took []time.Duration
			end := sent(t, s, r, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
				for _, key := range []string{c.Key, "key1b", "key1c"} {
					c.Key = key
					began := time.Now()
					o.Send(n, c, reply)
					took = append(took, time.Since(began))
				}
			})
			if len(r.log) != 3 {
				t.Errorf("%d of 3 were sent", len(r.log))
			}
			if took[0] > 20*time.Millisecond || took[1] > 0 || took[2] > 0 {
				t.Errorf("it waited %v", took)
			}
			if s.err == nil && end != outbox.Shown {
				t.Errorf("the slow store does not know the end: %d", end)
			}
		})
	}
}

func TestResume(t *testing.T) {
	left := func(found []chat.Ref) (*memory, *room) {
		s := newMemory()
		r := &room{find: func(int) ([]chat.Ref, error) { return found, nil }}
		return s, r
	}
	resume := func(s *memory, age time.Duration) func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
		return func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
			c.At = c.At.Add(-age)
			other := c
			other.To.Network = "other"
			for _, c := range []outbox.Card{c, other} {
				if _, err := s.Intend(context.Background(), c); err != nil {
					t.Fatal(err)
				}
			}
			if err := o.Resume(context.Background(), []outbox.Network{n}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, age := range map[string]time.Duration{"soon": time.Second, "late": 3 * time.Hour, "before it was noted": -3 * time.Hour} {
		t.Run(name+", what has not arrived is sent", func(t *testing.T) {
			s, r := left(nil)
			if end := sent(t, s, friendly{r}, io.Discard, resume(s, age)); end != outbox.Shown {
				t.Errorf("end %d", end)
			}
			if got := strings.Join(r.log, " "); got != "find send" || r.posts[1].Reply.Card.Text != "again" {
				t.Errorf("%q", got)
			}
			if p, _ := s.Pending(context.Background()); len(p) != 1 || p[0].To.Network != "other" {
				t.Errorf("still pending: %+v", p)
			}
		})
	}
	t.Run("what has arrived is not", func(t *testing.T) {
		s, r := left([]chat.Ref{{Message: "card"}})
		if end := sent(t, s, friendly{r}, io.Discard, resume(s, time.Second)); end != outbox.Shown {
			t.Errorf("end %d", end)
		}
		if got := strings.Join(r.log, " "); got != "find" {
			t.Errorf("%q", got)
		}
	})
}

func TestAStopLeavesTheCardForTheNextStart(t *testing.T) {
	s, r := newMemory(), friendly{&room{send: always(errBroken)}}
	end := sent(t, s, r, io.Discard, func(o *outbox.Outbox, n outbox.Network, c outbox.Card) {
		o.Send(n, c, reply)
		time.Sleep(time.Minute)
		o.Close()
	})
	if end != outbox.Pending || slices.Contains(r.log, "alone") {
		t.Errorf("end %d after %q", end, r.log)
	}
}

func TestTheLogHoldsNoText(t *testing.T) {
	var log strings.Builder
	s := newMemory()
	s.err = errBroken
	sent(t, s, friendly{&room{send: always(bots.ErrRefused), alone: always(bots.ErrRefused)}}, &log, send)
	for _, want := range []string{"level=ERROR", "not delivered", "without a note"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in the log: %s", want, &log)
		}
	}
	if strings.Contains(log.String(), reply.Card.Text) {
		t.Errorf("the log holds the card: %s", &log)
	}
}
