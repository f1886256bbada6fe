package rota_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/outbox"
	"kapbot/internal/rota"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// network writes down what is done to it.
type network struct {
	mu   sync.Mutex
	log  []string
	last chat.Post
	fail error
	// closed are the people who may not read the rooms; strange is what the network says
	// instead of telling who may.
	closed  []string
	strange error
}

func (n *network) note(p chat.Post, format string, args ...any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.log, n.last = append(n.log, fmt.Sprintf(format, args...)), p
	return n.fail
}

func text(r chat.Reply) string {
	if r.Card != nil {
		return r.Card.Text
	}
	return r.Text
}

func (n *network) Send(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	if err := n.note(p, "to %s: %s", p.To.Channel, text(p.Reply)); err != nil {
		return nil, err
	}
	return []chat.Ref{{Network: "net", Space: "s", Channel: p.To.Channel, Message: "m" + p.Key}}, nil
}

func (n *network) SendPrivate(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	if err := n.note(p, "alone to %s: %s", p.For.ID, text(p.Reply)); err != nil {
		return nil, err
	}
	return []chat.Ref{{Network: "net", Channel: "dm " + p.For.ID, Message: "m" + p.Key}}, nil
}

func (n *network) Edit(_ context.Context, earlier []chat.Ref, p chat.Post) ([]chat.Ref, error) {
	return earlier, n.note(p, "edit in %s: %s", earlier[0].Channel, text(p.Reply))
}

func (*network) Remove(context.Context, []chat.Ref) error { return nil }

func (n *network) MayRead(_ context.Context, person string, _ chat.Ref) (bool, error) {
	return !slices.Contains(n.closed, person), n.strange
}

func (*network) Link(at chat.Ref) string {
	return "https://example.org/" + at.Channel + "/" + at.Message
}

func (*network) Profile(_, person string) string { return "https://example.org/people/" + person }

// take returns what was done since the last time.
func (n *network) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	log := n.log
	n.log = nil
	return log
}

// world is a rota with a network and a clock.
type world struct {
	*rota.Rota
	*network
	t     *testing.T
	now   time.Time
	cards int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{network: &network{}, t: t, now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}
	roles, err := desk.ParseRoles([]string{"net:lead=lead", "net:mod=moderator"})
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	w.Rota, err = rota.New(storetest.Open(t, storetest.File(t)), roles, quiet, func() time.Time { return w.now })
	if err != nil {
		t.Fatal(err)
	}
	w.Add("net", w.network)
	return w
}

func at(channel string) chat.Ref {
	return chat.Ref{Network: "net", Space: "s", Channel: channel, Message: "1"}
}

// command says what is answered to a command.
func (w *world) command(channel, person, line string) string {
	w.t.Helper()
	reply := w.Command(w.t.Context(), chat.Event{At: at(channel), From: chat.Person{ID: person}}, line, chat.English)
	if !reply.Private || reply.Kind != chat.Notice {
		w.t.Errorf("the answer is not private: %+v", reply)
	}
	return reply.Text
}

// shown says that a card was shown.
func (w *world) shown(change func(*outbox.Card)) {
	w.cards++
	c := outbox.Card{Key: fmt.Sprint(w.cards), To: at("room"), For: "zelda", Name: "crisis", Lang: chat.English, Kind: chat.Crisis}
	change(&c)
	post := chat.Post{Reply: chat.Reply{Kind: c.Kind, Lang: c.Lang, Card: &chat.Card{Name: c.Name, Text: "the card"}}, To: c.To}
	w.Shown(w.t.Context(), c, post, []chat.Ref{{Network: "net", Space: "s", Channel: "room", Message: "card"}})
	w.work()
}

// work does what is due.
func (w *world) work() {
	w.t.Helper()
	if err := w.Work(w.t.Context()); err != nil {
		w.t.Error(err)
	}
}

func same(*outbox.Card) {}

func (w *world) after(d time.Duration) {
	w.now = w.now.Add(d)
	w.work()
}

// wants compares the beginnings of what was done.
func (w *world) wants(want ...string) {
	w.t.Helper()
	got := w.take()
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		w.t.Errorf("done: %q, want %q", got, want)
	}
}

const (
	toPeers = "to peers: Someone may need support. Please look"
	told    = "edit in room: the card\n\nI have told the peer supporters"
)

func TestAnAlertGoesOutAfterTheCard(t *testing.T) {
	for _, test := range []struct {
		name   string
		before []string // commands of the lead in the room of the peers
		change func(*outbox.Card)
		want   []string
	}{
		{"not while alerts are off", nil, same, nil},
		{"once they are on", []string{"on"}, same, []string{toPeers, told}},
		{"not after they are off again", []string{"on", "off"}, same, nil},
		{"not for a concern", []string{"on"}, func(c *outbox.Card) { c.Kind = chat.Concern }, nil},
		{"not for a direct message", []string{"on"}, func(c *outbox.Card) { c.Direct = true }, nil},
		{"not for a reminder", []string{"on"}, func(c *outbox.Card) { c.Name = "reminder" }, nil},
		{"not for another community", []string{"on"}, func(c *outbox.Card) { c.To.Space = "other" }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			for _, line := range test.before {
				w.command("peers", "lead", line)
			}
			w.shown(test.change)
			w.wants(test.want...)
		})
	}
}

