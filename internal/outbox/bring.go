package outbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
)

// bring sends a card until it has arrived or every way is used up, and then says so
// to the witness. Of a card that another process left behind it is not known whether it
// has arrived; nor of one whose own process slept between the note and this moment, and
// may have lost it to another.
func (o *Outbox) bring(n Network, c Card, r chat.Reply, resumed bool) End {
	id := o.under.begin(c.At)
	defer o.under.end(id)
	post := chat.Post{Reply: r, To: c.To, For: chat.Person{ID: c.For}, Key: c.Key}
	refs, end := o.deliver(n, c, post, resumed)
	if end == Pending {
		return end
	}
	o.meter.Carded(string(n.Name), end != Undelivered, time.Since(c.At))
	if o.witness != nil {
		o.tell(c, post, refs)
	}
	return end
}

// tell tells the witness. A bug in it harms no card.
func (o *Outbox) tell(c Card, post chat.Post, refs []chat.Ref) {
	defer func() {
		if recover() != nil {
			o.log.Error("recovered while telling of a card", "network", c.To.Network)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), noteFor)
	defer cancel()
	o.witness.Shown(ctx, c, post, refs)
}

// deliver sends a card in its place, else by direct message, and else calls the
// moderators. It returns the messages in the place.
func (o *Outbox) deliver(n Network, c Card, post chat.Post, resumed bool) ([]chat.Ref, End) {
	left := min(tryFor, tryFor-time.Since(c.At)) // a clock that jumps back gives no more
	if resumed {
		left = max(left, aloneFor)
	}
	refs, err := o.until(left, inPlace(n.Sender, post, c.At, resumed || c.Late))
	if err == nil {
		return refs, Shown
	}
	if o.stop.Err() != nil {
		return nil, Pending
	}
	o.log.Error("a card could not be shown in its place", "network", n.Name, "card", c.Name, "err", err)
	if private, ok := n.Sender.(bots.Private); ok {
		_, err = o.until(aloneFor, func(ctx context.Context) ([]chat.Ref, error) { return private.SendPrivate(ctx, post) })
		if err == nil {
			return nil, ShownAlone
		}
		if o.stop.Err() != nil {
			return nil, Pending
		}
	}
	o.log.Error("a card was not delivered", "network", n.Name, "card", c.Name, "err", err)
	o.alert(n, c)
	return nil, Undelivered
}

// inPlace sends a post once. Where it may be there already, it looks first, if the
// network can tell: after an attempt of which it is not known whether it arrived, and
// where the process may have slept since due, when the card was to be sent.
func inPlace(s bots.Sender, post chat.Post, due time.Time, doubt bool) attempt {
	finder, canFind := s.(bots.Finder)
	missed := 0
	return func(ctx context.Context) ([]chat.Ref, error) {
		// Asked here, where the time of the attempt has begun to run: a process that
		// sleeps from here on finds it over, before another one takes the card.
		doubt = doubt || time.Since(due) > asleep
		if doubt && canFind && missed < lookTimes { // a card twice is better than none
			refs, err := finder.Find(ctx, post)
			if len(refs) > 0 {
				return refs, nil
			}
			var wait *bots.WaitError
			switch {
			case errors.As(err, &wait) && wait.For > longestWait: // too long for a card
				missed = lookTimes
			case err != nil:
				missed++
				return nil, err
			}
		}
		refs, err := s.Send(ctx, post)
		var wait *bots.WaitError
		if errors.As(err, &wait) {
			due = time.Now().Add(wait.For)
		}
		doubt = err != nil && !errors.Is(err, bots.ErrRefused) && wait == nil
		return refs, err
	}
}

type attempt func(ctx context.Context) ([]chat.Ref, error)

// until repeats attempts until one works, the network refuses for good, or the next
// one would come after limit. Pauses double and are spread by a quarter either way,
// so that cards that failed together do not come back together. A pause that a
// network asks for is kept.
func (o *Outbox) until(limit time.Duration, try attempt) ([]chat.Ref, error) {
	began, pause := time.Now(), firstWait
	for {
		refs, err := o.once(try)
		if err == nil || errors.Is(err, bots.ErrRefused) {
			return refs, err
		}
		wait := time.Duration(float64(pause) * (0.75 + rand.Float64()/2)) //nolint:gosec // chance is all it needs
		pause = min(2*pause, longestWait)
		var asked *bots.WaitError
		switch {
		case errors.As(err, &asked):
			wait = max(wait, asked.For)
		case errors.Is(err, context.DeadlineExceeded): // it may still be on its way
			wait = max(wait, lookAfter)
		}
		if time.Since(began)+wait > limit {
			return nil, err
		}
		select {
		case <-time.After(wait):
		case <-o.stop.Done():
			return nil, err
		}
	}
}

// once makes one attempt. It outlives a stop: cut off in the middle, nobody would
// know whether it arrived.
func (o *Outbox) once(try attempt) ([]chat.Ref, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(o.stop), attemptFor)
	defer cancel()
	return try(ctx)
}

// alert tells moderators, where there is a place for it.
func (o *Outbox) alert(n Network, c Card) {
	if n.Alerts == (chat.Ref{}) {
		return
	}
	link := ""
	if l, ok := n.Sender.(bots.Linker); ok {
		link = l.Link(c.To)
	}
	to := n.Alerts
	if to.Space == "" {
		to.Space = c.To.Space
	}
	post := chat.Post{Reply: o.texts.Alert(c, link), To: to, Key: c.Key + " alert"}
	_, err := o.until(alertFor, func(ctx context.Context) ([]chat.Ref, error) { return n.Send(ctx, post) })
	if err != nil {
		o.log.Error("moderators could not be told of a card that was not delivered", "network", n.Name, "err", err)
	}
}
