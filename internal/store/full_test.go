package store_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"kapbot/internal/chat"
	"kapbot/internal/outbox"
	"kapbot/internal/outbox/outboxtest"
	"kapbot/internal/store/storetest"
)

// counted is a network that counts cards.
type counted struct{ atomic.Int64 }

func (c *counted) Send(context.Context, chat.Post) ([]chat.Ref, error) {
	c.Add(1)
	return nil, nil
}

type noTexts struct{ outbox.Texts }

func TestOnAFullDiskCardsGoAllTheSame(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kapbot.db")
	s := storetest.Open(t, file)
	if err := s.Limit(t.Context(), 1); err != nil { // what it has now
		t.Fatal(err)
	}
	var log strings.Builder
	var network counted
	send := func(from, to int) {
		o := outbox.New(s, noTexts{}, slog.New(slog.NewTextHandler(&log, nil)))
		for i := from; i < to; i++ {
			c := outboxtest.Card(i)
			c.For = strings.Repeat("p", 200)
			o.Send(outbox.Network{Name: "net", Sender: &network}, c, chat.Reply{})
		}
		o.Close()
	}
	send(0, 100)
	if n := network.Load(); n != 100 || !strings.Contains(log.String(), "full") {
		t.Errorf("%d cards of 100 were sent; the log: %.300s", n, log.String())
	}
	if err := s.Limit(t.Context(), 1000); err != nil {
		t.Fatal(err)
	}
	log.Reset()
	send(100, 110)
	if n := network.Load(); n != 110 || log.Len() > 0 {
		t.Errorf("with room again, %d cards of 110 were sent; the log: %.300s", n, log.String())
	}
	again := storetest.Open(t, file)
	for i := 100; i < 110; i++ {
		if fresh, err := again.Intend(t.Context(), outboxtest.Card(i)); err != nil || fresh {
			t.Error(fmt.Sprint("card ", i), fresh, err)
		}
	}
}
