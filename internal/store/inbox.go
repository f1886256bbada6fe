package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/inbox"
)

var _ inbox.Store = (*Store)(nil)

// PutNote keeps a note in its cluster, if that is open.
func (s *Store) PutNote(ctx context.Context, c inbox.Cluster, n inbox.Note) (kept bool, err error) {
	err = s.atomically(ctx, func(q queries) error {
		_, err := q.exec(ctx, `INSERT INTO inbox_cluster (id, network, space, lang, entry, comment, opened, settled) VALUES (?, ?, ?, ?, ?, ?, ?, 0)
			ON CONFLICT (id) DO NOTHING`, c.ID, c.Of.Network, c.Of.Space, c.Lang, c.Entry, c.Comment, c.Opened.UnixNano())
		if err != nil {
			return err
		}
		sealed := n.Sealed
		if sealed == nil {
			sealed = []byte{}
		}
		changed, err := q.exec(ctx, `INSERT INTO inbox_note (id, cluster, text, name, at, sealed) SELECT ?, id, ?, ?, ?, ? FROM inbox_cluster
			WHERE id = ? AND network = ? AND space = ? AND settled = 0`, n.ID, n.Text, n.Name, n.At.UnixNano(), sealed, c.ID, c.Of.Network, c.Of.Space)
		kept = changed > 0
		return err
	})
	return kept, doing("keep what somebody sent", err)
}

// clusters lists clusters, with their notes. What follows WHERE is trusted.
func (s *Store) clusters(ctx context.Context, where string, args ...any) (all []inbox.Cluster, err error) {
	err = s.frozen(ctx, func(q queries) (err error) {
		all, err = list(ctx, q, readCluster, `SELECT c.id, c.network, c.space, c.lang, c.entry, c.comment, c.opened, c.settled, c.outcome,
			(SELECT count(*) FROM inbox_note n WHERE n.cluster = c.id) AS size
			FROM inbox_cluster c WHERE `+where, args...)
		if err != nil || len(all) == 0 {
			return err
		}
		return fillIn(ctx, q, all)
	})
	all = slices.DeleteFunc(all, func(c inbox.Cluster) bool { return len(c.Notes) == 0 })
	return all, doing("list what people sent", err)
}

// fillIn reads the notes of clusters.
func fillIn(ctx context.Context, q queries, all []inbox.Cluster) error {
	at := map[string]*inbox.Cluster{}
	var ids []any
	for i := range all {
		at[all[i].ID] = &all[i]
		ids = append(ids, all[i].ID)
	}
	_, err := list(ctx, q, func(read scan) (n inbox.Note, err error) {
		var cluster string
		n, err = readNote(read, &cluster)
		if c := at[cluster]; c != nil {
			c.Notes = append(c.Notes, n)
		}
		return n, err
	}, "SELECT cluster, id, text, name, at, sealed FROM inbox_note WHERE cluster IN ("+marks(len(ids))+") ORDER BY at, id", ids...)
	return err
}

// marks are so many question marks.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func readCluster(read scan) (c inbox.Cluster, err error) {
	var comment, size int
	var opened, settled int64
	err = read(&c.ID, (*string)(&c.Of.Network), &c.Of.Space, (*string)(&c.Lang), &c.Entry, &comment, &opened, &settled, (*string)(&c.As), &size)
	c.Comment, c.Opened, c.Settled = comment != 0, time.Unix(0, opened).UTC(), instant(settled)
	return c, err
}

func readNote(read scan, cluster *string) (n inbox.Note, err error) {
	var at int64
	err = read(cluster, &n.ID, &n.Text, &n.Name, &at, &n.Sealed)
	n.At = time.Unix(0, at).UTC()
	return n, err
}

// Clusters lists those of a community that a filter chooses.
func (s *Store) Clusters(ctx context.Context, of chat.Community, f inbox.Filter) ([]inbox.Cluster, error) {
	c := choice{args: []any{of.Network, of.Space}}
	order := "size DESC, c.opened, c.id"
	c.when(!f.Settled, "c.settled = 0")
	if f.Settled {
		order = "c.settled DESC, c.id"
		c.when(true, "c.settled <> 0")
	}
	c.when(f.Entry != "", "c.entry = ?", f.Entry)
	c.when(f.Lang != "", "c.lang = ?", f.Lang)
	c.when(f.Text == "", "EXISTS (SELECT 1 FROM inbox_note n WHERE n.cluster = c.id)")
	c.when(f.Text != "", `EXISTS (SELECT 1 FROM inbox_note n WHERE n.cluster = c.id AND lower(n.text) LIKE ? ESCAPE '\')`,
		"%"+literal.Replace(strings.ToLower(f.Text))+"%")
	limit := f.Limit
	if limit <= 0 || limit > inbox.MaxOpen {
		limit = inbox.MaxOpen
	}
	return s.clusters(ctx, "c.network = ? AND c.space = ?"+c.text.String()+" ORDER BY "+order+" LIMIT ? OFFSET ?", append(c.args, limit, f.Offset)...)
}

// Cluster returns one.
func (s *Store) Cluster(ctx context.Context, of chat.Community, id string) (inbox.Cluster, bool, error) {
	all, err := s.clusters(ctx, "c.network = ? AND c.space = ? AND c.id = ?", of.Network, of.Space, id)
	if err != nil || len(all) == 0 {
		return inbox.Cluster{}, false, err
	}
	return all[0], true, nil
}

