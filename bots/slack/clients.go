package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// An Installation is the app in one workspace.
type Installation struct {
	Team    string // the workspace's id
	Token   string // the bot's
	BotUser string // the bot's user id; empty if it is not known yet
	URL     string // the workspace's address, with a slash at its end
}

// Installations knows the workspaces.
type Installations interface {
	// Find returns one; the error is ErrNotInstalled if the app is not there.
	Find(ctx context.Context, team string) (Installation, error)
}

// ErrNotInstalled says that the app has no token for a workspace.
var ErrNotInstalled = errors.New("the app is not installed in this workspace")

// clients holds a client for each workspace, twice: cards have connections of
// their own, so that no answer is in their way.
type clients struct {
	url           string
	installations Installations
	rest, cards   *http.Client

	mu   sync.Mutex
	seen map[string]Installation
}

func newClients(url string, installations Installations) *clients {
	own := func() *http.Client {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 16
		t.DialContext = dial
		return &http.Client{Transport: inTime{t}, Timeout: 30 * time.Second}
	}
	return &clients{url: url, installations: installations, rest: own(), cards: own(), seen: map[string]Installation{}}
}

func (c *clients) close() {
	c.rest.CloseIdleConnections()
	c.cards.CloseIdleConnections()
}

// dial opens a connection that takes back what has not been sent when it is closed. A
// request that was given up is sent again or looked for; the system would go on trying
// to deliver it for minutes, and one that arrives after that is a second card.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: callFor, KeepAlive: 15 * time.Second}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err //nolint:wrapcheck // the dialer's error says what and where
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		if err := tcp.SetLinger(0); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// inTime begins no request whose time is over. The timer of a context may not have run
// yet in a process that was stopped for a while, and what it was about to send may have
// been sent by another one: Slack does not take two of the same for one.
type inTime struct{ *http.Transport }

func (t inTime) RoundTrip(r *http.Request) (*http.Response, error) {
	if until, ok := r.Context().Deadline(); ok && !time.Now().Before(until) {
		if r.Body != nil {
			_ = r.Body.Close() // as every carrier of requests has to; it was not read
		}
		return nil, context.DeadlineExceeded
	}
	return t.Transport.RoundTrip(r) //nolint:wrapcheck // the transport's errors are the client's
}

// installation returns a workspace's, from memory if it was asked for before: a
// card must not wait for a disk.
func (c *clients) installation(ctx context.Context, team string) (Installation, error) {
	c.mu.Lock()
	found, ok := c.seen[team]
	c.mu.Unlock()
	if ok {
		return found, nil
	}
	found, err := c.installations.Find(ctx, team)
	if err != nil {
		return Installation{}, fmt.Errorf("find the token of a workspace: %w", err)
	}
	if found.BotUser != "" { // else more may become known of it
		c.mu.Lock()
		c.seen[team] = found
		c.mu.Unlock()
	}
	return found, nil
}

// forget drops what is known of a workspace, so that it is asked for again.
func (c *clients) forget(team string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.seen, team)
}

// of returns the client of a workspace.
func (c *clients) of(ctx context.Context, team string, card bool) (*slack.Client, error) {
	i, err := c.installation(ctx, team)
	if err != nil {
		return nil, err
	}
	http := c.rest
	if card {
		http = c.cards
	}
	return slack.New(i.Token, slack.OptionAPIURL(c.url), slack.OptionHTTPClient(http)), nil
}

// One is the Installations of an app that is in one workspace, with the token from
// its pages. Every delivery is from there.
type One struct {
	token, url string
	mu         sync.Mutex
	known      Installation
	title      string // of the workspace
}

// NewOne returns the workspace of a token. apiURL is empty for the real Slack.
func NewOne(token, apiURL string) *One {
	if apiURL == "" {
		apiURL = slack.APIURL
	}
	return &One{token: token, url: apiURL, known: Installation{Token: token}}
}

// Learn asks Slack about the workspace. Without it, the bot works all the same and
// knows no addresses to link to. The error is what Slack says of the token.
func (o *One) Learn(ctx context.Context) error {
	http := &http.Client{Timeout: callFor}
	defer http.CloseIdleConnections()
	auth, err := slack.New(o.token, slack.OptionAPIURL(o.url), slack.OptionHTTPClient(http)).AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("ask Slack about SLACK_BOT_TOKEN: %w", err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.known = Installation{Team: auth.TeamID, Token: o.token, BotUser: auth.UserID, URL: auth.URL}
	o.title = auth.Team
	return nil
}

// home is where events come from, once it is known.
func (o *One) home() home {
	o.mu.Lock()
	defer o.mu.Unlock()
	return home{o.known.Team, o.known.BotUser}
}

// name is what people call the workspace, once it is known.
func (o *One) name() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.title
}

// Find returns the workspace of the token.
func (o *One) Find(_ context.Context, team string) (Installation, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found := o.known
	found.Team = team
	return found, nil
}
