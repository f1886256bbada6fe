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

// ShowsCard reports whether a reply of this kind is a crisis card: it is sent
// ahead of everything else, until it has arrived.
func (k Kind) ShowsCard() bool { return k <= Concern }

// A Lang is a language the bot speaks, as an ISO 639-1 code.
type Lang string

// The languages that cards and texts exist in.
const (
	English Lang = "en"
	Spanish Lang = "es"
)

// An Ack goes back within the few seconds a network gives. At most one of Reply,
// Form and Later says something; the zero Ack is silence.
type Ack struct {
	Reply *Reply // show now
	// Form is to be opened now: no network opens one later. In answer to Filled it is
	// the same form again, with what is wrong in its fields.
	Form  *Form
	Later bool // show "thinking"; a Reply follows through Send
	// Earlier says what becomes of the answer to an older revision of the
	// message, where there is one. A card is never touched.
	Earlier Earlier
	// Pointer takes the place of that answer when Earlier is Pointed.
	Pointer *Reply
}

// Silent reports whether there is nothing to show and nothing to change.
func (a Ack) Silent() bool {
	return a.Reply == nil && a.Form == nil && !a.Later && a.Earlier == Kept
}

// Earlier says what becomes of an answer when its question changes.
type Earlier uint8

// What can become of an earlier answer. The zero value leaves it alone.
const (
	Kept     Earlier = iota
	Replaced         // Reply is shown in its place
	Pointed          // Pointer is shown in its place, Reply as a new message
	Removed          // it is taken away
)

// A Form asks for words. What is filled in comes back as Filled.
type Form struct {
	Name  string
	State string // opaque: comes back in Filled as it is; at most MaxState bytes
	Title string
	// Submit is the word on the button that sends the form.
	Submit string
	Fields []FormField // at most MaxFields
}

// What a form can hold on every network.
const (
	MaxState  = 64
	MaxFields = 5
	MaxValue  = 3000 // letters in a field
)

// A FormField is one question of a form.
type FormField struct {
	Name    string
	Label   string
	Help    string
	Value   string // what is filled in already
	Problem string // what is wrong with Value, for whoever is to mend it
	Long    bool   // of several lines
	// Required says that the field cannot be left empty.
	Required bool
	Max      int      // letters; zero means as many as the network takes
	Choices  []Choice // one of these is picked; none means that words are typed
}

// A Choice is one of several values that can be picked.
type Choice struct{ Label, Value string }

// A Reply is what the bot shows. Adapters render it in the order of the
// fields; a field that is empty is left out.
type Reply struct {
	Kind    Kind
	Lang    Lang
	Card    *Card    // for Crisis and Concern the whole reply
	Banner  string   // one or two lines about the crisis line, above the answer
	Entry   string   // id of the entry shown, if one is
	Near    []string // ids of entries that were found behind it, best first; not shown
	Title   string   // the entry's question
	Score   float64
	Text    string // Markdown
	Sources []Source
	// Reviewed is the day a person last checked the entry; zero if none is shown.
	Reviewed time.Time
	Footer   string // Markdown, one line
	Buttons  []Button
	Private  bool // show to the asker alone, where the network can
	// Shaped says that Text was worded for the question and checked; else it is
	// the entry word for word. Footer says so to the reader.
	Shaped bool
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

// The Actions of buttons.
const (
	ActionShow = "show" // shows the entry whose id is the Value
	ActionCopy = "copy" // shows the card named by the Value to whoever pressed, alone
)

// A Post is a reply on its way to a place.
type Post struct {
	Reply Reply
	// To is the message, command or button that it answers. Without a Message it
	// goes to the conversation.
	To Ref
	// For is the person it is meant for.
	For Person
	// Key is the same whenever the same post is sent again, so that a network
	// that can do so shows it once. It is empty where that does not matter.
	Key string
}
