//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kapbot/bots/slack"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/platformtest/hosts"
	"kapbot/internal/platformtest/internet"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/internal/platformtest/wire"
	"kapbot/internal/store/storetest"
)

const (
	database    = "replicas"
	shards      = 2
	gateway     = "gateway.discord.gg"
	watchRoom   = "920000000000000002"
	supportRoom = "920000000000000003"
)

// A fleet is three processes of the program and the world around them.
type fleet struct {
	t        *testing.T
	discord  *discordserver.Server
	slack    *slackserver.Server
	team     slackserver.Team
	internet *internet.Internet
	cluster  *storetest.Cluster
	socket   string // of the cluster
	client   *http.Client
	all      [3]*process
	asleep   *process
	started  atomic.Uint64 // how many were ever started, the first ones

	said, troubles int
	strangers      int                  // on Slack
	crises         map[string]time.Time // when each was written
	slackCrises    map[string]time.Time // by the direct message that it is alone in
	asked          map[string]bool
	slackAsked     []string
	databaseAway   bool
	gap            map[int]time.Time // since when a shard has nobody
	longest        time.Duration
}

// newFleet makes them. Apart, each process is on a host of its own.
func newFleet(t *testing.T, apart bool) *fleet {
	w := &fleet{
		t: t, crises: map[string]time.Time{}, slackCrises: map[string]time.Time{}, asked: map[string]bool{}, gap: map[int]time.Time{},
		client: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
	}
	w.cluster = storetest.NewCluster(t)
	first, err := w.cluster.Create(t.Context(), "first")
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(first)
	if err != nil {
		t.Fatal(err)
	}
	w.socket = at.Query().Get("host")
	w.discord = discordserver.New(t)
	w.discord.HeartbeatEvery, w.discord.Shards, w.discord.Gateway = 10*time.Second, shards, gateway
	w.discord.Room(watchRoom)
	w.discord.Room(supportRoom)
	w.slack = slackserver.New(slackserver.App{Retries: retries()})
	t.Cleanup(w.slack.Close)
	w.team = w.slack.AddTeam("T0TEAM00", slack.Setup{Rooms: true}.Scopes()...)
	w.internet = internet.New(t, map[string]string{"discord.com": w.discord.URL(), gateway: w.discord.URL(), "slack.com": w.slack.APIURL()})
	for i := range w.all {
		w.all[i] = w.place(apart)
	}
	w.slack.SetRequestURL(w.spread() + "/slack")
	return w
}

// retries are Slack's, but that those who write do not wait for minutes.
func retries() []time.Duration {
	all := []time.Duration{time.Millisecond}
	for range 60 {
		all = append(all, 2*time.Second)
	}
	return all
}

// free is an address at which nobody listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

// spread hands what Slack delivers to one of the processes after the other, those that
// are not there any more among them.
func (w *fleet) spread() string {
	var n atomic.Uint64
	onward := &http.Transport{DisableKeepAlives: true}
	server := httptest.NewServer(&httputil.ReverseProxy{Transport: onward, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: w.all[n.Add(1)%max(1, w.started.Load())].listen})
	}, ErrorHandler: func(rw http.ResponseWriter, _ *http.Request, _ error) { rw.WriteHeader(http.StatusBadGateway) }})
	w.t.Cleanup(server.Close)
	return server.URL
}

// A process is the program, in a process of its own, and its ways to the world.
type process struct {
	host               *hosts.Host // nil for this machine
	database, networks *wire.Wire
	listen, metrics    string
	cmd                *exec.Cmd
	said               *bytes.Buffer
}

// The cables of a process that has a host.
const (
	toDatabase = iota
	toNetworks
	cables
)

// place makes room for a process.
func (w *fleet) place(apart bool) *process {
	p := &process{said: &bytes.Buffer{}}
	database, networks := "127.0.0.1", "127.0.0.1"
	if apart {
		p.host = hosts.New(w.t, cables)
		database, networks = p.host.Outside(toDatabase), p.host.Outside(toNetworks)
		inside := p.host.Inside(toNetworks)
		p.listen, p.metrics = inside+":8080", inside+":9090"
	} else {
		p.listen, p.metrics = free(w.t), free(w.t)
	}
	p.database = wire.New(w.t, database, "unix", filepath.Join(w.socket, ".s.PGSQL.5432"))
	p.networks = wire.New(w.t, networks, "tcp", w.internet.Address())
	return p
}

