package discord_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kapbot/bots/discord"
	"kapbot/internal/platformtest/discordserver"
	"kapbot/prompts"
)

// turns is a lease that one has at a time.
type turns chan struct{}

func (l turns) Hold(ctx context.Context, _ *slog.Logger, _ string, do func(context.Context) error) error {
	select {
	case l <- struct{}{}:
		defer func() { <-l }()
		return do(ctx)
	case <-ctx.Done():
		return nil
	}
}

// nowhere leads to a gateway that nobody can reach.
type nowhere struct{ http.RoundTripper }

func (n nowhere) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/gateway") {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"url":"ws://127.0.0.1:1"}`)), Request: r}, nil
	}
	return n.RoundTripper.RoundTrip(r)
}

func TestAReplicaThatCannotReachTheGatewayLeavesTheShard(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	lease := make(turns, 1)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	texts, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	run := func(carry http.RoundTripper) {
		p, err := discord.New(discord.Options{
			Token: discordserver.Token, Texts: texts, Rooms: listed(), Transport: carry, IdentifyEvery: time.Millisecond, Leases: lease, StandBack: 100 * time.Millisecond,
		})
		if err != nil {
			t.Fatal(err)
		}
		running.Go(func() {
			if err := p.Run(ctx, nil); err != nil {
				t.Error(err)
			}
		})
	}
	run(nowhere{s.Transport()})
	for len(lease) == 0 { // it has the shard first
		time.Sleep(time.Millisecond)
	}
	run(s.Transport())
	wait, done := context.WithTimeout(ctx, patience)
	defer done()
	if !s.AwaitGateway(wait, func(logins, _ int) bool { return logins == 1 }) {
		t.Error("the other one did not get the shard")
	}
}
