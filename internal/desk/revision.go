package desk

import (
	"errors"
	"fmt"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/faq"
)

// An Actor is whoever acts: a person on a network, or one of the program's own parts,
// which have a name and no network.
type Actor struct {
	Network chat.Network
	Space   string
	ID      string
	Name    string
	Role    Role
}

// Who names an actor as revisions and the audit do: network:id.
func (a Actor) Who() string {
	if a.Network == "" {
		return a.Name
	}
	return string(a.Network) + ":" + a.ID
}

// Needs returns a *DeniedError for whoever has less than a role.
func (a Actor) Needs(r Role) error {
	if a.Role < r {
		return &DeniedError{r}
	}
	return nil
}

// A Key names an entry.
type Key struct{ ID, Lang string }

// Name is how people write the key: "what-is-kap" or "es/what-is-kap".
func (k Key) Name() string {
	if k.Lang == "es" {
		return "es/" + k.ID
	}
	return k.ID
}

// String names the file that the entry is exported to.
func (k Key) String() string { return k.Name() + ".md" }

// A State says how far a revision has come. The zero value is shown to nobody.
type State uint8

// The states of a revision.
const (
	Draft     State = iota // somebody is writing it
	InReview               // it waits for another moderator
	Published              // it was approved; the newest one of these answers
	Retired                // it took the entry away
)

// String returns the word for people and files.
func (s State) String() string {
	return [...]string{"draft", "in review", "published", "retired"}[s]
}

// A Revision is an entry as somebody left it. Its text never changes; a published one
// does not change at all.
type Revision struct {
	Key
	N        int // from 1 up
	Base     int // the revision that its author began with, 0 for a new entry
	State    State
	Entry    faq.Entry
	Author   string // as Actor.Who has it
	Reviewer string // who published it
	Retires  bool   // it takes the entry away once another moderator agrees
	Why      string
	At       time.Time
}

// A Change is what somebody proposes.
type Change struct {
	Key
	Base  int // the newest revision, as its author saw it; 0 for a new entry
	Entry faq.Entry
	Why   string
}

// A Summary is where an entry stands.
type Summary struct {
	Key
	State    State
	N        int // the revision that answers, or took the entry away; before that, the newest
	Newest   int
	InReview int  // the revision that waits for another moderator, 0 if none does
	Waiting  bool // one does
	Question string
	Tags     []string
	ReviewBy time.Time
	Owner    string // as Actor.Who has it, or ""
	// Version counts the changes; 0 says that the entry is not there. A change is kept
	// only if nobody has made another one meanwhile.
	Version int64
}

// describe takes over what a summary tells of a revision.
func (s *Summary) describe(r Revision) {
	s.Key, s.N = r.Key, r.N
	s.Question, s.Tags, s.ReviewBy = r.Entry.Question, r.Entry.Tags, r.Entry.ReviewBy
}

// await says which revision waits for another moderator.
func (s *Summary) await(n int) { s.InReview, s.Waiting = n, n > 0 }

// A Deed names what somebody did.
type Deed string

// The deeds.
const (
	Proposed  Deed = "propose"
	Submitted Deed = "submit"
	SentBack  Deed = "send-back"
	Approved  Deed = "publish"
	Withdrew  Deed = "retire"
	AskedAway Deed = "ask-retire" // asked another moderator to take it away
	Restored  Deed = "restore"
	Owned     Deed = "own"
	Seeded    Deed = "seed"
	Imported  Deed = "import"
)

// An Action is a line of the audit: who did what, when and why.
type Action struct {
	Seq  int64 // one more than that of the action before
	At   time.Time
	Who  string
	Name string // as its network gave it at the time
	Deed Deed
	Key
	N   int
	Why string
}

// Errors that somebody can do something about.
var (
	// ErrNotFound says that there is no such entry or revision.
	ErrNotFound = errors.New("there is no such entry or revision")
	// ErrSecond says that an author may not publish what they wrote.
	ErrSecond = errors.New("another moderator has to publish this: nobody publishes their own words")
	// ErrState says that a revision has gone another way meanwhile.
	ErrState = errors.New("this revision is not in a state in which that can be done")
	// ErrConflict is a store's: somebody was faster. The desk looks again.
	ErrConflict = errors.New("the entry was changed at the same time")
)

// A LintError says what is to be mended first.
type LintError struct{ Problems []faq.Problem }

// Error counts the problems.
func (e *LintError) Error() string {
	return fmt.Sprintf("there are %d things to mend", len(e.Problems))
}

// A StaleError says that somebody else was faster, and what they left.
type StaleError struct{ Newest Revision }

// Error names the newer revision.
func (e *StaleError) Error() string {
	return fmt.Sprintf("%s was changed meanwhile: revision %d is newer", e.Newest.Key, e.Newest.N)
}
