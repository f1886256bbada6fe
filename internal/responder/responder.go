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
	"sync/atomic"
	"time"
	"unicode/utf8"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
	"kapbot/internal/desk"
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
	// Shape words an answer for the question where a model takes part, and says
	// so to the reader either way. With an error it is word for word. Earlier is
	// what the same person asked just before; person counts against a budget.
	Shape(ctx context.Context, word chat.Reply, person string, question crisis.Cleared, earlier []crisis.Cleared) (chat.Reply, error)
	// Shapes reports whether a model takes part.
	Shapes() bool
	Entry(id string, lang chat.Lang, now time.Time) (chat.Reply, bool)
	Card(v crisis.Verdict) chat.Reply
	// NamedCard is a card that was chosen earlier; false if there is none of
	// that name.
	NamedCard(name string, lang chat.Lang, kind chat.Kind) (chat.Reply, bool)
	// PrivateCopy is the button that shows a card to whoever presses it.
	PrivateCopy(card string, lang chat.Lang) chat.Button
	Notice(lang chat.Lang, choose func(prompts.Texts) string) chat.Reply
	Resources(lang chat.Lang) chat.Reply
	Topics(lang chat.Lang) chat.Reply
}

// Responder answers events. It is safe for concurrent use.
type Responder struct {
	triage     Checker
	answers    Answers
	memory     *memory
	revisions  *revisions
	topics     topics
	earlier    *earlier
	drafts     drafts
	second     SecondOpinion
	rooms      Rooms
	counter    Counter
	meter      Meter
	trials     atomic.Int64
	paces      paces
	peers      peers
	routes     Routes
	editors    desk.Roles
	entryForms EntryForms
	offers     []Offer
	log        *slog.Logger
	now        func() time.Time
}

// New returns a responder. Nothing that a person typed is ever logged.
func New(triage Checker, answers Answers, log *slog.Logger, now func() time.Time) *Responder {
	return &Responder{triage: triage, answers: answers, memory: newMemory(), revisions: newRevisions(), earlier: newEarlier(), log: log, now: now, meter: uncounted{}}
}

// Close forgets every conversation.
func (r *Responder) Close() {
	r.memory.close()
	r.topics.forget()
	r.earlier.close()
}

// Rest is the part of an answer that may take its time.
type Rest func(ctx context.Context) chat.Ack

// Handle decides what to show for one event. The zero Ack is silence.
func (r *Responder) Handle(ctx context.Context, ev chat.Event) chat.Ack {
	ack, rest := r.Receive(ev)
	if rest != nil {
		return rest(ctx)
	}
	return ack
}

// Receive triages an event. A card is in the Ack. An answer is not yet: then the
// Ack says Later, and Rest, called once, gives it or silence. A form is in the Ack
// too: networks open none later.
func (r *Responder) Receive(ev chat.Event) (ack chat.Ack, rest Rest) {
	defer func() {
		if p := recover(); p != nil { // a bug must not cost anyone the card
			ack, rest = r.recovered(ev, "triage"), nil
		}
	}()
	now := r.now()
	if !r.revisions.first(ev, now) {
		return chat.Ack{}, nil
	}
	v := r.check(r.personal(ev), now)
	r.meter.Triaged(string(ev.At.Network), v.Level.String(), r.now().Sub(now))
	r.withdraw(ev, v)
	switch {
	case v.Level.ShowsCard():
		return r.counted(ev, r.card(ev, v)), nil
	case gone(ev.Body):
		return chat.Ack{Earlier: chat.Removed}, nil
	case !ev.Addressed, late(ev, now):
		return chat.Ack{}, nil
	}
	if why := r.paces.over(ev, now); why != nil && !r.urgent(ev.Body) {
		r.meter.Answered(string(ev.At.Network), "limited", 0)
		return r.wait(ev, v, why, now)
	}
	if form := r.form(ev); form != nil {
		return chat.Ack{Form: form}, nil
	}
	return chat.Ack{Later: true}, func(ctx context.Context) chat.Ack { return r.answer(ctx, ev, v, now) }
}

// card shows the card for a verdict. An edit into crisis gets it as a new message,
// and the answer to the older words points to it. An edit that only says the same
// again has its card already.
func (r *Responder) card(ev chat.Event, v crisis.Verdict) chat.Ack {
	_, edited := ev.Body.(chat.Edited)
	before := r.revisions.card(ev.At)
	if edited && before && v.Repeat {
		return chat.Ack{}
	}
	reply := r.answers.Card(v)
	if !ev.Direct {
		reply.Buttons = append(reply.Buttons, r.answers.PrivateCopy(reply.Card.Name, reply.Lang))
	}
	r.explain(ev, v.Level.String(), &reply)
	ack := show(r.offered(ev, reply))
	if edited {
		pointer := r.answers.Notice(v.Lang, func(t prompts.Texts) string { return t.Pointer })
		ack.Earlier, ack.Pointer = chat.Pointed, &pointer
	}
	return ack
}

// answer is what Receive leaves for later.
func (r *Responder) answer(ctx context.Context, ev chat.Event, v crisis.Verdict, asked time.Time) (ack chat.Ack) {
	defer func() {
		if p := recover(); p != nil {
			ack = r.recovered(ev, "answer")
		}
	}()
	if !r.revisions.newest(ev) {
		return chat.Ack{}
	}
	opinion := r.opinion(ctx, ev, v)
	reply := r.route(ctx, ev, v, opinion)
	if level := opinion(); level.ShowsCard() {
		return r.counted(ev, r.raised(ev, v, level))
	}
	r.topics.note(keyOf(ev), reply.Entry, r.now())
	ack = show(r.offered(ev, r.underHold(ev, v, reply)))
	if _, edited := ev.Body.(chat.Edited); edited {
		ack.Earlier = chat.Replaced
	}
	if !r.revisions.newest(ev) {
		return chat.Ack{}
	}
	r.meter.Answered(string(ev.At.Network), kindOf(reply), r.now().Sub(asked))
	return r.counted(ev, ack)
}

