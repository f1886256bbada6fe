package inbox

import (
	"kapbot/internal/chat"
	"kapbot/internal/responder"
)

// Routes are those that Serve adds.
func (b *Inbox) Routes() responder.Routes { return b.routes() }

// Offer is what Serve puts under replies.
func (b *Inbox) Offer(ev chat.Event, reply chat.Reply) []chat.Button { return b.offer(ev, reply) }

// Ranked are the clusters that a moderator is shown beside one.
func (b *Inbox) Ranked(c Cluster, open []Cluster) []Cluster {
	return b.alike.ranked(b.Encoder, c, open)
}

// Resembling are the clusters that share the most letters with one.
func Resembling(c Cluster, open []Cluster) (all []Cluster) {
	for _, r := range resembling(c, open) {
		all = append(all, *r.Cluster)
	}
	return all
}

// Forget drops all vectors, as at a start.
func (b *Inbox) Forget() { b.alike = likeness{} }
