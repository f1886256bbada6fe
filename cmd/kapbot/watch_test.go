package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kapbot/bots"
	"kapbot/internal/chat"
	"kapbot/internal/config"
)

// room is a network with one member, who says what is in says and waits for an answer
// to each.
type room struct {
	says []string
	came chan chat.Post
	done chan struct{}
}

func (*room) Name() chat.Network { return "discord" }

func (r *room) Run(ctx context.Context, h bots.Handler) error {
	for i, text := range r.says {
		id := string(rune('a' + i))
		h.Handle(ctx, chat.Event{
			Key: id, At: chat.Ref{Network: "discord", Channel: "zebra-channel", Message: id}, From: chat.Person{ID: "zebra-person", Name: "zebra-name"},
			Addressed: true, Direct: true, Body: chat.Said{Text: text},
		})
		<-r.came
	}
	close(r.done)
	<-ctx.Done()
	return nil
}

func (r *room) Send(_ context.Context, p chat.Post) ([]chat.Ref, error) {
	r.came <- p
	return []chat.Ref{{Network: "discord", Channel: p.To.Channel, Message: "answer"}}, nil
}

// logged is a log that several may write to and one may read.
type logged struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

// text is what was logged so far.
func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

func TestTheProgramTellsHowItDoes(t *testing.T) {
	out := &logged{}
	log := slog.New(slog.NewJSONHandler(out, nil))
	p, err := newPipeline(unpacked().parts, log, config.Model{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	w := newWatch(log, p)
	servers, err := openWeb(t.Context(), config.Config{Listen: "127.0.0.1:0", Metrics: "127.0.0.1:00"}, log, w, nil, nil)
	if err != nil || len(servers) != 2 {
		t.Fatalf("%d servers: %v", len(servers), err)
	}
	public, private := servers[0].Address(), servers[1].Address()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func(address, path string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(body)
	}
	notes, closeNotes := openNotes(t.Context(), filepath.Join(t.TempDir(), "kapbot.db"), log)
	defer func() {
		if err := closeNotes(); err != nil {
			t.Error(err)
		}
	}()
	if w.canary.Fault() == nil {
		t.Error("it is ready before anything was tried")
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	discord := &room{[]string{"What is KAP?", "I want to die zebra"}, make(chan chat.Post, 1), make(chan struct{})}
	go func() {
		ended <- serve(ctx, notes, log, p, w, servers, []network{{Platform: discord, Sender: discord}})
	}()
	<-discord.done
	for w.canary.Fault() != nil { // the first canary is on its way since the start
		if _, failed := get(private, "/metrics"); strings.Contains(failed, `kapbot_selftest_total{result="failed"} 1`) {
			t.Fatal("the canary got no card")
		}
		time.Sleep(10 * time.Millisecond)
	}
	for _, address := range []string{public, private} {
		if status, body := get(address, "/readyz"); status != http.StatusOK || body != "ready\n" {
			t.Errorf("readyz: %d %q", status, body)
		}
		if status, body := get(address, "/healthz"); status != http.StatusOK || body != "ok\n" {
			t.Errorf("healthz: %d %q", status, body)
		}
	}
	if status, _ := get(public, "/metrics"); status != http.StatusNotFound {
		t.Errorf("anybody may read the counts: %d", status)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	counts := scrape(t, w)
	for _, want := range []string{
		`kapbot_events_total{kind="message",network="discord"} 2`,
		`kapbot_verdicts_total{level="crisis"} 1`,
		`kapbot_verdicts_total{level="none"} 1`,
		`kapbot_searches_total{outcome="answer"} 1`,
		`kapbot_answers_total{kind="verbatim"} 1`,
		`kapbot_cards_total{network="discord",result="sent"} 1`,
		`kapbot_selftest_total{result="ok"} 1`,
		`kapbot_outbox_pending 0`,
		`kapbot_ready 1`,
		`kapbot_faq_entries{lang="es"} `,
		`kapbot_store_errors_total{op="write"} 0`,
	} {
		if !strings.Contains(counts, want) {
			t.Errorf("there is no %s in\n%s", want, counts)
		}
	}
	if strings.Contains(counts, `kapbot_store_seconds_count{op="write"} 0`) {
		t.Error("the store was not timed")
	}
	for _, text := range []string{counts, out.String()} {
		for _, word := range []string{"zebra", "want to", "What is"} {
			if strings.Contains(text, word) {
				t.Errorf("%q is in %s", word, text)
			}
		}
	}
}

// scrape reads the series of ours.
func scrape(t *testing.T, w *watch) string {
	t.Helper()
	rec := httptest.NewRecorder()
	w.Handler().ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	var ours []string
	for line := range strings.Lines(rec.Body.String()) {
		if strings.HasPrefix(line, "kapbot_") {
			ours = append(ours, line)
		}
	}
	return strings.Join(ours, "")
}
