package discord

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"kapbot/bots"
)

// Close codes of the gateway after which trying the same again does not help.
const (
	closeUnauthorized = 4004
	closeBadShard     = 4010
	closeSharding     = 4011
	closeBadIntents   = 4013
	closeNoIntents    = 4014 // an intent that is not switched on in the portal
)

// settle is how long a connection that is down is left alone. The heartbeat that
// discordgo keeps for it may notice late, and would then close the next one.
const settle = 250 * time.Millisecond

// shard keeps one connection to the gateway. discordgo resumes the session and
// Discord sends again what was missed; the responder drops what it had before.
func (p *Platform) shard(ctx context.Context, h bots.Handler, id, count int, logins *rate.Limiter) error {
	s, err := p.session(20 * time.Second)
	if err != nil {
		return err
	}
	s.ShardID, s.ShardCount = id, count
	s.Identify.Intents = discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages | discordgo.IntentsMessageContent
	s.Dialer = &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: 20 * time.Second, NetDialContext: p.dial}
	down := make(chan struct{}, 1)
	s.AddHandler(func(*discordgo.Session, *discordgo.Disconnect) {
		select {
		case down <- struct{}{}:
		default:
		}
	})
	p.listen(ctx, s, h)
	line := p.lines.Want()
	defer line.End()
	pause, up := time.Second, time.Now() // when the gateway was last within reach
	for ctx.Err() == nil {
		if err := logins.Wait(ctx); err != nil {
			return nil //nolint:nilerr // ctx is done, which is how Run ends
		}
		drain(down)
		began := time.Now()
		err := s.Open()
		if err == nil {
			line.Opened()
			p.Log.Info("connected to the gateway", "shard", id)
			select {
			case <-ctx.Done():
				if err := s.CloseWithCode(websocket.CloseNormalClosure); err != nil {
					p.Log.Warn("could not close the gateway", "shard", id, "err", clean(err))
				}
				return nil
			case <-down:
			}
			line.Lost()
			up = time.Now()
			p.Log.Warn("the gateway connection is down; resuming", "shard", id)
			if time.Since(began) > time.Minute {
				pause = time.Second
			}
			if sleep(ctx, settle) != nil {
				return nil
			}
			continue
		}
		if err := p.judge(s, err); err != nil {
			return err
		}
		if p.Leases != nil && time.Since(up) > p.StandBack {
			return errOutOfReach
		}
		p.Log.Warn("cannot connect to the gateway; trying again", "shard", id, "err", clean(err), "pause", pause.String())
		if sleep(ctx, pause) != nil {
			return nil
		}
		pause = min(2*pause, time.Minute)
		if p.Leases != nil {
			pause = min(pause, p.StandBack)
		}
	}
	return nil
}

func drain(c chan struct{}) {
	select {
	case <-c:
	default:
	}
}

// judge says what follows from a login that failed: an error where no further one
// would do better. Without the privileged intent the bot goes on with what it may
// read.
func (p *Platform) judge(s *discordgo.Session, err error) error {
	var closed *websocket.CloseError
	if !errors.As(err, &closed) {
		return nil
	}
	switch closed.Code {
	case closeUnauthorized:
		return errToken
	case closeBadShard, closeSharding:
		return fmt.Errorf("another number of shards is wanted (close code %d): set DISCORD_SHARDS=auto", closed.Code)
	case closeBadIntents:
		return errors.New("the intents that this version asks for are not known to Discord")
	case closeNoIntents:
		s.Identify.Intents &^= discordgo.IntentsMessageContent
		p.Log.Warn("the message content intent is off: in rooms I read only messages that mention me. To change that, switch on Message Content Intent on the page Bot of your application")
	}
	return nil
}

// dial opens a connection that counts as dead when nothing comes in for a while.
func (p *Platform) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err //nolint:wrapcheck // the dialer's error says what and where
	}
	return &mortal{Conn: conn, silence: p.Silence}, nil
}

// mortal is a connection that closes itself when nothing comes in for the time of
// silence. A live gateway confirms a heartbeat every 41 seconds. It closes without
// a word, so that the session can be resumed.
type mortal struct {
	net.Conn
	silence time.Duration
}

func (m *mortal) Read(b []byte) (int, error) {
	if err := m.SetReadDeadline(time.Now().Add(m.silence)); err != nil {
		return 0, err //nolint:wrapcheck // a connection's own errors pass through
	}
	n, err := m.Conn.Read(b)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return n, errors.Join(err, m.Close())
	}
	return n, err //nolint:wrapcheck // a connection's own errors pass through
}
