package chat

import "time"

// A Kind says what a Reply is. The zero value is the gravest, so that a reply
// somebody forgot to label is handled as a crisis card.
type Kind uint8

// The kinds of reply.
const (
	Crisis  Kind = iota // the crisis card and nothing else
	Concern             // the gentle card, with pages offered by button
	Mention             // a banner, then a curated entry word for word
	Answer              // a curated entry
	Unknown             // no reviewed answer; the nearest questions offered
	Notice              // the bot about itself: welcome, help, an error
)

// String returns the name used in JSON output.
func (k Kind) String() string {
	return [...]string{"crisis", "concern", "mention", "answer", "unknown", "notice"}[k]
}

// A Lang is a language the bot speaks, as an ISO 639-1 code.
type Lang string

// The languages that cards and texts exist in.
const (
	English Lang = "en"
	Spanish Lang = "es"
)

// An Ack goes back within the few seconds a network gives. Exactly one of the
// three says something; the zero Ack is silence.
type Ack struct {
	Reply *Reply // show now
	Form  *Form  // open now: no network opens a form later
	Later bool   // show "thinking"; a Reply follows through Send
}

// Silent reports whether there is nothing to show.
func (a Ack) Silent() bool { return a.Reply == nil && a.Form == nil && !a.Later }

// A Form asks for words. No form exists yet; the place is kept because
// networks want one as their first response.
type Form struct {
	Name   string
	Fields []Field
}

// A Reply is what the bot shows. Adapters render it in the order of the
// fields; a field that is empty is left out.
type Reply struct {
	Kind    Kind
	Lang    Lang
	Card    *Card  // for Crisis and Concern the whole reply
	Banner  string // one or two lines about the crisis line, above the answer
	Entry   string // id of the entry shown, if one is
	Title   string // the entry's question
	Score   float64
	Text    string // Markdown
	Sources []Source
	// Reviewed is the day a person last checked the entry; zero if none is shown.
	Reviewed time.Time
	Footer   string // Markdown, one line
	Buttons  []Button
	Private  bool // show to the asker alone, where the network can
}

// A Card is a crisis card: Markdown in which every line may be shown as it
// stands. Its first line says which phone to pick up.
type Card struct {
	Name string // which card, for counting: "crisis", "danger", "reminder" …
	Text string
}

// A Source is one reference under an answer.
type Source struct {
	Title string
	URL   string // empty where nothing public can be linked
}

// A Button is an offer. With a URL it is a link; otherwise pressing it comes
// back as Pressed with the same Action and Value.
type Button struct {
	Label  string
	URL    string
	Action string
	Value  string
}

// ActionShow is the Action of a button that shows the entry whose id is its
// Value.
const ActionShow = "show"
