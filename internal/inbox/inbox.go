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
	Entry   string // the entry that the notes are about, or that was drafted for them
	Comment bool   // they are about an answer that was shown
	Opened  time.Time
	Settled time.Time // zero while it is open
	Notes   []Note    // oldest first
}

// A Vote is what somebody thinks of an answer.
type Vote uint8

// The votes.
const (
	Helpful Vote = iota
	NotHelpful
	Wrong // or outdated
)

// Votes counts what people of a community think of a revision of an entry.
type Votes struct {
	desk.Key
	Revision int
	Counts   [3]int // by Vote
}

// Store keeps clusters and counts. Whatever takes a community finds nothing of any
// other. It is safe for concurrent use; package inboxtest holds what an implementation
// has to pass.
type Store interface {
	Clusters
	Ballot
}

// Clusters keeps what people sent.
type Clusters interface {
	// PutNote keeps a note in a cluster, which is made if it is not there.
	PutNote(ctx context.Context, c Cluster, n Note) error
	// OpenClusters lists those that are not settled, those of the most notes first.
	OpenClusters(ctx context.Context, of chat.Community, limit int) ([]Cluster, error)
	Cluster(ctx context.Context, of chat.Community, id string) (c Cluster, ok bool, err error)
	// SettleCluster says when a cluster was settled; false if there is no open one.
	SettleCluster(ctx context.Context, of chat.Community, id string, at time.Time) (bool, error)
	// DraftCluster says which entry was drafted for a cluster.
	DraftCluster(ctx context.Context, of chat.Community, id, entry string) error
	// Awaited lists the open clusters, of all communities, that an entry was drafted for.
	Awaited(ctx context.Context) ([]Cluster, error)
	// Unseal erases who is to be told, and reports whether this call did.
	Unseal(ctx context.Context, note string) (bool, error)
	// EraseNotes erases notes that were settled before one time, or sent before another.
	EraseNotes(ctx context.Context, settled, sent time.Time) error
}

// Ballot counts votes.
type Ballot interface {
	CountVote(ctx context.Context, of chat.Community, key desk.Key, revision int, v Vote) error
	Votes(ctx context.Context, of chat.Community) ([]Votes, error)
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
