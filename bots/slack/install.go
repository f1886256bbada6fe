package slack

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/slack-go/slack"
)

// authorize is Slack's page on which somebody allows the app.
const authorize = "https://slack.com/oauth/v2/authorize"

// stateCookie ties the way back from Slack to the browser that went there.
const stateCookie = "kapbot_slack_state"

// stateFor is how long somebody may take on Slack's page, in seconds.
const stateFor = 600

// A Box keeps sealed secrets.
type Box interface {
	PutSecret(ctx context.Context, name string, sealed []byte) error
	Secret(ctx context.Context, name string) (sealed []byte, ok bool, err error)
	DropSecret(ctx context.Context, name string) error
}

// A Sealer encrypts secrets; *vault.Vault is one.
type Sealer interface {
	Seal(name string, secret []byte) []byte
	Open(name string, sealed []byte) ([]byte, error)
}

// Many is the Installations of an app that any workspace may install. Their tokens
// are encrypted at rest.
type Many struct {
	box  Box
	seal Sealer
}

var (
	_ Installations = (*Many)(nil)
	_ Remover       = (*Many)(nil)
)

// NewMany returns the workspaces whose tokens are in a box.
func NewMany(box Box, seal Sealer) *Many { return &Many{box, seal} }

func boxName(team string) string { return "slack " + team }

// Find returns a workspace's installation.
func (m *Many) Find(ctx context.Context, team string) (Installation, error) {
	sealed, ok, err := m.box.Secret(ctx, boxName(team))
	if err != nil {
		return Installation{}, fmt.Errorf("read the installation of a workspace: %w", err)
	}
	if !ok {
		return Installation{}, ErrNotInstalled
	}
	plain, err := m.seal.Open(boxName(team), sealed)
	if err != nil {
		return Installation{}, fmt.Errorf("open the token of workspace %s; is SLACK_TOKEN_KEY the one it was kept with? %w", team, err)
	}
	var i Installation
	if err := json.Unmarshal(plain, &i); err != nil {
		return Installation{}, fmt.Errorf("read the installation of workspace %s: %w", team, err)
	}
	return i, nil
}

// Save keeps an installation, in the place of an older one.
func (m *Many) Save(ctx context.Context, i Installation) error {
	plain, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("write an installation: %w", err)
	}
	if err := m.box.PutSecret(ctx, boxName(i.Team), m.seal.Seal(boxName(i.Team), plain)); err != nil {
		return fmt.Errorf("keep the installation of workspace %s: %w", i.Team, err)
	}
	return nil
}

// Remove forgets a workspace.
func (m *Many) Remove(ctx context.Context, team string) error {
	if err := m.box.DropSecret(ctx, boxName(team)); err != nil {
		return fmt.Errorf("forget workspace %s: %w", team, err)
	}
	return nil
}

// An Installer lets workspaces install the app (OAuth 2).
type Installer struct {
	ClientID, ClientSecret string
	Address                string // the app's public https address
	Setup                  Setup
}

// InstallEndpoints are the pages for installing: one sends people to Slack, one
// takes them back and keeps the token.
func (p *Platform) InstallEndpoints(i Installer, into *Many) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+pathInstall, i.begin)
	mux.HandleFunc("GET "+pathRedirect, func(w http.ResponseWriter, r *http.Request) {
		if err := p.installed(r, i, into); err != nil {
			p.o.Log.Warn("an installation in Slack failed", "err", err)
			say(w, http.StatusBadRequest, p.o.App.NotInstalled)
			return
		}
		say(w, http.StatusOK, p.o.App.Installed)
	})
	return mux
}

func (i Installer) begin(w http.ResponseWriter, r *http.Request) {
	state := rand.Text()
	http.SetCookie(w, &http.Cookie{
		Name: stateCookie, Value: state, Path: pathRedirect, MaxAge: stateFor, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode,
	})
	query := url.Values{
		"client_id": {i.ClientID}, "scope": {strings.Join(i.Setup.Scopes(), ",")}, "state": {state}, "redirect_uri": {i.Address + pathRedirect},
	}
	http.Redirect(w, r, authorize+"?"+query.Encode(), http.StatusFound)
}

var (
	errState  = errors.New("the way back from Slack does not belong to a way there from this browser")
	errCancel = errors.New("somebody pressed Cancel in Slack")
)

// installed exchanges the code that Slack gave somebody for the bot's token.
func (p *Platform) installed(r *http.Request, i Installer, into *Many) error {
	sent, err := r.Cookie(stateCookie)
	if err != nil || subtle.ConstantTimeCompare([]byte(sent.Value), []byte(r.URL.Query().Get("state"))) != 1 {
		return errState
	}
	if r.URL.Query().Has("error") {
		return errCancel
	}
	ctx, cancel := context.WithTimeout(r.Context(), callFor)
	defer cancel()
	got, err := slack.GetOAuthV2ResponseContext(ctx, p.clients.rest, i.ClientID, i.ClientSecret, r.URL.Query().Get("code"), i.Address+pathRedirect,
		slack.OAuthOptionAPIURL(p.o.APIURL))
	if err != nil {
		return fmt.Errorf("exchange the code of an installation: %w", withoutURL(err))
	}
	found := Installation{Team: got.Team.ID, Token: got.AccessToken, BotUser: got.BotUserID}
	api := slack.New(found.Token, slack.OptionAPIURL(p.o.APIURL), slack.OptionHTTPClient(p.clients.rest))
	if auth, err := api.AuthTestContext(ctx); err == nil {
		found.URL = auth.URL
	}
	p.clients.forget(found.Team)
	return into.Save(ctx, found)
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}
