package store

import (
	"context"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
)

var _ inbox.Store = (*Store)(nil)

// PutNote keeps a note in its cluster.
func (s *Store) PutNote(ctx context.Context, c inbox.Cluster, n inbox.Note) error {
	return doing("keep what somebody sent", s.atomically(ctx, func(q queries) error {
		_, err := q.exec(ctx, `INSERT INTO inbox_cluster (id, network, space, lang, entry, comment, opened, settled) VALUES (?, ?, ?, ?, ?, ?, ?, 0)
			ON CONFLICT (id) DO NOTHING`, c.ID, c.Of.Network, c.Of.Space, c.Lang, c.Entry, c.Comment, c.Opened.UnixNano())
		if err != nil {
			return err
		}
		sealed := n.Sealed
		if sealed == nil {
			sealed = []byte{}
		}
		_, err = q.exec(ctx, "INSERT INTO inbox_note (id, cluster, text, name, at, sealed) VALUES (?, ?, ?, ?, ?, ?)", n.ID, c.ID, n.Text, n.Name, n.At.UnixNano(), sealed)
		return err
	}))
}

// clusters lists clusters, with their notes.
func (s *Store) clusters(ctx context.Context, where string, args ...any) (all []inbox.Cluster, err error) {
	all, err = list(ctx, s.reads, readCluster, `SELECT c.id, c.network, c.space, c.lang, c.entry, c.comment, c.opened, c.settled
		FROM inbox_cluster c WHERE `+where, args...)
	for i := range all {
		if err == nil {
			all[i].Notes, err = list(ctx, s.reads, readNote, "SELECT id, text, name, at, sealed FROM inbox_note WHERE cluster = ? ORDER BY at, id", all[i].ID)
		}
	}
	return all, doing("list what people sent", err)
}

func readCluster(read scan) (c inbox.Cluster, err error) {
	var comment int
	var opened, settled int64
	err = read(&c.ID, (*string)(&c.Of.Network), &c.Of.Space, (*string)(&c.Lang), &c.Entry, &comment, &opened, &settled)
	c.Comment, c.Opened = comment != 0, time.Unix(0, opened).UTC()
	if settled != 0 {
		c.Settled = time.Unix(0, settled).UTC()
	}
	return c, err
}

func readNote(read scan) (n inbox.Note, err error) {
	var at int64
	err = read(&n.ID, &n.Text, &n.Name, &at, &n.Sealed)
	n.At = time.Unix(0, at).UTC()
	return n, err
}

// OpenClusters lists what is not settled.
func (s *Store) OpenClusters(ctx context.Context, of chat.Community, limit int) ([]inbox.Cluster, error) {
	return s.clusters(ctx, `c.network = ? AND c.space = ? AND c.settled = 0 AND EXISTS (SELECT 1 FROM inbox_note n WHERE n.cluster = c.id)
		ORDER BY (SELECT COUNT(*) FROM inbox_note n WHERE n.cluster = c.id) DESC, c.opened, c.id LIMIT ?`, of.Network, of.Space, limit)
}

// Cluster returns one.
func (s *Store) Cluster(ctx context.Context, of chat.Community, id string) (inbox.Cluster, bool, error) {
	all, err := s.clusters(ctx, "c.network = ? AND c.space = ? AND c.id = ?", of.Network, of.Space, id)
	if err != nil || len(all) == 0 {
		return inbox.Cluster{}, false, err
	}
	return all[0], true, nil
}

// SettleCluster keeps when a cluster was settled.
func (s *Store) SettleCluster(ctx context.Context, of chat.Community, id string, at time.Time) (bool, error) {
	changed, err := s.writes.exec(ctx, "UPDATE inbox_cluster SET settled = ? WHERE id = ? AND network = ? AND space = ? AND settled = 0", at.UnixNano(), id, of.Network, of.Space)
	return changed > 0, doing("settle what people sent", err)
}

// DraftCluster keeps which entry was drafted.
func (s *Store) DraftCluster(ctx context.Context, of chat.Community, id, entry string) error {
	_, err := s.writes.exec(ctx, "UPDATE inbox_cluster SET entry = ? WHERE id = ? AND network = ? AND space = ? AND comment = 0", entry, id, of.Network, of.Space)
	return doing("keep which entry was drafted", err)
}

// Awaited lists what waits for a drafted entry.
func (s *Store) Awaited(ctx context.Context) ([]inbox.Cluster, error) {
	return s.clusters(ctx, "c.settled = 0 AND c.comment = 0 AND c.entry <> '' ORDER BY c.id")
}

// Unseal erases whom to tell.
func (s *Store) Unseal(ctx context.Context, note string) (bool, error) {
	changed, err := s.writes.exec(ctx, "UPDATE inbox_note SET sealed = ? WHERE id = ? AND length(sealed) > 0", []byte{}, note)
	return changed > 0, doing("erase whom to tell", err)
}

// EraseNotes erases texts whose time is over, and what is left empty.
func (s *Store) EraseNotes(ctx context.Context, settled, sent time.Time) error {
	return doing("erase what people sent", s.atomically(ctx, func(q queries) error {
		_, err := q.exec(ctx, `DELETE FROM inbox_note WHERE at < ? OR cluster IN (SELECT id FROM inbox_cluster WHERE settled <> 0 AND settled < ?)`, sent.UnixNano(), settled.UnixNano())
		if err != nil {
			return err
		}
		_, err = q.exec(ctx, "DELETE FROM inbox_cluster WHERE NOT EXISTS (SELECT 1 FROM inbox_note n WHERE n.cluster = inbox_cluster.id)")
		return err
	}))
}

// CountVote adds to the count of a vote.
func (s *Store) CountVote(ctx context.Context, of chat.Community, key desk.Key, revision int, v inbox.Vote) error {
	_, err := s.writes.exec(ctx, `INSERT INTO inbox_vote (network, space, entry, lang, revision, helpful, not_helpful, wrong) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (network, space, entry, lang, revision) DO UPDATE SET helpful = inbox_vote.helpful + excluded.helpful,
			not_helpful = inbox_vote.not_helpful + excluded.not_helpful, wrong = inbox_vote.wrong + excluded.wrong`,
		of.Network, of.Space, key.ID, key.Lang, revision, v == inbox.Helpful, v == inbox.NotHelpful, v == inbox.Wrong)
	return doing("count a vote", err)
}

// Votes lists the counts, those of the most complaints first.
func (s *Store) Votes(ctx context.Context, of chat.Community) ([]inbox.Votes, error) {
	all, err := list(ctx, s.reads, func(read scan) (v inbox.Votes, err error) {
		err = read(&v.ID, &v.Lang, &v.Revision, &v.Counts[0], &v.Counts[1], &v.Counts[2])
		return v, err
	}, `SELECT entry, lang, revision, helpful, not_helpful, wrong FROM inbox_vote WHERE network = ? AND space = ?
		ORDER BY wrong DESC, not_helpful DESC, entry, lang, revision`, of.Network, of.Space)
	return all, doing("list the votes", err)
}
