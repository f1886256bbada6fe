// Package console is the moderators' page: entries, their review, what people ask, a
// playground, figures and the audit. Pages are made on the server and work without a
// script; a script only shows faults while somebody types.
//
// Nobody comes in without a role. Every request finds the session anew, and what the
// person may do by now; nothing that a request says about its sender is believed.
// What a page shows of a community is that of the session and no other.
package console

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"kapbot/internal/chat"
	"kapbot/internal/desk"
	"kapbot/internal/faq"
	"kapbot/internal/web/session"
)

// Path is where the console is mounted.
const Path = "/console/"

// People says what somebody may be by now, where a network can tell.
type People interface {
	// Person returns a member of a community with the roles of today. An error leaves
	// those that the link was made with, for a few minutes.
	Person(ctx context.Context, network chat.Network, space, id string) (chat.Person, error)
}

// A Preview shows a reply as one network would.
type Preview struct {
	Network chat.Network
	Name    string // for people
	Show    func(chat.Reply) template.HTML
}

// Options is what a console works with. Those that may be nil leave their pages empty.
type Options struct {
	URL       string // the public address, such as https://kap.example.org
	Desk      *desk.Desk
	Questions Questions
	Sessions  session.Store
	Roles     desk.Roles
	People    People // may be nil
	// Reply is what an entry would be shown as.
	Reply      func(faq.Entry) chat.Reply
	Previews   []Preview
	Playground Playground // may be nil
	Figures    Figures    // may be nil
	Log        *slog.Logger
	Now        func() time.Time
}

// A Console serves the pages below Path.
type Console struct {
	Options
	keeper *session.Keeper
	pages  map[string]*template.Template
	mux    *http.ServeMux
	cross  *http.CrossOriginProtection
	enters *rate.Limiter // links that are tried, from everywhere
	secure bool          // the address is https
}

// New returns a console.
func New(o Options) (*Console, error) {
	at, err := url.Parse(o.URL)
	if err != nil || at.Host == "" {
		return nil, errors.New("make the console: its address is not a URL")
	}
	c := &Console{
		Options: o, keeper: session.New(o.Sessions, o.Now), mux: http.NewServeMux(), cross: http.NewCrossOriginProtection(),
		enters: rate.NewLimiter(10, 50), secure: at.Scheme == "https",
	}
	if err := c.cross.AddTrustedOrigin(at.Scheme + "://" + at.Host); err != nil {
		return nil, fmt.Errorf("make the console: %w", err)
	}
	if c.pages, err = parsePages(); err != nil {
		return nil, err
	}
	for _, r := range c.routes() {
		c.mux.Handle(r.Method+" "+r.Pattern, c.guard(r))
	}
	return c, nil
}

// ErrLink says why there is no link.
var ErrLink = session.ErrTooMany

// Link makes a link that lets a person in once. It is meant for that person alone.
func (c *Console) Link(ctx context.Context, network chat.Network, space string, p chat.Person) (string, error) {
	if c.Roles.Of(network, p) < desk.Moderator {
		return "", &desk.DeniedError{Need: desk.Moderator}
	}
	secret, err := c.keeper.Link(ctx, session.Pass{Network: network, Space: space, Person: p})
	if err != nil {
		return "", fmt.Errorf("make a link: %w", err)
	}
	return strings.TrimSuffix(c.URL, "/") + Path + "enter?key=" + secret, nil
}

// ServeHTTP answers a request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	protect(w.Header(), c.secure)
	c.mux.ServeHTTP(w, r)
}

// protect sets what keeps browsers from running, framing, keeping or leaking a page.
func protect(h http.Header, secure bool) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "no-store")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
