package counter_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/desk/counter"
	"kapbot/internal/desk/desktest"
	"kapbot/internal/faq"
	"kapbot/internal/responder"
	"kapbot/prompts"
)

var today = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// A shop is a counter over a desk in memory that holds the entries of this repository.
type shop struct {
	*counter.Counter
	t    testing.TB
	desk *desk.Desk
	now  time.Time
	last chat.Reply // what was answered last
}

// entries are those of this repository, and what holds them to its rules.
var entries = func() func() (*faq.Snapshot, *faq.Linter, error) {
	files := os.DirFS("../../../faq")
	snapshot := sync.OnceValues(func() (*faq.Snapshot, error) { return faq.Load(files) })
	linter := sync.OnceValues(func() (*faq.Linter, error) { return faq.NewLinter(files) })
	return func() (*faq.Snapshot, *faq.Linter, error) {
		s, err := snapshot()
		l, fault := linter()
		return s, l, errors.Join(err, fault)
	}
}()

func newShop(t testing.TB, rules desk.Rules) *shop {
	t.Helper()
	snapshot, linter, err := entries()
	if err != nil {
		t.Fatal(err)
	}
	words, err := prompts.LoadDesk()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	roles, err := desk.ParseRoles([]string{"net:ann=moderator", "net:bob=moderator"})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, now: today}
	s.desk = desk.New(&desktest.Memory{}, snapshot, linter, rules, func() time.Time { return s.now })
	few := slices.DeleteFunc(snapshot.Entries(), func(e faq.Entry) bool { return e.ID > "bot-d" && e.ID[0] != 's' })
	if err := s.desk.Seed(t.Context(), few); err != nil {
		t.Fatal(err)
	}
	s.refresh()
	s.Counter = counter.New(counter.Options{
		Desk: s.desk, Roles: roles, OneModerator: rules.OneModerator, Words: words, Texts: texts,
		Find: func(context.Context, string, chat.Lang) ([]counter.Hit, float64, error) {
			return []counter.Hit{{Entry: "session-length", Score: .9}}, .8, nil
		},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: func() time.Time { return s.now },
	})
	return s
}

