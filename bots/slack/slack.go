// Package slack is the adapter for Slack: it turns what Slack delivers into chat
// events and shows replies as Block Kit messages. It decides nothing.
//
// Deliveries come over Socket Mode or, where the app has a public address, over
// HTTP (Endpoints); both are read by the same code. Slack wants each acknowledged
// within three seconds and delivers it again otherwise. The adapter acknowledges
// when the Handler returns, which is when a card that it asks for is noted on disk
// and on its way: a program that dies before has the event delivered again.
//
// Files: slack.go, http.go and catchup.go receive, incoming.go and interactions.go
// read, outgoing.go sends, render.go and mrkdwn.go word, home.go fills the app's own
// pages, manifest.go, install.go and doctor.go set it up, groups.go knows who is in which
// user group.
package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/lanes"
	"kapbot/prompts"
)

// Network is the name of this network in a Ref. In its Refs, Space is the
// workspace in which the app is installed, Channel and Thread are Slack's ids, and
// Message is a timestamp or, of a command or a pressed button, its trigger.
const Network chat.Network = "slack"

const (
	// ackWithin is when a command or a pressed button is acknowledged even if it is
	// still being handled: after three seconds Slack shows its person an error.
	ackWithin = 2 * time.Second
	// startWithin is how long a delivery waits for the platform to begin to run.
	startWithin = time.Second
	// waiting is how many deliveries may be handled or wait at once.
	waiting = 2000
	// callFor is how long a call that nobody waits for may take.
	callFor = 10 * time.Second
	// silence is how long the socket may be without a ping before it is taken for
	// dead. Slack pings every few seconds.
	silence = 30 * time.Second
)

// Options is what a Platform needs. Only Installations and Log must be given.
type Options struct {
	// AppToken opens Socket Mode. Without it, deliveries come through Endpoints.
	AppToken      string
	SigningSecret string // of Endpoints
	Installations Installations
	Rooms         *bots.Rooms
	Directs       Directs // nil for no look back at direct messages
	Alerts        string  // the channel in which moderators are told, for Checks
	Texts         map[string]prompts.Texts
	App           prompts.Slack // the words on the app's own pages
	Home          []chat.Reply  // what stands on the Home tab, in order
	Log           *slog.Logger
	// APIURL is Slack's Web API; empty for the real one.
	APIURL string
	// Silence is how long the socket may be quiet; zero for half a minute.
	Silence time.Duration
}

// Platform is the app in all its workspaces. Run it once.
type Platform struct {
	o       Options
	clients *clients
	hooks   *hooks
	threads *memory
	directs *recent[string, time.Time] // when a direct message was noted last
	groups  *groups
	lanes   *lanes.Lanes[lane]
	lines   bots.Lines

	mu      sync.RWMutex
	handler bots.Handler // while it runs
	begun   sync.Once
	runs    chan struct{} // closed once it has begun to run
}

var (
	_ bots.Platform = (*Platform)(nil)
	_ bots.Sender   = (*Platform)(nil)
	_ bots.Editor   = (*Platform)(nil)
	_ bots.Private  = (*Platform)(nil)
	_ bots.Finder   = (*Platform)(nil)
	_ bots.Linker   = (*Platform)(nil)
	_ bots.Checker  = (*Platform)(nil)

	_ bots.Connected = (*Platform)(nil)
)

// A lane keeps the events of one person in one conversation in order.
type lane struct {
	at   chat.Ref
	from string
}

// New returns a platform that is not connected yet.
func New(o Options) *Platform {
	if o.Silence == 0 {
		o.Silence = silence
	}
	if o.APIURL == "" {
		o.APIURL = slack.APIURL
	}
	p := &Platform{
		o: o, clients: newClients(o.APIURL, o.Installations), hooks: newHooks(), threads: newMemory(), directs: newRecent[string, time.Time](),
		lanes: lanes.New[lane](waiting), runs: make(chan struct{}),
	}
	p.groups = newGroups(p.askGroups, p.noGroups)
	return p
}

// Name returns Network.
func (*Platform) Name() chat.Network { return Network }

// Run receives until ctx is done. Over Socket Mode it ends with an error when
// Slack does not take the app's token; without it, it only waits while Endpoints
// receives.
func (p *Platform) Run(ctx context.Context, h bots.Handler) error {
	p.handle(h)
	defer p.lines.Run()()
	keeping, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { p.groups.keep(keeping) })
	defer func() {
		p.handle(nil) // from here on Endpoints start nothing
		stop()
		beside.Wait()
		p.lanes.Wait()
		p.clients.close()
	}()
	if one, ok := p.o.Installations.(*One); ok {
		_ = p.in(ctx, lane{}, func() { p.catchUp(ctx, h, one) })
	}
	if p.o.AppToken == "" {
		<-ctx.Done()
		return nil
	}
	return p.listen(ctx, h)
}

// in runs a job in a lane.
func (p *Platform) in(ctx context.Context, l lane, do func()) error {
	return p.lanes.Go(ctx, l, func() { p.caught(do) })
}

func (p *Platform) caught(do func()) { bots.Caught(p.o.Log, "Slack", do) }

// Connection reports on the socket. Over HTTP there is none: Slack comes by itself.
func (p *Platform) Connection() (up bool, again int64) { return p.lines.Connection() }

// handle says what takes the events that Endpoints receive.
func (p *Platform) handle(h bots.Handler) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handler = h
	if h != nil {
		p.begun.Do(func() { close(p.runs) })
	}
}

