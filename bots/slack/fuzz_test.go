package slack_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/bots/slack"
	"kapbot/internal/chat"
	"kapbot/internal/platformtest/slackserver"
	"kapbot/prompts"
)

// FuzzParse wants that a button comes back as it was made, and that no other id stops
// the reader.
func FuzzParse(f *testing.F) {
	f.Add("show.en.0", "show", "en", 3)
	f.Add("..", "link", "es", -1)
	f.Add("somebody else's", "", "", 0)
	f.Fuzz(func(t *testing.T, id, action, lang string, number int) {
		if name, of, ok := slack.ParseAction(id); ok && !strings.HasPrefix(id, name+"."+string(of)+".") {
			t.Errorf("%q became %q in %q", id, name, of)
		}
		if strings.Contains(action+lang, ".") {
			return // we name actions and languages ourselves
		}
		name, of, ok := slack.ParseAction(slack.ActionID(chat.Button{Action: action}, chat.Lang(lang), number))
		if !ok || name != action || string(of) != lang {
			t.Errorf("%q in %q came back as %q in %q, %v", action, lang, name, of, ok)
		}
	})
}

// FuzzEndpoints delivers signed bodies to a platform: none may stop it or stay without
// an answer, and one whose signature does not fit reaches nobody.
func FuzzEndpoints(f *testing.F) {
	const event = `{"type":"event_callback","team_id":"T0TEAM00","authorizations":[{"team_id":"T0TEAM00","user_id":"U0"}],"event":%s}`
	for _, inner := range []string{
		`{"type":"message","channel":"C1","user":"UANN","text":"hello <@U0|kap> &amp; :wave:","ts":"1.2"}`,
		`{"type":"message","subtype":"message_changed","channel":"C1","message":null,"ts":"1.2"}`,
		`{"type":"message","subtype":"message_changed","channel":"D1","message":{"user":"UANN","text":"b","edited":{}},"previous_message":null}`,
		`{"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"x","previous_message":{}}`,
		`{"type":"message","channel":"D1","user":"UANN","files":[null,{"name":"a"}],"attachments":[{"text":"b","fields":[null]}],"blocks":[null]}`,
		`{"type":"app_mention","channel":"C1","user":"UANN","text":"<@U0>","edited":null}`,
		`{"type":"app_home_opened","tab":"home"}`,
		`{"type":"assistant_thread_started"}`,
		`null`,
	} {
		f.Add(0, []byte(fmt.Sprintf(event, inner)), true)
	}
	f.Add(0, []byte(`{"type":"url_verification","challenge":"a"}`), true)
	f.Add(0, []byte(`{"type":"event_callback","event":{"type":"message","text":"a"}}`), false)
	for _, payload := range []string{
		`{"type":"block_actions","team":{"id":"T0TEAM00"},"user":{"id":"UANN"},"actions":[{"action_id":"show.en.0","value":"what-is-kap"}]}`,
		`{"type":"block_actions","actions":[null]}`,
		`{"type":"message_action","callback_id":"kap_answer","message":{"text":"why","files":[{}]}}`,
		`{"type":"view_submission","view":{"callback_id":"note","private_metadata":"{\"state\":\"en\"}","state":{"values":{}},"blocks":[{"type":"input","block_id":"text","element":{"type":"plain_text_input"}}]}}`,
		`{"type":"view_submission","view":{"private_metadata":"[]"}}`,
		`{"type":"view_submission"}`,
		`[`,
	} {
		f.Add(1, []byte(url.Values{"payload": {payload}}.Encode()), true)
	}
	f.Add(2, []byte("command=%2Fkap&text=ask+why&team_id=T0TEAM00&channel_id=C1&user_id=UANN&trigger_id=1"), true)
	f.Add(2, []byte("text=%zz;&&=&command=/faq"), true)
	h, address := newEndpoints(f)
	f.Fuzz(func(t *testing.T, kind int, body []byte, fits bool) {
		before := h.handled()
		path := []string{"/slack/events", "/slack/interactive", "/slack/commands"}[((kind%3)+3)%3]
		status := deliver(t, address+path, body, fits)
		switch {
		case status >= http.StatusInternalServerError:
			t.Errorf("%d", status)
		case !fits && (status != http.StatusUnauthorized || h.handled() != before):
			t.Errorf("without a signature: %d, %d events handled", status, h.handled()-before)
		}
	})
}

// newEndpoints starts a platform that takes deliveries, for a handler that counts them.
func newEndpoints(t testing.TB) (*counting, string) {
	t.Helper()
	h := &counting{}
	return h, endpointsFor(t, h)
}

// endpointsFor starts a platform that takes deliveries for h, and returns its address.
func endpointsFor(t testing.TB, h bots.Handler) string {
	t.Helper()
	server := slackserver.New(slackserver.App{SigningSecret: fuzzSecret})
	t.Cleanup(server.Close)
	team := server.AddTeam("T0TEAM00")
	installed := slack.NewOne(team.Token, server.APIURL())
	if err := installed.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	texts, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := slack.New(slack.Options{
		Installations: installed, Texts: texts, Log: slog.New(slog.DiscardHandler), Rooms: bots.NewRooms([]string{"C1"}, nil),
		APIURL: server.APIURL(), SigningSecret: fuzzSecret,
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx, h) }()
	web := httptest.NewServer(p.Endpoints())
	t.Cleanup(func() {
		web.Close()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return web.URL
}

const fuzzSecret = "8f742231b10e8888abcd99yyyzzz85a5"

func deliver(t *testing.T, address string, body []byte, fits bool) (status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	now := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(fuzzSecret))
	fmt.Fprintf(mac, "v0:%s:%s", now, body)
	if !fits {
		mac.Write([]byte("x"))
	}
	r.Header.Set("X-Slack-Request-Timestamp", now)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	if !strings.HasSuffix(address, "/events") {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Error(err)
	}
	return answer.StatusCode
}

// counting counts the events that reach it.
type counting struct{ n atomic.Int64 }

func (c *counting) Handle(context.Context, chat.Event) chat.Ack {
	c.n.Add(1)
	return chat.Ack{}
}

func (c *counting) handled() int64 { return c.n.Load() }

// stumbling panics on the first event.
type stumbling struct{ counting }

func (s *stumbling) Handle(ctx context.Context, ev chat.Event) chat.Ack {
	if s.counting.Handle(ctx, ev); s.handled() == 1 {
		panic("a bug")
	}
	return chat.Ack{}
}

// TestABugEndsNothingElse has a bug in what handles an event: it is acknowledged, and
// the bot goes on.
func TestABugEndsNothingElse(t *testing.T) {
	h := &stumbling{}
	address := endpointsFor(t, h)
	for i := range 2 {
		body := fmt.Sprintf("command=%%2Fkap&text=why&team_id=T0TEAM00&channel_id=C1&user_id=UANN&trigger_id=%d", i)
		if status := deliver(t, address+"/slack/commands", []byte(body), true); status != http.StatusOK {
			t.Errorf("delivery %d: %d", i, status)
		}
	}
	if h.handled() != 2 {
		t.Errorf("%d events were handled", h.handled())
	}
}
