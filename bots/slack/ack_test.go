package slack_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/bots/slack"
	"kapbot/internal/chat"
	"kapbot/internal/platformtest/slackserver"
)

// A handlerFunc is a Handler.
type handlerFunc func(ctx context.Context, ev chat.Event) chat.Ack

func (f handlerFunc) Handle(ctx context.Context, ev chat.Event) chat.Ack { return f(ctx, ev) }

var _ bots.Handler = handlerFunc(nil)

// runWith runs a platform with a handler of the test's own until the test ends.
func runWith(t *testing.T, s *slackserver.Server, h handlerFunc) {
	t.Helper()
	team := s.AddTeam("T0TEAM00", slack.Setup{Rooms: true}.Scopes()...)
	s.AddUser(slackserver.User{ID: "UANN", Team: team.ID})
	s.AddChannel(slackserver.Channel{ID: "DUANN", Kind: slackserver.Direct, Teams: []string{team.ID}, Members: []string{team.BotUser, "UANN"}})
	p := slack.New(slack.Options{
		AppToken: s.App().Token, Installations: slack.NewOne(team.Token, s.APIURL()), Log: slog.New(slog.DiscardHandler), APIURL: s.APIURL(),
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx, h) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestAcknowledgedOnlyOnceItIsHandled(t *testing.T) {
	s := slackserver.New(slackserver.App{})
	t.Cleanup(s.Close)
	early := make(chan bool, 1)
	runWith(t, s, func(context.Context, chat.Event) chat.Ack {
		early <- s.Settled()
		return chat.Ack{}
	})
	s.Say(slackserver.Say{Channel: "DUANN", User: "UANN", Text: danger})
	if <-early {
		t.Error("it was acknowledged while it was being handled: a crash would have lost it")
	}
	await(t, s, "the acknowledgement", s.Settled)
}

func TestWhileHandlingHangsOnlyWhatIsNotDeliveredAgainIsAcknowledged(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(s *slackserver.Server)
		want bool
	}{
		"a message": {func(s *slackserver.Server) {
			s.Say(slackserver.Say{Channel: "DUANN", User: "UANN", Text: danger})
		}, false},
		"a command": {func(s *slackserver.Server) { s.Command("T0TEAM00", "DUANN", "UANN", "ask "+question) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := slackserver.New(slackserver.App{AckWait: time.Minute}) // Slack's are 3 seconds; this machine may be busy
			t.Cleanup(s.Close)
			hanging, release := make(chan struct{}, 1), make(chan struct{})
			runWith(t, s, func(context.Context, chat.Event) chat.Ack {
				hanging <- struct{}{}
				<-release
				return chat.Ack{}
			})
			test.do(s)
			<-hanging
			if test.want {
				await(t, s, "the acknowledgement", s.Settled)
			} else if time.Sleep(3 * time.Second); s.Settled() {
				t.Error("it was acknowledged: a crash would lose it")
			}
			close(release)
			await(t, s, "the acknowledgement", s.Settled)
		})
	}
}

func TestOneAtATimeForOnePerson(t *testing.T) {
	s := slackserver.New(slackserver.App{})
	t.Cleanup(s.Close)
	busy := make(chan struct{}, 1)
	handled := make(chan bool, 100)
	runWith(t, s, func(context.Context, chat.Event) chat.Ack {
		alone := true
		select {
		case busy <- struct{}{}:
			time.Sleep(time.Millisecond) // gives another one the chance to come in between
			<-busy
		default:
			alone = false
		}
		handled <- alone
		return chat.Ack{}
	})
	const n = 20
	for range n {
		s.Say(slackserver.Say{Channel: "DUANN", User: "UANN", Text: question})
	}
	for range n {
		if !<-handled {
			t.Error("two events of one person were handled at once")
		}
	}
}
