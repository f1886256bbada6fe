// Package wire is a wire between a program and a server that a test can cut: nothing
// comes through any more, and neither side is told, as when a router drops packets.
package wire

import (
	"errors"
	"net"
	"sync"
	"testing"
)

// Wire leads from an address of its own to a server.
type Wire struct {
	listener net.Listener
	network  string
	to       string

	mu    sync.Mutex
	whole chan struct{} // closed unless it is cut
	conns map[net.Conn]bool
	ended bool
	work  sync.WaitGroup
}

// New returns a wire from a host to the server at an address, such as "unix" and a file.
// It ends with the test.
func New(tb testing.TB, host, network, to string) *Wire {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		tb.Fatal(err)
	}
	w := &Wire{listener: listener, network: network, to: to, whole: make(chan struct{}), conns: map[net.Conn]bool{}}
	close(w.whole)
	w.work.Go(w.accept)
	tb.Cleanup(w.close)
	return w
}

// Address is where it is reached.
func (w *Wire) Address() string { return w.listener.Addr().String() }

// Cut lets nothing through until Mend. What was sent meanwhile arrives then, as TCP
// would send it again.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.whole = make(chan struct{})
}

// Mend ends a Cut.
func (w *Wire) Mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.whole:
	default:
		close(w.whole)
	}
}

func (w *Wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.work.Go(func() { w.lead(near) })
	}
}

// lead leads one connection to the server, once the wire is whole.
func (w *Wire) lead(near net.Conn) {
	w.await()
	far, err := net.Dial(w.network, w.to) //nolint:noctx // it is local
	if err != nil || !w.keep(near, far) {
		_ = near.Close()
		return
	}
	var both sync.WaitGroup
	both.Go(func() { w.carry(far, near) })
	both.Go(func() { w.carry(near, far) })
	both.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.conns, near)
	delete(w.conns, far)
}

// keep notes connections, so that the end of the wire is theirs.
func (w *Wire) keep(both ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range both {
		if w.ended {
			_ = c.Close()
			continue
		}
		w.conns[c] = true
	}
	return !w.ended
}

// carry carries what comes from one side to the other. The end of one side is the end
// of the other, which hears of it only over a whole wire.
func (w *Wire) carry(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		w.await()
		if n > 0 {
			_, failed := to.Write(buffer[:n])
			err = errors.Join(err, failed)
		}
		if err != nil {
			_ = to.Close()
			_ = from.Close()
			return
		}
	}
}

func (w *Wire) await() {
	w.mu.Lock()
	whole := w.whole
	w.mu.Unlock()
	<-whole
}

func (w *Wire) close() {
	_ = w.listener.Close()
	w.mu.Lock()
	w.ended = true
	for c := range w.conns {
		_ = c.Close()
	}
	w.mu.Unlock()
	w.Mend()
	w.work.Wait()
}
