// Package chat holds the platform-neutral values that travel between an
// adapter and the responder: what happened (Event), what to show (Reply) and
// how fast (Ack). It holds values only: it decides nothing, imports nothing of
// ours and does no I/O. An adapter turns its network's events into these and
// renders them back; no other package knows a network by name.
package chat

import "time"

// A Network names the place a conversation is held, such as "terminal".
type Network string

// A Ref points at a place or a message. Its parts are opaque outside the
// adapter that made them.
type Ref struct {
	Network Network
	Space   string // a Discord guild, a Slack workspace
	Channel string
	Thread  string
	Message string
}

// Conversation is the part of a Ref that risk is remembered by: a thread if
// there is one, else the channel. The message itself is left out.
func (r Ref) Conversation() Ref {
	r.Message = ""
	return r
}

// A Community is a space of a network: whatever people leave behind belongs to one,
// and nobody in another sees it.
type Community struct {
	Network Network
	Space   string
}

// Community is where a Ref points into. A direct message may be in none.
func (r Ref) Community() Community { return Community{r.Network, r.Space} }

// Ref points at a community as a whole.
func (c Community) Ref() Ref { return Ref{Network: c.Network, Space: c.Space} }

// A Person is whoever wrote. Names are never used to decide anything.
type Person struct {
	ID   string // opaque, stable within the network
	Name string
	// Roles are ids of what a network calls roles or groups, where it says so.
	Roles []string
}

// A Mode says how a room is read.
type Mode uint8

// The modes of a room. The zero value reads least.
const (
	Mentions Mode = iota // only what is addressed to the bot
	Watch                // everything, as not addressed to the bot
	Support              // everything, as addressed to the bot
)

// An Event is one thing that happened in a conversation.
type Event struct {
	// Key identifies this revision of this message, so that the same event
	// delivered twice is answered once.
	Key  string
	At   Ref
	From Person
	// Addressed says that the writer meant the bot: a direct message, a
	// mention, a command. Elsewhere only a crisis is answered.
	Addressed bool
	// Direct says that only the writer and the bot read along. Elsewhere a card
	// is offered as a private copy too.
	Direct bool
	// Sent is when the message was first sent, also of an edit; zero means now.
	Sent time.Time
	// Prefix stands before the name of a command where the writer is, for texts
	// that name one; empty means "/".
	Prefix string
	Body   Body
}

// A Body says what happened. Words returns every word a person typed in it
// (arguments, form fields, quotes, attachment names), so that no way of
// writing slips past triage: a new kind of event does not compile until it
// says which words it carries.
type Body interface {
	Words() []string
}

// Said is a new message.
type Said struct {
	Text   string
	Quoted []string // the words of a message it quotes or forwards
	Files  []string // names of attached files
}

// Words returns the text, the quoted texts and the file names.
func (s Said) Words() []string {
	words := append([]string{s.Text}, s.Quoted...)
	return append(words, s.Files...)
}

// Edited is a message whose author changed its words.
type Edited struct{ Said }

// Deleted is a message that its author took away. It has no words.
type Deleted struct{}

// Words returns nothing.
func (Deleted) Words() []string { return nil }

// A Field is one named value that a person filled in.
type Field struct{ Name, Value string }

func values(fields []Field) []string {
	words := make([]string, 0, len(fields))
	for _, f := range fields {
		words = append(words, f.Value)
	}
	return words
}

// Command is a slash command with its arguments.
type Command struct {
	Name string
	Args []Field
}

// Words returns the values of the arguments.
func (c Command) Words() []string { return values(c.Args) }

// Pressed is a button that somebody pressed. Action and Value were made by the
// bot, so no word in them is the person's; Lang is that of the reply it was on.
type Pressed struct {
	Action, Value string
	Lang          Lang
}

// Words returns nothing.
func (Pressed) Words() []string { return nil }

// Filled is a form that somebody sent. Form and State are those of the Form, so no
// word in them is the person's.
type Filled struct {
	Form, State string
	Fields      []Field
}

// Value returns what was filled into a field, or "".
func (f Filled) Value(name string) string {
	for _, field := range f.Fields {
		if field.Name == name {
			return field.Value
		}
	}
	return ""
}

// Words returns what was typed into the fields.
func (f Filled) Words() []string { return values(f.Fields) }
