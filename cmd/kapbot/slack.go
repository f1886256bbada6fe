package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"kapbot/bots"
	"kapbot/bots/slack"
	"kapbot/internal/answer"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/outbox"
	"kapbot/internal/vault"
	"kapbot/prompts"
)

type slackCmd struct {
	Manifest slackManifestCmd `cmd:"" help:"Print the app manifest, to be pasted where Slack makes an app from one."`
}

type slackManifestCmd struct {
	Mode    string `enum:"socket,http" default:"socket" help:"How Slack delivers: socket needs no public address, http does (${enum})."`
	Address string `placeholder:"https://…" help:"The public address for http."`
	Rooms   bool   `default:"true" negatable:"" help:"Ask to read the rooms kapbot is in: needed to follow threads, edits and watched rooms."`
}

// Run prints the manifest as JSON.
func (c slackManifestCmd) Run(s streams) error {
	app, err := prompts.LoadSlack()
	if err != nil {
		return err
	}
	setup := slack.Setup{Rooms: c.Rooms}
	switch address := strings.TrimSuffix(c.Address, "/"); {
	case c.Mode == "http" && !strings.HasPrefix(address, "https://"):
		return errors.New("--mode http needs --address with the https address at which Slack reaches kapbot")
	case c.Mode == "http":
		setup.Address = address
	case address != "":
		return errors.New("--address is for --mode http: over Socket Mode kapbot has no address")
	}
	e := json.NewEncoder(s.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(setup.Manifest(app)); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}

// newSlack makes the adapter for Slack. notes keeps the tokens of several
// workspaces too.
func newSlack(c config.Slack, log *slog.Logger, a *answer.Answers, notes outbox.Store) (network, error) {
	o, err := slackOptions(c, log, a)
	if err != nil {
		return network{}, err
	}
	o.Directs, _ = notes.(slack.Directs) // nil without a store
	var many *slack.Many
	if c.Many() {
		if many, err = slackMany(c, notes); err != nil {
			return network{}, err
		}
		o.Installations = many
	} else {
		o.Installations = slack.NewOne(c.BotToken.Reveal(), "")
	}
	platform := slack.New(o)
	n := network{Platform: platform, Sender: platform, alerts: c.AlertChannel, desk: c.DeskChannel, rooms: o.Rooms}
	if c.OverHTTP() {
		mux := http.NewServeMux()
		mux.Handle("POST /slack/", platform.Endpoints())
		if many != nil {
			mux.Handle("GET /slack/", platform.InstallEndpoints(slack.Installer{
				ClientID: c.ClientID, ClientSecret: c.ClientSecret.Reveal(), Address: c.Address,
				Setup: slack.Setup{Address: c.Address, Rooms: true},
			}, many))
		}
		n.endpoints = map[string]http.Handler{"/slack/": mux}
	}
	return n, nil
}

func slackOptions(c config.Slack, log *slog.Logger, a *answer.Answers) (slack.Options, error) {
	texts, err := prompts.Load()
	if err != nil {
		return slack.Options{}, err
	}
	app, err := prompts.LoadSlack()
	if err != nil {
		return slack.Options{}, err
	}
	o := slack.Options{
		SigningSecret: c.SigningSecret.Reveal(), Rooms: bots.NewRooms(c.SupportChannels, c.WatchChannels), Texts: texts, App: app, Log: log,
		Alerts: c.AlertChannel,
		Home: []chat.Reply{
			a.Resources(chat.English), {Text: app.HomeAbout}, a.Topics(chat.English), {Text: app.HomePrivacy},
			{Text: prompts.Card(prompts.Line, string(chat.Spanish)), Lang: chat.Spanish},
		},
	}
	if !c.OverHTTP() {
		o.AppToken = c.AppToken.Reveal()
	}
	return o, nil
}

// slackMany opens the tokens of the workspaces.
func slackMany(c config.Slack, notes outbox.Store) (*slack.Many, error) {
	box, ok := notes.(slack.Box)
	if !ok {
		return nil, errors.New("the tokens of Slack's workspaces are in the store, which cannot be opened: mend KAPBOT_STORE")
	}
	key, err := vault.ParseKey(c.TokenKey.Reveal())
	if err != nil {
		return nil, fmt.Errorf("read SLACK_TOKEN_KEY: %w", err)
	}
	v, err := vault.New(key)
	if err != nil {
		return nil, fmt.Errorf("use SLACK_TOKEN_KEY: %w", err)
	}
	return slack.NewMany(box, v), nil
}
