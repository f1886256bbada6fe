package discord_test

import (
	"context"
	"io"
	"testing"

	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/store/storetest"
)

func TestAStartLooksForMentionsInRoomsThatItDoesNotRead(t *testing.T) {
	w := &world{Server: newServer(t), t: t}
	for _, channel := range []string{room, alerts} {
		w.Say(channel, "ann", wish, discordserver.Said{}) // nobody meant the bot
	}
	asked := w.Say(room, "bob", wish, discordserver.Said{Mention: true})
	question := w.Say(room, "cat", "How long is a session?", discordserver.Said{Mention: true})
	w.start(openStore(t, storetest.File(t)), io.Discard)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	all := map[string]bool{asked: true}
	w.Await(ctx, func(ops []discordserver.Operation) bool { return len(repliesTo(ops, all)) == 1 })
	w.fence()
	for _, o := range w.Operations() {
		if r := o.Message.Reference; r != nil && r.MessageID != asked {
			t.Errorf("%s got an answer (the question is %s)", r.MessageID, question)
		}
	}
}
