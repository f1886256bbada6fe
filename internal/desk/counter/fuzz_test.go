package counter_test

import (
	"maps"
	"slices"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
)

// FuzzCounter fills any field of any form, and types and presses anything, as a
// moderator: all is answered, to the moderator alone.
func FuzzCounter(f *testing.F) {
	f.Add(uint8(0), uint8(0), "what-is-kap@3", "How long?", "It lasts. [gk]", "tags: basics\nreviewed: 2026-02-30\ntriage: yes\nzebra")
	f.Add(uint8(1), uint8(1), "es/what-is-kap@99999999999999999999", "", "", ":")
	f.Add(uint8(2), uint8(2), "@", "¿?", "[1](x) [[", "review_by: 0000-00-00\n\x00")
	f.Add(uint8(5), uint8(2), "what-is-kap@-1", "a", "\xff", "audience:,,")
	s := newShop(f, desk.Rules{})
	names := slices.Sorted(maps.Keys(s.Routes()))
	f.Fuzz(func(t *testing.T, name, kind uint8, state, question, body, about string) {
		s.t = t // a process tries one input at a time
		to := names[int(name)%len(names)]
		fields := []chat.Field{{Name: "question", Value: question}, {Name: "body", Value: body}, {Name: "also", Value: about}, {Name: "about", Value: about}, {Name: "why", Value: state}}
		var said chat.Body
		switch kind % 3 {
		case 0:
			said = chat.Command{Name: to, Args: append(fields, chat.Field{Name: "entry", Value: state}, chat.Field{Name: "line", Value: state})}
		case 1:
			said = chat.Pressed{Action: to, Value: state, Lang: chat.English}
		case 2:
			said = chat.Filled{Form: to, State: state, Fields: fields}
		}
		form, reply := s.do("ann", said)
		if form == nil && reply.Text == "" && reply.Card == nil && reply.Title == "" {
			t.Errorf("%s: %+v is not answered: %+v", to, said, reply)
		}
	})
}
