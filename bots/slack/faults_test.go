package slack_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kapbot/internal/platformtest/slackserver"
)

// isCard knows a card by how it begins.
func isCard(m slackserver.Message) bool {
	return strings.HasPrefix(strings.ReplaceAll(seen(m), "*", ""), card)
}

// TestFaults lets one thing go wrong in each row, and wants every crisis message to
// have exactly one card and every question at most one answer.
func TestFaults(t *testing.T) {
	const post = "chat.postMessage"
	storm := func(f slackserver.Fault, n int) []slackserver.Fault {
		var out []slackserver.Fault
		for range n {
			out = append(out, f)
		}
		return out
	}
	for _, test := range []struct {
		name   string
		with   setting
		before func(w *world)
		during func(w *world) // while two messages are on their way
		// lossy says that a question may stay without an answer: nobody can know
		// whether it was shown, and it is not shown twice.
		lossy bool
	}{
		{name: "nothing"},
		{name: "the connection breaks before a message is taken", lossy: true, before: func(w *world) { w.Fail(post, storm(slackserver.Fault{Drop: true}, 3)...) }},
		{name: "the connection breaks after a message was taken", before: func(w *world) { w.Fail(post, storm(slackserver.Fault{DropAfter: true}, 3)...) }},
		{name: "a storm of rate limits", before: func(w *world) {
			w.Fail(post, storm(slackserver.Fault{Status: http.StatusTooManyRequests, RetryAfter: time.Second}, 4)...)
		}},
		{name: "errors of the server", lossy: true, before: func(w *world) {
			w.Fail(post, slackserver.Fault{Status: 500}, slackserver.Fault{Status: 503}, slackserver.Fault{Error: "internal_error"})
		}},
		{name: "the look for an earlier card fails too", before: func(w *world) {
			w.Fail(post, slackserver.Fault{DropAfter: true}, slackserver.Fault{DropAfter: true})
			w.Fail("conversations.history", slackserver.Fault{Status: 500})
		}},
		{name: "events come twice", during: func(w *world) {
			for _, d := range w.Deliveries() {
				w.Again(d)
			}
		}},
		{name: "acknowledgements are late, so events come again", with: setting{app: slackserver.App{AckWait: time.Millisecond}}},
		{name: "the socket is cut in the middle", during: func(w *world) { w.Cut() }},
		{name: "Slack asks to reconnect", during: func(w *world) { w.Refresh() }},
		{name: "the clock is a day ahead", with: setting{jump: 26 * time.Hour}},
		{name: "the clock is a day behind", with: setting{jump: -26 * time.Hour}},
		{name: "the socket goes silent", with: setting{silence: time.Second}, before: func(w *world) { w.Mute() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := open(t, test.with)
			w.wait("a connection", func() bool { return w.Connections() > 0 })
			if test.before != nil {
				test.before(w)
			}
			w.Say(slackserver.Say{Channel: "DUANN", User: "UANN", Text: danger})
			w.Say(slackserver.Say{Channel: "DUBOB", User: "UBOB", Text: question})
			if test.during != nil {
				test.during(w)
			}
			w.wait("acknowledgements", w.Settled)
			w.wait("the card", func() bool { return len(w.Bots("DUANN")) > 0 })
			w.wait("the answer", func() bool { return test.lossy || len(w.Bots("DUBOB")) > 0 })
			w.wait("the end of the card", w.delivered)
			w.stop() // which waits for answers that are on their way
			if got := w.Bots("DUANN"); len(got) != 1 || !isCard(got[0]) {
				t.Errorf("the crisis message has %d messages: %v", len(got), got)
			}
			if got := w.Bots("DUBOB"); len(got) > 1 {
				t.Errorf("the question has %d answers", len(got))
			}
		})
	}
}

// TestSlackIsAwayForAWhile lets no connection be opened for longer than the pauses
// that the SDK would make.
func TestSlackIsAwayForAWhile(t *testing.T) {
	w := open(t, setting{silence: time.Second})
	w.wait("a connection", func() bool { return w.Connections() == 1 })
	var away []slackserver.Fault
	for range 8 {
		away = append(away, slackserver.Fault{Drop: true})
	}
	w.Fail("apps.connections.open", away...)
	w.Cut()
	w.wait("the end of the connection", func() bool { return w.Connections() == 0 })
	w.Say(slackserver.Say{Channel: "DUANN", User: "UANN", Text: danger})
	w.wait("the card", func() bool { return len(w.Bots("DUANN")) == 1 })
}

func TestEventsOutOfOrder(t *testing.T) {
	c := newClient(open(t, setting{}))
	ts := c.say(slackserver.Say{Channel: "DUANN", User: "UANN", Text: question})
	c.expect("DUANN", answered)
	all := c.Deliveries()
	c.touch("DUANN", "", "UANN")
	if err := c.Server.Edit("DUANN", ts, danger); err != nil {
		t.Fatal(err)
	}
	c.expect("DUANN", "newer message below", card)
	c.touch("DUANN", "", "UANN")
	c.Server.Again(all[0]) // the question as it was before the edit
	c.expect("DUANN", "newer message below", card)
}

// TestOnlySlackIsBelieved posts deliveries with signatures of every kind.
func TestOnlySlackIsBelieved(t *testing.T) {
	w := open(t, setting{http: true})
	ctx := t.Context()
	if err := w.VerifyURL(ctx); err != nil {
		t.Errorf("the challenge: %v", err)
	}
	body := fmt.Sprintf(`{"type":"event_callback","team_id":%q,"event_id":"Ev1","event":{"type":"message","channel":"DUANN","channel_type":"im","user":"UANN","ts":"1.1","text":%q}}`, w.team.ID, danger)
	now := time.Now()
	sign := func(body string, at time.Time) http.Header { return w.Sign([]byte(body), at) }
	for _, test := range []struct {
		name   string
		header http.Header
		want   int
	}{
		{"no signature", http.Header{}, http.StatusUnauthorized},
		{"of another body", sign(body+" ", now), http.StatusUnauthorized},
		{"six minutes old", sign(body, now.Add(-6*time.Minute)), http.StatusUnauthorized},
		{"from six minutes ahead", sign(body, now.Add(6*time.Minute)), http.StatusUnauthorized},
		{"without its version", http.Header{"X-Slack-Request-Timestamp": sign(body, now)["X-Slack-Request-Timestamp"], "X-Slack-Signature": {strings.TrimPrefix(sign(body, now).Get("X-Slack-Signature"), "v0=")}}, http.StatusUnauthorized},
		{"right, four minutes old", sign(body, now.Add(-4*time.Minute)), http.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.front+"/slack/events", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header = test.header
			res, err := w.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != test.want {
				t.Errorf("status %d, want %d", res.StatusCode, test.want)
			}
		})
	}
	w.wait("the card of the one that was right", func() bool { return len(w.Bots("DUANN")) == 1 })
}