// recovered is what a panic ends in.
func (r *Responder) recovered(ev chat.Event, step string) (ack chat.Ack) {
	ack = r.fallback(ev)
	defer func() { _ = recover() }() // nor must telling of it
	r.log.Error("recovered while handling an event", "network", ev.At.Network)
	r.meter.Recovered(step)
	return ack
}

// gone reports that a message was taken away: there is nothing to answer, and
// a card that was shown stays.
func gone(body chat.Body) bool {
	_, ok := body.(chat.Deleted)
	return ok
}

// AnswerEditsFor is how long after a question was sent an edit of it is answered.
const AnswerEditsFor = 10 * time.Minute

// late reports that a message was edited so long after it was sent that nobody
// waits for another answer.
func late(ev chat.Event, now time.Time) bool {
	_, edited := ev.Body.(chat.Edited)
	return edited && !ev.Sent.IsZero() && now.Sub(ev.Sent) > AnswerEditsFor
}

func show(reply chat.Reply) chat.Ack { return chat.Ack{Reply: &reply} }

// check triages the event in its conversation and remembers the outcome.
func (r *Responder) check(ev chat.Event, now time.Time) crisis.Verdict {
	_, edited := ev.Body.(chat.Edited)
	var v crisis.Verdict
	r.memory.update(keyOf(ev), now, func(before crisis.State) crisis.State {
		before = r.peers.join(keyOf(ev), before)
		var after crisis.State
		v, after = r.triage.Check(ev.Body, before, now)
		if edited && v.Safe { // an edit away from crisis does not lift the hold
			v.Safe = false
			return before
		}
		r.peers.changed(keyOf(ev), before, after)
		return after
	})
	return v
}

// route answers an event that triage let pass.
func (r *Responder) route(ctx context.Context, ev chat.Event, v crisis.Verdict, opinion opinion) chat.Reply {
	if route, ok := r.routes.For(ev.Body); ok {
		return route.Reply(ctx, Request{Event: ev, Lang: v.Lang, Level: v.Level.String(), Signals: v.Signals, Answer: func(question string) chat.Reply {
			return r.question(ctx, ev, question, v, opinion)
		}})
	}
	switch body := ev.Body.(type) {
	case chat.Command:
		return r.command(ctx, ev, body, v, opinion)
	case chat.Pressed:
		if reply, ok := r.pressed(body); ok {
			return reply
		}
	case chat.Said:
		return r.question(ctx, ev, body.Text, v, opinion)
	case chat.Edited:
		return r.question(ctx, ev, body.Text, v, opinion)
	}
	return r.help(ev, v.Lang)
}

// pressed shows what a button stands for, in the language of its reply.
func (r *Responder) pressed(b chat.Pressed) (chat.Reply, bool) {
	lang := b.Lang
	if lang == "" {
		lang = chat.English
	}
	switch b.Action {
	case chat.ActionShow:
		return r.answers.Entry(b.Value, lang, r.now())
	case chat.ActionCopy:
		reply, ok := r.answers.NamedCard(b.Value, lang, chat.Notice)
		reply.Private = true
		return reply, ok
	}
	return chat.Reply{}, false
}

func (r *Responder) help(ev chat.Event, lang chat.Lang) chat.Reply {
	return r.answers.Notice(lang, func(t prompts.Texts) string { return prompts.Fill(t.Help, "prefix", prefix(ev)) })
}

// prefix stands before the name of a command.
func prefix(ev chat.Event) string {
	if ev.Prefix == "" {
		return "/"
	}
	return ev.Prefix
}

func (r *Responder) command(ctx context.Context, ev chat.Event, c chat.Command, v crisis.Verdict, opinion opinion) chat.Reply {
	switch c.Name {
	case "ask":
		return r.question(ctx, ev, first(c.Args), v, opinion)
	case "resources":
		return r.answers.Resources(v.Lang)
	case "topics":
		return r.answers.Topics(v.Lang)
	case "help":
		return r.help(ev, v.Lang)
	case "watch", "support":
		return r.room(ctx, ev, c, v.Lang)
	}
	return r.answers.Notice(v.Lang, func(t prompts.Texts) string {
		return prompts.Fill(t.UnknownCommand, "command", prefix(ev)+c.Name, "prefix", prefix(ev))
	})
}

// first is the value of a command's first argument, which is its question.
func first(args []chat.Field) string {
	if len(args) == 0 {
		return ""
	}
	return args[0].Value
}

// question answers from the entries: word for word, or shaped where a model may see
// the question. A mention gets its banner.
func (r *Responder) question(ctx context.Context, ev chat.Event, text string, v crisis.Verdict, opinion opinion) chat.Reply {
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
		r.meter.Answered(string(ev.At.Network), "failed", 0)
		r.log.Error("could not look up an answer", "err", err)
		reply = r.answers.Notice(v.Lang, func(t prompts.Texts) string { return t.Unknown + " " + t.WhereToAsk })
		reply.Kind = chat.Unknown
	}
	if v.Level == crisis.Mention {
		reply.Kind = chat.Mention
		reply.Banner = prompts.Card(prompts.Banner, string(v.Lang))
	}
	return r.shape(ctx, ev, v, reply, opinion)
}

// underHold puts one line of the crisis line above whatever is shown within
// half an hour of a card.
func (r *Responder) underHold(ev chat.Event, v crisis.Verdict, reply chat.Reply) chat.Reply {
	if reply.Banner == "" && r.held(keyOf(ev)) {
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
