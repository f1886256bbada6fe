package discord_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kapbot/bots/discord"
	"kapbot/internal/chat"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/store/storetest"
	"kapbot/prompts"
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

// TestALookBackGoesOnWhileDiscordIsIll lets its first requests fail: a bot starts when
// Discord has just come back.
func TestALookBackGoesOnWhileDiscordIsIll(t *testing.T) {
	t.Parallel()
	w := &world{Server: newServer(t), t: t}
	missed := w.Say(watch, "ann", wish, discordserver.Said{})
	var rooms, pages atomic.Int32
	w.Break(func(r *http.Request) *discordserver.Fault {
		switch {
		case r.Method != http.MethodGet:
		case strings.HasSuffix(r.URL.Path, "/channels/"+watch) && rooms.Add(1) == 1:
			return &discordserver.Fault{Status: http.StatusTooManyRequests}
		case strings.HasSuffix(r.URL.Path, "/channels/"+watch+"/messages") && pages.Add(1) == 1:
			return &discordserver.Fault{Status: http.StatusBadGateway}
		}
		return nil
	})
	w.start(openStore(t, storetest.File(t)), io.Discard)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	all := map[string]bool{missed: true}
	w.Await(ctx, func(ops []discordserver.Operation) bool { return len(repliesTo(ops, all)) == 1 })
	if rooms.Load() < 2 || pages.Load() < 2 {
		t.Errorf("%d requests for the room and %d for its messages: none of them failed", rooms.Load(), pages.Load())
	}
}

// slowly handles events, and notes them and how many it had at a time.
type slowly struct {
	mu        sync.Mutex
	keys      []string
	now, most int
}

func (h *slowly) Handle(_ context.Context, ev chat.Event) (a chat.Ack) {
	h.mu.Lock()
	h.keys, h.now = append(h.keys, ev.Key), h.now+1
	h.most = max(h.most, h.now)
	h.mu.Unlock()
	time.Sleep(time.Millisecond)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now--
	return a
}

func (h *slowly) handled() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.keys)
}

// lateDirects are known when they are asked for again.
type lateDirects struct {
	asked atomic.Int32
	rooms []string
}

func (*lateDirects) SawDirect(context.Context, string, string, time.Time) error { return nil }

func (d *lateDirects) LastDirects(context.Context, string, int) ([]string, error) {
	if d.asked.Add(1) == 1 {
		return nil, errors.New("the store is not there yet")
	}
	return d.rooms, nil
}

// TestALookBackWaitsForTheStore lets somebody write in a direct message before a start at
// which the store is away.
func TestALookBackWaitsForTheStore(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	direct := s.Direct("ann")
	s.Say(direct, "ann", "good morning", discordserver.Said{})
	texts, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := discord.New(discord.Options{
		Token: discordserver.Token, Rooms: listed(), Texts: texts, Transport: s.Transport(), IdentifyEvery: time.Millisecond, Directs: &lateDirects{rooms: []string{direct}},
	})
	if err != nil {
		t.Fatal(err)
	}
	readBy(t, p, &slowly{}, 1)
}

// readBy runs a bot until so many messages were read.
func readBy(t *testing.T, p *discord.Platform, h *slowly, messages int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx, h) }()
	for deadline := time.Now().Add(patience); h.handled() < messages; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("%d of %d messages were read", h.handled(), messages)
			break
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestALookBackBeginsWithWhatWasWrittenLast lets people write 250 messages, and 10 in
// another room, before a start: the newest hundred of each room are read first, and few at
// a time.
func TestALookBackBeginsWithWhatWasWrittenLast(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var written []string
	for i := range 250 {
		written = append(written, s.Say(watch, fmt.Sprint("person", i), "good morning all", discordserver.Said{}))
	}
	for i := range 10 {
		written = append(written, s.Say(support, fmt.Sprint("person", i), "good morning all", discordserver.Said{}))
	}
	var h slowly
	readBy(t, platform(t, s, nil, nil, listed()), &h, len(written))
	const inTurn = 16 // those may pass each other
	for i, key := range h.keys[:min(len(h.keys), 110-inTurn)] {
		if n := slices.Index(written, key); n < 150 {
			t.Errorf("message %d of 260 was read as number %d", n+1, i+1)
		}
	}
	if h.most > inTurn {
		t.Errorf("%d messages of before were handled at a time", h.most)
	}
}
