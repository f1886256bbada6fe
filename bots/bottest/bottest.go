// Package bottest holds the conversations that every adapter has to pass, as
// text files, and what runs them: the real pipeline behind an adapter, and in front
// of it a Client that does what people do on its network.
package bottest

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// A Place is a kind of room.
type Place string

// The places. In Mention, what is said begins with a mention of the bot.
const (
	Direct  Place = "direct"
	Room    Place = "room"    // a room in which only what is addressed to the bot is read
	Mention Place = "mention" // the same room
	Watch   Place = "watch"
	Support Place = "support"
)

// An Op is what a bot did to a room.
type Op string

// The operations.
const (
	New     Op = "new"
	Edited  Op = "edited"
	Removed Op = "removed"
	Alone   Op = "alone" // shown to one person only, in a room of several
	Form    Op = "form"  // a form was opened
)

// Shown is one operation and the text that people see after it, buttons included.
type Shown struct {
	Op   Op
	Text string
	ID   string // of the message
}

// An Ability is something that not every network has.
type Ability string

// The abilities.
const (
	Rooms     Ability = "rooms"
	Editing   Ability = "editing" // messages can be edited and deleted
	Buttons   Ability = "buttons"
	Redeliver Ability = "redeliver" // an event can be delivered twice
	Forms     Ability = "forms"
)

// A Client does what people do on a network.
type Client interface {
	Can(a Ability) bool
	// Say sends a message and returns its id.
	Say(place Place, person, text string) string
	Edit(id, text string)
	Delete(id string)
	// Press presses the button with a label under a message of the bot.
	Press(message, label, person string)
	Command(place Place, person, name, text string)
	// Fill writes into the form that was opened last and sends it. Fields that are not
	// named keep what is in them.
	Fill(person string, values map[string]string)
	// Again delivers the last event once more.
	Again()
	// Settle returns when everything before it has been handled, cards and
	// deletions excepted.
	Settle()
	// Close ends the bot when all that is on its way has arrived.
	Close()
	// Await returns what was shown since the start, once there are at least n
	// operations or it is clear that there will be fewer.
	Await(n int) []Shown
}

// Run runs every conversation that a network can hold, each with a Client of its
// own, which start opens.
func Run(t *testing.T, start func(t *testing.T) Client) {
	all, err := scripts()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("there are no conversations")
	}
	var ran atomic.Int32
	t.Cleanup(func() {
		if ran.Load() == 0 {
			t.Error("this network passed no conversation")
		}
	})
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c := start(t)
			for _, need := range s.needs {
				if !c.Can(need) {
					t.Skipf("this network has no %s", need)
				}
			}
			ran.Add(1)
			hold(t, c, s)
		})
	}
}

// hold holds one conversation.
func hold(t *testing.T, c Client, s script) {
	var seen int
	var message, person string
	for _, st := range s.steps {
		if st.person != "" {
			person = st.person
		}
		switch st.do {
		case "say":
			message = c.Say(st.place, person, st.text)
		case "edit":
			c.Edit(message, st.text)
		case "delete":
			c.Delete(message)
		case "press":
			at := withButton(c.Await(0), st.text)
			if at == "" {
				t.Errorf("line %d: no message has the button %q", st.line, st.text)
				continue
			}
			c.Press(at, st.text, person)
		case "fill":
			c.Fill(person, valuesOf(st.text))
		case "again":
			c.Again()
		default:
			name, ok := strings.CutPrefix(st.do, "command ")
			if !ok {
				t.Fatalf("line %d: nobody can %q", st.line, st.do)
			}
			c.Command(st.place, person, name, st.text)
		}
		c.Settle()
		all := c.Await(seen + len(st.wants))
		compare(t, st, all[min(seen, len(all)):])
		seen = len(all)
	}
	c.Settle()
	c.Close()
	if late := c.Await(seen)[seen:]; len(late) > 0 {
		t.Errorf("after the last step: %+v", late)
	}
}

// valuesOf reads "name = value | name = value".
func valuesOf(text string) map[string]string {
	values := map[string]string{}
	for _, part := range strings.Split(text, "|") {
		name, value, _ := strings.Cut(part, "=")
		values[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return values
}

func withButton(all []Shown, label string) string {
	for _, s := range slices.Backward(all) {
		if strings.Contains(flat(s.Text), label) {
			return s.ID
		}
	}
	return ""
}

// compare matches what came with what was wanted, in any order: a card and a
// change of an older answer travel by different ways.
func compare(t *testing.T, st step, got []Shown) {
	t.Helper()
	left := slices.Clone(got)
	for _, w := range st.wants {
		i := slices.IndexFunc(left, w.fits)
		if i < 0 {
			t.Errorf("line %d: %s: nothing shows %s %q, there is: %+v", st.line, st.do, w.op, w.parts, left)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	if len(left) > 0 {
		t.Errorf("line %d: %s: nobody wanted %+v", st.line, st.do, left)
	}
}

func (w want) fits(s Shown) bool {
	if w.op != s.Op {
		return false
	}
	text, at := flat(s.Text), 0
	for _, part := range w.parts {
		if not, absent := strings.CutPrefix(part, "!"); absent {
			if strings.Contains(text, not) {
				return false
			}
			continue
		}
		if first, begins := strings.CutPrefix(part, "^"); begins {
			if !strings.HasPrefix(text, first) {
				return false
			}
			part = first
		}
		next := strings.Index(text[at:], part)
		if next < 0 {
			return false
		}
		at += next + len(part)
	}
	return true
}

// flat is a text without markup and with single spaces.
func flat(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("*", "", "_", "", "`", "", "\\", "").Replace(text)), " ")
}
