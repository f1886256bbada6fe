package console_test

import (
	"bytes"
	"context"
	"errors"
	"html"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/desk/desktest"
	"kapbot/internal/encoder"
	"kapbot/internal/faq"
	"kapbot/internal/inbox"
	"kapbot/internal/inbox/inboxtest"
	"kapbot/internal/tally"
	"kapbot/internal/web/console"
	"kapbot/internal/web/session/sessiontest"
)

var today = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// A world is a console with two entries, and people of three roles.
type world struct {
	t       testing.TB
	console *console.Console
	server  *httptest.Server
	desk    *desk.Desk
	kept    *inboxtest.Memory
	log     *bytes.Buffer
	people  *people
	mu      sync.Mutex
	now     time.Time
}

const (
	community = "guild-1"
	address   = "https://kap.example.org"
	page      = console.Path + "entries/en/what-is-it"
)

// people is a network that knows roles of today.
type people struct {
	mu    sync.Mutex
	roles map[string][]string
	down  bool
}

func (p *people) Person(_ context.Context, _ chat.Network, _, id string) (chat.Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.down {
		return chat.Person{}, errors.New("the network does not answer")
	}
	return chat.Person{ID: id, Roles: p.roles[id]}, nil
}

func (p *people) set(id string, roles ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roles[id] = roles
}

// tried answers every text, and flags the word "flagged".
type tried struct{}

func (tried) Try(_ context.Context, text string) (console.Trial, error) {
	if strings.Contains(text, "flagged") {
		return console.Trial{Level: "crisis", Signals: []string{"sign"}, Score: 0.9, Card: &chat.Reply{Card: &chat.Card{Text: "Dial 988 then Press 1"}}}, nil
	}
	return console.Trial{
		Level: "none", Score: 0.01, Outcome: "sure", Sure: 0.93, Model: "none",
		Hits:  []console.Hit{{Entry: "what-is-it", Question: "What is it?", Score: 0.93}},
		Reply: chat.Reply{Text: "The answer."},
	}, nil
}

// letters makes a vector of how often each letter comes.
type letters struct{}

func (letters) Encode(text string) (v encoder.Vector) {
	for _, r := range strings.ToLower(text) {
		v[int(r)%len(v)]++
	}
	return v
}

