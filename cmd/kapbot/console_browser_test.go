package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/bots/discord"
	"kapbot/bots/slack"
	"kapbot/internal/chat"
	"kapbot/internal/config"
	"kapbot/internal/desk"
	"kapbot/internal/inbox"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
	"kapbot/internal/tally"
	"kapbot/prompts"
)

const (
	browserPatience = 8 * time.Minute      // of a busy machine; it takes half a minute
	support         = "920000000000000003" // a room of Discord that is answered in whole
	lounge          = "C0SUPPRT"           // and one of Slack
	annID           = "910000000000000001"
	cyID            = "910000000000000002"
	edited          = "what-is-kap"
	addedWords      = "This sentence was added by a moderator."
)

// A desktop is a bot on a Discord and a Slack, with its console.
type desktop struct {
	t       *testing.T
	discord *discordserver.Server
	slack   *slackserver.Server
	team    slackserver.Team
	url     string
	counts  tally.Store
	asked   inbox.Store
	folder  string // of the store
	log     *logged
	watch   *watch
	drafts  drafts
	all     []network // Discord, Slack
}

// TestTheConsoleInABrowser lets two moderators, one of Discord and one of Slack,
// correct an entry in a real browser, and asks the bot on both. It needs Node, npm and
// Chromium.
func TestTheConsoleInABrowser(t *testing.T) {
	node, chromium := browserTools(t)
	d := newDesktop(t)
	entry := d.url + "/console/entries/en/" + edited
	ann, bo, reader := d.linkOnDiscord(), d.linkOnSlack(), d.linkOnDiscord()

	ctx, cancel := context.WithTimeout(t.Context(), browserPatience)
	defer cancel()
	drive := exec.CommandContext(ctx, node, "drive.mjs")
	drive.Dir = filepath.Join("testdata", "browser")
	d.fillFigures()
	d.fillInbox()
	drive.Env = append(os.Environ(), "ANN="+ann, "BO="+bo, "READER="+reader, "ENTRY="+entry, "CHROMIUM="+chromium)
	drive.Stderr = &testOutput{t}
	says, err := drive.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	hears, err := drive.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := drive.Start(); err != nil {
		t.Fatal(err)
	}
	for step := bufio.NewScanner(says); step.Scan(); {
		switch step.Text() {
		case "submitted": // and answers nothing yet
			if strings.Contains(d.askOnDiscord(), addedWords) {
				t.Error("a draft answers")
			}
		case "published":
			d.answersWith(addedWords)
		}
		_, _ = io.WriteString(hears, "ok\n")
	}
	if err := drive.Wait(); err != nil {
		t.Fatalf("the browser: %v", err)
	}
}

// browserTools finds what the test needs, and installs the libraries that drive the
// browser.
func browserTools(t *testing.T) (node, chromium string) {
	t.Helper()
	var errs []error
	find := func(names ...string) (path string) {
		for _, name := range names {
			if path, err := exec.LookPath(name); err == nil {
				return path
			}
		}
		errs = append(errs, fmt.Errorf("there is no %s", names[0]))
		return ""
	}
	node, npm := find("node"), find("npm")
	chromium = find("chromium", "chromium-browser", "google-chrome")
	if len(errs) == 0 {
		install := exec.CommandContext(t.Context(), npm, "ci", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts")
		install.Dir = filepath.Join("testdata", "browser")
		if out, err := install.CombinedOutput(); err != nil {
			errs = append(errs, fmt.Errorf("npm ci: %w: %.300s", err, out))
		}
	}
	if len(errs) > 0 {
		t.Skip("NOT TESTED IN A BROWSER: ", errors.Join(errs...))
	}
	return node, chromium
}

// newDesktop starts everything. It ends with the test.
func newDesktop(t *testing.T) *desktop {
	t.Helper()
	file := storetest.File(t)
	d := &desktop{t: t, folder: filepath.Dir(file), log: &logged{}}
	log := slog.New(slog.NewJSONHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(d.log.text())
		}
	})
	p, err := newPipeline(unpacked().parts, log, config.Model{}, ".")
	if err != nil {
		t.Fatal(err)
	}
	notes, err := store.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	d.watch = newWatch(log, p)
	all := []network{d.openDiscord(log), d.openSlack(log)}
	var front http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { front.ServeHTTP(w, r) }))
	d.url = server.URL
	cfg := config.Config{URL: server.URL}

	if p.roles, err = desk.ParseRoles([]string{"discord:77=moderator", "slack:UBO=moderator", "slack:UCY=moderator", "slack:S0MODS=moderator"}); err != nil {
		t.Fatal(err)
	}
	d.counts, d.asked = notes, notes
	counts := newTally(notes, p, log)
	kept, err := openDesk(t.Context(), cfg, notes, p, log)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newCounter(cfg, log, p, kept); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(callPeers(t.Context(), notes, log, p, all), openInbox(cfg, notes, kept, log, p, all)); err != nil {
		t.Fatal(err)
	}
	if front, err = newConsole(cfg, log, p, kept, notes, counts, newPeople(all)); err != nil {
		t.Fatal(err)
	}
	d.all, d.drafts = all, newDrafts(t, kept, p.roles, notes, log)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	p.beside = append(p.beside, counts.Run, follow(kept, nil, p, log))
	go func() { ended <- serve(ctx, notes, log, p, d.watch, nil, all, p.beside...) }()
	t.Cleanup(func() {
		server.Close()
		stop()
		if err := errors.Join(<-ended, p.Close(), notes.Close()); err != nil {
			t.Error(err)
		}
		d.slack.Close()
	})
	d.await("both networks are connected", func() bool { return d.slack.Connections() > 0 && d.discord.Logins() > 0 })
	return d
}

