// Package config reads what kapbot is told from outside: the environment and a
// file .env, into one struct that is checked as a whole. A variable that is set
// in the environment wins over the file. Any variable NAME may instead be read from
// the file that NAME_FILE names, which is how systemd, Docker and Kubernetes hand over
// secrets. Each fault names the variable and says how to mend it; none holds a token.
//
// The crisis path needs nothing of this: a wrong setting stops the start and
// never a card.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/joho/godotenv"

	"kapbot/internal/desk"
	"kapbot/internal/vault"
)

// Config is everything that can be set. The tags are the names that
// .env.example lists.
type Config struct {
	// Store is the path of the SQLite file that is the store, Database the URL of a
	// PostgreSQL database that is it instead.
	Store    string `env:"KAPBOT_STORE" envDefault:"kapbot.db"`
	Database Secret `env:"DATABASE_URL"`
	// Listen is the address of the web server; empty for none. Slack over HTTP
	// needs it.
	Listen string `env:"KAPBOT_LISTEN"`
	// URL is the public address of the web server, for the moderators' console;
	// without it there is no console.
	URL string `env:"KAPBOT_URL"`
	// Metrics is the address at which counts and states are read, by those who run
	// the program; empty for none.
	Metrics string `env:"KAPBOT_METRICS"`
	// Roles says who are moderators; see desk.ParseRoles for its form.
	Roles []string `env:"KAPBOT_ROLES"`
	// Key encrypts who is to be told of an answer. Without it nobody is told.
	Key Secret `env:"KAPBOT_KEY"`
	// OneModerator lets moderators publish what they wrote themselves.
	OneModerator bool `env:"KAPBOT_ONE_MODERATOR"`
	// ReviewGrace is after how many days an entry on law, cost or safety is taken away
	// that was not reviewed in time.
	ReviewGrace int `env:"KAPBOT_REVIEW_GRACE" envDefault:"30"`
	Discord     Discord
	Slack       Slack
	Model       Model
}

// Discord is what the adapter for Discord needs. Without a token it is off.
type Discord struct {
	Token Secret `env:"DISCORD_TOKEN"`
	// SupportChannels are answered in whole, WatchChannels are read for signs of
	// a crisis only. Both hold channel ids.
	SupportChannels []string `env:"DISCORD_SUPPORT_CHANNELS"`
	WatchChannels   []string `env:"DISCORD_WATCH_CHANNELS"`
	// AlertChannel is where moderators hear of a card that could not be sent.
	AlertChannel string `env:"DISCORD_ALERT_CHANNEL"`
	// DeskChannel is where moderators hear of entries whose review is due.
	DeskChannel string `env:"DISCORD_DESK_CHANNEL"`
	// Shards is "auto" or a number of gateway connections.
	Shards string `env:"DISCORD_SHARDS" envDefault:"auto"`
}

// Slack is what the adapter for Slack needs. Without a bot token, and without the
// four of an app that any workspace may install, it is off.
type Slack struct {
	BotToken Secret `env:"SLACK_BOT_TOKEN"`
	// AppToken opens Socket Mode; with a SigningSecret, deliveries come over HTTP
	// instead.
	AppToken        Secret   `env:"SLACK_APP_TOKEN"`
	SigningSecret   Secret   `env:"SLACK_SIGNING_SECRET"`
	SupportChannels []string `env:"SLACK_SUPPORT_CHANNELS"`
	WatchChannels   []string `env:"SLACK_WATCH_CHANNELS"`
	AlertChannel    string   `env:"SLACK_ALERT_CHANNEL"`
	DeskChannel     string   `env:"SLACK_DESK_CHANNEL"`
	// The app's address, its id and secret, and the key that tokens are encrypted
	// with, for several workspaces.
	Address      string `env:"SLACK_ADDRESS"`
	ClientID     string `env:"SLACK_CLIENT_ID"`
	ClientSecret Secret `env:"SLACK_CLIENT_SECRET"`
	TokenKey     Secret `env:"SLACK_TOKEN_KEY"`
}

// On reports whether Slack is to be connected.
func (s Slack) On() bool { return s.BotToken.Set() || s.Many() }

// Many reports whether any workspace may install the app.
func (s Slack) Many() bool { return s.ClientID != "" }

// OverHTTP reports whether Slack delivers over HTTP, not over Socket Mode.
func (s Slack) OverHTTP() bool { return s.SigningSecret.Set() }

// Place is where the store is: the URL of a database, or the path of a file. It may
// hold a password.
func (c Config) Place() string {
	if c.Database.Set() {
		return c.Database.value
	}
	return c.Store
}

