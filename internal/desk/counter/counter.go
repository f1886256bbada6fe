// Package counter is where moderators meet the desk in chat: their commands, buttons
// and forms go in, and replies and forms come out. It keeps no entry itself and decides
// nothing that the desk decides; who may do what is asked there each time.
package counter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

// The commands, which are also the names of the forms that some of them open.
const (
	add     = "faq add"
	edit    = "faq edit"
	retire  = "faq retire"
	restore = "faq restore"
	try     = "faq try"
	// formSendBack is a form that only a button opens.
	formSendBack = "faq send back"
)

// ActionDiff shows what a revision changes. Its value is a desk.Mark.
const ActionDiff = "faq-diff"

// The actions of the other buttons. Their values are marks too.
const (
	actionShow     = "faq-show"
	actionEdit     = "faq-edit"
	actionHistory  = "faq-history"
	actionPublish  = "faq-publish"
	actionSendBack = "faq-back"
	actionRestore  = "faq-restore"
	actionMine     = "faq-mine" // opens what somebody wrote while another was faster
	actionCard     = "faq-card" // says why a question that was tried got a card
)

// A Hit is an entry that search found, and how well it fits, 0 to 1.
type Hit struct {
	Entry string
	Score float64
}

// Options is what a counter needs. All but Desk and OneModerator must be given.
type Options struct {
	Desk  *desk.Desk // nil where there is none: then moderators are told so
	Roles desk.Roles
	// OneModerator says that the desk lets authors publish most entries alone.
	OneModerator bool
	// Find looks a question up, as answers do.
	Find  func(ctx context.Context, question string, lang chat.Lang) (hits []Hit, sure float64, err error)
	Words prompts.Desk
	Texts map[string]prompts.Texts
	Log   *slog.Logger
	Now   func() time.Time
}

// A Counter answers moderators. It is safe for concurrent use.
type Counter struct {
	Options
	kept *kept
}

// New returns a counter.
func New(o Options) *Counter { return &Counter{o, newKept(o.Now)} }

// EntryForms are the forms that hold an entry's text, which is not triaged when a
// moderator writes it.
func EntryForms() responder.EntryForms {
	text := []string{fieldQuestion, fieldBody, fieldAlso, fieldAbout}
	return responder.EntryForms{add: text, edit: text}
}

// Routes are what the counter answers.
func (c *Counter) Routes() responder.Routes {
	look := func(show func(context.Context, visit) (chat.Reply, error)) responder.Route {
		return responder.Route{Reply: c.reply(show)}
	}
	write := func(open func(context.Context, visit) (*chat.Form, error), save func(context.Context, visit) (chat.Reply, error)) responder.Route {
		return responder.Route{Open: c.open(open), Reply: c.reply(save)}
	}
	return responder.Routes{
		"faq":          look(c.help),
		"faq show":     look(c.show),
		"faq list":     look(c.list),
		"faq search":   look(c.search),
		"faq history":  look(c.history),
		"faq diff":     look(c.diff),
		"faq review":   look(c.review),
		try:            {Reply: c.reply(c.try), Explain: c.explain},
		add:            write(c.openEntry, c.save),
		edit:           write(c.openEntry, c.save),
		retire:         write(c.openReason, c.retire),
		restore:        write(c.openReason, c.restore),
		formSendBack:   write(c.openReason, c.sendBack),
		actionShow:     look(c.show),
		actionEdit:     write(c.openEntry, c.save),
		actionMine:     write(c.openEntry, c.save),
		ActionDiff:     look(c.diff),
		actionHistory:  look(c.history),
		actionPublish:  look(c.publish),
		actionSendBack: write(c.openReason, c.sendBack),
		actionRestore:  write(c.openReason, c.restore),
		actionCard:     look(c.why),
	}
}

// A visit is a moderator with an errand.
type visit struct {
	responder.Request
	by desk.Actor
}

// about is what a command or a button is about: an entry, a word, a question.
func (v visit) about() string {
	switch b := v.Body.(type) {
	case chat.Command:
		if len(b.Args) > 0 {
			return strings.TrimSpace(b.Args[0].Value)
		}
	case chat.Pressed:
		return b.Value
	case chat.Filled:
		return b.State
	}
	return ""
}

func (c *Counter) visit(q responder.Request) visit {
	return visit{q, desk.Actor{
		Network: q.At.Network, Space: q.At.Space, ID: q.From.ID, Name: q.From.Name, Role: c.Roles.Of(q.At.Network, q.From),
	}}
}

