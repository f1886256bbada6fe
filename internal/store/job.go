package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"
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
	lookEvery = time.Second // how often it is looked whether a job is due
	retryJob  = time.Minute
)

// Work does jobs when they are due, until ctx is done. A job that has never been done
// is due at once.
func (s *Store) Work(ctx context.Context, log *slog.Logger, jobs ...Job) {
	var all errgroup.Group
	for _, j := range jobs {
		all.Go(func() error {
			for ; ctx.Err() == nil; pause(ctx, min(lookEvery, j.Every)) {
				if err := s.work(ctx, j); err != nil && ctx.Err() == nil {
					log.Error("a job has failed; it is tried again", "job", j.Name, "err", err)
				}
			}
			return nil
		})
	}
	_ = all.Wait() // none of them fails
}

// work does a job if it is due and nobody else does it. It is put off by a little
// first, and by its interval once it is done.
func (s *Store) work(ctx context.Context, j Job) error {
	now := s.dialect.now()
	mine, err := s.writes.exec(ctx, `INSERT INTO job (name, due) VALUES (?, `+now+` + ?)
		ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE job.due <= `+now, j.Name, int64(retryJob))
	if err != nil {
		return fmt.Errorf("look whether it is due: %w", err)
	}
	if mine == 0 {
		return nil
	}
	if err := j.Do(ctx); err != nil {
		return err
	}
	if _, err := s.writes.exec(ctx, "UPDATE job SET due = "+now+" + ? WHERE name = ?", int64(j.Every), j.Name); err != nil {
		return fmt.Errorf("note that it is done: %w", err)
	}
	return nil
}
