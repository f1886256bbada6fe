package answer_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	seed "kapbot/faq"
	"kapbot/internal/answer"
	"kapbot/internal/chat"
	"kapbot/internal/faq"
	"kapbot/internal/faq/faqtest"
)

func snapshotOf(t testing.TB, entries []faq.Entry, sources []faq.Source) *faq.Snapshot {
	t.Helper()
	s, err := faq.NewSnapshot(entries, sources)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Another snapshot takes the place of the first while people ask: a new page is found,
// a changed one shows its new words, one that was taken away is gone.
func TestUse(t *testing.T) {
	all := parts()
	a, err := answer.New(snapshotOf(t, all.entries, all.sources), all.encoder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	ask := func(question string) string {
		r, err := a.Answer(t.Context(), question, chat.English, day)
		if err != nil {
			t.Error(err)
		}
		return r.Entry + ": " + r.Text
	}
	const gone, new = "How long does a session last?", "Where can I park my zeppelin?"
	if got := ask(gone); !strings.HasPrefix(got, "session-length: ") {
		t.Fatalf("before: %s", got)
	}
	var next []faq.Entry
	for _, e := range all.entries {
		switch e.ID {
		case "session-length":
			continue
		case "cost":
			e.Body = "It costs what it costs."
		}
		next = append(next, e)
	}
	parking := next[0]
	parking.ID, parking.Question, parking.Also, parking.Body = "parking", new, []string{"zeppelin parking", "where to moor a zeppelin"}, "On the roof."
	next = append(next, parking)

	var asking errgroup.Group
	done := make(chan struct{})
	asking.Go(func() error {
		for {
			select {
			case <-done:
				return nil
			default:
				ask("How much does it cost?")
			}
		}
	})
	for range 3 {
		for _, entries := range [][]faq.Entry{all.entries, next} {
			if err := a.Use(snapshotOf(t, entries, all.sources)); err != nil {
				t.Error(err)
			}
		}
	}
	close(done)
	if err := asking.Wait(); err != nil {
		t.Error(err)
	}
	if got := ask(gone); strings.HasPrefix(got, "session-length: ") {
		t.Errorf("what was taken away answers: %s", got)
	}
	if got := ask(new); got != "parking: On the roof." {
		t.Errorf("what is new gives %s", got)
	}
	if got := ask("How much does it cost?"); got != "cost: It costs what it costs." {
		t.Errorf("what was changed gives %s", got)
	}
}

// Answers that stand apart show the same entries, and outlive each other and what the
// other is given to answer from.
func TestApart(t *testing.T) {
	all := parts()
	little := faqtest.Few(seed.Files(), "cost", "session-length")
	ask := func(a *answer.Answers) string {
		r, err := a.Answer(t.Context(), "How much does it cost?", chat.English, day)
		if err != nil {
			t.Error(err)
		}
		return r.Entry
	}
	for _, first := range []string{"the one", "the other"} {
		a, err := answer.New(little, all.encoder)
		if err != nil {
			t.Fatal(err)
		}
		b := a.Apart()
		if first == "the other" {
			a, b = b, a
		}
		if err := a.Use(faqtest.Few(seed.Files(), "session-length")); err != nil {
			t.Fatal(err)
		}
		if got, other := ask(a), ask(b); got == "cost" || other != "cost" {
			t.Errorf("%s is given other entries: it answers with %q, the other with %q", first, got, other)
		}
		c := b.Apart()
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		if got := ask(c); got != "cost" {
			t.Errorf("once %s is closed, the last one answers with %q", first, got)
		}
		if err := errors.Join(a.Close(), c.Close()); err != nil {
			t.Error(err)
		}
	}
}
