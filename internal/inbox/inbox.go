// Package inbox holds what people chose to tell the moderators of their community: a
// question that has no answer yet, or what is wrong with an answer. It reaches the
// inbox only through a form that its author sends, and triage reads it first. Like
// questions lie together. Texts are erased some time after they are settled.
//
// It also counts who found an answer helpful; of a vote it keeps the count alone.
package inbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/prompts"
)

// How long texts are kept.
const (
	// SettledFor is for how long after a cluster was settled.
	SettledFor = 30 * 24 * time.Hour
	// OpenFor is for how long at most where nobody settles it.
	OpenFor = 180 * 24 * time.Hour
	// RememberFor is how long the words of a question that has no answer stay in memory,
	// to be filled into the form.
	RememberFor = time.Minute
)

// Alike is the cosine from which on two questions lie together. It is high: of questions
// in other words, most stay apart, and hardly any that ask something else lie together,
// where a moderator could overlook one. make measure-clusters shows what it was chosen by.
const Alike = 0.80

// A Note is what somebody sent.
type Note struct {
	ID     string
	Text   string
	Name   string // of its author, if they added it
	At     time.Time
	Sealed []byte // who is to be told of an answer; erased when they were
}

// A Cluster is notes that ask the same, or are about the same entry.
type Cluster struct {
	ID      string
	Of      chat.Community
	Lang    chat.Lang
	Entry   string // the entry that the notes are about, or that answers them or will
	Comment bool   // they are about an answer that was shown
	Opened  time.Time
	Settlement
	Notes []Note // oldest first
}

// A Settlement says how a cluster was taken from the list. Its zero value stands for one
// that is open.
type Settlement struct {
	Settled time.Time
	As      Outcome
}

// An Outcome is how something was settled.
type Outcome string

// The outcomes.
const (
	Done      Outcome = "done"      // a moderator has said no more than that
	Told      Outcome = "told"      // its entry answers, and those who asked were told
	Elsewhere Outcome = "elsewhere" // it was answered in another way
	Declined  Outcome = "declined"  // it is none for this community's moderators
)

// A Filter chooses clusters of a community; its zero value chooses all that are open.
// Those of the most notes come first, and of settled ones the newest.
type Filter struct {
	Text    string // in one of the notes
	Entry   string // that they are about, or that answers them
	Lang    chat.Lang
	Settled bool
	Limit   int // at most; 0 stands for MaxOpen
	Offset  int
}

// MaxOpen is how many clusters come at most at once.
const MaxOpen = 2000

// A Vote is what somebody thinks of an answer.
type Vote uint8

// The votes.
const (
	Helpful Vote = iota
	NotHelpful
	Wrong // or outdated
)

// Counts counts votes, by Vote.
type Counts [3]int

// Complaints are those that find something wanting.
func (c Counts) Complaints() int { return c[NotHelpful] + c[Wrong] }

// Votes counts what people of a community think of a revision of an entry.
type Votes struct {
	desk.Key
	Revision int
	Counts   Counts
	Looked   Counts // at how many of the complaints a moderator has looked
}

// New is how many complaints nobody has looked at.
func (v Votes) New() int { return v.Counts.Complaints() - v.Looked.Complaints() }

// A Ballots chooses votes of a community; its zero value chooses all. Those of the most
// complaints that nobody has looked at come first.
type Ballots struct {
	Entries []string // ids of entries; any if empty
	New     bool     // with complaints that nobody has looked at
	Limit   int      // at most; 0 stands for all
}

// Store keeps clusters and counts. Whatever takes a community finds nothing of any
// other. It is safe for concurrent use; package inboxtest holds what an implementation
// has to pass.
type Store interface {
	Clusters
	Ballot
}

