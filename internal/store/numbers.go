package store

import (
	"context"
	"fmt"

	"kapbot/internal/desk"
)

// DeskNumbers counts what members of a network have left for moderators. Where several
// communities have, it counts nothing: a desk's channel belongs to one of them, and
// none hears of the others.
func (s *Store) DeskNumbers(ctx context.Context, network string) (n desk.Numbers, err error) {
	spaces, err := list(ctx, s.reads, one[string], `SELECT space FROM inbox_cluster WHERE network = ?
		UNION SELECT space FROM inbox_vote WHERE network = ?`, network, network)
	if err != nil {
		return n, fmt.Errorf("count what members left: %w", err)
	}
	if len(spaces) != 1 {
		return n, nil
	}
	err = s.reads.row(ctx, `SELECT count(DISTINCT c.id), count(n.id) FROM inbox_cluster c JOIN inbox_note n ON n.cluster = c.id
		WHERE c.network = ? AND c.settled = 0`, network).Scan(&n.Topics, &n.Questions)
	if err != nil {
		return n, fmt.Errorf("count questions: %w", err)
	}
	err = s.reads.row(ctx, `SELECT CAST(coalesce(sum(helpful), 0) AS INTEGER), CAST(coalesce(sum(not_helpful), 0) AS INTEGER),
		CAST(coalesce(sum(wrong), 0) AS INTEGER) FROM inbox_vote WHERE network = ?`, network).Scan(&n.Helpful, &n.NotHelpful, &n.Outdated)
	if err != nil {
		return n, fmt.Errorf("count votes: %w", err)
	}
	return n, nil
}
