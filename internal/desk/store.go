package desk

import (
	"context"
	"time"

	"kapbot/internal/faq"
)

// A Store keeps revisions. It knows no rules: it keeps what a desk decides, whole or
// not at all, and finds it again.
type Store interface {
	Ledger
	Archive
	Feed
}

// A Ledger is what a desk decides from, and what it writes.
type Ledger interface {
	// Summary returns where an entry stands. One that is not there has Version 0.
	Summary(ctx context.Context, key Key) (Summary, error)
	// Commit keeps all steps or none. It is ErrConflict if a summary's Version is no
	// longer the one that is kept; kept summaries have the next one. Actions get the
	// next numbers.
	Commit(ctx context.Context, steps ...Step) error
}

// A Step is one change of one entry.
type Step struct {
	Summary   Summary    // as it is from now on, with the Version that was read
	Revisions []Revision // new ones, and those whose state or reviewer changes
	Action    Action     // without its Seq
}

// An Archive finds what was kept.
type Archive interface {
	Summaries(ctx context.Context, f Filter) ([]Summary, error)
	// Revisions returns those of an entry with numbers below one, newest first; below
	// 0 stands for all.
	Revisions(ctx context.Context, key Key, below, limit int) ([]Revision, error)
	Actions(ctx context.Context, s Span) ([]Action, error)
}

// A Feed tells what is published.
type Feed interface {
	// Mark counts actions; it has grown whenever something may have changed.
	Mark(ctx context.Context) (int64, error)
	// Live returns the revisions that answer now.
	Live(ctx context.Context) ([]Revision, error)
	// Imported returns what was taken over from the seed so far, in every language.
	Imported(ctx context.Context) ([]Revision, error)
}

// A Filter chooses entries; its zero value chooses all. They come in order of id,
// then language.
type Filter struct {
	Text   string // in the id, the question or the owner
	Tag    string
	Lang   string
	States []State // any if empty
	// Due chooses published entries whose review is due on that day or earlier.
	Due     time.Time
	Waiting bool // with a revision in review
	Limit   int  // at most, and never more than MaxList
	Offset  int
}

// MaxList is how many entries, revisions or actions come at most at once.
const MaxList = 1000

// A Span chooses actions, newest first.
type Span struct {
	Key    Key   // of one entry; the zero value stands for all
	Before int64 // with lower numbers only, unless it is 0
	After  int64 // with higher numbers only
	Oldest bool  // oldest first
	Limit  int
}

// fileOf gives an entry its name, so that problems name it.
func fileOf(key Key, e faq.Entry) faq.Entry {
	e.ID, e.Lang, e.File = key.ID, key.Lang, key.String()
	return e
}
