package store

import (
	"context"
	"crypto/rand"
	"fmt"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// ChangesToTell keeps which revisions are to be told to a network's moderators, each once, and
// returns those that were not told yet, by the message that they go in.
func (s *Store) ChangesToTell(ctx context.Context, network chat.Network, waiting []desk.Awaiting) (batches map[string][]desk.Mark, err error) {
	batches = map[string][]desk.Mark{}
	next := rand.Text()
	err = s.atomically(ctx, func(q queries) error {
		for _, d := range waiting {
			_, err := q.exec(ctx, "INSERT INTO draft_told (network, id, lang, n, batch, told) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO NOTHING",
				network, d.ID, d.Lang, d.N, next)
			if err != nil {
				return err
			}
		}
		clear(batches)
		_, err := list(ctx, q, func(read scan) (batch string, err error) {
			var m desk.Mark
			err = read(&batch, &m.ID, &m.Lang, &m.N)
			batches[batch] = append(batches[batch], m)
			return batch, err
		}, "SELECT batch, id, lang, n FROM draft_told WHERE network = ? AND told = 0", network)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("keep what moderators are to be told of: %w", err)
	}
	return batches, nil
}

// ChangesTold notes that a message has arrived.
func (s *Store) ChangesTold(ctx context.Context, network chat.Network, batch string) error {
	if _, err := s.writes.exec(ctx, "UPDATE draft_told SET told = 1 WHERE network = ? AND batch = ?", network, batch); err != nil {
		return fmt.Errorf("note what moderators were told of: %w", err)
	}
	return nil
}
