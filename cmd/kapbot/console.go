package main

import (
	"context"
	"errors"
	"html/template"
	"log/slog"
	"time"

	"kapbot/bots/discord"
	"kapbot/bots/slack"
	"kapbot/internal/answer"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/crisis"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
	"kapbot/internal/outbox"
	"kapbot/internal/responder"
	"kapbot/internal/search"
	"kapbot/internal/tally"
	"kapbot/internal/web/console"
	"kapbot/internal/web/session"
	"kapbot/prompts"
)

// newConsole makes the moderators' page, and lets them ask for a link to it with the
// command console. Without an address or a store there is none, and they are told.
func newConsole(cfg config.Config, log *slog.Logger, p *pipeline, d *desk.Desk, notes outbox.Store, counts *tally.Tally, people console.People) (*console.Console, error) {
	sessions, kept := notes.(session.Store)
	if cfg.URL == "" || !kept || d == nil || p.inbox == nil {
		p.Lead(consoleRoutes(p.answers, log, nil))
		return nil, nil //nolint:nilnil // no address is no console and no fault
	}
	texts, err := prompts.Load()
	if err != nil {
		return nil, err
	}
	preview := func(show func(chat.Reply, prompts.Texts) template.HTML) func(chat.Reply) template.HTML {
		return func(r chat.Reply) template.HTML {
			t, ok := texts[string(r.Lang)]
			if !ok {
				t = texts[string(chat.English)]
			}
			return show(r, t)
		}
	}
	c, err := console.New(console.Options{
		URL: cfg.URL, Desk: d, Sessions: sessions, Roles: p.roles, People: people,
		Reply: func(e faq.Entry) chat.Reply { return p.answers.Preview(e, time.Now()) },
		Previews: []console.Preview{
			{Network: discord.Network, Name: "Discord", Show: preview(discord.Preview)},
			{Network: slack.Network, Name: "Slack", Show: preview(slack.Preview)},
		},
		Playground: playground{p}, Figures: counts, Questions: p.inbox, Log: log, Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	p.Lead(consoleRoutes(p.answers, log, c))
	return c, nil
}

// consoleRoutes answers the command console with a link, shown to its person alone.
func consoleRoutes(answers *answer.Answers, log *slog.Logger, c *console.Console) responder.Routes {
	reply := func(ctx context.Context, q responder.Request) chat.Reply {
		link, text := "", func(t prompts.Texts) string { return t.NoConsole }
		if c != nil {
			link, text = linkFor(ctx, c, q, log)
		}
		r := answers.Notice(q.Lang, text)
		r.Private = true
		if link != "" {
			label := answers.Notice(q.Lang, func(t prompts.Texts) string { return t.ConsoleButton }).Text
			r.Buttons = []chat.Button{{Label: label, URL: link}}
		}
		return r
	}
	return responder.Routes{"console": {Reply: reply}}
}

// linkFor makes a link for whoever asks, or says why there is none.
func linkFor(ctx context.Context, c *console.Console, q responder.Request, log *slog.Logger) (string, func(prompts.Texts) string) {
	if q.At.Space == "" {
		return "", func(t prompts.Texts) string { return t.NoRoom }
	}
	link, err := c.Link(ctx, q.At.Network, q.At.Space, q.From)
	var denied *desk.DeniedError
	switch {
	case errors.As(err, &denied):
		return "", func(t prompts.Texts) string {
			return prompts.Fill(t.NeedsRole, "role", t.Roles[denied.Need.String()])
		}
	case errors.Is(err, console.ErrLink):
		return "", func(t prompts.Texts) string { return t.ConsoleTooMany }
	case err != nil:
		log.Error("a link to the console could not be made", "err", err)
		return "", func(t prompts.Texts) string { return t.ConsoleFailed }
	}
	return link, func(t prompts.Texts) string { return t.Console }
}

// A playground lets moderators try a text as if somebody had asked it.
type playground struct{ p *pipeline }

// Try triages the text like any other. Only what that lets through is searched for.
func (g playground) Try(ctx context.Context, text string) (console.Trial, error) {
	tried := g.p.Try(ctx, text)
	t := console.Trial{Level: tried.Level.String(), Signals: tried.Signals, Score: tried.Score, Reply: tried.Reply}
	if tried.Level.ShowsCard() {
		t.Card = &t.Reply
		return t, nil
	}
	found, err := g.p.answers.Find(ctx, text, tried.Lang)
	if err != nil {
		return console.Trial{}, err
	}
	t.Sure = found.Score
	t.Outcome = map[search.Outcome]string{search.Sure: "sure", search.Close: "close"}[found.Outcome]
	for _, h := range found.Hits[:min(5, len(found.Hits))] {
		hit := console.Hit{Entry: h.Entry, Question: h.Entry, Score: h.Score}
		if reply, ok := g.p.answers.Entry(h.Entry, tried.Lang, time.Now()); ok {
			hit.Question = reply.Title
		}
		t.Hits = append(t.Hits, hit)
	}
	t.Model = g.model(tried)
	return t, nil
}

// model says what a language model had to do with a reply.
func (g playground) model(t responder.Trial) string {
	switch {
	case t.Reply.Entry == "":
		return ""
	case t.Level == crisis.Mention || t.Reply.Kind == chat.Mention:
		return "mention"
	case !g.p.answers.Shapes():
		return "none"
	case t.Reply.Shaped:
		return "shaped"
	}
	return "word for word"
}

// newTally counts what is answered. Without a store to keep it, it counts for nobody.
func newTally(notes outbox.Store, p *pipeline, log *slog.Logger) *tally.Tally {
	kept, ok := notes.(tally.Store)
	if !ok {
		kept = tally.Nowhere{}
	}
	t := tally.New(kept, p.answers.Tags, log, time.Now)
	p.CountWith(t)
	return t
}
