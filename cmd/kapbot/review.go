package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/outbox"
	"kapbot/internal/store"
	"kapbot/prompts"
)

const (
	aDay  = 24 * time.Hour
	aWeek = 7 * aDay
)

// reviews are the jobs of the review calendar: what is too old is taken away, and the
// moderators of each network hear of what is due in the channel of their desk.
type reviews struct {
	desk  *desk.Desk
	grace int
	texts prompts.Review
	log   *slog.Logger
	// numbers counts what members of a network left; nil where nothing does.
	numbers func(ctx context.Context, network string) (desk.Numbers, error)
}

// jobs are what is to be done, each by one replica.
func (r reviews) jobs(all []network) []store.Job {
	jobs := []store.Job{{Name: "withdraw", Every: time.Hour, Do: r.withdraw}}
	for _, n := range all {
		if n.desk == "" {
			continue
		}
		jobs = append(jobs,
			store.Job{Name: "digest " + string(n.Name()), Every: aWeek, Do: func(ctx context.Context) error {
				return r.digest(ctx, n)
			}},
			store.Job{Name: "remind " + string(n.Name()), Every: aDay, Do: func(ctx context.Context) error {
				g, err := r.desk.Remind(ctx)
				return r.tell(ctx, n, r.texts.TitleRemind, g, err)
			}})
	}
	return jobs
}

func (r reviews) withdraw(ctx context.Context) error {
	gone, err := r.desk.Withdraw(ctx, r.grace)
	for _, key := range gone {
		r.log.Warn("an entry is no longer shown: nobody has reviewed it in time", "entry", key.String())
	}
	return err
}

// digest tells a network's moderators once a week.
func (r reviews) digest(ctx context.Context, n network) error {
	var left desk.Numbers
	if r.numbers != nil {
		var err error
		if left, err = r.numbers(ctx, string(n.Name())); err != nil {
			return err
		}
	}
	g, err := r.desk.Digest(ctx, left)
	return r.tell(ctx, n, r.texts.TitleDigest, g, err)
}

// tell sends a digest to the channel of a desk, if there is something in it.
func (r reviews) tell(ctx context.Context, n network, title string, g desk.Digest, err error) error {
	text := g.Text(r.texts)
	if err != nil || text == "" {
		return err
	}
	_, err = n.Send(ctx, chat.Post{
		To:    chat.Ref{Network: n.Name(), Channel: n.desk},
		Reply: chat.Reply{Kind: chat.Notice, Lang: chat.English, Title: title, Text: text},
	})
	if err != nil {
		return fmt.Errorf("tell the moderators: %w", err)
	}
	return nil
}

// keepReviews does the jobs of the review calendar, and tells of changes that wait, until
// ctx is done.
func keepReviews(d *desk.Desk, notes outbox.Store, roles desk.Roles, grace int, log *slog.Logger, all []network) func(context.Context) error {
	return func(ctx context.Context) error {
		s, ok := notes.(*store.Store)
		if !ok || d == nil {
			return nil
		}
		texts, err := prompts.LoadReview()
		if err != nil {
			return err
		}
		s.Work(ctx, log, append(
			reviews{d, grace, texts, log, s.DeskNumbers}.jobs(all),
			drafts{d, roles, s, texts, log}.jobs(all)...)...)
		return nil
	}
}