// changed runs a step in a transaction and reports whether it changed a row.
func (s *Store) changed(ctx context.Context, what, query string, args ...any) (bool, error) {
	var rows int64
	err := s.atomically(ctx, func(q queries) (err error) {
		rows, err = q.exec(ctx, query, args...)
		return err
	})
	return rows > 0, doing(what, err)
}

// SettleCluster keeps how a cluster was settled.
func (s *Store) SettleCluster(ctx context.Context, of chat.Community, id string, seen int, how inbox.Settlement) (bool, error) {
	return s.changed(ctx, "settle what people sent", `UPDATE inbox_cluster SET settled = ?, outcome = ? WHERE id = ? AND network = ? AND space = ?
		AND settled = 0 AND (SELECT count(*) FROM inbox_note n WHERE n.cluster = inbox_cluster.id) <= ?`,
		how.Settled.UnixNano(), string(how.As), id, of.Network, of.Space, seen)
}

// ReopenCluster opens a cluster again.
func (s *Store) ReopenCluster(ctx context.Context, of chat.Community, id string) (bool, error) {
	return s.changed(ctx, "open again what people sent", `UPDATE inbox_cluster SET settled = 0, outcome = '', entry = CASE comment WHEN 1 THEN entry ELSE '' END
		WHERE id = ? AND network = ? AND space = ? AND settled <> 0`, id, of.Network, of.Space)
}

// DraftCluster keeps which entry answers.
func (s *Store) DraftCluster(ctx context.Context, of chat.Community, id, entry string) (bool, error) {
	return s.changed(ctx, "keep which entry answers", `UPDATE inbox_cluster SET entry = ? WHERE id = ? AND network = ? AND space = ?
		AND comment = 0 AND settled = 0`, entry, id, of.Network, of.Space)
}

// question is a cluster of questions, as far as merging has to know it.
type question struct {
	lang, entry string
	opened      int64
}

// openQuestion reads one that is open; false if there is none.
func openQuestion(ctx context.Context, q queries, of chat.Community, id string) (found question, ok bool, err error) {
	err = q.row(ctx, "SELECT lang, entry, opened FROM inbox_cluster WHERE id = ? AND network = ? AND space = ? AND comment = 0 AND settled = 0",
		id, of.Network, of.Space).Scan(&found.lang, &found.entry, &found.opened)
	if errors.Is(err, sql.ErrNoRows) {
		return found, false, nil
	}
	return found, err == nil, err
}

// errNot ends a transaction that is to change nothing after all.
var errNot = errors.New("it is not so any more")

// MergeClusters puts clusters into another one.
func (s *Store) MergeClusters(ctx context.Context, of chat.Community, into string, from []string) (bool, error) {
	err := s.atomically(ctx, func(q queries) error {
		whole, ok, err := openQuestion(ctx, q, of, into)
		if err != nil {
			return err
		}
		for _, id := range from {
			if !ok || id == into {
				return errNot
			}
			var part question
			if part, ok, err = openQuestion(ctx, q, of, id); err != nil {
				return err
			}
			if !ok || part.lang != whole.lang {
				return errNot
			}
			if whole.entry == "" {
				whole.entry = part.entry
			}
			whole.opened = min(whole.opened, part.opened)
			if err := pour(ctx, q, id, into); err != nil {
				return err
			}
		}
		_, err = q.exec(ctx, "UPDATE inbox_cluster SET entry = ?, opened = ? WHERE id = ?", whole.entry, whole.opened, into)
		return err
	})
	if errors.Is(err, errNot) {
		return false, nil
	}
	return err == nil && len(from) > 0, doing("put together what people sent", err)
}

// pour moves all notes of a cluster into another one; then it is gone.
func pour(ctx context.Context, q queries, from, into string) error {
	if _, err := q.exec(ctx, "UPDATE inbox_note SET cluster = ? WHERE cluster = ?", into, from); err != nil {
		return err
	}
	_, err := q.exec(ctx, "DELETE FROM inbox_cluster WHERE id = ?", from)
	return err
}

// SplitCluster takes notes out of a cluster.
func (s *Store) SplitCluster(ctx context.Context, of chat.Community, from string, notes []string, into string) (bool, error) {
	if len(notes) == 0 {
		return false, nil
	}
	err := s.atomically(ctx, func(q queries) error {
		whole, ok, err := openQuestion(ctx, q, of, from)
		if err != nil {
			return err
		}
		if !ok {
			return errNot
		}
		if _, err := q.exec(ctx, `INSERT INTO inbox_cluster (id, network, space, lang, entry, comment, opened, settled) VALUES (?, ?, ?, ?, '', 0, ?, 0)`,
			into, of.Network, of.Space, whole.lang, whole.opened); err != nil {
			return err
		}
		args := []any{into, from}
		for _, id := range notes {
			args = append(args, id)
		}
		moved, err := q.exec(ctx, "UPDATE inbox_note SET cluster = ? WHERE cluster = ? AND id IN ("+marks(len(notes))+")", args...)
		if err != nil {
			return err
		}
		left, err := one[int](q.row(ctx, "SELECT count(*) FROM inbox_note WHERE cluster = ?", from).Scan)
		if err == nil && (left == 0 || moved != int64(len(notes))) {
			return errNot
		}
		return err
	})
	if errors.Is(err, errNot) {
		return false, nil
	}
	return err == nil, doing("take apart what people sent", err)
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