// open opens a form for a moderator while the network waits. Where it cannot, the
// reply says why.
func (c *Counter) open(form func(context.Context, visit) (*chat.Form, error)) func(chat.Event) *chat.Form {
	return func(ev chat.Event) *chat.Form {
		v := c.visit(responder.Request{Event: ev})
		if v.by.Needs(desk.Moderator) != nil || c.Desk == nil {
			return nil
		}
		ctx, cancel := context.WithTimeout(context.Background(), responder.OpenWithin)
		defer cancel()
		f, err := form(ctx, v)
		if err != nil {
			return nil
		}
		return f
	}
}

// reply answers a moderator, alone, and turns an error into what they can do about it.
func (c *Counter) reply(answer func(context.Context, visit) (chat.Reply, error)) func(context.Context, responder.Request) chat.Reply {
	return func(ctx context.Context, q responder.Request) chat.Reply {
		v := c.visit(q)
		r, err := chat.Reply{}, v.by.Needs(desk.Moderator)
		switch {
		case err == nil && c.Desk == nil:
			r = c.notice("no_desk")
		case err == nil:
			r, err = answer(ctx, v)
		}
		if err != nil {
			r = c.trouble(v, err)
		}
		if r.Kind == chat.Crisis && r.Card == nil {
			r.Kind = chat.Notice
		}
		if r.Lang == "" {
			r.Lang = chat.English
		}
		r.Private = true
		return r
	}
}

// say is a text for moderators.
func (c *Counter) say(name string, pairs ...string) string {
	return prompts.Fill(c.Words.Texts[name], pairs...)
}

func (c *Counter) notice(name string, pairs ...string) chat.Reply {
	return chat.Reply{Kind: chat.Notice, Text: c.say(name, pairs...)}
}

func (c *Counter) button(label, action, value string) chat.Button {
	return chat.Button{Label: c.say(label), Action: action, Value: value}
}

// errMissing says that a command names no entry, errForm that a form could not be
// opened although there is something to open.
var (
	errMissing = errors.New("no entry is named")
	errForm    = errors.New("the form could not be opened")
)

// trouble says what went wrong. Only what nobody in chat can mend is logged.
func (c *Counter) trouble(v visit, err error) chat.Reply {
	var denied *desk.DeniedError
	var lint *desk.LintError
	var stale *desk.StaleError
	switch {
	case errors.As(err, &denied):
		t, ok := c.Texts[string(v.Lang)]
		if !ok {
			t = c.Texts[string(chat.English)]
		}
		return chat.Reply{Kind: chat.Notice, Lang: v.Lang, Text: prompts.Fill(t.NeedsRole, "role", t.Roles[denied.Need.String()])}
	case errors.Is(err, errMissing):
		return c.notice("which", "command", c.command(v), "example", c.example())
	case errors.Is(err, errForm):
		return c.notice("form_failed")
	case errors.Is(err, desk.ErrNotFound):
		return c.unknown(v)
	case errors.Is(err, desk.ErrSecond):
		return c.notice("second")
	case errors.Is(err, desk.ErrState), errors.As(err, &stale):
		return c.notice("state")
	case errors.As(err, &lint):
		lines := []string{c.say("lint")}
		for _, p := range lint.Problems {
			lines = append(lines, "- "+p.Message)
		}
		return chat.Reply{Kind: chat.Notice, Text: strings.Join(lines, "\n")}
	}
	c.Log.Error("a moderator's command failed", "network", v.At.Network, "err", err)
	return c.notice("failed")
}

func (c *Counter) help(context.Context, visit) (chat.Reply, error) { return c.notice("help"), nil }

// command is how a command is typed.
func (*Counter) command(v visit) string {
	if b, ok := v.Body.(chat.Command); ok {
		return "/" + b.Name
	}
	return "/faq"
}

// example is the name of an entry that there is.
func (c *Counter) example() string {
	for _, e := range c.Desk.Published().Entries() {
		return e.ID
	}
	return "what-is-kap"
}

// read reads a mark as people write it.
func read(text string) (desk.Mark, error) {
	name, number, _ := strings.Cut(strings.ToLower(strings.Trim(strings.TrimSpace(text), "`“”\"")), "@")
	m := desk.Mark{Key: desk.Key{ID: strings.TrimSuffix(name, ".md"), Lang: string(chat.English)}}
	if id, ok := strings.CutPrefix(m.ID, "es/"); ok {
		m.ID, m.Lang = id, string(chat.Spanish)
	}
	if m.ID == "" {
		return m, errMissing
	}
	if number != "" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 {
			return m, fmt.Errorf("read the number of a revision: %w", desk.ErrNotFound)
		}
		m.N = n
	}
	return m, nil
}

func markOf(r desk.Revision) desk.Mark { return desk.Mark{Key: r.Key, N: r.N} }

func day(t time.Time) string { return t.Format(time.DateOnly) }
