package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"

	"kapbot/internal/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestItServesUntilItIsTold(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s, err := web.Listen(t.Context(), "127.0.0.1:0", map[string]http.Handler{
		"/slow/": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(entered)
			<-leave
			_, _ = io.WriteString(w, "done")
		}),
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func(path string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.Address()+path, nil)
		if err != nil {
			return 0, err.Error()
		}
		res, err := client.Do(req)
		if err != nil {
			return 0, err.Error()
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(body)
	}
	if status, body := get(web.PathHealth); status != http.StatusOK || body != "ok\n" {
		t.Errorf("health: %d %q", status, body)
	}
	if status, _ := get("/nowhere"); status != http.StatusNotFound {
		t.Errorf("a path that is not there: %d", status)
	}
	slow := make(chan string)
	go func() {
		_, body := get("/slow/x")
		slow <- body
	}()
	<-entered
	cancel()
	close(leave)
	if body := <-slow; body != "done" {
		t.Errorf("a request in the middle of a stop got %q", body)
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, err := web.Listen(t.Context(), "256.0.0.1:1", nil, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("it listens where nobody can")
	}
}

func TestReadyNamesWhatIsWrong(t *testing.T) {
	fault := errors.New("no card came")
	for _, test := range []struct {
		name   string
		checks []web.Check
		status int
		body   string
	}{
		{"nothing to check", nil, http.StatusOK, "ready\n"},
		{"all well", []web.Check{{Name: "self-test", Fault: func() error { return nil }}}, http.StatusOK, "ready\n"},
		{"one wrong", []web.Check{{Name: "a", Fault: func() error { return nil }}, {Name: "self-test", Fault: func() error { return fault }}}, http.StatusServiceUnavailable, "self-test: no card came\n"},
		{"a lesser one wrong", []web.Check{{Name: "self-test", Fault: func() error { return nil }}, {Name: "store", Fault: func() error { return fault }, Lesser: true}}, http.StatusOK, "ready\nstore: no card came\n"},
		{"both wrong", []web.Check{{Name: "self-test", Fault: func() error { return fault }}, {Name: "store", Fault: func() error { return fault }, Lesser: true}}, http.StatusServiceUnavailable, "self-test: no card came\nstore: no card came\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			web.Ready(test.checks...).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, web.PathReady, nil))
			if w.Code != test.status || w.Body.String() != test.body {
				t.Errorf("%d %q, want %d %q", w.Code, w.Body, test.status, test.body)
			}
		})
	}
}
