package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"kapbot/internal/desk"
	"kapbot/internal/faq"
	"kapbot/internal/outbox/outboxtest"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

// childStore names the store that a process of the test binary is to write to until it
// is killed.
const childStore = "KAPBOT_TEST_STORE"

// published is the step that publishes the nth entry.
func published(n int) desk.Step {
	key := desk.Key{ID: fmt.Sprint("page-", n), Lang: "en"}
	at := time.Unix(1e9, 0).UTC()
	return desk.Step{
		Summary: desk.Summary{Key: key, State: desk.Published, N: 1, Newest: 1, Question: "What?", Owner: "us"},
		Revisions: []desk.Revision{{
			Key: key, N: 1, State: desk.Published, Author: "ann", Reviewer: "bo", Why: "new", At: at,
			Entry: faq.Entry{ID: key.ID, Lang: key.Lang, Question: "What?", Body: strings.Repeat("word ", 50)},
		}},
		Action: desk.Action{At: at, Who: "bo", Name: "Bo", Deed: desk.Approved, Key: key, N: 1, Why: "new"},
	}
}

// writeUntilKilled notes cards and publishes entries, and says so of each that was kept.
func writeUntilKilled(where string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, where)
	if err != nil {
		return err
	}
	for n, full := 0, false; ; n++ {
		card := outboxtest.Card(n)
		if fresh, err := s.Intend(ctx, card); err == nil && fresh {
			fmt.Fprintln(os.Stdout, "card", n)
		} else if !full {
			full = true
			fmt.Fprintln(os.Stdout, "full", n)
		}
		if err := s.Commit(ctx, published(n)); err == nil {
			fmt.Fprintln(os.Stdout, "entry", n)
		}
	}
}

// kept is what a process that was killed has said to be kept.
type kept struct {
	cards, entries []int
	full           bool
}

// killed starts a process that writes, and kills it once it has said so much, or that
// the disk is full.
func killed(t *testing.T, where string, after int) (k kept) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childStore+"="+where)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		var what string
		var number int
		if _, err := fmt.Sscan(lines.Text(), &what, &number); err != nil {
			break // the last line, cut off
		}
		switch what {
		case "card":
			k.cards = append(k.cards, number)
		case "entry":
			k.entries = append(k.entries, number)
		case "full":
			k.full = true
		}
		if n == after || k.full {
			time.AfterFunc(rand.N(3*time.Millisecond), func() { _ = cmd.Process.Kill() }) // what it says meanwhile counts
		}
	}
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait() // it was killed
	return k
}

// holds wants all of it to be in a store.
func (k kept) holds(t *testing.T, s *store.Store) {
	t.Helper()
	if len(k.cards) == 0 || len(k.entries) == 0 {
		t.Fatalf("only %d cards and %d entries were kept before the end", len(k.cards), len(k.entries))
	}
	pending, err := s.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cards := map[string]bool{}
	for _, c := range pending {
		cards[c.Key] = true
	}
	for _, n := range k.cards {
		if !cards[outboxtest.Card(n).Key] {
			t.Errorf("card %d of %d is lost", n, len(k.cards))
		}
	}
	live, err := s.Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]bool{}
	for _, r := range live {
		entries[r.ID] = true
	}
	for _, n := range k.entries {
		if !entries[fmt.Sprint("page-", n)] {
			t.Errorf("entry %d of %d is lost", n, len(k.entries))
		}
	}
}

func TestWhatWasKeptOutlivesAKill(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		for round := range 3 {
			at := where
			if !store.IsPostgres(where) {
				at = fmt.Sprint(where, round)
			} else if round > 0 {
				break
			}
			killed(t, at, 20+rand.IntN(30)).holds(t, storetest.Open(t, at))
		}
	})
}
