// Package discord is the adapter for Discord: gateway events and interactions in,
// messages and interaction responses out, over discordgo. It decides nothing.
//
// Three kinds of connection stand apart, so that none waits for another: the
// gateway (one per shard), requests for cards, and all other requests. Only the
// last wait for Discord's budget here; a card is sent at once, and sent again when
// Discord asks to wait.
package discord

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/lanes"
	"kapbot/prompts"
)

// Network is the name of this network in a Ref.
const Network chat.Network = "discord"

// Discord takes 50 requests a second from a bot. Of those, others is left to what
// is no card.
const others = 40

// inFlight is how many events are read at once at most; further ones wait in the
// gateway's connection.
const inFlight = 2000

// Options are what a Platform is made of. Token and Texts are needed.
type Options struct {
	Token  string
	Rooms  *bots.Rooms
	Alerts string                   // the moderators' channel, which Checks looks at too
	Shards string                   // "auto" (also when empty) or a number
	Texts  map[string]prompts.Texts // by language
	Log    *slog.Logger
	// Suggest returns questions that fit what somebody has typed so far.
	Suggest func(typed string, lang chat.Lang) []string
	// Desk names what moderators may pick; empty for nothing.
	Desk prompts.Desk
	// Entries returns entries that fit what a moderator has typed so far.
	Entries func(typed string) []chat.Choice
	// Directs remembers direct messages; nil for nowhere.
	Directs Directs
	// Leases keeps connections apart where there are several replicas; nil where
	// there is one.
	Leases Leases
	// Transport carries the requests; nil for the usual one. Tests lead it to a
	// server of their own, which also names the gateway.
	Transport http.RoundTripper
	// IdentifyEvery is the time between two logins to the gateway; zero for what
	// Discord asks for, five seconds.
	IdentifyEvery time.Duration
	// Silence is how long the gateway may say nothing, not even that it has heard a
	// heartbeat, before it counts as dead; zero for a minute less a few seconds.
	Silence time.Duration
	// StandBack is for how long the gateway may be out of reach before this replica
	// leaves a shard to others, and for how long it then does; zero for 15 seconds.
	StandBack time.Duration
}

// Platform is one bot on Discord.
type Platform struct {
	Options
	api    *discordgo.Session // requests that wait for their turn
	urgent *discordgo.Session // requests for cards
	budget *rate.Limiter
	known  atomic.Pointer[string] // the bot's user id, once it is known
	rooms  *rooms
	asked  *interactions
	forms  *forms
	lanes  *lanes.Lanes[lane]
	lines  bots.Lines
	// members are who is on which servers.
	members *members
}

// Leases lets one replica at a time have a connection: Discord would hand its events to
// each that has it.
type Leases interface {
	// Hold runs do whenever this replica alone holds what has the name, until ctx is
	// done or do ends by itself. The context of do ends if another one takes over.
	Hold(ctx context.Context, log *slog.Logger, name string, do func(ctx context.Context) error) error
}

// leased runs do under a lease, where there are leases. If the gateway cannot be reached
// from here, the lease is given back for a while: it may be reached from elsewhere.
func (p *Platform) leased(ctx context.Context, name string, do func(ctx context.Context) error) error {
	if p.Leases == nil {
		return do(ctx)
	}
	for {
		err := p.Leases.Hold(ctx, p.Log, name, do)
		if !errors.Is(err, errOutOfReach) {
			return err
		}
		p.Log.Warn("the gateway cannot be reached from here: other replicas may have the shard", "lease", name)
		if sleep(ctx, p.StandBack) != nil {
			return nil
		}
	}
}

// errOutOfReach says that the gateway could not be reached for a while.
var errOutOfReach = errors.New("the gateway is out of reach")

// A lane is one person in one conversation, whose events are handled in order.
type lane struct{ channel, person string }

var (
	_ bots.Platform = (*Platform)(nil)
	_ bots.Sender   = (*Platform)(nil)
	_ bots.Editor   = (*Platform)(nil)
	_ bots.Private  = (*Platform)(nil)
	_ bots.Finder   = (*Platform)(nil)
	_ bots.Linker   = (*Platform)(nil)

	_ bots.Connected = (*Platform)(nil)
)

// New returns a bot that is not connected yet. It can send already.
func New(o Options) (*Platform, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Silence == 0 {
		o.Silence = 55 * time.Second
	}
	if o.StandBack == 0 {
		o.StandBack = 15 * time.Second
	}
	if o.IdentifyEvery == 0 {
		o.IdentifyEvery = 5 * time.Second
	}
	p := &Platform{Options: o, budget: rate.NewLimiter(others, others), rooms: newRooms(), asked: newInteractions(), forms: newForms(), members: newMembers(), lanes: lanes.New[lane](inFlight)}
	var err error
	if p.api, err = p.session(20 * time.Second); err != nil {
		return nil, err
	}
	if p.urgent, err = p.session(5 * time.Second); err != nil {
		return nil, err
	}
	return p, nil
}

