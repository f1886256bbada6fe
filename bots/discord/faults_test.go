package discord_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kapbot/bots/bottest"
	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/store/storetest"
)

const (
	wish     = "I want to kill myself"
	question = "How long is a session?"
)

// isPost reports whether a request sends a message.
func isPost(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages")
}

// first breaks the first n requests that send a message.
func first(n int32, f discordserver.Fault) func(*discordserver.Server) {
	return func(s *discordserver.Server) {
		var count atomic.Int32
		s.Break(func(r *http.Request) *discordserver.Fault {
			if isPost(r) && count.Add(1) <= n {
				return &f
			}
			return nil
		})
	}
}

// TestFaults breaks Discord in many ways while people write: each crisis message
// gets exactly one card, and no question is answered twice.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*discordserver.Server) // before people write
		mid  func(*discordserver.Server) // in the middle
		said discordserver.Said
		jump time.Duration // of the bot's clock, in the middle
	}{
		{name: "nothing is broken"},
		{name: "connections are cut before a message is taken", do: first(8, discordserver.Fault{Cut: true})},
		{name: "connections are cut after a message is taken", do: first(8, discordserver.Fault{Cut: true, After: true})},
		{name: "errors 500", do: first(12, discordserver.Fault{Status: 500})},
		{name: "errors 502 after a message is taken", do: first(8, discordserver.Fault{Status: 502, After: true})},
		{name: "a storm of 429", do: first(20, discordserver.Fault{Status: 429, RetryAfter: 150 * time.Millisecond})},
		{name: "a global 429", do: first(5, discordserver.Fault{Status: 429, RetryAfter: 300 * time.Millisecond, Global: true})},
		{name: "a channel that takes two messages in five seconds", do: func(s *discordserver.Server) { s.PerChannel = 4 }},
		{name: "events are delivered twice", said: discordserver.Said{Again: true}},
		{name: "the gateway is cut", mid: (*discordserver.Server).CutGateway},
		{name: "the gateway asks to reconnect", mid: (*discordserver.Server).AskToReconnect},
		{name: "the gateway falls silent", mid: (*discordserver.Server).Silence},
		{name: "events come in the wrong order", do: (*discordserver.Server).Hold, mid: (*discordserver.Server).Release},
		{name: "the clock jumps ahead", jump: 26 * time.Hour},
		{name: "the clock jumps back", jump: -26 * time.Hour},
		{name: "everything at once", do: first(10, discordserver.Fault{Cut: true, After: true}), mid: (*discordserver.Server).CutGateway, said: discordserver.Said{Again: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			w := &world{Server: newServer(t), t: t}
			w.start(openStore(t, storetest.File(t)), &log)
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("the log:\n%s", &log)
				}
			})
			if test.do != nil {
				test.do(w.Server)
			}
			const people = 6
			crises, questions := map[string]bool{}, map[string]bool{}
			for i := range people {
				if i == people/2 && test.mid != nil {
					test.mid(w.Server)
				}
				if i == people/2 {
					w.clock.jump.Store(int64(test.jump))
				}
				crises[w.Say(watch, fmt.Sprint("ann", i), wish, test.said)] = true
				questions[w.Say(support, fmt.Sprint("bob", i), question, test.said)] = true
			}
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			w.Await(ctx, func(all []discordserver.Operation) bool { return len(repliesTo(all, crises)) == people })
			w.fence()
			w.Close()
			all := w.Operations()
			for id, n := range repliesTo(all, crises) {
				if n != 1 {
					t.Errorf("the crisis %s has %d cards", id, n)
				}
			}
			if got := len(repliesTo(all, crises)); got != people {
				t.Errorf("%d of %d crisis messages have a card", got, people)
			}
			for id, n := range repliesTo(all, questions) {
				if n > 1 {
					t.Errorf("the question %s has %d answers", id, n)
				}
			}
			if test.do == nil && len(repliesTo(all, questions)) != people {
				t.Errorf("%d of %d questions have an answer (%d logins, %d resumes)", len(repliesTo(all, questions)), people, w.Logins(), w.Resumes())
			}
			w.Violations()
		})
	}
}