// newInbox is one in which a question of each of two communities waits.
func newInbox(t testing.TB, d *desk.Desk, kept inbox.Store) *inbox.Inbox {
	t.Helper()
	for id, space := range map[string]string{"one": community, "other": "guild-2"} {
		c := inbox.Cluster{ID: id, Of: chat.Community{Network: "net", Space: space}, Lang: chat.English, Opened: today}
		if _, err := kept.PutNote(t.Context(), c, inbox.Note{ID: id + "-1", Text: "asked in " + space + " <b>", At: today}); err != nil {
			t.Fatal(err)
		}
	}
	box, err := inbox.New(inbox.Options{Store: kept, Entries: d, Encoder: letters{}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(box.Close)
	return box
}

// ask keeps a question of the community.
func (w *world) ask(cluster, id, text string) {
	w.t.Helper()
	c := inbox.Cluster{ID: cluster, Of: chat.Community{Network: "net", Space: community}, Lang: chat.English, Opened: today}
	if _, err := w.kept.PutNote(w.t.Context(), c, inbox.Note{ID: id, Text: text, At: w.clock()}); err != nil {
		w.t.Fatal(err)
	}
}

// counts gives each community a week of its own.
type counts struct{}

func (counts) Weeks(_ context.Context, _ chat.Network, space string, from time.Time) ([]tally.Week, error) {
	if space != community {
		return []tally.Week{{Monday: from, Asked: 777777, Answered: 777777, Cards: 777777, Topics: map[string]int{"elsewhere": 777777}}}, nil
	}
	return []tally.Week{{Monday: from, Asked: 4321, Answered: 3000, Cards: 4, Topics: map[string]int{"basics": 55, "rare": 4}}}, nil
}

// entry is one that has nothing to mend.
func entry(id, question, body string) faq.Entry {
	day := today.Truncate(24 * time.Hour)
	return faq.Entry{
		ID: id, Lang: "en", Question: question, Also: []string{id + " one", id + " two", id + " three", id + " four"},
		Tags: []string{"basics", "safety"}, Sources: []string{"gk"}, Audience: []string{"everyone"}, Triage: faq.None,
		Reviewed: day, ReviewBy: day.AddDate(0, 3, 0), Body: body + " [gk]",
	}
}

func newDesk(t testing.TB, store desk.Store) *desk.Desk {
	t.Helper()
	files := fstest.MapFS{
		"sources.yaml":   {Data: []byte("- {id: gk, kind: general-knowledge, authors: Us, title: Known}\n")},
		"facts.yaml":     {Data: []byte("{}\n")},
		"resources.yaml": {Data: []byte("[]\n")},
	}
	linter, err := faq.NewLinter(files)
	if err != nil {
		t.Fatal(err)
	}
	first, err := faq.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	return desk.New(store, first, linter, desk.Rules{}, func() time.Time { return today })
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, now: today, log: &bytes.Buffer{}, kept: &inboxtest.Memory{}, desk: newDesk(t, &desktest.Memory{}), people: &people{roles: map[string][]string{}}}
	w.people.set("ann", "mods")
	w.people.set("bo", "mods")
	w.people.set("lea", "leads")
	if err := w.desk.Seed(t.Context(), []faq.Entry{entry("what-is-it", "What is it?", "It is a thing."), entry("why", "Why?", "It is so.")}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.desk.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	roles, err := desk.ParseRoles([]string{"net:mods=moderator", "net:leads=lead"})
	if err != nil {
		t.Fatal(err)
	}
	w.console, err = console.New(console.Options{
		URL: address, Desk: w.desk, Sessions: sessiontest.NewMemory(), Roles: roles, People: w.people,
		Reply:      func(e faq.Entry) chat.Reply { return chat.Reply{Title: e.Question, Text: e.Body} },
		Previews:   []console.Preview{{Network: "net", Name: "Net", Show: func(r chat.Reply) template.HTML { return template.HTML(html.EscapeString(r.Text)) }}},
		Playground: tried{}, Figures: counts{}, Questions: newInbox(t, w.desk, w.kept), Log: slog.New(slog.NewTextHandler(w.log, nil)), Now: w.clock,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.server = httptest.NewTLSServer(w.console)
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// A browser keeps a cookie, and follows no redirect by itself.
type browser struct {
	w     *world
	http  *http.Client
	token string
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	client := *w.server.Client()
	client.Jar = jar
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &browser{w: w, http: &client}
}

// link asks for a link as "ann", "bo" or "lea", whose roles the network has told.
func (w *world) link(id string) string {
	w.t.Helper()
	p, _ := w.people.Person(w.t.Context(), "net", community, id)
	p.Name = strings.ToUpper(id[:1]) + id[1:]
	link, err := w.console.Link(w.t.Context(), "net", community, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return link
}

// signIn opens a session and notes the token of its forms.
func (w *world) signIn(id string) *browser {
	w.t.Helper()
	b := w.browser()
	status, _ := b.redeem(w.link(id))
	if status != http.StatusSeeOther {
		w.t.Fatalf("sign in: %d", status)
	}
	_, body := b.get(console.Path + "entries")
	b.token = tokenIn(body)
	if b.token == "" {
		w.t.Fatal("the page has no form token")
	}
	return b
}

func (b *browser) redeem(link string) (int, string) {
	b.w.t.Helper()
	at, err := url.Parse(link)
	if err != nil {
		b.w.t.Fatal(err)
	}
	return b.send(http.MethodPost, console.Path+"enter", url.Values{"key": {at.Query().Get("key")}})
}

var formToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

func tokenIn(body string) string {
	if m := formToken.FindStringSubmatch(body); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

func (b *browser) get(path string) (int, string) {
	b.w.t.Helper()
	return b.send(http.MethodGet, path, nil)
}

// post sends a form with its token.
func (b *browser) post(path string, form url.Values) (int, string) {
	b.w.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	if !form.Has("token") {
		form.Set("token", b.token)
	}
	return b.send(http.MethodPost, path, form)
}

func (b *browser) send(method, path string, form url.Values, headers ...string) (int, string) {
	b.w.t.Helper()
	r, err := http.NewRequestWithContext(b.w.t.Context(), method, b.w.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.w.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.http.Do(r)
	if err != nil {
		b.w.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.w.t.Fatal(err)
	}
	if location := response.Header.Get("Location"); location != "" {
		return response.StatusCode, location
	}
	return response.StatusCode, string(body)
}
