// Package lanes runs jobs of different keys at the same time and those of one key
// in order. An adapter uses it so that two messages of one person are read one
// after the other while a thousand people write at once.
package lanes

import (
	"context"
	"fmt"
	"sync"
)

// Lanes runs jobs. The zero value is not ready; use New.
type Lanes[K comparable] struct {
	room  chan struct{} // one slot for each job that waits or runs
	mu    sync.Mutex
	queue map[K][]func() // present while a goroutine works on the key
	jobs  sync.WaitGroup
}

// New returns lanes in which at most size jobs wait or run at any time.
func New[K comparable](size int) *Lanes[K] {
	return &Lanes[K]{room: make(chan struct{}, size), queue: map[K][]func(){}}
}

// Go runs do after all earlier jobs of the same key. While the lanes are full it
// waits, and gives up when ctx is done.
func (l *Lanes[K]) Go(ctx context.Context, key K, do func()) error {
	select {
	case l.room <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("wait for a free lane: %w", ctx.Err())
	}
	l.enter(key, do)
	return nil
}

// Try is Go without waiting; it reports false if the lanes are full.
func (l *Lanes[K]) Try(key K, do func()) bool {
	select {
	case l.room <- struct{}{}:
	default:
		return false
	}
	l.enter(key, do)
	return true
}

func (l *Lanes[K]) enter(key K, do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting, running := l.queue[key]
	l.queue[key] = append(waiting, do)
	if !running {
		l.jobs.Go(func() { l.work(key) })
	}
}

// work runs the jobs of one key until there is none left.
func (l *Lanes[K]) work(key K) {
	for {
		l.mu.Lock()
		waiting := l.queue[key]
		if len(waiting) == 0 {
			delete(l.queue, key)
			l.mu.Unlock()
			return
		}
		do := waiting[0]
		l.queue[key] = waiting[1:]
		l.mu.Unlock()
		do()
		<-l.room
	}
}

// Wait returns when no job is left. Nothing may be started meanwhile by others
// than the jobs themselves.
func (l *Lanes[K]) Wait() { l.jobs.Wait() }
