package store

import (
	"context"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
)

// CountVote adds to the count of a vote.
func (s *Store) CountVote(ctx context.Context, of chat.Community, key desk.Key, revision int, v inbox.Vote) error {
	_, err := s.writes.exec(ctx, `INSERT INTO inbox_vote (network, space, entry, lang, revision, helpful, not_helpful, wrong) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (network, space, entry, lang, revision) DO UPDATE SET helpful = inbox_vote.helpful + excluded.helpful,
			not_helpful = inbox_vote.not_helpful + excluded.not_helpful, wrong = inbox_vote.wrong + excluded.wrong`,
		of.Network, of.Space, key.ID, key.Lang, revision, v == inbox.Helpful, v == inbox.NotHelpful, v == inbox.Wrong)
	return doing("count a vote", err)
}

// fresh counts the complaints that nobody has looked at.
const fresh = "(not_helpful - looked_not_helpful + wrong - looked_wrong)"

// Votes lists counts of a community.
func (s *Store) Votes(ctx context.Context, of chat.Community, b inbox.Ballots) ([]inbox.Votes, error) {
	c := choice{args: []any{of.Network, of.Space}}
	var ids []any
	for _, id := range b.Entries {
		ids = append(ids, id)
	}
	c.when(len(ids) > 0, "entry IN ("+marks(len(ids))+")", ids...)
	c.when(b.New, fresh+" > 0")
	limit := ""
	if b.Limit > 0 {
		limit = " LIMIT ?"
		c.args = append(c.args, b.Limit)
	}
	all, err := list(ctx, s.reads, func(read scan) (v inbox.Votes, err error) {
		err = read(&v.ID, &v.Lang, &v.Revision, &v.Counts[inbox.Helpful], &v.Counts[inbox.NotHelpful], &v.Counts[inbox.Wrong],
			&v.Looked[inbox.NotHelpful], &v.Looked[inbox.Wrong])
		return v, err
	}, `SELECT entry, lang, revision, helpful, not_helpful, wrong, looked_not_helpful, looked_wrong FROM inbox_vote WHERE network = ? AND space = ?`+
		c.text.String()+" ORDER BY "+fresh+" DESC, wrong DESC, not_helpful DESC, entry, lang, revision"+limit, c.args...)
	return all, doing("list the votes", err)
}

// LookedAt keeps at how many complaints a moderator has looked.
func (s *Store) LookedAt(ctx context.Context, of chat.Community, v inbox.Votes) error {
	no, wrong := v.Counts[inbox.NotHelpful], v.Counts[inbox.Wrong]
	_, err := s.writes.exec(ctx, `UPDATE inbox_vote SET
		looked_not_helpful = CASE WHEN looked_not_helpful < ? AND not_helpful >= ? THEN ? ELSE looked_not_helpful END,
		looked_wrong = CASE WHEN looked_wrong < ? AND wrong >= ? THEN ? ELSE looked_wrong END
		WHERE network = ? AND space = ? AND entry = ? AND lang = ? AND revision = ?`,
		no, no, no, wrong, wrong, wrong, of.Network, of.Space, v.ID, v.Lang, v.Revision)
	return doing("keep that complaints were looked at", err)
}
