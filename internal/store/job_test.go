package store_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kapbot/internal/store"
	"kapbot/internal/store/storetest"
)

// While a job is not due nothing is written: in the database of many replicas, such
// writes would be most of what happens.
func TestAJobThatIsNotDueCostsNoWrite(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, where string) {
		s := storetest.Open(t, where)
		var idle, busy atomic.Int64
		jobs := []store.Job{
			{Name: "idle", Every: time.Hour, Do: func(context.Context) error { idle.Add(1); return nil }},
			{Name: "busy", Every: 20 * time.Millisecond, Do: func(context.Context) error { busy.Add(1); return nil }},
		}
		var log bytes.Buffer
		until := func(what string, done func() bool) {
			ctx, cancel := context.WithCancel(t.Context())
			var working sync.WaitGroup
			working.Go(func() { s.Work(ctx, slog.New(slog.NewTextHandler(&log, nil)), jobs...) })
			await(t, what, done)
			cancel()
			working.Wait()
		}
		until("both jobs", func() bool { return idle.Load() == 1 && busy.Load() > 0 })
		execute(t, where, "UPDATE job SET due = 0 WHERE name = 'busy'") // it may have been cut off
		refuse(t, where)
		busy.Store(0)
		until("the busy job", func() bool { return busy.Load() > 3 })
		if idle.Load() != 1 || log.Len() > 0 {
			t.Errorf("the idle job was done %d times; the log:\n%s", idle.Load(), log.String())
		}
	})
}

// refuse lets the database refuse every attempt to write the idle job.
func refuse(t *testing.T, where string) {
	t.Helper()
	if !store.IsPostgres(where) {
		execute(t, where, "CREATE TRIGGER refuse BEFORE INSERT ON job WHEN NEW.name = 'idle' BEGIN SELECT RAISE(ABORT, 'a write'); END")
		return
	}
	execute(t, where, `CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE 'a write'; END $$ LANGUAGE plpgsql`)
	execute(t, where, "CREATE TRIGGER refuse BEFORE INSERT ON job FOR EACH ROW WHEN (NEW.name = 'idle') EXECUTE FUNCTION refuse()")
}

// A store that is away for an hour is spoken of a few times, however many jobs wait.
func TestJobsComplainLittle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "kapbot.db")
	never := func(context.Context) error { return errors.New("it was done") }
	synctest.Test(t, func(t *testing.T) {
		s := away(t, file)
		ctx, cancel := context.WithCancel(context.Background())
		var log bytes.Buffer
		var working sync.WaitGroup
		working.Go(func() {
			s.Work(ctx, slog.New(slog.NewTextHandler(&log, nil)), store.Job{Name: "one", Every: time.Hour, Do: never}, store.Job{Name: "two", Every: time.Hour, Do: never})
		})
		time.Sleep(time.Hour)
		cancel()
		working.Wait()
		if n := strings.Count(log.String(), "\n"); n < 2 || n > 5 || strings.Contains(log.String(), "it was done") {
			t.Errorf("the log has %d lines:\n%s", n, log.String())
		}
	})
}
