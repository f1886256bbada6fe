package inbox_test

import (
	"context"
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

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/inbox"
	"kapbot/internal/responder"
	"kapbot/internal/store/storetest"
	"kapbot/internal/vault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var load = sync.OnceValues(encoder.Load)

// entries is a desk that takes every draft.
type entries struct {
	proposed []desk.Change
	live     *faq.Snapshot
	taken    bool // there is an entry of every name
}

func (e *entries) Propose(_ context.Context, by desk.Actor, c desk.Change) (desk.Revision, error) {
	e.proposed = append(e.proposed, c)
	if e.taken {
		return desk.Revision{}, &desk.StaleError{}
	}
	return desk.Revision{Key: c.Key, N: 1}, by.Needs(desk.Moderator)
}

func (*entries) Summary(context.Context, desk.Actor, desk.Key) (desk.Summary, error) {
	return desk.Summary{N: 7}, nil
}

func (e *entries) Published() *faq.Snapshot { return e.live }

// network writes down what is told in private.
type network struct{ told []string }

func (*network) Send(context.Context, chat.Post) ([]chat.Ref, error) { return nil, nil }

func (n *network) SendPrivate(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	n.told = append(n.told, p.For.ID+": "+p.Reply.Text)
	return nil, nil
}

type world struct {
	*inbox.Inbox
	t       *testing.T
	entries *entries
	network *network
	now     time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	e, err := load()
	if err != nil {
		t.Fatal(err)
	}
	roles, err := desk.ParseRoles([]string{"net:mod=moderator"})
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.New([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, entries: &entries{live: &faq.Snapshot{}}, network: &network{}, now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}
	w.Inbox, err = inbox.New(inbox.Options{
		Store: storetest.Open(t, storetest.File(t)), Entries: w.entries, Encoder: e, Roles: roles, Sealer: v,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return w.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Add("net", w.network)
	t.Cleanup(w.Close)
	return w
}

func event(person string, body chat.Body) chat.Event {
	return chat.Event{At: chat.Ref{Network: "net", Space: "s", Channel: "c"}, From: chat.Person{ID: person, Name: "Name of " + person}, Body: body}
}

// do answers an event by its route.
func (w *world) do(person string, body chat.Body) chat.Reply {
	w.t.Helper()
	return w.at("s", person, body)
}

func (w *world) at(space, person string, body chat.Body) chat.Reply {
	w.t.Helper()
	ev := event(person, body)
	ev.At.Space = space
	route, ok := w.Routes().For(body)
	if !ok {
		w.t.Fatalf("%+v leads nowhere", body)
	}
	reply := route.Reply(w.t.Context(), responder.Request{Event: ev, Lang: chat.English})
	if !reply.Private {
		w.t.Errorf("the answer is not private: %+v", reply)
	}
	return reply
}

// sends sends a text by the form that the button opens.
func (w *world) sends(person, text string, named bool) chat.Reply {
	w.t.Helper()
	w.now = w.now.Add(time.Second)
	form := w.Routes()["send"].Open(event(person, chat.Pressed{Action: "send", Lang: chat.English}))
	if form == nil {
		w.t.Fatal("no form opens")
	}
	fields := []chat.Field{{Name: "text", Value: text}, {Name: "name", Value: map[bool]string{true: "yes", false: "no"}[named]}}
	return w.do(person, chat.Filled{Form: form.Name, State: form.State, Fields: fields})
}

func (w *world) list() chat.Reply { return w.do("mod", chat.Command{Name: "faq questions"}) }

func (w *world) press(label string) chat.Reply {
	w.t.Helper()
	for _, b := range w.list().Buttons {
		if b.Label == label {
			return w.do("mod", chat.Pressed{Action: b.Action, Value: b.Value, Lang: chat.English})
		}
	}
	w.t.Fatalf("no button %q", label)
	return chat.Reply{}
}

func TestWhatSomebodySendsReachesTheirModerators(t *testing.T) {
	w := newWorld(t)
	if got := w.sends("ann", "Can I bring my dog to a session?", false).Text; !strings.Contains(got, "> Can I bring my dog to a session?") {
		t.Errorf("ann sees %q", got)
	}
	w.sends("bob", "is it ok to bring my dog to the session", true)
	w.sends("cat", "Does the clinic have parking?", false)
	got := w.list().Text
	for _, want := range []string{"**1.** asked 2 times", "> Can I bring my dog", "(Name of bob)", "**2.** asked 1 times", "parking"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if strings.Contains(got, "Name of ann") || strings.Contains(got, "Name of cat") {
		t.Errorf("a name that was not added: %q", got)
	}
	if got := w.do("ann", chat.Command{Name: "faq questions"}).Text; !strings.HasPrefix(got, "Only a moderator") {
		t.Errorf("a member sees %q", got)
	}
	if got := w.at("other", "mod", chat.Command{Name: "faq questions"}).Text; !strings.HasPrefix(got, "Nobody has sent") {
		t.Errorf("another community sees %q", got)
	}
}

func TestTheFormHoldsWhatWasJustAsked(t *testing.T) {
	w := newWorld(t)
	synctest.Test(t, func(t *testing.T) {
		asked := event("ann", chat.Said{Text: "zebra crossing"})
		if got := w.Offer(asked, chat.Reply{Kind: chat.Unknown, Lang: chat.English}); len(got) != 1 || got[0].Action != "send" {
			t.Fatalf("offered %+v", got)
		}
		filled := func(person string) string {
			return w.Routes()["send"].Open(event(person, chat.Pressed{Action: "send"})).Fields[0].Value
		}
		if got := filled("ann"); got != "zebra crossing" {
			t.Errorf("filled in: %q", got)
		}
		if got := filled("bob"); got != "" {
			t.Errorf("somebody else reads %q", got)
		}
		time.Sleep(inbox.RememberFor + time.Second)
		if got := filled("ann"); got != "" {
			t.Errorf("after a minute: %q", got)
		}
	})
}

func TestWhatIsOffered(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name  string
		reply chat.Reply
		space string
		want  string
	}{
		{"under an answer", chat.Reply{Kind: chat.Answer, Entry: "e"}, "s", "helpful not-helpful wrong"},
		{"under no answer", chat.Reply{Kind: chat.Unknown}, "s", "send"},
		{"nothing under a card", chat.Reply{Kind: chat.Crisis, Entry: "e"}, "s", ""},
		{"nothing under a notice", chat.Reply{Kind: chat.Notice}, "s", ""},
		{"nothing where there is no community", chat.Reply{Kind: chat.Unknown}, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			ev := event("ann", chat.Said{Text: "x"})
			ev.At.Space = test.space
			var got []string
			for _, b := range w.Offer(ev, test.reply) {
				got = append(got, b.Action)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("offered %q", got)
			}
		})
	}
}

func TestAClusterBecomesADraftAndThoseWhoAskedAreTold(t *testing.T) {
	w := newWorld(t)
	w.sends("ann", "Can I bring my dog\nto a session?", false)
	w.sends("bob", "is it ok to bring my dog to the session", false)
	if got := w.press("1: Make a draft").Text; !strings.Contains(got, "/faq edit can-i-bring-my-dog-") {
		t.Fatalf("answer %q", got)
	}
	c := w.entries.proposed[0]
	if c.Entry.Question != "Can I bring my dog to a session?" || !slices.Equal(c.Entry.Also, []string{"is it ok to bring my dog to the session"}) {
		t.Errorf("draft %+v", c.Entry)
	}
	if err := w.Tell(t.Context()); err != nil || len(w.network.told) > 0 {
		t.Errorf("told before it is published: %q, %v", w.network.told, err)
	}
	var err error
	if w.entries.live, err = faq.NewSnapshot([]faq.Entry{{ID: c.ID, Lang: c.Lang, Question: "x"}}, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := w.Tell(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(w.network.told, "; "); got != "ann: You sent a question to the moderators. There is an answer now.; bob: You sent a question to the moderators. There is an answer now." {
		t.Errorf("told: %q", got)
	}
	if got := w.list().Text; !strings.HasPrefix(got, "Nobody has sent") {
		t.Errorf("it is still open: %q", got)
	}
}

func TestWhatIsSettledIsErasedInTime(t *testing.T) {
	w := newWorld(t)
	w.sends("ann", "Can I bring my dog?", false)
	w.press("1: Settled")
	if got := w.list().Text; !strings.HasPrefix(got, "Nobody has sent") {
		t.Errorf("it is still open: %q", got)
	}
	w.sends("ann", "Does the clinic have parking?", false)
	w.now = w.now.Add(inbox.OpenFor + time.Hour)
	if err := w.Erase(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.list().Text; !strings.HasPrefix(got, "Nobody has sent") {
		t.Errorf("it is still there: %q", got)
	}
}

func TestVotes(t *testing.T) {
	w := newWorld(t)
	vote := func(person, action string) chat.Reply {
		return w.do(person, chat.Pressed{Action: action, Value: "dogs", Lang: chat.English})
	}
	vote("ann", "helpful")
	vote("ann", "helpful") // once a day
	vote("bob", "not-helpful")
	reply := vote("cat", "wrong")
	if len(reply.Buttons) != 1 {
		t.Fatalf("reply %+v", reply)
	}
	form := w.Routes()["comment"].Open(event("cat", chat.Pressed{Action: "comment", Value: "dogs", Lang: chat.English}))
	w.do("cat", chat.Filled{Form: form.Name, State: form.State, Fields: []chat.Field{{Name: "text", Value: "the number changed"}}})
	got := w.list().Text
	for _, want := range []string{"`dogs`: 1 helpful, 1 not helpful, 1 wrong", "about the page `dogs`, 1 times", "> the number changed"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func TestNothingIsKeptOfWhoSendsNothing(t *testing.T) {
	w := newWorld(t)
	for i := range 1000 {
		person := fmt.Sprint("person", i)
		w.Offer(event(person, chat.Said{Text: "canary"}), chat.Reply{Kind: chat.Unknown})
	}
	if got := w.list().Text; !strings.HasPrefix(got, "Nobody has sent") {
		t.Errorf("kept: %q", got)
	}
}