// Clusters keeps what people sent. What changes a cluster reports whether it has: it
// does all or nothing, and nothing to one that is not open or that is not there.
type Clusters interface {
	// PutNote keeps a note in a cluster, which is made if it is not there; false if it
	// was settled.
	PutNote(ctx context.Context, c Cluster, n Note) (bool, error)
	Clusters(ctx context.Context, of chat.Community, f Filter) ([]Cluster, error)
	Cluster(ctx context.Context, of chat.Community, id string) (c Cluster, ok bool, err error)
	// SettleCluster says how a cluster was settled, if it has no more notes than the
	// one who settles it has seen.
	SettleCluster(ctx context.Context, of chat.Community, id string, seen int, how Settlement) (bool, error)
	// ReopenCluster opens a settled one again. No entry answers it then.
	ReopenCluster(ctx context.Context, of chat.Community, id string) (bool, error)
	// DraftCluster says which entry answers a cluster of questions, or will.
	DraftCluster(ctx context.Context, of chat.Community, id, entry string) (bool, error)
	// MergeClusters puts the notes of clusters of questions into another one of the
	// same language. If that has no entry, it gets the first that one of them has.
	MergeClusters(ctx context.Context, of chat.Community, into string, from []string) (bool, error)
	// SplitCluster takes some notes, but not all, out of a cluster of questions and
	// puts them into a new one, which no entry answers.
	SplitCluster(ctx context.Context, of chat.Community, from string, notes []string, into string) (bool, error)
	// Awaited lists the open clusters, of all communities, that an entry answers or will.
	Awaited(ctx context.Context) ([]Cluster, error)
	// Unseal erases who is to be told, and reports whether this call did.
	Unseal(ctx context.Context, note string) (bool, error)
	// EraseNotes erases notes that were settled before one time, or sent before another.
	EraseNotes(ctx context.Context, settled, sent time.Time) error
}

// Ballot counts votes.
type Ballot interface {
	CountVote(ctx context.Context, of chat.Community, key desk.Key, revision int, v Vote) error
	Votes(ctx context.Context, of chat.Community, b Ballots) ([]Votes, error)
	// LookedAt says that a moderator has looked at complaints, as many as Counts has;
	// later ones stay new.
	LookedAt(ctx context.Context, of chat.Community, v Votes) error
}

// Entries is the moderators' desk; *desk.Desk is one.
type Entries interface {
	Propose(ctx context.Context, by desk.Actor, c desk.Change) (desk.Revision, error)
	Summary(ctx context.Context, by desk.Actor, key desk.Key) (desk.Summary, error)
	Published() *faq.Snapshot
}

// Encoder makes vectors of sentences; *encoder.Encoder is one.
type Encoder interface {
	Encode(text string) encoder.Vector
}

// Sealer encrypts who is to be told; *vault.Vault is one.
type Sealer interface {
	Seal(name string, secret []byte) []byte
	Open(name string, sealed []byte) ([]byte, error)
}

// Options are what an inbox works with.
type Options struct {
	Store   Store
	Entries Entries
	Encoder Encoder
	Roles   desk.Roles
	Sealer  Sealer // nil if nobody is to be told
	Log     *slog.Logger
	Now     func() time.Time
}

// Inbox takes in what people send. It is safe for concurrent use, once all networks are
// added.
type Inbox struct {
	Options
	texts    map[string]prompts.Inbox
	networks map[chat.Network]bots.Sender
	asked    recent
	alike    likeness

	mu    sync.Mutex
	voted map[string]bool
	day   time.Time // since when voted is filled
}

// New returns an inbox.
func New(o Options) (*Inbox, error) {
	texts, err := prompts.LoadInbox()
	if err != nil {
		return nil, err
	}
	return &Inbox{Options: o, texts: texts, networks: map[chat.Network]bots.Sender{}, voted: map[string]bool{}}, nil
}

// Add hands over a network. Add all before the first event.
func (b *Inbox) Add(network chat.Network, s bots.Sender) { b.networks[network] = s }

// Close forgets what was asked within the last minute.
func (b *Inbox) Close() { b.asked.close() }

func (b *Inbox) text(lang chat.Lang) prompts.Inbox {
	if t, ok := b.texts[string(lang)]; ok {
		return t
	}
	return b.texts[string(chat.English)]
}

func notice(text string, lang chat.Lang, buttons ...chat.Button) chat.Reply {
	return chat.Reply{Kind: chat.Notice, Lang: lang, Text: text, Buttons: buttons, Private: true}
}
