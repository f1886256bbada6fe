package inbox

import (
	"context"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/responder"
)

// voteActions are the actions of the buttons under an answer.
var voteActions = [...]string{Helpful: "helpful", NotHelpful: "not-helpful", Wrong: "wrong"}

// maxVoted bounds how many votes are remembered, so that each counts once a day.
const maxVoted = 20_000

// vote counts what somebody thinks of an answer. Whoever says that it is wrong is
// asked for more, which they need not give.
func (b *Inbox) vote(ctx context.Context, q responder.Request) chat.Reply {
	p, _ := q.Body.(chat.Pressed)
	t := b.text(p.Lang)
	v := Helpful
	for i, action := range voteActions {
		if action == p.Action {
			v = Vote(i)
		}
	}
	key := desk.Key{ID: p.Value, Lang: string(p.Lang)}
	of, ok := b.home(ctx, q.Event, "")
	if ok && b.first(of, q.From.ID, key) {
		if err := b.Store.CountVote(ctx, of, key, b.revision(ctx, key), v); err != nil {
			b.Log.Error("a vote could not be counted", "network", q.At.Network, "err", err)
			return notice(t.NotSent, p.Lang)
		}
	}
	if v == Helpful || !ok {
		return notice(t.Thanks, p.Lang)
	}
	return notice(t.ThanksMore, p.Lang, chat.Button{Label: t.Comment, Action: actionComment, Value: p.Value})
}

// first reports whether somebody has not voted on an entry today.
func (b *Inbox) first(of chat.Community, person string, key desk.Key) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := b.Now(); now.Sub(b.day) > 24*time.Hour || len(b.voted) >= maxVoted {
		clear(b.voted)
		b.day = now
	}
	who := string(of.Network) + " " + of.Space + " " + person + " " + key.String()
	first := !b.voted[who]
	b.voted[who] = true
	return first
}

// self is the inbox where it acts by itself.
var self = desk.Actor{Name: "inbox", Role: desk.Moderator}

// revision is the one that answers now; 0 if nobody knows.
func (b *Inbox) revision(ctx context.Context, key desk.Key) int {
	s, err := b.Entries.Summary(ctx, self, key)
	if err != nil {
		return 0
	}
	return s.N
}
