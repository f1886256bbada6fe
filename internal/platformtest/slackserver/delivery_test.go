package slackserver_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"kapbot/internal/platformtest/slackserver"
)

// connect runs the SDK's client until the test ends, and gives its events.
func connect(t *testing.T, api *slack.Client, options ...socketmode.Option) *socketmode.Client {
	t.Helper()
	client := socketmode.New(api, options...)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = client.RunContext(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return client
}

// next returns the next event of a type.
func next(t *testing.T, client *socketmode.Client, want socketmode.EventType) socketmode.Event {
	t.Helper()
	ctx := within(t)
	for {
		select {
		case e := <-client.Events:
			if e.Type == want {
				return e
			}
		case <-ctx.Done():
			t.Fatalf("there was no event %s", want)
		}
	}
}

func quick(retries ...time.Duration) slackserver.App {
	return slackserver.App{Retries: retries, PingEvery: 50 * time.Millisecond}
}

func TestSocketModeDeliversAndTakesAcknowledgements(t *testing.T) {
	s, api := start(t, slackserver.App{})
	client := connect(t, api)
	s.Say(slackserver.Say{Channel: "C1", User: "U1", Text: "hi <@UBOTT1>"})
	seen := map[string]bool{}
	for len(seen) < 2 { // a mention comes twice: as itself and as a message
		e := next(t, client, socketmode.EventTypeEventsAPI)
		inner := e.Data.(slackevents.EventsAPIEvent).InnerEvent
		seen[inner.Type] = true
		if err := client.Ack(*e.Request); err != nil {
			t.Fatal(err)
		}
	}
	s.Command("T1", "C1", "U1", "ask what is KAP")
	e := next(t, client, socketmode.EventTypeSlashCommand)
	if c := e.Data.(slack.SlashCommand); c.Text != "ask what is KAP" || c.ResponseURL == "" {
		t.Errorf("the command is %+v", c)
	}
	if err := client.Ack(*e.Request); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(within(t), s.Settled); err != nil {
		t.Fatal(err)
	}
	if v := s.Violations(); len(v) != 0 {
		t.Errorf("violations: %v", v)
	}
}

func TestWhatIsNotAcknowledgedComesAgain(t *testing.T) {
	app := quick(time.Millisecond, time.Millisecond)
	app.AckWait = 50 * time.Millisecond
	s, api := start(t, app)
	client := connect(t, api)
	s.Say(slackserver.Say{Channel: "C1", User: "U1", Text: "hi"})
	first := next(t, client, socketmode.EventTypeEventsAPI)
	second := next(t, client, socketmode.EventTypeEventsAPI)
	if second.Request.RetryAttempt != 1 || second.Request.EnvelopeID != first.Request.EnvelopeID {
		t.Errorf("the second delivery is attempt %d", second.Request.RetryAttempt)
	}
	next(t, client, socketmode.EventTypeEventsAPI)
	if err := s.Wait(within(t), func() bool { return len(s.Violations()) > 0 }); err != nil {
		t.Error("an event that is never acknowledged is no violation")
	}
}

func TestAConnectionThatEndsLosesNothing(t *testing.T) {
	for name, end := range map[string]func(*slackserver.Server){
		"asked to reconnect": (*slackserver.Server).Refresh,
		"cut off":            (*slackserver.Server).Cut,
		"gone silent":        (*slackserver.Server).Mute,
	} {
		t.Run(name, func(t *testing.T) {
			s, api := start(t, quick(time.Millisecond))
			client := connect(t, api, socketmode.OptionPingInterval(300*time.Millisecond))
			next(t, client, socketmode.EventTypeHello)
			end(s)
			s.Say(slackserver.Say{Channel: "C1", User: "U1", Text: "hi"})
			e := next(t, client, socketmode.EventTypeEventsAPI)
			if err := client.Ack(*e.Request); err != nil {
				t.Fatal(err)
			}
			if err := s.Wait(within(t), s.Settled); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestEventsOverHTTPAreSignedAndRetried(t *testing.T) {
	app := quick(time.Millisecond, time.Millisecond)
	s, _ := start(t, app)
	var failures atomic.Int32
	failures.Store(1)
	var retried atomic.Value
	retried.Store("")
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		v, err := slack.NewSecretsVerifier(r.Header, s.App().SigningSecret)
		if err == nil {
			_, _ = v.Write(body)
			err = v.Ensure()
		}
		switch {
		case err != nil:
			w.WriteHeader(http.StatusUnauthorized)
		case strings.Contains(string(body), "challenge"):
			_, _ = io.WriteString(w, "3eZbrw1aB1")
		case failures.Add(-1) >= 0:
			w.WriteHeader(http.StatusInternalServerError)
		default:
			retried.Store(r.Header.Get("X-Slack-Retry-Num") + r.URL.Path)
		}
	}))
	defer h.Close()
	s.SetRequestURL(h.URL + "/slack")
	if err := s.VerifyURL(within(t)); err != nil {
		t.Fatal(err)
	}
	s.Say(slackserver.Say{Channel: "C1", User: "U1", Text: "hi"})
	if err := s.Wait(within(t), s.Settled); err != nil {
		t.Fatal(err)
	}
	if got := retried.Load(); got != "1/slack/events" {
		t.Errorf("the delivery that was taken was %q", got)
	}
}

func TestOnlyWhatTheAppMaySeeIsDelivered(t *testing.T) {
	tests := []struct {
		name   string
		scopes []string
		events []string
		say    slackserver.Say
		want   int
	}{
		{"a message in a channel it may read", all, nil, slackserver.Say{Channel: "C1", Text: "x"}, 1},
		{"without the scope", []string{"app_mentions:read"}, nil, slackserver.Say{Channel: "C1", Text: "x"}, 0},
		{"a mention is enough for a mention", []string{"app_mentions:read"}, nil, slackserver.Say{Channel: "C1", Text: "<@UBOTT1>"}, 1},
		{"without the subscription", all, []string{"app_mention"}, slackserver.Say{Channel: "C1", Text: "x"}, 0},
		{"a channel it is not in", all, nil, slackserver.Say{Channel: "C2", Text: "<@UBOTT1>"}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _ := start(t, slackserver.App{Events: test.events}, test.scopes...)
			test.say.User = "U1"
			s.Say(test.say)
			if got := len(s.Deliveries()); got != test.want {
				t.Errorf("%d deliveries, want %d", got, test.want)
			}
		})
	}
}

func TestAResponseURLWorksFiveTimes(t *testing.T) {
	s, api := start(t, slackserver.App{})
	client := connect(t, api)
	s.Command("T1", "C2", "U1", "help")
	e := next(t, client, socketmode.EventTypeSlashCommand)
	if err := client.Ack(*e.Request); err != nil {
		t.Fatal(err)
	}
	url := e.Data.(slack.SlashCommand).ResponseURL
	for i := range 6 {
		_, _, _, err := api.SendMessageContext(within(t), "", slack.MsgOptionResponseURL(url, slack.ResponseTypeEphemeral), slack.MsgOptionText("x", false))
		if (err != nil) != (i == 5) {
			t.Errorf("use %d gave %v", i+1, err)
		}
	}
	if got := s.Bots("C2"); len(got) != 5 || got[0].Ephemeral != "U1" {
		t.Errorf("the channel has %v", got)
	}
}
