package outbox

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/outage"
)

// Times of the sending.
const (
	// patience is how long a card waits for its note, latePatience one that another
	// replica may have sent. The note goes on without it.
	patience     = 15 * time.Millisecond
	latePatience = time.Second
	// holdFor is how long Send waits at most until the card is noted or sent: less than
	// the three seconds in which Slack wants to hear that an event has arrived.
	holdFor = 1500 * time.Millisecond
	// noteFor is how long one write to the store may take.
	noteFor = 3 * time.Second
	// watchEvery is how often it is looked for cards of replicas that have ended.
	watchEvery = 2 * time.Second
	// attemptFor is how long one attempt to send may take.
	attemptFor = 5 * time.Second
	// asleep is how far behind its time an attempt is whose process has slept: less than
	// it takes until somebody else sends the card.
	asleep = time.Second
	// lookAfter is how long after an attempt whose time was over the card is looked for:
	// an overloaded network may take it late.
	lookAfter = 2 * time.Second
	// lookTimes is how often it is tried to find out whether a card is there.
	lookTimes = 2
	// tryFor is how long the place of a card is tried, aloneFor the direct message,
	// alertFor the moderators. A card found after a restart is tried for at least
	// aloneFor.
	tryFor   = 10 * time.Minute
	aloneFor = time.Minute
	alertFor = time.Minute
	// Between attempts: about firstWait, doubled up to longestWait.
	firstWait   = 250 * time.Millisecond
	longestWait = 15 * time.Second
)

// A Network is a place that cards are sent to.
type Network struct {
	Name chat.Network
	bots.Sender
	// Alerts is where moderators are told of a card that could not be delivered;
	// the zero Ref if nowhere. Without a Space it is in that of the card.
	Alerts chat.Ref
}

// Texts makes what is sent, again after a restart.
type Texts interface {
	// Card is the reply for a note; false if there is no card of that name.
	Card(c Card) (chat.Reply, bool)
	// Alert tells moderators where a card was not delivered.
	Alert(c Card, link string) chat.Reply
}

// A Witness hears that the sending of a card has ended, however it did, before that is
// noted: of a card that a crash cut off it hears after the next start, and of some it
// may hear twice. refs are the messages in the card's place, if it is there.
type Witness interface {
	Shown(ctx context.Context, c Card, post chat.Post, refs []chat.Ref)
}

// Outbox sends cards. It is safe for concurrent use.
type Outbox struct {
	store   Store
	texts   Texts
	log     *slog.Logger
	witness Witness     // nil if nobody listens
	slow    atomic.Bool // the last note took longer than patience
	work    sync.WaitGroup
	under   under
	meter   Meter
	stop    context.Context // over once no more attempts are to begin
	end     context.CancelFunc
}

// New returns an outbox over a store.
func New(store Store, texts Texts, log *slog.Logger) *Outbox {
	o := &Outbox{store: store, texts: texts, log: log, meter: uncounted{}}
	o.stop, o.end = context.WithCancel(context.Background())
	return o
}

// Tell lets a witness hear of cards. Call it before the first card.
func (o *Outbox) Tell(w Witness) { o.witness = w }

// Close lets attempts that are under way finish, at most attemptFor each, and
// begins no more. What is not delivered goes on at the next Resume.
func (o *Outbox) Close() {
	o.end()
	o.work.Wait()
}

// Send brings a card, whose reply is r, to the place of its note. The card waits for the
// note, but for patience at most. Send returns when the card is safe, noted on disk or
// sent, or after holdFor: until then a network that delivers again what is not
// acknowledged should not be told that all is well. A card that was noted before is not
// sent again.
func (o *Outbox) Send(n Network, c Card, r chat.Reply) {
	var fresh bool
	noted, safe := make(chan struct{}), make(chan struct{})
	isSafe := sync.OnceFunc(func() { close(safe) })
	o.work.Go(func() {
		var err error
		fresh, err = o.note(c)
		close(noted)
		if err == nil {
			isSafe()
		}
	})
	bring := func() {
		end := o.bring(n, c, r, false)
		isSafe()
		<-noted // the end is noted after the beginning
		o.settle(c, end)
	}
	timer := time.NewTimer(o.patience(c))
	defer timer.Stop()
	select {
	case <-noted:
		if fresh {
			o.work.Go(bring)
		}
	case <-timer.C:
		o.slow.Store(true)
		o.work.Go(bring)
	}
	timer.Reset(holdFor)
	select {
	case <-safe:
	case <-timer.C:
	}
}

// patience is how long a card waits for its note.
func (o *Outbox) patience(c Card) time.Duration {
	switch {
	case c.Late:
		return latePatience
	case o.slow.Load():
		return 0
	}
	return patience
}

// note writes a note and reports whether it is new. One that cannot be written
// counts as new: the card is sent all the same.
func (o *Outbox) note(c Card) (fresh bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), noteFor)
	defer cancel()
	fresh, err = o.store.Intend(ctx, c)
	o.slow.Store(err != nil)
	if err != nil {
		o.meter.Undurable()
		o.log.Error("a card is sent without a note on disk: a crash now could lose it", "network", c.To.Network, "err", err)
		return true, err
	}
	return fresh, nil
}

func (o *Outbox) settle(c Card, end End) {
	if end == Pending {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), noteFor)
	defer cancel()
	if err := o.store.Settle(ctx, c, end); err != nil {
		o.log.Error("could not note that a card has arrived: it may be looked for again after a restart", "network", c.To.Network, "err", err)
	}
}

// Resume goes on with the cards of networks that an earlier process left behind.
//
//nolint:contextcheck // ctx is for the look-up only
func (o *Outbox) Resume(ctx context.Context, networks []Network) error {
	cards, err := o.store.Pending(ctx)
	if err != nil {
		return err
	}
	for _, c := range cards {
		for _, n := range networks {
			if n.Name == c.To.Network {
				o.resume(n, c)
			}
		}
	}
	return nil
}

// Watch goes on with the cards that other replicas left behind, until ctx is done. It
// looks every so often, and at once when it is told that one may have ended; told may
// be nil.
func (o *Outbox) Watch(ctx context.Context, networks []Network, told <-chan struct{}) {
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	blind := outage.New(o.log, slog.LevelWarn, "cards of other replicas cannot be looked up", "cards of other replicas can be looked up again")
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		case <-told:
		}
		blind.Note(ctx, o.Resume(ctx, networks))
	}
}

func (o *Outbox) resume(n Network, c Card) {
	r, ok := o.texts.Card(c)
	if !ok {
		o.log.Error("a card is noted that does not exist any more: the whole card is sent", "network", n.Name, "card", c.Name)
	}
	o.work.Go(func() { o.settle(c, o.bring(n, c, r, true)) })
}