func (s *shop) refresh() {
	s.t.Helper()
	if _, err := s.desk.Refresh(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// do is what comes of an event: a form, or else a reply.
func (s *shop) do(who string, body chat.Body) (*chat.Form, chat.Reply) {
	s.t.Helper()
	route, ok := s.Routes().For(body)
	if !ok {
		s.t.Fatalf("%+v leads nowhere", body)
	}
	ev := chat.Event{At: chat.Ref{Network: "net", Space: "s"}, From: chat.Person{ID: who, Name: strings.ToUpper(who)}, Body: body}
	if route.Open != nil {
		if f := route.Open(ev); f != nil {
			return f, chat.Reply{}
		}
	}
	s.last = route.Reply(s.t.Context(), responder.Request{
		Event: ev, Lang: chat.English, Level: "none",
		Answer: func(q string) chat.Reply { return chat.Reply{Kind: chat.Answer, Text: "answer to " + q} },
	})
	if !s.last.Private || s.last.Kind.ShowsCard() {
		s.t.Errorf("a reply that is not for the moderator alone: %+v", s.last)
	}
	return nil, s.last
}

func (s *shop) command(who, name, text string) (*chat.Form, chat.Reply) {
	return s.do(who, chat.Command{Name: name, Args: []chat.Field{{Name: "x", Value: text}}})
}

// press presses a button of the last reply.
func (s *shop) press(who, label string) (*chat.Form, chat.Reply) {
	s.t.Helper()
	for _, b := range s.last.Buttons {
		if b.Label == label {
			return s.do(who, chat.Pressed{Action: b.Action, Value: b.Value})
		}
	}
	s.t.Fatalf("no button %q in %+v", label, s.last)
	return nil, chat.Reply{}
}

// fill sends a form with some fields changed.
func (s *shop) fill(who string, f *chat.Form, change map[string]string) (*chat.Form, chat.Reply) {
	s.t.Helper()
	if f == nil {
		s.t.Fatalf("no form was opened, but %+v", s.last)
	}
	body := chat.Filled{Form: f.Name, State: f.State}
	for _, field := range f.Fields {
		value := field.Value
		if v, ok := change[field.Name]; ok {
			value = v
		}
		body.Fields = append(body.Fields, chat.Field{Name: field.Name, Value: value})
	}
	return s.do(who, body)
}

func value(f *chat.Form, name string) string {
	for _, field := range f.Fields {
		if field.Name == name {
			return field.Value
		}
	}
	return ""
}

// better is the text of an entry with a sentence added.
func better(f *chat.Form) map[string]string {
	return map[string]string{"body": value(f, "body") + "\n\nAsk the clinic how long you will stay.", "why": "people asked"}
}

const entry = "session-length"

func TestAnotherModeratorPublishesInFiveSteps(t *testing.T) {
	s := newShop(t, desk.Rules{})
	form, _ := s.command("ann", "faq edit", entry)                                                // 1
	if _, r := s.fill("ann", form, better(form)); !strings.Contains(r.Text, "second moderator") { // 2
		t.Fatalf("%+v", r)
	}
	s.command("bob", "faq review", "")                                                                                                                              // 3
	if _, r := s.press("bob", entry); !strings.Contains(r.Text, "**Ask the clinic how long you will stay.**") || !strings.Contains(r.Footer, "ANN: people asked") { // 4
		t.Fatalf("%+v", r)
	}
	if _, r := s.press("bob", "Publish"); !strings.Contains(r.Text, "Published") { // 5
		t.Fatalf("%+v", r)
	}
	s.refresh()
	if e, _ := s.desk.Published().Entry(entry, "en"); !strings.HasSuffix(e.Body, "you will stay.") {
		t.Errorf("what answers: %q", e.Body)
	}
}

func TestRolesAreSaid(t *testing.T) {
	s := newShop(t, desk.Rules{})
	for name := range s.Routes() {
		var body chat.Body = chat.Command{Name: name, Args: []chat.Field{{Value: entry}}}
		if strings.HasPrefix(name, "faq-") {
			body = chat.Pressed{Action: name, Value: entry + "@1"}
		}
		if f, r := s.do("eve", body); f != nil || !strings.Contains(r.Text, "Only a moderator can do this") || len(r.Buttons) > 0 {
			t.Errorf("%s: %+v, %+v", name, f, r)
		}
	}
	form, _ := s.command("ann", "faq edit", entry)
	if f, r := s.fill("eve", form, better(form)); f != nil || !strings.Contains(r.Text, "Only a moderator") {
		t.Errorf("a forged form: %+v %+v", f, r)
	}
}

func TestWhoMayPublish(t *testing.T) {
	for _, test := range []struct {
		name, entry, who string
		rules            desk.Rules
		want             string
	}{
		{"another moderator", entry, "bob", desk.Rules{}, "Published"},
		{"not the author", entry, "ann", desk.Rules{}, "another moderator has to publish"},
		{"the author, where one is enough", entry, "ann", desk.Rules{OneModerator: true}, "Published"},
		{"never the author of an entry about suicide", "bot-crisis", "ann", desk.Rules{OneModerator: true}, "speaks of suicide"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newShop(t, test.rules)
			form, _ := s.command("ann", "faq edit", test.entry)
			s.fill("ann", form, better(form))
			s.command(test.who, "faq diff", test.entry)
			if _, r := s.press(test.who, "Publish"); !strings.Contains(r.Text, test.want) {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestMistakesStandInTheForm(t *testing.T) {
	s := newShop(t, desk.Rules{})
	for _, test := range []struct {
		name, field, value, want string
	}{
		{"no question mark", "question", "How long", "question mark"},
		{"a source nobody knows", "body", "It takes two hours. [nobody2020]", "nobody2020"},
		{"a dose", "body", "You should take 50 mg. [gk]", "“take 50 mg”"},
		{"too few wordings", "also", "one", "wordings"},
		{"no such line", "about", "color: red", "color: red"},
		{"no such day", "about", "review_by: soon", "2027-01-31"},
		{"no such triage", "about", "triage: maybe", "mention"},
	} {
		t.Run(test.name, func(t *testing.T) {
			form, _ := s.command("ann", "faq edit", entry)
			again, r := s.fill("ann", form, map[string]string{test.field: test.value, "why": "x"})
			if again == nil {
				t.Fatalf("it was taken: %+v", r)
			}
			for _, f := range again.Fields {
				if f.Name == test.field && (!strings.Contains(f.Problem, test.want) || f.Value != test.value) {
					t.Errorf("%+v", f)
				}
			}
			if value(again, "why") != "x" || again.State != form.State {
				t.Error("what was typed is lost")
			}
		})
	}
}

func TestANewEntry(t *testing.T) {
	s := newShop(t, desk.Rules{OneModerator: true})
	form, _ := s.command("ann", "faq add", "")
	fields := map[string]string{
		"question": "Can I bring my dog to a session?", "body": "Ask the clinic first. Many rooms are small. [gk]",
		"also": "is my dog allowed\ncan my dog come\nservice dog at the clinic\ndog in the room", "about": "tags: sessions, logistics\naudience: everyone\ntriage: none",
	}
	again, r := s.fill("ann", form, fields)
	for again != nil { // say what this repository wants of a new entry
		t.Fatalf("%+v", again.Fields)
	}
	if !strings.Contains(r.Text, "Publish") {
		t.Fatalf("%+v", r)
	}
	s.press("ann", "Publish")
	s.refresh()
	if _, ok := s.desk.Published().Entry("can-i-bring-my-dog-to", "en"); !ok {
		t.Error("it does not answer")
	}
	if again, _ := s.fill("ann", form, fields); again == nil || !strings.Contains(again.Fields[0].Problem, "can-i-bring-my-dog-to") {
		t.Errorf("the same name twice: %+v", again)
	}
}

func TestNobodyIsOverwritten(t *testing.T) {
	s := newShop(t, desk.Rules{})
	annsForm, _ := s.command("ann", "faq edit", entry)
	bobsForm, _ := s.command("bob", "faq edit", entry)
	s.fill("bob", bobsForm, better(bobsForm))
	mine := map[string]string{"body": strings.Replace(value(annsForm, "body"), " ", " mostly ", 1), "why": "mine"}
	_, r := s.fill("ann", annsForm, mine)
	if !strings.Contains(r.Text, "BOB") || !strings.Contains(r.Text, "**mostly**") || !strings.Contains(r.Text, "~~Ask the clinic how long you will stay.~~") {
		t.Fatalf("%+v", r)
	}
	if f, r := s.press("bob", "Go on with mine"); f != nil {
		t.Errorf("somebody else's text: %+v %+v", f, r)
	}
	s.command("ann", "faq show", entry)
	if !strings.Contains(s.last.Text, "you will stay") {
		t.Error("bob's text is gone")
	}
	_, s.last = s.fill("ann", annsForm, mine)
	form, _ := s.press("ann", "Go on with mine")
	if form == nil || value(form, "body") != mine["body"] || value(form, "why") != "mine" {
		t.Fatalf("%+v", form)
	}
	if f, r := s.fill("ann", form, nil); f != nil || !strings.Contains(r.Text, "second moderator") {
		t.Errorf("%+v %+v", f, r)
	}
	_, s.last = s.fill("ann", annsForm, mine)
	s.now = s.now.Add(15 * time.Minute)
	if f, _ := s.press("ann", "Go on with mine"); f != nil {
		t.Error("it is kept for longer than was said")
	}
}

func TestRetireRestoreAndSendBack(t *testing.T) {
	s := newShop(t, desk.Rules{})
	form, _ := s.command("ann", "faq retire", entry)
	if _, r := s.fill("ann", form, map[string]string{"why": "out of date"}); !strings.Contains(r.Text, "don't answer with this entry") {
		t.Fatalf("%+v", r)
	}
	s.refresh()
	if _, ok := s.desk.Published().Entry(entry, "en"); ok {
		t.Error("it still answers")
	}
	s.command("ann", "faq restore", entry)
	form, _ = s.press("ann", "Version 1")
	if _, r := s.fill("ann", form, map[string]string{"why": "it was right"}); !strings.Contains(r.Text, "Version 1 is back") {
		t.Fatalf("%+v", r)
	}
	s.command("bob", "faq review", "")
	s.press("bob", entry)
	form, _ = s.press("bob", "Send back")
	if _, r := s.fill("bob", form, map[string]string{"why": "say why it was right"}); !strings.Contains(r.Text, "Sent back") {
		t.Fatalf("%+v", r)
	}
	_, r := s.command("bob", "faq history", entry)
	for _, want := range []string{"Version 3", "draft", "by ANN: it was right", "by ANN: out of date", "Version 1", "by seed"} {
		if !strings.Contains(r.Text, want) {
			t.Errorf("%q is not in %q", want, r.Text)
		}
	}
}

func TestFinding(t *testing.T) {
	s := newShop(t, desk.Rules{})
	for _, test := range []struct{ name, text, want string }{
		{"faq show", entry, "How long"},
		{"faq show", "`" + entry + ".md`", "How long"},
		{"faq show", "es/addiction-risk", "¿"},
		{"faq show", "session", "Did you mean"},
		{"faq show", "xylophone", "no entry named “xylophone”"},
		{"faq show", "", "/faq show "},
		{"faq edit", "xylophone", "no entry named"},
		{"faq edit", "", "/faq edit "},
		{"faq retire", "xylophone", "no entry named"},
		{"faq list", "sessions", "published"},
		{"faq list", "no-such-tag", "no entry"},
		{"faq search", "spravato", "spravato"},
		{"faq search", "", "/faq search "},
		{"faq history", entry, "by seed"},
		{"faq diff", entry, "new entry"},
		{"faq restore", entry, "only one version"},
		{"faq review", "", "Nothing waits"},
		{"faq", "", "/faq edit"},
	} {
		f, r := s.command("ann", test.name, test.text)
		if all := r.Title + "\n" + r.Text; f != nil || !strings.Contains(all, test.want) {
			t.Errorf("%s %s: %q, form %v", test.name, test.text, all, f)
		}
	}
	if found := s.Suggest("session-l"); len(found) == 0 || found[0].Value != entry {
		t.Errorf("suggested %+v", found)
	}
}

func TestTry(t *testing.T) {
	s := newShop(t, desk.Rules{})
	_, r := s.command("ann", "faq try", "how long is it")
	for _, want := range []string{"Only you see this", "answer to how long is it", "Triage: none", "`session-length` 90", "80 of 100"} {
		if !strings.Contains(r.Text+r.Footer, want) {
			t.Errorf("%q is not in %q %q", want, r.Text, r.Footer)
		}
	}
	explain := s.Routes()["faq try"].Explain
	for who, want := range map[string]bool{"ann": true, "eve": false} {
		ev := chat.Event{At: chat.Ref{Network: "net"}, From: chat.Person{ID: who}}
		if b, ok := explain(ev, "crisis"); ok != want || ok && b.Label == "" {
			t.Errorf("%s: %+v", who, b)
		}
	}
	if _, r := s.do("ann", chat.Pressed{Action: "faq-card", Value: "crisis"}); !strings.Contains(r.Text, "level crisis") {
		t.Errorf("%+v", r)
	}
}

func TestNoTextIsMissing(t *testing.T) {
	words, err := prompts.LoadDesk()
	if err != nil {
		t.Fatal(err)
	}
	routes := newShop(t, desk.Rules{}).Routes()
	for _, c := range words.Commands {
		if _, ok := routes["faq "+c.Name]; !ok && c.Name != "questions" { // the inbox answers that one
			t.Errorf("/faq %s is in the menu and leads nowhere", c.Name)
		}
	}
}
