package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"kapbot/bots"
	"kapbot/internal/answer"
	"kapbot/internal/canary"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/courier"
	"kapbot/internal/desk"
	"kapbot/internal/desk/counter"
	"kapbot/internal/outage"
	"kapbot/internal/outbox"
	"kapbot/internal/rota"
	"kapbot/internal/store"
	"kapbot/internal/web"
	"kapbot/internal/web/console"
	"kapbot/prompts"
)

// shutdown is how long answers that are on their way may take after a signal. The
// outbox takes five seconds more at most.
const shutdown = 4 * time.Second

// A network is an adapter that is to run.
type network struct {
	bots.Platform
	bots.Sender
	alerts string // the channel in which moderators are told, or ""
	desk   string // the channel in which they hear of reviews, or ""
	// endpoints are what the network needs of the web server, by path.
	endpoints map[string]http.Handler
	rooms     *bots.Rooms
}

// outbound is the network as cards are sent to it.
func (n network) outbound() outbox.Network {
	out := outbox.Network{Name: n.Name(), Sender: n.Sender}
	if n.alerts != "" {
		out.Alerts = chat.Ref{Network: n.Name(), Channel: n.alerts}
	}
	return out
}

// networks makes the adapters whose tokens are there. Without a counter, which may be
// nil, they offer moderators nothing.
func networks(cfg config.Config, log *slog.Logger, p *pipeline, moderators *counter.Counter, notes outbox.Store) ([]network, error) {
	var all []network
	if cfg.Discord.Token.Set() {
		n, err := newDiscord(cfg.Discord, log, p.answers, moderators, notes)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	if cfg.Slack.On() {
		n, err := newSlack(cfg.Slack, log, p.answers, notes)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

// settings reads the settings of where a command runs.
func settings(s streams) (config.Config, error) {
	cfg, err := config.Load(s.dir, s.env)
	if err == nil {
		cfg.Store = within(s.dir, cfg.Store)
	}
	return cfg, err
}

type runCmd struct{}

// Run connects to every chat network whose token is set and answers until it is
// told to stop.
func (runCmd) Run(ctx context.Context, s streams) (err error) {
	log := slog.New(slog.NewJSONHandler(s.err, nil))
	cfg, err := settings(s)
	if err != nil {
		return err
	}
	p, err := newPipeline(s.parts, log, cfg.Model, s.dir)
	if err != nil {
		return err
	}
	p.Pace()
	w := newWatch(log, p)
	defer func() {
		p.report(log)
		err = errors.Join(err, p.Close())
	}()
	if p.roles, err = desk.ParseRoles(cfg.Roles); err != nil {
		return fmt.Errorf("KAPBOT_ROLES: %w", err)
	}
	notes, closeNotes := openNotes(ctx, cfg.Place(), log)
	defer func() { err = errors.Join(err, closeNotes()) }()
	entries, err := openDesk(ctx, cfg, notes, p, log)
	if err != nil {
		return err
	}
	moderators, err := newCounter(cfg, log, p, entries) //nolint:contextcheck // a form has a time of its own
	if err != nil {
		return err
	}
	all, err := networks(cfg, log, p, moderators, notes)
	if err != nil {
		return err
	}
	keepRooms(ctx, notes, log, p, all)
	if len(all) == 0 {
		return errors.New("no chat network is set up: put DISCORD_TOKEN or SLACK_BOT_TOKEN into .env (see .env.example), or try kapbot chat")
	}
	if err := callPeers(ctx, notes, log, p, all); err != nil {
		return err
	}
	if err := openInbox(cfg, notes, entries, log, p, all); err != nil {
		return err
	}
	counts := newTally(notes, p, log)
	page, err := newConsole(cfg, log, p, entries, notes, counts, newPeople(all))
	if err != nil {
		return err
	}
	servers, err := openWeb(ctx, cfg, log, w, all, page)
	if err != nil {
		return err
	}
	rest()
	p.beside = append(p.beside, counts.Run, follow(entries, told(notes, store.Entries), p, log), keepReviews(entries, notes, p.roles, cfg.ReviewGrace, log, all))
	return serve(ctx, notes, log, p, w, servers, all, p.beside...)
}

// rest gives back the memory that only the start needed, and keeps what is used later
// nearer to what is in use: there is little garbage, and half of it again is enough.
// Whoever sets GOGC knows better.
func rest() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}
	debug.FreeOSMemory()
	debug.FreeOSMemory() // what pools hold outlives one collection
}

// roomsEvery is how often a replica looks how rooms are read, where it is not told.
const roomsEvery = 10 * time.Second

// keepRooms lets moderators say how the rooms of all networks are read. Until that can
// be looked up the bot reads those in the settings: cards need no store.
func keepRooms(ctx context.Context, notes outbox.Store, log *slog.Logger, p *pipeline, all []network) {
	kept, _ := notes.(desk.RoomStore) // nil without a store
	rooms := desk.NewRooms(p.roles, kept, time.Now)
	for _, n := range all {
		rooms.Add(n.Name(), n.rooms)
	}
	p.withStore(ctx, notes, log, rooms.Refresh)
	if changed := told(notes, store.Rooms); changed != nil {
		blind := outage.New(log, slog.LevelWarn, "how moderators want rooms to be read cannot be looked up", "how moderators want rooms to be read can be looked up again")
		p.beside = append(p.beside, func(ctx context.Context) error {
			return whenTold(ctx, changed, roomsEvery, func() { blind.Note(ctx, rooms.Refresh(ctx)) })
		})
	}
	p.KeepRooms(rooms)
}

// openWeb opens the web servers that are wanted: that of the networks, and that of
// those who run the program.
func openWeb(ctx context.Context, cfg config.Config, log *slog.Logger, w *watch, all []network, page *console.Console) ([]*web.Server, error) {
	var servers []*web.Server
	open := func(address string, handlers map[string]http.Handler) error {
		if address == "" {
			return nil
		}
		server, err := web.Listen(ctx, address, handlers, log)
		if err == nil {
			servers = append(servers, server)
		}
		return err
	}
	public := w.public()
	for _, n := range all {
		maps.Copy(public, n.endpoints)
	}
	if page != nil {
		public[console.Path] = page
	}
	err := errors.Join(open(cfg.Listen, public), open(cfg.Metrics, w.private()))
	return servers, err
}

// serve runs networks, the web servers, the canary and what else goes on beside them, until
// ctx is done or all networks have ended.
func serve(ctx context.Context, notes outbox.Store, log *slog.Logger, p *pipeline, w *watch, servers []*web.Server, all []network, with ...func(context.Context) error) error {
	texts, err := prompts.Load()
	if err != nil {
		return err
	}
	defer attend(notes, log)() //nolint:contextcheck // it outlives ctx
	cards := outbox.New(timedNotes{notes, w.Metrics}, cardTexts{p.answers, texts, p.peers}, log)
	defer cards.Close()
	if p.peers != nil {
		cards.Tell(p.peers)
	}
	c := courier.New(p.Responder, cards, w.claims(notes), log)
	w.carriers(cards, c)
	w.kept(notes, p, all)
	defer func() { //nolint:contextcheck // ctx is done by then
		ctx, cancel := context.WithTimeout(context.Background(), shutdown)
		defer cancel()
		c.Close(ctx)
	}()
	var outbound []outbox.Network
	for _, n := range all {
		outbound = append(outbound, n.outbound())
	}
	nest := outbox.Network{Name: canary.Network, Sender: w.canary}
	senders := append(slices.Clone(outbound), nest)
	resumeLater := retried(ctx, notes, log, func(ctx context.Context) error { return cards.Resume(ctx, senders) })
	if resumeLater != nil {
		with = append(slices.Clone(with), resumeLater)
	}
	defer share(ctx, notes, log, p)()
	defer takeOver(ctx, notes, cards, senders)()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var beside errgroup.Group
	for _, server := range servers {
		log.Info("the web server listens", "address", server.Address())
		beside.Go(func() error { return server.Run(ctx) })
	}
	for _, run := range with {
		beside.Go(func() error { return apart(ctx, run, log) })
	}
	beside.Go(func() error { return w.canary.Run(ctx, c.Handler(nest)) })
	var running errgroup.Group // one network that ends does not end the others
	for i, n := range all {
		running.Go(func() error {
			err := n.Run(ctx, c.Handler(outbound[i]))
			if err != nil {
				log.Error("a chat network has ended", "network", n.Name(), "err", err)
				return fmt.Errorf("%s: %w", n.Name(), err)
			}
			return nil
		})
	}
	err = running.Wait()
	stop()
	return errors.Join(err, beside.Wait())
}

// apart runs what goes on beside the networks. A bug in it must cost nobody the card, so
// a panic ends it alone.
func apart(ctx context.Context, run func(context.Context) error, log *slog.Logger) error {
	defer func() {
		if recover() != nil { // what it was may hold words of somebody
			log.Error("a part of the program has ended by a bug: cards and answers go on; start again to have it back", "stack", string(debug.Stack()))
		}
	}()
	return run(ctx)
}

// cardTexts makes the replies that the outbox sends by itself.
type cardTexts struct {
	answers *answer.Answers
	texts   map[string]prompts.Texts
	peers   *rota.Rota // nil without a store
}

// Card makes the reply of a note again.
func (t cardTexts) Card(c outbox.Card) (chat.Reply, bool) {
	reply, ok := t.answers.NamedCard(c.Name, c.Lang, c.Kind)
	if !ok {
		reply, _ = t.answers.NamedCard(prompts.Crisis, c.Lang, chat.Crisis)
	}
	if !c.Direct {
		reply.Buttons = append(reply.Buttons, t.answers.PrivateCopy(reply.Card.Name, reply.Lang))
	} else if t.peers != nil {
		reply.Buttons = append(reply.Buttons, t.peers.Offer(c.To, reply.Lang)...)
	}
	return reply, ok
}

// Alert is what moderators are told.
func (t cardTexts) Alert(c outbox.Card, link string) chat.Reply {
	text := prompts.Fill(t.texts[string(chat.English)].Alert, "level", c.Kind.String(), "time", c.At.UTC().Format("15:04:05"), "link", link)
	return chat.Reply{Kind: chat.Notice, Lang: chat.English, Text: text}
}
