package eval

import (
	"fmt"
	"io"
	"strings"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/crisis"
)

// A Conversation is the turns of one person, and the first turn by which a
// reader sees the risk.
type Conversation struct {
	ID      string         `json:"id"`
	Lang    string         `json:"lang"`
	Turns   []string       `json:"turns"`
	Levels  []crisis.Level `json:"levels"`   // of each turn, in the light of those before; may be missing
	ShownBy *int           `json:"shown_by"` // nil: a card is due at no turn
}

// Lines returns, for each turn up to the first that needs the card, it and the
// turns before it as triage reads them: in one. They belong together, as a pair
// does.
func (c Conversation) Lines() []Example {
	var out []Example
	for i, level := range c.Levels {
		if i >= len(c.Turns) {
			break
		}
		text := strings.Join(c.Turns[max(0, i+1-crisis.Together):i+1], " ")
		out = append(out, Example{ID: fmt.Sprintf("%s/%d", c.ID, i), Level: &level, Tag: "conversation", Lang: c.Lang, Pair: c.ID, Text: text})
		if level.ShowsCard() {
			break
		}
	}
	return out
}

// HeldBack reports whether a conversation belongs to the fifth that is never
// trained on.
func (c Conversation) HeldBack() bool { return Example{ID: c.ID}.HeldBack() }

// ReadConversations reads JSON lines with turns. An error names the line and
// never quotes it.
func ReadConversations(r io.Reader, name string) ([]Conversation, error) {
	all, err := readJSON[Conversation](r, name)
	if err != nil {
		return nil, err
	}
	for i, c := range all {
		if len(c.Turns) == 0 {
			return nil, fmt.Errorf(`%s:%d: a conversation needs "turns"`, name, i+1)
		}
	}
	return all, nil
}

// TurnEvery is the time taken to lie between two turns that are read from a file,
// unless said otherwise: about what people take who send a thought in pieces.
const TurnEvery = 15 * time.Second

// A TurnReport is what MeasureConversations found.
type TurnReport struct {
	InTime Rate // conversations in which a card showed by the turn at which it was due
	Ever   Rate // the same, at any turn
	Alarms Rate // conversations without risk in which a card showed
	Faults []string
}

// MeasureConversations reads each conversation turn by turn, one every so often.
func MeasureConversations(c Checker, all []Conversation, every time.Duration) TurnReport {
	var r TurnReport
	for _, conversation := range all {
		shown := firstCard(c, conversation.Turns, every)
		due := conversation.ShownBy
		if due == nil {
			r.Alarms.Add(shown >= 0)
		} else {
			r.InTime.Add(shown >= 0 && shown <= *due)
			r.Ever.Add(shown >= 0)
		}
		if due == nil && shown >= 0 || due != nil && (shown < 0 || shown > *due) {
			r.Faults = append(r.Faults, conversation.ID)
		}
	}
	return r
}

// firstCard returns the first turn that gets a card, or -1.
func firstCard(c Checker, turns []string, every time.Duration) int {
	var s crisis.State
	var v crisis.Verdict
	now := time.Unix(0, 0)
	for i, turn := range turns {
		if v, s = c.Check(chat.Said{Text: turn}, s, now); v.Level.ShowsCard() {
			return i
		}
		now = now.Add(every)
	}
	return -1
}

// Write prints the counts.
func (r TurnReport) Write(w io.Writer, name string) {
	fmt.Fprintf(w, "%s: card by the turn at which it was due %s; at any turn %s; in conversations without risk %s\n",
		name, r.InTime.short(), r.Ever.short(), r.Alarms.short())
}