// Load reads the file .env in dir, if there is one, and the environment, given
// as os.Environ gives it.
func Load(dir string, environ []string) (Config, error) {
	values, err := readFile(filepath.Join(dir, ".env"))
	if err != nil {
		return Config{}, err
	}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok {
			values[name] = value
		}
	}
	for name, value := range values {
		values[name] = strings.TrimSpace(value)
	}
	if err := readNamed(dir, values); err != nil {
		return Config{}, err
	}
	c, err := env.ParseAsWithOptions[Config](env.Options{Environment: values})
	if err != nil {
		return Config{}, unreadable(values)
	}
	c.clean()
	return c, errors.Join(c.check(), c.Model.check())
}

// unreadable names the variables that are no number or time where one is wanted. The
// library's own errors hold the values.
func unreadable(values map[string]string) error {
	var names []string
	for name, value := range values {
		if _, err := env.ParseAsWithOptions[Config](env.Options{Environment: map[string]string{name: value}}); err != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return fmt.Errorf("%s: this is no number, time (such as 8s) or true or false as .env.example shows it; mend it or take it out", strings.Join(names, ", "))
}

// fromFile at the end of a variable's name says that its value stands in a file.
const fromFile = "_FILE"

// readNamed puts what stands in files into the place of their variables.
func readNamed(dir string, values map[string]string) error {
	fields, err := env.GetFieldParams(&Config{})
	if err != nil {
		return fmt.Errorf("list the settings: %w", err)
	}
	var faults []error
	for _, f := range fields {
		name := values[f.Key+fromFile]
		if name == "" {
			continue
		}
		if values[f.Key] != "" {
			faults = append(faults, fmt.Errorf("%s and %s are both set: take one of them out", f.Key, f.Key+fromFile))
			continue
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		text, err := os.ReadFile(filepath.Clean(name))
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: give the path of a file that kapbot may read and that holds the value of %s alone: %w", f.Key+fromFile, f.Key, err))
			continue
		}
		values[f.Key] = strings.TrimSpace(string(text))
	}
	return errors.Join(faults...)
}

// readFile reads a .env file. Its faults are told without the lines that hold
// them, which may be tokens.
func readFile(name string) (map[string]string, error) {
	f, err := os.Open(filepath.Clean(name))
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open the settings: %w", err)
	}
	values, err := godotenv.Parse(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read %s: a line is not of the form NAME=value; compare with .env.example", name)
	}
	return values, nil
}

// clean takes away what people copy along with a value.
func (c *Config) clean() {
	c.Discord.Token = Secret{strings.TrimPrefix(c.Discord.Token.value, "Bot ")}
	c.Slack.Address = strings.TrimSuffix(c.Slack.Address, "/")
	c.URL = strings.TrimSuffix(c.URL, "/")
	for _, list := range []*[]string{&c.Discord.SupportChannels, &c.Discord.WatchChannels, &c.Slack.SupportChannels, &c.Slack.WatchChannels} {
		var kept []string
		for _, id := range *list {
			if id = strings.Trim(id, " <#>"); id != "" {
				kept = append(kept, id)
			}
		}
		*list = kept
	}
}

var (
	snowflake    = regexp.MustCompile(`^[0-9]{15,21}$`)
	discordToken = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)
	slackChannel = regexp.MustCompile(`^[CGD][A-Z0-9]{6,}$`)
)

