package inbox

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
)

// ErrGone says that what somebody wants to do something to is no longer there or no
// longer as they saw it: another moderator was faster, or somebody has just asked again.
var ErrGone = errors.New("it was settled, put elsewhere or asked again meanwhile")

// maxAlso is how many wordings go into a draft beside the question.
const maxAlso = 20

// community is the one whose inbox somebody looks after. All that a moderator can do is
// done to that one.
func community(by desk.Actor) chat.Community {
	return chat.Community{Network: by.Network, Space: by.Space}
}

// Clusters lists what people sent.
func (b *Inbox) Clusters(ctx context.Context, by desk.Actor, f Filter) ([]Cluster, error) {
	if err := by.Needs(desk.Moderator); err != nil {
		return nil, err
	}
	return b.Store.Clusters(ctx, community(by), f)
}

// Cluster returns one.
func (b *Inbox) Cluster(ctx context.Context, by desk.Actor, id string) (Cluster, error) {
	if err := by.Needs(desk.Moderator); err != nil {
		return Cluster{}, err
	}
	c, ok, err := b.Store.Cluster(ctx, community(by), id)
	if err == nil && !ok {
		err = ErrGone
	}
	return c, err
}

// Near lists open clusters that may ask the same as one, the likeliest first.
func (b *Inbox) Near(ctx context.Context, by desk.Actor, c Cluster, limit int) ([]Cluster, error) {
	if c.Comment || len(c.Notes) == 0 {
		return nil, nil
	}
	open, err := b.Clusters(ctx, by, Filter{Lang: c.Lang, Limit: beside})
	if err != nil {
		return nil, err
	}
	b.alike.daily(b.Now())
	near := b.alike.ranked(b.Encoder, c, open)
	return near[:min(len(near), limit)], nil
}

// done turns what a store reports into an error.
func done(ok bool, err error) error {
	if err == nil && !ok {
		return ErrGone
	}
	return err
}

// Settle takes a cluster from the list, if it has no more notes than its moderator has
// seen. Its texts are erased in time.
func (b *Inbox) Settle(ctx context.Context, by desk.Actor, id string, seen int, as Outcome) error {
	if err := by.Needs(desk.Moderator); err != nil {
		return err
	}
	return done(b.Store.SettleCluster(ctx, community(by), id, seen, Settlement{b.Now(), as}))
}

// Reopen puts a cluster on the list again.
func (b *Inbox) Reopen(ctx context.Context, by desk.Actor, id string) error {
	if err := by.Needs(desk.Moderator); err != nil {
		return err
	}
	return done(b.Store.ReopenCluster(ctx, community(by), id))
}

// Merge puts clusters into another one: they ask the same. Whoever sent one of them is
// told of the answer to all.
func (b *Inbox) Merge(ctx context.Context, by desk.Actor, into string, from []string) error {
	if err := by.Needs(desk.Moderator); err != nil {
		return err
	}
	return done(b.Store.MergeClusters(ctx, community(by), into, from))
}

// Split takes notes out of a cluster, since they ask something else, and returns the new
// cluster that they are in.
func (b *Inbox) Split(ctx context.Context, by desk.Actor, from string, notes []string) (string, error) {
	if err := by.Needs(desk.Moderator); err != nil {
		return "", err
	}
	id := rand.Text()
	return id, done(b.Store.SplitCluster(ctx, community(by), from, notes, id))
}

// Draft makes a draft of an entry from the wordings of a cluster. When it is published,
// those who asked are told.
func (b *Inbox) Draft(ctx context.Context, by desk.Actor, id string) (desk.Key, error) {
	c, err := b.Cluster(ctx, by, id)
	if err != nil {
		return desk.Key{}, err
	}
	if c.Comment || c.Entry != "" || !c.Settled.IsZero() {
		return desk.Key{}, ErrGone
	}
	asked := Wordings(c)
	e := faq.Entry{ID: name(c), Lang: string(c.Lang), Question: asked[0], Also: asked[1:min(len(asked), 1+maxAlso)], Body: b.text(c.Lang).DraftBody}
	key := desk.Key{ID: e.ID, Lang: e.Lang}
	_, err = b.Entries.Propose(ctx, by, desk.Change{Key: key, Entry: e, Why: b.text(chat.English).DraftWhy})
	// A draft of that name was made for this cluster, and the next step was not taken.
	if stale := new(desk.StaleError); err != nil && !errors.As(err, &stale) {
		return desk.Key{}, err
	}
	return key, done(b.Store.DraftCluster(ctx, c.Of, c.ID, key.ID))
}

// Answer says which entry answers a cluster. Those who asked are told of it as soon as it
// is published, or soon if it is.
func (b *Inbox) Answer(ctx context.Context, by desk.Actor, id, entry string) error {
	c, err := b.Cluster(ctx, by, id)
	if err != nil {
		return err
	}
	if _, err := b.Entries.Summary(ctx, by, desk.Key{ID: entry, Lang: string(c.Lang)}); err != nil {
		return err
	}
	return done(b.Store.DraftCluster(ctx, c.Of, c.ID, entry))
}

// Votes lists what people think of answers.
func (b *Inbox) Votes(ctx context.Context, by desk.Actor, f Ballots) ([]Votes, error) {
	if err := by.Needs(desk.Moderator); err != nil {
		return nil, err
	}
	return b.Store.Votes(ctx, community(by), f)
}

// LookedAt says that a moderator has looked at so many complaints.
func (b *Inbox) LookedAt(ctx context.Context, by desk.Actor, v Votes) error {
	if err := by.Needs(desk.Moderator); err != nil {
		return err
	}
	return b.Store.LookedAt(ctx, community(by), v)
}

// Wordings are the ways in which a cluster asks, each once.
func Wordings(c Cluster) []string {
	var all []string
	met := map[string]bool{}
	for _, n := range c.Notes {
		text := strings.Join(strings.Fields(n.Text), " ")
		if same := strings.ToLower(text); !met[same] {
			met[same] = true
			all = append(all, text)
		}
	}
	return slices.Clip(all)
}

// name makes an id of the first words of a question and of its cluster.
func name(c Cluster) string {
	words := strings.FieldsFunc(strings.ToLower(c.Notes[0].Text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	words = append(words[:min(len(words), 5)], strings.ToLower(c.ID[:min(6, len(c.ID))]))
	return strings.Join(words, "-")
}
