package bots_test

import (
	"slices"
	"testing"

	"kapbot/bots"
	"kapbot/internal/chat"
)

func TestRooms(t *testing.T) {
	rooms := bots.NewRooms([]string{"help", "both"}, []string{"chatter", "both", "later"})
	mode := func(space, channel string) chat.Mode {
		return rooms.Mode(chat.Ref{Network: "net", Space: space, Channel: channel, Message: "m"})
	}
	rooms.Set(chat.Ref{Space: "a", Channel: "later"}, chat.Mentions)
	rooms.Set(chat.Ref{Network: "net", Space: "a", Channel: "shared", Message: "m"}, chat.Support)
	for _, test := range []struct {
		name, space, channel string
		want                 chat.Mode
	}{
		{"listed for answers", "a", "help", chat.Support},
		{"listed for signs of a crisis", "a", "chatter", chat.Watch},
		{"in both lists", "b", "both", chat.Support},
		{"in none", "a", "other", chat.Mentions},
		{"a command wins over a list", "a", "later", chat.Mentions},
		{"set by a command", "a", "shared", chat.Support},
		{"set by a command of another community", "b", "shared", chat.Mentions},
	} {
		if got := mode(test.space, test.channel); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	want := []chat.Ref{{Channel: "both"}, {Channel: "chatter"}, {Channel: "help"}, {Space: "a", Channel: "shared"}}
	if got := rooms.Read(); !slices.Equal(got, want) {
		t.Errorf("%v are read, want %v", got, want)
	}
	if none := (*bots.Rooms)(nil); none.Mode(want[0]) != chat.Mentions || none.Read() != nil {
		t.Error("no rooms have one")
	}
}
