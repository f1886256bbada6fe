package outage_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/internal/outage"
)

func TestTheLogHearsOfAnOutageOnceAndNowAndThen(t *testing.T) {
	down := errors.New("no route")
	const (
		fails = "level=ERROR msg=fails\n"
		still = "level=ERROR msg=fails for=15m0s\n"
		works = "level=INFO msg=works after="
	)
	type attempts struct { // one a second
		n   int
		err error
	}
	for _, test := range []struct {
		name string
		done []attempts
		want []string
	}{
		{"what works is not spoken of", []attempts{{100, nil}}, nil},
		{"one failure", []attempts{{1, down}}, []string{fails}},
		{"many", []attempts{{800, down}}, []string{fails}},
		{"whatever it is that fails", []attempts{{1, down}, {1, errors.New("other")}}, []string{fails}},
		{"a reminder, and the end", []attempts{{25 * 60, down}, {100, nil}}, []string{fails, still, works + "25m0s\n"}},
		{"the next one", []attempts{{1, down}, {1, nil}, {1, down}}, []string{fails, works + "1s\n", fails}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log, said := listen()
				o := outage.New(log, slog.LevelError, "fails", "works")
				for _, a := range test.done {
					for range a.n {
						o.Note(t.Context(), a.err)
						time.Sleep(time.Second)
					}
				}
				if got := said(); !slices.Equal(got, test.want) {
					t.Errorf("the log hears %q, want %q", got, test.want)
				}
			})
		})
	}
}

func TestWhatTheEndCutsOffIsNoOutage(t *testing.T) {
	log, said := listen()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	outage.New(log, slog.LevelError, "fails", "works").Note(ctx, ctx.Err())
	if got := said(); len(got) > 0 {
		t.Errorf("the log hears %q", got)
	}
}

// listen returns a log, and what was said in it but for times and errors.
func listen() (*slog.Logger, func() []string) {
	var b strings.Builder
	plain := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == "err" {
			return slog.Attr{}
		}
		return a
	}
	return slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: plain})), func() []string {
		return slices.Collect(strings.Lines(b.String()))
	}
}
