package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/desk/desktest"
	"kapbot/prompts"
)

// board is a network that only keeps what is sent to it.
type board struct {
	bots.Platform
	posts []chat.Post
	err   error
}

func (*board) Name() chat.Network { return "net" }

func (b *board) Send(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	b.posts = append(b.posts, p)
	return nil, b.err
}

// The embedded entries come to the end of their time: moderators are reminded, then
// told, and what could do harm goes.
func TestReviews(t *testing.T) {
	first, err := unpacked().entries()
	if err != nil {
		t.Fatal(err)
	}
	linter, err := unpacked().linter()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := prompts.LoadReview()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 11, 16, 8, 0, 0, 0, time.UTC)
	d := desk.New(&desktest.Memory{}, first, linter, desk.Rules{}, func() time.Time { return now })
	if err := fill(t.Context(), d, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	silent, told := &board{}, &board{}
	do := map[string]func(context.Context) error{}
	all := []network{{Platform: silent, Sender: silent}, {Platform: told, Sender: told, desk: "room"}}
	for _, j := range (reviews{d, 30, texts, slog.New(slog.DiscardHandler), nil}).jobs(all) {
		do[j.Name] = j.Do
	}
	run := func(name string) string {
		t.Helper()
		told.posts = nil
		if err := do[name](t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(told.posts) == 0 {
			return ""
		}
		if p := told.posts[0]; len(told.posts) != 1 || p.To != (chat.Ref{Network: "net", Channel: "room"}) || p.Reply.Kind != chat.Notice {
			t.Errorf("%s sends %+v", name, told.posts)
		}
		return told.posts[0].Reply.Title + "\n" + told.posts[0].Reply.Text
	}
	if got := run("remind net"); !strings.HasPrefix(got, texts.TitleRemind+"\n"+texts.Soon) {
		t.Errorf("a week before: %q", got)
	}
	now = now.AddDate(0, 0, 1)
	if got := run("remind net"); got != "" {
		t.Errorf("a day later again: %q", got)
	}
	now = time.Date(2027, 12, 20, 8, 0, 0, 0, time.UTC)
	if got := run("digest net"); !strings.HasPrefix(got, texts.TitleDigest+"\n"+texts.Overdue) {
		t.Errorf("a month after: %q", got)
	}
	before := len(d.Published().Entries())
	run("withdraw")
	now = time.Date(2028, 1, 20, 8, 0, 0, 0, time.UTC)
	run("withdraw")
	if _, err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := d.Published()
	if _, ok := after.Entry("alcohol", "en"); ok || len(after.Entries()) == before {
		t.Error("a page on safety is still shown two months after its review was due")
	}
	if _, ok := after.Entry("what-is-kap", "en"); !ok {
		t.Error("a page that does no harm is gone")
	}
	if got := run("digest net"); !strings.HasPrefix(got, texts.TitleDigest+"\n"+texts.Withdrawn) {
		t.Errorf("what is gone is not told first: %q", got)
	}
	told.err = errors.New("no such channel")
	if err := do["digest net"](t.Context()); err == nil {
		t.Error("what was not sent counts as done")
	}
	if len(silent.posts) > 0 {
		t.Error("a network without a desk is told")
	}
}