// awaitRun waits a moment for the platform to run. The web server may open before it,
// and Slack sends commands and pressed buttons only once.
func (p *Platform) awaitRun(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	select {
	case <-p.runs:
	case <-ctx.Done():
	}
}

// errPause says that the SDK's pauses between attempts have become long: it goes up
// to five minutes. People in danger do not have those.
var errPause = errors.New("the pause before the next attempt is too long")

// listen holds the socket, and opens it again with short pauses.
func (p *Platform) listen(ctx context.Context, h bots.Handler) error {
	line := p.lines.Want()
	defer line.End()
	for {
		err := p.session(ctx, h, line)
		line.Lost()
		switch {
		case ctx.Err() != nil:
			return nil
		case !errors.Is(err, errPause):
			return fmt.Errorf("connect to Slack with SLACK_APP_TOKEN: %w", err)
		}
		select {
		case <-time.After(p.pause()):
		case <-ctx.Done():
		}
	}
}

// pause is the longest one between two attempts to connect.
func (p *Platform) pause() time.Duration { return p.o.Silence / 2 }

// session runs the SDK's client until it ends.
func (p *Platform) session(ctx context.Context, h bots.Handler, line *bots.Line) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	api := slack.New("", slack.OptionAppLevelToken(p.o.AppToken), slack.OptionAPIURL(p.o.APIURL), slack.OptionHTTPClient(p.clients.rest))
	client := socketmode.New(api, socketmode.OptionPingInterval(p.o.Silence), socketmode.OptionDialer(&websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: callFor, WriteBufferSize: 32 << 10, // an acknowledgement in one frame
	}))
	ended := make(chan error, 1)
	go func() { ended <- client.RunContext(ctx) }()
	paused := false
	for {
		select {
		case e := <-client.Events:
			failed, ok := e.Data.(*slack.ConnectionErrorEvent)
			if limited := (*slack.RateLimitedError)(nil); ok && failed.Backoff > p.pause() && !errors.As(failed.ErrorObj, &limited) {
				paused = true
				cancel()
			}
			switch e.Type {
			case socketmode.EventTypeConnected:
				line.Opened()
			case socketmode.EventTypeConnecting, socketmode.EventTypeDisconnect:
				line.Lost()
			}
			p.receive(ctx, h, client, e)
		case err := <-ended:
			if paused {
				return errPause
			}
			return fmt.Errorf("hold the connection: %w", err)
		}
	}
}

// receive takes what the socket gives. Nothing of a delivery is logged.
func (p *Platform) receive(ctx context.Context, h bots.Handler, client *socketmode.Client, e socketmode.Event) {
	switch data := e.Data.(type) {
	case *slack.ConnectionErrorEvent:
		if ctx.Err() != nil { // it was told to stop
			return
		}
		p.o.Log.Warn("no connection to Slack; trying again", "attempt", data.Attempt, "err", withoutURL(data.ErrorObj))
	case *socketmode.ConnectedEvent:
		p.o.Log.Info("connected to Slack", "connection", data.ConnectionCount)
	case *socketmode.ErrorBadMessage:
		p.o.Log.Debug("Slack delivered something that the SDK does not know")
	}
	if e.Request == nil || e.Request.EnvelopeID == "" {
		return
	}
	id := e.Request.EnvelopeID
	p.take(ctx, h, e.Data, func(payload any) {
		ctx, cancel := context.WithTimeout(ctx, callFor)
		defer cancel()
		if err := client.AckCtx(ctx, id, payload); err != nil {
			p.o.Log.Debug("an acknowledgement was not sent; Slack will deliver again", "err", err)
		}
	})
}

// take hands a delivery on and acknowledges it, once, when it was handled. What people
// write waits for that as long as it takes: Slack delivers it again meanwhile, maybe to
// another replica, and a crisis that has not been read yet is not lost with this one.
// Commands and buttons are not delivered again, and are acknowledged when their time is
// nearly over. The acknowledgement of a form says what is wrong in it.
func (p *Platform) take(ctx context.Context, h bots.Handler, delivery any, ack func(payload any)) {
	var ev chat.Event
	var ok bool
	p.caught(func() { ev, ok = p.read(ctx, delivery) })
	if !ok {
		ack(nil) // delivered again, it would be read no better
		return
	}
	ev.From.Roles = p.groups.of(ev.At.Space, ev.From.ID, time.Now())
	if isDirect(ev.At.Channel) {
		p.sawDirect(ctx, ev.At.Channel)
	}
	acked := make(chan struct{}, 1)
	once := func(payload any) (first bool) {
		select {
		case acked <- struct{}{}:
			ack(payload)
			return true
		default:
			return false
		}
	}
	late := time.AfterFunc(ackWithin, func() {
		if _, again := delivery.(slackevents.EventsAPIEvent); !again {
			once(nil)
		}
	})
	err := p.in(ctx, lane{ev.At.Conversation(), ev.From.ID}, func() {
		defer once(nil) // after a bug, too: it would be delivered again, and handled no better
		answer := h.Handle(ctx, ev)
		late.Stop()
		wrong := mistakes(answer.Form)
		if first := once(wrong); answer.Form != nil && (wrong == nil || !first) {
			p.openForm(ctx, triggerOf(delivery), ev.At, *answer.Form)
		}
		if answer.Later {
			p.thinking(ctx, ev)
		}
	})
	if err != nil { // it will be delivered again
		late.Stop()
	}
}
