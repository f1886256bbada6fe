// Package responder is the pipeline: it alone knows the order of steps, and is
// the only caller of crisis.Check outside of evaluation.
//
// Every event goes through Handle. Triage comes first and needs nothing but
// memory; what it flags gets a card before anything else is tried. A panic
// anywhere after that still ends in a card.
package responder

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/prompts"
)

// MaxQuestion is the length in letters of a question that is answered. Longer
// messages are triaged all the same.
const MaxQuestion = 4000

// Checker triages. Only *crisis.Triage can make a verdict that clears a text.
type Checker interface {
	Check(body chat.Body, s crisis.State, now time.Time) (crisis.Verdict, crisis.State)
}

// Answers finds and words replies. An error means that no answer could be
// looked up, never that a card could not be shown.
type Answers interface {
	Answer(ctx context.Context, question string, lang chat.Lang, now time.Time) (chat.Reply, error)
	// Follow returns the question to look up where the entry was shown before it.
	Follow(question, entry string, lang chat.Lang) string
	Entry(id string, lang chat.Lang, now time.Time) (chat.Reply, bool)
	Card(v crisis.Verdict) chat.Reply
	Notice(lang chat.Lang, choose func(prompts.Texts) string) chat.Reply
	Resources(lang chat.Lang) chat.Reply
	Topics(lang chat.Lang) chat.Reply
}

// Responder answers events. It is safe for concurrent use.
type Responder struct {
	triage  Checker
	answers Answers
	memory  *memory
	topics  topics
	log     *slog.Logger
	now     func() time.Time
}

// New returns a responder. Nothing that a person typed is ever logged.
func New(triage Checker, answers Answers, log *slog.Logger, now func() time.Time) *Responder {
	return &Responder{triage: triage, answers: answers, memory: newMemory(), log: log, now: now}
}

// Close forgets every conversation.
func (r *Responder) Close() {
	r.memory.close()
	r.topics.forget()
}

// Handle decides what to show for one event. The zero Ack is silence.
func (r *Responder) Handle(ctx context.Context, ev chat.Event) (ack chat.Ack) {
	defer func() {
		if p := recover(); p != nil { // a bug must not cost anyone the card
			r.log.Error("recovered while handling an event", "network", ev.At.Network)
			ack = r.fallback(ev)
		}
	}()
	v := r.check(ev)
	switch {
	case v.Level.ShowsCard():
		return show(r.answers.Card(v))
	case !ev.Addressed, gone(ev.Body):
		return chat.Ack{}
	default:
		reply := r.route(ctx, ev, v)
		r.topics.note(keyOf(ev), reply.Entry, r.now())
		return show(r.underHold(ev, v, reply))
	}
}

// gone reports that a message was taken away: there is nothing to answer, and
// a card that was shown stays.
func gone(body chat.Body) bool {
	_, ok := body.(chat.Deleted)
	return ok
}

func show(reply chat.Reply) chat.Ack { return chat.Ack{Reply: &reply} }

// check triages the event in its conversation and remembers the outcome.
func (r *Responder) check(ev chat.Event) crisis.Verdict {
	now := r.now()
	var v crisis.Verdict
	r.memory.update(keyOf(ev), now, func(s crisis.State) crisis.State {
		v, s = r.triage.Check(ev.Body, s, now)
		return s
	})
	return v
}

// route answers an event that triage let pass.
func (r *Responder) route(ctx context.Context, ev chat.Event, v crisis.Verdict) chat.Reply {
	switch body := ev.Body.(type) {
	case chat.Command:
		return r.command(ctx, ev, body, v)
	case chat.Pressed:
		if reply, ok := r.answers.Entry(body.Value, v.Lang, r.now()); ok && body.Action == chat.ActionShow {
			return reply
		}
	case chat.Said:
		return r.question(ctx, ev, body.Text, v)
	case chat.Edited:
		return r.question(ctx, ev, body.Text, v)
	}
	return r.answers.Notice(v.Lang, func(t prompts.Texts) string { return t.Help })
}

func (r *Responder) command(ctx context.Context, ev chat.Event, c chat.Command, v crisis.Verdict) chat.Reply {
	switch c.Name {
	case "ask":
		return r.question(ctx, ev, first(c.Args), v)
	case "resources":
		return r.answers.Resources(v.Lang)
	case "topics":
		return r.answers.Topics(v.Lang)
	case "help":
		return r.answers.Notice(v.Lang, func(t prompts.Texts) string { return t.Help })
	}
	return r.answers.Notice(v.Lang, func(t prompts.Texts) string {
		return prompts.Fill(t.UnknownCommand, "command", "/"+c.Name)
	})
}

// first is the value of a command's first argument, which is its question.
func first(args []chat.Field) string {
	if len(args) == 0 {
		return ""
	}
	return args[0].Value
}

// question answers from the entries, word for word. A mention gets its banner.
func (r *Responder) question(ctx context.Context, ev chat.Event, text string, v crisis.Verdict) chat.Reply {
	if v.Safe {
		return r.answers.Notice(v.Lang, func(t prompts.Texts) string { return t.Safe })
	}
	if strings.TrimSpace(text) == "" {
		return r.answers.Notice(v.Lang, func(t prompts.Texts) string { return t.Empty })
	}
	if size := utf8.RuneCountInString(text); size > MaxQuestion {
		return r.answers.Notice(v.Lang, func(t prompts.Texts) string {
			return prompts.Fill(t.TooLong, "size", strconv.Itoa(size), "limit", strconv.Itoa(MaxQuestion))
		})
	}
	text = r.answers.Follow(text, r.topics.entry(keyOf(ev), r.now()), v.Lang)
	reply, err := r.answers.Answer(ctx, text, v.Lang, r.now())
	if err != nil {
		r.log.Error("could not look up an answer", "err", err)
		reply = r.answers.Notice(v.Lang, func(t prompts.Texts) string { return t.Unknown + " " + t.WhereToAsk })
		reply.Kind = chat.Unknown
	}
	if v.Level == crisis.Mention {
		reply.Kind = chat.Mention
		reply.Banner = prompts.Card(prompts.Banner, string(v.Lang))
	}
	return reply
}

// underHold puts one line of the crisis line above whatever is shown within
// half an hour of a card.
func (r *Responder) underHold(ev chat.Event, v crisis.Verdict, reply chat.Reply) chat.Reply {
	if reply.Banner == "" && r.memory.held(keyOf(ev), r.now()) {
		reply.Banner = prompts.Card(prompts.Line, string(v.Lang))
	}
	return reply
}

// fallback is the card for an event that a bug cut short. The first in a
// conversation is the whole card; a bug that repeats does not flood a room.
func (r *Responder) fallback(ev chat.Event) (ack chat.Ack) {
	card := crisis.FallbackCard()
	defer func() {
		if recover() != nil {
			ack = chat.Ack{Reply: &chat.Reply{Kind: chat.Crisis, Lang: chat.English, Card: &card}}
		}
	}()
	if r.memory.again(keyOf(ev), r.now()) {
		card = chat.Card{Name: prompts.Reminder, Text: prompts.Card(prompts.Reminder, string(chat.English))}
	}
	return chat.Ack{Reply: &chat.Reply{Kind: chat.Crisis, Lang: chat.English, Card: &card}}
}
