package bots

import "sync"

// A Connected is a Platform that can say whether it is connected to its network.
type Connected interface {
	// Connection reports whether all connections over which events are to come are
	// open, and how often one was opened again since the start.
	Connection() (up bool, again int64)
}

// Lines counts the connections over which an adapter's events come. An adapter that
// needs none of its own, or that leaves them to other replicas, is connected while it
// runs. It is safe for concurrent use; the zero value does not run.
type Lines struct {
	mu           sync.Mutex
	runs         bool
	wanted, open int
	again        int64
}

// Run notes that the adapter runs, until the function that it returns is called.
func (l *Lines) Run() (end func()) {
	l.change(func() { l.runs = true })
	return func() { l.change(func() { l.runs = false }) }
}

// Want returns a line that is to be open until its End.
func (l *Lines) Want() *Line {
	l.change(func() { l.wanted++ })
	return &Line{of: l}
}

// Connection is that of the adapter.
func (l *Lines) Connection() (up bool, again int64) {
	l.change(func() { up, again = l.runs && l.open >= l.wanted, l.again })
	return up, again
}

func (l *Lines) change(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do()
}

// A Line is one connection, which may be lost and opened again.
type Line struct {
	of           *Lines
	open, before bool
}

// Opened notes that it is open.
func (l *Line) Opened() {
	l.of.change(func() {
		if l.open {
			return
		}
		if l.before {
			l.of.again++
		}
		l.open, l.before = true, true
		l.of.open++
	})
}

// Lost notes that it is not, if it was.
func (l *Line) Lost() {
	l.of.change(func() {
		if l.open {
			l.open = false
			l.of.open--
		}
	})
}

// End notes that it is not wanted any more.
func (l *Line) End() {
	l.Lost()
	l.of.change(func() { l.of.wanted-- })
}
