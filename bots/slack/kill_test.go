package slack_test

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/bots/bottest"
	"kapbot/bots/slack"
	"kapbot/internal/outbox"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
	"kapbot/prompts"
)

// The environment of the child of TestKill.
const (
	childURL   = "KAPBOT_TEST_SLACK_URL"
	childToken = "KAPBOT_TEST_SLACK_TOKEN"
	childApp   = "KAPBOT_TEST_SLACK_APP"
	childStore = "KAPBOT_TEST_STORE"
)

// TestChild is a bot in a process of its own, which is killed. By itself it does
// nothing.
func TestChild(t *testing.T) {
	url := os.Getenv(childURL)
	if url == "" {
		t.Skip("it runs as a child of TestKill")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	texts, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(ctx, os.Getenv(childStore))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	bot, err := bottest.Assemble(db, log)
	if err != nil {
		t.Fatal(err)
	}
	platform := slack.New(slack.Options{
		AppToken: os.Getenv(childApp), Installations: slack.NewOne(os.Getenv(childToken), url), Texts: texts, Log: log, APIURL: url,
		Rooms: bots.NewRooms([]string{support}, []string{watched}), Silence: time.Second,
	})
	network := outbox.Network{Name: slack.Network, Sender: platform}
	if err := bot.Outbox.Resume(ctx, []outbox.Network{network}); err != nil {
		t.Fatal(err)
	}
	if err := platform.Run(ctx, bot.Courier.Handler(network)); err != nil {
		t.Fatal(err)
	}
	bot.Close()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// child starts one and returns once it is connected.
func child(t *testing.T, s *slackserver.Server, team slackserver.Team, file string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(context.Background(), self, "-test.run=^TestChild$", "-test.v=false")
	c.Env = append(os.Environ(), childURL+"="+s.APIURL(), childToken+"="+team.Token, childApp+"="+s.App().Token, childStore+"="+file)
	c.Stderr = os.Stderr
	if !testing.Verbose() {
		c.Stderr = nil
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	await(t, s, "a connection", func() bool { return s.Connections() == 1 })
	return c
}

func await(t *testing.T, s *slackserver.Server, what string, done func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Wait(ctx, done); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// TestKill kills the bot (kill -9) at points between the receipt of a crisis message
// and the end of its card, starts another one, and wants exactly one card. KILLS sets
// how many points; "make kill" takes 20.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	const post = "chat.postMessage"
	const long = 30 * time.Second
	points := []struct {
		name  string
		fault slackserver.Fault
		when  func(s *slackserver.Server) bool
	}{
		{"when it was acknowledged, before the card", slackserver.Fault{Hang: long}, (*slackserver.Server).Settled},
		{"when the card stands, before Slack says so", slackserver.Fault{HangAfter: long}, func(s *slackserver.Server) bool { return len(s.Bots(watched)) == 1 }},
		{"on receipt", slackserver.Fault{}, func(s *slackserver.Server) bool { return s.Deliveries()[0].Attempts > 0 }},
		{"when all is done", slackserver.Fault{}, func(s *slackserver.Server) bool { return len(s.Bots(watched)) == 1 && s.Settled() }},
		{"before anything", slackserver.Fault{}, func(*slackserver.Server) bool { return true }},
	}
	n, err := strconv.Atoi(os.Getenv("KILLS"))
	if err != nil {
		n = 3 // the first three are where most can be lost
	}
	for i := range n {
		point := points[i%len(points)]
		// Every round waits a little longer at its point.
		extra := time.Duration(i/len(points)) * 2 * time.Millisecond
		t.Run(point.name+" +"+extra.String(), func(t *testing.T) {
			s := slackserver.New(slackserver.App{PingEvery: 100 * time.Millisecond, Retries: []time.Duration{time.Millisecond, 100 * time.Millisecond, time.Second}})
			t.Cleanup(s.Close)
			team := s.AddTeam("T0TEAM00", slack.Setup{Rooms: true}.Scopes()...)
			s.AddChannel(slackserver.Channel{ID: watched, Kind: slackserver.Public, Teams: []string{team.ID}, Members: []string{team.BotUser, "UANN"}})
			file := storetest.File(t)
			first := child(t, s, team, file)
			if point.fault != (slackserver.Fault{}) {
				s.Fail(post, point.fault)
			}
			s.Say(slackserver.Say{Channel: watched, User: "UANN", Text: danger})
			await(t, s, "the point", func() bool { return point.when(s) })
			time.Sleep(extra) // where in the program it is killed is left to chance
			if err := first.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = first.Wait()
			await(t, s, "the end of the connection", func() bool { return s.Connections() == 0 })
			second := child(t, s, team, file)
			await(t, s, "the card", func() bool { return len(s.Bots(watched)) > 0 && s.Settled() })
			if err := second.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := second.Wait(); err != nil {
				t.Errorf("the second bot ended with %v", err)
			}
			if got := s.Bots(watched); len(got) != 1 || !isCard(got[0]) {
				t.Errorf("there are %d messages, want the card: %v", len(got), got)
			}
			db, err := store.Open(t.Context(), file)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if left, err := db.Pending(t.Context()); err != nil || len(left) != 0 {
				t.Errorf("%d cards are still pending, %v", len(left), err)
			}
		})
	}
}
