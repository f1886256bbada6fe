package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kapbot/internal/desk"
	"kapbot/internal/faq"
)

var _ desk.Store = (*Store)(nil)

// errFixed says that a revision was to be changed after it was published. No desk asks
// for that.
var errFixed = errors.New("a revision that was published does not change")

const (
	summaryColumns  = "id, lang, state, n, newest, in_review, question, tags, review_by, owner, version"
	revisionColumns = "id, lang, n, base, state, entry, author, reviewer, why, at, retires"
)

// Summary returns where an entry stands.
func (s *Store) Summary(ctx context.Context, key desk.Key) (desk.Summary, error) {
	found, err := readSummary(s.reads.row(ctx, "SELECT "+summaryColumns+" FROM entry WHERE id = ? AND lang = ?", key.ID, key.Lang).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return desk.Summary{Key: key}, nil
	}
	if err != nil {
		return desk.Summary{}, fmt.Errorf("read where an entry stands: %w", err)
	}
	return found, nil
}

func readSummary(read scan) (s desk.Summary, err error) {
	var tags string
	var reviewBy int64
	err = read(&s.ID, &s.Lang, (*uint8)(&s.State), &s.N, &s.Newest, &s.InReview, &s.Question, &tags, &reviewBy, &s.Owner, &s.Version)
	s.Tags = strings.FieldsFunc(tags, func(r rune) bool { return r == '\n' })
	s.ReviewBy, s.Waiting = instant(reviewBy), s.InReview > 0
	return s, err
}

// Commit keeps all steps or none.
func (s *Store) Commit(ctx context.Context, steps ...desk.Step) error {
	err := s.atomically(ctx, func(q queries) error {
		for _, step := range steps {
			if err := commit(ctx, q, step); err != nil {
				return err
			}
		}
		return notify(ctx, q, Entries)
	})
	if err != nil {
		return fmt.Errorf("keep a change of an entry: %w", err)
	}
	return nil
}

func commit(ctx context.Context, q queries, step desk.Step) error {
	if err := putSummary(ctx, q, step.Summary); err != nil {
		return err
	}
	for _, r := range step.Revisions {
		changed, err := q.exec(ctx, "INSERT INTO revision ("+revisionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id, lang, n) DO UPDATE SET state = excluded.state, reviewer = excluded.reviewer WHERE revision.state < ?`,
			r.ID, r.Lang, r.N, r.Base, r.State, string(faq.Format(r.Entry)), r.Author, r.Reviewer, r.Why, stamp(r.At), r.Retires, desk.Published)
		if err != nil {
			return err
		}
		if changed == 0 {
			return errFixed
		}
	}
	a := step.Action
	if _, err := q.exec(ctx, `INSERT INTO action_count (one, last) VALUES (1, 1)
		ON CONFLICT (one) DO UPDATE SET last = action_count.last + 1`); err != nil {
		return err
	}
	_, err := q.exec(ctx, `INSERT INTO action (seq, at, who, name, deed, id, lang, n, why)
		SELECT last, ?, ?, ?, ?, ?, ?, ?, ? FROM action_count`, stamp(a.At), a.Who, a.Name, string(a.Deed), a.ID, a.Lang, a.N, a.Why)
	return err
}

// putSummary keeps where an entry stands, if it still stands where it was read.
func putSummary(ctx context.Context, q queries, s desk.Summary) error {
	tags := "\n" + strings.Join(s.Tags, "\n") + "\n"
	words := strings.ToLower(s.ID + "\n" + s.Question + "\n" + s.Owner)
	var changed int64
	var err error
	if s.Version == 0 {
		changed, err = q.exec(ctx, "INSERT INTO entry ("+summaryColumns+`, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)
			ON CONFLICT (id, lang) DO NOTHING`,
			s.ID, s.Lang, s.State, s.N, s.Newest, s.InReview, s.Question, tags, stamp(s.ReviewBy), s.Owner, words)
	} else {
		changed, err = q.exec(ctx, `UPDATE entry SET state = ?, n = ?, newest = ?, in_review = ?, question = ?, tags = ?, review_by = ?,
			owner = ?, words = ?, version = version + 1 WHERE id = ? AND lang = ? AND version = ?`,
			s.State, s.N, s.Newest, s.InReview, s.Question, tags, stamp(s.ReviewBy), s.Owner, words, s.ID, s.Lang, s.Version)
	}
	if err == nil && changed == 0 {
		return desk.ErrConflict
	}
	return err
}

// A choice is the part of a query that chooses rows.
type choice struct {
	text strings.Builder
	args []any
}

// when adds a condition that holds for all rows unless it is wanted.
func (c *choice) when(wanted bool, condition string, args ...any) {
	if wanted {
		c.text.WriteString(" AND " + condition)
		c.args = append(c.args, args...)
	}
}

// literal takes the meaning from the signs of a pattern.
var literal = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Summaries returns where the entries that a filter chooses stand.
func (s *Store) Summaries(ctx context.Context, f desk.Filter) ([]desk.Summary, error) {
	var c choice
	c.when(f.Text != "", `words LIKE ? ESCAPE '\'`, "%"+literal.Replace(strings.ToLower(f.Text))+"%")
	c.when(f.Tag != "", `tags LIKE ? ESCAPE '\'`, "%\n"+literal.Replace(f.Tag)+"\n%")
	c.when(f.Lang != "", "lang = ?", f.Lang)
	var states []any
	for _, state := range f.States {
		states = append(states, state)
	}
	c.when(len(states) > 0, "state IN (?"+strings.Repeat(", ?", max(len(states)-1, 0))+")", states...)
	c.when(!f.Due.IsZero(), "state = ? AND review_by <= ?", desk.Published, stamp(f.Due))
	c.when(f.Waiting, "in_review > 0")
	all, err := list(ctx, s.reads, readSummary, "SELECT "+summaryColumns+" FROM entry WHERE 1 = 1"+c.text.String()+
		" ORDER BY id, lang LIMIT ? OFFSET ?", append(c.args, most(f.Limit), f.Offset)...)
	if err != nil {
		return nil, fmt.Errorf("list entries: %w", err)
	}
	return all, nil
}