func TestAnAlertHoldsALinkAndNoNameAndNoWords(t *testing.T) {
	w := newWorld(t)
	w.command("peers", "lead", "on")
	w.shown(same)
	w.shown(same)
	w.wants(toPeers, told)
	w.now = w.now.Add(time.Hour)
	w.fail = errors.New("hung")
	w.shown(same)
	if got := fmt.Sprintf("%+v", w.last); strings.Contains(got, "zelda") || !strings.Contains(got, "https://example.org/room/1") {
		t.Errorf("the alert is %s", got)
	}
}

func TestACardSaysThatPeersWereToldOnlyOnceTheyWere(t *testing.T) {
	w := newWorld(t)
	w.command("peers", "lead", "on")
	w.fail = errors.New("hung")
	w.shown(same)
	w.wants(toPeers)
	w.fail = nil
	w.after(2 * time.Minute) // the lease of whoever failed is over
	w.wants(toPeers, told)
}

func TestWhoIsCalledWhileNobodyTakesIt(t *testing.T) {
	w := newWorld(t)
	if got := w.command("peers", "lead", "on 10"); !strings.Contains(got, "10 minutes") {
		t.Errorf("answer %q", got)
	}
	for _, p := range []string{"bob", "cat"} {
		w.command("peers", p, "join")
	}
	w.shown(same)
	w.wants(toPeers, told)
	w.after(9 * time.Minute)
	w.wants()
	called := map[string]bool{}
	for range 2 {
		w.after(10 * time.Minute)
		got := w.take()
		if len(got) != 1 || !strings.Contains(got[0], "You are next on call") {
			t.Fatalf("done: %q", got)
		}
		called[strings.Fields(got[0])[2]] = true
	}
	if len(called) != 2 {
		t.Errorf("called: %v", called)
	}
	w.after(10 * time.Minute)
	w.wants("to peers: Someone may need support, and nobody has taken this yet.")
	w.after(time.Hour)
	w.wants()
}

// Who may not read a room cannot help there, and hears nothing of it.
func TestWhoMayNotReadTheRoomIsNotCalled(t *testing.T) {
	const last = "to peers: Someone may need support, and nobody"
	for _, test := range []struct {
		name    string
		closed  []string
		strange error
		want    [][]string // after each five minutes
	}{
		{"both may", nil, nil, [][]string{{"alone to"}, {"alone to"}, {last}}},
		{"one may not", []string{"bob"}, nil, [][]string{{"alone to cat"}, {last}}},
		{"nobody may", []string{"bob", "cat"}, nil, [][]string{{last}}},
		{"the network does not say", []string{"bob", "cat"}, errors.New("hung"), [][]string{{"alone to"}, {"alone to"}, {last}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.closed, w.strange = test.closed, test.strange
			w.command("peers", "lead", "on")
			w.command("peers", "bob", "join")
			w.command("peers", "cat", "join")
			w.shown(same)
			w.wants(toPeers, told)
			var got [][]string
			for range 4 {
				w.after(5 * time.Minute)
				if done := w.take(); len(done) > 0 {
					got = append(got, done)
				}
			}
			if !slices.EqualFunc(got, test.want, func(got, want []string) bool { return slices.EqualFunc(got, want, strings.HasPrefix) }) {
				t.Errorf("done: %q, want %q", got, test.want)
			}
		})
	}
}

func TestOneWhoTakesItEndsTheCalling(t *testing.T) {
	w := newWorld(t)
	w.command("peers", "lead", "on")
	w.command("peers", "bob", "join")
	w.shown(same)
	w.wants(toPeers, told)
	w.after(5 * time.Minute)
	w.wants("alone to bob:")
	alert := w.last
	press := func(person, channel string) string {
		ev := chat.Event{At: at(channel), From: chat.Person{ID: person}}
		return w.Claim(t.Context(), ev, chat.Pressed{Value: alert.Reply.Buttons[0].Value, Lang: chat.English}).Text
	}
	if got := press("zelda", "room"); !strings.HasPrefix(got, "Only peer supporters") {
		t.Errorf("somebody takes it: %q", got)
	}
	if got := press("bob", "dm bob"); !strings.HasPrefix(got, "Thank you.") {
		t.Errorf("bob hears %q", got)
	}
	w.wants("edit in peers: Someone is on it.", "edit in dm bob: Someone is on it.")
	if got := press("cat", "peers"); !strings.HasPrefix(got, "Somebody else") {
		t.Errorf("cat hears %q", got)
	}
	w.after(time.Hour)
	w.wants()
	if got := w.command("peers", "mod", "counts"); !strings.Contains(got, "2026-03-02: < 5 alerts, < 5 taken") {
		t.Errorf("counts: %q", got)
	}
}

