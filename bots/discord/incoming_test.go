package discord_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/bots/discord"
	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/discordserver"
)

// answered lets people do something and returns what the bot showed, but for the
// fence.
func answered(t *testing.T, w *world, do func()) []discordserver.Operation {
	t.Helper()
	do()
	w.fence()
	w.Close()
	var out []discordserver.Operation
	for _, o := range w.Operations() {
		if o.Message.ChannelID != support || o.Message.Type != 20 {
			out = append(out, o)
		}
	}
	return out
}

func TestWhoIsAnswered(t *testing.T) {
	const thread, quiet = "930000000000000001", "930000000000000002"
	for _, test := range []struct {
		name string
		do   func(w *world)
		want int // replies to what was said
	}{
		{"another bot is not", func(w *world) { w.Say(watch, "robot", wish, discordserver.Said{Bot: true}) }, 0},
		{"another bot that mentions it is not", func(w *world) { w.Say(room, "robot", question, discordserver.Said{Bot: true, Mention: true}) }, 0},
		{"a webhook is not", func(w *world) { w.Say(watch, "hook", wish, discordserver.Said{Webhook: true}) }, 0},
		{"a reply to the bot is", func(w *world) {
			w.Say(room, "ann", question, discordserver.Said{Mention: true})
			to := w.await(1)[0].Message.ID
			w.Say(room, "bob", question, discordserver.Said{ReplyTo: to})
		}, 2},
		{"a thread that it is in is", func(w *world) { w.Say(w.Thread(thread, room, true), "ann", question, discordserver.Said{}) }, 1},
		{"a thread that it is not in is not", func(w *world) { w.Say(w.Thread(quiet, room, false), "ann", question, discordserver.Said{}) }, 0},
		{"a thread of a support room is", func(w *world) { w.Say(w.Thread(quiet, support, false), "ann", question, discordserver.Said{}) }, 1},
		{"a crisis in a thread of a watched room is", func(w *world) { w.Say(w.Thread(quiet, watch, false), "ann", wish, discordserver.Said{}) }, 1},
		{"a link preview is no edit", func(w *world) {
			w.Preview(w.Say(support, "ann", question, discordserver.Said{}))
		}, 1},
		{"an edit that is told in part is fetched", func(w *world) {
			w.EditInPart(w.Say(watch, "ann", question, discordserver.Said{}), wish)
			w.await(1)
		}, 1},
		{"a file's name is read", func(w *world) { w.Say(watch, "ann", "look", discordserver.Said{Files: []string{wish + ".txt"}}) }, 1},
		{"what somebody who asks the bot replies to is read", func(w *world) {
			w.Say(room, "bob", "what can I do?", discordserver.Said{Mention: true, ReplyTo: w.Say(room, "ann", wish, discordserver.Said{})})
		}, 1},
		{"a picture without words is not", func(w *world) { w.Say(support, "ann", "", discordserver.Said{}) }, 0},
		{"words that call everyone call nobody", func(w *world) { w.Say(support, "ann", "@everyone "+question, discordserver.Said{}) }, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			all := answered(t, w, func() { test.do(w) })
			replies := 0
			for _, o := range all {
				if o.Kind == "new" && o.Message.Reference != nil {
					replies++
				}
			}
			if replies != test.want {
				t.Errorf("%d replies, want %d: %+v", replies, test.want, all)
			}
		})
	}
}

// TestEventsThatNobodyThoughtOf are those on which the reader stumbles: the bot goes on.
func TestEventsThatNobodyThoughtOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Say(room, "ann", question, discordserver.Said{Mention: true})
	w.await(1) // it is connected
	for _, kind := range []string{"MESSAGE_CREATE", "MESSAGE_UPDATE"} {
		w.Tell(kind, nil)
	}
	for _, data := range []any{nil, map[string]any{"type": 3}, map[string]any{"type": 1}} { // of a message's menu, and typed
		w.Tell("INTERACTION_CREATE", map[string]any{"type": 2, "id": "9", "user": map[string]any{"id": "8"}, "data": data})
	}
	w.Say(watch, "bob", wish, discordserver.Said{})
	if all := w.await(2); !strings.HasPrefix(all[1].Message.Content, "**Dial 988") {
		t.Errorf("%+v", all)
	}
}

func TestMenuOfAMessage(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{question: "How long does one ketamine session take?", wish: "Dial 988 then Press 1"} {
		w := newWorld(t)
		w.Menu(w.Say(room, "ann", words, discordserver.Said{}), "bob")
		all := w.await(1)
		if len(all) == 0 || all[0].Kind != "new" || !strings.Contains(all[0].Message.Content, want) {
			t.Errorf("%s: %+v", words, all)
		}
	}
}

func TestAForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.FillAnywhere(room, "ann", "none", map[string]string{"text": wish})
	if all := w.await(1); len(all) != 1 || all[0].Kind != "alone" || !strings.HasPrefix(all[0].Message.Content, "**Dial 988") {
		t.Errorf("%+v", all)
	}
}

func TestSuggestions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, suggested := w.Type(room, "ann", "KAP")
	w.fence()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	w.Await(ctx, func([]discordserver.Operation) bool { _, ok := suggested(); return ok })
	if got, _ := suggested(); len(got) != 2 || got[0] != "What is KAP?" {
		t.Errorf("suggested %q", got)
	}
}