// cut cuts a process off from the database, or from Discord and Slack. The second is
// only possible with a host: a wire would bring later what nobody waits for any more.
func (p *process) cut(t *testing.T, cable int) {
	if p.host != nil {
		p.host.Pull(t, cable)
	} else {
		p.database.Cut()
	}
}

// mend ends each cut.
func (p *process) mend(t *testing.T) {
	p.database.Mend()
	if p.host != nil {
		p.host.Plug(t, toDatabase)
		p.host.Plug(t, toNetworks)
	}
}

// command returns the command of a process.
func (p *process) command() *exec.Cmd {
	if p.host != nil {
		return p.host.Command(os.Args[0])
	}
	return exec.Command(os.Args[0]) //nolint:noctx // it is killed
}

func (p *process) kill() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait() // its exit code says that it was killed
		p.cmd = nil
	}
}

func (w *fleet) launch(i int) {
	w.t.Helper()
	p := w.all[i]
	cmd := p.command()
	cmd.Env = append(w.internet.Env(), "HTTPS_PROXY=http://"+p.networks.Address(),
		childIn+"="+w.t.TempDir(), "PATH="+os.Getenv("PATH"), "GORACE="+os.Getenv("GORACE"),
		"DATABASE_URL=postgres://kapbot@"+p.database.Address()+"/"+database+"?sslmode=disable",
		"DISCORD_TOKEN=OTAwMDAwMDAwMDAwMDAwMDAx.test.token", "DISCORD_SHARDS="+strconv.Itoa(shards),
		"DISCORD_WATCH_CHANNELS="+watchRoom, "DISCORD_SUPPORT_CHANNELS="+supportRoom,
		"SLACK_BOT_TOKEN="+w.team.Token, "SLACK_SIGNING_SECRET="+w.slack.App().SigningSecret,
		"KAPBOT_LISTEN="+p.listen, "KAPBOT_METRICS="+p.metrics)
	cmd.Stderr = p.said
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	p.cmd = cmd
	w.started.Store(max(w.started.Load(), uint64(i)+1))
	w.t.Cleanup(p.kill)
}

func (w *fleet) signal(p *process, s syscall.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil {
		w.t.Error(err)
	}
}

// logs are what the processes have logged; they have to be dead by then.
func (w *fleet) logs() string {
	var all strings.Builder
	w.heal()
	for i, p := range w.all {
		p.kill()
		said := p.said.String()
		fmt.Fprintf(&all, "process %d: %s\n", i, said[max(0, len(said)-4000):])
	}
	return all.String()
}

// danger is a message that is a crisis.
func (w *fleet) danger(n int) string {
	return []string{"I want to kill myself", "I don't want to be here anymore, I have my gun next to me", "ya no quiero vivir", "k1ll mys3lf"}[n/20%4]
}

// slackSays lets somebody who has never written write on Slack, and returns the
// direct message that they write in.
func (w *fleet) slackSays(text string) (channel string) {
	w.strangers++
	user := fmt.Sprintf("U%06d", w.strangers)
	channel = "D" + user
	w.slack.AddUser(slackserver.User{ID: user, Team: w.team.ID})
	w.slack.AddChannel(slackserver.Channel{ID: channel, Kind: slackserver.Direct, Teams: []string{w.team.ID}, Members: []string{w.team.BotUser, user}})
	w.slack.Say(slackserver.Say{Channel: channel, User: user, Text: text})
	return channel
}

// get reads a page of a process; "" if it does not answer.
func (w *fleet) get(i int, path string) string {
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, "http://"+w.all[i].metrics+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := w.client.Do(req)
	if err != nil {
		return ""
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return ""
	}
	return string(body)
}

// metric waits until a process tells a value of a series.
func (w *fleet) metric(i int, series string, want float64) {
	w.t.Helper()
	w.await(fmt.Sprintf("%s %v of process %d", series, want, i), func() bool {
		for line := range strings.Lines(w.get(i, "/metrics")) {
			if value, ok := strings.CutPrefix(line, series+" "); ok {
				got, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
				return err == nil && got == want
			}
		}
		return false
	})
}

// count asks the database for a number.
func (w *fleet) count(query string) (n int) {
	w.t.Helper()
	db, err := sql.Open("pgx", "postgres://kapbot@/"+database+"?"+url.Values{"host": {w.socket}}.Encode())
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(w.t.Context(), query).Scan(&n); err != nil {
		return 0 // its table is not there yet
	}
	return n
}
