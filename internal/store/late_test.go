package store_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kapbot/internal/chat"
	"kapbot/internal/outbox/outboxtest"
	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

// arriving returns a store of a replica that is being opened.
func arriving(t *testing.T, where string, log *slog.Logger) (s *store.Store, there bool) {
	t.Helper()
	s, err := store.Later(where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	arrived := s.Arrive(t.Context(), log, time.Minute)
	return s, arrived
}

func TestAStoreThatComesLate(t *testing.T) {
	t.Parallel()
	late := func(t *testing.T, where string, come func()) {
		s, there := arriving(t, where, slog.New(slog.DiscardHandler))
		if there || s.Up() {
			t.Error("it is there before it came")
		}
		for what, err := range map[string]error{
			"write": s.SetRoom(t.Context(), chat.Ref{Network: "net", Channel: "c"}, watched),
			"read":  func() error { _, err := s.LastDirects(t.Context(), "net", 9); return err }(),
			"row":   func() error { _, err := s.Mark(t.Context()); return err }(),
			"card":  func() error { _, err := s.Intend(t.Context(), outboxtest.Card(1)); return err }(),
		} {
			if !errors.Is(err, store.ErrAway) {
				t.Errorf("%s: %v", what, err)
			}
		}
		come()
		select {
		case <-s.Arrived():
		case <-time.After(30 * time.Second):
			t.Fatal("it does not come")
		}
		if fresh, err := s.Intend(t.Context(), outboxtest.Card(1)); !fresh || err != nil || !s.Up() {
			t.Errorf("a card in a store that has come: %v, %v", fresh, err)
		}
		if cards, err := storetest.Open(t, where).Pending(t.Context()); err != nil || len(cards) == 1 != !s.Shared() {
			t.Errorf("a replica that lives looks after its own card; others see %v, %v", cards, err)
		}
	}
	t.Run("SQLite", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "later")
		late(t, filepath.Join(dir, "kapbot.db"), func() {
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		there := storetest.Postgres(t)
		where := strings.Replace(there, "/test", "/late", 1)
		name, _, _ := strings.Cut(where[strings.Index(where, "/late")+1:], "?")
		late(t, where, func() { execute(t, there, "CREATE DATABASE "+name) })
	})
}

func TestAStoreOfALaterVersionIsLeftAlone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		storetest.Open(t, where)
		execute(t, where, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, "+map[bool]string{true: "true", false: "1"}[store.IsPostgres(where)]+")")
		log := &strings.Builder{}
		s, there := arriving(t, where, slog.New(slog.NewTextHandler(log, nil)))
		if _, err := s.Intend(t.Context(), outboxtest.Card(1)); there || !errors.Is(err, store.ErrAway) {
			t.Errorf("there: %v; a card: %v", there, err)
		}
		if err := s.Close(); err != nil || !strings.Contains(log.String(), "newer kapbot") {
			t.Errorf("the log does not say why: %s %v", log, err)
		}
	})
}

func TestReplicasTellEachOtherAtOnce(t *testing.T) {
	t.Parallel()
	where := storetest.Postgres(t)
	a, _ := arriving(t, where, slog.New(slog.DiscardHandler))
	b, _ := arriving(t, where, slog.New(slog.DiscardHandler))
	told := map[store.Topic]<-chan struct{}{}
	for _, topic := range []store.Topic{store.Entries, store.Leases, store.Holds, store.Rooms} {
		told[topic] = b.Told(topic)
	}
	hears := func(topic store.Topic) {
		t.Helper()
		select {
		case <-told[topic]:
		case <-time.After(20 * time.Second):
			t.Errorf("of %s nothing is heard", topic)
		}
	}
	await(t, "the listener", b.Listening)
	for topic := range told { // at the beginning it is told of everything
		hears(topic)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tell := func() {
		must(a.SetRoom(t.Context(), chat.Ref{Network: "net", Channel: "c"}, watched))
		hears(store.Rooms)
		must(a.Urge(t.Context()))
		hears(store.Holds)
		must(a.Commit(t.Context()))
		hears(store.Entries)
		must(a.Hold(t.Context(), slog.New(slog.DiscardHandler), "a shard", func(context.Context) error { return nil }))
		hears(store.Leases)
	}
	tell()
	select {
	case <-told[store.Rooms]:
		t.Error("what was not changed is told")
	default:
	}
	execute(t, where, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
	for topic := range told { // after a gap, too
		hears(topic)
	}
	await(t, "the listener", b.Listening)
	tell()
}

// What waits for a store must not wait for one that was opened at once.
func TestAStoreThatWasOpenedIsThere(t *testing.T) {
	s := storetest.Open(t, filepath.Join(t.TempDir(), "kapbot.db"))
	select {
	case <-s.Arrived():
	default:
		t.Error("it has not arrived")
	}
	if !s.Up() {
		t.Error("it is not up")
	}
}
