package responder

import (
	"context"
	"sync"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// SecondOpinion asks somebody else about a text that triage cleared. Its failure
// and its slowness are None.
type SecondOpinion interface {
	SecondOpinion(ctx context.Context, text crisis.Cleared) crisis.Level
}

// WithSecondOpinion asks for a second opinion about cleared questions. It is called
// once, before the first event.
func (r *Responder) WithSecondOpinion(s SecondOpinion) { r.second = s }

// opinion waits for the second opinion. None where there is none.
type opinion func() crisis.Level

// proof is the question as it may leave the program, if it may.
func (r *Responder) proof(ev chat.Event, v crisis.Verdict) (crisis.Cleared, bool) {
	k := keyOf(ev)
	return v.Cleared(r.peers.hold(k, r.memory.known(k), r.now()))
}

// opinion asks for the second opinion, beside whatever else is done.
func (r *Responder) opinion(ctx context.Context, ev chat.Event, v crisis.Verdict) opinion {
	proof, ok := r.proof(ev, v)
	if r.second == nil || !ok || proof.Text() == "" {
		return func() crisis.Level { return crisis.None }
	}
	level := crisis.None
	var asked sync.WaitGroup
	asked.Go(func() {
		defer func() {
			if recover() != nil { // it may only raise, and a bug raises nothing
				level = crisis.None
			}
		}()
		level = r.second.SecondOpinion(ctx, proof)
	})
	return func() crisis.Level {
		asked.Wait()
		return level
	}
}

// raised shows the card that a second opinion asks for.
func (r *Responder) raised(ev chat.Event, v crisis.Verdict, level crisis.Level) chat.Ack {
	now := r.now()
	r.memory.update(keyOf(ev), now, func(s crisis.State) crisis.State {
		before := s
		v, s = v.Raise(level, "second opinion", s, now)
		r.peers.changed(keyOf(ev), before, s)
		return s
	})
	r.withdraw(ev, v)
	return r.card(ev, v)
}

// shape words an answer for the question, where triage cleared it, no card was
// shown lately and the second opinion raises nothing.
func (r *Responder) shape(ctx context.Context, ev chat.Event, v crisis.Verdict, word chat.Reply, opinion opinion) chat.Reply {
	proof, ok := r.proof(ev, v)
	if !ok || word.Kind != chat.Answer || !r.answers.Shapes() || opinion() != crisis.None {
		return word
	}
	ctx, done := r.drafts.begin(ctx, ev)
	defer done()
	k, now := keyOf(ev), r.now()
	if !r.revisions.newest(ev) || r.held(k) { // it changed before the draft could be stopped
		return word
	}
	reply, err := r.answers.Shape(ctx, word, string(ev.At.Network)+" "+ev.From.ID, proof, r.earlier.of(k, now))
	if err != nil {
		r.log.Warn("an answer is shown word for word", "err", err)
	}
	r.earlier.note(k, ev.At, proof, now)
	if r.held(k) { // a card was shown meanwhile
		return word
	}
	return reply
}

// withdraw stops work that an event makes pointless or unwanted: drafts for older
// words of the message, and, once a card shows, all drafts for the person. What they
// asked before is forgotten with it.
func (r *Responder) withdraw(ev chat.Event, v crisis.Verdict) {
	if v.Level.ShowsCard() {
		r.earlier.forget(keyOf(ev))
		r.drafts.stop(func(d draft) bool { return d.of == keyOf(ev) })
		return
	}
	switch ev.Body.(type) {
	case chat.Edited, chat.Deleted:
		r.earlier.remove(ev.At)
		r.drafts.stop(func(d draft) bool { return d.at == ev.At })
	}
}

// drafts are those at work.
type drafts struct {
	mu   sync.Mutex
	all  map[int]draft
	next int
}

type draft struct {
	of     key
	at     chat.Ref
	cancel context.CancelFunc
}

func (d *drafts) begin(ctx context.Context, ev chat.Event) (drafting context.Context, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = map[int]draft{}
	}
	id := d.next
	d.next++
	d.all[id] = draft{keyOf(ev), ev.At, cancel}
	return ctx, func() {
		cancel()
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.all, id)
	}
}

func (d *drafts) stop(which func(draft) bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, one := range d.all {
		if which(one) {
			one.cancel()
		}
	}
}

// earlier holds what people asked within the last minute, for a model to
// understand "and how much is that?". They are cleared texts, at most a few of a
// person, and a timer wipes each when its minute is over.
type earlier struct {
	mu     sync.Mutex
	all    map[key][]question
	wipe   *time.Timer
	closed bool
}

type question struct {
	text crisis.Cleared
	at   chat.Ref
	when time.Time
}

// maxEarlier is how many questions of a person are held.
const maxEarlier = 3

func newEarlier() *earlier { return &earlier{all: map[key][]question{}} }

// of returns what a person asked within the last minute, oldest first.
func (e *earlier) of(k key, now time.Time) []crisis.Cleared {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out []crisis.Cleared
	for _, q := range e.all[k] {
		if now.Sub(q.when) < crisis.FragmentFor {
			out = append(out, q.text)
		}
	}
	return out
}

func (e *earlier) note(k key, at chat.Ref, text crisis.Cleared, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed || len(e.all) >= maxConversations {
		return
	}
	e.all[k] = append(e.all[k], question{text, at, now})
	e.all[k] = e.all[k][max(0, len(e.all[k])-maxEarlier):]
	if e.wipe == nil {
		e.wipe = time.AfterFunc(crisis.FragmentFor, func() { e.sweep(time.Now()) })
	}
}

// drop keeps the questions for which keep holds.
func (e *earlier) drop(keep func(question) bool) {
	for k, list := range e.all {
		var left []question
		for _, q := range list {
			if keep(q) {
				left = append(left, q)
			}
		}
		if len(left) == 0 {
			delete(e.all, k)
			continue
		}
		e.all[k] = left
	}
}

func (e *earlier) sweep(now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drop(func(q question) bool { return now.Sub(q.when) < crisis.FragmentFor })
	e.wipe = nil
	if len(e.all) > 0 && !e.closed {
		e.wipe = time.AfterFunc(time.Second, func() { e.sweep(time.Now()) })
	}
}

func (e *earlier) forget(k key) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.all, k)
}

// remove forgets the question of a message that was changed or taken away.
func (e *earlier) remove(at chat.Ref) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drop(func(q question) bool { return q.at != at })
}

func (e *earlier) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	if e.wipe != nil {
		e.wipe.Stop()
	}
	clear(e.all)
}