func TestWhoOptedOut(t *testing.T) {
	w := newWorld(t)
	w.command("peers", "lead", "on")
	w.command("room", "zelda", "me off")
	w.shown(same)
	w.wants()
	w.command("room", "zelda", "me on")
	w.shown(same)
	w.wants(toPeers, told)
}

func TestCommands(t *testing.T) {
	w := newWorld(t)
	w.command("peers", "lead", "on")
	for _, test := range []struct{ person, channel, line, want string }{
		{"zelda", "peers", "on", "Only a lead moderator"},
		{"mod", "peers", "off", "Only a lead moderator"},
		{"zelda", "peers", "counts", "Only a moderator"},
		{"zelda", "room", "join", "Please use this in the room"},
		{"zelda", "room", "dance", "/alerts on"},
		{"lead", "peers", "on 0", "/alerts on"},
		{"lead", "peers", "on 61", "/alerts on"},
		{"lead", "peers", "on 200000000", "/alerts on"}, // minutes that overflow
		{"zelda", "room", "leave", "You are no longer on call"},
	} {
		t.Run(test.person+" "+test.line, func(t *testing.T) {
			if got := w.command(test.channel, test.person, test.line); !strings.HasPrefix(got, test.want) {
				if !strings.HasPrefix(got, "{prefix}") && !strings.Contains(got, test.want) || strings.Contains(got, "{") {
					t.Errorf("answer %q, want %q", got, test.want)
				}
			}
		})
	}
}

func TestAskingForAPeer(t *testing.T) {
	w := newWorld(t)
	ask := func(space string) string {
		w.cards++
		ev := chat.Event{Key: fmt.Sprint("ask", w.cards), At: chat.Ref{Network: "net", Space: space, Channel: "dm"}, From: chat.Person{ID: "zelda"}, Direct: true}
		return w.Ask(t.Context(), ev, chat.Pressed{Lang: chat.English}).Text
	}
	if got := ask(""); !strings.HasPrefix(got, "There are no peer supporters") {
		t.Errorf("while alerts are off: %q", got)
	}
	if got := w.Offer(chat.Ref{Network: "net", Channel: "dm"}, chat.English); got != nil {
		t.Errorf("offered: %v", got)
	}
	w.command("peers", "lead", "on")
	if got := w.Offer(chat.Ref{Network: "net", Channel: "dm"}, chat.English); len(got) != 1 {
		t.Errorf("offered: %v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := w.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	if got := ask(""); !strings.HasPrefix(got, "The peer supporters now know") {
		t.Errorf("asked: %q", got)
	}
	w.wants("to peers: Someone asked for a peer supporter")
	if b := w.last.Reply.Buttons; len(b) != 2 || b[1].URL != "https://example.org/people/zelda" {
		t.Errorf("buttons %+v", b)
	}
	if got := ask(""); !strings.HasPrefix(got, "The peer supporters have your wish already") {
		t.Errorf("asked again: %q", got)
	}
	cancel()
	running.Wait()
}

func TestARefusedRoomLeadsToThePeople(t *testing.T) {
	w := newWorld(t)
	w.command("peers", "lead", "on")
	w.command("peers", "bob", "join")
	w.fail = fmt.Errorf("gone: %w", bots.ErrRefused)
	w.shown(same)
	w.wants(toPeers, "alone to bob:", "to peers: Someone may need support, and nobody")
}

// A store that is away for an hour is spoken of a few times, and so is what waits for it.
func TestAStoreThatIsAwayIsSpokenOfLittle(t *testing.T) {
	file := storetest.File(t)
	synctest.Test(t, func(t *testing.T) {
		gone, err := store.Open(context.Background(), file)
		if err != nil {
			t.Fatal(err)
		}
		to := rota.Duty{Of: at("room").Community(), Channel: "peers", Wait: rota.Wait}
		if err := gone.SetDuty(t.Context(), to); err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		r, err := rota.New(gone, nil, slog.New(slog.NewTextHandler(&log, nil)), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := gone.Close(); err != nil { // every question fails from now on
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() {
			if err := r.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		const late = 3
		for i := range late {
			r.Shown(ctx, outbox.Card{Key: fmt.Sprint(i), To: at("room"), For: "zelda", Name: "crisis", Kind: chat.Crisis}, chat.Post{}, nil)
		}
		time.Sleep(time.Hour)
		cancel()
		running.Wait()
		lines := strings.Count(log.String(), "\n")
		if kept := strings.Count(log.String(), "could not be kept"); kept != late || lines < late+2 || lines > late+5 {
			t.Errorf("the log has %d lines:\n%s", lines, log.String())
		}
	})
}
