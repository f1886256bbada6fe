// Package web is the HTTP server of the program: what networks and people reach of
// it over the web is mounted here, beside a page that says whether the program is
// alive. It knows no network; an adapter brings its own endpoints, because reading
// them takes its SDK.
package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Times of the server. Networks send small requests and wait a few seconds.
const (
	headerFor = 5 * time.Second
	readFor   = 10 * time.Second
	writeFor  = 15 * time.Second
	idleFor   = 2 * time.Minute
	closeFor  = time.Second // for requests that are being answered at a stop
	maxHeader = 64 << 10
)

// PathHealth answers "ok" while the program is alive.
const PathHealth = "/healthz"

// A Server serves what is mounted.
type Server struct {
	listener net.Listener
	http     *http.Server
}

// Listen opens an address, such as ":8080". Handlers are mounted at paths as
// http.ServeMux takes them: below one that ends in a slash.
func Listen(ctx context.Context, address string, handlers map[string]http.Handler, log *slog.Logger) (*Server, error) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+PathHealth, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok\n") })
	for path, h := range handlers {
		mux.Handle(path, h)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return &Server{listener, &http.Server{
		Handler: mux, ReadHeaderTimeout: headerFor, ReadTimeout: readFor, WriteTimeout: writeFor, IdleTimeout: idleFor,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}, nil
}

// Address is where the server listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Run serves until ctx is done, and lets requests that are being answered finish.
func (s *Server) Run(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- s.http.Serve(s.listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve on %s: %w", s.Address(), err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeFor)
	defer cancel()
	err := s.http.Shutdown(last)
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	if err != nil {
		return fmt.Errorf("stop the web server: %w", err)
	}
	return nil
}
