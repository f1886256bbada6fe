package rota

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/prompts"
)

// Times of the work.
const (
	every      = time.Second      // how often it looks for what is due
	refreshing = 10 * time.Second // how often it reads where alerts go and counts the open ones
	sweeping   = time.Hour
	lease      = time.Minute // how long a step that was begun is left to whoever began it
	sendFor    = 10 * time.Second
)

// Run sends what is due until ctx is done. Several programs over one store may run
// at once: each step is taken by one of them.
func (r *Rota) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	var done rounds
	for {
		r.away.Note(ctx, r.round(ctx, &done))
		select {
		case <-tick.C:
		case <-r.wake:
		case <-ctx.Done():
			return nil
		}
	}
}

// rounds is when that was done last which is not done at each look. What has failed is
// tried again at the next one.
type rounds struct{ read, swept time.Time }

// round does all that is due.
func (r *Rota) round(ctx context.Context, done *rounds) error {
	now := r.now()
	var errs []error
	try := func(last *time.Time, every time.Duration, do func() error) {
		if now.Sub(*last) < every && !now.Before(*last) {
			return
		}
		err := do()
		if err == nil {
			*last = now
		}
		errs = append(errs, err)
	}
	try(&done.read, refreshing, func() error {
		if err := r.Refresh(ctx); err != nil {
			return fmt.Errorf("read where alerts go: %w", err)
		}
		return r.count(ctx, now)
	})
	try(&done.swept, sweeping, func() error {
		if err := r.store.DropAlerts(ctx, now.Add(-KeepFor)); err != nil {
			return fmt.Errorf("forget old alerts: %w", err)
		}
		return nil
	})
	return errors.Join(append(errs, r.work(ctx))...)
}

// work raises the alerts that could not be kept earlier, and takes the steps that are due.
func (r *Rota) work(ctx context.Context) error {
	late := r.again(ctx)
	for {
		more, err := r.next(ctx)
		if !more {
			return errors.Join(late, err)
		}
	}
}

// count counts the alerts that nobody took. An older one waits for nobody any more.
func (r *Rota) count(ctx context.Context, now time.Time) error {
	n, err := r.store.OpenAlerts(ctx, now.Add(-KeepFor))
	if err != nil {
		return fmt.Errorf("count the alerts that nobody took: %w", err)
	}
	r.open.Store(int64(n))
	return nil
}

func (r *Rota) report(err error, what string) {
	if err != nil && !errors.Is(err, context.Canceled) {
		r.log.Error("the rota could not do its work", "what", what, "err", err)
	}
}

// again raises the alerts that could not be kept earlier. At the first one that still
// cannot it ends: the others would wait as long for the same store.
func (r *Rota) again(ctx context.Context) error {
	r.mu.Lock()
	late := r.late
	r.late = nil
	r.mu.Unlock()
	for i, a := range late {
		if _, err := r.raise(ctx, a); err != nil {
			r.mu.Lock()
			r.late = append(late[i+1:], r.late...) // another one is the first next time
			r.mu.Unlock()
			return err
		}
	}
	return nil
}

// next takes one step that is due and reports whether there may be another.
func (r *Rota) next(ctx context.Context) (more bool, err error) {
	now := r.now()
	a, ok, err := r.store.NextAlert(ctx, now, now.Add(lease))
	if err != nil {
		return false, fmt.Errorf("look for alerts: %w", err)
	}
	if !ok {
		return false, nil
	}
	r.step(context.WithoutCancel(ctx), a) // cut off, nobody would know whether it arrived
	return ctx.Err() == nil, nil
}

// step calls whoever is next: first the room, then those on call one by one, then the
// room again.
func (r *Rota) step(ctx context.Context, a Alert) {
	ctx, cancel := context.WithTimeout(ctx, sendFor)
	defer cancel()
	d, ok := r.home(a.Of.Ref())
	s := r.networks[a.Of.Network]
	if !ok || s == nil { // turned off meanwhile
		a.Due = time.Time{}
		_, err := r.store.AdvanceAlert(ctx, a)
		r.report(err, "end an alert")
		return
	}
	peers, err := r.store.Peers(ctx, a.Of)
	if err != nil {
		r.report(err, "read who is on call")
		return // the lease ends, and it is tried again
	}
	refs, err := r.call(ctx, s, d, a, peers)
	wait := d.Wait
	switch {
	case err == nil:
	case errors.Is(err, errElsewhere):
		r.log.Info("somebody on call may not read the room of an alert: the next one is called", "network", a.Of.Network, "step", a.Step)
		wait = 0
	case errors.Is(err, bots.ErrRefused): // that way is closed, the next may not be
		r.log.Error("an alert was refused", "network", a.Of.Network, "step", a.Step, "err", err)
		wait = 0
	default:
		r.report(err, "send an alert")
		return
	}
	last := a.Step > len(peers)
	a.Step++
	a.Posts = append(a.Posts, refs...)
	a.Due = r.now().Add(wait)
	if last {
		a.Due = time.Time{}
	}
	kept, err := r.store.AdvanceAlert(ctx, a)
	if err != nil {
		r.report(err, "note that an alert was sent")
		return
	}
	if len(refs) == 0 {
		return
	}
	r.tell(ctx, a)
	if kept.By != "" { // taken while this was on its way
		r.close(ctx, s, kept)
	}
}