func (d *desktop) openDiscord(log *slog.Logger) network {
	d.discord = discordserver.New(d.t)
	d.discord.Room(support)
	d.discord.Role(annID, "77")
	d.discord.Role(cyID, "77")
	texts, err := prompts.Load()
	if err != nil {
		d.t.Fatal(err)
	}
	rooms := bots.NewRooms([]string{support}, nil)
	p, err := discord.New(discord.Options{Token: discordserver.Token, Rooms: rooms, Texts: texts, Log: log, Transport: d.discord.Transport(), IdentifyEvery: time.Millisecond})
	if err != nil {
		d.t.Fatal(err)
	}
	return network{Platform: p, Sender: p, rooms: rooms}
}

func (d *desktop) openSlack(log *slog.Logger) network {
	setup := slack.Setup{Rooms: true}
	d.slack = slackserver.New(slackserver.App{PingEvery: 100 * time.Millisecond, AckWait: time.Minute, Events: setup.Events()})
	d.team = d.slack.AddTeam("T0TEAM00", setup.Scopes()...)
	d.slack.AddUser(slackserver.User{ID: "UBO", Team: d.team.ID})
	d.slack.AddUser(slackserver.User{ID: "UCY", Team: d.team.ID})
	d.slack.AddUser(slackserver.User{ID: "UDI", Team: d.team.ID})
	d.slack.SetGroup(d.team.ID, "S0MODS", "UDI")
	d.slack.AddChannel(slackserver.Channel{ID: lounge, Kind: slackserver.Public, Teams: []string{d.team.ID}, Members: []string{d.team.BotUser, "UBO", "UCY"}})
	texts, err := prompts.Load()
	if err != nil {
		d.t.Fatal(err)
	}
	app, err := prompts.LoadSlack()
	if err != nil {
		d.t.Fatal(err)
	}
	installed := slack.NewOne(d.team.Token, d.slack.APIURL())
	if err := installed.Learn(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	rooms := bots.NewRooms([]string{lounge}, nil)
	p := slack.New(slack.Options{
		AppToken: d.slack.App().Token, Installations: installed, Texts: texts, App: app, Log: log, Rooms: rooms,
		APIURL: d.slack.APIURL(), Silence: time.Minute, SigningSecret: d.slack.App().SigningSecret,
		Home: []chat.Reply{{Text: app.HomeAbout}},
	})
	return network{Platform: p, Sender: p, rooms: rooms}
}

// fillFigures makes up twelve weeks of the community on Slack.
func (d *desktop) fillFigures() {
	made := map[tally.Count]int{}
	for i := range 12 {
		add := func(n int, what, topic string) {
			made[tally.Count{Network: slack.Network, Space: d.team.ID, Monday: tally.Monday(time.Now()).AddDate(0, 0, -7*i), What: what, Topic: topic}] = n
		}
		add(60+17*i%50, tally.Asked, "")
		add(48+17*i%50*4/5, tally.Answered, "")
		add(3+i%4*2, tally.Cards, "")
		for j, topic := range []string{"cost", "va", "safety", "sessions", "evidence"} {
			add(20-3*j, tally.Topic, topic)
		}
	}
	if err := d.counts.AddCounts(d.t.Context(), made); err != nil {
		d.t.Fatal(err)
	}
}

// fillInbox sends questions of both communities, and votes.
func (d *desktop) fillInbox() {
	on := map[string]chat.Community{"slack": {Network: slack.Network, Space: d.team.ID}, "discord": {Network: discord.Network, Space: discordserver.Guild}}
	for i, line := range []string{
		"slack: Can I bring my dog to a session?", "slack: Are pets okay at the clinic?", "slack: Is there parking nearby?",
		"slack: My insurance said no. Can I ask them to look again?", "discord: How long is the waiting list?",
	} {
		network, text, _ := strings.Cut(line, ": ")
		at := time.Now().Add(time.Duration(i) * time.Millisecond)
		c := inbox.Cluster{ID: fmt.Sprint("cluster-", i), Of: on[network], Lang: chat.English, Opened: at}
		if _, err := d.asked.PutNote(d.t.Context(), c, inbox.Note{ID: fmt.Sprint("note-", i), Text: text, At: at}); err != nil {
			d.t.Fatal(err)
		}
	}
	for _, v := range []inbox.Vote{inbox.Helpful, inbox.Helpful, inbox.Helpful, inbox.NotHelpful, inbox.Wrong, inbox.Wrong} {
		if err := d.asked.CountVote(d.t.Context(), on["slack"], desk.Key{ID: edited, Lang: "en"}, 1, v); err != nil {
			d.t.Fatal(err)
		}
	}
}

// linkOnDiscord asks for a link with /kap console, as Ann.
func (d *desktop) linkOnDiscord() string {
	d.t.Helper()
	before := len(d.discord.Operations())
	d.discord.Command(support, annID, "console", "")
	link := ""
	d.await("a link on Discord", func() bool {
		for _, o := range d.discord.Operations()[before:] {
			for _, row := range o.Message.Components {
				for _, b := range row.Components {
					if strings.Contains(b.URL, "/console/enter") {
						link = b.URL
						if o.Message.Flags&64 == 0 {
							d.t.Fatal("others see the link")
						}
					}
				}
			}
		}
		return link != ""
	})
	return link
}

var slackLink = regexp.MustCompile(`http://127\.0\.0\.1:\d+/console/enter\?key=[\w-]+`)

// linkOnSlack does the same as Bo.
func (d *desktop) linkOnSlack() string {
	d.t.Helper()
	d.slack.Command(d.team.ID, lounge, "UBO", "console")
	link := ""
	d.await("a link on Slack", func() bool {
		for _, m := range d.slack.Bots(lounge) {
			if link = slackLink.FindString(string(m.Blocks)); link != "" && m.Ephemeral != "UBO" {
				d.t.Fatal("others see the link")
			}
		}
		return link != ""
	})
	return link
}

// askOnDiscord asks the question that the entry answers, and returns what is shown.
func (d *desktop) askOnDiscord() string {
	d.t.Helper()
	before := len(d.discord.Operations())
	d.discord.Say(support, annID, "What is ketamine-assisted psychotherapy?", discordserver.Said{})
	shown := ""
	d.await("an answer on Discord", func() bool {
		shown = ""
		for _, o := range d.discord.Operations()[before:] {
			shown += o.Text()
		}
		return strings.Contains(shown, "What is ketamine-assisted psychotherapy")
	})
	return shown
}

// answersWith asks on both networks until the answer holds the words, which takes two
// seconds.
func (d *desktop) answersWith(words string) {
	d.t.Helper()
	d.await("Discord answers with the new text", func() bool { return strings.Contains(d.askOnDiscord(), words) })
	d.await("Slack answers with the new text", func() bool {
		d.slack.Say(slackserver.Say{Channel: lounge, User: "UBO", Text: "What is ketamine-assisted psychotherapy?"})
		found := false
		d.await("an answer on Slack", func() bool {
			all := d.slack.Bots(lounge)
			for _, m := range all {
				found = found || strings.Contains(string(m.Blocks), words)
			}
			return len(all) > 0
		})
		return found
	})
}

// await waits for what takes a moment.
func (d *desktop) await(what string, done func() bool) {
	d.t.Helper()
	end := time.Now().Add(3 * time.Minute) // a machine may be busy
	for !done() {
		if time.Now().After(end) {
			d.t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(20 * time.Millisecond) // two servers and a browser have no common clock
	}
}

// testOutput writes what a program says to the test's log.
type testOutput struct{ t *testing.T }

func (l *testOutput) Write(p []byte) (int, error) {
	l.t.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}
