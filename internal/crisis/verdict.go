package crisis

import (
	"fmt"
	"slices"
	"strings"

	"kapbot/internal/chat"
	"kapbot/prompts"
)

// A Level says how grave a message is. The zero value is the gravest, so that
// a forgotten or unfinished verdict asks for the card.
type Level uint8

// The levels, gravest first.
const (
	Crisis  Level = iota // the card and nothing else
	Concern              // the card in its gentle wording
	Mention              // a banner, then a curated entry word for word
	None                 // everything else
)

var levelNames = []string{"crisis", "concern", "mention", "none"}

// String returns the name of the level as JSON prints it.
func (l Level) String() string {
	if int(l) >= len(levelNames) {
		return levelNames[Crisis]
	}
	return levelNames[l]
}

// MarshalText writes the name of the level.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the name of a level.
func (l *Level) UnmarshalText(text []byte) error {
	at := slices.Index(levelNames, string(text))
	if at < 0 {
		return fmt.Errorf("%q is no triage level: want one of %s", text, strings.Join(levelNames, ", "))
	}
	*l = Level(at)
	return nil
}

// ShowsCard reports whether a message of this level gets a crisis card.
func (l Level) ShowsCard() bool { return l <= Concern }

// A Hold says whether a conversation is free for generated answers. The zero
// value is Unknown: a store that is silent lets nothing be generated.
type Hold uint8

// The states of a hold.
const (
	Unknown Hold = iota
	Held
	Free
)

// Cleared is the proof that a text was triaged as None in a conversation that
// is free. Nothing outside this package can make one that holds words.
type Cleared struct{ text string }

// Text returns the words that were checked, and no others.
func (c Cleared) Text() string { return c.text }

// A Verdict is what Check found.
type Verdict struct {
	Level Level
	// Signals are the names of the rules that spoke, gravest first.
	Signals []string
	// Score is how sure the detector is that the card should show, 0 to 1.
	Score float64
	// Lang is the language the card should be in.
	Lang chat.Lang
	// Repeat says that a full card was shown in this conversation within the
	// last ten minutes, so that a short reminder takes its place.
	Repeat bool
	// Safe says that the writer plainly said they are safe.
	Safe bool

	card string
	both bool // no card is in the writer's language: show the English and the Spanish one
	text string
}

// Cleared returns the proof for the text of this verdict, if it is None and
// the conversation is free.
func (v Verdict) Cleared(h Hold) (Cleared, bool) {
	if v.Level != None || h != Free {
		return Cleared{}, false
	}
	return Cleared{text: v.text}, true
}

// Card returns the card for this verdict.
func (v Verdict) Card() chat.Card {
	name := v.card
	switch {
	case v.Repeat:
		name = prompts.Reminder
	case name != "":
	case v.Level == Concern:
		name = prompts.Concern
	default:
		name = prompts.Crisis
	}
	text := prompts.Card(name, string(v.Lang))
	if v.both {
		text = prompts.Card(name, string(chat.English)) + "\n\n" + prompts.Card(name, string(chat.Spanish))
	}
	return chat.Card{Name: name, Text: text}
}

// FallbackCard is the card that is shown when triage itself did not finish.
func FallbackCard() chat.Card {
	return chat.Card{Name: prompts.Crisis, Text: prompts.Card(prompts.Crisis, string(chat.English))}
}