func (c Config) check() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if c.ReviewGrace < 0 {
		fault("KAPBOT_REVIEW_GRACE is below 0: write a number of days, such as 30")
	}
	if c.Store == "" {
		fault("KAPBOT_STORE is empty: give the path of a file, such as kapbot.db, or leave the line out")
	}
	if d := c.Database; d.Set() && !strings.HasPrefix(d.value, "postgres://") && !strings.HasPrefix(d.value, "postgresql://") {
		fault("DATABASE_URL is not the address of a PostgreSQL database: its form is postgres://user:password@host:5432/database; leave it out for a SQLite file")
	}
	if c.Metrics != "" && c.Metrics == c.Listen {
		fault("KAPBOT_METRICS and KAPBOT_LISTEN are the same address: give KAPBOT_METRICS one that only you can reach, such as 127.0.0.1:9464")
	}
	if t := c.Discord.Token; t.Set() && !discordToken.MatchString(t.value) {
		fault("DISCORD_TOKEN is not a bot token: copy it whole from the page Bot of your application (three parts with dots between them)")
	}
	channels := func(name string, ids []string, form *regexp.Regexp, how string) {
		for i, id := range ids {
			if !form.MatchString(id) {
				fault("%s, entry %d, is not a channel id: %s", name, i+1, how)
			}
		}
	}
	for i, role := range c.Roles {
		if _, err := desk.ParseRoles([]string{role}); err != nil {
			fault("KAPBOT_ROLES, entry %d: %w", i+1, desk.ErrRole)
		}
	}
	key := func(name string, s Secret) {
		if _, err := vault.ParseKey(s.value); s.Set() && err != nil {
			fault("%s: %w", name, err)
		}
	}
	key("KAPBOT_KEY", c.Key)
	key("SLACK_TOKEN_KEY", c.Slack.TokenKey)
	const discordHow = "turn on Developer Mode in Discord, then right-click the channel and choose Copy Channel ID"
	channels("DISCORD_SUPPORT_CHANNELS", c.Discord.SupportChannels, snowflake, discordHow)
	channels("DISCORD_WATCH_CHANNELS", c.Discord.WatchChannels, snowflake, discordHow)
	channels("DISCORD_ALERT_CHANNEL", one(c.Discord.AlertChannel), snowflake, discordHow)
	channels("DISCORD_DESK_CHANNEL", one(c.Discord.DeskChannel), snowflake, discordHow)
	if n, err := strconv.Atoi(c.Discord.Shards); c.Discord.Shards != "auto" && (err != nil || n < 1) {
		fault(`DISCORD_SHARDS is %q: write "auto" or a number from 1 up`, c.Discord.Shards)
	}
	prefix := func(name string, s Secret, want, from string) {
		if s.Set() && !strings.HasPrefix(s.value, want) {
			fault("%s does not begin with %s: copy the token from %s of your Slack app", name, want, from)
		}
	}
	prefix("SLACK_BOT_TOKEN", c.Slack.BotToken, "xoxb-", "OAuth & Permissions")
	prefix("SLACK_APP_TOKEN", c.Slack.AppToken, "xapp-", "Basic Information, App-Level Tokens,")
	const slackHow = "open the channel's details in Slack; the id is at the bottom"
	channels("SLACK_SUPPORT_CHANNELS", c.Slack.SupportChannels, slackChannel, slackHow)
	channels("SLACK_WATCH_CHANNELS", c.Slack.WatchChannels, slackChannel, slackHow)
	channels("SLACK_ALERT_CHANNEL", one(c.Slack.AlertChannel), slackChannel, slackHow)
	channels("SLACK_DESK_CHANNEL", one(c.Slack.DeskChannel), slackChannel, slackHow)
	c.checkURL(fault)
	c.Slack.check(c.Listen, fault)
	return errors.Join(faults...)
}

// checkURL holds the address of the console to https, but on the machine itself.
func (c Config) checkURL(fault func(format string, args ...any)) {
	if c.URL == "" {
		return
	}
	at, err := url.Parse(c.URL)
	here := err == nil && at.Scheme == "http" && (at.Hostname() == "localhost" || at.Hostname() == "127.0.0.1")
	if err != nil || at.Host == "" || at.Path != "" || at.Scheme != "https" && !here {
		fault("KAPBOT_URL is not an address that can be used: give the one at which moderators reach this program, such as https://kap.example.org (http only for localhost)")
	}
	if c.Listen == "" {
		fault("KAPBOT_LISTEN is missing: with KAPBOT_URL there is a console; set it to an address such as :8080")
	}
}

// check finds what is missing beside what is set.
func (s Slack) check(listen string, fault func(format string, args ...any)) {
	if !s.On() {
		return
	}
	if !s.AppToken.Set() && !s.OverHTTP() {
		fault("SLACK_APP_TOKEN is missing: make an app-level token with connections:write on Basic Information of your Slack app, or set SLACK_SIGNING_SECRET for deliveries over HTTP")
	}
	if s.OverHTTP() && listen == "" {
		fault("KAPBOT_LISTEN is missing: with SLACK_SIGNING_SECRET, Slack delivers over HTTP; set it to an address such as :8080")
	}
	if !s.Many() {
		return
	}
	if s.BotToken.Set() {
		fault("SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set: take out the token if several workspaces may install the app, else the id")
	}
	if !s.ClientSecret.Set() {
		fault("SLACK_CLIENT_SECRET is missing: copy it from Basic Information of your Slack app")
	}
	if !s.OverHTTP() {
		fault("SLACK_SIGNING_SECRET is missing: an app for several workspaces needs it and a public address")
	}
	if !strings.HasPrefix(s.Address, "https://") {
		fault("SLACK_ADDRESS is not an https address: give the one at which Slack reaches this program, such as https://kap.example.org")
	}
	if !s.TokenKey.Set() {
		fault("SLACK_TOKEN_KEY is missing: make one with openssl rand -hex 32, or name a file that holds it in SLACK_TOKEN_KEY_FILE")
	}
}

func one(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}
