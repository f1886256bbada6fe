package main

import (
	"context"
	"log/slog"
	"time"

	"kapbot/internal/answer"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/desk"
	"kapbot/internal/desk/counter"
	"kapbot/prompts"
)

// newCounter lets moderators keep the entries from chat. Without a desk they are told
// that there is none.
func newCounter(cfg config.Config, log *slog.Logger, p *pipeline, d *desk.Desk) (*counter.Counter, error) {
	words, err := prompts.LoadDesk()
	if err != nil {
		return nil, err
	}
	texts, err := prompts.Load()
	if err != nil {
		return nil, err
	}
	c := counter.New(counter.Options{
		Desk: d, Roles: p.roles, OneModerator: cfg.OneModerator, Find: find(p.answers), Words: words, Texts: texts, Log: log, Now: time.Now,
	})
	p.Lead(c.Routes())
	p.EditEntries(p.roles, counter.EntryForms())
	return c, nil
}

// find looks a question up as answers do.
func find(a *answer.Answers) func(context.Context, string, chat.Lang) ([]counter.Hit, float64, error) {
	return func(ctx context.Context, question string, lang chat.Lang) ([]counter.Hit, float64, error) {
		found, err := a.Find(ctx, question, lang)
		if err != nil {
			return nil, 0, err
		}
		var hits []counter.Hit
		for _, h := range found.Hits {
			hits = append(hits, counter.Hit{Entry: h.Entry, Score: h.Score})
		}
		return hits, found.Score, nil
	}
}
