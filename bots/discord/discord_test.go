package discord_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/bots/bottest"
	"kapbot/bots/discord"
	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
	"kapbot/prompts"
)

func TestMain(m *testing.M) {
	if os.Getenv(childServer) != "" {
		child() // and never back
	}
	bottest.Main(m)
}

// The rooms of every test.
const (
	room    = "920000000000000001"
	watch   = "920000000000000002"
	support = "920000000000000003"
	alerts  = "920000000000000004"
)

// patience is how long a test waits for what has to come. It is reached only when
// something is broken.
const patience = 20 * time.Second

// A world is a Discord with a bot in it.
type world struct {
	*discordserver.Server
	t     testing.TB
	bot   *bottest.Bot
	stop  context.CancelFunc
	ended chan error
	clock clock
	desk  bool // with the inbox and the rota
}

// newServer is a Discord with the usual rooms.
func newServer(t testing.TB) *discordserver.Server {
	s := discordserver.New(t)
	s.HeartbeatEvery = time.Second
	for _, id := range []string{room, watch, support, alerts} {
		s.Room(id)
	}
	return s
}

// A clock is the machine's, moved by a jump.
type clock struct{ jump atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.jump.Load())) }

// newWorld starts a bot.
func newWorld(t testing.TB) *world {
	w := &world{Server: newServer(t), t: t}
	w.start(openStore(t, storetest.File(t)), io.Discard)
	return w
}

func openStore(t testing.TB, path string) *store.Store {
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// listed are the rooms of the settings.
func listed() *bots.Rooms { return bots.NewRooms([]string{support}, []string{watch}) }

func platform(t testing.TB, s *discordserver.Server, notes outbox.Store, log *slog.Logger, rooms *bots.Rooms) *discord.Platform {
	p, err := newPlatform(s.Transport(), 3*s.HeartbeatEvery, notes, log, rooms)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newPlatform(transport http.RoundTripper, silence time.Duration, notes outbox.Store, log *slog.Logger, rooms *bots.Rooms) (*discord.Platform, error) {
	directs, _ := notes.(discord.Directs)
	texts, err := prompts.Load()
	if err != nil {
		return nil, err
	}
	return discord.New(discord.Options{
		Token: discordserver.Token, Rooms: rooms, Alerts: alerts, Texts: texts, Log: log,
		Suggest:   func(typed string, lang chat.Lang) []string { return []string{"What is " + typed + "?", string(lang)} },
		Directs:   directs,
		Transport: transport, IdentifyEvery: time.Millisecond, Silence: silence,
	})
}

// start connects a bot and waits until it is there.
func (w *world) start(notes outbox.Store, log io.Writer) {
	logger := slog.New(slog.NewTextHandler(log, nil))
	w.bot = bottest.NewBotAt(w.t, notes, logger, w.clock.now)
	rooms := listed()
	p := platform(w.t, w.Server, notes, logger, rooms)
	bottest.KeepRooms(w.t, w.bot, notes, p.Name(), rooms)
	if w.desk {
		bottest.OpenDesk(w.t, w.bot, notes, p.Name(), p)
	}
	net := outbox.Network{Name: p.Name(), Sender: p, Alerts: chat.Ref{Network: p.Name(), Channel: alerts}}
	if err := w.bot.Outbox.Resume(w.t.Context(), []outbox.Network{net}); err != nil {
		w.t.Fatal(err)
	}
	var ctx context.Context
	ctx, w.stop = context.WithCancel(context.Background())
	w.ended = make(chan error, 1)
	before := w.Logins()
	go func() { w.ended <- p.Run(ctx, w.bot.Courier.Handler(net)) }()
	w.t.Cleanup(w.Close)
	wait, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if !w.AwaitGateway(wait, func(logins, _ int) bool { return logins > before }) {
		w.t.Fatal("the bot did not connect")
	}
	// What is suggested shows that the login has been handled, and leaves no trace.
	_, suggested := w.Type(support, "fence", "x")
	w.Await(wait, func([]discordserver.Operation) bool { _, ok := suggested(); return ok })
}

// Close ends the bot when all that is on its way has arrived.
func (w *world) Close() {
	w.stop()
	if w.ended != nil {
		if err := <-w.ended; err != nil {
			w.t.Errorf("the bot ended with %v", err)
		}
		w.ended = nil
	}
	w.bot.Close()
}

// await waits for n operations of the bot.
func (w *world) await(n int) []discordserver.Operation {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return w.Await(ctx, func(all []discordserver.Operation) bool { return len(all) >= n })
}

// person talks with the bot for package bottest.
type person struct {
	*world
	channel, who string
	fences       []string // what only shows that something was handled
}

func TestConversations(t *testing.T) {
	bottest.Run(t, func(t *testing.T) bottest.Client { return &person{world: newWorld(t)} })
}

func (p *person) Can(bottest.Ability) bool { return true }

func (p *person) at(place bottest.Place, who string) string {
	p.who = who
	switch place {
	case bottest.Direct:
		p.channel = p.Direct(who)
	case bottest.Watch:
		p.channel = watch
	case bottest.Support:
		p.channel = support
	default:
		p.channel = room
	}
	return p.channel
}

func (p *person) Say(place bottest.Place, who, text string) string {
	return p.Server.Say(p.at(place, who), who, text, discordserver.Said{Mention: place == bottest.Mention})
}

func (p *person) Command(place bottest.Place, who, name, text string) {
	p.Server.Command(p.at(place, who), who, name, text)
}

func (p *person) Press(message, label, who string) {
	p.Server.Press(message, p.CustomID(message, label), who)
}

func (p *person) Fill(who string, values map[string]string) {
	open := ""
	for _, o := range p.await(0) {
		if o.Kind == "form" {
			open = o.Message.ID
		}
	}
	if _, err := p.Server.Fill(open, who, values); err != nil {
		p.t.Error(err)
	}
}

func (p *person) Again() { p.RepeatLast() }

// Settle presses a button of its own and waits for what it shows: it is handled
// after everything else of the same person in the same room.
func (p *person) Settle() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	i := p.PressAnywhere(p.channel, "show:en:bot-topics", p.who)
	p.Server.Await(ctx, func([]discordserver.Operation) bool { return p.Response(i) != "" })
	p.fences = append(p.fences, p.Response(i))
}

func (p *person) Await(n int) []bottest.Shown {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	all := p.Server.Await(ctx, func(all []discordserver.Operation) bool { return len(p.shown(all)) >= n })
	return p.shown(all)
}

func (p *person) shown(all []discordserver.Operation) []bottest.Shown {
	var out []bottest.Shown
	for _, o := range all {
		if slices.Contains(p.fences, o.Message.ID) {
			continue
		}
		if n := len(out); n > 0 && o.Kind != "removed" && o.Message.Type == 0 { // the second part of a long answer
			out[n-1].Text += "\n" + o.Text()
			continue
		}
		out = append(out, bottest.Shown{Op: bottest.Op(o.Kind), Text: o.Text(), ID: o.Message.ID})
	}
	return out
}
