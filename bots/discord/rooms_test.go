package discord_test

import (
	"strings"
	"testing"

	"kapbot/bots/bottest"
	"kapbot/internal/platformtest/discordserver"
)

func TestModeratorsSayHowARoomIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Role("mod", bottest.Moderator)
	n := 0
	does := func(who, name, state, want string) {
		t.Helper()
		w.Command(room, who, name, state)
		n++
		if all := w.await(n); len(all) < n || !strings.Contains(all[n-1].Message.Content, want) {
			t.Fatalf("/kap %s %s of %s shows %+v", name, state, who, all)
		}
	}
	hears := func(words, want string) {
		t.Helper()
		w.Say(room, "ann", words, discordserver.Said{})
		if want == "" {
			return // whatever came would stand before the next thing that is awaited
		}
		n++
		if all := w.await(n); len(all) < n || !strings.Contains(all[n-1].Message.Content, want) {
			t.Fatalf("%q shows %+v", words, all)
		}
	}
	hears(wish, "")
	does("bob", "watch", "on", "Only a moderator can do this")
	hears(wish, "")
	does("mod", "watch", "on", "From now on I read along here")
	hears(question, "")
	hears(wish, "Dial 988 then Press 1")
	does("bob", "watch", "show", "Only a moderator can do this")
	does("mod", "watch", "show", "The last to choose this was the person with the id `mod`, on 20")
	does("mod", "support", "on", "I answer every question here")
	hears(question, "How long does one ketamine session take?")
	does("mod", "support", "off", "only what is written to me")
	hears(question, "")
	does("mod", "watch", "off", "only what is written to me")
}
