package console

import (
	"context"
	"time"

	"kapbot/internal/chat"
)

// A Cluster is what members of a community sent to its moderators about one thing.
type Cluster struct {
	Entry   string // what it is about, or what was drafted for it
	Comment bool   // it is about an answer that was shown
	Opened  time.Time
	Texts   []string
}

// Questions knows what members sent, by community.
type Questions interface {
	// Open returns what is not settled, the most first.
	Open(ctx context.Context, of chat.Community) ([]Cluster, error)
}

// questions lists what members of the session's community sent.
func (c *Console) questions(v *visit) error {
	var all []Cluster
	if c.Questions != nil {
		var err error
		if all, err = c.Questions.Open(v.r.Context(), chat.Community{Network: v.pass.Network, Space: v.pass.Space}); err != nil {
			return err
		}
	}
	return c.ok(v, "questions", all)
}
