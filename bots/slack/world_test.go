package slack_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/bots/bottest"
	"kapbot/bots/slack"
	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
	"kapbot/prompts"
)

func TestMain(m *testing.M) { bottest.Main(m) }

// patience bounds a wait for something that takes milliseconds.
const patience = 2 * time.Minute

// A world is a Slack with one workspace, a bot in it and two people.
type world struct {
	*slackserver.Server
	t        testing.TB
	team     slackserver.Team
	platform *slack.Platform
	bot      *bottest.Bot
	notes    outbox.Store
	cards    *counted // notes, as the bot writes them
	stop     func()
	front    string // the address of Endpoints
}

const (
	room    = "C0ROOM00"
	watched = "C0WATCH0"
	support = "C0SUPPRT"
)

// A setting changes a world before it begins.
type setting struct {
	app   slackserver.App
	http  bool
	notes outbox.Store
	setup slack.Setup
	many  slack.Installations // instead of the one workspace
	// silence is when the bot takes the socket for dead; two minutes, so that a busy
	// machine does not make it.
	silence time.Duration
	desk    bool          // with the inbox and the rota
	jump    time.Duration // how far the bot's clock is off
}

// open starts a world. It ends with the test.
func open(t testing.TB, with setting) *world {
	t.Helper()
	if with.app.PingEvery == 0 {
		with.app.PingEvery = 100 * time.Millisecond
	}
	if with.app.AckWait == 0 {
		with.app.AckWait = time.Minute // Slack's are 3; this machine may be busy
	}
	if with.app.Retries == nil {
		with.app.Retries = []time.Duration{time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond}
	}
	if !with.setup.Rooms {
		with.setup.Rooms = true
	}
	with.app.Events = with.setup.Events()
	w := &world{Server: slackserver.New(with.app), t: t}
	t.Cleanup(w.Close)
	w.team = w.AddTeam("T0TEAM00", with.setup.Scopes()...)
	for _, user := range []string{"UANN", "UBOB"} {
		w.AddUser(slackserver.User{ID: user, Team: w.team.ID})
		w.AddChannel(slackserver.Channel{ID: "D" + user, Kind: slackserver.Direct, Teams: []string{w.team.ID}, Members: []string{w.team.BotUser, user}})
	}
	for _, id := range []string{room, watched, support} {
		w.AddChannel(slackserver.Channel{ID: id, Kind: slackserver.Public, Teams: []string{w.team.ID}, Members: []string{w.team.BotUser, "UANN", "UBOB"}})
	}
	w.notes = with.notes
	if w.notes == nil {
		db, err := store.Open(t.Context(), storetest.File(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		w.notes = db
	}
	if with.silence == 0 {
		with.silence = 2 * time.Minute
	}
	w.start(with)
	t.Cleanup(func() { w.stop() })
	return w
}

// start runs a bot. After stop, another may be started.
func (w *world) start(with setting) {
	w.t.Helper()
	installed := slack.NewOne(w.team.Token, w.APIURL())
	if err := installed.Learn(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	texts, err := prompts.Load()
	if err != nil {
		w.t.Fatal(err)
	}
	app, err := prompts.LoadSlack()
	if err != nil {
		w.t.Fatal(err)
	}
	rooms := bots.NewRooms([]string{support}, []string{watched})
	o := slack.Options{
		AppToken: w.App().Token, Installations: installed, Texts: texts, App: app, Log: slog.New(slog.NewTextHandler(testLog{w.t}, nil)),
		Rooms: rooms, APIURL: w.APIURL(), Silence: with.silence,
		SigningSecret: w.App().SigningSecret,
		Home:          []chat.Reply{{Card: &chat.Card{Text: prompts.Card(prompts.Resources, "en")}}, {Text: app.HomeAbout}, {Text: app.HomePrivacy}},
	}
	o.Directs, _ = w.notes.(slack.Directs)
	if with.http {
		o.AppToken = ""
	}
	if with.many != nil {
		o.Installations = with.many
	}
	w.platform = slack.New(o)
	w.cards = &counted{Store: w.notes}
	w.bot = bottest.NewBotAt(w.t, w.cards, o.Log, func() time.Time { return time.Now().Add(with.jump) })
	bottest.KeepRooms(w.t, w.bot, w.notes, slack.Network, rooms)
	if with.desk {
		bottest.OpenDesk(w.t, w.bot, w.notes, slack.Network, w.platform)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	handler := w.bot.Courier.Handler(outbox.Network{Name: slack.Network, Sender: w.platform})
	front := func() {}
	if with.http {
		web := httptest.NewServer(w.platform.Endpoints())
		front = web.Close
		w.front = web.URL
		w.SetRequestURL(web.URL + "/slack")
	}
	go func() { done <- w.platform.Run(ctx, handler) }() // as in the program, after the web server
	stopped := false
	w.stop = func() {
		if stopped {
			return
		}
		stopped = true
		front()
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("the platform ended with %v", err)
		}
		w.bot.Close()
	}
}

// testLog shows the log of a test that fails.
type testLog struct{ t testing.TB }

func (l testLog) Write(line []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(line)))
	return len(line), nil
}

// wait waits until done says so.
func (w *world) wait(what string, done func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.Wait(ctx, done); err != nil {
		for _, d := range w.Deliveries() {
			w.t.Logf("delivered %s, acknowledged %v after %d attempts", d.Type, d.Acked, d.Attempts)
		}
		for _, x := range w.Changes() {
			w.t.Logf("%s in %s: %.60q", x.What, x.Message.Channel, seen(x.Message))
		}
		w.t.Fatalf("%s: %v; violations: %v", what, err, w.Violations())
	}
}

// tick makes a wait ask again soon, for what the server does not see. It reports
// false.
func (w *world) tick() bool {
	time.AfterFunc(20*time.Millisecond, func() { w.AddUser(slackserver.User{ID: "UNOBODY", Team: w.team.ID}) })
	return false
}

// delivered reports whether no card is on its way.
func (w *world) delivered() bool { return w.cards.open.Load() == 0 || w.tick() }

// counted counts the cards that have no end yet, also where a busy disk keeps their
// end from being noted in time.
type counted struct {
	outbox.Store
	open atomic.Int64
}

func (c *counted) Intend(ctx context.Context, card outbox.Card) (bool, error) {
	c.open.Add(1)
	fresh, err := c.Store.Intend(ctx, card)
	if !fresh && err == nil {
		c.open.Add(-1)
	}
	return fresh, err
}

func (c *counted) Settle(ctx context.Context, card outbox.Card, end outbox.End) error {
	defer c.open.Add(-1)
	return c.Store.Settle(ctx, card, end)
}

// seen is what a person reads in a message: its blocks, buttons included.
func seen(m slackserver.Message) string {
	if m.Blocks == nil {
		return m.Text
	}
	var blocks any
	_ = json.Unmarshal(m.Blocks, &blocks)
	var parts []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			if text, ok := v["text"].(string); ok {
				parts = append(parts, text)
				return
			}
			for _, field := range []string{"text", "fields", "elements", "accessory"} {
				walk(v[field])
			}
		}
	}
	walk(blocks)
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "\u200b", "").Replace(strings.Join(parts, "\n"))
}