func TestCommandsAreRegistered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	w.Await(ctx, func([]discordserver.Operation) bool { return w.Commands() != "" })
	for _, want := range []string{`"kap"`, `"ask"`, `"resources"`, `"topics"`, `"help"`, `"Answer from the FAQ"`, `"es-ES"`} {
		if !strings.Contains(w.Commands(), want) {
			t.Errorf("no %s in %s", want, w.Commands())
		}
	}
}

// slow is a handler that answers when it is let.
type slow struct {
	p    *discord.Platform
	let  chan struct{}
	errs chan error
}

func (h slow) Handle(ctx context.Context, ev chat.Event) chat.Ack {
	<-h.let
	_, err := h.p.Send(ctx, chat.Post{Reply: chat.Reply{Kind: chat.Answer, Text: strings.Repeat("a long answer\n\n", 200)}, To: ev.At, For: ev.From, Key: ev.Key})
	h.errs <- err
	return chat.Ack{}
}

// Who answers at once answers, and Discord hears in time from who does not: it waits for
// three seconds, of which the way there has to have one.
func TestASlowAnswerIsDeferred(t *testing.T) {
	if discord.DeferAfter > 2*time.Second {
		t.Errorf("Discord is told after %v that a response is coming", discord.DeferAfter)
	}
	for name, late := range map[string]bool{"at once": false, "late": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			p := platform(t, s, nil, nil, listed())
			ctx, stop := context.WithCancel(t.Context())
			ended, h := make(chan error, 1), slow{p, make(chan struct{}), make(chan error, 1)}
			go func() { ended <- p.Run(ctx, h) }()
			wctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			s.AwaitGateway(wctx, func(logins, _ int) bool { return logins > 0 })
			id := s.Command(room, "ann", "help", "")
			if late && !s.AwaitResponse(wctx, id) {
				t.Error("Discord is not told that a response is coming")
			}
			close(h.let)
			if err := <-h.errs; err != nil {
				t.Error(err)
			}
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			all := s.Operations()
			if len(all) != 2 || all[0].Kind != "alone" || all[1].Kind != "alone" {
				t.Errorf("shown %+v", all)
			}
		})
	}
}

func TestWithoutTheMessageContentIntent(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.MessageContent = false
	w := &world{Server: s, t: t}
	var log strings.Builder
	w.start(outbox.Nowhere{}, &log)
	crises := map[string]bool{
		w.Say(room, "ann", wish, discordserver.Said{Mention: true}): true,
		w.Say(w.Direct("bob"), "bob", wish, discordserver.Said{}):   true,
	}
	unread := map[string]bool{w.Say(watch, "zoe", wish, discordserver.Said{}): true}
	w.await(2)
	w.fence()
	w.Close()
	if got := len(repliesTo(w.Operations(), crises)); got != 2 {
		t.Errorf("%d of 2 have a card", got)
	}
	if got := len(repliesTo(w.Operations(), unread)); got != 0 {
		t.Error("what may not be read was answered")
	}
	if !strings.Contains(log.String(), "Message Content Intent") {
		t.Errorf("the log does not say what is lost: %s", &log)
	}
}

func TestAWrongToken(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p, err := discord.New(discord.Options{Token: "a.wrong.token", Transport: s.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	err = p.Run(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "DISCORD_TOKEN") || strings.Contains(err.Error(), "wrong.token") {
		t.Errorf("error %v", err)
	}
}

func TestSharding(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.Shards = 3
	w := &world{Server: s, t: t}
	w.start(outbox.Nowhere{}, io.Discard)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if !s.AwaitGateway(ctx, func(logins, _ int) bool { return logins == 3 }) {
		t.Errorf("%d of 3 shards are there", s.Logins())
	}
	id := w.Say(watch, "ann", wish, discordserver.Said{}) // this server sends it to every shard
	w.await(1)
	w.fence()
	w.Close()
	if got := repliesTo(w.Operations(), map[string]bool{id: true})[id]; got != 1 {
		t.Errorf("%d cards", got)
	}
}

func TestInteractionsOfAnEarlierProcessAreRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := platform(t, s, nil, nil, listed())
	_, err := p.Send(t.Context(), chat.Post{To: chat.Ref{Channel: room, Message: "interaction:1"}})
	if !errors.Is(err, bots.ErrRefused) || len(s.Operations()) > 0 {
		t.Errorf("error %v, shown %+v", err, s.Operations())
	}
}

func TestChecks(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.MessageContent = false
	s.Close(support)
	got := map[string]string{}
	for _, c := range platform(t, s, nil, nil, listed()).Checks() {
		well, err := c.Run(t.Context())
		got[c.Name] = fmt.Sprint(well, err)
	}
	for name, want := range map[string]string{
		"Discord token": "kapbot", "Discord message content": "Message Content Intent", "Discord clock": "agrees",
		"Discord channel " + watch: "watch mode", "Discord channel " + alerts: "gets alerts", "Discord channel " + support: "View Channels",
	} {
		if !strings.Contains(got[name], want) {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}