// session makes a session with connections of its own. discordgo's log is off: at
// some levels it holds whole messages.
func (p *Platform) session(timeout time.Duration) (*discordgo.Session, error) {
	s, err := discordgo.New("Bot " + p.Token)
	if err != nil {
		return nil, fmt.Errorf("make a Discord session: %w", err)
	}
	transport := p.Transport
	if transport == nil {
		transport = http.DefaultTransport.(*http.Transport).Clone()
	}
	s.Client = &http.Client{Timeout: timeout, Transport: transport}
	s.LogLevel = -1
	s.MaxRestRetries = 0
	s.ShouldRetryOnRateLimit = false
	s.StateEnabled = false
	s.SyncEvents = true
	s.ShouldReconnectOnError = false
	s.UserAgent = "DiscordBot (kapbot, 1)"
	return s, nil
}

// Name returns Network.
func (*Platform) Name() chat.Network { return Network }

// Run connects to the gateway and stays connected until ctx is done. It ends with
// an error only where trying again would not help, such as a wrong token.
func (p *Platform) Run(ctx context.Context, h bots.Handler) error {
	err := p.persist(ctx, "ask Discord who I am", func() error { return p.learnSelf(ctx, p.api) })
	if err != nil {
		return stopped(ctx, err)
	}
	gateway, err := p.advice(ctx)
	if err != nil {
		return stopped(ctx, err)
	}
	shards := gateway.Shards
	if n, err := strconv.Atoi(p.Shards); err == nil {
		shards = n
	}
	p.Log.Info("connecting to Discord", "bot", p.self(), "shards", shards, "logins_left", gateway.SessionStartLimit.Remaining)
	defer p.lanes.Wait()
	defer p.lines.Run()()
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { p.registerCommands(ctx); return nil })
	logins := rate.NewLimiter(rate.Every(p.IdentifyEvery), max(1, gateway.SessionStartLimit.MaxConcurrency))
	for id := range shards {
		work.Go(func() error {
			return p.leased(ctx, fmt.Sprintf("discord %s shard %d of %d", p.self(), id, shards), func(ctx context.Context) error {
				return p.shard(ctx, h, id, shards, logins)
			})
		})
	}
	return work.Wait() //nolint:wrapcheck // wrapped by shard
}

// Connection reports on the shards that this program holds.
func (p *Platform) Connection() (up bool, again int64) { return p.lines.Connection() }

// self is the bot's user id, or "" while it is not known.
func (p *Platform) self() string {
	if id := p.known.Load(); id != nil {
		return *id
	}
	return ""
}

// learnSelf finds out who the bot is. A bot that does not know itself would answer
// itself.
func (p *Platform) learnSelf(ctx context.Context, via *discordgo.Session) error {
	if p.self() != "" {
		return nil
	}
	me, err := via.User("@me", discordgo.WithContext(ctx))
	if err != nil {
		return failure(err)
	}
	p.known.Store(&me.ID)
	return nil
}

// advice asks how many shards to use and how many logins are left, and waits where
// there are none.
func (p *Platform) advice(ctx context.Context) (gateway *discordgo.GatewayBotResponse, err error) {
	err = p.persist(ctx, "ask Discord for its gateway", func() (err error) {
		gateway, err = p.api.GatewayBot(discordgo.WithContext(ctx))
		return err //nolint:wrapcheck // wrapped by persist
	})
	if err != nil {
		return nil, err
	}
	if limit := gateway.SessionStartLimit; limit.Total > 0 && limit.Remaining < gateway.Shards {
		wait := time.Duration(limit.ResetAfter) * time.Millisecond
		p.Log.Error("Discord allows no more logins for now", "wait", wait.String())
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
	return gateway, nil
}

// stopped is the error of a start that was cut off: none if ctx is done.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// persist repeats something that a start needs, with pauses up to a minute, until
// it works, ctx is done or Discord refuses it for good.
func (p *Platform) persist(ctx context.Context, what string, try func() error) error {
	for pause := time.Second; ; pause = min(2*pause, time.Minute) {
		err := failure(try())
		switch {
		case err == nil:
			return nil
		case status(err) == http.StatusUnauthorized:
			return fmt.Errorf("%s: %w", what, errToken)
		case errors.Is(err, bots.ErrRefused):
			return fmt.Errorf("%s: %w", what, err)
		}
		p.Log.Warn("Discord cannot be reached; trying again", "doing", what, "err", err, "pause", pause.String())
		if err := sleep(ctx, pause); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

// errToken says how to mend a token that Discord does not know.
var errToken = errors.New("the token is not accepted: copy it anew from the page Bot of your application into DISCORD_TOKEN")

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait: %w", ctx.Err())
	}
}

// Link returns the address of a message or channel.
func (p *Platform) Link(at chat.Ref) string {
	space := at.Space
	if space == "" {
		space = "@me"
	}
	link := "https://discord.com/channels/" + space + "/" + at.Channel
	if at.Message != "" && !isInteraction(at) {
		link += "/" + at.Message
	}
	return link
}

// Profile returns the address of a person's page, which is the same in every server.
func (p *Platform) Profile(_, person string) string {
	return "https://discord.com/users/" + person
}