// most is a limit, where 0 stands for as many as a desk ever asks for.
func most(limit int) int {
	if limit <= 0 {
		return desk.MaxList
	}
	return limit
}

// Revisions returns those of an entry, newest first.
func (s *Store) Revisions(ctx context.Context, key desk.Key, below, limit int) ([]desk.Revision, error) {
	var c choice
	c.when(below > 0, "n < ?", below)
	all, err := list(ctx, s.reads, readRevision, "SELECT "+revisionColumns+" FROM revision WHERE id = ? AND lang = ?"+c.text.String()+
		" ORDER BY n DESC LIMIT ?", append(append([]any{key.ID, key.Lang}, c.args...), most(limit))...)
	if err != nil {
		return nil, fmt.Errorf("read the revisions of an entry: %w", err)
	}
	return all, nil
}

func readRevision(read scan) (r desk.Revision, err error) {
	var text string
	var at int64
	if err := read(&r.ID, &r.Lang, &r.N, &r.Base, (*uint8)(&r.State), &text, &r.Author, &r.Reviewer, &r.Why, &at, &r.Retires); err != nil {
		return r, err
	}
	r.At = instant(at)
	r.Entry, err = faq.ParseEntry(r.String(), []byte(text))
	return r, err
}

// Actions returns those that a span chooses.
func (s *Store) Actions(ctx context.Context, span desk.Span) ([]desk.Action, error) {
	var c choice
	c.when(span.Key != desk.Key{}, "id = ? AND lang = ?", span.Key.ID, span.Key.Lang)
	c.when(span.After > 0, "seq > ?", span.After)
	c.when(span.Before > 0, "seq < ?", span.Before)
	order := "DESC"
	if span.Oldest {
		order = "ASC"
	}
	all, err := list(ctx, s.reads, readAction, "SELECT seq, at, who, name, deed, id, lang, n, why FROM action WHERE 1 = 1"+c.text.String()+
		" ORDER BY seq "+order+" LIMIT ?", append(c.args, most(span.Limit))...)
	if err != nil {
		return nil, fmt.Errorf("read what was done: %w", err)
	}
	return all, nil
}

func readAction(read scan) (a desk.Action, err error) {
	var at int64
	err = read(&a.Seq, &at, &a.Who, &a.Name, (*string)(&a.Deed), &a.ID, &a.Lang, &a.N, &a.Why)
	a.At = instant(at)
	return a, err
}

// Mark counts the actions.
func (s *Store) Mark(ctx context.Context) (int64, error) {
	last, err := one[int64](s.reads.row(ctx, "SELECT coalesce(max(last), 0) FROM action_count").Scan)
	if err != nil {
		return 0, fmt.Errorf("count what was done: %w", err)
	}
	return last, nil
}

// Live returns the revisions that answer.
func (s *Store) Live(ctx context.Context) ([]desk.Revision, error) {
	all, err := list(ctx, s.reads, readRevision, `SELECT r.id, r.lang, r.n, r.base, r.state, r.entry, r.author, r.reviewer, r.why, r.at, r.retires
		FROM entry e JOIN revision r ON r.id = e.id AND r.lang = e.lang AND r.n = e.n WHERE e.state = ?`, desk.Published)
	if err != nil {
		return nil, fmt.Errorf("read the published entries: %w", err)
	}
	return all, nil
}

// Imported returns the revisions that came from the seed.
func (s *Store) Imported(ctx context.Context) ([]desk.Revision, error) {
	all, err := list(ctx, s.reads, readRevision, "SELECT "+revisionColumns+" FROM revision WHERE author = 'seed'")
	if err != nil {
		return nil, fmt.Errorf("read what came from the seed: %w", err)
	}
	return all, nil
}