// call makes the post of a step.
func (r *Rota) call(ctx context.Context, s bots.Sender, d Duty, a Alert, peers []string) ([]chat.Ref, error) {
	t := r.text(chat.English)
	post := chat.Post{To: chat.Ref{Network: a.Of.Network, Space: a.Of.Space, Channel: d.Channel}, Key: fmt.Sprintf("alert %s %d", a.ID, a.Step)}
	text := t.Alert
	switch {
	case a.Asked:
		text = t.AlertAsked
	case a.Step > len(peers):
		text = t.AlertLast
	}
	post.Reply = chat.Reply{Kind: chat.Notice, Lang: chat.English, Text: text, Buttons: r.buttons(s, a, t)}
	if a.Step > 0 && a.Step <= len(peers) {
		post.For = chat.Person{ID: peers[(first(a.ID, len(peers))+a.Step-1)%len(peers)]}
		post.Reply.Text = t.YourTurn + " " + text
		private, ok := s.(bots.Private)
		if !ok {
			return nil, bots.ErrRefused
		}
		if !mayLook(ctx, s, post.For.ID, a) {
			return nil, errElsewhere
		}
		return private.SendPrivate(ctx, post)
	}
	if finder, ok := s.(bots.Finder); ok && a.Tries > 1 { // begun before, maybe by a program that has died
		post.To.Message = ""
		if refs, err := finder.Find(ctx, post); err == nil && len(refs) > 0 {
			return refs, nil
		}
	}
	return s.Send(ctx, post)
}

// errElsewhere says that a peer cannot look where an alert is.
var errElsewhere = errors.New("the peer may not read the room")

// lookUpFor is how long it may take to find out what a peer may read.
const lookUpFor = 3 * time.Second

// mayLook reports whether a peer may read the room of an alert. Who may not could help
// nobody there, and is told of no room that is closed to them. While the network does not
// say, they are called: somebody may need them.
func mayLook(ctx context.Context, s bots.Sender, peer string, a Alert) bool {
	reader, ok := s.(bots.ReadChecker)
	if !ok || a.Asked { // who asked is looked for by name
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpFor)
	defer cancel()
	may, err := reader.MayRead(ctx, peer, a.At)
	return may || err != nil
}

// first is with whom on the rota an alert begins, so that not always the same person
// is called first.
func first(id string, of int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return int(h.Sum32() % uint32(of))
}

func (r *Rota) buttons(s bots.Sender, a Alert, t prompts.Peers) []chat.Button {
	buttons := []chat.Button{{Label: t.Take, Action: actionClaim, Value: a.ID}}
	if a.Asked {
		if p, ok := s.(bots.Profiler); ok {
			buttons = append(buttons, chat.Button{Label: t.Profile, URL: p.Profile(a.Of.Space, a.Person)})
		}
	} else if l, ok := s.(bots.Linker); ok {
		buttons = append(buttons, chat.Button{Label: t.Room, URL: l.Link(a.At)})
	}
	return buttons
}

// tell says on the card that peers know, and to whoever waits for it.
func (r *Rota) tell(ctx context.Context, a Alert) {
	r.mu.Lock()
	if wait, ok := r.waits[a.ID]; ok {
		close(wait)
		delete(r.waits, a.ID)
	}
	r.mu.Unlock()
	c, ok := r.forget(a.ID)
	editor, can := r.networks[a.Of.Network].(bots.Editor)
	if !ok || !can || len(c.refs) == 0 || c.post.Reply.Card == nil {
		return
	}
	told := *c.post.Reply.Card
	told.Text += "\n\n" + r.text(c.post.Reply.Lang).Told
	c.post.Reply.Card = &told
	if _, err := editor.Edit(ctx, c.refs, c.post); err != nil {
		r.log.Warn("a card could not be told that peers know", "network", a.Of.Network, "err", err)
	}
}
