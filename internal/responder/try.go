package responder

import (
	"context"
	"strconv"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// A Trial is what becomes of a text, step by step.
type Trial struct {
	Level   crisis.Level
	Signals []string
	Score   float64
	Lang    chat.Lang
	// Reply is the card where Level shows one; then nothing was done after triage.
	Reply chat.Reply
}

// Try answers a text as the first of a conversation of its own, of which nothing is
// kept. It goes the way of every message: what triage flags gets its card, and goes
// no further.
func (r *Responder) Try(ctx context.Context, text string) (t Trial) {
	ev := chat.Event{
		At:   chat.Ref{Network: "try", Channel: strconv.FormatInt(r.trials.Add(1), 10)},
		From: chat.Person{ID: "try"}, Addressed: true, Direct: true, Body: chat.Said{Text: text},
	}
	defer r.forget(ev)
	defer func() {
		if recover() != nil {
			r.log.Error("recovered while trying a text")
			t.Level, t.Reply = crisis.Crisis, *r.fallback(ev).Reply
		}
	}()
	v := r.check(ev, r.now())
	t = Trial{Level: v.Level, Signals: v.Signals, Score: v.Score, Lang: v.Lang}
	if v.Level.ShowsCard() {
		t.Reply = r.answers.Card(v)
		return t
	}
	opinion := r.opinion(ctx, ev, v)
	t.Reply = r.question(ctx, ev, text, v, opinion)
	if level := opinion(); level.ShowsCard() {
		raised, _ := v.Raise(level, "second opinion", crisis.State{}, r.now())
		t.Level, t.Signals, t.Reply = raised.Level, raised.Signals, r.answers.Card(raised)
	}
	return t
}

// forget drops all that is remembered of a conversation.
func (r *Responder) forget(ev chat.Event) {
	r.earlier.forget(keyOf(ev))
	r.memory.update(keyOf(ev), r.now(), func(crisis.State) crisis.State { return crisis.State{} })
}