// repliesTo counts the replies to each of some messages.
func repliesTo(all []discordserver.Operation, to map[string]bool) map[string]int {
	n := map[string]int{}
	for _, o := range all {
		if r := o.Message.Reference; r != nil && to[r.MessageID] && o.Kind == "new" {
			n[r.MessageID]++
		}
	}
	return n
}

// fence waits until the gateway's events so far have been handed on.
func (w *world) fence() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	w.Mend()
	i := w.PressAnywhere(support, "show:en:bot-topics", "fence")
	w.Await(ctx, func([]discordserver.Operation) bool { return w.Response(i) != "" })
}

func TestWhereACardCannotBeShown(t *testing.T) {
	t.Run("it goes by direct message", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.Server.Close(watch)
		w.Say(watch, "ann", wish, discordserver.Said{})
		all := w.await(1)
		if len(all) != 1 || all[0].Message.ChannelID != w.Direct("ann") || !strings.HasPrefix(all[0].Message.Content, "**Dial 988 then Press 1**") {
			t.Errorf("shown: %+v", all)
		}
	})
	t.Run("else moderators are told where, and nothing is said of the words", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		var log bytes.Buffer
		w := &world{Server: s, t: t}
		w.start(openStore(t, storetest.File(t)), &log)
		s.Close(watch)
		s.Break(func(r *http.Request) *discordserver.Fault {
			if strings.HasSuffix(r.URL.Path, "/users/@me/channels") {
				return &discordserver.Fault{Status: 403}
			}
			return nil
		})
		id := s.Say(watch, "ann", wish+" zebra", discordserver.Said{})
		all := w.await(1)
		if len(all) != 1 || all[0].Message.ChannelID != alerts || !strings.Contains(all[0].Message.Content, "https://discord.com/channels/"+discordserver.Guild+"/"+watch+"/"+id) {
			t.Errorf("shown: %+v", all)
		}
		w.Close()
		for _, secret := range []string{"zebra", "kill", discordserver.Token} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("%q is in the log: %s", secret, &log)
			}
		}
		if !strings.Contains(log.String(), "a card was not delivered") {
			t.Errorf("the log does not say so: %s", &log)
		}
	})
	t.Run("without a store it is shown all the same", func(t *testing.T) {
		t.Parallel()
		w := &world{Server: newServer(t), t: t}
		w.start(outbox.Nowhere{}, io.Discard)
		w.Say(watch, "ann", wish, discordserver.Said{})
		if all := w.await(1); len(all) != 1 || !strings.HasPrefix(all[0].Message.Content, "**Dial 988") {
			t.Errorf("shown: %+v", all)
		}
	})
}

// TestResumedCardsAreNotShownTwice leaves notes behind, as a process does that was
// killed before or after its message arrived.
func TestResumedCardsAreNotShownTwice(t *testing.T) {
	for name, arrived := range map[string]bool{"the card had arrived": true, "the card had not arrived": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notes := openStore(t, storetest.File(t))
			w := &world{Server: newServer(t), t: t}
			ref := chat.Ref{Network: "discord", Space: discordserver.Guild, Channel: watch, Message: w.Say(watch, "ann", wish, discordserver.Said{})}
			card := outbox.Card{Key: ref.Message, To: ref, For: "ann", Name: "crisis", Lang: chat.English, At: time.Now()}
			if arrived { // long ago, so that no nonce helps
				bot := bottest.NewBot(t, outbox.Nowhere{}, slog.New(slog.DiscardHandler))
				p := platform(t, w.Server, nil, nil, listed())
				reply, _ := bot.Card(card)
				if _, err := p.Send(t.Context(), chat.Post{Reply: reply, To: ref, Key: "another"}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := notes.Intend(t.Context(), card); err != nil {
				t.Fatal(err)
			}
			w.start(notes, io.Discard)
			w.await(1)
			w.fence()
			w.Close()
			if got := repliesTo(w.Operations(), map[string]bool{ref.Message: true})[ref.Message]; got != 1 {
				t.Errorf("%d cards", got)
			}
			if left, err := notes.Pending(t.Context()); err != nil || len(left) > 0 {
				t.Errorf("still pending: %+v, %v", left, err)
			}
		})
	}
}
