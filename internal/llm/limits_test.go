package llm_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"kapbot/internal/llm"
	"kapbot/internal/platformtest/modelserver"
)

func TestDeadlines(t *testing.T) {
	for name, b := range map[string]modelserver.Behavior{"stalls": modelserver.Stalls(), "drips": modelserver.Drips(modelserver.NotFound)} {
		t.Run(name, func(t *testing.T) {
			s := modelserver.New(t)
			s.Behave(b)
			start := time.Now()
			_, err := client(t, s, llm.Limits{Timeout: 300 * time.Millisecond}).Draft(t.Context(), request(t, "p"))
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 3*time.Second {
				t.Errorf("after %s: %v", time.Since(start), err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		s := modelserver.New(t)
		c := client(t, s, llm.Limits{})
		s.Close()
		if _, err := c.Draft(t.Context(), request(t, "p")); !errors.Is(err, llm.ErrServer) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("the person takes the question back", func(t *testing.T) {
		s := modelserver.New(t)
		ctx, cancel := context.WithCancel(t.Context())
		s.Behave(func(w http.ResponseWriter, r *http.Request, q modelserver.Request) {
			cancel()
			modelserver.Stalls()(w, r, q)
		})
		c := client(t, s, llm.Limits{})
		if _, err := c.Draft(ctx, request(t, "p")); !errors.Is(err, context.Canceled) || c.Usage().Failed != 0 {
			t.Errorf("%+v: %v", c.Usage(), err)
		}
	})
}

func TestTheBreaker(t *testing.T) {
	s := modelserver.New(t)
	s.Behave(modelserver.Fails(500))
	c := client(t, s, llm.Limits{})
	for range 5 {
		if _, err := c.Draft(t.Context(), request(t, "p")); err == nil {
			t.Fatal("no error")
		}
	}
	if _, err := c.Draft(t.Context(), request(t, "p")); !errors.Is(err, llm.ErrResting) {
		t.Errorf("error %v", err)
	}
	if n := len(s.Requests()); n != 3 {
		t.Errorf("%d requests reached a server that fails, want 3", n)
	}
}

func TestBudgets(t *testing.T) {
	for _, test := range []struct {
		name   string
		limits llm.Limits
		people []string
		fit    int // how many requests of 1,200 tokens fit
	}{
		{"tokens a day", llm.Limits{Tokens: 5500}, []string{"a", "b", "c", "d", "e", "f"}, 3},
		{"tokens a person", llm.Limits{TokensPerPerson: 5500}, []string{"a", "a", "a", "a", "b"}, 4},
		{"money", llm.Limits{Dollars: 0.0055, DollarsIn: 1, DollarsOut: 1}, []string{"a", "b", "c", "d", "e"}, 3},
		{"no limit", llm.Limits{}, []string{"a", "a", "a", "a", "a"}, 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := modelserver.New(t)
			now := time.Date(2026, 11, 26, 23, 0, 0, 0, time.UTC)
			c := client(t, s, test.limits, func(o *llm.Options) { o.Now = func() time.Time { return now } })
			asked := 0
			for _, p := range test.people {
				_, err := c.Draft(t.Context(), request(t, p))
				if err == nil {
					asked++
				} else if !errors.Is(err, llm.ErrBudget) {
					t.Fatal(err)
				}
			}
			if asked != test.fit || len(s.Requests()) != asked || c.Usage().OverBudget != int64(len(test.people)-asked) {
				t.Errorf("%d were asked (%d reached the server), want %d; %+v", asked, len(s.Requests()), test.fit, c.Usage())
			}
			now = now.Add(2 * time.Hour) // tomorrow
			if _, err := c.Draft(t.Context(), request(t, "a")); err != nil {
				t.Errorf("the next day: %v", err)
			}
		})
	}
}

func TestNoMoreThanAFewAtOnce(t *testing.T) {
	s := modelserver.New(t)
	arrived, free := make(chan struct{}, 2), make(chan struct{})
	s.Behave(func(w http.ResponseWriter, r *http.Request, q modelserver.Request) {
		arrived <- struct{}{}
		<-free
		modelserver.Says(modelserver.NotFound)(w, r, q)
	})
	c := client(t, s, llm.Limits{AtOnce: 2})
	r := request(t, "p")
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			if _, err := c.Draft(context.Background(), r); err != nil {
				t.Error(err)
			}
		})
	}
	<-arrived
	<-arrived
	if _, err := c.Draft(t.Context(), r); !errors.Is(err, llm.ErrBusy) {
		t.Errorf("a third at once: %v", err)
	}
	close(free)
	group.Wait()
}

func TestUsageCountsWhatTheServerCounts(t *testing.T) {
	s := modelserver.New(t)
	c := client(t, s, llm.Limits{DollarsIn: 2, DollarsOut: 10})
	for range 2 {
		if _, err := c.Draft(t.Context(), request(t, "p")); err != nil {
			t.Fatal(err)
		}
	}
	if u := c.Usage(); u.Requests != 2 || u.TokensIn != 2000 || u.TokensOut != 400 || u.Dollars != 0.008 {
		t.Errorf("usage %+v", u)
	}
}

func TestAServerThatTakesNoConnectionCostsLessThanASecond(t *testing.T) {
	c, err := llm.New(llm.Options{BaseURL: "http://192.0.2.1:9/v1", Model: "m", Prompts: parts().prompts}) // TEST-NET-1 leads nowhere
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	start := time.Now()
	if _, err := c.Draft(t.Context(), request(t, "p")); err == nil || time.Since(start) > 4*time.Second {
		t.Errorf("after %s: %v", time.Since(start), err)
	}
}
