package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kapbot/internal/outage"
)

// A Job is done once in each interval, by one replica, whatever is started or dies
// meanwhile. Do has to be one that may be done again: if it fails, or the replica that
// does it dies, it is tried again within a minute.
type Job struct {
	Name  string
	Every time.Duration
	Do    func(ctx context.Context) error
}

const (
	// lookEvery is how long it is not looked at most which jobs are due: a replica that
	// had begun one may have died.
	lookEvery = 10 * time.Second
	// askAgain is the pause after a store that did not answer.
	askAgain = time.Second
	retryJob = time.Minute
)

// Work does jobs when they are due, until ctx is done. A job that has never been done
// is due at once. While none is due nothing is written, and little is read.
func (s *Store) Work(ctx context.Context, log *slog.Logger, jobs ...Job) {
	w := worker{store: s, ended: make(chan string, len(jobs)), running: map[string]bool{}, failing: map[string]*outage.Outage{}}
	defer w.all.Wait()
	for _, j := range jobs {
		w.failing[j.Name] = outage.New(log.With("job", j.Name), slog.LevelError, "a job has failed; it is tried again", "a job that had failed is done")
	}
	blind := outage.New(log, slog.LevelError, "it cannot be looked which jobs are due", "it can be looked again which jobs are due")
	for ctx.Err() == nil {
		wait := askAgain
		left, err := s.untilDue(ctx)
		if blind.Note(ctx, err); err == nil {
			wait = w.begin(ctx, jobs, left)
		}
		select {
		case <-time.After(wait):
		case name := <-w.ended:
			delete(w.running, name)
		case <-ctx.Done():
		}
	}
}

// untilDue is how long it is until each job is due that was done before.
func (s *Store) untilDue(ctx context.Context) (map[string]time.Duration, error) {
	left := map[string]time.Duration{}
	_, err := list(ctx, s.reads, func(read scan) (name string, err error) {
		var d time.Duration
		err = read(&name, &d)
		left[name] = d
		return name, err
	}, "SELECT name, due - "+s.dialect.now()+" FROM job")
	return left, err
}

// A worker does jobs, each beside the others.
type worker struct {
	store   *Store
	all     sync.WaitGroup
	ended   chan string // the names of jobs; it holds one of each
	running map[string]bool
	failing map[string]*outage.Outage
}

// begin begins the jobs that are due, and returns how long it is until another one may be.
func (w *worker) begin(ctx context.Context, jobs []Job, left map[string]time.Duration) (wait time.Duration) {
	wait = lookEvery
	for _, j := range jobs {
		switch d := left[j.Name]; {
		case w.running[j.Name]:
		case d > 0:
			wait = min(wait, d)
		default:
			w.running[j.Name] = true
			w.all.Go(func() {
				tried, err := w.store.work(ctx, j)
				if tried {
					w.failing[j.Name].Note(ctx, err)
				}
				if err != nil {
					pause(ctx, askAgain) // it may be due still
				}
				w.ended <- j.Name
			})
		}
	}
	return wait
}

// work does a job if it is due and nobody else does it, and reports whether it has tried.
// The job is put off by a little first, and by its interval once it is done.
func (s *Store) work(ctx context.Context, j Job) (tried bool, err error) {
	now := s.dialect.now()
	mine, err := s.writes.exec(ctx, `INSERT INTO job (name, due) VALUES (?, `+now+` + ?)
		ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE job.due <= `+now, j.Name, int64(retryJob))
	if err != nil {
		return true, fmt.Errorf("begin it: %w", err)
	}
	if mine == 0 {
		return false, nil
	}
	if err := j.Do(ctx); err != nil {
		return true, err
	}
	if _, err := s.writes.exec(ctx, "UPDATE job SET due = "+now+" + ? WHERE name = ?", int64(j.Every), j.Name); err != nil {
		return true, fmt.Errorf("note that it is done: %w", err)
	}
	return true, nil
}
